// Drawn over, the years of a result become a range of dates. Its two lists do the same without this.
"use strict";

(() => {
  const chart = document.querySelector(".years svg");
  if (!chart) return;
  const first = Number(chart.dataset.first);
  const n_years = chart.viewBox.baseVal.width;
  const years = [...chart.querySelectorAll("a")];
  let from = null;
  let range = [];

  const yearAt = (event) => {
    const { left, width } = chart.getBoundingClientRect();
    const at = Math.floor(((event.clientX - left) / width) * n_years);
    return first + Math.min(Math.max(at, 0), n_years - 1);
  };
  const show = () => {
    for (const year of years) {
      const number = Number(year.dataset.year);
      const within = range.length && number >= range[0] && number <= range[1];
      year.classList.toggle("within", Boolean(within));
    }
    chart.classList.toggle("drawing", range.length > 0);
  };
  const letGo = () => {
    from = null;
    range = [];
    show();
  };

  chart.addEventListener("dragstart", (event) => event.preventDefault());
  chart.addEventListener("pointerdown", (event) => {
    from = event.button === 0 ? yearAt(event) : null;
    range = [];
  });
  window.addEventListener("pointermove", (event) => {
    if (from === null) return;
    const to = yearAt(event);
    if (to === from && !range.length) return;
    range = [Math.min(from, to), Math.max(from, to)];
    show();
  });
  window.addEventListener("pointerup", () => {
    if (from !== null && range.length && range[0] < range[1]) {
      const url = new URL(window.location.href);
      for (const name of ["year", "page", "date"]) url.searchParams.delete(name);
      url.searchParams.set("date", range.join(".."));
      window.location.assign(url);
      from = null;
    } else {
      // The click that follows is one on a year.
      letGo();
    }
  });
  window.addEventListener("pointercancel", letGo);
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape") letGo();
  });
  window.addEventListener("pageshow", letGo);
  chart.addEventListener(
    "click",
    (event) => {
      if (range.length) event.preventDefault();
    },
    true,
  );
})();
