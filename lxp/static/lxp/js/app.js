// Small improvements on top of HTML that works without them. Each is an element of its own, without a shadow DOM:
// not defined means not improved, and a fragment that htmx swaps in is improved again.
// A part that belongs to one kind of page may be added as its own section below; it starts with define().

/* ── shared ─────────────────────────────────────────────────────────────── */

const define = (name, element) => customElements.get(name) || customElements.define(name, element);

const setIcon = (parent, name) => {
  const use = parent.querySelector("use");
  if (use) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
};

/* ── menu-toggle: a details menu closes on Escape, on a click elsewhere and when the focus leaves ── */

define("menu-toggle", class extends HTMLElement {
  connectedCallback() {
    this.menu = this.querySelector("details");
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.menu.open) return;
      this.menu.open = false;
      this.menu.querySelector("summary").focus();
    });
    this.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.contains(event.relatedTarget)) this.menu.open = false;
    });
    this.away = (event) => { if (!this.contains(event.target)) this.menu.open = false; };
    document.addEventListener("click", this.away);
  }
  disconnectedCallback() { document.removeEventListener("click", this.away); }
});

/* ── busy-form: a form is sent once; the way back brings it back to life ── */

define("busy-form", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      if (this.sent) { event.preventDefault(); return; }
      // Another listener may still stop this submit, so wait until they have all had their say.
      queueMicrotask(() => { if (!event.defaultPrevented) this.busy(true, event.submitter); });
    });
    this.again = () => this.busy(false);
    addEventListener("pageshow", this.again);
  }
  disconnectedCallback() { removeEventListener("pageshow", this.again); }
  busy(on, submitter) {
    this.sent = on;
    // aria-disabled instead of disabled: a disabled button would leave its name and value out of the form.
    for (const button of this.querySelectorAll('button[type="submit"], button:not([type])')) {
      if (on) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
    if (on) submitter?.setAttribute("aria-busy", "true");
    else this.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

/* ── passkey-trouble: says so when the browser or the person stopped a passkey ── */

define("passkey-trouble", class extends HTMLElement {
  connectedCallback() {
    this.failed = (event) => { event.preventDefault(); this.firstElementChild.hidden = false; };
    document.addEventListener("allauth.error", this.failed);
  }
  disconnectedCallback() { document.removeEventListener("allauth.error", this.failed); }
});

/* ── print-page ─────────────────────────────────────────────────────────── */

define("print-page", class extends HTMLElement {
  connectedCallback() { this.querySelector("button").addEventListener("click", () => print()); }
});

/* ── share-link: the sheet of the device for sharing, or a copy of the address; hidden where neither is there.
   data-url, data-title; [data-copied] and [data-failed] say how it went ── */

define("share-link", class extends HTMLElement {
  connectedCallback() {
    this.hidden = !navigator.share && !navigator.clipboard;
    this.querySelector("button").addEventListener("click", () => this.share());
  }
  async share() {
    const { url, title } = this.dataset;
    try {
      if (navigator.share) { await navigator.share({ title, url }); return; }
      await navigator.clipboard.writeText(url);
      this.show("[data-copied]");
    } catch (fault) {
      if (fault.name !== "AbortError") this.show("[data-failed]");
    }
  }
  show(which) {
    for (const each of this.querySelectorAll("[data-copied], [data-failed]")) each.hidden = !each.matches(which);
  }
});

/* ── facet-panel: filters stand open where there is room for them ────────── */

define("facet-panel", class extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector("details");
    this.wide = matchMedia("(min-width: 60rem)");
    this.open = () => { if (this.wide.matches) details.open = true; };
    this.wide.addEventListener("change", this.open);
    this.open();
  }
  disconnectedCallback() { this.wide.removeEventListener("change", this.open); }
});

/* ── read-aloud: what was recorded first, else the voice of the device, which says so; hidden where neither is there ──
   data-for: id of what to read; data-stop: words on the button while it reads; data-src: a recording of all of it.
   Inside, an element with data-audio is a part with a recording of its own; [data-device] is shown where a device speaks, and
   [data-mute] where nothing can be heard. */

const VOICES_COME_MS = 3000;

const SKIPPED = "nav, form, footer, read-aloud, .tools, .bystep__choice, .bystep__bar, .bystep__done, .printonly, .meta, .vh, [hidden]";
const voiceFor = (language) =>
  speechSynthesis.getVoices().find((each) => each.lang.replace("_", "-").toLowerCase().startsWith(language));

