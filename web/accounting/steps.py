"""The task list of a run: what is done, whose turn it is, which button is theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributors.actors import Actor
from contributors.models import Account
from payments.access import holds_money, may_confirm
from payments.earnings import Progress
from payments.issuing import issue_run
from payments.models import Outcome, Payout, Run, RunState
from payments.payout_holds import sort_payable, unpaid_of
from payments.payouts import close_run, confirm_payouts, prepare_payouts, unpaid_statements
from payments.reviews import ReviewStanding
from payments.runs import approve_run, compute_run, confirm_run, freeze_run, reopen_run
from web.templatetags.web_format import viet_moment


@dataclass(frozen=True, slots=True)
class Verb:
    """One press: what it is called, what it does, whether it asks once more."""

    right: str
    word: str | Promise
    call: Callable[..., Any]
    question: str | Promise = ""
    meaning: str | Promise = ""


def _confirm_all(*, actor: Actor, run: Run, seen_version: int) -> Any:
    """`confirm_payouts` takes no version: it only ever adds what is missing."""
    del seen_version
    return confirm_payouts(actor=actor, run=run)


VERBS: dict[str, Verb] = {
    "freeze": Verb("run.freeze", gettext_lazy("Chốt số liệu"), freeze_run),
    "compute": Verb("run.compute", gettext_lazy("Tính nhuận bút"), compute_run),
    "confirm": Verb(
        "run.confirm",
        gettext_lazy("Xác nhận"),
        confirm_run,
        gettext_lazy("Xác nhận danh sách tác phẩm?"),
        gettext_lazy("Bạn xác nhận các tin, bài, ảnh trong kỳ này đã đăng và đúng người làm."),
    ),
    "approve": Verb(
        "run.approve",
        gettext_lazy("Duyệt chi"),
        approve_run,
        gettext_lazy("Duyệt chi kỳ này?"),
        gettext_lazy("Phiếu của từng người được lập theo đúng số này. Sau khi duyệt, kỳ không mở lại được."),
    ),
    "issue": Verb(
        "run.issue",
        gettext_lazy("Phát hành"),
        issue_run,
        gettext_lazy("Phát hành phiếu thanh toán?"),
        gettext_lazy("Mỗi phiếu được cấp một số và in ra. Phiếu đã phát hành không sửa, không xoá được."),
    ),
    "pay": Verb("run.pay", gettext_lazy("Lập lệnh chi"), prepare_payouts),
    "paid": Verb(
        "run.pay",
        gettext_lazy("Đã chi đủ"),
        _confirm_all,
        gettext_lazy("Mọi người đã nhận đủ tiền?"),
        gettext_lazy("Ghi “đã nhận tiền” cho mọi khoản chưa có kết quả. Khoản nào bị trả lại, hãy ghi riêng trước."),
    ),
    "close": Verb(
        "run.close",
        gettext_lazy("Kết thúc kỳ"),
        close_run,
        gettext_lazy("Kết thúc kỳ này?"),
        gettext_lazy("Mọi khoản đã có kết quả. Kỳ đã kết thúc chỉ còn để xem và in."),
    ),
    "reopen": Verb(
        "run.reopen",
        gettext_lazy("Mở lại kỳ"),
        reopen_run,
        gettext_lazy("Mở lại kỳ này?"),
        gettext_lazy("Số đã chốt và kết quả đã tính bị bỏ; chốt và tính lại từ đầu."),
    ),
}

AWAITED = {
    "freeze": gettext_lazy("Chờ kế toán chốt số liệu."),
    "compute": gettext_lazy("Chờ kế toán tính."),
    "confirm": gettext_lazy("Chờ trưởng ban xác nhận. Người lập không đồng thời xác nhận."),
    "approve": gettext_lazy("Chờ thủ trưởng duyệt chi. Người lập không đồng thời phê duyệt."),
    "issue": gettext_lazy("Chờ kế toán phát hành."),
    "pay": gettext_lazy("Chờ kế toán lập lệnh chi."),
    "paid": gettext_lazy("Chờ kế toán ghi kết quả chi."),
    "close": gettext_lazy("Chờ kế toán kết thúc kỳ."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the list. `verb` is what can be pressed now, "" where it is not this step's turn."""

    title: str
    state: str
    note: str
    verb: str = ""
    word: str = ""
    may: bool = False
    awaited: str = ""


