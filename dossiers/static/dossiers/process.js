// The editor of a process type: the names of its statuses and results, as they stand on the page now, are offered
// wherever a step asks for one. Without this script an editor types them; the server checks them either way.
(() => {
  const OFFERS = [
    { asks: /^steps-\d+-value-(target|sources-\d+-value)$/, names: /^statuses-\d+-value-label$/, id: "loket-statuses" },
    { asks: /^steps-\d+-value-result$/, names: /^results-\d+-value-label$/, id: "loket-results" },
  ];

  const offer = (input, { names, id }) => {
    const list = document.getElementById(id) ?? document.body.appendChild(Object.assign(document.createElement("datalist"), { id }));
    const found = [...input.form.elements].filter((field) => names.test(field.name) && field.value.trim());
    list.replaceChildren(...found.map((field) => Object.assign(document.createElement("option"), { value: field.value.trim() })));
    input.setAttribute("list", id);
  };

  document.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    const wanted = OFFERS.find(({ asks }) => asks.test(target.name));
    if (wanted) offer(target, wanted);
  });
})();
