"""People from a spreadsheet: checked, shown row by row, confirmed, and then written all or none by a worker.

The file lies below MEDIA_ROOT between check and end, and is deleted when the import ends, however it ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from contributors import clock
from contributors.access import require
from contributors.actors import Actor, system_actor
from contributors.consents import ConsentText, current_consents
from contributors.copying import copy_rows, take_ids
from contributors.errors import DomainError
from contributors.events import record_event, record_events
from contributors.files import keep_file, open_kept
from contributors.jobs import schedule_job
from contributors.models import (
    Consent,
    Contributor,
    ContributorState,
    ImportKind,
    ImportState,
    Job,
    JobState,
    Membership,
    PenName,
    Portal,
    SheetImport,
)
from contributors.models.tenancy import new_public_id
from contributors.names import plain_text, sort_key
from contributors.people_sheet import COLUMNS, CREATE, SAME, WRONG, PersonToBe, Preview, RowVerdict, preview_of
from contributors.receipts import new_receipt
from contributors.scopes import portal_scope
from contributors.spreadsheets import Table, read_table

TASK = "contributors.import_people"
FOLDER = "imports"
SUFFIXES = frozenset({".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt"})
KEPT_FOR = timedelta(days=7)
BATCH = 1000
# As much of the preview's name as fits a whole number of a job's arguments without loss.
SEEN_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """`failed`: the worker gave up; nothing was written."""

    state: str
    working: bool
    failed: bool
    written: int
    rows: int


def imports_of(actor: Actor) -> QuerySet[SheetImport]:
    """Imports of people, newest first. Raises `not_allowed`."""
    require(actor, "contributor.import")
    return SheetImport.objects.filter(kind=ImportKind.PEOPLE).select_related("created_by").order_by("-pk")


def check_people_sheet(*, actor: Actor, content: bytes, file_name: str) -> SheetImport:
    """Read an uploaded sheet and keep it until somebody confirms or discards it. Nobody is written.

    Raises `import_empty` and what `contributors.spreadsheets.read_table` raises.
    """
    require(actor, "contributor.import")
    name = plain_text(Path(file_name).name)[:200]
    table = _read(content, name)
    suffix = Path(name).suffix.lower()
    kept = keep_file(folder=FOLDER, content=content, suffix=suffix if suffix in SUFFIXES else ".bin")
    with transaction.atomic():
        preview = preview_of(table, sha256=kept.sha256, choices={})
        row = SheetImport.objects.create(
            portal_id=actor.portal_id,
            kind=ImportKind.PEOPLE,
            file_name=name,
            path=kept.path,
            sha256=kept.sha256,
            rows=len(preview.rows),
            wrong_rows=preview.counts[WRONG],
            created_by_id=actor.account_pk,
            created_at=clock.now(),
        )
        record_event(
            actor=actor, kind="import.checked", subject=row, facts={"rows": row.rows, "counts": dict(preview.counts)}
        )
    return row


def preview_import(*, actor: Actor, sheet_import: SheetImport) -> Preview:
    """The rows with their verdicts as of now. Raises `import_ended` once the file is gone."""
    require(actor, "contributor.import")
    return _preview(sheet_import)


def choose_rows(*, actor: Actor, sheet_import: SheetImport, choices: Mapping[int, str]) -> SheetImport:
    """What to do with rows that may be there already. Raises `choice_unknown`, `import_ended`."""
    require(actor, "contributor.import")
    with transaction.atomic():
        row = _lock(sheet_import)
        offered = {verdict.number: verdict.offered for verdict in _preview(row).rows}
        for number, choice in choices.items():
            if choice not in offered.get(number, ()):
                raise DomainError("choice_unknown", field="choices", row=number)
        row.choices = row.choices | {str(number): choice for number, choice in choices.items()}
        row.save(update_fields=["choices"])
        record_event(actor=actor, kind="import.chosen", subject=row, facts={"rows": sorted(choices)[:1000]})
    return row


def confirm_import(*, actor: Actor, sheet_import: SheetImport, seen: str) -> SheetImport:
    """Promise the writing of exactly the preview that was seen. All or nothing: one wrong row refuses the sheet.

    Raises `import_has_errors`, `import_changed`, `import_nothing`, `import_ended`.
    """
    require(actor, "contributor.import")
    with transaction.atomic():
        row = _lock(sheet_import)
        preview = _preview(row)
        if preview.counts[WRONG]:
            raise DomainError("import_has_errors", count=preview.counts[WRONG])
        if preview.seen != seen:
            raise DomainError("import_changed")
        if not preview.to_write:
            raise DomainError("import_nothing")
        row.state = ImportState.CONFIRMED
        row.error = ""
        row.job = schedule_job(
            portal_id=row.portal_id,
            task=TASK,
            import_id=row.pk,
            seen=int(seen[:SEEN_DIGITS], 16),
            account_id=actor.account_pk,
        )
        row.save(update_fields=["state", "error", "job"])
        record_event(actor=actor, kind="import.confirmed", subject=row, facts={"people": preview.to_write})
    return row


def discard_import(*, actor: Actor, sheet_import: SheetImport) -> SheetImport:
    """Give it up: the file is deleted, nobody is written. Raises `import_ended`."""
    require(actor, "contributor.import")
    with transaction.atomic():
        row = _lock(sheet_import)
        _end(row, ImportState.DISCARDED)
        record_event(actor=actor, kind="import.discarded", subject=row)
    return row


def import_progress(sheet_import: SheetImport) -> ImportProgress:
    """Where it is, from its rows: the people appear all at once, when the one transaction commits."""
    job = sheet_import.job
    failed = job is not None and job.state in {JobState.FAILED, JobState.QUARANTINED}
    return ImportProgress(
        state=sheet_import.state,
        working=sheet_import.state == ImportState.CONFIRMED and not failed,
        failed=sheet_import.state == ImportState.FAILED or (sheet_import.state == ImportState.CONFIRMED and failed),
        written=sheet_import.written,
        rows=sheet_import.rows,
    )


def write_import(job: Job) -> None:
    """The worker's part. Doing it twice writes once; a directory that has changed meanwhile asks for a new look."""
    with transaction.atomic():
        row = SheetImport.objects.select_for_update().get(pk=job.arguments["import_id"])
        if row.state != ImportState.CONFIRMED:
            return
        preview = _preview(row)
        if int(preview.seen[:SEEN_DIGITS], 16) != job.arguments["seen"]:
            row.state = ImportState.CHECKED
            row.error = "import_changed"
            row.save(update_fields=["state", "error"])
            return
        actor = Actor(kind="person", portal_id=row.portal_id, account_id=job.arguments["account_id"])
        row.written = _write(actor, row, preview)
        _end(row, ImportState.DONE)
        record_event(
            actor=actor,
            kind="import.written",
            subject=row,
            facts={"people": row.written, "rows": row.rows, "without_consent": preview.without_consent},
        )


