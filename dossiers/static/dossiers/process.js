// The editor of a process type: the names of its statuses and results, as they stand on the page now, are offered
// wherever a step asks for one, and what gets another name gets it in the steps too. Without this script an editor types
// them; the server checks them either way.
(() => {
  const KINDS = [
    { asks: /^steps-\d+-value-(target|sources-\d+-value)$/, names: /^statuses-\d+-value-label$/, id: "loket-statuses" },
    { asks: /^steps-\d+-value-result$/, names: /^results-\d+-value-label$/, id: "loket-results" },
  ];
  const kindOf = (role, target) => target instanceof HTMLInputElement && KINDS.find((kind) => kind[role].test(target.name));
  const fields = (form, names) => [...form.elements].filter((field) => names.test(field.name));
  const same = (one, other) => one.trim().toLowerCase() === other.trim().toLowerCase();
  let before = "";

  const rename = ({ form, value }, { asks, names }) => {
    if (!before.trim() || !value.trim()) return;
    if (fields(form, names).some((name) => same(name.value, before))) return; // another one has that name
    for (const step of fields(form, asks)) {
      if (!same(step.value, before)) continue;
      step.value = value.trim();
      step.dispatchEvent(new Event("change", { bubbles: true })); // Wagtail saves the draft by itself
    }
    before = value;
  };

  const offer = (input, { names, id }) => {
    const list = document.getElementById(id) ?? document.body.appendChild(Object.assign(document.createElement("datalist"), { id }));
    const found = fields(input.form, names).filter((field) => field.value.trim());
    list.replaceChildren(...found.map((field) => Object.assign(document.createElement("option"), { value: field.value.trim() })));
    input.setAttribute("list", id);
  };

  document.addEventListener("focusin", ({ target }) => {
    const wanted = kindOf("asks", target);
    if (wanted) offer(target, wanted);
    if (kindOf("names", target)) before = target.value;
  });
  document.addEventListener("change", ({ target }) => {
    const named = kindOf("names", target);
    if (named) rename(target, named);
  });
})();
