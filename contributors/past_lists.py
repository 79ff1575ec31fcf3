"""Lists of past years: checked, mapped, people matched, sums proven, then written all or none, and undone as a whole.

What is written counts in the figures and nowhere else: see `models.past`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from django.db import transaction
from django.db.models import Count, QuerySet, Sum

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.files import keep_file, open_kept
from contributors.models import Contributor, ImportKind, ImportState, PastWork, Portal, SheetImport, Unit
from contributors.names import plain_text
from contributors.past_sheet import COLUMNS, MOST_ROWS, NEEDED, NEW, PastPreview, past_preview_of
from contributors.registration import record_person
from contributors.spreadsheets import Table, read_table, write_table

RIGHT = "past.import"
SUFFIXES = frozenset({".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt"})


def past_lists(actor: Actor) -> QuerySet[SheetImport]:
    """Lists of the past, newest first. Raises `not_allowed`."""
    require(actor, RIGHT)
    return SheetImport.objects.filter(kind=ImportKind.PAST).select_related("created_by").order_by("-pk")


def past_list(actor: Actor, public_id: uuid.UUID) -> SheetImport:
    """One of them. Raises `not_allowed`, `not_found`."""
    found = past_lists(actor).filter(public_id=public_id).first()
    if found is None:
        raise DomainError("not_found")
    return found


def past_template() -> bytes:
    """A sheet with our headings and a row to overwrite."""
    row = ["01/2023", "Nguyễn Văn Mẫu", "Ra quân dọn đường làng", "", "", "1", "50000"]
    return write_table([names[0] for names in COLUMNS.values()], [row], "Sổ cũ")


def check_past_list(*, actor: Actor, content: bytes, file_name: str) -> SheetImport:
    """Keep the file and guess its columns; nothing is written.

    Raises `past_list_twice`, `sheet_empty` and what `spreadsheets.read_table` does.
    """
    require(actor, RIGHT)
    name = plain_text(Path(file_name).name)[-200:]
    table = read_table(content=content, file_name=name, columns=COLUMNS, most_rows=MOST_ROWS)
    if not table.rows:
        raise DomainError("sheet_empty", field="file")
    suffix = Path(name).suffix.lower()
    folder = f"imports/{actor.portal_id}"
    kept = keep_file(folder=folder, content=content, suffix=suffix if suffix in SUFFIXES else ".bin")
    with transaction.atomic():
        if SheetImport.objects.filter(kind=ImportKind.PAST, state=ImportState.DONE, sha256=kept.sha256).exists():
            raise DomainError("past_list_twice", field="file")
        row = SheetImport.objects.create(
            portal_id=actor.portal_id,
            kind=ImportKind.PAST,
            file_name=name,
            path=kept.path,
            sha256=kept.sha256,
            rows=len(table.rows),
            wrong_rows=0,
            choices={"columns": table.found, "mapped": False, "people": {}},
            created_by_id=actor.account_pk,
            created_at=clock.now(),
        )
        record_event(actor=actor, kind="past_list.checked", subject=row, facts={"rows": row.rows, "sha256": row.sha256})
    return row


def headings_of(sheet: SheetImport) -> list[str]:
    """The headings of the file as they are written there. Raises `sheet_answered` once the file is gone."""
    table = _table(sheet, COLUMNS)
    return [*table.found.values(), *table.unknown]


def set_past_columns(*, actor: Actor, sheet: SheetImport, columns: Mapping[str, str]) -> SheetImport:
    """Which heading of the file holds what; "" where there is none. Raises `past_column_wrong`, `sheet_answered`."""
    require(actor, RIGHT)
    with transaction.atomic():
        row = _locked(sheet)
        known = set(headings_of(row))
        chosen = {key: said for key, said in columns.items() if said}
        twice = len(set(chosen.values())) < len(chosen)
        if twice or any(key not in COLUMNS or said not in known for key, said in chosen.items()):
            raise DomainError("past_column_wrong")
        for key in NEEDED:
            if key not in chosen:
                raise DomainError("past_column_wrong", field=key)
        row.choices = {**row.choices, "columns": chosen, "mapped": True}
        row.save(update_fields=["choices"])
        record_event(actor=actor, kind="past_list.mapped", subject=row, facts={"columns": chosen})
    return row


def past_preview(*, actor: Actor, sheet: SheetImport) -> PastPreview:
    """Every row as of now. Raises `not_allowed`, `past_columns_open`, `sheet_answered`."""
    require(actor, RIGHT)
    return _preview(sheet)


def choose_past_people(*, actor: Actor, sheet: SheetImport, choices: Mapping[str, str]) -> SheetImport:
    """Who the names of the list are: "new", "skip", or somebody's public id. Raises `choice_unknown`."""
    require(actor, RIGHT)
    with transaction.atomic():
        row = _locked(sheet)
        offered = {
            one.key: {*("new", "skip"), *(each.public_id for each in one.candidates)} for one in _preview(row).people
        }
        for key, choice in choices.items():
            if choice not in offered.get(key, ()):
                raise DomainError("choice_unknown", field="choices", row=key.partition("|")[0])
        row.choices = {**row.choices, "people": {**row.choices.get("people", {}), **choices}}
        row.save(update_fields=["choices"])
        record_event(actor=actor, kind="past_list.chosen", subject=row, facts={"people": len(choices)})
    return row


