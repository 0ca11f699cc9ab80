// The pages' one script: keeps times counting, loads what has changed, goes on at another region when this one is
// silent, and makes single keys act. Everything on the pages works without it.
"use strict";
(() => {
  const POLL_MS = 5000, SILENCE_MS = 12000;
  const body = document.body;
  const live = document.getElementById("live");
  // The server's clock is right; this machine's may not be.
  let offset = Date.parse(body.dataset.now || new Date().toISOString()) - Date.now();
  let lastHeard = Date.now();

  // --- Times ---------------------------------------------------------------------------------------------

  function words(ms) {
    const s = Math.max(0, Math.floor(ms / 1000));
    const d = Math.floor(s / 86400), h = Math.floor(s / 3600) % 24, m = Math.floor(s / 60) % 60;
    if (d) return h ? `${d} d ${h} h` : `${d} d`;
    if (h) return m ? `${h} h ${m} min` : `${h} h`;
    return m ? `${m} min` : `${s} s`;
  }

  function exact(ms) {
    const s = Math.max(0, Math.floor(ms / 1000));
    return s < 3600 ? `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}` : words(ms);
  }

  function count() {
    const now = Date.now() + offset;
    for (const time of document.querySelectorAll("time[data-count]")) {
      const at = Date.parse(time.getAttribute("datetime"));
      const text = time.dataset.count === "up" ? words(now - at) : exact(at - now);
      if (time.textContent !== text) time.textContent = text;
    }
  }

  // The reader's own clock: where the pointer rests, and where a finger taps, for it cannot rest. Not all at
  // once when the page comes: a timeline has hundreds.
  let clock = null, telling = 0;
  function timeAt(event) {
    const time = event.target.closest && event.target.closest("time");
    if (!time) return null;
    clock = clock || new Intl.DateTimeFormat([], { weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });
    const at = time.getAttribute("datetime");
    time.title = `${clock.format(new Date(at))} here · ${at}`;
    return time;
  }
  document.addEventListener("pointerover", timeAt);
  document.addEventListener("click", (event) => {
    const time = timeAt(event);
    if (!time || time.closest("a,button,summary") || matchMedia("(hover:hover)").matches) return;
    live.textContent = time.title;
    clearTimeout(telling);
    telling = setTimeout(() => { if (live.textContent === time.title) live.textContent = ""; }, 6000);
  });

  // --- The picture of the schedules ----------------------------------------------------------------------

  // A stretch that is drawn over a schedule, or a shift that is pressed, goes into the form of an override.
  const QUARTER = 15 * 60000;
  let drawn = null;
  function chartTime(event, box) {
    const edge = box.getBoundingClientRect(), margin = Number(box.dataset.margin);
    const part = ((event.clientX - edge.left) / edge.width - margin) / (1 - 2 * margin);
    const from = Date.parse(box.dataset.from), to = Date.parse(box.dataset.to);
    return from + Math.min(1, Math.max(0, part)) * (to - from);
  }
  function chartPlace(event, box) {
    const edge = box.getBoundingClientRect();
    // The picture may be shown higher or lower than it says it is.
    const scale = edge.height / Number(box.querySelector("img").getAttribute("height"));
    for (const row of box.dataset.rows.split(";")) {
      const [schedule, top, bottom] = row.split(",");
      const y = (event.clientY - edge.top) / scale;
      if (y < Number(top) || y >= Number(bottom)) continue;
      return { schedule, at: chartTime(event, box), x: event.clientX - edge.left, top: top * scale, height: (bottom - top) * scale };
    }
    return null;
  }
  function pick(schedule, start, end) {
    const query = new URLSearchParams(location.search);
    // What a form before has done is no news any more.
    for (const name of ["done", "safe"]) query.delete(name);
    query.set("schedule", schedule);
    query.set("start", new Date(start).toISOString());
    if (end) query.set("end", new Date(end).toISOString()); else query.delete("end");
    location.assign(`/oncall?${query}#change`);
  }
  for (const box of document.querySelectorAll("[data-chart]")) {
    for (const hint of document.querySelectorAll("[data-scripted]")) hint.hidden = false;
    box.querySelector("img").draggable = false;
    const stretch = box.appendChild(document.createElement("div"));
    stretch.className = "stretch";
    stretch.hidden = true;
    box.addEventListener("pointerdown", (event) => {
      // A finger that moves scrolls the page.
      if (event.pointerType === "touch" || event.button !== 0) return;
      drawn = chartPlace(event, box);
      if (drawn) box.setPointerCapture(event.pointerId);
    });
    box.addEventListener("pointermove", (event) => {
      if (!drawn) return;
      const x = event.clientX - box.getBoundingClientRect().left;
      stretch.hidden = Math.abs(x - drawn.x) < 5;
      stretch.style.left = `${Math.min(x, drawn.x)}px`;
      stretch.style.width = `${Math.abs(x - drawn.x)}px`;
      stretch.style.top = `${drawn.top}px`;
      stretch.style.height = `${drawn.height}px`;
    });
    box.addEventListener("pointerup", (event) => {
      const begin = drawn, wasDrawn = !stretch.hidden;
      drawn = null;
      stretch.hidden = true;
      if (!begin || !wasDrawn) return;
      box.dataset.done = "yes";
      const ends = [begin.at, chartTime(event, box)].sort((a, b) => a - b).map((at) => Math.round(at / QUARTER) * QUARTER);
      if (ends[1] > ends[0]) pick(begin.schedule, ends[0], ends[1]);
    });
    box.addEventListener("pointercancel", () => { drawn = null; stretch.hidden = true; });
    box.addEventListener("click", (event) => {
      if (box.dataset.done) { delete box.dataset.done; return; }
      const place = chartPlace(event, box);
      if (place) pick(place.schedule, place.at);
    });
  }

  // --- Live ----------------------------------------------------------------------------------------------

  // What the server last sent of each part, to tell its changes from the reader's.
  const sent = new Map();
  // Times go on counting by themselves, and every page has keys of its own: that is no change.
  const said = (part) => part.outerHTML.replace(/(<time[^>]*>)[^<]*(?=<)/g, "$1").replace(/(name="key" value=")[^"]*/g, "$1");
  // After the first paint, which it would delay.
  setTimeout(() => {
    for (const part of document.querySelectorAll("[data-part]")) sent.set(part.dataset.part, said(part));
  }, 150);

  function isInUse(part) {
    if (part.contains(document.activeElement) && document.activeElement.matches("input,textarea,select")) return true;
    for (const field of part.querySelectorAll("textarea,input:not([type=hidden])")) {
      if (field.value !== field.defaultValue) return true;
    }
    return false;
  }

  function replace(part, fresh) {
    const open = [...part.querySelectorAll("details")].map((d) => d.open);
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const key = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.getAttribute("href") && `a[href="${CSS.escape(focused.getAttribute("href"))}"]`);
    const next = document.importNode(fresh, true);
    part.replaceWith(next);
    const details = next.querySelectorAll("details");
    if (details.length === open.length) details.forEach((d, i) => { d.open = open[i]; });
    if (key) { const again = next.querySelector(key); if (again) again.focus({ preventScroll: true }); }
    return next;
  }

  // What a page would say of itself in one line.
  const saying = (page) => { const one = page.querySelector("[data-say]"); return one ? one.dataset.say : ""; };

  let isLoading = false, isAsked = false;
  async function load() {
    if (isLoading) { isAsked = true; return; }
    isLoading = true;
    try {
      const answer = await fetch(location.pathname + location.search, { signal: AbortSignal.timeout(8000) });
      if (answer.redirected && new URL(answer.url).pathname === "/login") { location.reload(); return; }
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      heard(fresh.body.dataset.now);
      const before = saying(document), after = saying(fresh);
      const changed = [];
      for (const next of fresh.querySelectorAll("[data-part]")) {
        const name = next.dataset.part, text = said(next);
        if (sent.get(name) === text) continue;
        const part = document.querySelector(`[data-part="${CSS.escape(name)}"]`);
        if (!part || isInUse(part)) continue;
        sent.set(name, text);
        const marked = replace(part, next);
        if (name !== "honest") { changed.push(name); if (changed.length < 4) marked.classList.add("fresh-mark"); }
      }
      if (before !== after) {
        live.textContent = after;
        setTimeout(() => { if (live.textContent === after) live.textContent = ""; }, 10000);
      }
      if (document.title !== fresh.title) document.title = fresh.title;
      count();
    } catch { /* silence is noticed below */ } finally {
      isLoading = false;
      if (isAsked) { isAsked = false; load(); }
    }
  }

  function heard(now) {
    lastHeard = Date.now();
    if (now) offset = Date.parse(now) - Date.now();
    if (body.classList.contains("lost")) { body.classList.remove("lost"); live.textContent = ""; }
  }

  // --- Another region ------------------------------------------------------------------------------------

  async function lookElsewhere() {
    if (Date.now() - lastHeard < SILENCE_MS) return;
    if (!body.classList.contains("lost")) {
      body.classList.add("lost");
      live.textContent = `Region ${body.dataset.region} is silent; looking for another.`;
    }
    for (const link of document.querySelectorAll("[data-elsewhere]")) {
      try {
        await fetch(link.dataset.elsewhere + "/healthz", { mode: "no-cors", signal: AbortSignal.timeout(2500) });
      } catch { continue; }
      if (hasDraft()) {
        live.textContent = `Region ${body.dataset.region} is silent; ${link.textContent} answers. `;
        const go = document.createElement("a");
        go.href = link.dataset.elsewhere + location.pathname + location.search;
        go.textContent = "Go on there (your unsent text stays here)";
        live.append(go);
        return;
      }
      location.replace(link.dataset.elsewhere + location.pathname + location.search + location.hash);
      return;
    }
  }

  function hasDraft() {
    return [...document.querySelectorAll("textarea,input:not([type=hidden]):not([type=search]):not([type=checkbox])")].some((f) => f.value !== f.defaultValue);
  }

  // --- Events, or else asking now and then -----------------------------------------------------------------

  let hasEvents = false;
  function listen() {
    const events = new EventSource("/events");
    events.addEventListener("open", () => { hasEvents = true; heard(); });
    let timer = 0;
    const soon = () => { heard(); clearTimeout(timer); timer = setTimeout(load, 150); };
    for (const kind of ["incident", "cluster", "oncall", "reset"]) events.addEventListener(kind, soon);
    events.addEventListener("error", () => {
      hasEvents = false;
      if (events.readyState === EventSource.CLOSED) setTimeout(listen, 30000);
    });
  }

  // --- Keys ----------------------------------------------------------------------------------------------

  const dialog = document.getElementById("keys"), keysOn = document.getElementById("keys-on");
  function store(value) { try { if (value === undefined) return localStorage.getItem("keys"); localStorage.setItem("keys", value); } catch { /* private window */ } return null; }
  if (keysOn) {
    keysOn.checked = store() !== "off";
    keysOn.addEventListener("change", () => store(keysOn.checked ? "on" : "off"));
  }
  const places = { i: "/incidents", w: "/world", o: "/oncall", c: "/cluster", n: "/numbers", r: "/runbooks" };
  let wentG = 0;

  function step(by) {
    const rows = [...document.querySelectorAll(".rowlink")];
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, at + by))].focus();
  }

  addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target.form) { target.form.requestSubmit(); return; }
    if (event.key === "Escape" && target.closest && target.closest("details[open]")) {
      const box = target.closest("details[open]");
      box.open = false;
      box.querySelector("summary").focus();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input,textarea,select")) return;
    if (event.key === "?") { if (dialog) dialog.showModal(); return; }
    if (!keysOn || !keysOn.checked || dialog.open) return;
    if (Date.now() - wentG < 1500 && places[event.key]) { location.href = places[event.key]; return; }
    wentG = 0;
    if (event.key === "g") { wentG = Date.now(); return; }
    if (event.key === "j" || event.key === "k") { step(event.key === "j" ? 1 : -1); event.preventDefault(); return; }
    if (event.key === "/") {
      const box = document.querySelector(".filterbox");
      if (box) { box.open = true; box.querySelector("input[type=search]").focus(); event.preventDefault(); }
      return;
    }
    const goal = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!goal) return;
    event.preventDefault();
    if (goal.tagName === "SUMMARY") {
      goal.parentElement.open = true;
      const field = goal.parentElement.querySelector("textarea,select,input:not([type=hidden])");
      (field || goal).focus();
    } else {
      goal.focus();
      goal.scrollIntoView({ block: "center" });
    }
  });

  // --- Forms ---------------------------------------------------------------------------------------------

  // A second tap sends nothing twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || form.method === "get") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });
  for (const form of document.querySelectorAll("form[data-auto]")) {
    form.addEventListener("change", (event) => { if (event.target.tagName === "SELECT") form.requestSubmit(); });
  }

  // What was done is said once: loading the page anew does not say it again.
  if (new URLSearchParams(location.search).has("done")) {
    const clean = new URL(location.href);
    clean.searchParams.delete("done");
    clean.searchParams.delete("safe");
    history.replaceState(null, "", clean);
  }

  count();
  setInterval(count, 1000);
  setInterval(lookElsewhere, 3000);
  // With events a slow look is enough to keep the age honest.
  let ticks = 0;
  setInterval(() => { ticks += 1; if (!document.hidden && (!hasEvents || ticks % 3 === 0)) load(); }, POLL_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) load(); });
  listen();
})();
