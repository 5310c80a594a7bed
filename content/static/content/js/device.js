// What a page for caregivers keeps on this device, and only when its reader asks for it: explanations to read without internet,
// and how far somebody is in one. The server never hears of it.

const CACHE = "uitleg", SAVED = "uitleg", STEPS = "uitleg-stappen";
const fresh = (path) => new Request(path, { cache: "reload", redirect: "manual", credentials: "same-origin" });
const isHere = (url) => new URL(url, location.href).origin === location.origin;
const isPossible = "serviceWorker" in navigator && "caches" in window;
const told = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
const languageOf = (path) => path.split("/")[1];

/* A browser may keep nothing for anybody: then nothing is known, and nothing is kept. */
const read = (name) => {
  try { return JSON.parse(localStorage.getItem(name) || "{}"); } catch { return {}; }
};
const write = (name, all) => {
  try {
    if (Object.keys(all).length) localStorage.setItem(name, JSON.stringify(all));
    else localStorage.removeItem(name);
  } catch { /* as above */ }
};

/* What a page needs to be read, seen and heard again. Films are left out: they are large. */
const parts = (page = document) => {
  const found = [...page.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img[src], [data-src], [data-audio], use")]
    .flatMap((each) => [each.href?.baseVal ?? each.href, each.src, each.dataset.src, each.dataset.audio])
    .concat(performance.getEntriesByType("resource").map((each) => each.name).filter((name) => name.endsWith(".woff2")));
  return [...new Set(found.filter((url) => url && isHere(url)).map((url) => new URL(url, location.href).pathname))];
};

/* All of it, or none of it. */
const hold = async (path, query, needed) => {
  const cache = await caches.open(CACHE);
  const answers = await Promise.all([path, ...needed].map(async (each) => [each, await fetch(fresh(each === path ? path + query : each))]));
  if (answers.some(([, answer]) => !answer.ok)) throw new Error("not all of it is there");
  await Promise.all(answers.map(([each, answer]) => cache.put(each, answer)));
};

/* Takes what belongs to no saved page any more. */
const sweep = async () => {
  const all = Object.entries(read(SAVED));
  if (!all.length) { await caches.delete(CACHE); return; }
  const used = new Set(all.flatMap(([path, each]) => [path, each.code, ...each.parts])), cache = await caches.open(CACHE);
  for (const each of await cache.keys()) if (!used.has(new URL(each.url).pathname)) await cache.delete(each);
};

const forget = async (path) => {
  const all = read(SAVED);
  delete all[path];
  write(SAVED, all);
  await sweep();
};

const stopSaving = async () => {
  localStorage.removeItem(SAVED);
  if (!isPossible) return;
  await caches.delete(CACHE);
  for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
};

const wipe = async () => {
  localStorage.removeItem(STEPS);
  await stopSaving();
};

/* The text changed since it was saved: as it is now, with what that needs. */
const renew = async (path, version) => {
  const { query } = read(SAVED)[path];
  const page = new DOMParser().parseFromString(await (await fetch(fresh(path + query))).text(), "text/html");
  const needed = [...new Set([...parts(page), ...read(SAVED)[path].parts.filter((each) => each.endsWith("/bewaard/"))])];
  await hold(path, query, needed);
  const all = read(SAVED); // wiped meanwhile?
  if (all[path]) write(SAVED, { ...all, [path]: { ...all[path], title: page.querySelector("article h1").textContent, parts: needed, version, at: Date.now() } });
  await sweep();
};

/* What was withdrawn goes, and what changed is renewed, wherever one of our pages is opened with a connection. The list of what
   there is is the same for everybody, so the server does not hear what is on this phone. */
const tidy = async () => {
  const address = told("uitleg-kaarten"), saved = read(SAVED), steps = read(STEPS);
  const kept = [...Object.keys(saved), ...Object.values(steps).map((each) => each.path)];
  for (const language of address ? new Set(kept.map(languageOf)) : []) {
    const answer = await fetch(fresh(address.replace(/^\/\w+/, `/${language}`))); // past the worker: it knows of no list
    if (!answer.ok) return;
    const cards = await answer.json(), versions = new Map(Object.values(cards));
    for (const path of Object.keys(saved).filter((each) => languageOf(each) === language)) {
      if (!versions.has(path)) await forget(path);
      else if (saved[path].version !== versions.get(path)) await renew(path, versions.get(path)).catch(() => {});
    }
    const left = Object.entries(read(STEPS)).filter(([card, each]) => languageOf(each.path) !== language || cards[card]);
    write(STEPS, Object.fromEntries(left.map(([card, each]) => [card, languageOf(each.path) === language ? { ...each, path: cards[card][0] } : each])));
  }
};

/* ── offline-save: data-worker, data-list, data-card, data-version; [data-done] and [data-failed] say how it went ── */

customElements.define("offline-save", class extends HTMLElement {
  async connectedCallback() {
    this.hidden = !isPossible;
    if (!isPossible) return;
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.save());
    if (!read(SAVED)[location.pathname]) return;
    this.show("[data-done]");
    this.save(true);
  }
  /* `again`: it was saved before, and is brought up to date where there is a connection; with the number of who gave it. */
  async save(again = false) {
    const path = location.pathname, { worker, list, card, code, version } = this.dataset, needed = [list, ...parts()];
    const query = this.dataset.query || (again && read(SAVED)[path].query) || "";
    const article = document.querySelector("article h1");
    if (!again) this.button.setAttribute("aria-busy", "true");
    try {
      await hold(path, query, needed);
      await (await caches.open(CACHE)).put(code, Response.redirect(path)); // the code on paper leads here without internet too
      const { lang, dir } = article.closest("[lang]");
      write(SAVED, { ...read(SAVED), [path]: { card, code, title: article.innerText, lang, dir, query, version, at: Date.now(), parts: needed } });
      for (const scope of [`/${languageOf(code)}/`, `/${languageOf(path)}/`]) await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
      await navigator.serviceWorker.ready;
      this.show("[data-done]");
    } catch {
      if (!again) this.show("[data-failed]");
    }
    this.button.removeAttribute("aria-busy");
  }
  show(which) {
    for (const each of this.querySelectorAll("[data-done], [data-failed]")) each.hidden = !each.matches(which);
  }
});

