"""The documentation page of permissions, written from the tables that decide: rights, holders, steps of states."""

from __future__ import annotations

from collections.abc import Mapping

from contributors import registration, workflow
from contributors.access import RIGHTS, Right
from contributors.models import Capability, ContributorState, PieceState, SeatName
from contributors.workflow import Transition
from payments.access import PAYMENT_RIGHTS
from payments.permissions_words import MEANINGS

HOLDERS_EN: Mapping[str, str] = {
    "own": "whose thing it is",
    "member": "any contributor or board member",
}
HOLDERS_VI: Mapping[str, str] = {
    "own": "người có việc ấy",
    "member": "mọi cộng tác viên và người trong Ban biên tập",
}
HEAD = """# Quyền hạn / Permissions

Trang này do `manage.py write_permissions` viết ra từ chính các bảng mà phần mềm dùng để cho phép hay từ chối
(`contributors/access.py`, `payments/access.py`); một bài kiểm tra giữ cho trang luôn đúng với bảng. Không sửa tay.

This page is written by `manage.py write_permissions` from the very tables that allow and refuse; a test keeps it so.
Do not edit it by hand.

Vai trong Ban biên tập (seat) và quyền (grant) có ngày bắt đầu, ngày hết và số quyết định. Quyền chỉ có hiệu lực khi
người thứ hai, là trưởng ban hoặc người quản trị, xác nhận; không ai tự cấp hay tự xác nhận cho mình. Việc liên quan
tới tiền và quyền đòi xác nhận hai lớp.

Seats and grants have dates and a decision's number. A grant holds once a second person (head or admin) has confirmed
it; nobody gives or confirms a right of their own. What moves money or rights asks for the second factor.
"""


def permissions_page() -> str:
    """Markdown, Vietnamese first."""
    parts = [
        HEAD,
        _rights("Người và tin, bài / People and pieces", RIGHTS),
        _rights("Tiền / Money", PAYMENT_RIGHTS),
        _steps("Tin, bài / A piece", workflow.TRANSITIONS, dict(PieceState.choices)),
        _steps("Cộng tác viên / A contributor", registration.TRANSITIONS, dict(ContributorState.choices)),
    ]
    return "\n".join(parts)


def _rights(title: str, rights: Mapping[str, Right]) -> str:
    lines = [f"## {title}", "", "| | Việc | Ai | Meaning | Who |", "|---|---|---|---|---|"]
    for code, right in sorted(rights.items()):
        vietnamese, english = _holders(right.holders)
        lines.append(f"| `{code}` | {MEANINGS.get(code, right.meaning)} | {vietnamese} | {right.meaning} | {english} |")
    return "\n".join([*lines, ""])


def _holders(holders: frozenset[str]) -> tuple[str, str]:
    """In the order of the board, then the grants, then people themselves."""
    seats = {f"seat:{seat}": (str(seat.label), seat.value) for seat in SeatName}
    grants = {f"grant:{right}": (str(right.label), right.value.replace("_", " ")) for right in Capability}
    known = seats | grants | {code: (word, HOLDERS_EN[code]) for code, word in HOLDERS_VI.items()}
    named = [known[code] for code in known if code in holders]
    return ", ".join(vietnamese for vietnamese, _ in named), ", ".join(english for _, english in named)


def _steps(title: str, steps: Mapping[str, Transition], states: Mapping[str, object]) -> str:
    lines = [f"## {title}", "", "| | Bước | Từ | Tới | Quyền | Lý do |", "|---|---|---|---|---|---|"]
    for code, step in steps.items():
        sources = ", ".join(str(name) for state, name in states.items() if state in step.sources)
        reason = "phải ghi" if step.needs_reason else ""
        lines.append(f"| `{code}` | {step.word} | {sources} | {states[step.target]} | `{step.right}` | {reason} |")
    return "\n".join([*lines, ""])
