"""A trial as a sheet to take away, and the empty list to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from contributors.spreadsheets import write_csv, write_table
from payments.royalty_list import COLUMNS, heading
from payments.royalty_trial import Trial, TrialLine

Cell = str | int | date | None
TEMPLATE_KEYS = (
    *("number", "person", "role", "genre", "title", "work", "date", "coefficient", "share", "photos", "quantity"),
    *("unit_price", "amount", "factors", "origin", "language"),
)
EXAMPLE: tuple[dict[str, Cell], ...] = (
    {
        "number": 1,
        "person": "Nguyễn Thị Ví Dụ",
        "role": "Tác giả",
        "genre": "Tin",
        "title": "Ấp ra quân dọn đường",
        "date": date(2026, 7, 3),
        "coefficient": "1,5",
        "amount": 379_500,
    },
    {
        "number": 2,
        "person": "Trần Văn Mẫu",
        "role": "Tác giả",
        "genre": "Bài phản ánh",
        "title": "Vụ lúa hè thu",
        "date": date(2026, 7, 8),
        "coefficient": "3",
        "share": "60",
        "amount": 455_400,
    },
    {
        "number": 3,
        "person": "Lê Thị Thử",
        "role": "Tác giả",
        "title": "Vụ lúa hè thu",
        "share": "40",
        "amount": 303_600,
    },
    {
        "number": 4,
        "person": "Lê Thị Thử",
        "role": "Nhập liệu",
        "quantity": 3,
        "unit_price": 50_000,
        "amount": 150_000,
    },
)


def result_headings() -> list[str]:
    return [
        _("Dòng"),
        _("Họ và tên"),
        _("Vai trò"),
        _("Tên tác phẩm"),
        _("Thể loại"),
        _("Ngày đăng"),
        _("Thành tiền"),
        _("Bảng ghi"),
        _("Chênh lệch"),
        _("Cách tính"),
        _("Căn cứ"),
    ]


def result_rows(trial: Trial) -> Iterable[Sequence[Cell]]:
    """Lines, then each person's sum, then the whole, then where the list reckons otherwise."""
    for line in trial.lines:
        off = line.amount - line.stated if line.stated is not None else None
        yield (
            *(line.row, line.person, line.role, line.title, line.genre, line.day),
            *(line.amount, line.stated, off or None, line.explanation, grounds_text(line)),
        )
    yield ()
    for person in trial.people:
        yield ("", person.person, _("Cộng"), "", "", None, person.amount)
    yield ("", _("Tổng cộng"), "", "", "", None, trial.total)
    if trial.differences:
        yield ()
    for difference in trial.differences:
        yield (
            *(difference.row, difference.name, "", "", "", None, difference.found, difference.stated),
            *(difference.found - difference.stated, difference.sentence),
        )


def grounds_text(line: TrialLine) -> str:
    """Each rule with its legal basis, in one cell."""
    return "\n".join(f"{each.rule}: {each.legal_basis}" if each.legal_basis else each.rule for each in line.grounds)


def as_xlsx(trial: Trial) -> bytes:
    return write_table(result_headings(), result_rows(trial), _("Tính thử"))


def as_csv(trial: Trial) -> bytes:
    return write_csv(result_headings(), result_rows(trial))


def template_xlsx() -> bytes:
    """An example to write over; columns that one does not need may be deleted."""
    return write_table(
        [COLUMNS[key][0] for key in TEMPLATE_KEYS],
        [[row.get(key) for key in TEMPLATE_KEYS] for row in EXAMPLE],
        heading("title"),
    )
