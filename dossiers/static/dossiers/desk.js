// Keeps what is typed in a conversation, a second after the last key and when the page is left.
// Without this script everything works: each button keeps first what stands on the page.
const form = document.querySelector("[data-desk]");
const status = document.querySelector("[data-desk-kept]");
let timer = 0;
let dirty = false;
let busy = false;

async function keep() {
  clearTimeout(timer);
  if (!dirty || busy) return;
  busy = true;
  dirty = false;
  const data = new FormData(form);
  data.set("zelf", "1");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, keepalive: true });
    if (answer.ok) {
      form.elements.versie.value = (await answer.json()).version;
      if (status) status.textContent = form.dataset.kept;
    }
  } catch {
    dirty = true; // no network: the next key tries again
  }
  busy = false;
  if (dirty) timer = setTimeout(keep, 1000);
}

form.addEventListener("input", () => {
  dirty = true;
  if (status) status.textContent = "";
  clearTimeout(timer);
  timer = setTimeout(keep, 1000);
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") keep();
});
// A button must send the newest version: wait for what is on its way.
form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  dirty = false;
  if (!busy) return;
  event.preventDefault();
  const pressed = event.submitter;
  const again = () => (busy ? setTimeout(again, 50) : form.requestSubmit(pressed));
  again();
});
