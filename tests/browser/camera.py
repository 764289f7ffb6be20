"""Photographs of pages: all that the walk opens into PICTURES; those of the README and the guide's stories, small, into
apst/docs/pictures.
"""

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from .pages import Visit

README = Path(__file__).parents[2] / "apst" / "docs" / "pictures"
LARGEST = 80 * 1024
STORY = 40 * 1024
# (role, page, state, width): the name of the file. The README shows these.
CHOSEN = {
    ("specialist", "home", "", 375): "today-phone",
    ("specialist", "cases:session-log", "with a pupil", 375): "log-phone",
    ("manager", "referrals:referral-list", "", 1280): "triage",
    ("manager", "cases:case-detail", "case", 1280): "case",
    ("manager", "reporting:return-detail", "return", 1280): "return",
    ("manager", "reporting:cell-detail", "A1", 1280): "figure",
    ("manager", "accounts:who-can-see-what", "", 1280): "who-can-see-what",
    ("school_staff", "referrals:referral-new-check", "", 1280): "check-answers",
}


def folder() -> Path | None:
    """Where photographs go; None where nobody asked for any."""
    path = os.environ.get("PICTURES", "")
    return Path(path) if path else None


def wants(role: str, visit: Visit) -> bool:
    """True for a page that the README shows, where there is a camera: it is opened however alike it is to another."""
    return folder() is not None and any((role, visit.page, visit.state) == key[:3] for key in CHOSEN)


def photograph(page: Page, role: str, visit: Visit, state: str, width: int) -> None:
    """Keep the whole page, and for the README the part that a screen shows."""
    where = folder()
    if where is None:
        return
    where.mkdir(parents=True, exist_ok=True)
    words = "-".join(word for word in (visit.slug, state, role, str(width)) if word)
    page.screenshot(path=where / f"{words}.png", full_page=True)
    name = CHOSEN.get((role, visit.page, visit.state, width))
    if name and state == "full":
        README.mkdir(parents=True, exist_ok=True)
        (README / f"{name}.png").write_bytes(small(page.screenshot()))


def keep(page: Page, name: str) -> None:
    """Keep the part of a story's page that a screen shows, for the guide, where there is a camera."""
    if folder() is not None:
        README.mkdir(parents=True, exist_ok=True)
        (README / f"{name}.png").write_bytes(small(page.screenshot(), most=STORY))


def small(picture: bytes, *, most: int = LARGEST) -> bytes:
    """The picture with as many colours as fit into so many bytes."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (128, 64, 32, 16):
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= most:
            return out.getvalue()
    raise AssertionError(f"A picture of {out.tell()} bytes is too large for the README.")
