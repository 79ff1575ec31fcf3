"""Pages of what comes after issue in a real browser: nothing too wide, nothing that breaks a rule of accessibility."""

from __future__ import annotations

import pytest

from contributors import clock
from payments import payouts
from payments.corrections import propose_correction
from payments.waivers import record_waiver
from tests.browser.chromium import DESK, PHONE
from tests.factories.world import at
from tests.payments.after.steps import corrected, issued, line_of, paid, policy, statement, wrote
from tests.payments.steps import computed_run

pytestmark = pytest.mark.browser


def furnished(world) -> dict[str, str]:
    """July paid, a debt of lan's and money held for hoa; August returned by the bank; September computed."""
    policy(world, floor=300_000)
    for number in range(10, 17):
        wrote(world, 7, coefficient="2", number=number)
    wrote(world, 7, coefficient="1", by="hoa", number=12)
    july = paid(world, 7)
    corrected(world, line_of(world, july), -506_000)
    wrote(world, 8, coefficient="1.5", by="hoa")
    wrote(world, 8, coefficient="1", by="writer")
    august = issued(world, 8)
    accountant, lan = world.actor("accountant"), world.people["lan"]
    with clock.at(at("2026-09-08T09:00")):
        made = payouts.prepare_payouts(actor=accountant, run=august, seen_version=august.version)
        back = next(each for each in made if each.statement.contributor == world.people["hoa"])
        payouts.return_payout(actor=accountant, payout=back, reason="Sai số tài khoản")
        waiver = record_waiver(
            actor=world.actor("lan"),
            contributor=lan,
            scope="standing",
            effective_from=clock.today(),
            agreed=True,
        )
    wrote(world, 9, coefficient="1")
    wrote(world, 9, coefficient="1", by="hoa")
    with clock.at(at("2026-10-03T09:00")):
        row = propose_correction(
            actor=accountant, line=line_of(world, july, "hoa"), amount=-50_000, reason="Chấm nhầm hệ số"
        )
        run = computed_run(world, since="2026-09-01", until="2026-10-01", pay="2026-10-05")
    return {
        "corrections": "/after/",
        "choose-statement": "/after/statements/",
        "correct": f"/after/statements/{statement(world, july).public_id}/",
        "correction": f"/after/corrections/{row.public_id}/",
        "balances": "/after/balances/",
        "ledger": f"/after/balances/{lan.public_id}/",
        "waivers": "/after/waivers/",
        "waiver": f"/after/waivers/{waiver.public_id}/",
        "waive-for-other": f"/after/waivers/of/{world.people['hoa'].public_id}/",
        "unclaimed": "/after/unclaimed/",
        "unclaimed-one": f"/after/unclaimed/{back.statement.public_id}/",
        "tax-year": "/after/tax/?year=2026",
        "run": f"/runs/{run.public_id}/",
    }


def test_pages_after_issue_stand_on_a_phone_and_on_a_desk(committed_world, visitor):
    addresses = furnished(committed_world)
    wrong: list[str] = []
    for width in (PHONE, DESK):
        for who, pages in (
            ("accountant", addresses),
            ("holder", {"rule": "/after/balances/rule/", "confirm": addresses["correction"]}),
            ("lan", {"my-fees": "/fees/", "my-waiver": "/fees/waive/"}),
        ):
            person = visitor(who, width=width)
            for name, address in pages.items():
                assert person.go(address) == 200, address
                wrong += person.look(f"after-{name}")
    assert wrong == []
