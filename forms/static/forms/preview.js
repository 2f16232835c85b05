// The editor's preview of a form. The answers that are given in it stay in this tab while the editor goes on building
// (Wagtail makes the whole preview anew at each change), and the server says what follows from them.
const FOLLOWS = "[data-loket-question], [data-loket-follows]";
const form = document.querySelector("[data-loket-preview]");
const place = `loket-preview:${location.pathname}`;
const TOKEN = "csrfmiddlewaretoken";
let kept = JSON.parse(sessionStorage.getItem(place) ?? "[]");
let timer, running;

const controls = () => [...form.elements].filter((control) => control.name && control.type !== "submit");

const groups = () => [...form.querySelectorAll("[data-loket-rows]")];
const rowsOf = (group) => group.querySelector("[data-loket-add]").name.replace(/-erbij$/, "-rij");

// What is answered here, and before in other steps. Of a file only the name.
function answers() {
  const here = new Set([...controls().map((control) => control.name), ...groups().map(rowsOf)]);
  const now = [...new FormData(form)].map(([name, value]) => [name, value instanceof File ? value.name : value]);
  return [...kept.filter(([name]) => !here.has(name)), ...now.filter(([name, value]) => value && name !== TOKEN)];
}

function restore() {
  const values = (name) => kept.filter(([known]) => known === name).map(([, value]) => value);
  for (const group of groups()) {
    const missing = values(rowsOf(group)).length - group.querySelectorAll("[data-loket-row]").length;
    for (let count = 0; count < missing; count += 1) group.querySelector("[data-loket-add]").click();
  }
  const used = new Map();
  for (const control of controls()) {
    const said = values(control.name);
    if (["hidden", "file"].includes(control.type)) continue;
    if (["radio", "checkbox"].includes(control.type)) control.checked = said.includes(control.value);
    else if (said.length) {
      const turn = used.get(control.name) ?? 0;
      used.set(control.name, turn + 1);
      control.value = said[turn] ?? "";
    }
  }
  document.activeElement?.blur?.(); // adding a row takes the focus, which belongs to the editor
}

async function ask() {
  running?.abort();
  running = new AbortController();
  const address = new URL(location.href);
  address.searchParams.set("antwoorden", "1");
  const body = new FormData();
  body.set(TOKEN, form.elements[TOKEN].value);
  for (const [name, value] of kept) body.append(name, value);
  try {
    const response = await fetch(address, { method: "POST", body, signal: running.signal });
    if (response.ok) follow(new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

function follow(page) {
  const shown = [...form.querySelectorAll(FOLLOWS)];
  const fresh = [...page.querySelectorAll(`[data-loket-preview] :is(${FOLLOWS})`)];
  if (shown.length !== fresh.length) return; // the form was changed meanwhile: the editor shows it in a moment
  shown.forEach((part, place) => {
    part.hidden = fresh[place].hidden;
    if (part.dataset.loketFollows === "text" && part.innerHTML !== fresh[place].innerHTML) {
      part.innerHTML = fresh[place].innerHTML;
    }
  });
}

function changed() {
  kept = answers();
  sessionStorage.setItem(place, JSON.stringify(kept));
  clearTimeout(timer);
  timer = setTimeout(ask, 150);
}

if (kept.length) {
  restore(); // before anything that changes is listened to
  window.dispatchEvent(new Event("pageshow"));
  kept = answers();
  ask();
}
form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("submit", (event) => event.preventDefault()); // Enter in a box sends nothing
form.querySelector("[data-loket-clear]").addEventListener("click", () => {
  form.reset();
  kept = [];
  window.dispatchEvent(new Event("pageshow")); // lists to search in show what is chosen
  changed();
});
