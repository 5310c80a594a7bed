// How a card reads while its author writes: at each pause the server measures what is in the form, and stores nothing of it.

const PAUSE = 600; // milliseconds without a key
const WRITTEN = /^(title|intro|core|do|dont|call|emergency|steps-\d+-value-(title|text)|check_questions-\d+-value-(prompt|options-\d+-value-(text|feedback)))$/;

/* What stands in the form, without blocks that were taken out. */
const pieces = (form) => {
  const data = new FormData(form);
  const isOut = (name) => [...name.matchAll(/-\d+(?=-)/g)].some((each) => data.get(`${name.slice(0, each.index)}${each[0]}-deleted`));
  return [...data].filter(([name, value]) => value && WRITTEN.test(name) && !isOut(name)).map(([, value]) => ["text", value]);
};

let waiting, asked = "", asking;

const show = ({ words, long, is_fine: isFine }) => {
  for (const each of document.querySelectorAll("reading-level")) {
    const line = each.querySelector("[data-words]");
    if (line.textContent !== words) line.textContent = words;
    each.classList.toggle("lxp-reading--hard", !isFine);
    each.querySelector("[data-some]").hidden = !long.length;
    each.querySelector("ul").replaceChildren(...long.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })));
  }
};

const measure = async (form, url) => {
  const body = new URLSearchParams(pieces(form));
  if (String(body) === asked) return;
  asked = String(body);
  asking?.abort();
  asking = new AbortController();
  const headers = { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value };
  try {
    const answer = await fetch(url, { method: "POST", body, headers, signal: asking.signal });
    if (answer.ok) show(await answer.json());
  } catch {
    asked = ""; // no connection, or somebody wrote on: at the next pause
  }
};

customElements.define("reading-level", class extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    if (!form || form.dataset.isMeasured) return; // one for all tabs
    form.dataset.isMeasured = "";
    for (const name of ["input", "change", "click"]) {
      form.addEventListener(name, () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => measure(form, this.dataset.url), PAUSE);
      });
    }
  }
});
