"""Pages of money going out, and whom they are for; see tests/web/pages.py."""

from __future__ import annotations

from payments import bank_results, batches
from payments.inspection import building, packs
from payments.models import Run
from tests.factories.world import World

MONEY = ("head", "deputy", "accountant", "holder")
BOOKS = ("accountant", "holder")
PAYS = ("accountant",)
PACKERS = ("head", "accountant", "holder", "admin")

MONEY_PAGES: dict[str, tuple[str, ...]] = {
    "/runs/{run}/payouts/": MONEY,
    "/payouts/{payout}/revoke/": BOOKS,
    "/batches/{batch}/": MONEY,
    "/batches/{batch}/dissolve/": PAYS,
    "/batches/results/{bank_result}/": PAYS,
    "/payout-templates/": MONEY,
    "/payout-templates/new/": PAYS,
    "/payout-templates/treasury-list/": MONEY,
    "/funds/": MONEY,
    "/funds/new/": PAYS,
    "/funds/policy/": PAYS,
    "/funds/{fund}/": MONEY,
    "/funds/{fund}/change/": PAYS,
    "/inspection/": PACKERS,
    "/inspection/{pack}/": PACKERS,
    "/inspection/{pack}/progress/": PACKERS,
    "/inspection/{pack}/file/": PACKERS,
    "/inspection/{pack}/cover/pdf/": PACKERS,
    "/journal/": BOOKS,
    "/journal/accounts/": PAYS,
}
MONEY_POST_ONLY = {"payouts_confirm", "payout_again", "batch_send", "batch_file", "journal_file"}


def bank_answer(*rows: tuple[str, int, str, str]) -> bytes:
    """(reference, đồng, status, reason) as a bank would send them."""
    lines = ["Mã tham chiếu;Số tiền;Trạng thái;Lý do"]
    lines += [f"{reference};{amount};{status};{reason}" for reference, amount, status, reason in rows]
    return "\r\n".join(lines).encode()


def one_of_money(world: World, run: Run) -> dict[str, object]:
    """A batch that was sent, and an answer to it that waits for its confirmation."""
    accountant = world.actor("accountant")
    batch = batches.gather_batch(actor=accountant, run=run, kind="bank", template="bank-full")
    batches.take_batch_file(actor=accountant, batch=batch, kind="csv")
    batch = batches.send_batch(actor=accountant, batch=batch, seen_version=batch.version)
    content = bank_answer(
        *((item.reference, item.payout.amount, "Thành công", "") for item in batches.items_of(batch)),
        ("NB00X", 5, "Thành công", ""),
    )
    result = bank_results.check_result(actor=accountant, batch=batch, content=content, file_name="ket-qua.csv")
    pack = packs.start_pack(
        actor=world.actor("holder"),
        since=run.period_from,
        until=run.period_until,
        reason="Thanh tra định kỳ",
        handed_to="Đoàn thanh tra",
    )
    building.build(pack_id=pack.pk)
    return {
        "batch": batch.public_id,
        "bank_result": result.public_id,
        "fund": world.fund.public_id,
        "pack": pack.public_id,
    }