/* ── step-by-step: one step on the screen at a time, by buttons, arrow keys and swiping, and how far somebody is. Without it all
   steps are there below each other, as they are on paper. Words with {step} and {steps} are in data-words. ── */

const SWIPE = 48; // pixels: further than a finger trembles
const filled = (words, step, steps) => words.replace("{step}", step).replace("{steps}", steps);

customElements.define("step-by-step", class extends HTMLElement {
  connectedCallback() {
    this.steps = [...this.querySelectorAll(".step")];
    for (const name of ["one", "bar", "back", "where", "next", "finish", "finished", "is-done"]) this[name] = this.querySelector(`[data-${name}]`);
    this.one.hidden = this.steps.length < 2;
    this.finish.hidden = false;
    this.one.addEventListener("click", () => (this.isOn ? this.close() : this.open()));
    this.back.addEventListener("click", () => this.turn(-1));
    this.next.addEventListener("click", () => this.turn(1));
    this.finished.addEventListener("click", () => this.keep({ done: this.kept.done ? 0 : Date.now() }));
    this.addEventListener("keydown", (event) => this.press(event));
    this.addEventListener("reading", (event) => this.follow(event.target));
    this.listenToFingers(this.querySelector("ol"));
    this.draw();
  }
  get kept() { return read(STEPS)[this.dataset.card] ?? {}; }
  get isOn() { return "on" in this.dataset; }
  get forwards() { return getComputedStyle(this).direction === "rtl" ? -1 : 1; }
  keep(fields) {
    const { card, title, lang, dir, query } = this.dataset, all = read(STEPS);
    const now = { ...all[card], title, lang, dir, query, path: location.pathname, steps: this.steps.length, ...fields };
    if (now.done || now.step > 1) all[card] = now;
    else delete all[card];
    write(STEPS, all);
    this.draw();
  }
  open() {
    this.dataset.on = "";
    this.go(Math.min(this.kept.done ? 1 : this.kept.step || 1, this.steps.length));
  }
  close() {
    delete this.dataset.on;
    this.draw();
  }
  turn(by) {
    const to = this.at + by;
    if (to < 1 || to > this.steps.length) return;
    this.go(to);
    this.keep({ step: to });
  }
  go(to) {
    this.show(to);
    const heading = this.steps[to - 1].querySelector("h3");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    this.one.scrollIntoView({ block: "start" });
  }
  show(to) {
    this.at = to;
    for (const [place, step] of this.steps.entries()) step.classList.toggle("is-now", place + 1 === to);
    this.draw();
  }
  /* What is read aloud is on the screen. */
  follow(part) {
    const place = this.steps.indexOf(part.closest(".step"));
    if (this.isOn && place >= 0 && place + 1 !== this.at) this.show(place + 1);
  }
  press(event) {
    const way = { ArrowRight: this.forwards, ArrowLeft: -this.forwards }[event.key];
    if (!this.isOn || !way || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.target.closest("video")) return;
    event.preventDefault();
    this.turn(way);
  }
  listenToFingers(list) {
    let from = null;
    const isLarger = () => (window.visualViewport?.scale ?? 1) > 1.05;
    list.addEventListener("touchstart", ({ touches, target }) => {
      from = this.isOn && touches.length === 1 && !isLarger() && !target.closest("video") ? touches[0] : null;
    }, { passive: true });
    list.addEventListener("touchend", ({ changedTouches: [to] }) => {
      if (!from) return;
      const across = from.clientX - to.clientX, down = Math.abs(from.clientY - to.clientY);
      if (Math.abs(across) > SWIPE && Math.abs(across) > 2 * down) this.turn(Math.sign(across) * this.forwards);
      from = null;
    }, { passive: true });
  }
  draw() {
    const { kept, isOn, at, steps: { length } } = this, isBegun = !isOn && !kept.done && kept.step > 1;
    this.one.setAttribute("aria-pressed", String(isOn));
    this.one.querySelector("span").textContent = isBegun ? filled(this.one.dataset.resume, Math.min(kept.step, length), length) : this.one.dataset.words;
    this.bar.hidden = !isOn;
    this.where.textContent = isOn ? filled(this.where.dataset.words, at, length) : "";
    this.back.disabled = at === 1;
    this.next.disabled = at === length;
    this.finished.setAttribute("aria-pressed", String(Boolean(kept.done)));
    this["is-done"].hidden = !kept.done && !(kept.step > 1);
  }
});

