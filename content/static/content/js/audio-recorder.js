// Recording a step in the editor: record, listen, keep. What is kept takes the way of the chooser's own upload form, so the
// same checks hold; the page is never left, so nothing that was typed is lost.

// What plays on most phones first. A browser records in one of these.
const KINDS = [
  ["audio/mp4;codecs=mp4a.40.2", "m4a"], ["audio/ogg;codecs=opus", "ogg"], ["audio/webm;codecs=opus", "webm"], ["audio/mp4", "m4a"],
];
const MOST_SECONDS = 60, BITS_PER_SECOND = 48000;
const PREFIX = "media-chooser-upload-";
const WHY = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "absent", NotReadableError: "absent" };

const unkept = new Set();
addEventListener("beforeunload", (event) => { if (unkept.size) event.preventDefault(); });

const htmlOf = (text) => new DOMParser().parseFromString(text, "text/html");
const ask = async (address, options = {}) => {
  const answer = await fetch(address, { ...options, headers: { "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok || answer.redirected) throw new Error(answer.status);
  return answer.json();
};

customElements.define("audio-recorder", class extends HTMLElement {
  connectedCallback() {
    if (this.piece) return;
    this.piece = (name) => this.querySelector(`[data-${name}]`);
    for (const [name, act] of [["record", "record"], ["stop", "stop"], ["keep", "keep"], ["drop", "drop"]]) {
      this.piece(name).addEventListener("click", () => this[act]());
    }
  }
  disconnectedCallback() {
    unkept.delete(this);
    this.stop();
  }
  say(name, reason = "") {
    for (const each of this.querySelectorAll("[data-says]")) each.hidden = each.dataset.says !== name;
    this.piece("reason").textContent = reason;
  }
  async record() {
    this.drop();
    if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) { this.say("absent"); return; }
    const [kind, ending] = KINDS.find(([each]) => MediaRecorder.isTypeSupported(each)) ?? ["", "webm"];
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
      this.recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: BITS_PER_SECOND });
    } catch (fault) {
      for (const track of stream?.getTracks() ?? []) track.stop();
      this.say(WHY[fault.name] ?? "failed");
      return;
    }
    const heard = [];
    this.recorder.ondataavailable = (event) => { if (event.data.size) heard.push(event.data); };
    this.recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      this.running(false);
      if (this.isConnected) this.listen(new File(heard, `opname.${ending}`, { type: kind.split(";")[0] }));
    };
    this.began = performance.now();
    this.recorder.start(1000);
    this.running(true);
  }
  running(on) {
    this.piece("record").hidden = on;
    this.piece("stop").hidden = this.piece("time").hidden = !on;
    clearInterval(this.clock);
    if (!on) return;
    this.say("recording");
    this.piece("stop").focus();
    this.clock = setInterval(() => {
      const seconds = Math.floor((performance.now() - this.began) / 1000);
      this.piece("time").textContent = `${seconds} s`;
      if (seconds >= MOST_SECONDS) this.stop();
    }, 250);
  }
  stop() {
    if (this.recorder?.state !== "recording") return;
    this.seconds = (performance.now() - this.began) / 1000;
    this.recorder.stop();
  }
  async listen(file) {
    this.file = file;
    unkept.add(this);
    this.say("");
    this.querySelector("audio").src = URL.createObjectURL(file);
    this.piece("heard").hidden = false;
    this.piece("keep").focus();
    await this.form().catch(() => {}); // where it may go stands there before somebody keeps it
  }
  drop() {
    const sound = this.querySelector("audio");
    if (sound.src) URL.revokeObjectURL(sound.src);
    sound.removeAttribute("src");
    this.file = null;
    unkept.delete(this);
    this.piece("heard").hidden = true;
    this.say("");
  }
  /* The form of the chooser itself: its fields, its token, and which collections there are to choose from. */
  async form() {
    const form = htmlOf((await ask(this.dataset.chooser)).html).querySelector("form.media-upload");
    const place = this.piece("place"), choice = form.querySelector("select[name$=collection]");
    if (choice?.options.length > 1 && !place.querySelector("select")) place.querySelector("span").append(choice);
    place.hidden = !place.querySelector("select");
    return form;
  }
  async keep() {
    this.say("keeping");
    this.piece("keep").disabled = true;
    try {
      const form = await this.form(), fields = new FormData(form), choice = this.piece("place").querySelector("select");
      if (choice) fields.set(choice.name, choice.value);
      fields.set(`${PREFIX}title`, this.stepTitle());
      fields.set(`${PREFIX}duration`, this.seconds.toFixed(1));
      fields.set(`${PREFIX}file`, this.file);
      const answer = await ask(form.getAttribute("action"), { method: "POST", body: fields });
      if (answer.step === "media_chosen") this.choose(answer.result);
      else this.say("failed", htmlOf(answer.html).querySelector(".error-message")?.textContent.trim());
    } catch {
      this.say("failed");
    } finally {
      this.piece("keep").disabled = false;
    }
  }
  stepTitle() {
    const step = this.closest("[data-streamfield-child]")?.querySelector("input[name$='-title']")?.value.trim();
    return step || this.dataset.title;
  }
  choose({ id, title, edit_url: address }) {
    const input = document.getElementById(this.dataset.for), chooser = document.getElementById(`${this.dataset.for}-chooser`);
    const link = chooser.querySelector("[data-chooser-edit-link]");
    input.value = id;
    chooser.querySelector("[data-chooser-title]").textContent = title;
    chooser.classList.remove("blank");
    if (link) { link.href = address; link.hidden = false; link.classList.remove("w-hidden"); }
    input.dispatchEvent(new Event("change", { bubbles: true }));
    this.drop();
    this.say("kept");
    this.piece("record").focus();
  }
});
