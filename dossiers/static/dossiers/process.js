// The editor of a process type: the names of its statuses, as they stand on the page now, are offered wherever a step
// asks for one. Without this script an editor types them; the server checks them either way.
(() => {
  const ID = "loket-statuses";
  const NAMES = /^statuses-\d+-value-label$/;
  const ASKS = /^steps-\d+-value-(target|sources-\d+-value)$/;

  const offer = (input) => {
    const list = document.getElementById(ID) ?? document.body.appendChild(Object.assign(document.createElement("datalist"), { id: ID }));
    const names = [...input.form.elements].filter((field) => NAMES.test(field.name) && field.value.trim());
    list.replaceChildren(...names.map((field) => Object.assign(document.createElement("option"), { value: field.value.trim() })));
    input.setAttribute("list", ID);
  };

  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLInputElement && ASKS.test(target.name)) offer(target);
  });
})();