def confirm_past_list(*, actor: Actor, sheet: SheetImport, seen: str) -> SheetImport:
    """Write exactly the preview that was seen, all rows or none; what stands then is summed up again and compared.

    Raises `sheet_has_wrong_rows`, `past_people_open`, `import_changed`, `import_nothing`, `past_list_twice`,
    `past_sums_differ`, `sheet_answered`.
    """
    require(actor, RIGHT)
    with transaction.atomic():
        Portal.objects.select_for_update(no_key=True).get(pk=actor.portal_id)  # one list after the other
        row = _locked(sheet)
        done = SheetImport.objects.filter(kind=ImportKind.PAST, state=ImportState.DONE, sha256=row.sha256)
        if done.exists():
            raise DomainError("past_list_twice")
        preview = _preview(row)
        if preview.wrong:
            raise DomainError("sheet_has_wrong_rows", count=len(preview.wrong))
        if preview.open:
            raise DomainError("past_people_open", count=preview.open)
        if preview.seen != seen:
            raise DomainError("import_changed")
        if not preview.to_write:
            raise DomainError("import_nothing")
        _write(actor, row, preview)
        require_equal(row, preview)
        whole = preview.total
        facts = {"rows": len(preview.to_write), "works": whole.kept_works, "amount": whole.kept_amount}
        _end(actor, row, ImportState.DONE, len(preview.to_write), facts)
    return row


def discard_past_list(*, actor: Actor, sheet: SheetImport) -> SheetImport:
    """Nothing is written, the file goes. Raises `sheet_answered`."""
    require(actor, RIGHT)
    with transaction.atomic():
        row = _locked(sheet)
        _end(actor, row, ImportState.DISCARDED, 0, {})
    return row


def undo_past_list(*, actor: Actor, sheet: SheetImport, reason: str) -> SheetImport:
    """Take a whole list out of the figures again; the people that it recorded stay, with nothing to their name.

    Raises `reason_missing`, `past_list_not_written`.
    """
    require(actor, RIGHT)
    said = plain_text(reason)[:500]
    if not said:
        raise DomainError("reason_missing", field="reason")
    with transaction.atomic():
        row = SheetImport.objects.select_for_update(of=("self",)).filter(pk=sheet.pk, kind=ImportKind.PAST).first()
        if row is None or row.state != ImportState.DONE:
            raise DomainError("past_list_not_written")
        gone, _ = PastWork.objects.filter(sheet=row).delete()
        row.state, row.error, row.ended_at = ImportState.UNDONE, said, clock.now()
        row.save(update_fields=["state", "error", "ended_at"])
        record_event(actor=actor, kind="past_list.undone", subject=row, facts={"rows": gone, "reason": said})
    return row


