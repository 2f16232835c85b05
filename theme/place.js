// A point beside the words of a place: from the device, or on a map that is only fetched when somebody asks for it.
// Without this file the words are enough. Everything is bound at the document, so that rows added later work too.
const SOUTH_WEST = [49.45, 2.5];
const NORTH_EAST = [51.55, 6.45];
const maps = new WeakMap();

const inBelgium = ([lat, lon]) =>
  lat >= SOUTH_WEST[0] && lat <= NORTH_EAST[0] && lon >= SOUTH_WEST[1] && lon <= NORTH_EAST[1];

const parts = (place) => ({
  lat: place.querySelector("[data-loket-lat]"),
  lon: place.querySelector("[data-loket-lon]"),
  said: place.querySelector("[data-loket-point]"),
  remove: place.querySelector("[data-loket-point-remove]"),
});

function pointOf(place) {
  const { lat, lon } = parts(place);
  return lat.value && lon.value ? [Number(lat.value), Number(lon.value)] : null;
}

const degrees = (point) => point.map((number) => number.toFixed(5).replace(".", ",")).join("; ");

// Keeps the point; what is said follows a moment later, so that a screen reader does not repeat every step.
function keep(place, point, sentence) {
  const { lat, lon, said, remove } = parts(place);
  if (point && !inBelgium(point)) {
    said.textContent = place.dataset.textAbroad;
    return false;
  }
  [lat.value, lon.value] = point ? point.map((number) => number.toFixed(5)) : ["", ""];
  remove.hidden = !point;
  clearTimeout(place.sayLater);
  const text = point ? place.dataset.textPoint.replace("%(point)s", degrees(point)) : place.dataset.textNone;
  place.sayLater = setTimeout(() => (said.textContent = sentence ? `${text}. ${sentence}` : text), 400);
  place.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

async function toggleMap(place, button) {
  const box = place.querySelector("[data-loket-map-box]");
  button.dataset.open ??= button.textContent;
  const opens = box.hidden;
  if (opens && !maps.has(place)) {
    try {
      const { createMap } = await import(place.dataset.script);
      box.hidden = false;
      maps.set(place, await createMap(place, pointOf(place), (point) => keep(place, point)));
    } catch {
      box.hidden = true;
      parts(place).said.textContent = place.dataset.textFailed;
      return;
    }
  }
  box.hidden = !opens;
  button.setAttribute("aria-expanded", String(opens));
  button.textContent = opens ? button.dataset.close : button.dataset.open;
  if (opens) maps.get(place).focus();
}

function locate(place) {
  const { said } = parts(place);
  if (!navigator.geolocation) {
    said.textContent = place.dataset.textUnavailable;
    return;
  }
  said.textContent = place.dataset.textSearching;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const point = [coords.latitude, coords.longitude];
      const metres = String(Math.max(1, Math.round(coords.accuracy)));
      if (keep(place, point, place.dataset.textLocated.replace("%(metres)s", metres))) maps.get(place)?.show(point);
    },
    (error) => {
      const why = { 1: "textDenied", 3: "textTimeout" }[error.code] ?? "textUnavailable";
      said.textContent = place.dataset[why];
    },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
}

export function initPlaces() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-loket-place] button");
    if (!button) return;
    const place = button.closest("[data-loket-place]");
    if (button.matches("[data-loket-map-open]")) toggleMap(place, button);
    if (button.matches("[data-loket-locate]")) locate(place);
    if (button.matches("[data-loket-point-remove]")) {
      keep(place, null);
      maps.get(place)?.show(null);
      place.parentElement.querySelector("input:not([type=hidden])").focus();
    }
  });
}