/* ── saved-list: what is on this phone ── */

const language = () => (document.documentElement.lang === "ar" ? "ar-u-nu-latn" : document.documentElement.lang);
const day = (moment) => new Intl.DateTimeFormat(language(), { dateStyle: "long" }).format(moment);
const age = (moment) => {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(moment).setHours(0, 0, 0, 0)) / 864e5);
  return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(-days, "day");
};

customElements.define("saved-list", class extends HTMLElement {
  async connectedCallback() {
    this.again = () => this.look();
    addEventListener("online", this.again);
    this.querySelector("[data-wipe]").addEventListener("click", async () => {
      await wipe();
      await this.draw();
      this.querySelector("[data-wiped]").hidden = false;
    });
    await this.draw();
    await this.look();
  }
  disconnectedCallback() { removeEventListener("online", this.again); }
  async draw() {
    const cache = isPossible && (await caches.has(CACHE)) ? await caches.open(CACHE) : null, steps = read(STEPS), rows = [];
    for (const [path, each] of cache ? Object.entries(read(SAVED)) : []) {
      if (!(await cache.match(path))) continue;
      rows.push(this.row(path, each, steps[each.card]));
      delete steps[each.card];
    }
    for (const each of Object.values(steps)) rows.push(this.row(each.path + (each.query ?? ""), each, each));
    this.querySelector("ul").replaceChildren(...rows);
    this.querySelector("[data-none]").hidden = rows.length > 0;
    for (const each of this.querySelectorAll("[data-some]")) each.hidden = rows.length === 0;
    this.dataset.ready = "";
  }
  row(href, { title, lang, dir, at }, progress) {
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true), link = row.querySelector("a");
    const part = (name) => row.querySelector(`[data-${name}]`);
    Object.assign(link, { href, lang, dir });
    link.textContent = title;
    part("saved").hidden = !at;
    part("online").hidden = Boolean(at) || !progress || href !== progress.path + (progress.query ?? "");
    if (at) part("saved").querySelector("time").textContent = `${day(at)} (${age(at)})`;
    part("done").hidden = !progress?.done;
    part("step").hidden = !progress || Boolean(progress.done);
    part("step").textContent = progress ? filled(part("step").dataset.words, progress.step, progress.steps) : "";
    return row;
  }
  async look() {
    await tidy().catch(() => {}); // no connection: what is saved stays
    await this.draw();
  }
});

/* ── kept-here: for who is signed in, what is on this device and not in the account; nothing goes before a button is pushed ── */

customElements.define("kept-here", class extends HTMLElement {
  connectedCallback() {
    const steps = read(STEPS), found = { ...steps };
    for (const each of Object.values(read(SAVED))) if (each.card) found[each.card] ??= each;
    const isTaken = ([card, each]) => document.querySelector(`[data-taken="${CSS.escape(card)}"]${each.done ? "[data-is-done]" : ""}`);
    const left = Object.entries(found).filter((each) => !isTaken(each));
    const rows = left.map(([card, each]) => {
      const row = this.querySelector("template").content.firstElementChild.cloneNode(true), [tick, done] = row.querySelectorAll("input");
      tick.value = card;
      Object.assign(done, { name: `klaar-${card}`, value: each.done ? new Date(each.done).toLocaleDateString("sv") : "" });
      Object.assign(row.querySelector("[data-title]"), { textContent: each.title, lang: each.lang, dir: each.dir });
      row.querySelector("[data-done]").hidden = !each.done;
      return row;
    });
    this.querySelector("ul").replaceChildren(...rows);
    this.querySelector("form").hidden = !rows.length;
    this.querySelector("[data-none]").hidden = Object.keys(found).length > 0;
    this.querySelector("[data-all]").hidden = rows.length > 0 || !Object.keys(found).length;
  }
});

if (told("uitleg-bewaren") === "uit") stopSaving().catch(() => {});
else if (!document.querySelector("saved-list")) {
  const idle = window.requestIdleCallback ?? setTimeout;
  const later = () => idle(() => tidy().catch(() => {}));
  if (document.readyState === "complete") later();
  else addEventListener("load", later, { once: true });
}