define("read-aloud", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.words = this.button.querySelector("span");
    this.label = [...this.words.childNodes];
    this.button.setAttribute("aria-pressed", "false");
    this.button.addEventListener("click", () => (this.reading ? this.stop() : this.play()));
    this.leave = () => this.stop();
    addEventListener("pagehide", this.leave);
    // Voices come later than the page. Until there is one, a button that could stay silent is not there.
    this.judge = () => {
      const speaks = !this.isRecorded && this.hasVoice;
      const isMute = !this.dataset.src && !this.hasAudio && !speaks, words = this.querySelector("[data-mute]");
      this.button.hidden = isMute;
      if (words) words.hidden = !isMute || !this.hasWaited;
      this.hidden = isMute && (words?.hidden ?? true);
      const note = this.querySelector("[data-device]");
      if (note) note.hidden = !speaks;
    };
    this.judge();
    this.waiting = setTimeout(() => { this.hasWaited = true; this.judge(); }, VOICES_COME_MS);
    window.speechSynthesis?.addEventListener?.("voiceschanged", this.judge);
  }
  disconnectedCallback() {
    removeEventListener("pagehide", this.leave);
    clearTimeout(this.waiting);
    window.speechSynthesis?.removeEventListener?.("voiceschanged", this.judge);
    if (this.reading) this.stop();
  }
  get root() { return document.getElementById(this.dataset.for); }
  get language() { return (this.root.querySelector("h1, h3") ?? this.root).closest("[lang]").lang; }
  get hasVoice() { return "speechSynthesis" in window && Boolean(voiceFor(this.language)); }
  get hasAudio() { return Boolean(this.root.querySelector("[data-audio]")); }
  get isRecorded() {
    return Boolean(this.dataset.src) || this.parts().every((part) => part.matches("[data-audio]"));
  }
  /* What is read, in order: a part with a recording as a whole, else headings, paragraphs and lines. */
  parts() {
    return [...this.root.querySelectorAll("[data-audio], h1, h2, h3, p, li")].filter((part) =>
      part.matches("[data-audio]") ||
      (!part.closest(SKIPPED) && !part.closest("[data-audio]") && !part.querySelector("h3, p, ul") && part.innerText.trim()));
  }
  play() {
    for (const other of document.querySelectorAll("read-aloud")) if (other !== this && other.reading) other.stop();
    this.show(true);
    if (this.dataset.src) this.next([this.root], this.dataset.src);
    else this.next(this.parts());
  }
  next(parts, source) {
    this.mark(null);
    const part = parts.shift();
    if (!this.reading) return;
    if (!part) { this.stop(); return; }
    const recording = source || part.dataset.audio;
    const language = part.closest("[lang]").lang;
    const voice = "speechSynthesis" in window && voiceFor(language);
    if (!recording && !voice) { this.next(parts); return; } // no voice for this language: on to what can be heard
    this.mark(part.closest(".step") || part);
    const on = () => this.next(parts);
    if (recording) this.playRecording(recording, on);
    else this.speak(part.innerText, language, voice, on); // one part at a time: long texts stall in Chromium
  }
  playRecording(source, on) {
    this.audio = new Audio(source);
    this.audio.onended = on;
    this.audio.onerror = () => this.fail();
    this.audio.play().catch((fault) => { if (fault.name !== "AbortError") this.fail(); });
  }
  /* A recording that does not come: the voice of the device takes over, or the button goes. Never silence. */
  fail() {
    if (!this.reading) return;
    this.stop();
    for (const part of [this, this.root, ...this.root.querySelectorAll("[data-audio]")]) {
      delete part.dataset.src;
      delete part.dataset.audio;
    }
    const note = this.querySelector("[data-device]") ?? document.querySelector("[data-device]")?.cloneNode(true);
    if (note) this.append(note); // that it is the device which speaks now, where somebody listens
    for (const each of document.querySelectorAll("read-aloud")) each.judge();
    if (!this.hidden) this.play();
  }
  speak(text, language, voice, on) {
    const speech = new SpeechSynthesisUtterance(text);
    speech.lang = language;
    speech.voice = voice;
    speech.rate = 0.9;
    speech.onend = on;
    speech.onerror = () => this.stop();
    speechSynthesis.speak(speech);
  }
  stop() {
    this.show(false);
    this.audio?.pause();
    window.speechSynthesis?.cancel();
    this.mark(null);
  }
  mark(part) {
    document.querySelector(".is-reading")?.classList.remove("is-reading");
    part?.dispatchEvent(new Event("reading", { bubbles: true }));
    part?.classList.add("is-reading");
    part?.scrollIntoView({ block: "nearest" });
  }
  show(reading) {
    this.reading = reading;
    this.button.setAttribute("aria-pressed", String(reading));
    setIcon(this.button, reading ? "square" : "volume-2");
    this.words.replaceChildren(...(reading ? [this.dataset.stop] : this.label));
  }
});

