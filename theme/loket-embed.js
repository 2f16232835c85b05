// For the website that shows a form of ours in a frame: gives the frame the height of what is in it.
function fit(frame) {
  const origin = new URL(frame.src).origin;
  let pages = 0;
  const greet = () => frame.contentWindow.postMessage({ type: "loket-hello" }, origin);
  window.addEventListener("message", (event) => {
    if (event.origin !== origin || event.source !== frame.contentWindow || event.data?.type !== "loket-height") return;
    const height = Number(event.data.height);
    if (height > 0) frame.style.height = `${Math.min(Math.max(height, 150), 20_000)}px`;
  });
  frame.addEventListener("load", () => {
    pages += 1;
    greet();
    // A new page begins at its top, also where the reader had scrolled down.
    if (pages > 1 && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  });
  if (document.readyState === "complete") greet();
  else window.addEventListener("load", greet);
}

function fitAll() {
  document.querySelectorAll("iframe[data-loket-form]").forEach(fit);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", fitAll);
else fitAll();
