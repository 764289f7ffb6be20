"""A folder of import files that a program made: its tables, how they are written, and a calendar to put in it."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from . import files, mi_return
from .school_days import Calendar

KINDS = ["calendar", "establishments", "specialists", "pupils", "referrals", "sessions"]  # the order of import
FIELDS = {
    "calendar": "academic_year,kind,name,starts_on,ends_on,establishment_urn",
    "establishments": "urn,name,la,type",
    "specialists": "reference,name,email,specialist_type,fte,start_date,end_date,employment,home_service,working_days",
    "pupils": "local_id,upn,surname,forename,date_of_birth,sex,ethnicity,year_group,home_school_urn,"
    "sen_provision,sen_primary_need,fsm,csc_status,entry_date,leaving_date,destination,as_at",
    "referrals": "reference,pupil_local_id,received_on,source,route,reasons,summary,triage_outcome,triaged_on,"
    "tier,case_opened_on,case_ended_on,case_end_reason,lead_specialist",
    "sessions": "reference,date,start_time,duration,activity_type,location,out_of_school_hours,specialists,pupils,"
    "staff_trained,site,note",
}
SCHOOL_URN = "900001"  # invented
Table = list[dict[str, Any]]


@dataclass
class Made:
    """The files of one folder, with what else the return needs to know."""

    tables: dict[str, Table]  # file stem (`pupils`, `pupils-2`) -> rows
    period: str
    opening: mi_return.Opening = mi_return.NO_OPENING
    sites: tuple[str, ...] = ()  # sites of the taskforce, whether or not a session names them
    plain: bool = True  # else English dates, labels for codes, other headings, durations as 1:30
    today: date = date(2026, 8, 31)  # of the import

    def in_order(self) -> list[tuple[str, str]]:
        """Kind and file stem of every file, in the order in which they are to be imported."""
        stems = sorted(self.tables, key=lambda stem: (len(stem), stem))  # pupils-2 before pupils-10
        return [(kind, stem) for kind in KINDS for stem in stems if stem.partition("-")[0] == kind]

    def write(self, folder: Path) -> Path:
        """Writes every table as CSV; returns the folder."""
        for stem, table in self.tables.items():
            write_csv(folder / f"{stem}.csv", stem.partition("-")[0], table, plain=self.plain)
        return folder


def oracle_rows(folder: Path, made: Made, *, taskforce: str, la_code: str, urn: str = "") -> list[mi_return.Row]:
    """The return over a written folder, with the options that it was made with."""
    return mi_return.figures(
        folder,
        made.period,
        taskforce=taskforce,
        la_code=la_code,
        urn=urn,
        today=made.today,
        opening=made.opening,
        sites=made.sites,
    )


# --- writing --------------------------------------------------------------------------------------------------


def write_csv(path: Path, kind: str, table: Table, *, plain: bool) -> None:
    """Plainly, or (for the same rows) with headings, dates, durations and code values in their other spellings."""
    columns = FIELDS[kind].split(",")
    headings = columns if plain else [column.replace("_", " ").title() for column in columns]
    with path.open("w", encoding="utf-8" if plain else "utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows([written(column, row.get(column, ""), plain=plain) for column in columns] for row in table)


def written(column: str, value: Any, *, plain: bool) -> str:
    if value in ("", None):
        return ""
    if isinstance(value, date):
        return value.isoformat() if plain else f"{value.day}/{value.month}/{value.year}"
    if plain:
        return str(value)
    if column == "duration":
        if value < 60:
            return f"{value}m" if value % 2 else f"{value} mins"
        return f"{value // 60}:{value % 60:02}" if value % 2 else f"{value // 60}h {value % 60}m"
    if column in files.SPELLINGS and column != "reasons":
        labels = [label for label, code in files.SPELLINGS[column].items() if code == value and label != value.lower()]
        return labels[0].upper() if labels else value
    return str(value)


def write_xlsx(path: Path, kind: str, table: Table) -> None:
    """Dates as Excel's own, whole numbers as numbers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind)
    columns = FIELDS[kind].split(",")
    sheet.append(columns)
    for row in table:
        sheet.append([row.get(column) or None for column in columns])
    book.save(path)


