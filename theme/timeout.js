// Warns before a form closes because nothing was done in it (WCAG 2.2.1), and keeps what is typed meanwhile.
// The server decides when a form is closed; this only tells it in time. Bound to `dialog[data-loket-timeout]`.

const SPOKEN = [60, 30]; // seconds left at which a screen reader says so; the dialog itself says the first time

class Timeout {
  constructor(dialog) {
    this.dialog = dialog;
    this.form = dialog.querySelector("form");
    this.step = document.querySelector("form[data-loket-step]");
    this.left = dialog.querySelector("[data-left]");
    this.said = dialog.querySelector("[data-said]");
    this.failed = dialog.querySelector("[data-failed]");
    this.total = Number(dialog.dataset.seconds) * 1000;
    this.warning = Number(dialog.dataset.warning) * 1000;
    this.leaving = false;

    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.extend();
    });
    // Escape is an answer too: somebody is there.
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.extend();
    });
    document.addEventListener("input", () => {
      this.typed = this.wrote = true;
    });
    // A computer that slept: its clocks stood still, the server's did not.
    document.addEventListener("visibilitychange", () => this.tick());
    // A page that the browser kept aside shows what was there, but time went on.
    window.addEventListener("pagehide", () => {
      this.leaving = true;
    });
    window.addEventListener("pageshow", () => {
      this.leaving = false;
      this.tick();
    });
    this.restart();
    setInterval(() => this.tick(), 1000);
  }

  restart() {
    this.closesAt = Date.now() + this.total;
    this.typed = false;
    this.spoken = new Set();
    this.said.textContent = "";
    this.failed.hidden = true;
    if (this.dialog.open) this.dialog.close(); // which gives the focus back to where it was
  }

  async tick() {
    if (this.leaving || this.busy) return;
    const rest = this.closesAt - Date.now();
    if (rest <= 0) {
      await this.close();
    } else if (rest <= this.warning) {
      if (this.typed && !this.dialog.open) await this.extend(); // who is typing is there
      else this.warn(Math.ceil(rest / 1000));
    }
  }

  warn(seconds) {
    this.left.textContent = this.sentence(seconds);
    if (!this.dialog.open) {
      this.dialog.showModal();
      return;
    }
    for (const moment of SPOKEN) {
      if (seconds <= moment && !this.spoken.has(moment)) {
        this.spoken.add(moment);
        this.said.textContent = this.sentence(seconds);
      }
    }
  }

  sentence(seconds) {
    const words = this.left.dataset;
    if (seconds > 60) return words.minutes;
    if (seconds > 30) return words.minute;
    return words.seconds.replace("{n}", String(Math.ceil(seconds / 10) * 10));
  }

  // What stands on the step goes along, raw; files are sent at their own moment.
  async send(extra) {
    const body = new URLSearchParams();
    if (this.step) {
      for (const [name, value] of new FormData(this.step)) {
        if (typeof value === "string") body.append(name, value);
      }
    }
    for (const [name, value] of [...new FormData(this.form), ...Object.entries(extra)]) body.set(name, value);
    return fetch(this.form.action, { method: "POST", body, redirect: "manual", credentials: "same-origin" });
  }

  async extend() {
    if (this.busy) return;
    this.busy = true;
    try {
      const answer = await this.send({});
      if (answer.status === 204) this.restart();
      else if (answer.type === "opaqueredirect" || answer.status < 500) this.leave();
      else this.complain();
    } catch {
      this.complain();
    } finally {
      this.busy = false;
    }
  }

  complain() {
    if (!this.dialog.open) this.warn(Math.max(1, Math.ceil((this.closesAt - Date.now()) / 1000)));
    this.failed.textContent = this.failed.dataset.text;
    this.failed.hidden = false;
  }

  async close() {
    this.busy = true;
    try {
      await this.send({ einde: "1" });
      this.leave();
    } catch {
      this.busy = false;
      this.closesAt = Date.now() + 10_000; // no network: what is typed stays on the screen, and is tried again
      this.complain();
    }
  }

  leave() {
    this.leaving = true;
    window.location.assign(this.dialog.dataset.closed + (this.wrote ? "?bewaard" : ""));
  }
}

export function watchTimeouts() {
  for (const dialog of document.querySelectorAll("dialog[data-loket-timeout]")) {
    if (typeof dialog.showModal === "function") new Timeout(dialog);
  }
}
