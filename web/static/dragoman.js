// Keys for hands that stay on the keyboard. Every page works without this file.
"use strict";

(() => {
  // A browser gives the focus when it first draws the page: keys pressed before would be lost.
  document.querySelector("[autofocus]")?.focus();

  const OFF = "dragoman-keys-off";
  const dialog = document.getElementById("keys-list");
  const box = document.getElementById("keys-on");
  const link = document.getElementById("keys-link");

  // Storage may be forbidden: then the keys are on until the page is left.
  const stored = (change) => {
    try {
      return change(window.localStorage);
    } catch {
      return null;
    }
  };

  box.checked = stored((storage) => storage.getItem(OFF)) === null;
  box.addEventListener("change", () => {
    stored((storage) => (box.checked ? storage.removeItem(OFF) : storage.setItem(OFF, "1")));
  });
  const showKeys = (event) => {
    event.preventDefault();
    dialog.showModal();
  };
  link.addEventListener("click", showKeys);

  const toHit = (step) => {
    const titles = [...document.querySelectorAll(".hit h2 a")];
    const here = titles.findIndex((title) => title.closest(".hit").contains(document.activeElement));
    const next = titles[here < 0 ? (step > 0 ? 0 : -1) : here + step];
    if (next) next.focus();
  };

  const toPlace = (step) => {
    const places = [...document.querySelectorAll(".place")];
    if (!places.length) return;
    const target = document.querySelector(".place:target");
    let next;
    if (target) {
      // Behind the last comes the first.
      next = places.at((places.indexOf(target) + step) % places.length);
    } else {
      const middle = window.innerHeight / 2;
      const below = places.findIndex((place) => place.getBoundingClientRect().top > middle);
      // Nothing is chosen yet: start with the place nearest to what is being read.
      next = places[step > 0 ? Math.max(below, 0) : below < 0 ? places.length - 1 : below - 1];
      if (window.scrollY === 0 && step > 0) next = places[0];
    }
    if (next) window.location.replace("#" + next.id);
  };

  const keys = {
    "/": (event) => {
      const search = document.getElementById("q");
      event.preventDefault();
      search.focus();
      search.select();
    },
    j: () => toHit(1),
    k: () => toHit(-1),
    n: () => toPlace(1),
    p: () => toPlace(-1),
    "?": showKeys,
  };

  document.addEventListener("keydown", (event) => {
    if (!box.checked || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (Object.hasOwn(keys, event.key)) keys[event.key](event);
  });

  // What says nothing need not stand in the address.
  const search = document.getElementById("search");
  if (search) {
    search.addEventListener("submit", () => {
      const silent = { date: "", lang: "", sort: "relevance", match: "all", group: "near" };
      for (const field of search.elements) {
        if ((field.dataset.silent ?? silent[field.name]) === field.value) field.disabled = true;
      }
    });
    // Coming back by the browser's history must find the fields usable.
    window.addEventListener("pageshow", () => {
      for (const field of search.elements) field.disabled = false;
    });
  }
})();
