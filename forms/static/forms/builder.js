// The form builder: choosing a question and an answer from what stands in the form at this moment.
//
// Every control here stands in front of a plain text input of the server's, which keeps the value: without this script, or
// when a question is gone, nothing is lost. The questions are read from the names of the fields on the page, which are
// the ones that Wagtail posts, so blocks that were added, moved or duplicated a moment ago are there too.
(() => {
  const script = document.currentScript;
  const { Controller } = window.StimulusModule;
  const CHANGED = "loket:questions-changed";
  let facts;

  const load = () => {
    facts ??= fetch(script.dataset.facts, { credentials: "same-origin" }).then((answer) => {
      if (!answer.ok) throw new Error(`The form builder could not read its facts: ${answer.status}`);
      return answer.json();
    });
    return facts;
  };

  // --- Reading the form

  const valueOf = (form, name) => form.elements.namedItem(name)?.value ?? "";

  function* children(form, prefix) {
    const found = [];
    const count = Number(valueOf(form, `${prefix}-count`));
    for (let number = 0; number < count; number += 1) {
      const at = `${prefix}-${number}`;
      if (valueOf(form, `${at}-deleted`) !== "1" && form.elements.namedItem(`${at}-order`)) {
        found.push({ at, order: Number(valueOf(form, `${at}-order`)), id: valueOf(form, `${at}-id`) });
      }
    }
    found.sort((one, other) => one.order - other.order);
    for (const child of found) yield { ...child, type: valueOf(form, `${child.at}-type`) };
  }

  /** The answers to choose from: [stored value, label]. */
  const optionsOf = (form, type, at, known) => {
    if (!form.elements.namedItem(`${at}-value-options-count`)) return known.types[type]?.choices ?? [];
    const found = [];
    for (const option of children(form, `${at}-value-options`)) {
      const label = valueOf(form, `${option.at}-value-label`) || valueOf(form, `${option.at}-value`);
      if (label) found.push([option.id || label, label]);
    }
    const none = valueOf(form, `${at}-value-none_label`);
    if (none) found.push([none, none]);
    return found;
  };

  /** Every question in order, and at which place each block of the form begins. */
  const readForm = (form, known) => {
    const questions = [];
    const places = new Map();
    let heading = "";

    const add = (question) => {
      const type = known.types[question.type];
      if (!type || type.content) return;
      const { kind, countable, counts } = type;
      questions.push({ heading, depth: 0, inside: "", ...question, kind, countable, counts });
    };
    const read = (prefix, depth, inside) => {
      for (const child of children(form, prefix)) {
        places.set(child.at, questions.length);
        const { at, type, id } = child;
        if (type === "step") {
          const number = places.size ? [...places.keys()].filter((place) => /^body-\d+$/.test(place)).length : 1;
          heading = `${known.words.step} ${number}: ${valueOf(form, `${at}-value-title`) || "–"}`;
          read(`${at}-value-questions`, 0, "");
        } else if (type === "group") {
          read(`${at}-value-questions`, depth + 1, inside);
        } else if (type === "shared") {
          for (const shared of known.shared[valueOf(form, `${at}-value-group`)] ?? []) {
            add({ ...shared, id: `${id}.${shared.id}`, depth: depth + 1, options: shared.choices });
          }
        } else {
          const label = valueOf(form, `${at}-value-label`);
          const options = optionsOf(form, type, at, known);
          add({ id, type, depth, inside, options, label: label || `${known.types[type]?.label ?? ""} –` });
          if (type === "repeat") read(`${at}-value-questions`, depth + 1, at);
        }
      }
    };
    read(form.elements.namedItem("body-count") ? "body" : "questions", 0, "");
    return { questions, places };
  };

  let read = null;
  let timer = null;
  const changed = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      read = null;
      document.dispatchEvent(new Event(CHANGED));
    }, 150);
  };
  const current = (form, known) => {
    read ??= readForm(form, known);
    return read;
  };

  /** The step, group or question in which the field with this name stands. */
  const ownerOf = (places, name) => {
    let owner = "";
    for (const place of places.keys()) {
      if (name.startsWith(`${place}-value-`) && place.length > owner.length) owner = place;
    }
    return owner;
  };

  /** The questions before the block in which the field with this name stands. */
  const earlier = (form, known, name) => {
    const { questions, places } = current(form, known);
    const position = places.get(ownerOf(places, name)) ?? questions.length;
    return {
      before: questions.slice(0, position),
      later: questions.slice(position),
      within: (question) => !question.inside || name.startsWith(`${question.inside}-value-`),
    };
  };

  /** What can be chosen of a question: itself, and what can be counted of it; in a calculation only the latter. */
  const offered = (question, purpose) => {
    const counts = question.counts.map(([end, label], number) => ({
      ...question,
      // A calculation knows the first by the question itself.
      id: purpose === "calculation" && number === 0 ? question.id : `${question.id}${end}`,
      label: `${question.label} (${label})`,
      kind: "number",
      options: [],
    }));
    if (purpose !== "calculation") return [question, ...counts];
    if (counts.length) return counts;
    return question.countable ? [question] : [];
  };

  // --- Controls in front of a text input

  const make = (tag, properties = {}, ...inner) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...inner);
    return element;
  };

  const fill = (select, lines) => {
    const signature = JSON.stringify(lines);
    if (select.dataset.lines === signature) return;
    select.dataset.lines = signature;
    select.replaceChildren();
    let group = null;
    for (const { heading = "", value, label } of lines) {
      if (heading && group?.label !== heading) {
        group = make("optgroup", { label: heading });
        select.append(group);
      }
      (heading ? group : select).append(make("option", { value, textContent: label }));
    }
  };

  class Picker extends Controller {
    async connect() {
      this.input = this.element;
      this.form = this.input.form;
      if (!this.form) return;
      this.refresh = () => this.draw();
      try {
        this.known = await load();
      } catch (problem) {
        console.error(problem); // the text input is still there
        return;
      }
      if (!this.element.isConnected) return;
      document.addEventListener(CHANGED, this.refresh);
      this.start();
      this.draw();
    }

    disconnect() {
      document.removeEventListener(CHANGED, this.refresh);
      this.stop?.();
    }

    draw() {
      if (this.input.isConnected) this.update();
    }

    get base() {
      return this.input.name.slice(0, this.input.name.lastIndexOf("-") + 1);
    }

    sibling(name) {
      return this.form.elements.namedItem(this.base + name);
    }

    get label() {
      return this.form.querySelector(`label[for="${CSS.escape(this.input.id)}"], label[data-loket-for="${CSS.escape(this.input.id)}"]`);
    }

    /** Put a control in front of the input; the label and the description go along. */
    front(control) {
      if (this.control === control) return;
      this.control?.remove();
      this.control = control;
      const label = this.label;
      if (control) {
        control.id ||= `${this.input.id}-kies`;
        control.classList.add("loket-picker");
        const described = this.input.getAttribute("aria-describedby");
        if (described) control.setAttribute("aria-describedby", described);
        this.input.before(control);
        if (label) {
          label.dataset.loketFor = this.input.id;
          label.id ||= `${this.input.id}-label`;
          if (control.matches("select, input")) label.htmlFor = control.id;
          else control.setAttribute("aria-labelledby", label.id);
        }
      } else if (label) {
        label.htmlFor = this.input.id;
      }
      this.input.hidden = Boolean(control);
    }

    store(value) {
      if (this.input.value === value) return;
      this.input.value = value;
      this.input.dispatchEvent(new Event("input", { bubbles: true }));
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
      changed();
    }

    /** A select with these lines; what the input holds and no line knows stays, and says what is wrong with it. */
    select(lines, unknown) {
      const stored = this.input.value;
      const all = [{ value: "", label: this.known.words.choose }, ...lines];
      if (stored && !lines.some((line) => line.value === stored)) all.push({ value: stored, label: unknown(stored) });
      if (!this.control?.matches("select")) {
        const select = make("select");
        select.addEventListener("change", () => this.store(select.value));
        this.front(select);
      }
      fill(this.control, all);
      this.control.value = stored;
      const wrong = Boolean(stored) && !lines.some((line) => line.value === stored);
      this.control.classList.toggle("loket-picker--gone", wrong);
    }
  }

  const QUESTION = "loket-question";

  /** A question of the form. data-loket-question-for: "condition", "calculation" or "check". */
  class QuestionPicker extends Picker {
    start() {
      this.purpose = this.input.dataset.loketQuestionFor;
    }

    stop() {
      this.front(null);
    }

    update() {
      const { before, later, within } = earlier(this.form, this.known, this.input.name);
      const lines = before
        .filter((question) => this.purpose === "calculation" || within(question))
        .flatMap((question) => offered(question, this.purpose))
        .map((question) => ({
          heading: question.heading,
          value: question.id,
          label: "\u00a0\u00a0".repeat(question.depth) + question.label,
        }));
      if (this.purpose === "condition" && this.form.elements.namedItem("body-count")) {
        lines.unshift({ value: this.known.role, label: this.known.words.role });
      }
      this.select(lines, (stored) => {
        const behind = later.flatMap((question) => offered(question, this.purpose)).find((question) => question.id === stored);
        return behind ? `${behind.label} ${this.known.words.later}` : this.known.words.gone;
      });
    }
  }

  /** The question that a picker of this form points to. */
  const chosen = (form, known, input) => {
    if (!input) return null;
    if (input.value === known.role) return { kind: "choice", options: known.roles };
    const { before, within } = earlier(form, known, input.name);
    const found = before.filter(within).flatMap((question) => offered(question, "condition"));
    return found.find((question) => question.id === input.value) ?? null;
  };

  /** What is compared with: follows the question and the test beside it. */
  class AnswerPicker extends Picker {
    start() {
      this.test = this.sibling("test");
      this.test?.addEventListener("change", this.refresh);
    }

    stop() {
      this.test?.removeEventListener("change", this.refresh);
      this.front(null);
    }

    get wrapper() {
      return this.input.closest("[data-contentpath]");
    }

    update() {
      const question = chosen(this.form, this.known, this.sibling("question"));
      if (question && this.test) this.offer((test) => this.known.tests[question.kind]?.includes(test));
      const test = this.test?.value;
      const needless = test === "filled" || test === "empty";
      if (this.wrapper) this.wrapper.hidden = needless;
      if (!question || needless) return this.front(null);
      const help = this.wrapper?.querySelector(".help");
      const several = test === "one_of";
      if (help) help.hidden = Boolean(question.options?.length) || !several;
      if (question.options?.length) return several ? this.boxes(question.options) : this.single(question.options);
      if (question.kind === "date" && !several) return this.box("date", toIso);
      if (question.kind === "time" && !several) return this.box("time", (text) => (/^\d\d:\d\d$/.test(text) ? text : null));
      this.front(null);
      this.input.inputMode = question.kind === "number" ? "decimal" : "text";
    }

    /** Leave only tests that make sense; one that was chosen stays, so that the editor sees what is wrong. */
    offer(makesSense) {
      for (const option of this.test.options) {
        const off = Boolean(option.value) && !makesSense(option.value) && !option.selected;
        option.hidden = off;
        option.disabled = off;
      }
    }

    single(options) {
      this.adopt(options);
      this.select(
        options.map(([value, label]) => ({ value, label })),
        (stored) => `${this.known.words.choiceGone} ${stored}`,
      );
    }

    /** A label that was typed, or comes from an older form, points to its option from now on. */
    adopt(options) {
      const known = new Map(options.map(([value, label]) => [label.trim().toLowerCase(), value]));
      const values = new Set(options.map(([value]) => value));
      this.parts = this.input.value
        .split(";")
        .map((part) => part.trim())
        .filter(Boolean)
        .map((part) => (values.has(part) ? part : (known.get(part.toLowerCase()) ?? part)));
      if (this.test?.value !== "one_of" && this.parts.length === 1) this.input.value = this.parts[0];
    }

    boxes(options) {
      this.adopt(options);
      const parts = new Set(this.parts);
      const gone = this.parts.filter((part) => !options.some(([value]) => value === part));
      const lines = [...options, ...gone.map((part) => [part, `${this.known.words.choiceGone} ${part}`])];
      const signature = JSON.stringify(lines);
      if (this.control?.dataset.lines !== signature) {
        const boxes = make("div", { className: "loket-boxes" });
        boxes.setAttribute("role", "group");
        boxes.dataset.lines = signature;
        lines.forEach(([value, label], number) => {
          const box = make("input", { type: "checkbox", value, id: `${this.input.id}-kies-${number}` });
          boxes.append(make("label", { htmlFor: box.id }, box, ` ${label}`));
        });
        boxes.addEventListener("change", () => {
          const checked = [...boxes.querySelectorAll("input:checked")].map((box) => box.value);
          this.store(checked.join("; "));
        });
        this.front(boxes);
      }
      for (const box of this.control.querySelectorAll("input")) box.checked = parts.has(box.value);
    }

    /** A date or time box; what does not fit in it stays a text that the editor sees. */
    box(type, fit) {
      const value = this.input.value ? fit(this.input.value) : "";
      if (value === null) return this.front(null);
      if (this.control?.type !== type) {
        const box = make("input", { type });
        box.addEventListener("change", () => this.store(box.value));
        this.front(box);
      }
      this.control.value = value;
    }
  }

  const toIso = (text) => {
    if (/^\d{4}-\d\d-\d\d$/.test(text)) return text;
    const parts = /^(\d{1,2})[/ .-](\d{1,2})[/ .-](\d{4})$/.exec(text.trim());
    return parts && `${parts[3]}-${parts[2].padStart(2, "0")}-${parts[1].padStart(2, "0")}`;
  };

  /** The value of a check: a question, a date, a name from the list, a number, or nothing. */
  class CheckPicker extends AnswerPicker {
    start() {
      this.test = this.sibling("check");
      this.test?.addEventListener("change", this.refresh);
    }

    update() {
      const owner = ownerOf(current(this.form, this.known).places, this.input.name);
      const kind = this.known.types[valueOf(this.form, `${owner}-type`)]?.kind;
      if (kind) this.offer((name) => this.known.checkKinds[name]?.includes(kind));
      const needs = this.known.checks[this.test?.value];
      const help = this.wrapper?.querySelector(".help");
      if (help) help.hidden = needs !== undefined;
      if (this.wrapper) this.wrapper.hidden = needs === "";
      if (needs === "question") {
        const { before, within } = earlier(this.form, this.known, this.input.name);
        const kinds = this.known.checkKinds[this.test.value];
        const lines = before
          .filter((question) => within(question) && kinds.includes(question.kind))
          .map(({ heading, id, label }) => ({ heading, value: id, label }));
        return this.select(lines, () => this.known.words.gone);
      }
      if (needs === "date") return this.box("date", toIso);
      if (needs === "pattern") {
        return this.select(
          this.known.patterns.map(([value, label]) => ({ value, label })),
          (stored) => stored,
        );
      }
      this.front(null);
      this.input.inputMode = needs === "number" ? "decimal" : "text";
    }
  }

  // --- Duplicating a block: what points to something inside it follows to the copy

  const idsIn = (block) => [...block.querySelectorAll('input[type="hidden"][name$="-id"]')].map((input) => input.value);

  const afterDuplicating = (original, ids) => {
    let copy = original.nextElementSibling;
    while (copy && !copy.matches("[data-streamfield-child]")) copy = copy.nextElementSibling;
    const made = copy ? idsIn(copy) : [];
    if (made.length !== ids.length) return;
    const follows = new Map(ids.map((id, number) => [id, made[number]]));
    for (const input of copy.querySelectorAll("[data-loket-reference]")) {
      // "id", "id.id" (in shared questions) or "id; id" (several answers)
      input.value = input.value.replace(/[^\s;.]+/g, (part) => follows.get(part) ?? part);
    }
  };

  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest?.('[data-streamfield-action="DUPLICATE"]');
      const block = button?.closest("[data-streamfield-child]");
      if (!block) return;
      const ids = idsIn(block);
      // Wagtail makes the copy in its own listener, which comes before this timer.
      window.setTimeout(() => {
        afterDuplicating(block, ids);
        changed();
      });
    },
    true,
  );

  // --- Problems at their block

  /** By the id of a block or the name of a field. */
  const blockOf = (id) => document.querySelector(`[data-contentpath="${CSS.escape(id)}"]`);

  /** Open everything in which the block is folded away. */
  const reveal = (block) => {
    for (let part = block; part; part = part.parentElement) {
      if (!part.hidden) continue;
      if (part.matches('[role="tabpanel"]')) document.querySelector(`[role="tab"][href="#${part.id}"]`)?.click();
      else document.querySelector(`[aria-controls="${CSS.escape(part.id)}"][aria-expanded="false"]`)?.click();
    }
  };

  const openBlock = (id) => {
    const block = blockOf(id);
    if (!block) return false;
    reveal(block.querySelector(".w-panel__content") ?? block);
    // A tab opens a moment after it was clicked.
    window.setTimeout(() => {
      block.scrollIntoView({ block: "start" });
      const fields = [...block.querySelectorAll("input:not([type=hidden]), textarea, select, .chooser button")];
      const first = fields.find((field) => field.checkVisibility()) ?? block.querySelector("[data-panel-toggle]");
      first?.focus({ preventScroll: true });
    });
    return true;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-loket-block]");
    if (link && openBlock(link.dataset.loketBlock)) event.preventDefault();
  });

  const markProblems = () => {
    const said = new Set();
    for (const link of document.querySelectorAll("[data-loket-problem]")) {
      const { loketBlock: id, loketProblem: message } = link.dataset;
      const block = blockOf(id);
      const content = block?.querySelector(".w-panel__content") ?? block;
      if (!content || said.has(`${id} ${message}`)) continue;
      said.add(`${id} ${message}`);
      content.prepend(make("p", { className: "loket-problem", textContent: message }));
    }
  };

  window.wagtail.app.register(QUESTION, QuestionPicker);
  window.wagtail.app.register("loket-answer", AnswerPicker);
  window.wagtail.app.register("loket-check", CheckPicker);

  const watched = /-(label|title|group|deleted|order|count|type|none_label|question|check|test)$|-value$/;
  document.addEventListener("change", (event) => {
    if (watched.test(event.target.name ?? "")) changed();
  });
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("[data-edit-form]");
    if (!form) return;
    // Wagtail makes the blocks in listeners of its own on this same event.
    window.setTimeout(() => {
      markProblems();
      const wanted = /^#block-(.+)-section$/.exec(window.location.hash);
      if (wanted) openBlock(wanted[1]);
    });
    // Adding, removing and moving blocks changes hidden fields by script, without an event.
    new MutationObserver((changes) => {
      if (changes.some((change) => change.target.closest?.(".loket-picker, select") === null)) changed();
    }).observe(form, { childList: true, subtree: true });
    const acted = (event) => {
      if (event.target.closest("[data-streamfield-action]")) changed();
    };
    form.addEventListener("click", acted, true); // on the way down: Wagtail keeps some of them to itself
  });
})();
