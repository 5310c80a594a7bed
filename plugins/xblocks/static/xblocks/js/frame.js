// Inside the frame: the runtime that the scripts of a block know from Open edX, and a word to the page around it.
//
// The page has no origin: no cookies, no storage, and its messages come from "null". It talks to its own address only.

(() => {
  "use strict";
  const settings = JSON.parse(document.getElementById("lxp-frame").textContent);
  const parentOrigin = settings.parent || location.origin;
  const GONE = 410, FAILED = 500;

  const tell = (type, data = {}) => {
    if (window.parent !== window) window.parent.postMessage({ source: "lxp-xblocks", type, ...data }, parentOrigin);
  };

  /* what went wrong, in words */

  const show = (words) => {
    const place = document.getElementById("lxp-frame-error");
    place.textContent = words;
    place.hidden = !words;
  };

  const heard = (status, changed, text) => {
    if (changed === "changed") tell("result");
    if (status !== GONE && status < FAILED && status !== 409) return;
    let words = settings.words.failed;
    try { words = JSON.parse(text).error || words; } catch { /* it was not ours */ }
    show(words);
    if (status === GONE) tell("expired");
  };

  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (...values) {
    this.addEventListener("load", () => {
      const text = this.responseType === "" || this.responseType === "text" ? this.responseText : "";
      heard(this.status, this.getResponseHeader("X-LXP-Result"), text);
    });
    return open.apply(this, values);
  };
  const originalFetch = window.fetch;
  window.fetch = async (...values) => {
    const response = await originalFetch(...values);
    const text = response.ok ? "" : await response.clone().text();
    heard(response.status, response.headers.get("X-LXP-Result"), text);
    return response;
  };

  /* words: catalogues of a block replace these */

  window.gettext ??= (message) => message;
  window.ngettext ??= (one, many, count) => (count === 1 ? one : many);
  window.pgettext ??= (context, message) => message;
  window.interpolate ??= (format, values, named) => (named
    ? format.replace(/%\(\w+\)s/g, (match) => String(values[match.slice(2, -2)]))
    : format.replace(/%s/g, () => String(values.shift())));

  /* the runtime of version 1 */

  const listeners = new Map();
  const runtime = {
    handlerUrl: (element, name, suffix = "", query = "") =>
      `${settings.prefix}h/${name}${suffix ? `/${suffix}` : ""}${query ? `?${query}` : ""}`,
    localResourceUrl: (block, uri) => `${settings.prefix}r/${String(uri).replace(/^\/+/, "")}`,
    notify: (name, data = {}) => {
      (listeners.get(name) || []).forEach((listener) => listener(data));
      tell("notify", { name, state: data.state || "", message: String(data.message || data.msg || "") });
      if (name === "error") show(String(data.message || data.msg || settings.words.failed));
    },
    listenTo: (name, listener) => listeners.set(name, [...(listeners.get(name) || []), listener]),
    refreshXBlock: () => location.reload(),
    children: () => [],
    childMap: () => undefined,
  };

  const start = (element) => {
    const begin = window[element.dataset.init];
    if (typeof begin !== "function") return;
    const words = element.querySelector(":scope > script.xblock_json_init_args");
    const block = begin(runtime, element, words ? JSON.parse(words.textContent) : undefined) || {};
    block.element = element;
    block.runtime = runtime;
    block.type = element.dataset.blockType;
    window.jQuery(element).trigger("xblock-initialized").addClass("xblock-initialized");
  };

  /* as high as what it shows */

  const measure = () => tell("height", { height: Math.ceil(document.documentElement.getBoundingClientRect().height) });

  // A form leads nowhere here: its block sends what is in it by itself.
  document.addEventListener("submit", (event) => event.preventDefault());

  // Until a block is awake a press on its buttons would be lost.
  document.documentElement.inert = true;

  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.inert = false;
    document.querySelectorAll(".xblock[data-init]").forEach((element) => {
      try { start(element); } catch (fault) { show(settings.words.failed); throw fault; }
    });
    new ResizeObserver(measure).observe(document.documentElement);
    measure();
    if (settings.changed) tell("result");
    tell("ready");
  });
})();
