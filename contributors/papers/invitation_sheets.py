"""What a poster or a card says, frozen: the same sheet prints the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationSheet:
    """One invitation. `call` is the big line, `label` and `unit` say for whom; `url` is in the QR, `code` beside it.

    `typed_at` is the address at which the code is typed by hand; `ask` are (who, phone or "") to turn to;
    `fee_line` stands only where the portal pays.
    """

    portal_name: str
    issuing_body: str
    unit: str
    label: str = "Dành cho bà con, anh chị ở"
    call: str
    url: str
    code: str
    typed_at: str
    last_day: date
    ask: tuple[tuple[str, str], ...] = ()
    fee_line: str = ""
    data_mark: str = ""
