// Saving an explanation on the phone: on caregivers' pages only, and nothing before somebody asks for it. What is saved
// stays on the device; the server never hears of it.

const CACHE = "uitleg", STORE = "uitleg";
const fresh = (path) => new Request(path, { cache: "reload", redirect: "manual", credentials: "same-origin" });
const isHere = (url) => new URL(url, location.href).origin === location.origin;
const entries = () => JSON.parse(localStorage.getItem(STORE) || "{}");
const store = (all) => localStorage.setItem(STORE, JSON.stringify(all));
const isPossible = "serviceWorker" in navigator && "caches" in window;

/* What this page needs to be read, seen and heard again. Films are left out: they are large. */
const parts = () => {
  const found = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img[src], [data-src], [data-audio], use")]
    .flatMap((each) => [each.href?.baseVal ?? each.href, each.src, each.dataset.src, each.dataset.audio])
    .concat(performance.getEntriesByType("resource").map((each) => each.name).filter((name) => name.endsWith(".woff2")));
  return [...new Set(found.filter((url) => url && isHere(url)).map((url) => new URL(url, location.href).pathname))];
};

const forget = async (path) => {
  const cache = await caches.open(CACHE), all = entries();
  const gone = all[path]?.parts ?? [];
  delete all[path];
  store(all);
  const used = new Set(Object.values(all).flatMap((each) => each.parts));
  await cache.delete(path);
  if (Object.keys(all).length) await Promise.all(gone.filter((each) => !used.has(each)).map((each) => cache.delete(each)));
};

const wipe = async () => {
  localStorage.removeItem(STORE);
  await caches.delete(CACHE);
  for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
};

/* ── offline-save: data-worker, data-list; [data-done] and [data-failed] say how it went ── */

customElements.define("offline-save", class extends HTMLElement {
  async connectedCallback() {
    this.hidden = !isPossible;
    if (!isPossible) return;
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.save());
    if (!entries()[location.pathname]) return;
    this.show("[data-done]");
    this.save(true);
  }
  /* `again`: it was saved before, and is brought up to date where there is a connection; with the number of who gave it. */
  async save(again = false) {
    const path = location.pathname, needed = parts(), { worker, list } = this.dataset;
    const query = this.dataset.query || (again && entries()[path].query) || "";
    const article = document.querySelector("article h1");
    if (!again) this.button.setAttribute("aria-busy", "true");
    try {
      const cache = await caches.open(CACHE);
      const answers = await Promise.all([path, list, ...needed].map(async (each) => [each, await fetch(fresh(each === path ? path + query : each))]));
      if (answers.some(([, answer]) => !answer.ok)) throw new Error("not all of it is there");
      await Promise.all(answers.map(([each, answer]) => cache.put(each, answer)));
      const { lang, dir } = article.closest("[lang]");
      store({ ...entries(), [path]: { title: article.innerText, lang, dir, query, parts: needed } });
      await navigator.serviceWorker.register(worker, { scope: `/${path.split("/")[1]}/`, updateViaCache: "none" });
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

/* ── saved-list: what is on this phone. What was withdrawn goes as soon as there is a connection ── */

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
    const cache = isPossible && (await caches.has(CACHE)) ? await caches.open(CACHE) : null;
    const rows = [];
    for (const [path, { title, lang, dir }] of cache ? Object.entries(entries()) : []) {
      if (!(await cache.match(path))) continue;
      const row = this.querySelector("template").content.firstElementChild.cloneNode(true), link = row.querySelector("a");
      Object.assign(link, { href: path, lang, dir });
      link.textContent = title;
      rows.push(row);
    }
    this.querySelector("ul").replaceChildren(...rows);
    this.querySelector("[data-none]").hidden = rows.length > 0;
    this.querySelector("[data-some]").hidden = rows.length === 0;
    this.dataset.ready = "";
  }
  async look() {
    for (const path of Object.keys(entries())) {
      try {
        const answer = await fetch(fresh(path));
        if (answer.type === "opaqueredirect" || answer.status === 404 || answer.status === 410) await forget(path);
      } catch {
        return; // no connection: what is saved stays
      }
    }
    await this.draw();
  }
});
