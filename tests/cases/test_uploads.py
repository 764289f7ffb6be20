"""Which files are taken: an allow-list of endings, each proved by the content; and what the virus scanner says."""

import io
import zipfile

import pytest

from cases.exceptions import FileHarmful, FileRefused, ScannerSilent
from cases.scanner import require_clean
from cases.uploads import MEGABYTE, kind_of
from tests.cases import papers

EXCEL = papers.office(f"{papers.MAIN}spreadsheetml.sheet.main+xml")
WORD = papers.office()


def kind(content: bytes, name: str, most: int = 20 * MEGABYTE) -> str:
    return kind_of(io.BytesIO(content), name, most_bytes=most).content_type


@pytest.mark.parametrize(
    ("name", "content", "sent_as"),
    [
        ("Report.PDF", papers.PDF, "application/pdf"),
        ("drawing.png", papers.PNG, "image/png"),
        ("photo.jpeg", papers.JPEG, "image/jpeg"),
        ("letter.docx", WORD, f"{papers.MAIN}wordprocessingml.document"),
        ("scores.xlsx", EXCEL, f"{papers.MAIN}spreadsheetml.sheet"),
        ("note.txt", "Zoë’s words".encode(), "text/plain; charset=utf-8"),
        ("note.txt", "Zoë’s words".encode("utf-16"), "text/plain; charset=utf-8"),
        ("marks.csv", b"day,mark\n2026-11-02,/\n", "text/csv; charset=utf-8"),
    ],
)
def test_what_people_have_is_taken(name, content, sent_as):
    assert kind(content, name) == sent_as


@pytest.mark.parametrize(
    ("name", "content", "because"),
    [
        ("run.exe", b"MZ" + bytes(200), "kind of file is not taken"),
        ("page.html", b"<html></html>", "kind of file is not taken"),
        ("drawing.svg", b"<svg onload='alert(1)'/>", "kind of file is not taken"),
        ("no ending", papers.PDF, "kind of file is not taken"),
        ("photo.heic", papers.HEIC, "kind of file is not taken"),
        ("report.pdf", b"", "empty"),
        ("report.pdf", b"  \n", "empty"),
        ("report.pdf", b"MZ" + bytes(200), "not what its name says"),
        ("report.pdf", papers.PNG, "not what its name says"),
        ("photo.png", papers.JPEG, "not what its name says"),
        ("letter.docx", EXCEL, "not what its name says"),
        ("letter.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200), "protected with a password"),
        ("letter.docx", papers.office(**{"word/vbaProject.bin": b"x"}), "macros"),
        ("letter.docx", WORD[: len(WORD) // 2], "damaged"),
        ("note.txt", b"<!doctype html><script>", "not what its name says"),
        ("note.txt", b"\xef\xbb\xbf <html>", "not what its name says"),
        ("note.txt", "<html>".encode("utf-16"), "not what its name says"),
        ("note.txt", b"text\x00with a null", "not what its name says"),
        ("marks.csv", papers.PDF, "not what its name says"),
        ("note.txt", b"a" * 10_000 + b"\x01", "not what its name says"),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_is_refused_in_a_sentence(name, content, because):
    with pytest.raises(FileRefused, match=because):
        kind(content, name)


def test_an_archive_without_the_list_of_types_is_no_document():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("anything.txt", "x")

    with pytest.raises(FileRefused, match="not what its name says"):
        kind(packed.getvalue(), "letter.docx")


def test_an_archive_that_would_unpack_to_a_great_size_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        for n in range(6):
            archive.writestr(f"{n}.xml", bytes(100 * MEGABYTE))

    with pytest.raises(FileRefused, match="damaged"):
        kind(packed.getvalue(), "letter.docx")


def test_a_file_over_the_limit_says_how_large_it_is():
    with pytest.raises(FileRefused, match=r"The file has 1\.5 MB; at most 1 MB"):
        kind(papers.PDF + bytes(MEGABYTE * 3 // 2), "report.pdf", most=MEGABYTE)


def test_without_a_scanner_nothing_is_asked(settings):
    settings.CLAMD_ADDRESS = ""

    require_clean(io.BytesIO(papers.EICAR))


def test_the_scanner_is_sent_the_whole_file_and_finds_what_is_harmful(settings):
    file = io.BytesIO(papers.PDF + bytes(200_000))
    with papers.scanner() as (settings.CLAMD_ADDRESS, received):
        require_clean(file)
        assert received == [file.getvalue()]
        assert file.tell() == 0
        with pytest.raises(FileHarmful):
            require_clean(io.BytesIO(papers.PDF + papers.EICAR))


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: Whatever ERROR\0"])
def test_a_scanner_without_a_clear_answer_lets_nothing_through(settings, answer):
    with papers.scanner(answers=answer) as (settings.CLAMD_ADDRESS, _), pytest.raises(ScannerSilent):
        require_clean(io.BytesIO(papers.PDF))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "unix:///nowhere/clamd.ctl"])
def test_a_scanner_that_is_down_lets_nothing_through(settings, address):
    settings.CLAMD_ADDRESS = address

    with pytest.raises(ScannerSilent, match="does not answer"):
        require_clean(io.BytesIO(papers.PDF))