def end_old_imports() -> int:
    """Discard what nobody confirmed within a week, and let go of files whose writing failed for good; on a timer."""
    ended = 0
    for portal in Portal.objects.order_by("pk"):
        with portal_scope(portal), transaction.atomic():
            open_imports = SheetImport.objects.select_for_update(skip_locked=True, of=("self",)).select_related("job")
            for row in open_imports.filter(state__in=[ImportState.CHECKED, ImportState.CONFIRMED]):
                if row.state == ImportState.CHECKED and row.created_at < clock.now() - KEPT_FOR:
                    _end(row, ImportState.DISCARDED)
                    record_event(actor=system_actor(portal), kind="import.expired", subject=row)
                    ended += 1
                elif import_progress(row).failed:
                    _end(row, ImportState.FAILED)
                    record_event(actor=system_actor(portal), kind="import.failed", subject=row)
                    ended += 1
    return ended


def _read(content: bytes, file_name: str) -> Table:
    table = read_table(content=content, file_name=file_name, columns=COLUMNS)
    table.require("full_name")
    if not table.rows:
        raise DomainError("import_empty", field="file")
    return table


def _preview(row: SheetImport) -> Preview:
    if not row.path:
        raise DomainError("import_ended")
    try:
        content = open_kept(row.path).read_bytes()
    except FileNotFoundError:
        raise DomainError("import_ended") from None
    return preview_of(_read(content, row.file_name), sha256=row.sha256, choices=row.choices)


