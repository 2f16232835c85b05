// A long drop-down list becomes a box to search in; the list itself stays in the form and keeps the answer.
// The pattern is the combobox of the ARIA Authoring Practices (list, chosen by hand): the focus stays in the box.
const FEW = 10; // so many answers are quicker to look through than to search
const QUIET = 500; // milliseconds after the last key before the number of results is said

/** Without capitals and accents, so that "cafe" finds "Café". */
function plain(text) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .trim();
}

/** What holds the text: first what begins with it, then what has a word that does, then the rest. */
function search(options, text) {
  const wanted = plain(text);
  const rank = (option) => {
    const label = plain(option.label);
    if (label.startsWith(wanted)) return 0;
    if (label.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted))) return 1;
    return label.includes(wanted) ? 2 : 3;
  };
  return options
    .map((option) => [rank(option), option])
    .filter(([place]) => place < 3)
    .sort(([one], [other]) => one - other)
    .map(([, option]) => option);
}

function element(name, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

class SearchSelect {
  constructor(select) {
    this.select = select;
    this.answers = [...select.options].filter((option) => option.value);
    this.found = [];
    this.active = -1;
    this.build();
    this.show(select.selectedOptions[0]);
    this.listen();
  }

  build() {
    const { select } = this;
    const id = select.id;
    const label = document.querySelector(`label[for="${CSS.escape(id)}"]`);
    this.box = element("div", { class: "loket-search-select" });
    this.input = element("input", {
      type: "text",
      id,
      class: select.className.replaceAll("govuk-select", "govuk-input"),
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${id}-list`,
    });
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    }
    this.input.disabled = select.disabled;
    this.list = element("ul", { id: `${id}-list`, role: "listbox", class: "loket-search-select__list", hidden: "" });
    if (label) this.list.setAttribute("aria-label", label.textContent.trim());
    this.nothing = element("div", { class: "loket-search-select__list loket-search-select__nothing", hidden: "" });
    this.nothing.textContent = select.dataset.textNone;
    this.status = element("div", { role: "status", class: "govuk-visually-hidden" });
    select.id = `${id}-select`;
    select.hidden = true;
    select.after(this.box); // the list comes first: what reads the form's answers reads that
    this.box.append(this.input, this.list, this.nothing, this.status);
  }

  listen() {
    const { input, list } = this;
    input.addEventListener("input", () => this.open(input.value));
    input.addEventListener("click", () => this.isOpen || this.open(this.isChosen ? "" : input.value));
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.leave());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.choose(this.found[[...list.children].indexOf(item)]);
    });
    window.addEventListener("pageshow", () => this.show(this.select.selectedOptions[0])); // back to this page
  }

  get isOpen() {
    return !this.list.hidden || !this.nothing.hidden;
  }

  get isChosen() {
    const chosen = this.select.selectedOptions[0];
    return Boolean(chosen?.value) && chosen.label === this.input.value;
  }

  open(text) {
    this.found = search(this.answers, text);
    this.list.replaceChildren(
      ...this.found.map((option, number) => {
        const item = element("li", {
          role: "option",
          id: `${this.list.id}-${number}`,
          class: "loket-search-select__option",
          "aria-selected": String(option === this.select.selectedOptions[0]),
        });
        item.textContent = option.label;
        return item;
      }),
    );
    this.list.hidden = this.found.length === 0;
    this.nothing.hidden = this.found.length > 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.activate(-1);
    this.say();
  }

  close() {
    this.list.hidden = true;
    this.nothing.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.activate(-1);
    clearTimeout(this.timer);
    this.status.textContent = "";
  }

  /** How many results there are, once the typing stops. */
  say() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const { textNone, textOne, textMany } = this.select.dataset;
      const count = this.found.length;
      this.status.textContent = count === 0 ? textNone : count === 1 ? textOne : textMany.replace("%{count}", count);
    }, QUIET);
  }

  activate(number) {
    this.list.children[this.active]?.classList.remove("loket-search-select__option--active");
    this.active = number;
    const item = this.list.children[number];
    if (item) {
      item.classList.add("loket-search-select__option--active");
      item.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", item.id);
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  press(event) {
    const last = this.found.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.isOpen) this.open(this.isChosen ? "" : this.input.value);
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = this.active + step;
      this.activate(next < 0 ? this.found.length - 1 : next > last ? 0 : next);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(this.found[this.active]);
    } else if (event.key === "Enter") {
      this.leave(); // the form is sent from here
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      this.close();
    }
  }

  choose(option) {
    this.keep(option);
    this.show(option);
    this.close();
  }

  /** What was typed is the answer when it is in the list; when it is not, the server says so and nothing is guessed. */
  leave() {
    this.close();
    const typed = plain(this.input.value);
    if (this.isChosen) return;
    const same = this.answers.find((option) => plain(option.label) === typed);
    if (same || !typed) this.choose(same);
    else this.keep(this.unknown(this.input.value.trim()));
  }

  /** An answer that the list does not have, so that the form does not send an earlier choice or nothing at all. */
  unknown(text) {
    this.other ??= this.select.appendChild(element("option", {}));
    this.other.value = this.other.label = text;
    return this.other;
  }

  show(option) {
    this.input.value = option?.value ? option.label : "";
  }

  keep(option) {
    const before = this.select.value;
    if (option) option.selected = true;
    else this.select.value = "";
    if (this.select.value !== before) this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

export function createSearchSelects(scope = document) {
  for (const select of scope.querySelectorAll("select[data-search-select]")) {
    if (select.options.length > FEW && !select.hidden) new SearchSelect(select);
  }
}
