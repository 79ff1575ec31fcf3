"""The contributors' check: told, answered, replied to; one dispute holds one line; silence stays silence."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from contributors import clock, portals
from contributors.actors import system_actor
from contributors.errors import DomainError
from contributors.models import Contributor, Event, Piece, Score
from payments import checking, payees, runs
from payments.checking import LineAnswer, answer_lines, deliver_check, open_check, reply_to_check
from payments.errors import PaymentError
from payments.models import CheckDelivery, DraftLine, Line, LineCheck, Run
from payments.own_checks import checks_asked, own_check
from payments.reviews import people_checked, review_standing
from payments.run_findings import open_disputes
from tests.factories.world import at
from tests.payments.steps import (
    AUGUST,
    NEXT_MONTH,
    SEPTEMBER,
    at_once,
    compute,
    computed_run,
    database_rows,
    issue,
    paid,
)
from tests.payments.test_money_permissions import cast


def start(world, run: Run, days: int = 3) -> Run:
    return checking.start_review(actor=world.actor("accountant"), run=run, seen_version=run.version, days=days)


@pytest.fixture
def review(world):
    """Two pieces of lan's, one of hoa's, computed on 3/8 and open for three days."""
    world.published("lan", title="Đường mới")
    world.published("lan", title="Cầu mới", when="2026-07-12T09:00", coefficient="1")
    world.published("hoa", title="Mùa gặt", when="2026-07-20T09:00", coefficient="1")
    with clock.at(AUGUST):
        return start(world, computed_run(world))


def key(run: Run, title: str) -> str:
    return str(DraftLine.objects.get(run=run, role="author", piece__title=title).subject_key)


def say(world, run, who: str, *answers, rest: bool = False):
    return answer_lines(
        actor=world.actor(who),
        run=run,
        contributor=world.people[who],
        answers=[LineAnswer(*each) for each in answers],
        rest_right=rest,
    )


def reply(world, check: LineCheck, outcome: str, words: str = "Đã xem lại"):
    row = LineCheck.objects.get(pk=check.pk)
    return reply_to_check(
        actor=world.actor("accountant"), check=row, seen_version=row.version, outcome=outcome, reply=words
    )


def held(run: Run) -> dict[str, str]:
    rows = DraftLine.objects.filter(run=run).exclude(held="")
    return {row.piece.title: row.held for row in rows.select_related("piece")}


def test_a_dispute_holds_its_line_alone_and_the_next_run_pays_it(world, review):
    with clock.at(AUGUST):
        [check] = say(world, review, "lan", (key(review, "Đường mới"), "missing", "Bài có hai ảnh của tôi"))
        assert held(review) == {"Đường mới": "disputed"}
        run = world.fresh(review)
        assert run.version == review.version + 1  # who confirms must have seen it
        run = checking.end_review(
            actor=world.actor("accountant"), run=run, seen_version=run.version, reason="Cần chi trước lễ"
        )
        run = runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)
        run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
    assert [amount for name, role, amount in paid(run) if role == "author"] == [253_000, 253_000]
    assert not Line.objects.filter(subject_key=check.subject_key).exists()
    with clock.at(SEPTEMBER):
        waits = computed_run(world, **NEXT_MONTH)
        assert held(waits) == {"Đường mới": "disputed"}
        [told] = open_disputes(waits)  # where the accountant finds it, though nobody was asked in this run
        assert (told.check.pk, told.check.run, told.amount) == (check.pk, run, 379_500)
        reply(world, check, "kept", "Ảnh đã tính trong bài")
        assert held(waits) == {"Đường mới": "disputed"}  # the reply is about the run in which it was asked
        waits = compute(world, waits)
        assert (held(waits), open_disputes(waits)) == ({}, [])
        run = runs.confirm_run(actor=world.actor("head"), run=waits, seen_version=waits.version)
        run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
    assert paid(run) == [("Nguyễn Thị Lan", "author", 379_500)]


def test_what_will_be_corrected_waits_until_the_amount_is_another_one(world, review):
    with clock.at(AUGUST):
        [check] = say(world, review, "hoa", (key(review, "Mùa gặt"), "missing", "Bài dài hai trang"))
        reply(world, check, "corrected", "Chấm lại hệ số")
        assert held(review) == {"Mùa gặt": "disputed"}
        run = compute(world, world.fresh(review))
        assert (run.state, held(run)) == ("in_review", {"Mùa gặt": "disputed"})
        run = runs.reopen_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        piece = Piece.objects.get(title="Mùa gặt")
        Score.objects.filter(piece=piece, accepted=True).update(accepted=False)
        Score.objects.create(
            portal=world.portal,
            piece=piece,
            scorer=world.people["head"],
            revision_number=piece.revision_number,
            coefficient=2,
            at=AUGUST,
        )
        run = compute(world, runs.freeze_run(actor=world.actor("accountant"), run=run, seen_version=run.version))
    assert held(run) == {}
    assert DraftLine.objects.get(run=run, piece=piece, role="author").amount == 506_000
    [mine] = [each for each in people_checked(run) if each.name == "Lê Hoà"]
    assert (mine.disputed, mine.changed, mine.silent) == (1, 1, 0)


def test_kept_releases_the_line_of_the_same_run(world, review):
    with clock.at(AUGUST):
        [check] = say(world, review, "lan", (key(review, "Cầu mới"), "not_mine", "Bài của anh Ba"))
        assert held(review) == {"Cầu mới": "disputed"}
        reply(world, check, "kept")
        assert held(review) == {}
        standing = review_standing(review)
    assert (standing.disputed, standing.waiting_for_reply) == (1, 0)


def test_an_answer_can_be_changed_and_then_asks_for_a_new_reply(world, review):
    with clock.at(AUGUST):
        line = key(review, "Cầu mới")
        [check] = say(world, review, "lan", (line, "missing", "Thiếu ảnh"))
        reply(world, check, "kept")
        [check] = say(world, review, "lan", (line, "not_mine", "Xem kỹ không phải bài của tôi"))
        assert (check.outcome, check.reply, check.replied_at, check.version) == ("", "", None, 3)
        assert held(review) == {"Cầu mới": "disputed"}
        [check] = say(world, review, "lan", (line, "right"))
    assert (check.answer, check.reason, held(review)) == ("right", "", {})


def test_all_right_at_once_says_nothing_of_what_is_disputed(world, review):
    with clock.at(AUGUST):
        say(world, review, "lan", (key(review, "Cầu mới"), "missing", "Thiếu ảnh"))
        checks = say(world, review, "lan", rest=True)
    assert sorted(check.answer for check in checks) == ["missing", "right"]
    assert held(review) == {"Cầu mới": "disputed"}


def test_saying_the_same_twice_writes_once(world, review):
    with clock.at(AUGUST):
        said = (key(review, "Cầu mới"), "missing", "Thiếu ảnh")
        say(world, review, "lan", said)
        before = database_rows()
        say(world, review, "lan", said)
    assert database_rows() == before


def test_something_that_is_not_on_the_list_holds_nothing(world, review):
    with clock.at(AUGUST):
        [check] = say(world, review, "hoa", ("", "missing", "Thiếu tin họp dân ngày 12/7"))
        assert (check.subject_key, held(review)) == ("", {})
        [mine] = [each for each in people_checked(review) if each.name == "Lê Hoà"]
        assert (mine.missing, mine.state, mine.silent, mine.unanswered) == (True, "disputed", 1, 1)
        reply(world, check, "kept", "Tin ấy đăng tháng 8, kỳ sau tính")
        say(world, review, "hoa", ("", "right"))
    assert LineCheck.objects.get(pk=check.pk).answer == "right"


def test_silence_is_no_answer_and_holds_nobody(world, review):
    with clock.at(AUGUST):
        deliver_check(
            actor=world.actor("accountant"), run=review, people=list(Contributor.objects.all()), way="message"
        )
        say(world, review, "hoa", rest=True)
    with clock.at(at("2026-08-07T00:00")):  # three whole days after 3/8
        standing = review_standing(review)
        assert (standing.people, standing.agreed, standing.silent, standing.over) == (4, 1, 3, True)
        assert (standing.lines_agreed, standing.lines_silent, standing.lines_disputed) == (1, 8, 0)
        run = runs.confirm_run(actor=world.actor("head"), run=review, seen_version=review.version)
        run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
    assert LineCheck.objects.filter(run=run).count() == 1
    assert len(paid(run)) == 9


@pytest.mark.parametrize(
    ("moment", "late"),
    [("2026-08-06T23:59:59", False), ("2026-08-07T00:00:00", True), ("2026-08-07T09:00:00", True)],
)
def test_the_last_moment_of_the_last_day_still_counts(world, review, moment, late):
    """Told on 3/8 with three whole days: until the end of 6/8."""
    with clock.at(AUGUST):
        deliver_check(actor=world.actor("accountant"), run=review, people=[world.people["lan"]], way="person")
    assert CheckDelivery.objects.get(run=review).deadline == at("2026-08-07T00:00")
    with clock.at(at(moment)):
        if late:
            with pytest.raises(PaymentError, match="check_over"):
                say(world, review, "lan", rest=True)
        else:
            assert len(say(world, review, "lan", rest=True)) == 2


def test_days_count_from_each_persons_own_delivery(world, review):
    with clock.at(AUGUST):
        assert open_check(actor=world.actor("lan"), run=review).way == "opened"
    with clock.at(at("2026-08-05T20:00")):
        told = deliver_check(
            actor=world.actor("accountant"),
            run=review,
            people=[world.people["lan"], world.people["hoa"]],
            way="message",
        )
        assert told == 1
        open_check(actor=world.actor("lan"), run=review)  # looking again moves nothing
    rows = CheckDelivery.objects.filter(run=review).order_by("deadline").values_list("way", "deadline")
    assert list(rows) == [("opened", at("2026-08-07T00:00")), ("message", at("2026-08-09T00:00"))]


def test_confirming_waits_for_everybodys_days(world, review):
    head = world.actor("head")
    with clock.at(AUGUST):
        deliver_check(actor=world.actor("accountant"), run=review, people=[world.people["lan"]], way="person")
        with pytest.raises(PaymentError) as refused, transaction.atomic():
            runs.confirm_run(actor=head, run=review, seen_version=review.version)
    assert refused.value.code == "review_running"
    assert "1 người còn trong hạn trả lời, 3 người chưa được báo" in refused.value.message("vi")
    with clock.at(at("2026-08-04T08:00")):
        deliver_check(actor=world.actor("accountant"), run=review, people=list(world.people.values()), way="message")
    with clock.at(at("2026-08-07T23:59")), pytest.raises(PaymentError), transaction.atomic():
        runs.confirm_run(actor=head, run=review, seen_version=review.version)
    with clock.at(at("2026-08-08T00:00")):
        run = runs.confirm_run(actor=head, run=review, seen_version=review.version)
    assert (run.state, run.review_ended_at) == ("confirmed", at("2026-08-08T00:00"))


def test_review_that_everybody_answered_ends_without_a_reason(world, review):
    with clock.at(AUGUST):
        for name in ("lan", "hoa", "head", "publisher"):
            say(world, review, name, rest=True)
        run = world.fresh(review)
        run = checking.end_review(actor=world.actor("accountant"), run=run, seen_version=run.version)
    told = Event.objects.get(kind="run.end_review").facts
    assert (run.state, told["agreed"], told["silent"]) == ("computed", 9, 0)


def test_answers_outlive_a_recompute_and_a_reopening(world, review):
    with clock.at(AUGUST):
        say(world, review, "lan", (key(review, "Cầu mới"), "missing", "Thiếu ảnh"), rest=True)
        run = compute(world, world.fresh(review))
        assert (run.state, run.generation, held(run)) == ("in_review", 2, {"Cầu mới": "disputed"})
        run = runs.reopen_run(actor=world.actor("accountant"), run=run, seen_version=run.version)
        assert (run.review_days, run.review_started_at) == (None, None)
        run = compute(world, runs.freeze_run(actor=world.actor("accountant"), run=run, seen_version=run.version))
        assert held(run) == {"Cầu mới": "disputed"}
        run = start(world, run, days=5)
        [mine] = [each for each in people_checked(run) if each.name == "Nguyễn Thị Lan"]
    assert (mine.agreed, mine.disputed, mine.silent, mine.delivery) == (1, 1, 0, None)


def test_nothing_is_seen_where_the_portal_does_not_pay(world, review):
    lan = world.people["lan"]
    portals.set_payment_mode(actor=system_actor(world.portal), mode="trial", effective_from=date(2026, 8, 4))
    with clock.at(AUGUST):
        assert [each.lines for each in checks_asked(portal=world.portal, contributor_id=lan.pk)] == [2]
    with clock.at(at("2026-08-04T08:00")):
        assert checks_asked(portal=world.portal, contributor_id=lan.pk) == []
        with pytest.raises(DomainError, match="not_found"):
            own_check(actor=world.actor("lan"), run=review, contributor=lan)
        with pytest.raises(PaymentError, match="review_not_open"):
            say(world, review, "lan", rest=True)


def test_focal_person_tells_and_answers_for_those_without_a_login(world, review):
    focal = cast(world)["grant:focal_person"]
    hoa = world.people["hoa"]
    with clock.at(AUGUST):
        assert deliver_check(actor=focal, run=review, people=[hoa], way="person") == 1
        with pytest.raises(DomainError, match="not_allowed"):
            answer_lines(actor=focal, run=review, contributor=hoa, answers=[], rest_right=True)
        Contributor.objects.filter(pk=hoa.pk).update(account=None)
        hoa.refresh_from_db()
        [check] = answer_lines(actor=focal, run=review, contributor=hoa, answers=[], rest_right=True)
    assert (check.answer, check.answered_by_id) == ("right", focal.account_id)
    assert Event.objects.get(kind="check.answered").facts["for_other"] is True


def test_two_answers_at_once_are_one_row(committed_world):
    world = committed_world
    world.published("lan", title="Đường mới")
    with clock.at(AUGUST):
        run = start(world, computed_run(world))
        line = key(run, "Đường mới")
        calls = [
            lambda said=said: say(world, run, "lan", said)
            for said in [(line, "right"), (line, "missing", "Thiếu ảnh"), (line, "not_mine", "Không phải")] * 3
        ]
        results = at_once(world, calls, AUGUST)
    assert [type(result) for result in results] == [list] * 9
    check = LineCheck.objects.get(run=run, subject_key=line)
    assert held(run) == ({} if check.answer == "right" else {"Đường mới": "disputed"})
    assert CheckDelivery.objects.filter(run=run).count() == 1


def test_after_approval_nothing_outside_moves_a_line(world):
    """Payee, credit, score and an answer to an old dispute: lines, statements and sums stay what was approved."""
    piece = world.published("lan", title="Đường mới")
    world.published("hoa", title="Mùa gặt", when="2026-07-20T09:00")
    with clock.at(AUGUST):
        run = start(world, computed_run(world))
        [check] = say(world, run, "hoa", (key(run, "Mùa gặt"), "missing", "Thiếu ảnh"))
        run = world.fresh(run)
        run = checking.end_review(actor=world.actor("accountant"), run=run, seen_version=run.version, reason="Lễ")
        run = runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version)
        run = runs.approve_run(actor=world.actor("holder"), run=run, seen_version=run.version)
        before = {name: rows for name, rows in database_rows().items() if name in FIXED}
        payees.enter_payee_details(
            actor=world.actor("lan"),
            contributor=world.people["lan"],
            legal_name="Nguyễn Thị Lan",
            personal_id="089200000009",
        )
        piece.credits.filter(role="author").update(contributor=world.people["hoa"], state="disputed")
        Score.objects.filter(piece=piece, accepted=True).update(accepted=False)
        reply(world, check, "kept")
        with pytest.raises(PaymentError, match="review_not_open"):
            say(world, run, "lan", rest=True)
        assert {name: rows for name, rows in database_rows().items() if name in FIXED} == before
        issued = issue(world, run)
    assert (issued.gross, issued.net) == (run.gross, run.net)


FIXED = ("payments_run", "payments_line", "payments_statement", "payments_draftline", "payments_runexclusion")


def test_run_of_nothing_is_neither_checked_nor_confirmed(world):
    with clock.at(AUGUST):
        run = computed_run(world)
        for call in (
            lambda: start(world, run),
            lambda: runs.confirm_run(actor=world.actor("head"), run=run, seen_version=run.version),
        ):
            with pytest.raises(PaymentError, match="nothing_to_pay"), transaction.atomic():
                call()


def test_standing_asks_as_many_questions_for_many_people(world, review):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            review_standing(review)
            checks_asked(portal=world.portal, contributor_id=world.people["lan"].pk)
        return len(queries)

    with clock.at(AUGUST):
        before = asked()
        for name in ("lan", "hoa", "head", "publisher"):
            say(world, review, name, rest=True)
        assert asked() == before <= 12


def test_who_is_not_registered_has_nothing_to_check_yet(world):
    world.published("hoa")
    Contributor.objects.filter(pk=world.people["hoa"].pk).update(state="recorded")
    with clock.at(AUGUST):
        run = start(world, computed_run(world))
    assert "Lê Hoà" not in [each.name for each in people_checked(run)]


def test_approved_run_keeps_the_dispute_of_another(world):
    """Two people dispute one credit in two runs: whose line it is now decides."""
    world.published("lan", title="Đường mới")
    with clock.at(AUGUST):
        run = start(world, computed_run(world))
        say(world, run, "lan", (key(run, "Đường mới"), "not_mine", "Bài của Hoà"))
        piece = Piece.objects.get(title="Đường mới")
        run = runs.reopen_run(
            actor=world.actor("accountant"), run=world.fresh(run), seen_version=world.fresh(run).version
        )
        piece.credits.filter(role="author").update(contributor=world.people["hoa"])
        run = compute(world, runs.freeze_run(actor=world.actor("accountant"), run=run, seen_version=run.version))
    assert held(run) == {}
