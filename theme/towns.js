// Suggests the municipality of a postcode; the server checks it anyhow.
const known = new Map();

async function townsOf(postcode) {
  if (!known.has(postcode)) {
    const response = await fetch(`/formulieren/gemeenten/${postcode}/`);
    known.set(postcode, response.ok ? (await response.json()).towns : []);
  }
  return known.get(postcode);
}

async function suggest(postcode) {
  const town = postcode.closest(".loket-nested, [data-loket-row]")?.querySelector("[data-loket-town]");
  if (!town || !/^[1-9]\d{3}$/.test(postcode.value.trim())) return;
  let towns;
  try {
    towns = await townsOf(postcode.value.trim());
  } catch {
    return; // offline: people know where they live
  }
  let list = town.list;
  if (!list) {
    list = document.createElement("datalist");
    list.id = `${town.id}-gemeenten`;
    town.after(list);
    town.setAttribute("list", list.id);
  }
  list.replaceChildren(...towns.map((name) => new Option(name, name)));
  if (!town.value.trim() && towns.length === 1) {
    town.value = towns[0];
    town.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export function initTowns() {
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-loket-postcode]")) suggest(event.target);
  });
}
