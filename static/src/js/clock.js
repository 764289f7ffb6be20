// The time of the item that the room is at, and what is left of the meeting. The server says how they stand when the
// page is drawn; from then on this page's own clock counts, so that a wrong clock on the wall screen does no harm.
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

export function startClocks() {
  for (const place of document.querySelectorAll("[data-clock]")) {
    const began = performance.now();
    const show = () => draw(place, Math.floor((performance.now() - began) / 1000));
    show();
    setInterval(show, 1000);
  }
}

function draw(place, gone) {
  const spent = Number(place.dataset.spent) + gone;
  const left = Number(place.dataset.left) - gone;
  const allotted = Number(place.dataset.minutes) * 60;
  const over = spent > allotted;
  place.classList.toggle("app-clock--over", over);
  write(place, "spent", reading(spent));
  write(place, "over", over ? `Over by ${reading(spent - allotted)}` : "");
  write(place, "left", left < 0 ? `The meeting is over its time by ${minutes(-left)}` : `${minutes(left)} of the meeting left`);
}

// Only what changed: nothing moves for whoever asked for less motion but once a minute.
function write(place, part, text) {
  const span = place.querySelector(`[data-${part}]`);
  if (span && span.textContent !== text) {
    span.textContent = text;
  }
}

function reading(seconds) {
  return calm.matches ? minutes(seconds) : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function minutes(seconds) {
  const whole = Math.floor(seconds / 60);
  return `${whole} minute${whole === 1 ? "" : "s"}`;
}
