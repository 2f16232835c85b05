// A step of a form: questions that come and go with the answers, rows that are added and removed, prices that follow.
// The server decides all of it again; without this file everything works with one page more.
import { follow, lengthOf } from "./conditions.js";
import { createSearchSelects } from "./search_select.js";

const NOTHING = null;

// What the controls of a question say now, as the server would write it (see forms/conditions.py, Comparable).
function answerOf(box, kind) {
  const controls = [...box.querySelectorAll("input, select, textarea")].filter((control) => control.type !== "hidden");
  if (!controls.length) return NOTHING;
  if (box.querySelector("[data-loket-rows]")) {
    const rows = [...box.querySelectorAll("[data-loket-row]")].filter((row) => filled(row));
    return rows.length ? String(rows.length) : NOTHING;
  }
  if (kind === "presence") return filled(box) || box.querySelector(".loket-current-file, [data-loket-files-list] li") ? "filled" : NOTHING;
  const radios = controls.filter((control) => control.type === "radio");
  if (radios.length) return radios.find((radio) => radio.checked)?.value || NOTHING;
  const boxes = controls.filter((control) => control.type === "checkbox");
  if (boxes.length) {
    const chosen = boxes.filter((one) => one.checked).map((one) => one.value);
    return chosen.length ? (kind === "choices" ? chosen : chosen[0]) : NOTHING;
  }
  if (kind === "date") return date(controls);
  const value = controls[0].value.trim();
  if (kind === "number") return number(value);
  if (kind === "time") return time(value);
  return value || box.querySelector("[data-loket-lat]")?.value || NOTHING;
}

function date(controls) {
  const [day, month, year] = controls.map((control) => control.value.trim());
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month) || !/^\d{4}$/.test(year)) return NOTHING;
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

// Everything that the answer to a question is worth, by key: itself, and what can be counted of it ("periode.nachten").
function worthOf(box, { key, kind, counts = [] }) {
  if (!box) return { [key]: NOTHING };
  const worth = { [key]: answerOf(box, kind) };
  if (counts.length) {
    const controls = [...box.querySelectorAll("input")].filter((control) => control.type !== "hidden");
    const length = lengthOf(date(controls.slice(0, 3)), date(controls.slice(3, 6)));
    for (const end of counts) worth[key + end] = length[end] ?? NOTHING;
  }
  return worth;
}

const filled = (box) =>
  [...box.querySelectorAll("input, select, textarea")].some(
    (control) =>
      control.type !== "hidden" && (["radio", "checkbox"].includes(control.type) ? control.checked : control.value.trim()),
  );

// "1.250,50" and "1250.5" are the same number; what is neither is no answer yet.
function number(value) {
  let digits = value.replace(/[\s€]/g, "");
  if (digits.includes(",")) digits = digits.replaceAll(".", "").replace(",", ".");
  else if (/^-?\d{1,3}(\.\d{3})+$/.test(digits)) digits = digits.replaceAll(".", "");
  return /^-?\d+(\.\d+)?$/.test(digits) ? digits : NOTHING;
}

function time(value) {
  const match = /^(\d{1,2})(?:[:.,uh]?(\d{2}))?[uh]?$/.exec(value.toLowerCase().replace(/uur$|\s/g, ""));
  return match ? `${match[1].padStart(2, "0")}:${match[2] ?? "00"}` : NOTHING;
}

function revealing(form, data) {
  const boxes = new Map(
    [...form.querySelectorAll("[data-loket-question]")]
      .filter((box) => !box.closest("[data-loket-row]"))
      .map((box) => [box.dataset.loketQuestion, box]),
  );
  const seen = form.querySelector("[data-loket-seen]");
  // Each row by itself, after what the page says before the group.
  const updateRows = (group, questions, values) => {
    for (const row of group.querySelectorAll("[data-loket-row]")) {
      const inside = new Map([...row.querySelectorAll("[data-loket-question]")].map((box) => [box.dataset.loketQuestion, box]));
      const applies = follow(questions, values, (question) => worthOf(inside.get(question.key), question));
      for (const [key, box] of inside) box.hidden = !applies.has(key);
      const start = `${group.dataset.loketQuestion}-${row.querySelector('input[type="hidden"]').value}`;
      const names = [...inside.keys()].filter((key) => applies.has(key)).map((key) => `${start}-${key}`);
      row.querySelector("[data-loket-row-seen]").value = names.sort().join(",");
    }
  };
  const update = () => {
    const values = { ...data.values };
    const applies = follow(data.questions, data.values, (question) => {
      const box = boxes.get(question.key);
      if (box && question.rows) updateRows(box, question.rows, values);
      const worth = worthOf(box, question);
      Object.assign(values, worth);
      return worth;
    });
    for (const [key, box] of boxes) box.hidden = !applies.has(key);
    seen.value = [...boxes.keys()].filter((key) => applies.has(key)).sort().join(",");
  };
  form.addEventListener("input", update);
  form.addEventListener("change", update);
  update();
}

