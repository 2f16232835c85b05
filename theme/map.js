// The map itself: a file of its own, so that only those who ask for a map fetch Leaflet.
import { CRS, Map as LeafletMap, Marker, TileLayer, control, divIcon } from "leaflet";

const STEP = 12; // pixels per arrow key; with shift one
const CLOSE_BY = 17;

const styled = (address) =>
  new Promise((resolve, reject) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: address, onload: resolve, onerror: reject });
    document.head.append(link);
  });

// A WMS is asked for by its bounding box, everything else by {z}, {x} and {y} in the address.
function tiles(address, options) {
  if (address.includes("{x}")) return new TileLayer(address, options);
  const url = new URL(address, location.href);
  const asked = Object.fromEntries([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  for (const name of ["service", "request", "bbox", "width", "height", "srs", "crs"]) delete asked[name];
  url.search = "";
  return new TileLayer.WMS(url.href, { format: "image/png", ...options, ...asked, crs: CRS.EPSG3857 });
}

const escaped = (text) => {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
};

export async function createMap(place, start, moved) {
  const element = place.querySelector("[data-loket-map]");
  if (!document.querySelector("link[data-loket-map-style]")) await styled(place.dataset.style);
  document.querySelector(`link[href="${place.dataset.style}"]`)?.setAttribute("data-loket-map-style", "");
  const [lat, lon, zoom] = place.dataset.center.split(",").map(Number);
  const map = new LeafletMap(element, { keyboard: false, zoomControl: false, attributionControl: false });
  map.setView(start ?? [lat, lon], start ? CLOSE_BY : zoom);
  control.zoom({ zoomInTitle: place.dataset.textIn, zoomOutTitle: place.dataset.textOut }).addTo(map);
  control.attribution({ prefix: false }).addTo(map);
  tiles(place.dataset.tiles, { maxZoom: 20, attribution: escaped(place.dataset.attribution) }).addTo(map);

  element.tabIndex = 0;
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", place.dataset.textMap);

  let marker = null;
  const show = (point) => {
    if (!point) {
      marker?.remove();
      marker = null;
      return;
    }
    if (!marker) {
      const icon = divIcon({ className: "loket-marker", html: "", iconSize: [28, 38], iconAnchor: [14, 37] });
      marker = new Marker(point, { icon, draggable: true, keyboard: false, alt: "" }).addTo(map);
      marker.on("dragend", () => put(marker.getLatLng()));
    }
    marker.setLatLng(point);
    map.panInside(point, { padding: [40, 40], animate: false });
  };
  const put = (latlng) => {
    const point = [latlng.lat, latlng.lng];
    const before = marker?.getLatLng();
    if (moved(point)) show(point);
    else if (before) show(before);
  };
  show(start);

  map.on("click", (event) => put(event.latlng));
  element.addEventListener("keydown", (event) => {
    if (event.target !== element || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = event.shiftKey ? 1 : STEP;
    const move = { ArrowUp: [0, -step], ArrowDown: [0, step], ArrowLeft: [-step, 0], ArrowRight: [step, 0] }[event.key];
    if (move) {
      event.preventDefault();
      const from = map.latLngToContainerPoint(marker?.getLatLng() ?? map.getCenter());
      put(map.containerPointToLatLng(from.add(move)));
    } else if (["+", "=", "-", "_"].includes(event.key)) {
      event.preventDefault();
      map.setZoom(map.getZoom() + ("+=".includes(event.key) ? 1 : -1), { animate: false });
    }
  });
  return {
    show: (point) => {
      show(point);
      if (point) map.setView(point, Math.max(map.getZoom(), CLOSE_BY), { animate: false });
    },
    focus: () => {
      map.invalidateSize();
      element.focus();
    },
  };
}
