"""Situations in which a what-if, a funding proposal or a report is refused; `test_named_errors` puts the world before each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from contributors.models import Letterhead
from payments.activity_report import activity_report
from payments.funding_proposals import Wishes, funding_proposal_sheet
from payments.report_periods import Period
from payments.royalty_list import read_list
from payments.whatif_report import compare_list, compare_period
from payments.whatif_sides import CURRENT, NONE, side_of
from tests.factories.world import World

Act = Callable[[], object]
JULY = (date(2026, 7, 1), date(2026, 8, 1))


def compared(world: World, since: date = JULY[0], until: date = JULY[1], key: str = CURRENT):
    return compare_period(
        actor=world.actor("accountant"),
        portal=world.portal,
        period_from=since,
        period_until=until,
        schedule=side_of(world.portal, key, since, until),
        against=side_of(world.portal, NONE, since, until),
    )


def proposed(world: World, **wishes) -> Act:
    said = {"recipient": "UBND tỉnh", "source": "Ngân sách xã", "asked_year": 2027} | wishes
    found = compared(world)
    return lambda: funding_proposal_sheet(
        actor=world.actor("accountant"),
        portal=world.portal,
        comparison=found,
        wishes=Wishes(**said),
        today=date(2026, 8, 3),
    )


def period_of_three_years(world: World) -> Act:
    return lambda: compared(world, date(2024, 7, 1), date(2027, 7, 1))


def nothing_to_ask_for(world: World) -> Act:
    return proposed(world)


def no_letterhead(world: World) -> Act:
    world.published("lan")
    Letterhead.objects.all().delete()
    return proposed(world)


def report_without_letterhead(world: World) -> Act:
    Letterhead.objects.all().delete()
    return lambda: activity_report(actor=world.actor("head"), portal=world.portal, period=Period(*JULY))


def asks_for_nothing(world: World) -> Act:
    world.published("lan")
    return proposed(world, asked=0)


def asks_for_more_than_words_say(world: World) -> Act:
    world.published("lan")
    return proposed(world, asked=10**18)


def names_an_account(world: World) -> Act:
    world.published("lan")
    return proposed(world, copies=["Kế toán", "TK 012345678901"])


def list_of_nothing_known(world: World) -> Act:
    content = "Họ và tên;Thể loại;Ngày đăng\nLan;Thơ;05/07/2026\n".encode()
    schedule, against = (side_of(world.portal, key, *JULY) for key in (CURRENT, NONE))
    read = read_list(content=content, file_name="bang.csv", schedules=schedule.schedules)
    found = compare_list(
        actor=world.actor("accountant"),
        portal=world.portal,
        read=read,
        period_from=JULY[0],
        period_until=JULY[1],
        schedule=schedule,
        against=against,
    )
    return found.whole


CASES: list[tuple[str, str, Callable[..., Act]]] = [
    ("whatif_period_long", "whatif_period_long", period_of_three_years),
    ("list_wrong", "list_wrong", list_of_nothing_known),
    ("proposal_empty", "proposal_empty", nothing_to_ask_for),
    ("proposal_no_letterhead", "proposal_no_letterhead", no_letterhead),
    ("report_no_letterhead", "report_no_letterhead", report_without_letterhead),
    ("proposal_amount_wrong", "asks for nothing", asks_for_nothing),
    ("proposal_amount_wrong", "asks for more than words can say", asks_for_more_than_words_say),
    ("proposal_personal_number", "proposal_personal_number", names_an_account),
]
