"""A photograph that is uploaded loses where it was taken, and stands upright."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import ExifTags, Image, PngImagePlugin

from cases import pictures
from cases.exceptions import FileRefused
from cases.models import DocumentText
from cases.services import take_document
from tests.cases import papers
from tests.clock import TODAY

NORTH = {
    ExifTags.GPS.GPSLatitudeRef: "N",
    ExifTags.GPS.GPSLatitude: (53.0, 40.0, 58.8),
    ExifTags.GPS.GPSLongitudeRef: "W",
    ExifTags.GPS.GPSLongitude: (1.0, 29.0, 54.6),
}


def photograph(kind, *, orientation=1, **how):
    """A picture as a phone saves it, red on top and blue below, with the place, the day and the phone in it."""
    picture = Image.new("RGB", (40, 80), "red")
    picture.paste("blue", (0, 40, 40, 80))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Fairphone"
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.DateTime] = "2026:11:18 08:12:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(NORTH)
    saved = io.BytesIO()
    picture.save(saved, kind, exif=exif, **how)
    return saved.getvalue()


def kept(content, content_type):
    return pictures.without_metadata(io.BytesIO(content), content_type).read()


def place_of(content):
    return dict(Image.open(io.BytesIO(content)).getexif().get_ifd(ExifTags.IFD.GPSInfo))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_place_the_day_and_the_phone_are_gone(kind):
    taken = photograph(kind)
    assert place_of(taken)[ExifTags.GPS.GPSLatitudeRef] == "N"

    now = kept(taken, f"image/{kind.lower()}")

    with Image.open(io.BytesIO(now)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == (kind, (40, 80), {})
    assert place_of(now) == {}
    assert b"Fairphone" not in now


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_taken_on_its_side_is_kept_upright(kind):
    now = kept(photograph(kind, orientation=6), f"image/{kind.lower()}")

    with Image.open(io.BytesIO(now)) as picture:
        assert picture.size == (80, 40)
        left, right = picture.convert("RGB").getpixel((10, 20)), picture.convert("RGB").getpixel((70, 20))
    assert left[2] > 200 > 50 > left[0]
    assert right[0] > 200 > 50 > right[2]


def test_words_hidden_in_a_picture_are_gone_and_its_colours_stay():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "12 Example Street")
    profile = b"a profile of colours"
    drawing = io.BytesIO()
    Image.new("RGBA", (9, 9), (1, 2, 3, 40)).save(drawing, "PNG", pnginfo=notes, icc_profile=profile)
    photo = photograph("JPEG", comment=b"12 Example Street", xmp=b"<x:xmpmeta>12 Example Street</x:xmpmeta>")
    assert b"12 Example Street" in photo
    assert b"12 Example Street" in drawing.getvalue()

    assert b"12 Example Street" not in kept(photo, "image/jpeg")
    with Image.open(io.BytesIO(kept(drawing.getvalue(), "image/png"))) as picture:
        assert (picture.info, picture.getpixel((0, 0))) == ({"icc_profile": profile}, (1, 2, 3, 40))


def test_a_picture_that_moves_still_moves():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    moving = io.BytesIO()
    frames[0].save(moving, "PNG", save_all=True, append_images=frames[1:])

    with Image.open(io.BytesIO(kept(moving.getvalue(), "image/png"))) as picture:
        assert picture.n_frames == 2


def test_any_other_file_is_kept_as_it_is():
    for content, content_type in ((papers.PDF, "application/pdf"), (b"Amira drew this.", "text/plain")):
        assert kept(content, content_type) == content


def test_a_damaged_or_a_huge_picture_is_refused_in_a_sentence(monkeypatch):
    photo = photograph("JPEG")
    with pytest.raises(FileRefused, match="damaged"):
        kept(papers.JPEG, "image/jpeg")
    with pytest.raises(FileRefused, match="damaged"):
        kept(papers.PNG, "image/png")
    monkeypatch.setattr(pictures, "_MOST_PIXELS", 3199)
    with pytest.raises(FileRefused, match="too many pixels"):
        kept(photo, "image/jpeg")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(FileRefused, match="too many pixels"):
        kept(photo, "image/jpeg")


def test_what_is_put_on_a_case_is_the_picture_without_its_place(case, cast, acting):
    with acting(cast.specialist):
        take_document(
            case, file=io.BytesIO(photograph("JPEG")), file_name="photo.jpg", title="Work in clay", kind="voice",
            dated_on=TODAY, by=cast.specialist.membership,
        )  # fmt: skip
        text = DocumentText.objects.get()

    with default_storage.open(text.stored_name) as stored:
        content = stored.read()
    assert place_of(content) == {}
    assert (len(content), text.content_type) == (text.size, "image/jpeg")
