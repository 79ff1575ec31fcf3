"""Tables of the money: runs, statements, lines with how each was reckoned, payouts and what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from contributors.models import Role
from payments.banks import bank_names
from payments.earnings import explained
from payments.inspection.plan import run_folder
from payments.inspection.tables import Cell, Context, Table, day
from payments.models import Line, LineKind, Outcome, Paper, Payout, PayoutEvent, PayoutMethod, Run, Statement
from payments.paper_rows import tax_kinds
from payments.payees import masked_account, masked_id

AMOUNTS = frozenset({"Cộng các khoản", "Kỳ trước chuyển sang", "Chuyển kỳ sau", "Thu nhập", "Thuế TNCN", "Thực lĩnh"})


def number_of(statement: Statement) -> str:
    return f"{statement.number}/{statement.year}"


def _runs(context: Context, ids: Sequence[int]) -> Iterator[Sequence[Cell]]:
    runs = Run.objects.select_related("fund").in_bulk(ids)
    steps = ("opened", "computed", "confirmed", "approved", "issued")
    people = context.people(getattr(run, f"{step}_by_id") for run in runs.values() for step in steps)
    for pk in ids:
        run = runs[pk]
        yield (
            *(run.label, day(run.period_from), day(run.period_until), day(run.payment_date)),
            *(f"{run.fund.source} {run.fund.year}" if run.fund else "", str(run.get_state_display())),
            *(run.gross, run.tax, run.net, run.list_number),
            *(people.get(getattr(run, f"{step}_by_id") or 0, "") for step in steps),
            *(context.moment(getattr(run, f"{step}_at")) for step in ("frozen", *steps[1:], "closed")),
            *(run_folder(run), run.fingerprint),
        )


def _statements(context: Context, ids: Sequence[int]) -> Iterator[Sequence[Cell]]:
    rows = Statement.objects.select_related("run", "payee_details").in_bulk(ids)
    hashes = dict(Paper.objects.filter(statement__in=ids).order_by("pk").values_list("statement_id", "sha256"))
    kinds = tax_kinds()
    for pk in ids:
        row = rows[pk]
        payee = (row.frozen or {}).get("payee", {})
        yield (
            *(number_of(row), row.run.label, payee.get("full_name", ""), payee.get("unit", "")),
            *(row.line_count, row.line_total, row.carried_in, row.carried_out, row.gross, row.tax, row.net),
            *(str(kinds.get(row.tax_status, row.tax_status)), context.moment(row.issued_at), row.code),
            *(masked_id(row.payee_details), masked_account(row.payee_details), hashes.get(pk, "")),
        )


def _lines(context: Context, ids: Sequence[int]) -> Iterator[Sequence[Cell]]:
    found = Line.objects.filter(statement__in=ids).select_related("statement", "contributor")
    place = {pk: number for number, pk in enumerate(ids)}
    lines = sorted(found, key=lambda line: (place[line.statement_id], line.ordinal))
    for line, told in zip(lines, explained(lines, context.portal), strict=True):
        grounds = "; ".join(f"{ground.rule} ({ground.legal_basis})" for ground in told.grounds)
        yield (
            *(number_of(line.statement), line.ordinal, line.contributor.full_name),
            context.folders.get(line.piece_id or 0, "bai/").split("/")[1][:5],
            *(told.title, told.genre, str(Role(line.role).label) if line.role in Role.values else ""),
            *(str(LineKind(line.kind).label), day(told.published_on), line.amount, told.explanation, grounds),
        )


def _payouts(context: Context, ids: Sequence[int]) -> Iterator[Sequence[Cell]]:
    payouts = Payout.objects.select_related("statement").in_bulk(ids)
    outcomes: dict[int, list[PayoutEvent]] = defaultdict(list)
    for outcome in PayoutEvent.objects.filter(payout__in=ids).order_by("at", "pk"):
        outcomes[outcome.payout_id].append(outcome)
    people = context.people(
        [payout.created_by_id for payout in payouts.values()]
        + [outcome.recorded_by_id for rows in outcomes.values() for outcome in rows]
    )
    banks = bank_names()
    for pk in ids:
        payout = payouts[pk]
        payee = (payout.statement.frozen or {}).get("payee", {})
        tail = f"•••• {payout.bank_account_tail}" if payout.bank_account_tail else ""
        head: tuple[Cell, ...] = (
            *(number_of(payout.statement), payee.get("full_name", ""), str(PayoutMethod(payout.method).label)),
            *(payout.amount, banks.get(payout.bank_bin, payout.bank_bin), tail),
            *(context.moment(payout.created_at), people.get(payout.created_by_id, "")),
        )
        if not outcomes[pk]:
            yield (*head, "chưa có kết quả", "", "", "", "", "")
        for outcome in outcomes[pk]:
            yield (
                *head,
                *(str(Outcome(outcome.outcome).label), context.moment(outcome.at), day(outcome.happened_on)),
                *(outcome.reason, outcome.received_by, people.get(outcome.recorded_by_id, "")),
            )


RUNS = Table(
    "ky-chi-tra",
    "Kỳ chi trả",
    (
        *("Kỳ", "Từ ngày", "Trước ngày", "Ngày chi", "Nguồn", "Tình trạng"),
        *("Thu nhập", "Thuế TNCN", "Thực lĩnh", "Bảng kê số"),
        *("Người mở", "Người tính", "Người xác nhận", "Người duyệt chi", "Người phát hành"),
        *("Chốt lúc", "Tính lúc", "Xác nhận lúc", "Duyệt chi lúc", "Phát hành lúc", "Đóng lúc"),
        *("Giấy tờ trong hồ sơ", "Dấu vân tay số liệu đã chốt"),
    ),
    lambda plan: plan.runs,
    _runs,
    AMOUNTS | {"Bảng kê số"},
)
STATEMENTS = Table(
    "phieu",
    "Phiếu thanh toán",
    (
        *("Phiếu số", "Kỳ", "Họ tên", "Đơn vị", "Số khoản", "Cộng các khoản", "Kỳ trước chuyển sang"),
        *("Chuyển kỳ sau", "Thu nhập", "Thuế TNCN", "Thực lĩnh", "Diện thuế", "Phát hành lúc", "Mã kiểm tra"),
        *("Số định danh (che)", "Tài khoản (che)", "SHA-256 của tệp phiếu"),
    ),
    lambda plan: plan.statements,
    _statements,
    AMOUNTS | {"Số khoản"},
)
LINES = Table(
    "khoan",
    "Khoản nhuận bút",
    (
        *("Phiếu số", "Thứ tự", "Họ tên", "Số bài trong hồ sơ", "Tiêu đề", "Thể loại", "Vai trò", "Loại khoản"),
        *("Ngày đăng", "Số tiền", "Cách tính", "Căn cứ"),
    ),
    lambda plan: plan.statements,
    _lines,
    frozenset({"Thứ tự", "Số tiền"}),
    batch=200,
)
PAYOUTS = Table(
    "chi-tien",
    "Chi tiền",
    (
        *("Phiếu số", "Họ tên", "Cách chi", "Số tiền", "Ngân hàng", "Tài khoản (che)", "Lập lúc", "Người lập"),
        *("Kết quả", "Ghi lúc", "Ngày tiền đi", "Lý do", "Người nhận thay", "Người ghi"),
    ),
    lambda plan: plan.payouts,
    _payouts,
    frozenset({"Số tiền"}),
)
