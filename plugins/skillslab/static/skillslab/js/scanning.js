// Scanning with the camera, where the browser reads codes itself (BarcodeDetector). A scanner that types, and a keyboard, work
// without this script: they fill in the field and press Enter.
//
// <scan-code data-text-camera data-text-stop data-text-no-camera> around the form with input[name=code].

const LOOK_EVERY = 250; // milliseconds

customElements.define("scan-code", class extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input[name=code]");
    this.field.select();
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "btn btn--line";
    this.button.textContent = this.dataset.textCamera;
    this.button.addEventListener("click", () => (this.stream ? this.stop() : this.start()));
    this.querySelector(".form__actions").append(this.button);
  }

  disconnectedCallback() { this.stop(); }

  async start() {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      this.button.replaceWith(this.dataset.textNoCamera);
      return;
    }
    this.button.textContent = this.dataset.textStop;
    this.view = document.createElement("video");
    this.view.className = "scanview";
    this.view.muted = this.view.playsInline = true;
    this.view.srcObject = this.stream;
    this.prepend(this.view);
    await this.view.play();
    this.detector = new BarcodeDetector();
    this.look();
  }

  async look() {
    if (!this.stream) return;
    const [found] = await this.detector.detect(this.view).catch(() => []);
    if (!found) { this.timer = setTimeout(() => this.look(), LOOK_EVERY); return; }
    this.stop();
    this.field.value = found.rawValue;
    this.field.form.requestSubmit();
  }

  stop() {
    clearTimeout(this.timer);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.view?.remove();
    if (this.button) this.button.textContent = this.dataset.textCamera;
  }
});