/* ── card-check: an answer is explained in place; the server judges, and keeps nothing ── */

define("card-check", class extends HTMLElement {
  answered = new Set();
  /* Only the first answer to each question says whether the card was clear. */
  count(name) {
    if (this.answered.has(name)) return;
    this.answered.add(name);
    const counter = document.querySelector("card-count");
    counter?.tell("answered");
    if (this.querySelector(`#${name} .answer--other`)) counter?.tell("failed");
  }
  connectedCallback() {
    this.addEventListener("submit", async (event) => {
      const address = new URL(location.pathname, location.href);
      const { name, value } = event.submitter;
      const answers = new URLSearchParams(new FormData(event.target));
      answers.set(name, value);
      address.search = answers;
      event.preventDefault();
      try {
        const answer = await fetch(address);
        if (!answer.ok) throw new Error(answer.status);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        this.replaceChildren(...page.querySelector("card-check").childNodes);
        this.count(name);
        this.querySelector(`#${name} [aria-describedby]`)?.focus();
      } catch (fault) {
        if (!(fault instanceof TypeError)) location.href = `${address}#${name}`;
        else this.querySelector(`#${name} [role=status]`).textContent = this.dataset.offline;
      }
    });
  }
});

/* ── card-count: tells that a card was opened, printed or answered, or that nothing was found; each once for a page that is open.
   It tells nothing of the reader, nothing where the browser asks for that, and nothing later: without a connection it is lost.
   A card is opened when it was there for some seconds or something was done with it, so that nobody's first step waits for a count.
   data-url; data-act: what this page is; data-card or data-words; data-language ── */

const LOOKED_AT_MS = 5000;

const isPrivate = navigator.globalPrivacyControl || navigator.doNotTrack === "1";

define("card-count", class extends HTMLElement {
  told = new Set();
  connectedCallback() {
    if (!this.dataset.card) { this.tell(this.dataset.act); return; }
    const look = () => { this.looking = setTimeout(() => this.tell(this.dataset.act), LOOKED_AT_MS); };
    const start = () => { if (document.readyState === "complete") look(); else addEventListener("load", look, { once: true }); };
    if (document.prerendering) document.addEventListener("prerenderingchange", start, { once: true });
    else start();
    this.printed = () => this.tell("printed");
    addEventListener("beforeprint", this.printed);
  }
  disconnectedCallback() {
    clearTimeout(this.looking);
    removeEventListener("beforeprint", this.printed);
  }
  tell(act) {
    if (isPrivate || this.told.has(act)) return;
    this.told.add(act);
    this.tell(this.dataset.act);
    const { url, language, card = "", words = "" } = this.dataset;
    const body = new URLSearchParams({ act, language, card, words });
    fetch(url, { method: "POST", body, credentials: "omit", referrerPolicy: "no-referrer", keepalive: true }).catch(() => {});
  }
});

/* ── not-right: the button below a card, without leaving the page; data-counted and data-lost say how it went ── */

define("not-right", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", async (event) => {
      event.preventDefault();
      const form = event.target, body = new URLSearchParams(new FormData(form));
      const sent = { method: "POST", body, credentials: "omit", redirect: "manual" };
      const answer = await fetch(new URL(form.action).pathname, sent).catch(() => null);
      const isCounted = answer?.type === "opaqueredirect"; // the way back to the card
      form.hidden = isCounted;
      for (const each of this.querySelectorAll("[data-counted], [data-lost]")) each.hidden = each.matches("[data-counted]") !== isCounted;
      if (!isCounted) return;
      const heading = this.querySelector("h2");
      heading.tabIndex = -1;
      heading.focus();
    });
  }
});

/* ── after a form that was sent: to what it answers ── */

document.querySelector("main :is(.errors, .callout, h2)[data-focus]")?.focus();

/* ── what a page keeps on this device for one person goes when its time is over, and all of it when they sign out ── */

const forgetKept = async (all) => {
  for (const name of await caches.keys()) {
    const [, until] = name.match(/^lxp-person-(\d+)-/) ?? [];
    if (until && (all || until * 1000 <= Date.now())) await caches.delete(name);
  }
};
if ("caches" in window) {
  forgetKept(Boolean(document.querySelector("form[action$='/account/login/']"))).catch(() => {});
  addEventListener("submit", (event) => { if (event.target.matches("form[action$='/account/logout/']")) forgetKept(true).catch(() => {}); });
}
