"""Before the treasury is asked to transfer: do rows, sums and names agree, who has no account, is the code there.

One count for the page and for the paper. The paper keeps what was found at issue; the page asks anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from payments.models import PayeeDetails
from payments.paper_rows import Frozen, is_transfer
from payments.papers.run_sheet import Check
from payments.papers.words import in_words

OK, WARN, STOP = "ok", "warn", "stop"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked; `names` of the people concerned, for the page alone."""

    code: str
    state: str
    text: str
    names: tuple[str, ...] = ()

    def as_check(self) -> Check:
        return Check(code=self.code, state=self.state, text=self.text)


@dataclass(frozen=True, slots=True)
class Preflight:
    """Sums in đồng. People with nothing to be paid are in neither count."""

    people: int
    net: int
    transfers: int
    transfer_sum: int
    cash: int
    cash_sum: int
    findings: tuple[Finding, ...]

    @property
    def state(self) -> str:
        """The worst of the findings."""
        states = {finding.state for finding in self.findings}
        return next((state for state in (STOP, WARN) if state in states), OK)


@dataclass(slots=True)
class _Counted:
    people: int = 0
    net: int = 0
    transfers: int = 0
    transfer_sum: int = 0
    cash: int = 0
    cash_sum: int = 0
    words_wrong: int = 0
    without: list[str] = field(default_factory=list)
    other_names: list[str] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    unknown_bank: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def preflight_of(
    statements: Iterable[Frozen],
    *,
    run_net: int | None,
    budget_code: str,
    banks: Mapping[str, str],
    payment_date: date,
    current: Mapping[int, int] | None = None,
) -> Preflight:
    """`run_net`: what the run says, None before approval. `current`: ids of the payee details that hold now, by
    contributor, where somebody may have changed theirs since the statements were made.
    """
    found = _Counted()
    for one in statements:
        _count(found, one, banks=banks, payment_date=payment_date, current=current)
    agree = found.transfer_sum + found.cash_sum == found.net and run_net in {None, found.net} and not found.words_wrong
    return Preflight(
        people=found.people,
        net=found.net,
        transfers=found.transfers,
        transfer_sum=found.transfer_sum,
        cash=found.cash,
        cash_sum=found.cash_sum,
        findings=(
            _sums(found, agree=agree),
            *_names(found),
            _code(budget_code),
        ),
    )


def _count(
    found: _Counted, one: Frozen, *, banks: Mapping[str, str], payment_date: date, current: Mapping[int, int] | None
) -> None:
    sheet, details = one.sheet, one.details
    name = sheet.payee.full_name
    found.people += 1
    found.net += sheet.net
    found.words_wrong += sheet.net_in_words != in_words(sheet.net)
    if sheet.net == 0:
        return
    if is_transfer(one):
        found.transfers += 1
        found.transfer_sum += sheet.net
        if details.name_differs:
            found.other_names.append(name)
        if details.bank_bin not in banks:
            found.unknown_bank.append(name)
    else:
        found.cash += 1
        found.cash_sum += sheet.net
        found.without.append(name)
    if details.confirmed_at is None:
        found.unconfirmed.append(name)
    elif details.hold_until is not None and payment_date < details.hold_until:
        found.held.append(name)
    if current is not None and current.get(details.contributor_id) != details.pk:
        found.changed.append(name)


def _sums(found: _Counted, *, agree: bool) -> Finding:
    values = {"rows": found.transfers, "cash": found.cash, "people": found.people}
    if agree:
        text = _("Số dòng, tổng số tiền và lệnh chuyển khớp nhau: %(rows)s dòng chuyển khoản, %(cash)s người tiền mặt")
        return Finding("sums", OK, text % values)
    return Finding("sums", STOP, _("Tổng chuyển khoản và tiền mặt khác số thực chi của kỳ"))


def _names(found: _Counted) -> list[Finding]:
    """What concerns some people: a good finding where it concerns none."""
    rows = (
        (
            *("names", WARN, found.other_names),
            _("Tên chủ tài khoản khớp tên người nhận"),
            _("%(count)s người có tên chủ tài khoản khác tên người nhận"),
        ),
        ("bank", STOP, found.unknown_bank, _("Ngân hàng đều có trong danh mục"), _("%(count)s người có ngân hàng lạ")),
        (
            *("account", WARN, found.without),
            _("Mọi người nhận đều có tài khoản"),
            _("%(count)s người chưa có tài khoản, nhận tiền mặt"),
        ),
        (
            *("confirmed", STOP, found.unconfirmed),
            _("Thông tin nhận tiền đều đã được xác nhận"),
            _("%(count)s người có thông tin nhận tiền chưa được xác nhận"),
        ),
        (
            *("hold", WARN, found.held),
            _("Không ai đang bị giữ vì vừa đổi tài khoản"),
            _("%(count)s người vừa đổi thông tin nhận tiền, đến ngày chi chưa hết hạn giữ"),
        ),
        (
            *("changed", STOP, found.changed),
            "",
            _(
                "%(count)s người đã đổi thông tin nhận tiền sau khi lập phiếu; hãy chi theo thông tin mới, đừng dùng "
                "danh sách này cho họ"
            ),
        ),
    )
    return [
        Finding(code, state if people else OK, (bad % {"count": len(people)}) if people else good, tuple(people))
        for code, state, people, good, bad in rows
        if people or good
    ]


def _code(budget_code: str) -> Finding:
    if budget_code:
        return Finding("budget_code", OK, _("Mã đơn vị quan hệ ngân sách: %(code)s") % {"code": budget_code})
    return Finding("budget_code", WARN, _("Dự toán chưa ghi mã đơn vị quan hệ ngân sách"))


def current_details_of(people: Iterable[int]) -> dict[int, int]:
    """Id of the details that hold now, by contributor."""
    return dict(
        PayeeDetails.objects.filter(contributor_id__in=list(people), current=True).values_list("contributor_id", "pk")
    )
