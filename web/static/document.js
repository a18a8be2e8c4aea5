// Quotations with their citation, the map and the outline. The page works without this file.
"use strict";

(() => {
  const body = document.querySelector(".body[data-marks]");
  if (!body) return;
  const words = body.dataset;
  const voices = [...body.querySelectorAll(".voice")]; // a match may part one; its first has an id
  const nameOf = (voice) => voice.dataset.voice ?? voice.textContent.replace(/[:\s]+$/, "");
  const status = document.createElement("p");
  status.id = "copied";
  status.setAttribute("role", "status");
  document.body.append(status);

  // The text of a range: no numbers, no steps; and where in the page it begins.
  const read = (range) => {
    const pieces = [];
    let first = null;
    for (const paragraph of body.querySelectorAll(".numbered > p")) {
      if (!range.intersectsNode(paragraph)) continue;
      const part = document.createRange();
      part.selectNodeContents(paragraph);
      if (range.comparePoint(part.startContainer, part.startOffset) < 0) {
        part.setStart(range.startContainer, range.startOffset);
      }
      if (range.comparePoint(part.endContainer, part.endOffset) > 0) {
        part.setEnd(range.endContainer, range.endOffset);
      }
      const copy = part.cloneContents();
      for (const step of copy.querySelectorAll(".step")) step.remove();
      const text = copy.textContent.trim();
      if (!text) continue;
      first ??= paragraph.parentNode.id;
      pieces.push(text);
    }
    return { text: pieces.join("\n\n"), first };
  };

  // Who speaks in a range; what comes before its first words does not count.
  const speaking = (range) => {
    let before = null;
    const within = [];
    for (const voice of voices) {
      if (!voice.id) continue;
      const where = range.comparePoint(voice, 0);
      if (where < 0) before = voice;
      else if (where === 0) within.push(voice);
      else break;
    }
    if (before && within.length) {
      const opening = range.cloneRange();
      opening.setEndBefore(within[0]);
      if (!read(opening).text) before = null;
    }
    return before ? [before, ...within] : within;
  };

  // The voice that opens a turn is no part of what is said in it.
  const withoutVoice = (range, opening) => {
    let last = opening;
    for (let n = voices.indexOf(opening) + 1; n < voices.length && !voices[n].id; n++) {
      last = voices[n];
    }
    const label = document.createRange();
    label.setStartAfter(last);
    if (range.comparePoint(label.startContainer, label.startOffset) === 0) {
      range.setStart(label.startContainer, label.startOffset);
    }
  };

  // In the style that is open, where styles are folded.
  const citation = () => {
    const all = [...document.querySelectorAll("#citation [data-citation]")];
    const shown =
      all.find((one) => one.closest("details[open]")) ??
      all.find((one) => one.dataset.citation === words.style) ??
      all[0];
    return shown ? shown.textContent.trim().replace(/\s+/g, " ") : "";
  };

  const quotation = (selected) => {
    const range = selected.cloneRange();
    const turns = speaking(range);
    if (turns.length === 1) withoutVoice(range, turns[0]);
    const { text, first } = read(range);
    if (!text) return "";
    const named = turns.map(nameOf);
    const who = [...new Set(voices.length ? named : JSON.parse(words.speakers))].join("; ");
    const [opening, closing] = words.marks;
    const address = document.querySelector("link[rel=canonical]").href;
    const said = `${opening}${text}${closing}${who && ` — ${who}`}`;
    return [said, citation(), `${address}#${first}`].filter(Boolean).join("\n");
  };

  // Where a page is not served by https, browsers only know the old way.
  const copyOldWay = (text) => {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  };

  let clearing = 0;
  const copy = async (text) => {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      done = copyOldWay(text);
    }
    status.textContent = done ? words.copied : words.failed;
    window.clearTimeout(clearing);
    clearing = window.setTimeout(() => { status.textContent = ""; }, 4000);
  };

  body.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name !== "quote") return;
    event.preventDefault();
    const range = document.createRange();
    range.selectNodeContents(button.parentNode.querySelector("p"));
    copy(quotation(range));
  });

  // The button at what is selected stands behind it in the order of Tab.
  const button = document.createElement("button");
  button.id = "with-citation";
  button.type = "button";
  button.textContent = words.copy;
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  const chosen = () => {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    return range.intersectsNode(body) && read(range).text ? range : null;
  };
  button.addEventListener("click", () => {
    const range = chosen();
    if (range) copy(quotation(range));
  });
  const offer = () => {
    if (document.activeElement === button) return;
    const range = chosen();
    const held = range && [...body.querySelectorAll(".numbered")].findLast((one) => range.intersectsNode(one));
    if (!held) {
      button.remove();
      return;
    }
    held.append(button);
    const lines = [...range.getClientRects()].filter((line) => line.width);
    const end = lines.at(-1) ?? range.getBoundingClientRect();
    const box = held.getBoundingClientRect();
    const room = Math.min(box.right, document.documentElement.clientWidth - 8) - button.offsetWidth;
    button.style.left = `${Math.max(0, Math.min(end.right, room) - box.left)}px`;
    button.style.top = `${Math.min(end.bottom, box.bottom) - box.top + 4}px`;
  };
  // Where keys begin to go by Tab after a selection, browsers disagree.
  document.addEventListener("keydown", (event) => {
    const at = document.activeElement;
    if (event.key !== "Tab" || event.shiftKey || !button.isConnected) return;
    if (at !== document.body && at?.id !== "main") return;
    event.preventDefault();
    button.focus();
  });
  let waiting = 0;
  document.addEventListener("selectionchange", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(offer, 150);
  });

  // Of very many places only some have a step: with scripts each has one, to its neighbours.
  const step = () => {
    // The address knows it before the browser has scrolled there and :target is set.
    const place = document.getElementById(window.location.hash.slice(1));
    if (!words.places || !place?.classList.contains("place")) return;
    let bar = place.nextElementSibling;
    if (!bar?.classList.contains("step")) {
      bar = body.querySelectorAll(".step")[1].cloneNode(true);
      place.after(bar);
    }
    const [at, all] = [Number(place.id.slice(1)), Number(words.places)];
    const shown = at.toLocaleString(document.documentElement.lang);
    bar.querySelector(".where").textContent = words.place.replace("{}", at > 999 ? shown : at);
    const [before, after] = bar.querySelectorAll("a");
    before.hash = `#m${at > 1 ? at - 1 : all}`;
    after.hash = `#m${at < all ? at + 1 : 1}`;
    for (const link of [before, after]) link.textContent = link.textContent.replace(/ \(.*\)$/, "");
  };
  window.addEventListener("hashchange", step);
  step();

  // A line of the map is thin: what is clicked near it counts too.
  const map = document.querySelector(".map");
  if (map) {
    map.addEventListener("click", (event) => {
      const lines = [...map.querySelectorAll("a")];
      const off = (line) => {
        const box = line.getBoundingClientRect();
        return Math.abs((box.top + box.bottom) / 2 - event.clientY);
      };
      const nearest = lines.reduce((best, line) => (off(line) < off(best) ? line : best));
      event.preventDefault();
      window.location.replace(nearest.getAttribute("href"));
    });
  }

  // The outline tells where one is.
  const links = [...document.querySelectorAll(".outline nav > ol > li > a")];
  const targets = links.map((link) => document.getElementById(link.hash.slice(1)));
  const outline = document.querySelector(".outline");
  let drawn = 0;
  const showHere = () => {
    drawn = 0;
    // Where one has gone to, as long as it is seen; else what stands near the top.
    const gone = body.querySelector(":target")?.getBoundingClientRect().top ?? -1;
    const line = gone >= 0 && gone < window.innerHeight ? gone + 1 : 80;
    let low = 0;
    for (let high = targets.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (targets[middle].getBoundingClientRect().top <= line) low = middle + 1;
      else high = middle;
    }
    const here = links[Math.max(0, low - 1)];
    if (here.hasAttribute("aria-current")) return;
    for (const link of links) link.removeAttribute("aria-current");
    here.setAttribute("aria-current", "true");
    if (window.getComputedStyle(outline).position === "sticky") {
      const box = here.getBoundingClientRect();
      const frame = outline.getBoundingClientRect();
      if (box.top < frame.top || box.bottom > frame.bottom) {
        outline.scrollTop += box.top - frame.top - frame.height / 3;
      }
    }
  };
  if (links.length) {
    window.addEventListener("hashchange", showHere);
    window.addEventListener("scroll", () => { drawn ||= window.requestAnimationFrame(showHere); }, { passive: true });
    showHere();
  }
})();
