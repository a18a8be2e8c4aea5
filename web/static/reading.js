// The reading list in the browser's storage. Without this file the list's address alone holds it.
"use strict";

(() => {
  const KEPT = "dragoman-list";
  const FOLLOWS = "dragoman-list-follows";
  const MOST = 200;
  const link = document.getElementById("list-link");

  const kept = () => {
    try {
      const found = JSON.parse(window.localStorage.getItem(KEPT) ?? "[]");
      if (!Array.isArray(found)) return [];
      return found
        .filter((each) => typeof each?.id === "string")
        .map(({ id, note }) => ({ id, note: typeof note === "string" ? note : "" }));
    } catch {
      return [];
    }
  };
  const keep = (list) => {
    window.localStorage.setItem(KEPT, JSON.stringify(list));
    show();
  };
  // Storage may be forbidden: then all stays as it is without scripts.
  let follows;
  try {
    window.localStorage.setItem(KEPT, JSON.stringify(kept()));
    follows = window.sessionStorage.getItem(FOLLOWS) !== null;
    window.sessionStorage.removeItem(FOLLOWS);
  } catch {
    return;
  }

  const path = link.pathname;
  const addressOf = (list) => {
    const params = new URLSearchParams();
    for (const { id, note } of list) {
      params.append("id", id);
      if (note) params.append("note", note);
    }
    return list.length ? `${path}?${params}` : path;
  };
  const joined = (list, more) => {
    const all = list.map((each) => ({ ...each }));
    for (const { id, note } of more) {
      const same = all.find((each) => each.id === id);
      if (!same) all.push({ id, note });
      else if (!same.note.includes(note)) same.note = `${same.note}\n${note}`.trim();
    }
    return all;
  };

  const boxes = [...document.querySelectorAll(".keep input")];
  const full = document.getElementById("list-full");
  const show = () => {
    const list = kept();
    link.href = addressOf(list);
    link.querySelector(".count").textContent = list.length ? ` ${list.length}` : "";
    for (const box of boxes) box.checked = list.some(({ id }) => id === box.value);
  };

  for (const box of boxes) {
    box.addEventListener("change", () => {
      const list = kept().filter(({ id }) => id !== box.value);
      full.hidden = !(box.checked && list.length >= MOST);
      if (box.checked && full.hidden) list.push({ id: box.value, note: "" });
      if (full.hidden) keep(list);
      else show();
    });
  }
  const choose = document.getElementById("choose");
  if (choose) choose.hidden = true;

  const form = document.getElementById("list");
  if (form) {
    const entries = [...form.querySelectorAll(".listed > li")];
    const present = () =>
      entries.map((each) => ({
        id: each.dataset.id,
        note: each.querySelector("textarea").value.trim(),
      }));
    const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
    // As the server sent it: browsers put back what was typed before.
    const sent = entries.map((each) => ({
      id: each.dataset.id,
      note: each.querySelector("textarea").defaultValue,
    }));
    const foreign = document.getElementById("foreign");
    let isOwn = follows || same(sent, kept());
    const own = (list) => {
      isOwn = true;
      keep(list);
      foreign.hidden = true;
      for (const each of document.querySelectorAll(".scripted")) each.hidden = false;
      const notes = document.getElementById("keep-notes");
      if (notes) notes.hidden = true;
    };
    if (isOwn) {
      own(sent);
    } else if (!sent.length) {
      window.location.replace(addressOf(kept()));
    } else {
      const mine = kept();
      foreign.hidden = false;
      for (const each of foreign.querySelectorAll(".none")) each.hidden = mine.length > 0;
      for (const each of foreign.querySelectorAll(".other")) each.hidden = !mine.length;
      document.getElementById("kept").href = addressOf(mine);
      for (const take of foreign.querySelectorAll(".take")) {
        take.addEventListener("click", () => own(present()));
      }
      document.getElementById("join").addEventListener("click", () => {
        const all = joined(mine, present());
        full.hidden = all.length <= MOST;
        if (all.length > MOST) return;
        keep(all);
        window.location.assign(addressOf(all));
      });
    }
    form.addEventListener("change", (event) => {
      const entry = event.target.closest(".listed > li");
      if (!entry) return;
      entry.querySelector(".printed").textContent = event.target.value;
      const file = [...document.querySelectorAll(".together [name=id]")].find((field) => field.value === entry.dataset.id);
      if (file) {
        file.nextElementSibling.value = event.target.value.trim();
        file.nextElementSibling.disabled = !event.target.value.trim();
      }
      if (!isOwn) return;
      keep(present());
      window.history.replaceState(null, "", addressOf(present()));
    });
    form.addEventListener("submit", () => {
      if (isOwn) window.sessionStorage.setItem(FOLLOWS, "1");
    });
  }

  show();
  window.addEventListener("pageshow", show);
  window.addEventListener("storage", (event) => {
    if (event.key === KEPT || event.key === null) show();
  });
})();
