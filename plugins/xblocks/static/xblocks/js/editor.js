// In the editor: a button opens the block's own view in a frame, and what its author saves there goes into the field.
//
// <xblock-content data-type data-has-view data-drafts-url data-words> around a <textarea>. The frame has no origin and no
// session: it changes a draft on the server, that only this author can begin and read.

(() => {
  "use strict";

  const csrfToken = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1]
    ?? document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

  const make = (name, text = "", classes = "") => {
    const element = document.createElement(name);
    element.textContent = text;
    element.className = classes;
    return element;
  };

  class XblockContent extends HTMLElement {
    connectedCallback() {
      if (this.begun || !("hasView" in this.dataset)) return;
      this.begun = true;
      this.words = JSON.parse(this.dataset.words);
      this.field = this.querySelector("textarea");
      this.button = make("button", this.words.edit, "button button-secondary");
      this.button.type = "button";
      this.button.addEventListener("click", () => this.open());
      this.status = make("p");
      this.status.setAttribute("role", "status");
      const raw = make("details");
      raw.append(make("summary", this.words.raw), this.field);
      this.append(this.button, this.status, raw);
      this.listening = new AbortController();
      addEventListener("message", (event) => this.heard(event), { signal: this.listening.signal });
    }

    disconnectedCallback() { if (!this.isConnected) this.listening?.abort(); }

    async open() {
      if (this.frame) { this.close(); return; }
      const body = new URLSearchParams({ type: this.dataset.type, content: this.field.value });
      const options = { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": csrfToken() } };
      const answer = await fetch(this.dataset.draftsUrl, options).catch(() => null);
      const data = await answer?.json().catch(() => null);
      if (!answer?.ok) { this.status.textContent = data?.error || this.words.failed; return; }
      this.contentUrl = data.content;
      this.frame = make("iframe");
      this.frame.setAttribute("sandbox", "allow-scripts allow-forms");
      this.frame.referrerPolicy = "no-referrer";
      this.frame.title = this.words.frame;
      this.frame.src = data.frame;
      this.status.textContent = "";
      this.button.textContent = this.words.close;
      this.status.after(this.frame);
    }

    close() {
      this.frame?.remove();
      this.frame = null;
      this.button.textContent = this.words.edit;
      this.button.focus();
    }

    async heard(event) {
      const isOurs = this.frame && event.source === this.frame.contentWindow && event.origin === "null"
        && event.data?.source === "lxp-xblocks";
      if (!isOurs) return;
      const { type, name, state, height } = event.data;
      if (type === "height" && Number.isFinite(height)) this.frame.height = Math.min(Math.max(height, 320), 6000);
      if (type === "notify" && name === "cancel") this.close();
      if (type === "notify" && name === "save" && state === "end") await this.take();
    }

    async take() {
      const answer = await fetch(this.contentUrl, { credentials: "same-origin" }).catch(() => null);
      const data = await answer?.json().catch(() => null);
      if (!answer?.ok) { this.status.textContent = this.words.failed; return; }
      this.field.value = data.content;
      for (const name of ["input", "change"]) this.field.dispatchEvent(new Event(name, { bubbles: true }));
      this.close();
      this.status.textContent = this.words.done;
    }
  }

  if (!customElements.get("xblock-content")) customElements.define("xblock-content", XblockContent);
})();
