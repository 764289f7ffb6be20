// A form is sent once. The server's key is what makes it safe; this only spares the second journey.
const FORGET = 8000;

export function startSubmitGuard() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // A download leaves the page where it is, and a bad line may need a second try.
    setTimeout(() => delete form.dataset.sent, FORGET);
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    delete event.target.closest?.("form")?.dataset.sent;
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });
}
