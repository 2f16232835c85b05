// Choosing rows of a list: everything on the page, a range with Shift, and a bar that says how many. Without this script
// the boxes and the buttons work as well.
(() => {
  const list = document.querySelector("[data-work-list]");
  const bar = list?.querySelector("[data-chosen]");
  if (bar) {
    const boxes = [...list.querySelectorAll('input[name="kies"]')];
    const allLabel = list.querySelector("[data-choose-all]");
    const all = allLabel.querySelector("input");
    const none = bar.querySelector("[data-choose-none]");
    const count = bar.querySelector("[role=status]");
    let last = null;

    const show = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      bar.hidden = chosen === 0;
      count.textContent = chosen === 1 ? count.dataset.one : count.dataset.many.replace("#", chosen);
      all.checked = chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
      for (const box of boxes) box.closest("tr").classList.toggle("l-work__row--chosen", box.checked);
    };
    const choose = (some, on) => {
      for (const box of some) box.checked = on;
      show();
    };

    for (const box of boxes) {
      box.addEventListener("click", (event) => {
        if (event.shiftKey && last && last !== box) {
          const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
          choose(boxes.slice(from, to + 1), box.checked);
        }
        last = box;
      });
      box.addEventListener("change", show);
      // Shift-click would select the text in between.
      box.closest("label").addEventListener("mousedown", (event) => event.shiftKey && event.preventDefault());
    }
    all.addEventListener("change", () => choose(boxes, all.checked));
    none.addEventListener("click", () => {
      choose(boxes, false);
      boxes[0].focus();
    });
    allLabel.hidden = none.hidden = false;
    bar.classList.add("l-chosen--floats");
    show();
    window.addEventListener("pageshow", show); // back from a dossier: the browser put the ticks back
  }

  // Filters that were left empty need not stand in the address.
  for (const form of document.querySelectorAll("form[data-tidy]")) {
    const empty = () => [...form.elements].filter((field) => field.name && !field.value);
    form.addEventListener("submit", () => {
      for (const field of empty()) field.disabled = true;
    });
    window.addEventListener("pageshow", () => {
      for (const field of empty()) field.disabled = false;
    });
  }
})();
