"""What an upload really is, and what is refused before a byte of it is unpacked."""

import io
import struct
import zipfile
import zlib
from datetime import date

import pytest

from apst.imports.reading import Limits, Refused, fingerprint
from apst.imports.reading.archives import open_archive
from tests.imports.files.making import HERE, NEEDED, csv_upload, read, rezip, rows, workbook

SESSIONS = [line.split(",") for line in NEEDED["sessions"]]


def refusal(file, **options):
    with pytest.raises(Refused) as refused:
        rows("sessions", file, **options)
    return str(refused.value)


@pytest.mark.parametrize("kind", sorted(NEEDED))
def test_each_kind_of_file_is_read_without_a_problem(kind):
    with (HERE / f"{kind}.csv").open("rb") as file:
        found = rows(kind, file)

    assert [row.problems for row in found] == [[]] * len(found)
    assert len(found) >= 1


def test_a_workbook_and_a_csv_file_give_the_same_values():
    header = ["reference", "date", "start_time", "duration", "activity_type", "specialists", "out of school hours"]
    book = workbook(header, ["I1", date(2026, 9, 5), "14:30", 90, "one_to_one", "S01", True])
    text = csv_upload(",".join(header), "I1,05/09/2026,14:30,90,one_to_one,S01,yes")

    assert [row.values for row in rows("sessions", book)] == [row.values for row in rows("sessions", text)]


def test_an_upload_over_20_mb_is_refused_and_one_of_20_mb_is_not():
    padding = b"reference\n" + b"\n" * (20 * 1024 * 1024 - 10)

    assert "at most 20 MB are read" in refusal(io.BytesIO(padding + b"\n"))
    assert "Needed columns are missing" in refusal(io.BytesIO(padding))


def test_the_limits_are_settings():
    assert "at most 0 MB" in refusal(csv_upload(*NEEDED["sessions"]), limits=Limits(upload_bytes=10))


def test_more_rows_than_the_limit_are_refused_and_blank_rows_do_not_count():
    header, good = NEEDED["sessions"]
    two = csv_upload(header, good, ",,,,,", "", good.replace("I001", "I002"))

    assert [row.number for row in rows("sessions", two, limits=Limits(rows=2))] == [2, 5]
    assert "more than 1 rows" in refusal(two, limits=Limits(rows=1))


def test_a_cell_longer_than_excel_allows_rejects_its_row():
    header, good = NEEDED["sessions"]
    exact, over = ("x" * 32_767, "x" * 32_768)

    first, second = rows(
        "sessions", csv_upload(f"{header},note", f"{good},{exact}", f"{good.replace('1,', '2,', 1)},{over}")
    )

    assert first.problems == []
    assert [(each.column, each.reason) for each in second.problems] == [
        ("note", "has 32,768 characters; a cell holds at most 32,767.")
    ]


