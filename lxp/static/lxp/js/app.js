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

/* ── read-aloud: a recording (data-src) when there is one, else the voice of the device ──
   data-for: id of what to read; data-stop: words on the button while it reads. */

const SKIPPED = "nav, form, read-aloud, .tools, .printonly, [hidden]";

define("read-aloud", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.words = this.button.querySelector("span");
    this.label = [...this.words.childNodes];
    if (!this.dataset.src && !("speechSynthesis" in window)) { this.hidden = true; return; }
    this.button.setAttribute("aria-pressed", "false");
    this.button.addEventListener("click", () => (this.reading ? this.stop() : this.play()));
    this.leave = () => this.stop();
    addEventListener("pagehide", this.leave);
  }
  disconnectedCallback() {
    if (!this.leave) return;
    removeEventListener("pagehide", this.leave);
    if (this.reading) this.stop();
  }
  play() {
    for (const other of document.querySelectorAll("read-aloud")) if (other !== this && other.reading) other.stop();
    this.show(true);
    if (this.dataset.src) this.playRecording();
    else this.speak(this.parts());
  }
  playRecording() {
    this.audio = new Audio(this.dataset.src);
    this.audio.onended = this.audio.onerror = () => this.stop();
    this.audio.play().catch(() => this.stop());
  }
  parts() {
    const all = document.getElementById(this.dataset.for).querySelectorAll("h1, h2, h3, p, li");
    return [...all].filter((part) => !part.closest(SKIPPED) && !part.querySelector("h3, p, ul") && part.innerText.trim());
  }
  speak(parts) {
    const language = document.documentElement.lang;
    const voice = speechSynthesis.getVoices().find((each) => each.lang.replace("_", "-").startsWith(language));
    const next = () => {
      this.mark(null);
      const part = parts.shift();
      if (!this.reading) return;
      if (!part) { this.stop(); return; }
      this.mark(part.closest(".step"));
      const speech = new SpeechSynthesisUtterance(part.innerText); // one paragraph at a time: long texts stall in Chromium
      speech.lang = part.closest("[lang]").lang;
      speech.rate = 0.9;
      if (voice && speech.lang === language) speech.voice = voice;
      speech.onend = next;
      speech.onerror = () => this.stop();
      speechSynthesis.speak(speech);
    };
    next();
  }
  stop() {
    this.show(false);
    this.audio?.pause();
    window.speechSynthesis?.cancel();
    this.mark(null);
  }
  mark(step) {
    document.querySelector(".is-reading")?.classList.remove("is-reading");
    step?.classList.add("is-reading");
  }
  show(reading) {
    this.reading = reading;
    this.button.setAttribute("aria-pressed", String(reading));
    setIcon(this.button, reading ? "square" : "volume-2");
    this.words.replaceChildren(...(reading ? [this.dataset.stop] : this.label));
  }
});

/* ── after a form that could not be saved: to the summary of what is missing ── */

document.querySelector("main .errors[data-focus]")?.focus();