# --- a calendar -----------------------------------------------------------------------------------------------


def half_term(year: str, name: str, starts_on: date, ends_on: date) -> dict[str, Any]:
    return {"academic_year": year, "kind": "half_term", "name": name, "starts_on": starts_on, "ends_on": ends_on}


def calendar_table(second_year_starts: date, *, third_year: bool) -> Table:
    """2023-24 and 2024-25 (and 2025-26), with Good Friday and Easter Monday of 2024 inside a half-term."""
    table = [
        half_term("2023-24", "autumn-1", date(2023, 9, 4), date(2023, 10, 20)),
        half_term("2023-24", "autumn-2", date(2023, 10, 30), date(2023, 12, 21)),
        half_term("2023-24", "spring-1", date(2024, 1, 8), date(2024, 2, 9)),
        half_term("2023-24", "spring-2", date(2024, 2, 19), date(2024, 4, 5)),
        half_term("2023-24", "summer-1", date(2024, 4, 22), date(2024, 5, 24)),
        half_term("2023-24", "summer-2", date(2024, 6, 3), date(2024, 7, 19)),
        half_term("2024-25", "autumn-1", second_year_starts, date(2024, 10, 25)),
        half_term("2024-25", "autumn-2", date(2024, 11, 4), date(2024, 12, 20)),
        half_term("2024-25", "spring-1", date(2025, 1, 6), date(2025, 2, 14)),
        half_term("2024-25", "spring-2", date(2025, 2, 24), date(2025, 4, 4)),
        half_term("2024-25", "summer-1", date(2025, 4, 22), date(2025, 5, 23)),
        half_term("2024-25", "summer-2", date(2025, 6, 2), date(2025, 7, 22)),
        {"academic_year": "2023-24", "kind": "inset", "name": "Training", "starts_on": date(2023, 9, 4)},
        {"academic_year": "2023-24", "kind": "closure", "starts_on": date(2024, 1, 18), "ends_on": date(2024, 1, 22)},
        {"academic_year": "2024-25", "kind": "inset", "starts_on": date(2024, 10, 25), "ends_on": date(2024, 10, 25)},
        # An establishment's own calendar says nothing about the taskforce's.
        {
            "academic_year": "2024-25",
            "kind": "closure",
            "starts_on": date(2024, 9, 9),
            "ends_on": date(2024, 9, 20),
            "establishment_urn": SCHOOL_URN,
        },
    ]
    if third_year:
        table += [
            half_term("2025-26", "autumn-1", date(2025, 9, 1), date(2025, 10, 24)),
            half_term("2025-26", "autumn-2", date(2025, 11, 3), date(2025, 12, 19)),
            half_term("2025-26", "spring-1", date(2026, 1, 5), date(2026, 2, 13)),
            half_term("2025-26", "spring-2", date(2026, 2, 23), date(2026, 3, 27)),
            half_term("2025-26", "summer-1", date(2026, 4, 13), date(2026, 5, 22)),
            half_term("2025-26", "summer-2", date(2026, 6, 1), date(2026, 7, 17)),
        ]
    return table


ESTABLISHMENTS: Table = [
    {"urn": SCHOOL_URN, "name": "Elm Lane AP School (invented)", "type": "ap_academy"},
    {"urn": "900002", "name": "Oak Road High School (invented)", "type": "mainstream"},
]


def own_calendar(table: Table) -> Calendar:
    """The calendar that these rows make, before they are written."""
    own = [row for row in table if not row.get("establishment_urn")]
    return Calendar([files.Cells({files.bare(k): written(k, v, plain=True) for k, v in row.items()}) for row in own])