def test_an_empty_file_is_refused():
    assert refusal(io.BytesIO()) == "The file is empty."
    assert refusal(io.BytesIO(b"\r\n \r\n")) == "The file is empty."


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Excel workbook (.xls)"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "protected with a password",
        ),
        (b"%PDF-1.7\n", "a document, not a spreadsheet"),
        (b"{\\rtf1 hello}", "a document, not a spreadsheet"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "a file of the type png"),
        (b"\x7fELF" + bytes(40), "CSV and XLSX are read"),
        (b"\xef\xbb\xbf  <html><table><tr>", "a web page or XML"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_saying_what_to_do(content, says):
    said = refusal(io.BytesIO(content))

    assert says in said
    assert "choose Save As" in said


def test_a_text_that_begins_like_a_picture_is_still_text():
    header, good = NEEDED["sessions"]
    assert len(rows("sessions", csv_upload(f"BM,{header}", f"1,{good}"))) == 1


def test_a_zip_that_is_no_workbook_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("sessions.csv", "reference")

    assert "a ZIP archive and not an Excel workbook" in refusal(file)


def test_a_workbook_with_macros_and_a_strict_one_are_refused_saying_how_to_save():
    plain, macro = b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    usual, other = b"http://schemas.openxmlformats.org/spreadsheetml/", b"http://purl.oclc.org/ooxml/spreadsheetml/"
    macros = {"[Content_Types].xml": lambda text: text.replace(plain, macro)}
    strict = {"xl/workbook.xml": lambda text: text.replace(usual, other)}

    assert "not a plain Excel workbook" in refusal(rezip(workbook(*SESSIONS), change=macros))
    assert "Strict Open XML" in refusal(rezip(workbook(*SESSIONS), change=strict))


def test_a_zip_bomb_is_refused_by_what_it_says_it_unpacks_to():
    bomb = rezip(workbook(*SESSIONS), add={"xl/media/image1.bin": bytes(201 * 1024 * 1024)})

    assert len(bomb.getvalue()) < 1024 * 1024
    assert "at most 200 MB are read" in refusal(bomb)


def test_a_part_that_says_it_is_small_and_is_not_is_never_unpacked_further_than_it_says():
    name = b"xl/worksheets/sheet1.xml"
    big = bytes(50 * 1024 * 1024)
    honest = rezip(workbook(*SESSIONS), change={name.decode(): lambda _: big}).getvalue()
    lying = honest.replace(struct.pack("<L", len(big)), struct.pack("<L", 1000))

    assert lying != honest
    assert "damaged" in refusal(io.BytesIO(lying))


@pytest.mark.parametrize(
    ("field", "form", "lie"),
    [(8, "<H", 1), (24, "<L", 7), (24, "<L", 100_000_000), (20, "<L", 100_000)],
    ids=["encrypted", "smaller", "larger", "packed larger"],
)
def test_a_directory_that_lies_is_refused_before_anything_is_unpacked(field, form, lie):
    content = bytearray(workbook(*SESSIONS).getvalue())
    struct.pack_into(form, content, content.index(b"PK\x01\x02") + field, lie)

    with pytest.raises(Refused, match="damaged"):
        open_archive(io.BytesIO(content), Limits())


def test_a_part_that_claims_more_than_packing_can_give_is_refused_before_it_is_unpacked():
    """Both places tell the same lie, so only the claim itself gives it away."""
    content = bytearray(workbook(*SESSIONS).getvalue())
    for signature, field in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", content, content.index(signature) + field, 100_000_000)

    with pytest.raises(Refused, match="damaged"):
        open_archive(io.BytesIO(content), Limits())


def test_a_directory_that_contradicts_the_parts_is_refused():
    content = workbook(*SESSIONS).getvalue()
    directory = content.index(b"PK\x01\x02")
    lying = bytearray(content)
    struct.pack_into("<L", lying, directory + 24, 7)  # the unpacked size of the first part

    assert "damaged" in refusal(io.BytesIO(bytes(lying)))


def test_parts_that_share_the_same_bytes_are_refused():
    """The bomb that needs no nesting: many directory entries for one piece of packed data."""
    packed = zlib.compress(bytes(1000))[2:-4]
    sizes = (zlib.crc32(bytes(1000)), len(packed), 1000)
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, *sizes, 1, 0) + b"a" + packed
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, *sizes, 1, 0, 0, 0, 0, 0, 0)
    entries = entry + b"a" + entry + b"b"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(entries), len(local), 0)

    assert "damaged" in refusal(io.BytesIO(local + entries + end))


def test_a_workbook_inside_a_workbook_is_refused():
    nested = rezip(workbook(*SESSIONS), add={"xl/embeddings/Book1.xlsx": workbook(*SESSIONS).getvalue()})

    assert "another file packed inside it" in refusal(nested)


def test_more_parts_than_any_workbook_has_are_refused():
    assert "damaged" in refusal(workbook(*SESSIONS), limits=Limits(parts=3))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_xml_that_defines_entities_is_refused_in_any_encoding(part, encoding):
    laughs = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    attack = rezip(workbook(*SESSIONS), change={part: lambda _: laughs.encode(encoding)})

    assert "damaged" in refusal(attack)


def test_an_entity_that_names_a_file_of_the_server_is_refused():
    outside = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    name = "xl/sharedStrings.xml"
    attack = rezip(workbook(*SESSIONS), change={name: lambda text: text.replace(b"<sst", outside + b"<sst", 1)})

    assert "damaged" in refusal(attack)


def test_a_truncated_workbook_is_refused():
    content = workbook(*SESSIONS).getvalue()

    assert "damaged" in refusal(io.BytesIO(content[: len(content) // 2]))


def test_a_workbook_whose_sheet_is_broken_off_is_refused():
    broken = {"xl/worksheets/sheet1.xml": lambda text: text[: len(text) // 2]}

    assert "damaged" in refusal(rezip(workbook(*SESSIONS), change=broken))


def test_a_row_that_claims_a_number_beyond_excel_is_refused_and_does_not_count_for_ever():
    far = {"xl/worksheets/sheet1.xml": lambda text: text.replace(b'<row r="2"', b'<row r="99999999999"')}

    assert "damaged" in refusal(rezip(workbook(*SESSIONS), change=far))


def test_the_fingerprint_is_the_sha256_of_the_bytes():
    assert fingerprint(io.BytesIO(b"abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_file_can_be_walked_twice_and_stays_open():
    for file in (csv_upload(*NEEDED["sessions"]), workbook(*SESSIONS)):
        reading = read("sessions", file)

        assert [row.number for row in reading.rows()] == [row.number for row in reading.rows()] == [2]
        assert not file.closed
