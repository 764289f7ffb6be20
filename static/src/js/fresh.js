// What htmx swaps in: start its components, and say so to who cannot see it.
import { createAll } from "govuk-frontend";

export function startFreshParts(components) {
  document.body.addEventListener("htmx:load", (event) => {
    for (const Component of components) {
      createAll(Component, {}, { scope: event.detail.elt, onError: () => {} });
    }
  });
  document.body.addEventListener("htmx:sendError", () => say("There is no connection. Nothing was changed."));
  document.body.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    say(
      status === 403 || status === 401
        ? "You may have been signed out. Load the page again."
        : "That did not work. Nothing was changed. Load the page again."
    );
  });
}

function say(text) {
  const place = document.getElementById("app-announcement");
  if (place) {
    place.textContent = text;
    place.hidden = false;
  }
}
