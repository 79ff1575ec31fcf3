"""Asking people to check by the office's gateway: one message each, and their days run from the message that went."""

from __future__ import annotations

import pytest

from contributors import clock
from contributors.messaging import mark_told, want_messages
from contributors.models import Event, Message
from payments import checking
from payments.models import CheckDelivery
from payments.reviews import review_standing
from tests.contributors.test_messaging import provider, work
from tests.payments.steps import AUGUST, computed_run
from tests.payments.test_checking import review, start

__all__ = ["provider", "review"]


def asked(world, who: str) -> Message:
    return Message.objects.get(kind="check", contributor=world.people[who], state__in=["queued", "by_hand"])


def told_to(world, who: str) -> CheckDelivery | None:
    return CheckDelivery.objects.filter(contributor=world.people[who]).first()


@pytest.fixture
def asked_run(world, request):
    world.published("lan", title="Đường mới")
    world.published("hoa", title="Mùa gặt", when="2026-07-20T09:00", coefficient="1")
    with clock.at(AUGUST):
        run = computed_run(world)
        request.getfixturevalue("provider")
        yield start(world, run)


def test_message_that_went_is_the_delivery_and_what_did_not_go_is_none(
    world, asked_run, provider, django_capture_on_commit_callbacks
):
    message = asked(world, "lan")
    assert "mời Nguyễn Thị Lan kiểm tra nhuận bút" in message.text
    assert "3 ngày" in message.text
    assert "253" not in message.text  # never an amount
    assert told_to(world, "lan") is None  # promised is not told
    with django_capture_on_commit_callbacks(execute=True):
        work(message)
    delivery = told_to(world, "lan")
    assert (delivery.way, delivery.delivered_by, delivery.delivered_at) == ("message", None, AUGUST)
    assert f"{delivery.deadline.astimezone(AUGUST.tzinfo):%d/%m %H:%M}" == "07/08 00:00"
    assert Event.objects.get(kind="check.delivered").facts == {"way": "message", "people": 1}

    provider["answers"] = [400]
    with django_capture_on_commit_callbacks(execute=True):
        work(asked(world, "hoa"))
    assert told_to(world, "hoa") is None
    assert review_standing(world.fresh(asked_run)).untold == 3  # hoa and two of the board


def test_who_wants_no_messages_is_told_by_hand_and_that_counts_as_well(
    world, asked_run, django_capture_on_commit_callbacks
):
    want_messages(actor=world.actor("lan"), contributor=world.people["lan"], wanted=False)
    message = asked(world, "lan")
    assert message.state == "by_hand"
    with django_capture_on_commit_callbacks(execute=True):
        assert mark_told(actor=world.actor("accountant"), messages=[message], way="spoken") == 1
    delivery = told_to(world, "lan")
    assert (delivery.way, delivery.delivered_by) == ("person", world.accounts["accountant"])


def test_message_that_comes_after_the_check_was_closed_starts_no_days(
    world, asked_run, django_capture_on_commit_callbacks
):
    run = world.fresh(asked_run)
    checking.end_review(actor=world.actor("accountant"), run=run, seen_version=run.version, reason="Cần chi trước lễ")
    with django_capture_on_commit_callbacks(execute=True):
        work(asked(world, "lan"))
    assert told_to(world, "lan") is None


def test_without_a_gateway_the_page_has_the_texts_and_nothing_is_promised(world, review):
    assert not Message.objects.filter(kind="check").exists()
