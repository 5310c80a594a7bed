// The list of who is there, on a phone that may have no connection. Every tick is written to this device first and removed
// only when the server has taken or refused it; the server knows a tick by its `event`, so sending it twice does no harm.
// Of a tick nothing but numbers is kept: no names. Without this script every tick is a form.
//
// <attendance-list data-person data-login-url data-text-unsent data-text-sent data-text-present data-text-unknown
//   data-text-offline data-text-session-over data-text-log-in data-text-refused, data-keeper: the worker that keeps the page>
// Inside: [data-status], [data-kept], and for each person <li id="p…" data-attendance> with [data-known] and <form data-tick>.

const FIRST_RETRY = 2000, LAST_RETRY = 30000; // milliseconds

// Not crypto.randomUUID, which is missing where a site is tried out without https.
const newUuid = () => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
  (Number(digit) ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

const csrfToken = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "";

/* ── what waits on this device for one person: another person who signs in here never sends it ── */

class Queue {
  constructor(person) { this.key = `lxp-attendance-${person}`; this.memory = []; }
  all() {
    try { return JSON.parse(localStorage.getItem(this.key)) ?? this.memory; } catch { return this.memory; }
  }
  write(ticks) {
    this.memory = ticks;
    try {
      if (ticks.length) localStorage.setItem(this.key, JSON.stringify(ticks));
      else localStorage.removeItem(this.key);
    } catch { /* a browser without room remembers it as long as the page is open */ }
  }
  add(tick) { this.write([...this.all(), tick]); }
  remove(event) { this.write(this.all().filter((each) => each.event !== event)); }
  mark(event) { this.write(this.all().map((each) => (each.event === event ? { ...each, late: true } : each))); }
}

/* ── one answer of the server ── */

const TAKEN = "taken", REFUSED = "refused", SESSION_OVER = "session-over", LATER = "later";

const send = async (tick) => {
  const fields = new URLSearchParams({ event: tick.event, attendance: tick.attendance });
  // Seconds by the clock of this device alone: whether that clock is right does not matter.
  if (tick.late) fields.set("age", String(Math.max(0, Math.round((Date.now() - tick.at) / 1000))));
  try {
    const response = await fetch(tick.url, {
      method: "POST", body: fields, credentials: "same-origin", redirect: "manual",
      headers: { "X-Requested-With": "fetch", "X-CSRFToken": csrfToken() },
    });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    const answer = isJson ? await response.json() : {};
    if (response.ok && isJson) return { ...answer, result: TAKEN };
    if (isJson) return { ...answer, result: REFUSED };
    if (response.status >= 500 || response.status === 408 || response.status === 429) return { result: LATER };
    // A redirect, or a page of its own, means that somebody has to sign in first: nothing was taken.
    return { result: response.status === 404 ? REFUSED : SESSION_OVER };
  } catch {
    return { result: LATER };
  }
};

/* ── this page for a phone without a connection: only today, and only this page (docs/decisions/0037) ── */

const isComplete = () => document.readyState === "complete" ? null : new Promise((done) => addEventListener("load", done));

const keepPage = async (keeper, tell) => {
  await isComplete();
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener("message", (event) => { if (event.data?.kept) tell(); });
  await serviceWorker.register(keeper, { scope: location.pathname });
  const { active } = await serviceWorker.ready;
  active.postMessage({ keep: performance.getEntriesByType("resource").map((each) => each.name) });
};

/* ── the element ── */

customElements.define("attendance-list", class extends HTMLElement {
  connectedCallback() {
    this.queue = new Queue(this.dataset.person);
    this.retryAfter = FIRST_RETRY;
    this.listening = new AbortController();
    const options = { signal: this.listening.signal };
    this.addEventListener("submit", (event) => this.ticked(event), options);
    addEventListener("online", () => this.hurry(), options);
    addEventListener("offline", () => this.show(), options);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.hurry(); }, options);
    for (const tick of this.queue.all()) this.paint(tick.booking, tick.attendance, "");
    this.flush();
    if (this.dataset.keeper && "serviceWorker" in navigator) {
      // A browser that keeps nothing for pages shows the list all the same.
      keepPage(this.dataset.keeper, () => { this.querySelector("[data-kept]").hidden = false; }).catch(() => {});
    }
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.retry);
  }

  ticked(event) {
    const form = event.target;
    if (!form.matches("form[data-tick]")) return;
    event.preventDefault();
    const row = form.closest("li");
    const attendance = form.querySelector("button").value;
    const url = form.getAttribute("action");
    const late = navigator.onLine === false;
    this.queue.add({ event: newUuid(), booking: row.id, url, attendance, at: Date.now(), late });
    this.paint(row.id, attendance, "");
    this.flush();
  }

  // A connection that has just come back may fail once more: then it is tried again in seconds, not after the long wait.
  hurry() {
    this.retryAfter = FIRST_RETRY;
    this.flush();
  }

  // One at a time and in order; of several tabs one sends.
  async flush() {
    if (this.sending) { this.again = true; return; }
    this.sending = true;
    clearTimeout(this.retry);
    this.show();
    try {
      if (navigator.locks) await navigator.locks.request(this.queue.key, () => this.sendAll());
      else await this.sendAll();
    } finally {
      this.sending = false;
      if (this.again) { this.again = false; this.flush(); }
    }
  }

  async sendAll() {
    for (let tick = this.queue.all()[0]; tick; tick = this.queue.all()[0]) {
      const answer = await send(tick);
      if (answer.result === SESSION_OVER) { this.askToLogIn(); return; }
      if (answer.result === LATER) {
        // What was ticked meanwhile was ticked without a connection too.
        for (const each of this.queue.all()) this.queue.mark(each.event);
        this.later();
        return;
      }
      this.queue.remove(tick.event);
      this.retryAfter = FIRST_RETRY;
      this.lost = false;
      this.answered(tick, answer);
      this.show();
    }
    this.lost = false;
    this.show();
  }

  answered(tick, answer) {
    const waits = this.queue.all().some((each) => each.booking === tick.booking);
    if (!waits && answer.attendance !== undefined) this.paint(tick.booking, answer.attendance, answer.known);
    this.sentSome = true;
    if (answer.words) this.tell(answer.words);
    else if (answer.result === REFUSED) this.tell(this.dataset.textRefused);
  }

  later() {
    this.lost = true;
    this.show();
    this.retry = setTimeout(() => this.flush(), this.retryAfter);
    this.retryAfter = Math.min(this.retryAfter * 2, LAST_RETRY);
  }

  /* how it stands */

  paint(booking, attendance, known) {
    const row = this.querySelector(`#${CSS.escape(booking)}`);
    if (!row) return;
    const isThere = attendance === "present";
    const waits = this.queue.all().some((each) => each.booking === booking);
    row.dataset.attendance = waits ? "" : attendance; // signing asks what the server knows
    row.querySelector("[data-known]").textContent = waits
      ? `${isThere ? this.dataset.textPresent : this.dataset.textUnknown} · ${this.dataset.textUnsent.toLowerCase()}` : known;
    const button = row.querySelector("form[data-tick] button");
    if (!button) return;
    button.setAttribute("aria-pressed", String(isThere));
    button.value = isThere ? "" : "present";
  }

  show() {
    const count = this.queue.all().length;
    const words = count ? `${this.dataset.textUnsent} (${count}). ` : "";
    const lost = this.lost || navigator.onLine === false ? this.dataset.textOffline : "";
    const done = !count && this.sentSome && this.wasWaiting ? this.dataset.textSent : "";
    this.wasWaiting = this.wasWaiting || (count > 0 && Boolean(lost));
    const status = this.querySelector("[data-status]");
    const text = words + lost || done;
    if (status.textContent !== text) status.textContent = text;
  }

  tell(words, link) {
    const box = document.createElement("div");
    box.className = "callout callout--warn";
    box.setAttribute("role", "alert");
    const text = document.createElement("p");
    text.append(words, ...(link ? [" ", link] : []));
    box.append(text);
    this.querySelector("[data-status]").after(box);
    return box;
  }

  askToLogIn() {
    if (this.asked) return;
    const link = document.createElement("a");
    link.href = this.dataset.loginUrl;
    link.textContent = this.dataset.textLogIn;
    this.asked = this.tell(this.dataset.textSessionOver, link);
    this.show();
  }
});
