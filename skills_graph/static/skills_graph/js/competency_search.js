// <competency-search>: a combobox over the search field it holds (WAI-ARIA 1.2, "editable combobox with list autocomplete").
// Without this script the form finds the same.
const LEAST_LETTERS = 3;
const PAUSE_MS = 120;

class CompetencySearch extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=search]");
    this.list = this.querySelector("[role=listbox]");
    this.status = this.querySelector("[role=status]");
    this.active = -1;
    this.asked = 0;
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id,
    })) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.wait());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => this.options.length && this.show(true));
    this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.show(false));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  get options() { return [...this.list.children]; }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    const text = this.input.value.trim();
    const number = ++this.asked;
    if (text.replace(/\s/g, "").length < LEAST_LETTERS) {
      this.fill([]);
      this.status.textContent = "";
      return;
    }
    this.input.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${this.dataset.url}?${new URLSearchParams({ q: text })}`, {
        headers: { "X-Requested-With": "fetch" },
      });
      if (!answer.ok || answer.redirected) return this.form.submit();
      const { found, words } = await answer.json();
      if (number !== this.asked) return;  // an answer to letters that were typed before
      this.fill(found);
      this.status.textContent = words;
    } catch {
      // No network: the button still asks the server, and says so.
    } finally {
      if (number === this.asked) this.input.removeAttribute("aria-busy");
    }
  }

  get form() { return this.querySelector("form"); }

  fill(found) {
    this.list.replaceChildren(...found.map((each, number) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}_${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.url = each.url;
      const title = document.createElement("strong");
      title.textContent = each.title;
      const detail = document.createElement("span");
      detail.textContent = each.detail;
      option.append(title, " ", detail);
      return option;
    }));
    this.move(-1);
    this.show(found.length > 0);
  }

  show(isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.move(-1);
  }

  move(to) {
    this.active = to;
    this.options.forEach((option, number) => option.setAttribute("aria-selected", String(number === to)));
    const option = this.options[to];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  key(event) {
    const count = this.options.length;
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" && count) {
      this.show(true);
      this.move((this.active + 1) % count);
    } else if (event.key === "ArrowUp" && count) {
      this.show(true);
      this.move(this.active <= 0 ? count - 1 : this.active - 1);
    } else if (event.key === "Enter" && isOpen && this.active >= 0) {
      this.choose(this.options[this.active]);
    } else if (event.key === "Escape" && isOpen) {
      this.show(false);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();  // Escape closes the list, and not also the menu of the editor
  }

  choose(option) {
    if (option) window.location.assign(option.dataset.url);
  }
}

customElements.define("competency-search", CompetencySearch);