def written_months(sheet: SheetImport) -> list[dict[str, Any]]:
    """What stands of a list: month, works, amount (đồng). One query."""
    rows = PastWork.objects.filter(sheet=sheet).order_by("month").values("month")
    return [dict(row) for row in rows.annotate(works=Sum("quantity"), amount=Sum("amount"), rows=Count("pk"))]


def require_equal(sheet: SheetImport, preview: PastPreview) -> None:
    """Raise `past_sums_differ` unless what stands comes to what the preview promised, month by month."""
    stands = {row["month"]: (row["works"], row["amount"] or 0) for row in written_months(sheet)}
    promised = {month.month: (month.kept_works, month.kept_amount) for month in preview.months if month.kept_works}
    if stands != promised:
        raise DomainError("past_sums_differ")


def _write(actor: Actor, sheet: SheetImport, preview: PastPreview) -> None:
    public_ids = {one.public_id: one.pk for person in preview.people for one in person.candidates}
    units = {unit.pk: unit for unit in Unit.objects.all()}
    people: dict[str, int] = {}
    for person in preview.people:
        if person.matched is not None:
            people[person.key] = person.matched
        elif person.choice == NEW:
            # A unit that is closed today takes nobody in; the work keeps it all the same.
            unit = units.get(person.unit_id or 0)
            made: Contributor = record_person(
                actor=actor, full_name=person.name, unit=unit if unit is not None and unit.closed is None else None
            )
            people[person.key] = made.pk
        elif not person.skipped:
            people[person.key] = public_ids[person.choice]
    PastWork.objects.bulk_create(
        (
            PastWork(
                portal_id=sheet.portal_id,
                sheet=sheet,
                row=row.number,
                month=cast("date", row.month),
                title=row.title,
                contributor_id=people[row.person_key],
                unit_id=row.unit_id,
                genre_id=cast("int", row.genre_id),
                quantity=row.quantity,
                amount=row.amount,
            )
            for row in preview.to_write
        ),
        batch_size=1000,
    )


def _preview(sheet: SheetImport) -> PastPreview:
    if not sheet.choices.get("mapped"):
        raise DomainError("past_columns_open")
    columns = {key: (said,) for key, said in sheet.choices["columns"].items()}
    portal = Portal.objects.get(pk=sheet.portal_id)
    return past_preview_of(
        _table(sheet, columns), portal=portal, choices=sheet.choices.get("people", {}), sha256=sheet.sha256
    )


def _table(sheet: SheetImport, columns: Mapping[str, tuple[str, ...]]) -> Table:
    if sheet.state != ImportState.CHECKED or not sheet.path:
        raise DomainError("sheet_answered")
    try:
        content = open_kept(sheet.path).read_bytes()
    except FileNotFoundError:
        raise DomainError("sheet_answered") from None
    return read_table(content=content, file_name=sheet.file_name, columns=columns, most_rows=MOST_ROWS)


def _end(actor: Actor, row: SheetImport, state: str, written: int, facts: Mapping[str, Any]) -> None:
    path = row.path
    row.state, row.written, row.path, row.ended_at = state, written, "", clock.now()
    row.choices = {**row.choices, "people": {}}  # names are not kept beside the rows that they became
    row.save(update_fields=["state", "written", "path", "ended_at", "choices"])
    record_event(actor=actor, kind=f"past_list.{state}", subject=row, facts=facts)
    transaction.on_commit(lambda: _forget(path))


def _forget(path: str) -> None:
    """The file goes, unless another check of the same content still waits for it."""
    if path and not SheetImport.unscoped.filter(path=path).exists():
        open_kept(path).unlink(missing_ok=True)


def _locked(sheet: SheetImport) -> SheetImport:
    row = SheetImport.objects.select_for_update(of=("self",)).filter(pk=sheet.pk, kind=ImportKind.PAST).first()
    if row is None:
        raise DomainError("not_found")
    if row.state != ImportState.CHECKED:
        raise DomainError("sheet_answered")
    return row