def _lock(sheet_import: SheetImport) -> SheetImport:
    """The row, locked, while it still waits for a word. One whose writing failed may be discarded."""
    row = SheetImport.objects.select_for_update().filter(pk=sheet_import.pk, kind=ImportKind.PEOPLE).first()
    if row is None:
        raise DomainError("not_found")
    if row.state != ImportState.CHECKED:
        raise DomainError("import_ended")
    return row


def _end(row: SheetImport, state: str) -> None:
    """Over: the file goes when this commits, unless another import has the same one."""
    path = row.path
    row.state = state
    row.path = ""
    row.ended_at = clock.now()
    if row.kind == ImportKind.PAST:  # there choices are made by name, and names go with the file
        row.choices = {**row.choices, "people": {}}
    row.save(update_fields=["state", "path", "ended_at", "written", "choices"])
    if path and not SheetImport.unscoped.filter(path=path).exists():
        transaction.on_commit(lambda: open_kept(path).unlink(missing_ok=True))


def _write(actor: Actor, sheet_import: SheetImport, preview: Preview) -> int:
    """People, units, pen names, consents and events in batches. Returns how many people."""
    portal = Portal.objects.get(pk=sheet_import.portal_id)
    written = [row for row in preview.rows if row.is_written]
    for start in range(0, len(written), BATCH):
        _write_batch(actor, portal, sheet_import, written[start : start + BATCH])
    record_events(
        actor=actor,
        kind="contributor.met_again",
        subject=Contributor,
        each=[
            (row.alike.id, {"import": sheet_import.pk, "row": row.number}, None)
            for row in preview.rows
            if row.choice == SAME and row.alike is not None
        ],
    )
    return len(written)


def _required(day: date) -> list[ConsentText]:
    """What a paper signed on that day must have agreed to, in the words of then."""
    return [text for text in current_consents(on=day) if text.required]


def _write_batch(actor: Actor, portal: Portal, sheet_import: SheetImport, rows: Sequence[RowVerdict]) -> None:
    now, today = clock.now(), clock.today(portal.time_zone)
    noon = time(12, tzinfo=ZoneInfo(portal.time_zone))
    whole = [(row, row.person) for row in rows if row.person is not None]
    texts = {day: _required(day) for day in {person.consented_on for _, person in whole} if day is not None}
    ids = take_ids(Contributor, len(whole))
    made = [(pk, row, person) for pk, (row, person) in zip(ids, whole, strict=True)]
    copy_rows(
        Contributor,
        (
            *("id", "portal_id", "public_id", "receipt_number", "full_name", "sort_key", "search_key", "phone"),
            *("birth_year", "category", "state", "state_since", "state_reason", "version", "registered_by_id"),
        ),
        (
            (
                *(pk, portal.pk, new_public_id(), new_receipt("CTV")),
                *(person.full_name, sort_key(person.full_name), person.search_key, person.phone),
                *(person.birth_year, str(person.category), _state(person), now, "", 1, actor.account_id),
            )
            for pk, _, person in made
        ),
    )
    copy_rows(
        Membership,
        ("portal_id", "contributor_id", "unit_id", "effective_from"),
        ((portal.pk, pk, person.unit_id, today) for pk, _, person in made if person.unit_id is not None),
    )
    copy_rows(
        PenName,
        ("portal_id", "contributor_id", "name", "effective_from"),
        ((portal.pk, pk, person.pen_name, today) for pk, _, person in made if person.pen_name),
    )
    copy_rows(
        Consent,
        ("portal_id", "contributor_id", "purpose", "text_version", "given", "at", "recorded_by_id"),
        (
            *(
                (portal.pk, pk, text.purpose, text.version, True, datetime.combine(day, noon), actor.account_id)
                for pk, _, person in made
                if (day := person.consented_on) is not None
                for text in texts[day]
            ),
        ),
    )
    record_events(
        actor=actor,
        kind="contributor.imported",
        subject=Contributor,
        each=[
            (
                pk,
                {"import": sheet_import.pk, "row": row.number, "unit": person.unit_id, "state": _state(person)}
                | ({"anyway": row.alike.id} if row.choice == CREATE and row.alike else {}),
                {"full_name": person.full_name, "phone": person.phone},
            )
            for pk, row, person in made
        ],
    )


def _state(person: PersonToBe) -> str:
    """Whoever has agreed on paper is active; of the others only the name is recorded, until they register."""
    return str(ContributorState.ACTIVE if person.consented_on else ContributorState.RECORDED)
