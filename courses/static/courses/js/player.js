// The player: sends what a learner does without leaving the page, and loses nothing when the network or the session goes.
//
// Every act is written to this device first and removed only when the server has taken or refused it. The server knows an
// act by its `event`, so sending it twice does no harm. Without this script every form works as a form.
//
// <activity-player data-person data-login-url data-position-url data-resume-anchor
//   data-text-saving data-text-saved data-text-offline data-text-session-over data-text-log-in data-text-refused data-text-sent>
// Forms inside: <form method="post" data-activity-form> with a hidden `event`. Text to keep while typing: [data-draft].
// An element with data-player-status, when there is one, shows how it stands.

const DRAFT_AGE = 30 * 24 * 60 * 60 * 1000; // milliseconds, like every time below
const DRAFT_DELAY = 300;
const POSITION_INTERVAL = 5000;
const FIRST_RETRY = 2000;
const LAST_RETRY = 60000;

/* ── what this device remembers ─────────────────────────────────────────── */

// A browser may forbid storage or have no room left: what it does not take lives as long as the page.
const memory = new Map();

const remember = (key, value) => {
  try { localStorage.setItem(key, JSON.stringify(value)); memory.delete(key); } catch { memory.set(key, value); }
};

const recall = (key, otherwise) => {
  if (memory.has(key)) return memory.get(key);
  try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; }
};

const forget = (key) => {
  memory.delete(key);
  try { localStorage.removeItem(key); } catch { /* there was nothing to remove */ }
};

// Not crypto.randomUUID, which is missing where a site is tried out without https.
const newUuid = () => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
  (Number(digit) ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

const deviceUuid = () => {
  const device = recall("lxp-device", "") || newUuid();
  remember("lxp-device", device);
  return device;
};

const nextSequence = () => {
  const sequence = recall("lxp-sequence", 0) + 1;
  remember("lxp-sequence", sequence);
  return sequence;
};

const csrfToken = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "";

/* ── the queue of one person: another person on this device never sends it ── */

class Queue {
  constructor(person) { this.key = `lxp-acts-${person}`; }
  all() { return recall(this.key, []); }
  // The same event replaces itself: whoever changes an answer that was never sent, sends the last one.
  add(act) {
    const acts = this.all();
    const place = acts.findIndex((each) => each.event === act.event);
    if (place < 0) acts.push(act); else acts[place] = act;
    this.write(acts);
  }
  remove(event) { this.write(this.all().filter((each) => each.event !== event)); }
  write(acts) { return acts.length ? remember(this.key, acts) : forget(this.key); }
}

/* ── one answer of the server ── */

const INVALID = 422, TAKEN = "taken", REFUSED = "refused", SESSION_OVER = "session-over", LATER = "later";

const outcomeOf = (response) => {
  // A redirect means that the address wants a sign-in first: nothing was taken.
  if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) return SESSION_OVER;
  if (response.ok) return TAKEN;
  return response.status >= 500 || response.status === 408 || response.status === 429 ? LATER : REFUSED;
};

const send = async (act) => {
  try {
    const response = await fetch(act.url, {
      method: "POST",
      body: new URLSearchParams(act.fields),
      headers: { "X-Requested-With": "fetch", "X-CSRFToken": csrfToken() },
      credentials: "same-origin",
      redirect: "manual",
    });
    const outcome = outcomeOf(response);
    const isHtml = response.headers.get("Content-Type")?.startsWith("text/html");
    const body = outcome === TAKEN || outcome === REFUSED ? await response.text() : "";
    const { status, headers } = response;
    return { outcome, status, next: headers.get("X-Next"), html: isHtml ? body : "", text: isHtml ? "" : body };
  } catch {
    return { outcome: LATER };
  }
};

/* ── parts of the page that came back ───────────────────────────────────── */

const parsed = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
};

// A live region speaks when it changes, not when it appears: its words come a moment after it.
const speak = (region) => {
  const words = [...region.childNodes];
  region.replaceChildren();
  setTimeout(() => region.replaceChildren(...words), 100);
};

const place = (element, otherwise) => {
  const old = element.id && document.getElementById(element.id);
  if (old) { old.replaceWith(element); return true; }
  const home = (element.dataset.append && document.getElementById(element.dataset.append)) || otherwise;
  home?.append(element);
  return Boolean(home);
};

const goTo = (element) => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (!element.matches("a[href], button, input, select, textarea, [tabindex]")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
};

// Puts every part in its place; one without a place goes to the end of `otherwise`. True when there was a part to put.
const apply = (html, otherwise) => {
  const placed = [...parsed(html).children].filter((element) => place(element, otherwise));
  const found = (selector) => placed.flatMap((each) => [each, ...each.querySelectorAll("*")].filter((one) => one.matches(selector)));
  const target = found("[data-focus]")[0];
  found("[role=status]").filter((region) => !region.contains(target ?? null) && region.textContent.trim()).forEach(speak);
  if (target) goTo(target);
  return placed.length > 0;
};