def task_list(run: Run, actor: Actor, progress: Progress, review: ReviewStanding | None) -> list[Step]:
    """The steps; exactly one is on while the run is under way. The check is one that may be left out: `review` is how
    it stands while it is open.
    """
    turn = _turn(run, review)
    rows = [
        ("freeze", _("Chốt số liệu"), _by(run.opened_by, run.frozen_at)),
        ("compute", _("Tính nhuận bút"), _fingerprint(run)),
        ("review", _("Cộng tác viên kiểm tra"), _reviewed(run)),
        ("confirm", _("Trưởng ban xác nhận tác phẩm"), _by(run.confirmed_by, run.confirmed_at)),
        ("approve", _("Thủ trưởng duyệt chi"), _by(run.approved_by, run.approved_at)),
        ("issue", _("Phát hành: cấp số, in phiếu và bảng kê"), _by(run.issued_by, run.issued_at)),
        ("pay", _("Chi tiền"), ""),
        ("close", _("Kết thúc kỳ"), viet_moment(run.closed_at)),
    ]
    order = [verb for verb, _title, _note in rows]
    here = order.index("pay" if turn == "paid" else turn) if turn else len(order)
    if run.state == RunState.CANCELLED:
        here = 0
    steps = []
    for place, (verb, title, note) in enumerate(rows):
        if verb == "review" and run.state != RunState.IN_REVIEW and not run.review_ended_at:
            skipped = _("Không mở ở kỳ này.") if place < here else note
            steps.append(Step(title, "todo", _("Không bắt buộc; mở ở mục dưới.") if turn == "confirm" else skipped))
        elif place < here:
            steps.append(Step(title, "done", note))
        elif place > here or not turn or progress.working or progress.paused_jobs or turn not in VERBS:
            steps.append(Step(title, "now" if place == here and turn else "todo", ""))
        else:
            steps.append(
                Step(
                    title,
                    "now",
                    "",
                    verb=turn,
                    word=str(VERBS[turn].word),
                    may=may_press(actor, run, turn),
                    awaited=str(AWAITED[turn]),
                )
            )
        del verb
    return steps


def may_press(actor: Actor, run: Run, step: str) -> bool:
    """Whether the button is shown; the verb decides for itself."""
    if not holds_money(actor, VERBS[step].right):
        return False
    if step == "confirm":
        return may_confirm(actor, run) and run.computed_by_id != actor.account_id
    return step != "approve" or run.computed_by_id != actor.account_id


def _turn(run: Run, review: ReviewStanding | None) -> str:
    """The verb that moves the run on; "" for one that is over."""
    before_paying = {
        RunState.OPEN: "freeze",
        RunState.FROZEN: "compute",
        RunState.COMPUTED: "confirm",
        RunState.IN_REVIEW: "confirm",
        RunState.CONFIRMED: "approve",
        RunState.APPROVED: "issue",
    }
    if run.state in before_paying:
        # The head's turn comes when nobody's days run any more.
        return "review" if review is not None and not review.over else before_paying[RunState(run.state)]
    if run.state != RunState.ISSUED:
        return ""
    if not unpaid_statements(run):
        return "close"
    if sort_payable(unpaid_of(run))[0]:
        return "pay"
    # What is left waits for payee details (`payout_holds`): those who were ordered may have their money meanwhile.
    ordered = Payout.objects.filter(statement__run=run, live=True).exclude(outcomes__outcome=Outcome.CONFIRMED)
    return "paid" if ordered.exists() else "pay"


def _reviewed(run: Run) -> str:
    """Until when the check was open."""
    if run.review_ended_at is None:
        return ""
    return _("kết thúc %(moment)s") % {"moment": viet_moment(run.review_ended_at)}


def _by(person: Account | None, at: Any) -> str:
    if at is None:
        return ""
    return f"{viet_moment(at)}, {person.name}" if person else viet_moment(at)


def _fingerprint(run: Run) -> str:
    if not run.fingerprint:
        return ""
    short = f"{run.fingerprint[:4]}…{run.fingerprint[-4:]}"
    return _("%(who)s · mã đối chiếu %(code)s") % {"who": _by(run.computed_by, run.computed_at), "code": short}
