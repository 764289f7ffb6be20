// The agenda's order by dragging, with mouse, pen or finger. The row's own buttons do the same by keyboard.
const NEAR = 60;
const STEP = 12;

export function startAgenda() {
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (grip && event.isPrimary && event.button === 0) {
      event.preventDefault();
      new Drag(grip, event);
    }
  });
  // A refusal stands above the list, and whoever dragged may be far below.
  document.body.addEventListener("htmx:afterSettle", () => {
    const refusal = document.querySelector("#agenda .moj-alert--error");
    refusal?.setAttribute("tabindex", "-1");
    refusal?.focus();
  });
}

class Drag {
  constructor(grip, event) {
    this.grip = grip;
    this.row = grip.closest("tr");
    this.rows = this.row.parentNode;
    this.home = this.row.nextElementSibling;
    this.place = document.querySelector("[data-agenda-says]");
    this.y = event.clientY;
    this.stop = new AbortController();
    const { signal } = this.stop;
    // The list, not the grip: what is taken out of the page and put back loses the pointer.
    this.rows.setPointerCapture(event.pointerId);
    this.rows.addEventListener("pointermove", (moved) => this.move(moved), { signal });
    this.rows.addEventListener("pointerup", () => this.drop(), { signal });
    this.rows.addEventListener("pointercancel", () => this.back(), { signal });
    document.addEventListener("keydown", (key) => key.key === "Escape" && this.back(), { signal });
    this.row.classList.add("app-drag");
    // At an edge of the screen the page follows, as long as the pointer stays there.
    this.timer = setInterval(() => this.follow(), 16);
  }

  move(event) {
    this.y = event.clientY;
    this.settle();
  }

  follow() {
    const by = this.y < NEAR ? -STEP : this.y > window.innerHeight - NEAR ? STEP : 0;
    if (by) {
      window.scrollBy(0, by);
      this.settle();
    }
  }

  settle() {
    const others = [...this.rows.children].filter((row) => row !== this.row);
    const after = others.find((row) => {
      const box = row.getBoundingClientRect();
      return this.y < box.top + box.height / 2;
    });
    if ((after ?? null) !== this.row.nextElementSibling) {
      this.rows.insertBefore(this.row, after ?? null);
      this.say();
    }
  }

  // Once for each place passed, not for each pixel.
  say() {
    const all = [...this.rows.children];
    this.place.textContent = `${this.row.dataset.title}: item ${all.indexOf(this.row) + 1} of ${all.length}`;
  }

  end() {
    this.stop.abort();
    clearInterval(this.timer);
    this.row.classList.remove("app-drag");
  }

  back() {
    this.end();
    this.rows.insertBefore(this.row, this.home);
    this.place.textContent = "Not moved";
  }

  drop() {
    this.end();
    if (this.row.nextElementSibling === this.home) {
      return;
    }
    let next = this.row.nextElementSibling;
    while (next && !next.dataset.item) {
      next = next.nextElementSibling; // a stub keeps its place
    }
    const form = this.grip.closest("form");
    form.elements.before.disabled = form.elements.based_on.disabled = false;
    form.elements.before.value = next?.dataset.item ?? "";
    form.requestSubmit();
  }
}
