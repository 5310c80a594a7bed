// The screen of the room fetches its next code when the one it shows is over. Without this script the page loads itself again.
//
// <room-screen data-text-lost> around <… id="roomcode" data-seconds>; [data-status] says that there is no connection.

const RETRY = 5000; // milliseconds

customElements.define("room-screen", class extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    this.wait();
    // A screen that slept shows an old code: ask at once.
    const awake = () => { if (!document.hidden) this.load(); };
    document.addEventListener("visibilitychange", awake, { signal: this.listening.signal });
    addEventListener("online", () => this.load(), { signal: this.listening.signal });
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.timer);
  }

  wait(milliseconds = (Number(this.querySelector("#roomcode").dataset.seconds) + 1) * 1000) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), milliseconds);
  }

  async load() {
    try {
      const response = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
      if (response.type === "opaqueredirect" || response.status === 403) { location.reload(); return; }
      if (!response.ok) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const next = page.querySelector("#roomcode");
      if (!next) { location.reload(); return; }
      this.querySelector("#roomcode").replaceWith(next);
      this.tell("");
      this.wait();
    } catch {
      this.tell(this.dataset.textLost);
      this.wait(RETRY);
    }
  }

  tell(words) { this.querySelector("[data-status]").textContent = words; }
});
