"""Loading units from a spreadsheet: every row's verdict first, nothing written until confirmed, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db import transaction
from django.db.models import QuerySet

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.files import keep_file, open_kept
from contributors.models import ImportKind, ImportState, SheetImport, Unit, UnitKind
from contributors.names import plain_text, search_key
from contributors.portals import LEGAL_BASIS_LIMIT, UNIT_NAME_LIMIT, open_unit
from contributors.spreadsheets import TableRow, read_table, write_table

MOST_UNITS = 2000
TYPED = "danh-sach-go-tay.xlsx"  # the sheet made of names that were typed
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("Tên đơn vị", "Tên", "Tên ấp", "Ấp", "Đơn vị"),
    "kind": ("Loại", "Loại đơn vị"),
    "parent": ("Thuộc", "Thuộc đơn vị", "Đơn vị trên", "Xã cũ"),
    "opened": ("Hoạt động từ ngày", "Từ ngày", "Ngày thành lập"),
    "legal_basis": ("Căn cứ", "Số quyết định", "Quyết định"),
}
# What people write for a kind, and how names of its units begin; by search keys.
KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    UnitKind.HAMLET: ("ap", "khom", "to dan pho", "khu pho", "thon", "ban", "buon", "lang", "xom", "khu dan cu", "tdp"),
    UnitKind.ASSOCIATION: ("doan the", "hoi", "doan", "mat tran", "cong doan", "cau lac bo"),
    UnitKind.SCHOOL: ("truong hoc", "truong"),
    UnitKind.COMMUNE: ("xa cu", "xa", "phuong", "thi tran"),
    UnitKind.DEPARTMENT: ("nganh", "don vi", "phong", "ban nganh", "trung tam", "tram", "cong an", "van phong"),
}
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")


@dataclass(frozen=True, slots=True)
class UnitVerdict:
    """What becomes of one row. `problems` are codes: name, kind, parent, before_parent, opened, twice."""

    number: int
    name: str
    kind: str
    parent: str
    opened: date | None
    legal_basis: str
    verdict: Literal["new", "there", "wrong"]
    problems: tuple[str, ...] = ()

    @property
    def kind_name(self) -> str:
        return str(UnitKind(self.kind).label) if self.kind else ""


def check_units_sheet(*, actor: Actor, content: bytes, file_name: str) -> SheetImport:
    """Keep the file and say what its rows would do; nothing else is written.

    Raises what `read_table` does, `sheet_empty`.
    """
    require(actor, "unit.write")
    verdicts = _verdicts(content, file_name)
    if not verdicts:
        raise DomainError("sheet_empty", field="file")
    # A folder per portal: the same file in two portals is deleted in one and stays in the other.
    kept = keep_file(folder=f"imports/{actor.portal_id}", content=content, suffix=_suffix(file_name))
    with transaction.atomic():
        sheet = SheetImport.objects.create(
            portal_id=actor.portal_id,
            kind=ImportKind.UNITS,
            file_name=plain_text(file_name)[-200:],
            path=kept.path,
            sha256=kept.sha256,
            rows=len(verdicts),
            wrong_rows=sum(row.verdict == "wrong" for row in verdicts),
            created_by_id=actor.account_pk,
            created_at=clock.now(),
        )
        record_event(
            actor=actor,
            kind="units_sheet.checked",
            subject=sheet,
            facts={"rows": sheet.rows, "wrong": sheet.wrong_rows, "sha256": sheet.sha256},
        )
    return sheet


def check_unit_names(*, actor: Actor, kind: str, names: Sequence[str]) -> SheetImport:
    """The same for names typed or pasted, one a line. Raises `unit_kind_unknown`, `unit_name_missing`."""
    if kind not in UnitKind.values:
        raise DomainError("unit_kind_unknown", field="kind", kind=plain_text(kind)[:40])
    said = [plain_text(name) for name in names if plain_text(name)]
    if not said:
        raise DomainError("unit_name_missing", field="names")
    headings = [COLUMNS["name"][0], COLUMNS["kind"][0]]
    content = write_table(headings, [[name, kind] for name in said], "Đơn vị")
    return check_units_sheet(actor=actor, content=content, file_name=TYPED)


def units_sheets(actor: Actor) -> QuerySet[SheetImport]:
    """Sheets of units, newest first. Raises `not_allowed`."""
    require(actor, "unit.write")
    sheets: QuerySet[SheetImport] = SheetImport.objects.filter(kind=ImportKind.UNITS).order_by("-pk")
    return sheets


def sheet_verdicts(sheet: SheetImport) -> list[UnitVerdict]:
    """Every row as it stands against the units of now. Raises `sheet_answered` once the file is gone."""
    return _verdicts(_content(sheet), sheet.file_name)


def confirm_units_sheet(*, actor: Actor, sheet: SheetImport) -> SheetImport:
    """Open every new unit of the sheet, or none. Raises `sheet_has_wrong_rows`, `sheet_answered`."""
    require(actor, "unit.write")
    with transaction.atomic():
        row = _locked(sheet)
        verdicts = _verdicts(_content(row), row.file_name)
        wrong = sum(verdict.verdict == "wrong" for verdict in verdicts)
        if wrong:
            raise DomainError("sheet_has_wrong_rows", count=wrong)
        known = {unit.name: unit for unit in Unit.objects.filter(closed__isnull=True, parent__isnull=True)}
        made = 0
        for verdict in verdicts:
            if verdict.verdict == "there":
                continue
            unit = open_unit(
                actor=actor,
                kind=verdict.kind,
                name=verdict.name,
                opened=verdict.opened or clock.today(),
                parent=known[verdict.parent] if verdict.parent else None,
                legal_basis=verdict.legal_basis,
            )
            made += 1
            if not verdict.parent:
                known[unit.name] = unit
        _end(actor, row, ImportState.DONE, made)
    return row


def discard_units_sheet(*, actor: Actor, sheet: SheetImport) -> SheetImport:
    """Nothing is written, the file goes. Raises `sheet_answered`."""
    require(actor, "unit.write")
    with transaction.atomic():
        row = _locked(sheet)
        _end(actor, row, ImportState.DISCARDED, 0)
    return row


def units_template() -> bytes:
    """An empty sheet with our headings and two rows to overwrite."""
    headings = [names[0] for names in COLUMNS.values()]
    rows = [
        ["Ấp Mẫu 1", "Ấp, khóm, tổ dân phố", "", "01/07/2025", "12/NQ-HĐND"],
        ["Hội Phụ nữ", "Đoàn thể", "", "", ""],
    ]
    return write_table(headings, rows, "Đơn vị")


def _end(actor: Actor, row: SheetImport, state: str, written: int) -> None:
    path = row.path
    row.state, row.written, row.path, row.ended_at = state, written, "", clock.now()
    row.save(update_fields=["state", "written", "path", "ended_at"])
    record_event(actor=actor, kind=f"units_sheet.{state}", subject=row, facts={"written": written})
    transaction.on_commit(lambda: _forget(path))


def _forget(path: str) -> None:
    """The file goes, unless another check of the same content still waits for it."""
    # The commit may come after the scope is closed; the path itself names the portal.
    if path and not SheetImport.unscoped.filter(path=path).exists():
        open_kept(path).unlink(missing_ok=True)


def _locked(sheet: SheetImport) -> SheetImport:
    row = SheetImport.objects.select_for_update().filter(pk=sheet.pk, kind=ImportKind.UNITS).first()
    if row is None:
        raise DomainError("not_found")
    if row.state != ImportState.CHECKED:
        raise DomainError("sheet_answered")
    return row


def _content(sheet: SheetImport) -> bytes:
    if sheet.state != ImportState.CHECKED or not sheet.path:
        raise DomainError("sheet_answered")
    return open_kept(sheet.path).read_bytes()


def _suffix(file_name: str) -> str:
    ending = file_name.rpartition(".")[2].lower()
    return f".{ending}" if ending in {"xlsx", "xls", "ods", "csv", "txt", "tsv"} else ".bin"


def _verdicts(content: bytes, file_name: str) -> list[UnitVerdict]:
    table = read_table(content=content, file_name=file_name, columns=COLUMNS, most_rows=MOST_UNITS)
    table.require("name")
    units = Unit.objects.filter(closed__isnull=True).values_list("parent__name", "name", "opened")
    there: set[tuple[str | None, str]] = {(parent, name) for parent, name, _ in units}
    tops = {name: opened for parent, name, opened in units if parent is None}
    seen: set[tuple[str | None, str]] = set()
    return [_verdict(row, there, tops, seen) for row in table.rows]


def _verdict(
    row: TableRow, there: set[tuple[str | None, str]], tops: dict[str, date], seen: set[tuple[str | None, str]]
) -> UnitVerdict:
    """`tops` grows by the top units of the rows above, so that a sheet can bring parents and their parts."""
    name, parent = plain_text(row.cells["name"]), plain_text(row.cells["parent"])
    kind, opened = _kind(row.cells["kind"], name), _day(row.cells["opened"])
    place = (parent or None, name)
    problems = []
    if not any(char.isalnum() for char in name) or len(name) > UNIT_NAME_LIMIT:
        problems.append("name")
    if kind is None:
        problems.append("kind")
    if parent and parent not in tops:
        problems.append("parent")
    elif parent and (opened or clock.today()) < tops[parent]:
        problems.append("before_parent")
    if row.cells["opened"] and opened is None:
        problems.append("opened")
    if place in seen:
        problems.append("twice")
    seen.add(place)
    if not parent:
        tops.setdefault(name, opened or clock.today())
    verdict: Literal["new", "there", "wrong"] = "there" if place in there else "new"
    return UnitVerdict(
        number=row.number,
        name=name,
        kind=kind or "",
        parent=parent,
        opened=opened,
        legal_basis=plain_text(row.cells["legal_basis"])[:LEGAL_BASIS_LIMIT],
        verdict="wrong" if problems else verdict,
        problems=tuple(problems),
    )


def _kind(said: str, name: str) -> str | None:
    """By what is written; where nothing is, by how the name begins."""
    key = search_key(plain_text(said))
    if key:
        for value, label in UnitKind.choices:
            if key in {value, search_key(str(label))}:
                return value
    for value, words in KIND_WORDS.items():
        if key and (key in words or any(part.strip() in words for part in key.split(","))):
            return value
    if key:
        return None
    begins = search_key(name)
    return next(
        (value for value, words in KIND_WORDS.items() if any(begins.startswith(f"{word} ") for word in words)), None
    )


def _day(text: str) -> date | None:
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day
        except ValueError:
            continue
    return None