// "Add another": a copy of the empty row, without asking the server; the numbers in the titles follow.
function rows(group) {
  const template = group.querySelector("[data-loket-row-template]");
  const add = group.querySelector("[data-loket-add]");
  const status = group.querySelector("[data-loket-rows-status]");
  const all = () => [...group.querySelectorAll("[data-loket-row]")];
  let next = Math.max(-1, ...all().map((row) => Number(row.querySelector('input[type="hidden"]').value))) + 1;
  const renumber = () => {
    all().forEach((row, index) => {
      const title = row.querySelector("[data-loket-row-title]");
      title.textContent = title.textContent.replace(/\S+$/, String(index + 1));
      row.querySelector("[data-loket-removal]").hidden = group.dataset.minimum !== "0" && all().length < 2;
    });
    add.hidden = all().length >= Number(group.dataset.maximum);
  };
  add.addEventListener("click", (event) => {
    event.preventDefault();
    const holder = document.createElement("div");
    holder.innerHTML = template.innerHTML.replaceAll("__rij__", String(next)).replaceAll("__nr__", String(all().length + 1));
    next += 1;
    const row = holder.firstElementChild;
    template.before(row);
    createSearchSelects(row);
    renumber();
    status.textContent = `${status.dataset.added} ${row.querySelector("[data-loket-row-title]").textContent}`;
    row.querySelector("input:not([type=hidden]), select:not([hidden]), textarea")?.focus();
    group.closest("form").dispatchEvent(new Event("change"));
  });
  group.addEventListener("click", (event) => {
    const remove = event.target.closest("[data-loket-remove]");
    if (!remove) return;
    event.preventDefault();
    const row = remove.closest("[data-loket-row]");
    status.textContent = `${status.dataset.removed} ${row.querySelector("[data-loket-row-title]").textContent}`;
    row.remove();
    renumber();
    add.hidden = false;
    (all().at(-1)?.querySelector("input:not([type=hidden]), select:not([hidden]), textarea") ?? add).focus();
    group.closest("form").dispatchEvent(new Event("change"));
  });
}

// Prices follow the answers: the same page, asked once the person pauses; only the amounts are taken from it.
function prices(form) {
  let timer, running;
  const ask = async () => {
    running?.abort();
    running = new AbortController();
    const data = new FormData(form);
    data.set("bereken", "1");
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    try {
      const response = await fetch(location.href, { method: "POST", body: data, signal: running.signal });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const box of form.querySelectorAll("[data-loket-calculated]")) {
        const value = "[data-loket-calculated-value]";
        const fresh = page.querySelector(`[data-loket-calculated="${box.dataset.loketCalculated}"] ${value}`);
        const shown = box.querySelector(value);
        if (fresh && fresh.innerHTML !== shown.innerHTML) shown.innerHTML = fresh.innerHTML;
      }
    } catch (error) {
      if (error.name !== "AbortError") return; // offline: the button and the next page still work
    }
  };
  for (const button of form.querySelectorAll("[data-loket-recalculate]")) button.hidden = true;
  form.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 300);
  });
}

export function initStep() {
  const form = document.querySelector("[data-loket-step]");
  if (!form) return;
  const data = document.getElementById("loket-conditions");
  if (data) revealing(form, JSON.parse(data.textContent));
  form.querySelectorAll("[data-loket-rows]").forEach(rows);
  if (form.querySelector("[data-loket-calculated]")) prices(form);
}
