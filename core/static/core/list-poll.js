// Asks every minute whether the rows on this page still say the same, and if not says so, politely. It never replaces
// anything by itself: not under a hand that is about to press, not with boxes ticked. A hidden tab asks nothing, and
// asks at once when it is seen again after more than a minute.
(() => {
  const MINUTE = 60_000;
  const place = document.querySelector("[data-poll]");
  if (!place) return;
  let asked = Date.now();
  let timer = 0;

  const say = (words, link) => {
    place.textContent = words;
    if (link) {
      const anchor = Object.assign(document.createElement("a"), { href: window.location.href, textContent: link });
      place.append(" ", anchor);
    }
  };
  const stop = () => {
    window.clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  };

  const ask = async () => {
    asked = Date.now();
    try {
      const answer = await fetch(place.dataset.poll, {
        headers: { "If-None-Match": place.dataset.etag },
        redirect: "manual",
        cache: "no-store",
      });
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        stop(); // signed out, or not allowed any more
        say(place.dataset.stopped);
      } else if (answer.ok) {
        stop(); // once is enough: it stays changed until somebody looks
        say(place.dataset.changed, place.dataset.refresh);
      } else {
        plan();
      }
    } catch {
      plan(); // no network for a moment: try again in a minute
    }
  };
  const plan = () => {
    window.clearTimeout(timer);
    if (document.visibilityState === "visible") {
      timer = window.setTimeout(ask, Math.max(asked + MINUTE - Date.now(), 0));
    }
  };
  const look = () => plan();
  document.addEventListener("visibilitychange", look);
  plan();
})();
