"""A list of works as people keep it in a spreadsheet, read into what the engine is told. Pure: no database.

Two kinds of rows, mixed as one likes: a work by the schedule (person, role, genre, date, coefficient, …), and the
simple kind *role, person, quantity, unit price*. Either all rows are read, or none: every wrong one is named.
docs/tinh-thu-tu-bang.md describes the columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from contributors.errors import DomainError
from contributors.names import plain_text, search_key
from contributors.spreadsheets import Table, TableRow, read_table
from payments import royalty_list_cells as cells
from payments.royalty.schedule import EARNERS, Schedule
from payments.royalty_list_words import ROLE_WORDS, Vocabulary
from payments.workbook_marks import Marks, column_name, marks_of

Value = TypeVar("Value")
MOST_ROWS = 20_000
ENDINGS = (".csv", ".txt", ".tsv", ".xlsx")
# Our keys to the headings that people write for them; the first one is how we call the column.
COLUMNS: Mapping[str, Sequence[str]] = {
    "number": ("STT", "TT", "Số TT"),
    "person": ("Họ và tên", "Họ tên", "Người hưởng", "Người nhận", "Tác giả"),
    "pen_name": ("Bút danh",),
    "role": ("Vai trò", "Phần việc", "Công việc", "Chức danh"),
    "genre": ("Thể loại",),
    "variant": ("Dạng", "Dạng tin, bài"),
    "title": ("Tên tác phẩm", "Tên tin, bài", "Tên bài", "Tiêu đề", "Tác phẩm", "Tin, bài"),
    "work": ("Mã tác phẩm", "Mã tin, bài", "Đường dẫn", "Link"),
    "date": ("Ngày đăng", "Ngày", "Ngày đăng (link)"),
    "coefficient": ("Hệ số", "Điểm"),
    "grade": ("Xếp loại", "Hạng"),
    "measure": ("Số đo", "Số trang", "Số từ", "Số phút"),
    "share": ("Tỷ lệ", "Tỷ lệ (%)", "Tỷ lệ chia", "Tỉ lệ", "Tỉ lệ (%)"),
    "photos": ("Hệ số ảnh", "Hệ số từng ảnh"),
    "quantity": ("Số lượng", "SL", "Số ảnh"),
    "unit_price": ("Đơn giá", "Mức chi"),
    "amount": ("Thành tiền", "Số tiền", "Nhuận bút", "Tiền nhuận bút"),
    "factors": ("Hệ số điều chỉnh", "Điều chỉnh"),
    "origin": ("Nguồn", "Nguồn bài"),
    "language": ("Ngôn ngữ", "Tiếng"),
    "region": ("Vùng",),
    "category": ("Diện", "Diện người viết"),
    "timeliness": ("Thời sự",),
    "topic": ("Chuyên mục",),
    "commissioned_on": ("Ngày đặt bài", "Ngày giao"),
    "approved_on": ("Ngày duyệt",),
    "no_fee": ("Không nhận", "Không tính"),
}
# A formula here is somebody's own reckoning, which we check; anywhere else it would be a hidden input.
RECKONED = {"number", "amount"}
FIGURES = ("coefficient", "grade", "measure", "quantity", "photos", "unit_price", "amount", "genre", "date")
TOTAL = re.compile(r"(tổng cộng|tổng số|tổng|cộng)(\s|$|:)")
GROUP_HEAD = re.compile(r"(?:[IVX]+|[A-ZĐ]|\d{1,2})[.)/]\s*\S")
YES = {"x", "co", "1", "true", "khong nhan"}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in one row; `column` as we call it, "" where it is about the whole row."""

    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        if not self.row:
            return self.sentence
        if not self.column:
            return _("Dòng %(row)s: %(sentence)s") % {"row": self.row, "sentence": self.sentence}
        names = {"row": self.row, "column": self.column, "sentence": self.sentence}
        return _("Dòng %(row)s, cột “%(column)s”: %(sentence)s") % names


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row, read. Numbers are exact; what the row does not say is None or ""."""

    row: int
    person: str
    role: str
    genre: str = ""
    variant: str = ""
    title: str = ""
    work: str = ""
    day: date | None = None
    coefficient: Fraction | None = None
    grade: str = ""
    measure: Fraction | None = None
    share: Fraction | None = None
    photos: tuple[Fraction, ...] = ()
    quantity: Fraction | None = None
    unit_price: int | None = None
    amount: int | None = None
    factors: tuple[tuple[str, Fraction | None], ...] = ()
    conditions: tuple[tuple[str, str], ...] = ()
    commissioned_on: date | None = None
    approved_on: date | None = None
    no_fee: bool = False

    @property
    def simple(self) -> bool:
        """*role, person, quantity, unit price*: no genre, so no schedule is asked."""
        return not self.genre and self.unit_price is not None


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A sum that the sheet states. `whole`: of everything above, not only of its group."""

    row: int
    name: str
    amount: int
    whole: bool


