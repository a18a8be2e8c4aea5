// Completes the word at the caret from the words and speakers of the collection: an ARIA 1.2
// combobox whose list is chosen from by hand. Without this file the search box is a plain one.
"use strict";

(() => {
  const WAIT_MS = 120;
  const MOST = 8;
  const RUN = /[^\s"“”„«»()[\]|]*$/u;
  // A word, or what may be one typed in the other keyboard layout (k.,jdm is любовь).
  const WORD = /^(?:[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*|[a-z`;',.]+)$/iu;
  const REST = /^[\p{L}\p{M}\p{N}'’-]*/u;
  const OPERATOR = /^(?:AND|OR|NOT|И|ИЛИ|НЕ)$/;
  const PATTERN_OR_FIELD = /^[:*?~^/\\]/;
  const AFTER_FIELD = /\p{L}:["“„«([]?$/u;
  // What stands before one word only: a name of two would be torn apart.
  const BEFORE_ONE = /(?:[-+=]|(?:^|\s)(?:NOT|НЕ|(?:w|pre)\/\d+|\/[sp])\s+)$/u;

  const box = document.querySelector("#q[data-completions]");
  if (!box) return;
  const list = document.createElement("ul");
  let shown = [];
  let chosen = -1;
  let timer = 0;
  let asking = new AbortController();
  let taking = false;

  list.id = "completions";
  list.className = "completions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.completionsLabel);
  box.after(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  const wordAtCaret = () => {
    const { value, selectionStart: caret } = box;
    if (caret !== box.selectionEnd) return null;
    const run = RUN.exec(value.slice(0, caret))[0];
    const word = run.replace(/^[-+=]+/, "");
    const start = caret - word.length;
    const end = caret + REST.exec(value.slice(caret))[0].length;
    const before = value.slice(0, start);
    if (word.length < 2 || !WORD.test(word) || !/\p{L}/u.test(word)) return null;
    if (OPERATOR.test(value.slice(start, end))) return null;
    if (PATTERN_OR_FIELD.test(value.slice(end))) return null;
    if (AFTER_FIELD.test(value.slice(0, caret - run.length))) return null;
    return { word, start, end, before };
  };

  const choose = (number) => {
    chosen = number;
    shown.forEach((option, n) => option.setAttribute("aria-selected", String(n === number)));
    if (number < 0) {
      box.removeAttribute("aria-activedescendant");
    } else {
      box.setAttribute("aria-activedescendant", shown[number].id);
      shown[number].scrollIntoView({ block: "nearest" });
    }
  };

  const stop = () => {
    clearTimeout(timer);
    asking.abort();
  };

  const close = () => {
    stop();
    choose(-1);
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
  };

  const optionOf = (text, number) => {
    const option = document.createElement("li");
    option.id = `completion-${number}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    if (/\p{Script=Cyrillic}/u.test(text)) option.lang = "ru";
    option.textContent = text;
    return option;
  };

  const show = (texts) => {
    const place = wordAtCaret();
    if (!place || document.activeElement !== box) return close();
    const typed = box.value.slice(place.start, place.end);
    const isForOne = BEFORE_ONE.test(place.before);
    const useful = texts.filter((text) => text !== typed && !(isForOne && text.includes(" ")));
    if (!useful.length) return close();
    shown = useful.map(optionOf);
    list.replaceChildren(...shown);
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    choose(-1);
  };

  const ask = async () => {
    const place = wordAtCaret();
    if (!place) return close();
    stop();
    asking = new AbortController();
    const { signal } = asking;
    const params = new URLSearchParams({ q: place.word, limit: MOST });
    try {
      const answer = await fetch(`${box.dataset.completions}?${params}`, { signal });
      const { completions } = answer.ok ? await answer.json() : { completions: [] };
      if (!signal.aborted) show(completions.map((completion) => completion.text));
    } catch {
      // The list of an earlier answer stays until the next one: only a failure closes it.
      if (!signal.aborted) close();
    }
  };

  // Of "Anna Petrova" only "Petrova" is put in after "Anna ".
  const stillToWrite = (text, before) => {
    const words = text.split(" ");
    const written = before.toLowerCase();
    for (let n = words.length - 1; n > 0; n--) {
      const head = `${words.slice(0, n).join(" ")} `.toLowerCase();
      if (written.endsWith(head)) return words.slice(n).join(" ");
    }
    return text;
  };

  const take = (option) => {
    const place = wordAtCaret();
    close();
    if (!place) return;
    const text = stillToWrite(option.textContent, place.before);
    taking = true;
    box.setSelectionRange(place.start, place.end);
    // Only this way can it be undone by the keyboard.
    if (!document.execCommand("insertText", false, text)) {
      box.setRangeText(text, place.start, place.end, "end");
    }
    taking = false;
  };

  const keys = {
    ArrowDown: () => choose(chosen + 1 < shown.length ? chosen + 1 : -1),
    ArrowUp: () => choose(chosen < 0 ? shown.length - 1 : chosen - 1),
    Home: () => choose(0),
    End: () => choose(shown.length - 1),
    Enter: () => take(shown[chosen]),
    Escape: close,
  };
  const NEED_A_CHOICE = ["Home", "End", "Enter"];
  const MODIFIERS = ["Shift", "Control", "Alt", "Meta"];

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || MODIFIERS.includes(event.key)) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (list.hidden) {
      if (event.key !== "ArrowDown" || !wordAtCaret()) return;
      event.preventDefault();
      ask();
    } else if (Object.hasOwn(keys, event.key)) {
      if (chosen < 0 && NEED_A_CHOICE.includes(event.key)) return close();
      event.preventDefault();
      keys[event.key]();
    } else if (["Tab", "ArrowLeft", "ArrowRight"].includes(event.key)) {
      close();
    }
  });

  box.addEventListener("input", (event) => {
    if (taking || event.isComposing) return;
    if (!wordAtCaret()) return close();
    choose(-1);
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  box.addEventListener("compositionend", () => {
    timer = setTimeout(ask, WAIT_MS);
  });

  // The box keeps the focus while an option is pressed.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  box.addEventListener("click", close);
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
  window.addEventListener("pageshow", close);
})();
