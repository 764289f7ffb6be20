"""Reading the spreadsheets that a taskforce brings with it (spec/imports.md), without models.

`read_upload(file, KINDS["pupils"], today=...)` gives a `Reading`; its `rows()` give each `Row`, values and problems.
"""

from apst.imports.reading.columns import Column, Kind
from apst.imports.reading.kinds import KINDS
from apst.imports.reading.limits import Limits
from apst.imports.reading.problems import Problem, Row
from apst.imports.reading.refusals import HeadingsElsewhere, MissingColumns, Refused
from apst.imports.reading.rows import Reading, read_upload
from apst.imports.reading.uploads import fingerprint
from apst.imports.reading.writing import ReportLine, template, write_report

__all__ = [
    "KINDS",
    "Column",
    "HeadingsElsewhere",
    "Kind",
    "Limits",
    "MissingColumns",
    "Problem",
    "Reading",
    "Refused",
    "ReportLine",
    "Row",
    "fingerprint",
    "read_upload",
    "template",
    "write_report",
]
