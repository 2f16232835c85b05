// Going through a list with the keyboard: j and k or the arrows, Enter, x, / and ?. The focus itself moves, so whoever
// listens to a screen reader hears each row. Single keys can be switched off (WCAG 2.1.4), and never act while typing.
(() => {
  const OFF = "loket-shortcuts-off";
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const button = document.querySelector("[data-keys-help]");
  const toggle = dialog.querySelector("[data-keys-on]");
  const rows = [...document.querySelectorAll("[data-row]")];
  const link = (row) => row.querySelector("a");
  let current = -1;

  // A browser that keeps nothing (private, by policy) simply forgets the choice.
  const stored = () => {
    try {
      return window.localStorage.getItem(OFF) === "1";
    } catch {
      return false;
    }
  };
  let off = stored();
  toggle.checked = !off;
  toggle.addEventListener("change", () => {
    off = !toggle.checked;
    try {
      if (off) window.localStorage.setItem(OFF, "1");
      else window.localStorage.removeItem(OFF);
    } catch {
      // see above
    }
  });

  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-row]");
    if (row) current = rows.indexOf(row);
  });
  const inList = () => Boolean(document.activeElement?.closest("[data-row]"));
  const go = (step) => {
    if (!rows.length) return;
    const next = Math.min(Math.max(current + step, 0), rows.length - 1);
    link(rows[next]).focus();
    rows[next].scrollIntoView({ block: "nearest" });
  };

  const SINGLE = {
    j: () => go(1),
    k: () => go(-1),
    x: () => rows[current]?.querySelector("input[type=checkbox]")?.click(),
    "/": () => document.querySelector("[data-search]")?.focus(),
    "?": () => dialog.showModal(),
  };
  const ARROWS = { ArrowDown: () => go(1), ArrowUp: () => go(-1) };

  const types = (element) =>
    element?.isContentEditable ||
    element?.matches?.("textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit])");

  // Before Wagtail's own shortcuts: here "?" shows those of the list.
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      if (types(event.target) || document.querySelector("dialog[open], [aria-modal=true]:not([aria-hidden=true])")) return;
      const act = (!off && SINGLE[event.key]) || (inList() && ARROWS[event.key]);
      if (!act) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      act();
    },
    true,
  );
})();
