// Warns before the idle time-out, keeps a person who is at work signed in, and saves drafts before signing out.
import { post, signedOut } from "./request.js";

const LOOK = 1000;
const SHARED = "last-active";

export function startIdle(drafts) {
  const dialog = document.getElementById("app-idle");
  if (!dialog) {
    return;
  }
  const limit = Number(dialog.dataset.idleSeconds) * 1000;
  const warning = Number(dialog.dataset.idleWarningSeconds) * 1000;
  const touchEvery = Math.min(warning / 4, 5 * 60 * 1000);
  const left = dialog.querySelector("[data-idle-left]");
  let active = Date.now();
  let touched = Date.now();
  let leaving = false;
  let stale = false;

  const share = () => {
    active = Date.now();
    try {
      localStorage.setItem(SHARED, String(active));
    } catch {
      // A browser may forbid storage; then each tab counts for itself.
    }
  };

  // The server counts requests, a person reads and types: once in a while the page tells the server of it.
  const stay = async () => {
    touched = Date.now();
    try {
      if (signedOut(await post(dialog.dataset.stay, {}))) {
        await leave();
      }
    } catch {
      // No connection: the next sign of life tries again.
      touched = 0;
    }
  };

  const alive = () => {
    if (dialog.open || leaving) {
      return;
    }
    share();
    stale = true;
  };

  const leave = async () => {
    if (leaving) {
      return;
    }
    leaving = true;
    await Promise.allSettled(drafts.map((draft) => draft.save({ keepalive: true })));
    dialog.querySelector("form[data-idle-sign-out]").submit();
  };

  for (const kind of ["keydown", "pointerdown", "scroll", "input"]) {
    document.addEventListener(kind, alive, { passive: true, capture: true });
  }
  dialog.querySelector("[data-idle-stay]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    share();
    stay();
  });
  window.addEventListener("storage", (event) => {
    if (event.key === SHARED) {
      active = Math.max(active, Number(event.newValue));
      if (dialog.open && Date.now() - active < warning) {
        dialog.close();
      }
    }
  });
  share();

  let said = "";
  setInterval(() => {
    const quiet = Date.now() - active;
    if (quiet >= limit) {
      leave();
    } else if (quiet >= warning) {
      if (!dialog.open) {
        Promise.allSettled(drafts.map((draft) => draft.save()));
        dialog.showModal();
      }
      // Said each half minute, not each second.
      const seconds = Math.max(30, Math.ceil((limit - quiet) / 30000) * 30);
      const text = seconds >= 60 ? plural(Math.ceil(seconds / 60), "minute") : plural(seconds, "second");
      if (text !== said) {
        said = text;
        left.textContent = text;
      }
    } else if (stale && Date.now() - touched >= touchEvery) {
      stale = false;
      stay();
    }
  }, LOOK);
}

function plural(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