@dataclass(slots=True)
class ReadList:
    """What a sheet says; with any problem nothing of it is used. `remarks` are what was read past, in sentences."""

    rows: list[ListRow | TotalRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def heading(key: str) -> str:
    return COLUMNS[key][0]


def read_list(
    *, content: bytes, file_name: str, schedules: Sequence[Schedule], genre_names: Mapping[str, str] | None = None
) -> ReadList:
    """Rows of a sheet. `genre_names`: further names of genres (the portal's own) to their codes.

    A file that cannot be opened raises what `contributors.spreadsheets.read_table` raises; `list_file_kind`.
    """
    if not file_name.lower().endswith(ENDINGS):
        raise DomainError("not_a_spreadsheet", field="file")
    table = read_table(content=content, file_name=file_name, columns=COLUMNS, most_rows=MOST_ROWS)
    if "person" in table.missing_keys and "pen_name" in table.missing_keys:
        table.require("person")
    reader = _Reader(Vocabulary(schedules, genre_names or {}))
    found = reader.read(table)
    if table.unknown:
        names = ", ".join(f"“{name[:60]}”" for name in table.unknown)
        found.remarks.append(_("Không đọc các cột: %(names)s.") % {"names": names})
    found.problems += _hidden(marks_of(content), {row.row for row in found.rows if isinstance(row, ListRow)})
    found.problems.sort(key=lambda problem: problem.row)
    return found


def _hidden(marks: Marks, rows: set[int]) -> list[RowProblem]:
    """Formulas where a figure is wanted, and merged cells over rows that are read."""
    by_key = {search_key(name): key for key, names in COLUMNS.items() for name in names}
    first = min(rows, default=0)
    keys: dict[int, str] = {}
    for (row, column), text in sorted(marks.texts.items()):
        key = by_key.get(search_key(plain_text(text)))
        if row < first and key:
            keys[column] = key
    problems = []
    for row, column in marks.formulas:
        key = keys.get(column, "")
        if row in rows and key and key not in RECKONED:
            sentence = _("ô %(cell)s là công thức; hãy dán giá trị thay cho công thức.")
            problems.append(RowProblem(row, heading(key), sentence % {"cell": f"{column_name(column)}{row}"}))
    for block in marks.merged:
        covered = sorted(row for row in rows if block.rows[0] <= row <= block.rows[1])
        key = next((keys[column] for column in range(block.columns[0], block.columns[1] + 1) if column in keys), "")
        if covered and key:
            sentence = _("các ô %(cells)s gộp làm một; hãy bỏ gộp và ghi đủ từng dòng.")
            problems.append(RowProblem(covered[0], heading(key), sentence % {"cells": block.address}))
    return problems


class _Reader:
    """Reads row after row; problems gather, so that one upload names them all."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.found = ReadList()
        self.row: TableRow = TableRow(0, {})
        self.wrong = False

    def read(self, table: Table) -> ReadList:
        last_total = max((row.number for row in table.rows if _total_name(row.cells)), default=0)
        for row in table.rows:
            self.row, self.wrong = row, False
            said = {key: text for key, text in row.cells.items() if text}
            if name := _total_name(row.cells):
                self._read_total(name)
            elif not any(key in said for key in FIGURES) and (row.number > last_total > 0 or _is_group(said)):
                words = " ".join(said.values())[:80]
                self.found.remarks.append(
                    _("Dòng %(row)s không phải là dòng tính tiền: %(words)s") % {"row": row.number, "words": words}
                )
            else:
                read = self._read_row(said)
                if not self.wrong:
                    self.found.rows.append(read)
        if not self.found.problems and not any(isinstance(row, ListRow) for row in self.found.rows):
            self.found.problems.append(RowProblem(0, "", _("Bảng không có dòng nào để tính.")))
        return self.found

    def _problem(self, key: str, sentence: str) -> None:
        self.wrong = True
        self.found.problems.append(RowProblem(self.row.number, heading(key) if key else "", sentence))

    def _cell(self, key: str, read: Callable[[str], Value]) -> Value | None:
        text = self.row.cells[key]
        if not text:
            return None
        try:
            return read(text)
        except cells.CellError as wrong:
            self._problem(key, str(wrong))
            return None

    def _read_total(self, name: str) -> None:
        amount = self._cell("amount", cells.dong)
        if amount is not None:
            self.found.rows.append(TotalRow(self.row.number, name, amount, name.casefold().startswith("tổng")))

    def _read_row(self, said: Mapping[str, str]) -> ListRow:
        person = plain_text(said.get("person") or said.get("pen_name", ""))
        if not person:
            self._problem("person", _("thiếu tên người hưởng."))
        genre, variant = self._genre(said)
        figures: dict[str, Any] = {
            "coefficient": self._cell("coefficient", cells.decimal),
            "measure": self._cell("measure", lambda text: cells.decimal(text, grouped_maybe=True)),
            "share": self._cell("share", cells.percent),
            "photos": self._cell("photos", cells.photo_scores) or (),
            "quantity": self._cell("quantity", lambda text: cells.decimal(text, grouped_maybe=True)),
            "unit_price": self._cell("unit_price", cells.dong),
            "amount": self._cell("amount", cells.dong),
            "day": self._cell("date", cells.day),
            "commissioned_on": self._cell("commissioned_on", cells.day),
            "approved_on": self._cell("approved_on", cells.day),
        }
        row = ListRow(
            row=self.row.number,
            person=person,
            role="",
            genre=genre,
            variant=variant,
            title=plain_text(said.get("title", "")),
            work=plain_text(said.get("work", "")),
            grade=plain_text(said.get("grade", "")),
            factors=self._factors(said.get("factors", "")),
            conditions=self._conditions(said),
            no_fee=self._no_fee(said),
            **figures,
        )
        return self._with_role(row, said)

    def _genre(self, said: Mapping[str, str]) -> tuple[str, str]:
        if "genre" not in said:
            return "", ""
        found = self.words.genre(said["genre"])
        if found is None:
            known = ", ".join(self.words.genre_names())
            self._problem(
                "genre",
                _("không có thể loại “%(name)s”. Có: %(known)s.") % {"name": said["genre"][:60], "known": known},
            )
            return "", ""
        genre, variant = found
        if "variant" in said:
            asked = self.words.variant(genre, said["variant"])
            if asked is None:
                self._problem("variant", _("thể loại này không có dạng “%(name)s”.") % {"name": said["variant"][:60]})
            variant = asked or variant
        return genre, variant

    def _with_role(self, row: ListRow, said: Mapping[str, str]) -> ListRow:
        text = plain_text(said.get("role", ""))
        if row.simple or (not row.genre and "unit_price" in said):
            named = _replaced(row, role=text)
            return named if self.wrong else self._checked_simple(named)
        if not text:
            return _replaced(row, role=EARNERS.get(row.genre, ("author",))[0])
        role = ROLE_WORDS.get(search_key(text))
        if role is None:
            self._problem("role", _("không rõ vai trò “%(name)s”.") % {"name": text[:60]})
            return row
        return _replaced(row, role=role)

    def _checked_simple(self, row: ListRow) -> ListRow:
        """Either quantity × unit price or coefficient × unit price, and nothing that would be left unused."""
        if row.quantity is None and row.coefficient is None:
            self._problem("quantity", _("có đơn giá nhưng chưa có số lượng hoặc hệ số."))
        elif row.quantity is not None and row.coefficient is not None:
            self._problem("quantity", _("có cả số lượng và hệ số; hãy ghi thể loại, hoặc chỉ ghi một trong hai."))
        for key, given in (("grade", row.grade), ("measure", row.measure is not None), ("photos", row.photos)):
            if given:
                self._problem(key, _("dòng có đơn giá mà không có thể loại thì cột này không được dùng."))
        if row.factors:
            self._problem("factors", _("dòng có đơn giá mà không có thể loại thì cột này không được dùng."))
        return row

    def _factors(self, text: str) -> tuple[tuple[str, Fraction | None], ...]:
        chosen = []
        for part in (part for part in text.split(";") if part.strip()):
            try:
                name, percent = cells.factor(part)
            except cells.CellError as wrong:
                self._problem("factors", str(wrong))
                continue
            code = self.words.factor(name)
            if code is None:
                self._problem("factors", _("quy định không có hệ số điều chỉnh “%(name)s”.") % {"name": name[:60]})
            else:
                chosen.append((code, percent))
        return tuple(chosen)

    def _conditions(self, said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        given = []
        for key in ("origin", "language", "region", "category", "timeliness", "topic"):
            if key not in said:
                continue
            value, known = self.words.condition(key, said[key])
            if not known and key in {"origin", "category"}:
                self._problem(key, _("không rõ “%(name)s”.") % {"name": said[key][:60]})
            elif not known and self.words.asks(key):
                remark = _("Dòng %(row)s: “%(name)s” không có trong quy định nên không làm đổi số tiền.")
                self.found.remarks.append(remark % {"row": self.row.number, "name": said[key][:60]})
            given.append((key, value))
        return tuple(given)

    def _no_fee(self, said: Mapping[str, str]) -> bool:
        text = search_key(said.get("no_fee", ""))
        if text and text not in YES | {"khong", "0", "false"}:
            self._problem("no_fee", _("hãy ghi x, hoặc để trống."))
        return text in YES


def _replaced(row: ListRow, *, role: str) -> ListRow:
    values = {name: getattr(row, name) for name in ListRow.__slots__}
    return ListRow(**(values | {"role": role}))


def _total_name(row: Mapping[str, str]) -> str:
    """How the sheet calls a sum ("Tổng cộng"), "" for an ordinary row; Tống is a family name and no sum."""
    for key in ("number", "person", "pen_name", "role", "title", "genre"):
        text = unicodedata.normalize("NFC", row.get(key, "")).strip()
        if text:
            return text if TOTAL.match(text.casefold()) and not row.get("date") else ""
    return ""


def _is_group(said: Mapping[str, str]) -> bool:
    """A line of its own above a group: "I. Tin, bài"."""
    texts = list(said.values())
    return (len(texts) == 1 and bool(GROUP_HEAD.match(texts[0]))) or set(said) == {"number"}
