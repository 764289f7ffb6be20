"""What is done with an import: take the file, check it, apply it, undo it, discard it."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import BinaryIO

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.jobs.models import Job
from apst.jobs.services import ask_for
from apst.tenancy.context import current, name_act

from . import queries, running
from .exceptions import NotWaiting
from .matching import Options
from .models import HeadingMapping, Import, ImportLine, StagedFile
from .reading import KINDS, HeadingsElsewhere, MissingColumns, Reading, fingerprint, read_upload
from .reading.headings import plain
from .trail import begun
from .undoing import undo_all

PREVIEW = "imports.preview"
APPLY = "imports.apply"
UNDO = "imports.undo"
KEPT_DAYS = 7  # a file that nobody applied goes when the next one comes


@transaction.atomic
def take(
    file: BinaryIO,
    *,
    kind: str,
    file_name: str,
    correction: bool = False,
    as_at: dt.date | None = None,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> Import:
    """Take an upload and ask for its preview; a form sent twice gives the first one's import.

    Raises Refused, in a plain sentence, where nothing of the file can be read; then nothing is kept. Where only its
    headings are not found, it is kept for the person to say which they are.
    """
    if submission_key and (sent := Import.objects.filter(submission_key=submission_key).first()):
        return sent
    name_act("import.upload")
    _discard_old()
    record = Import(
        kind=kind,
        file_name=file_name[-200:],
        sha256=fingerprint(file),
        uploaded_by=by,
        as_at=as_at or localdate(),
        correction=correction,
        submission_key=submission_key,
    )
    _look(record, file)
    record.save()
    file.seek(0)
    StagedFile.objects.create(of=record, person_id=current().person_id, content=file.read())
    if not record.error:
        _ask_for_preview(record)
    return record


def open_file(record: Import, file: BinaryIO) -> Reading:
    """Open the file of an import, as it is to be read. Raises Refused."""
    return read_upload(
        file,
        KINDS[record.kind],
        today=localdate(),
        headings_row=record.headings_row,
        mapping=queries.mapping_of(record.kind),
        limits=queries.limits(),
    )


def options_of(record: Import) -> Options:
    """Give how an import is to be taken."""
    return Options(today=localdate(), as_at=record.as_at, correction=record.correction, by=record.uploaded_by)


def _look(record: Import, file: BinaryIO) -> None:
    """Find the headings; what is in their way is kept on the record. Raises Refused for anything else."""
    record.error, record.headings, record.headings_elsewhere = "", [], None
    try:
        open_file(record, file)
    except HeadingsElsewhere as elsewhere:
        record.error, record.headings_elsewhere = str(elsewhere), elsewhere.row
    except MissingColumns as missing:
        record.error, record.headings = str(missing), missing.headings


def _ask_for_preview(record: Import) -> None:
    record.job = ask_for(PREVIEW, key=f"{record.pk}/{record.version}", args={"import": str(record.public_id)})
    record.save(update_fields=["job"])


def _waiting(record: Import, *states: str) -> Import:
    row = Import.objects.select_for_update().get(pk=record.pk)
    if row.state not in states:
        raise NotWaiting(f"This import is {row.get_state_display().lower()} already.")
    return row


def _read_again(row: Import) -> Import:
    file = queries.staged(row)
    if file is None:
        raise NotWaiting("The file is not kept any more. Upload it again.")
    _look(row, file)
    row.state = Import.State.UPLOADED
    row.version += 1
    row.save()
    ImportLine.objects.filter(of=row).delete()
    if not row.error:
        _ask_for_preview(row)
    return row


@transaction.atomic
def name_headings(
    record: Import, *, row: int | None = None, mapping: Mapping[str, str] | None = None, by: Membership | None
) -> Import:
    """Say in which row the headings are, or which means which column (remembered for the kind); then check again.

    Raises NotWaiting, Refused.
    """
    waiting = _waiting(record, Import.State.UPLOADED, Import.State.PREVIEWED)
    name_act("import.headings")
    for heading, column in (mapping or {}).items():
        HeadingMapping.objects.update_or_create(
            kind=waiting.kind, heading=plain(heading)[:255], defaults={"column": column}
        )
    waiting.headings_row = row or waiting.headings_row
    return _read_again(waiting)


@transaction.atomic
def change_options(record: Import, *, correction: bool, as_at: dt.date, by: Membership | None) -> Import:
    """Take facts as a change or as a correction, and from which day; then check again. Raises NotWaiting, Refused."""
    waiting = _waiting(record, Import.State.UPLOADED, Import.State.PREVIEWED)
    name_act("import.options")
    waiting.correction, waiting.as_at = correction, as_at
    return _read_again(waiting)


@transaction.atomic
def ask_to_apply(record: Import, *, skip_rejected: bool, by: Membership | None) -> Job:
    """Ask for a checked file to be applied. Raises NotWaiting."""
    waiting = _waiting(record, Import.State.PREVIEWED)
    name_act("import.apply")
    if waiting.count("rejected") and not skip_rejected:
        raise NotWaiting("Rows were rejected. Mend them and upload the file again, or choose to skip them.")
    waiting.skip_rejected = skip_rejected
    job = ask_for(APPLY, key=str(waiting.public_id), args={"import": str(waiting.public_id)})
    waiting.job = job
    waiting.save(update_fields=["skip_rejected", "job"])
    return job


@transaction.atomic
def ask_to_undo(record: Import, *, by: Membership | None) -> Job:
    """Ask for an import to be undone as a whole. Raises NotWaiting."""
    applied = _waiting(record, Import.State.APPLIED)
    name_act("import.undo")
    applied.undone_by = by
    job = ask_for(UNDO, key=str(applied.public_id), args={"import": str(applied.public_id)})
    applied.job = job
    applied.save(update_fields=["undone_by", "job"])
    return job


@transaction.atomic
def discard(record: Import, *, by: Membership | None) -> None:
    """Give up a file that was not applied: it goes, with what its preview said. Raises NotWaiting."""
    waiting = _waiting(record, Import.State.UPLOADED, Import.State.PREVIEWED)
    name_act("import.discard")
    _forget(waiting)
    Import.objects.filter(pk=waiting.pk).update(
        state=Import.State.FAILED,
        error="Discarded before it was applied.",
        headings=[],  # where headings are missing, these are the cells of the first row, a pupil's perhaps
        notes=[],
        version=F("version") + 1,
    )


def _forget(record: Import, *, but: str = "") -> None:
    StagedFile.objects.filter(of=record).delete()
    ImportLine.objects.filter(of=record).exclude(outcome=but).delete()


def _discard_old() -> None:
    old = Import.objects.filter(
        state__in=[Import.State.UPLOADED, Import.State.PREVIEWED],
        uploaded_at__lt=Now() - dt.timedelta(days=KEPT_DAYS),
        uploaded_by=current().membership_id,
    )
    for record in old:
        discard(record, by=None)


# ---- what the jobs do


def make_preview(record: Import, *, tell: running.Tell) -> running.Tally:
    """Check a file that was taken: keep counts, and a line for all that a report shows. Raises Refused, NotWaiting."""
    file = queries.staged(record)
    if file is None or record.state not in (Import.State.UPLOADED, Import.State.PREVIEWED):
        raise NotWaiting("The file is not kept any more. Upload it again.")
    ImportLine.objects.filter(of=record).delete()
    reading = open_file(record, file)
    with transaction.atomic(), begun(record):
        tally = running.preview(reading, options_of(record), take=_keeper(record), tell=tell)
    name_act("import.preview")
    record.counts, record.notes, record.state = dict(tally.counts), tally.notes, Import.State.PREVIEWED
    record.headings = list(reading.headings.unknown)
    record.save(update_fields=["counts", "notes", "state", "headings"])
    return tally


def apply(record: Import, *, tell: running.Tell) -> running.Tally:
    """Apply a checked file in the open transaction, then let the file go. Raises Refused, NotWaiting, NothingApplied.

    What the taskforce holds may have changed since the preview, so every row is planned again.
    """
    row = _waiting(record, Import.State.PREVIEWED)
    file = queries.staged(row)
    if file is None:
        raise NotWaiting("The file is not kept any more. Upload it again.")
    ImportLine.objects.filter(of=row).delete()
    keep = _keeper(row, only="rejected")
    tally = running.carry_out(
        open_file(row, file), options_of(row), record=row, skip_rejected=row.skip_rejected, take=keep, tell=tell
    )
    _applied(row, tally)
    _forget(row, but="rejected")
    return tally


def import_now(
    file: BinaryIO,
    *,
    kind: str,
    file_name: str,
    correction: bool = False,
    skip_rejected: bool = False,
    as_at: dt.date | None = None,
    take_lines: running.Take,
    tell: running.Tell = running.nobody,
    by: Membership | None,
) -> running.Tally:
    """Read, plan and apply a file in one go and in the open transaction, as the command does; leaves its record.

    Raises Refused, NothingApplied; then nothing is changed.
    """
    with transaction.atomic():
        name_act(f"import.{kind}")
        record = Import.objects.create(
            kind=kind, file_name=file_name[-200:], sha256=fingerprint(file), uploaded_by=by,
            as_at=as_at or localdate(), correction=correction, skip_rejected=skip_rejected,
        )  # fmt: skip
        reading = open_file(record, file)
        tally = running.carry_out(
            reading, options_of(record), record=record, skip_rejected=skip_rejected, take=take_lines, tell=tell
        )
        _applied(record, tally)
    return tally


def check_now(
    file: BinaryIO,
    *,
    kind: str,
    file_name: str,
    correction: bool = False,
    take_lines: running.Take,
    tell: running.Tell = running.nobody,
    by: Membership | None,
) -> running.Tally:
    """Read and plan a file as `import_now` would, and leave nothing behind. Raises Refused."""
    with transaction.atomic():
        record = Import.objects.create(
            kind=kind, file_name=file_name[-200:], sha256=fingerprint(file), uploaded_by=by, as_at=localdate(),
            correction=correction,
        )  # fmt: skip
        with begun(record):
            tally = running.preview(open_file(record, file), options_of(record), take=take_lines, tell=tell)
        transaction.set_rollback(True)
    return tally


def _applied(record: Import, tally: running.Tally) -> None:
    Import.objects.filter(pk=record.pk).update(
        state=Import.State.APPLIED,
        applied_at=Now(),
        counts=dict(tally.counts),
        notes=tally.notes,
        headings=[],
        version=F("version") + 1,
    )


def undo(record: Import) -> None:
    """Undo an import as a whole, in the taskforce's system scope. Raises NotWaiting, BuiltOn, NotProved."""
    row = _waiting(record, Import.State.APPLIED)
    name_act("import.undo")
    undo_all(row)
    Import.objects.filter(pk=row.pk).update(state=Import.State.UNDONE, undone_at=Now(), version=F("version") + 1)
    ImportLine.objects.filter(of=row).delete()


_COPY = "copy import_line (row, outcome, reference, col, value, reason, suggestion, pupils) from stdin"
_LINES = """
insert into imports_importline
       (import_id, person_id, row, outcome, reference, "column", value, reason, suggestion, pupils)
select %s, app.person(), row, outcome, reference, col, value, reason, suggestion, pupils from import_line order by n
"""


def _keeper(record: Import, *, only: str = "") -> running.Take:
    """Give what keeps the lines of a report beside the import's record, in bulk."""

    def keep(lines: list[running.Line]) -> None:
        rows = [(line, pupils) for line, pupils in lines if not only or line.outcome == only]
        with connection.cursor() as cursor:
            cursor.execute(
                "create temporary table import_line (n bigint generated always as identity, row int, outcome text,"
                " reference text, col text, value text, reason text, suggestion text, pupils bigint[]) on commit drop"
            )
            with cursor.copy(_COPY) as copy:
                for line, pupils in rows:
                    copy.write_row(
                        (
                            line.row,
                            line.outcome,
                            line.reference,
                            line.column,
                            line.value,
                            line.reason,
                            line.suggestion,
                            list(pupils),
                        )
                    )
            cursor.execute(_LINES, [record.pk])
            cursor.execute("drop table import_line")

    return keep
