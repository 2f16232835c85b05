// Alt and N, on every page of the admin: a new contact.
document.addEventListener("keydown", (event) => {
  if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyN") {
    event.preventDefault();
    location.assign(document.querySelector("[data-desk-shortcut]").dataset.deskShortcut);
  }
});
