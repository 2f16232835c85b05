// Saving in the editors of Wagtail, so that nothing typed is lost.
//
// Wagtail saves a draft by itself, a moment after each change. Whoever presses a button meanwhile waits for a draft that
// is on its way, and one that has not left yet is not sent: of something new there would be two otherwise, and of
// something that exists the older text could come in last.
//
// Who is signed out meanwhile (a night has passed, or it was done in another tab) would be led to the sign-in page, and
// what was posted would be gone. So each post first asks whether somebody is signed in; if not, a dialog says so and the
// page stays as it is.
(() => {
  const script = document.currentScript;
  const FORM = "[data-edit-form]";
  let draft = null;
  let busy = false;
  let checked = false;

  document.addEventListener("w-autosave:save", (event) => {
    const made = { event, sent: false };
    made.arrived = new Promise((resolve) => {
      made.arrive = resolve;
    });
    draft = made;
    // Wagtail starts its own clock right after this one.
    window.setTimeout(() => {
      made.sent = true;
      if (event.defaultPrevented && draft === made) draft = null; // somebody kept it back: it will not arrive
    }, Number(event.target.dataset.wAutosaveIntervalValue));
  });
  const arrived = () => {
    draft?.arrive();
    draft = null;
  };
  document.addEventListener("w-autosave:success", arrived);
  document.addEventListener("w-autosave:error", () => {
    arrived();
    isSignedIn().then((yes) => yes || ask());
  });

  /** Also gives the form the token of this moment: signing in again makes a new one. A server that does not answer is no
      reason to keep somebody from trying. */
  const isSignedIn = async () => {
    try {
      const answer = await fetch(script.dataset.signedIn, { redirect: "manual" });
      if (answer.type === "opaqueredirect") return false; // to the login
      const { token } = await answer.json();
      for (const input of document.querySelectorAll(`${FORM} [name="csrfmiddlewaretoken"]`)) input.value = token;
    } catch (problem) {
      console.warn(problem);
    }
    return true;
  };

  // --- The dialog

  let dialog = null;
  const ask = () => {
    if (!dialog) {
      dialog = document.getElementById("loket-signed-out").content.firstElementChild.cloneNode(true);
      document.body.append(dialog);
      dialog.querySelector("button").addEventListener("click", back);
    }
    if (!dialog.open) dialog.showModal();
  };
  const back = async () => {
    const yes = await isSignedIn();
    if (yes) dialog.close();
    else dialog.querySelector("[role=alert]").textContent = dialog.dataset.notYet;
  };
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState === "visible" && dialog?.open && (await isSignedIn())) dialog.close();
  });

  // --- The button

  const post = async (form, button) => {
    if (draft?.sent) {
      await draft.arrived;
    } else {
      draft?.event.preventDefault();
      draft = null;
    }
    if (!(await isSignedIn())) {
      button?.setAttribute("data-w-progress-loading-value", "false");
      ask();
      return;
    }
    // Wagtail has disabled the button by now, and then its name would not be sent along.
    const pressed = document.createElement("input");
    if (button?.name) form.append(Object.assign(pressed, { type: "hidden", name: button.name, value: button.value }));
    checked = true;
    form.requestSubmit();
    checked = false;
    pressed.remove(); // the browser has read it; whatever is pressed next must not send it again
  };
  document.addEventListener(
    "submit",
    (event) => {
      if (checked || !event.target.matches(FORM)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (busy) return;
      busy = true;
      post(event.target, event.submitter).finally(() => {
        busy = false;
      });
    },
    true,
  );
})();