/* ── the element ────────────────────────────────────────────────────────── */

class ActivityPlayer extends HTMLElement {
  connectedCallback() {
    this.queue = new Queue(this.dataset.person);
    this.mine = new Set(); // events of this page that were not answered yet
    this.retryAfter = FIRST_RETRY;
    this.listening = new AbortController();
    const options = { signal: this.listening.signal };
    this.addEventListener("submit", (event) => this.submitted(event), options);
    this.addEventListener("input", (event) => this.typed(event.target), options);
    this.addEventListener("change", (event) => this.changed(event.target), options);
    addEventListener("online", () => this.hurry(), options);
    addEventListener("pagehide", () => this.left(), options);
    document.addEventListener("visibilitychange", () => (document.hidden ? this.left() : this.hurry()), options);
    this.restoreDrafts();
    this.resume();
    this.flush();
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.retry);
    clearTimeout(this.drafting);
  }

  /* sending */

  submitted(event) {
    const form = event.target;
    if (!form.matches("form[data-activity-form]") || event.defaultPrevented) return;
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    const act = this.actOf(form, event.submitter);
    this.keepDrafts(form);
    this.queue.add(act);
    this.mine.add(act.event);
    this.querySelector("#activity-error")?.remove();
    this.busy(form, event.submitter);
    this.show("saving");
    this.flush();
  }

  actOf(form, submitter) {
    const data = new FormData(form);
    if (submitter?.name) data.append(submitter.name, submitter.value);
    // The token of this page may be old by the time that this is sent; the header has a fresh one.
    data.delete("csrfmiddlewaretoken");
    if (!data.get("event")) data.set("event", newUuid());
    data.set("device", deviceUuid());
    data.set("sequence", nextSequence());
    data.set("client_time", new Date().toISOString());
    data.set("person", this.dataset.person);
    const fields = [...data].filter(([, value]) => typeof value === "string");
    return { event: data.get("event"), url: form.getAttribute("action"), page: location.pathname, fields };
  }

  // A connection that has just come back may fail once more: then it is tried again in seconds, not after the long wait.
  hurry() {
    this.retryAfter = FIRST_RETRY;
    this.flush();
  }

  // One at a time and in order; one tab sends, and what another tab adds meanwhile goes along.
  async flush() {
    if (this.sending) { this.again = true; return; }
    this.sending = true;
    clearTimeout(this.retry);
    try {
      if (navigator.locks) await navigator.locks.request(this.queue.key, () => this.sendAll());
      else await this.sendAll();
    } finally {
      this.sending = false;
      this.free();
      if (this.again) { this.again = false; this.flush(); } else this.catchUp();
    }
  }

  // Another tab sent what was done here, and got the answer to it: only the server knows how this page looks now.
  catchUp() {
    const waiting = new Set(this.queue.all().map((act) => act.event));
    if ([...this.mine].some((event) => !waiting.has(event))) location.reload();
  }

  async sendAll() {
    for (let act = this.queue.all()[0]; act; act = this.queue.all()[0]) {
      const answer = await send(act);
      if (answer.outcome === SESSION_OVER) { this.askToLogIn(); return; }
      if (answer.outcome === LATER) { this.later(); return; }
      this.queue.remove(act.event);
      this.retryAfter = FIRST_RETRY;
      this.free();
      this.answered(act, answer);
    }
  }

  answered(act, answer) {
    const isMine = this.mine.delete(act.event);
    const isHere = act.page === location.pathname;
    if (answer.outcome === REFUSED) { this.refused(act, answer, isHere); return; }
    this.forgetDrafts(act);
    this.tell("");
    this.show(isMine ? "saved" : "sent");
    if (isHere && answer.html) apply(answer.html);
    if (isMine && answer.next) location.assign(answer.next);
  }

  refused(act, answer, isHere) {
    this.show("refused");
    this.tell("");
    // The reason stands at what was sent, not at the top of a long page.
    const form = isHere ? this.formOf(act.event) : null;
    // Only 422 answers with parts of this page; another refusal may come with a whole page of its own.
    const home = form?.closest("#actionbar") ? this.querySelector("article") : form;
    if (form && answer.status === INVALID && apply(answer.html, home)) return;
    const reason = answer.text || parsed(answer.html).querySelector("[role=alert]")?.textContent || "";
    this.tell(`${this.dataset.textRefused} ${reason.trim().slice(0, 300)}`.trim());
  }

  later() {
    this.show("offline");
    this.tell(this.dataset.textOffline);
    this.retry = setTimeout(() => this.flush(), this.retryAfter);
    this.retryAfter = Math.min(this.retryAfter * 2, LAST_RETRY);
  }

  askToLogIn() {
    const link = document.createElement("a");
    link.href = this.dataset.loginUrl;
    link.textContent = this.dataset.textLogIn;
    this.show("offline");
    this.tell(this.dataset.textSessionOver, link);
  }

  formOf(event) {
    const field = [...this.querySelectorAll("form[data-activity-form] input[name=event]")].find((each) => each.value === event);
    return field?.form ?? null;
  }

  busy(form, submitter) {
    form.setAttribute("aria-busy", "true");
    submitter?.setAttribute("aria-disabled", "true");
    submitter?.setAttribute("aria-busy", "true");
  }

  free() {
    for (const each of this.querySelectorAll("form[aria-busy], button[aria-busy]")) {
      each.removeAttribute("aria-busy");
      each.removeAttribute("aria-disabled");
    }
  }

  /* how it stands */

  show(state) {
    const status = this.status ??= this.statusLine();
    const words = { saving: this.dataset.textSaving, saved: this.dataset.textSaved, sent: this.dataset.textSent };
    status.hidden = !words[state];
    status.dataset.state = state === "sent" ? "saved" : state;
    status.textContent = words[state] ?? "";
  }

  statusLine() {
    const status = document.querySelector("[data-player-status]") ?? document.createElement("p");
    if (status.isConnected) return status;
    status.className = "saving";
    status.setAttribute("role", "status");
    this.frame(status);
    return status;
  }

  // What must be noticed: an alert speaks when it appears. Nothing to say removes it.
  tell(words, link) {
    if (this.notice?.dataset.words === words) return;
    this.notice?.remove();
    this.notice = null;
    if (!words) return;
    const box = document.createElement("div");
    box.className = "callout callout--warn";
    box.setAttribute("role", "alert");
    const text = document.createElement("p");
    text.append(words, ...(link ? [" ", link] : []));
    box.append(text);
    this.notice = this.frame(box);
    this.notice.dataset.words = words;
  }

  frame(element) {
    const frame = document.createElement("div");
    frame.className = "wrap noprint player__notice";
    frame.append(element);
    const bar = this.querySelector("#actionbar");
    if (bar) bar.before(frame); else this.append(frame);
    return frame;
  }

  /* words that are still being written */

  draftKey(form) { return `lxp-draft-${this.dataset.person}-${form.getAttribute("action")}`; }

  typed(field) {
    if (!field.matches("form [data-draft]")) return;
    clearTimeout(this.drafting);
    this.drafting = setTimeout(() => this.keepDrafts(field.form), DRAFT_DELAY);
  }

  keepDrafts(form) {
    clearTimeout(this.drafting);
    const fields = [...form.querySelectorAll("[data-draft]")].filter((field) => field.value !== field.defaultValue);
    const words = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    if (fields.length) remember(this.draftKey(form), { at: Date.now(), words });
    else forget(this.draftKey(form));
  }

  restoreDrafts() {
    for (const form of this.querySelectorAll("form[data-activity-form]")) {
      const draft = recall(this.draftKey(form), null);
      if (!draft) continue;
      if (Date.now() - draft.at > DRAFT_AGE) { forget(this.draftKey(form)); continue; }
      for (const field of form.querySelectorAll("[data-draft]")) field.value = draft.words[field.name] ?? field.value;
    }
  }

  // A draft goes when what was taken is what was written; who typed on meanwhile keeps the rest.
  forgetDrafts(act) {
    const key = `lxp-draft-${this.dataset.person}-${act.url}`;
    const draft = recall(key, null);
    if (!draft) return;
    const sent = Object.fromEntries(act.fields);
    if (Object.entries(draft.words).every(([name, words]) => sent[name] === words)) forget(key);
  }

  // Who chooses again need not look at what was said of the former try.
  changed(field) {
    const question = field.form?.matches(".quiz, .quiz form") ? field.closest("fieldset") : null;
    if (!question) return;
    question.querySelectorAll("[data-result]").forEach((each) => delete each.dataset.result);
    question.querySelectorAll(".option__mark").forEach((mark) => mark.remove());
    field.form.querySelectorAll("[role=status]").forEach((region) => region.replaceChildren());
  }

  /* the exact spot */

  resume() {
    const target = this.dataset.resumeAnchor && !location.hash && document.getElementById(this.dataset.resumeAnchor);
    if (target) target.scrollIntoView({ block: "start" });
    this.anchor = this.reached();
  }

  reached() {
    const middle = innerHeight / 2;
    const shown = [...this.querySelectorAll("article [id]:not(form *)")].filter((each) => each.getClientRects().length);
    const above = shown.filter((each) => each.getBoundingClientRect().top < middle);
    return scrollY > 0 && above.length ? above[above.length - 1].id : "";
  }

  left() {
    const drafting = document.activeElement?.matches("[data-draft]") ? document.activeElement.form : null;
    if (drafting) this.keepDrafts(drafting);
    const [anchor, now] = [this.reached(), Date.now()];
    if (!this.dataset.positionUrl || anchor === this.anchor || now - (this.toldAt ?? 0) < POSITION_INTERVAL) return;
    [this.anchor, this.toldAt] = [anchor, now];
    navigator.sendBeacon(this.dataset.positionUrl, new URLSearchParams({ anchor, csrfmiddlewaretoken: csrfToken() }));
  }
}

if (!customElements.get("activity-player")) customElements.define("activity-player", ActivityPlayer);
