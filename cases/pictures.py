"""Photographs without what the camera wrote into them: where they were taken, when, and with which device.

The place where a child lives must not leave with a picture of their work.
"""

import io
from typing import Any, BinaryIO, Final

from PIL import ExifTags, Image, ImageOps

from cases.exceptions import FileRefused

# By the type as which a file is served. HEIC is not taken, since it cannot be written here; a phone sends JPEG instead.
FORMATS: Final[dict[str, str]] = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
# A phone's largest ordinary photograph; a picture unpacks to three or four bytes for each.
_MOST_PIXELS: Final = 50_000_000
_TOO_LARGE: Final = "The picture has too many pixels. Make it smaller, and choose it again."
# What a picture needs to look as it did; all else that is in the file is left behind.
_KEPT: Final = ("icc_profile", "transparency", "duration", "loop")
_UPRIGHT: Final = 1


def without_metadata(file: BinaryIO, content_type: str) -> BinaryIO:
    """Give a picture anew, upright and without its metadata; any other kind of file as it is.

    file  open and seekable, proved to be of its content type;  content_type  what it is served as
    Raises FileRefused for a picture that is damaged, or has more pixels than this machine should unpack.
    """
    kind = FORMATS.get(content_type)
    if kind is None:
        return file
    file.seek(0)
    try:
        with Image.open(file, formats=[kind]) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise FileRefused(_TOO_LARGE)
            return _saved_anew(picture, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused(_TOO_LARGE) from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise FileRefused("The picture is damaged. Open it, save it again, and choose that one.") from None


def _saved_anew(picture: Image.Image, kind: str) -> BinaryIO:
    moving = getattr(picture, "is_animated", False) and kind != "JPEG"
    turned = picture.getexif().get(ExifTags.Base.Orientation, _UPRIGHT) != _UPRIGHT and not moving
    shown = ImageOps.exif_transpose(picture) if turned else picture
    shown.info = {name: value for name, value in shown.info.items() if name in _KEPT}
    how: dict[str, Any] = {"icc_profile": shown.info.get("icc_profile")}
    if moving:
        how["save_all"] = True
    elif kind == "JPEG":
        # "keep" packs as the camera did; a picture that was turned round has no packing to keep.
        how["quality"] = "keep" if shown.format == "JPEG" else 90
    elif kind == "WEBP":
        how["quality"] = 90
    saved = io.BytesIO()
    shown.save(saved, kind, **how)
    saved.seek(0)
    return saved
