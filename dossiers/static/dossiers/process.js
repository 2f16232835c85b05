// The editor of a process type: the names of its statuses, as they stand on the page now, are offered wherever a step
// asks for one, and a status that gets another name gets it in its steps too. Without this script an editor types them;
// the server checks them either way.
(() => {
  const ID = "loket-statuses";
  const NAMES = /^statuses-\d+-value-label$/;
  const ASKS = /^steps-\d+-value-(target|sources-\d+-value)$/;

  const fields = (form, names) => [...form.elements].filter((field) => names.test(field.name));
  const same = (one, other) => one.trim().toLowerCase() === other.trim().toLowerCase();
  let before = "";

  const rename = ({ form, value }) => {
    if (!before.trim() || !value.trim()) return;
    if (fields(form, NAMES).some((name) => same(name.value, before))) return; // another status has that name
    for (const step of fields(form, ASKS)) {
      if (!same(step.value, before)) continue;
      step.value = value.trim();
      step.dispatchEvent(new Event("change", { bubbles: true })); // Wagtail saves the draft by itself
    }
    before = value;
  };

  const offer = (input) => {
    const list = document.getElementById(ID) ?? document.body.appendChild(Object.assign(document.createElement("datalist"), { id: ID }));
    const names = fields(input.form, NAMES).filter((field) => field.value.trim());
    list.replaceChildren(...names.map((field) => Object.assign(document.createElement("option"), { value: field.value.trim() })));
    input.setAttribute("list", ID);
  };

  document.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (ASKS.test(target.name)) offer(target);
    if (NAMES.test(target.name)) before = target.value;
  });
  document.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement && NAMES.test(target.name)) rename(target);
  });
})();
