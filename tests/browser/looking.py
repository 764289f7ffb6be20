"""What is looked at on a page in Chromium: what axe finds, what it weighs, whether it fits, what the console says."""

import gzip
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, Request

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
WIDTHS = (1280, 375)
NARROWEST = 320  # what 400 % zoom makes of a screen of 1280
HEAVIEST = 60 * 1024
# Roughly what the head of one answer weighs.
HEAD = 300

# What stands out of the window to the right, its parents left out: an element may scroll by itself, the page may not.
OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide <= 0) return null;
  const out = [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1);
  const last = out.at(-1);
  return `${wide} px: ` + (last ? last.tagName.toLowerCase() + '.' + last.className : '?');
}"""
VIOLATIONS = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.map(v => `${v.id}: ${v.help} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)}`);
}"""
# Buttons and fields that something pushes out of its box, or that are drawn as a line across the desk.
ODD_CONTROLS = """() => [...document.querySelectorAll(
    'main .govuk-button, main .app-link-button, main input:not([type=hidden]), main select')]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().width > 1)
  .flatMap(e => {
    const box = e.getBoundingClientRect();
    const words = (e.textContent || e.name || '').trim().slice(0, 40);
    if (e.matches('.govuk-button') && window.innerWidth > 1000 && box.width > 500) return [`stretched: ${words}`];
    if (box.left < -1 || box.right > window.innerWidth + 1) {
      return e.closest('.app-scroll, [class*=scroll]') ? [] : [`cut off: ${words}`];
    }
    return [];
  })"""


class Weights:
    """What the parts of the site weigh on the wire, each asked for once."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def of(self, address: str) -> int:
        if address not in self.known:
            with urlopen(address) as answer:  # noqa: S310 - an address of the test's own server
                self.known[address] = len(gzip.compress(answer.read())) + HEAD
        return self.known[address]


def missing(request: Request) -> bool:
    """False for what was only left: a download, a page that was clicked away from."""
    return request.failure != "net::ERR_ABORTED"


def watch(page: Page) -> list[str]:
    """Give a list that fills with what the console complains of."""
    heard: list[str] = []

    def hear(message) -> None:
        # The answer 403, 404 or 422 to the page itself is said in the console too.
        if message.type in ("error", "warning") and message.location.get("url") != page.url:
            heard.append(f"console: {message.text[:300]}")

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(f"script: {error}"))
    page.on(
        "requestfailed",
        lambda request: heard.append(f"not loaded: {request.url} {request.failure}") if missing(request) else None,
    )
    return heard


def weight(page: Page, weights: Weights) -> int:
    """The bytes of the page and of all that it loads, compressed, with nothing in the cache."""
    parts = page.evaluate("() => performance.getEntriesByType('resource').map(e => e.name)")
    static = {part for part in parts if "/static/" in part}
    return len(gzip.compress(page.content().encode())) + HEAD + sum(weights.of(part) for part in static)


def faults(page: Page, weights: Weights, *, photograph=None) -> list[str]:
    """What is wrong with the page that is open. photograph(width) is called at each width."""
    found = []
    if (heavy := weight(page, weights)) > HEAVIEST:
        found.append(f"weighs {heavy / 1024:.1f} KB")
    page.evaluate(AXE)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900 if width > 1000 else 740})
        found += [f"{width} px: {said}" for said in page.evaluate(VIOLATIONS)]
        found += [f"{width} px: {said}" for said in page.evaluate(ODD_CONTROLS)]
        if over := page.evaluate(OVERFLOW):
            found.append(f"{width} px: too wide by {over}")
        if photograph:
            photograph(width)
    page.set_viewport_size({"width": NARROWEST, "height": 740})
    if over := page.evaluate(OVERFLOW):
        found.append(f"{NARROWEST} px: too wide by {over}")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def without_javascript(page: Page) -> list[str]:
    """What is missing where no script runs: the heading, and a form with something to send it by."""
    found = []
    page.evaluate(
        "() => document.querySelectorAll('details').forEach(fold => { fold.open = true; })"
    )  # anybody can unfold them
    if not page.locator("h1").first.is_visible():
        found.append("no heading without JavaScript")
    for form in page.locator("main form").all():
        buttons = form.locator("button, input[type=submit]")
        fields = form.locator("input:not([type=hidden]), select, textarea")
        if buttons.count() == 0:
            found.append(f"a form without a button: {form.get_attribute('action')}")
        elif fields.count() and not any(button.is_visible() for button in buttons.all()):
            found.append(f"a form whose button needs JavaScript: {form.get_attribute('action')}")
    return found


__all__ = ["HEAVIEST", "Browser", "Weights", "faults", "watch", "weight", "without_javascript"]
