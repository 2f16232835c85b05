// Passkeys at the second step: asks the browser for one, and posts what it answers. Without this script, or in a browser
// that knows no passkeys, the buttons stay hidden and the other ways remain.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  // What WebAuthn takes: the same options, with bytes where the page has base64url.
  const read = (options) => {
    const made = { ...options, challenge: bytes(options.challenge) };
    if (made.user) made.user = { ...made.user, id: bytes(made.user.id) };
    for (const list of ["allowCredentials", "excludeCredentials"]) {
      if (made[list]) made[list] = made[list].map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return made;
  };

  const written = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
  };

  const prepare = (form) => {
    if (!window.PublicKeyCredential) return;
    const problem = form.querySelector("[data-passkey-problem]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      const answer = form.elements.passkey;
      if (answer.value) return;
      event.preventDefault();
      problem.hidden = true;
      const publicKey = read(JSON.parse(form.dataset.passkey));
      try {
        const made = publicKey.user
          ? await navigator.credentials.create({ publicKey })
          : await navigator.credentials.get({ publicKey });
        answer.value = JSON.stringify(written(made));
        form.requestSubmit();
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        problem.hidden = false; // stopped by the person, too late, or a device that has it already
      }
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);
    const without = document.querySelector("[data-without-passkeys]");
    if (without && window.PublicKeyCredential) without.hidden = true;
  });
})();
