// Adds files to a question one by one, with progress, and removes them, without leaving the page.
// Without this module the same buttons send the whole form, which does the same (forms/views.py, Step and Files).

const HALFWAY_FROM = 2 * 1024 * 1024; // a smaller file is there before anyone could hear it

export function enhanceUploads(root = document) {
  for (const box of root.querySelectorAll("[data-loket-files]")) {
    if (box.dataset.address) new Uploads(box); // a preview has none
  }
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

class Uploads {
  constructor(box) {
    this.box = box;
    this.texts = box.dataset;
    this.form = box.closest("form");
    this.input = box.querySelector("input[type=file]");
    this.list = box.querySelector("[data-loket-files-list]");
    this.waiting = [];
    this.busy = null;

    const place = box.querySelector(".loket-files__new");
    box.querySelector("[name=toevoegen]").remove(); // choosing is adding
    place.classList.add("loket-files__new--drop");
    place.append(element("p", "govuk-hint loket-files__drop", this.texts.textDrop));
    this.rows = place.parentNode.insertBefore(element("ul", "loket-files__list"), place);
    this.status = box.appendChild(element("div", "govuk-visually-hidden"));
    this.status.setAttribute("role", "status");

    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = ""; // or the form would send them once more
    });
    for (const type of ["dragenter", "dragover"]) {
      place.addEventListener(type, (event) => {
        event.preventDefault();
        place.classList.add("loket-files__new--over");
      });
    }
    for (const type of ["dragleave", "drop"]) {
      place.addEventListener(type, () => place.classList.remove("loket-files__new--over"));
    }
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("button[name=verwijder]");
      if (!button) return;
      event.preventDefault();
      this.remove(button);
    });
    this.form.addEventListener("submit", (event) => {
      if (!this.busy) return;
      event.preventDefault();
      this.submitter = event.submitter;
      this.announce(this.texts.textWait);
    });
  }

  say(key, name) {
    return this.texts[key].replace("%{name}", name);
  }

  announce(text) {
    this.status.textContent = text;
  }

  post(fields) {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken?.value ?? ""); // none in a frame elsewhere
    data.append("vraag", this.texts.key);
    for (const [name, value] of fields) data.append(name, value);
    const request = new XMLHttpRequest(); // fetch tells nothing about what was sent so far
    request.open("POST", this.texts.address);
    request.responseType = "json";
    return { request, send: () => request.send(data) };
  }

  add(files) {
    for (const file of files) {
      const job = { file, row: element("li", "loket-file"), failed: false };
      this.rows.append(job.row);
      if (file.size > this.texts.megabytes * 1024 * 1024) {
        this.refuse(job, this.say("textTooLarge", file.name), false);
      } else {
        this.show(job);
        this.waiting.push(job);
      }
    }
    this.next();
  }

  show(job) {
    job.progress = element("progress", "loket-file__progress");
    job.progress.max = 100;
    job.progress.value = 0;
    job.progress.setAttribute("aria-label", job.file.name);
    job.state = element("span", "loket-file__size");
    const name = element("span", "loket-file__name", `${job.file.name} `);
    name.append(job.state, job.progress);
    job.row.replaceChildren(name, this.button(this.texts.textCancel, job, () => this.cancel(job)));
  }

  button(text, job, action) {
    const button = element("button", "govuk-button govuk-button--secondary loket-file__button", text);
    button.type = "button";
    button.append(element("span", "govuk-visually-hidden", ` ${job.file.name}`));
    button.addEventListener("click", action);
    return button;
  }

  next() {
    if (this.busy) return;
    const job = this.waiting.shift();
    if (!job) {
      this.goOn();
      return;
    }
    this.busy = job;
    const { request, send } = this.post([[this.texts.key, job.file]]);
    job.request = request;
    let halfway = job.file.size < HALFWAY_FROM;
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      job.progress.value = (100 * event.loaded) / event.total;
      if (!halfway && job.progress.value >= 50) {
        halfway = true;
        this.announce(this.say("textHalfway", job.file.name));
      }
    });
    request.upload.addEventListener("load", () => {
      job.state.textContent = this.texts.textChecking;
    });
    request.addEventListener("loadend", () => {
      this.busy = null;
      this.finish(job);
      this.next();
    });
    this.announce(this.say("textAdding", job.file.name));
    send();
  }

  finish(job) {
    const answer = job.request.response;
    if (job.cancelled) return;
    if (!answer || typeof answer.list !== "string") {
      this.refuse(job, this.say("textFailed", job.file.name), true);
      return;
    }
    this.show_list(answer.list);
    if (answer.errors.length) {
      this.refuse(job, answer.errors.join(" "), false);
    } else {
      this.leave(job);
      this.announce(this.say("textAdded", job.file.name));
    }
  }

  refuse(job, message, again) {
    this.submitter = null; // whoever wanted to go on must read this first
    const text = element("p", "govuk-error-message loket-file__name", message);
    const buttons = element("span", "loket-file__buttons");
    if (again) {
      const retry = this.button(this.texts.textRetry, job, () => {
        this.show(job);
        this.waiting.push(job);
        job.row.querySelector("button").focus();
        this.next();
      });
      buttons.append(retry);
    }
    buttons.append(this.button(this.texts.textClose, job, () => this.leave(job)));
    job.row.replaceChildren(text, buttons);
    this.announce(message);
  }

  cancel(job) {
    job.cancelled = true;
    this.waiting = this.waiting.filter((other) => other !== job);
    this.leave(job);
    this.announce(this.say("textCancelled", job.file.name));
    if (this.busy === job) job.request.abort();
  }

  show_list(html) {
    this.list.innerHTML = html;
    this.form.dispatchEvent(new Event("change")); // other questions may depend on it
  }

  // Takes the row away; a keyboard that stood on it goes to the box for files.
  leave(job) {
    const focused = job.row.contains(document.activeElement);
    job.row.remove();
    if (focused) this.input.focus();
  }

  remove(button) {
    const [, upload] = button.value.split("/");
    const rows = [...this.list.querySelectorAll("button[name=verwijder]")];
    const position = rows.indexOf(button);
    const name = button.querySelector("span").textContent.trim();
    const { request, send } = this.post([["verwijder", upload]]);
    request.addEventListener("loadend", () => {
      const answer = request.response;
      if (!answer || typeof answer.list !== "string") {
        this.announce(this.say("textNotRemoved", name));
        button.disabled = false;
        return;
      }
      this.show_list(answer.list);
      const left = this.list.querySelectorAll("button[name=verwijder]");
      (left[Math.min(position, left.length - 1)] || this.input).focus();
      this.announce(this.say("textRemoved", name));
    });
    button.disabled = true;
    send();
  }

  // The form was sent while files were on their way.
  goOn() {
    if (!this.submitter) return;
    const submitter = this.submitter;
    this.submitter = null;
    this.form.requestSubmit(submitter);
  }
}
