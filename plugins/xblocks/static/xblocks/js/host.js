// Around the frame of a block: gives it the height it needs, and brings the page up to date when the block counted something.
//
// <xblock-frame> with an <iframe sandbox>, a [data-frame-status] and a [data-frame-expired]. A message counts only from that
// very frame, which has no origin; nothing in it is shown as HTML, and it can ask for nothing but what stands here.

const MOST_PIXELS = 6000;
const PARTS = ["#actionbar", ".outline", ".segs"];

class XblockFrame extends HTMLElement {
  connectedCallback() {
    this.frame = this.querySelector("iframe");
    this.listening = new AbortController();
    addEventListener("message", (event) => this.heard(event), { signal: this.listening.signal });
  }

  disconnectedCallback() { this.listening.abort(); }

  heard(event) {
    const isOurs = event.source === this.frame.contentWindow && event.origin === "null" && event.data?.source === "lxp-xblocks";
    if (!isOurs) return;
    if (event.data.type === "height") this.fit(event.data.height);
    if (event.data.type === "result") this.refresh();
    if (event.data.type === "expired") this.querySelector("[data-frame-expired]").hidden = false;
  }

  fit(height) {
    if (Number.isFinite(height) && height > 0) this.frame.height = Math.min(Math.ceil(height) + 8, MOST_PIXELS);
  }

  // What the server says now of what is done; the frame itself stays as it is.
  async refresh() {
    const response = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
    if (!response?.ok || response.redirected) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const selector of PARTS) {
      const [now, next] = [document.querySelector(selector), fresh.querySelector(selector)];
      if (now && next && !now.contains(document.activeElement)) now.replaceWith(document.importNode(next, true));
    }
    const status = this.querySelector("[data-frame-status]");
    const isDone = Boolean(fresh.querySelector("xblock-frame[data-done]"));
    status.textContent = isDone ? status.dataset.textDone : status.dataset.textKept;
  }
}

customElements.define("xblock-frame", XblockFrame);
