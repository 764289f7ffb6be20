// A form with data-draft="key" saves what is typed three seconds after the last key, and never loses it without a word.
import { post, signedOut } from "./request.js";

const PAUSE = 3000;
const RETRY = 15000;
const KEPT = "What you typed is still on this page.";
const NO_LINE = `Not saved: there is no connection. ${KEPT}`;
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "submission_key", "taskforce"]);

export function startDrafts() {
  return [...document.querySelectorAll("form[data-draft]")].map((form) => new Draft(form));
}

class Draft {
  constructor(form) {
    this.form = form;
    this.version = Number(form.dataset.draftVersion || 0);
    this.place = this.makePlace();
    this.saved = JSON.stringify(this.payload());
    this.timer = null;
    this.sending = null;
    this.stopped = false;
    form.addEventListener("input", () => this.later(PAUSE));
    form.addEventListener("change", () => this.later(PAUSE));
    form.addEventListener("submit", (event) => this.leave(event));
    window.addEventListener("pagehide", () => this.save({ keepalive: true }));
  }

  // The live region is there before it is filled, or a screen reader would stay silent.
  makePlace() {
    const place = this.form.querySelector("[data-draft-status]") || document.createElement("div");
    if (!place.parentNode) {
      this.form.insertBefore(place, this.form.querySelector(":scope > .app-sticky, :scope > .govuk-button-group"));
    }
    place.classList.add("app-draft");
    place.setAttribute("role", "status");
    return place;
  }

  payload() {
    const fields = {};
    for (const [name, value] of new FormData(this.form)) {
      const control = this.form.elements.namedItem(name);
      if (typeof value !== "string" || LEFT_OUT.has(name) || control?.type === "password") {
        continue;
      }
      if (name in fields) {
        fields[name] = [].concat(fields[name], value);
      } else {
        fields[name] = value;
      }
    }
    return fields;
  }

  later(pause) {
    clearTimeout(this.timer);
    this.stopped = false;
    this.timer = setTimeout(() => this.save(), pause);
  }

  // Text sets out only when its draft has arrived: where the line is down, the browser's own page would take its place.
  async leave(event) {
    const text = [...this.form.querySelectorAll("textarea")].some((area) => area.value);
    if (this.going || (navigator.onLine && !text)) {
      this.pause();
      return;
    }
    event.preventDefault();
    if (this.held) {
      return;
    }
    this.held = true;
    this.lost = this.stopped = this.saved = false;
    await this.save();
    this.held = false;
    if (!navigator.onLine) {
      this.trouble(NO_LINE);
    } else if (!this.lost) {
      this.going = true;
      this.form.requestSubmit(event.submitter);
      this.going = false;
    }
  }

  // The form itself is on its way: a draft that came after it would outlive what it was a draft of.
  pause() {
    clearTimeout(this.timer);
    this.stopped = true;
  }

  // One save at a time, so versions come back in the order they were sent.
  async save({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    if (this.stopped) {
      return;
    }
    if (this.sending && !keepalive) {
      await this.sending;
    }
    const payload = this.payload();
    const text = JSON.stringify(payload);
    if (text === this.saved) {
      return;
    }
    this.sending = this.send(payload, text, keepalive);
    await this.sending;
    this.sending = null;
  }

  async send(payload, text, keepalive) {
    let response;
    try {
      response = await post(this.address(), { payload, version: this.version }, { keepalive });
    } catch {
      this.lost = true;
      this.trouble(NO_LINE);
      this.later(RETRY);
      return;
    }
    if (response.status === 409) {
      this.conflict(await response.json().catch(() => ({})));
    } else if (signedOut(response)) {
      this.lost = true;
      this.trouble(`Not saved: you have been signed out. ${KEPT} Sign in again in another tab, then come back here.`);
      this.later(RETRY);
    } else if (!response.ok) {
      this.trouble(`Not saved. ${KEPT} We will try again.`);
      this.later(RETRY);
    } else {
      const answer = await response.json();
      this.version = answer.version;
      this.form.dataset.draftVersion = answer.version;
      this.saved = text;
      this.calm(`Draft saved ${clock(answer.saved_at)}`);
    }
  }

  address() {
    return `/drafts/${encodeURIComponent(this.form.dataset.draft)}/`;
  }

  calm(text) {
    this.place.classList.remove("app-draft--trouble");
    this.place.textContent = text;
  }

  trouble(text) {
    this.place.classList.add("app-draft--trouble");
    this.place.textContent = text;
  }

  conflict(newer) {
    this.stopped = true;
    this.trouble("A newer version of this draft was saved, by somebody else or in another tab. ");
    const keep = button("Keep what is on this page", () => {
      this.version = newer.version ?? this.version;
      this.stopped = false;
      this.save();
    });
    const take = button("Use the newer version", () => {
      this.pause();
      window.location.reload();
    });
    this.place.append(keep, " ", take);
  }
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "govuk-button govuk-button--secondary govuk-!-margin-bottom-1";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function clock(moment) {
  return new Date(moment).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
