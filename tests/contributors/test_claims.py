"""Claims: who may say “that is me”, who answers, and what follows."""

from __future__ import annotations

import pytest

from contributors.claims import claimable_by, claims_of, claims_seen_by, propose_claim
from contributors.errors import DomainError
from contributors.models import ClaimState, ContributorState, Event, Piece
from payments.claims import decide_claim
from tests.contributors.joining import apply, focal_person, person_in
from tests.contributors.states import HOUR, everything


def refused(code, call):
    before = everything()
    with pytest.raises(DomainError) as error:
        call()
    assert error.value.code == code
    assert everything() == before


@pytest.fixture
def recorded(cell):
    return person_in(cell, ContributorState.RECORDED, "Chị Thị Lan")


@pytest.fixture
def claim(cell, recorded):
    return propose_claim(actor=cell.actor("lan"), contributor=cell.people["lan"], recorded=recorded)


def test_active_person_sees_like_names_and_claims_one(cell, recorded):
    lan, hoa = cell.people["lan"], cell.people["hoa"]
    person_in(cell, ContributorState.RECORDED, "Bé Ba")
    assert list(claimable_by(lan)) == [recorded]
    assert list(claimable_by(hoa)) == []
    claim = propose_claim(actor=cell.actor("lan"), contributor=lan, recorded=recorded)
    assert (claim.state, claim.created_at, claim.created_by) == (ClaimState.PENDING, HOUR, cell.accounts["lan"])
    before = everything()
    assert propose_claim(actor=cell.actor("lan"), contributor=lan, recorded=recorded) == claim
    assert everything() == before
    assert list(claimable_by(lan)) == []
    assert list(claims_of(lan)) == [claim]


def test_nobody_claims_what_they_are_not_shown(cell, recorded):
    hoa = cell.people["hoa"]
    refused("not_found", lambda: propose_claim(actor=cell.actor("hoa"), contributor=hoa, recorded=recorded))
    lan = cell.people["lan"]
    refused("not_allowed", lambda: propose_claim(actor=cell.actor("hoa"), contributor=lan, recorded=recorded))


def test_board_and_focal_person_claim_for_an_applicant(cell, recorded):
    applicant = apply(cell, full_name="Trần Thị Lan")
    assert list(claimable_by(applicant)) == []
    focal = focal_person(cell)
    claim = propose_claim(actor=focal, contributor=applicant, recorded=recorded)
    assert claim.created_by_id == focal.account_id
    assert list(claims_seen_by(focal)) == [claim]
    refused("not_allowed", lambda: decide_claim(actor=focal, claim=claim, accept=True, seen_version=1))


@pytest.mark.parametrize("state", sorted(set(ContributorState.values) - {ContributorState.RECORDED}))
def test_only_recorded_people_are_claimed(cell, state):
    other = person_in(cell, state, "Trần Thị Lan")
    refused(
        "claim_not_recorded",
        lambda: propose_claim(actor=cell.actor("head"), contributor=cell.people["lan"], recorded=other),
    )


@pytest.mark.parametrize("state", [ContributorState.RECORDED, ContributorState.DECLINED, ContributorState.LEFT])
def test_only_people_of_the_network_claim(cell, recorded, state):
    other = person_in(cell, state, "Trần Thị Lan")
    refused(
        "claim_needs_person",
        lambda: propose_claim(actor=cell.actor("head"), contributor=other, recorded=recorded),
    )


def test_accepting_moves_the_works_and_ends_other_claims(cell, recorded, claim):
    piece = cell.draft("writer", title="Bài cũ", contributor=recorded)
    rival = propose_claim(
        actor=cell.actor("head"), contributor=apply(cell, full_name="Trần Thị Lan"), recorded=recorded
    )
    decided = decide_claim(actor=cell.actor("head"), claim=claim, accept=True, seen_version=recorded.version)
    assert (decided.state, decided.decided_by, decided.decided_at) == (
        ClaimState.ACCEPTED,
        cell.accounts["head"],
        HOUR,
    )
    assert cell.fresh(recorded).merged_into == cell.people["lan"]
    assert Piece.objects.get(pk=piece.pk).contributor == cell.people["lan"]
    rival = cell.fresh(rival)
    assert (rival.state, rival.reason) == (ClaimState.DECLINED, "Đã nhận một người khác.")
    assert Event.objects.filter(kind="claim.accepted", subject_id=claim.pk).count() == 1
    refused("claim_decided", lambda: decide_claim(actor=cell.actor("head"), claim=claim, accept=True, seen_version=2))


def test_declining_says_why_and_merges_nothing(cell, recorded, claim):
    head = cell.actor("deputy")
    refused(
        "reason_missing", lambda: decide_claim(actor=head, claim=claim, accept=False, seen_version=recorded.version)
    )
    decided = decide_claim(
        actor=head, claim=claim, accept=False, seen_version=recorded.version, reason="Người ấy ở ấp khác."
    )
    assert (decided.state, decided.reason) == (ClaimState.DECLINED, "Người ấy ở ấp khác.")
    assert cell.fresh(recorded).merged_into is None
    assert list(claimable_by(cell.people["lan"])) == []


@pytest.mark.parametrize("by", ["writer", "publisher", "lan", "hoa", "accountant", "holder", "admin"])
@pytest.mark.parametrize("accept", [True, False])
def test_who_may_not_answer(cell, recorded, claim, by, accept):
    actor = cell.actor(by)
    refused(
        "not_allowed",
        lambda: decide_claim(actor=actor, claim=claim, accept=accept, seen_version=recorded.version, reason="Vì vậy."),
    )


def test_nobody_answers_their_own_claim(cell):
    recorded = person_in(cell, ContributorState.RECORDED, "Văn Trưởng")
    head = cell.actor("head")
    claim = propose_claim(actor=head, contributor=cell.people["head"], recorded=recorded)
    refused("own_claim", lambda: decide_claim(actor=head, claim=claim, accept=True, seen_version=recorded.version))


def test_stale_page_answers_nothing(cell, recorded, claim):
    type(recorded).objects.filter(pk=recorded.pk).update(version=9)
    refused(
        "stale_version",
        lambda: decide_claim(actor=cell.actor("head"), claim=claim, accept=True, seen_version=recorded.version),
    )


def test_accepting_asks_for_the_second_factor(cell, recorded, claim):
    from dataclasses import replace

    actor = replace(cell.actor("head"), proof="needed")
    refused(
        "second_factor_needed",
        lambda: decide_claim(actor=actor, claim=claim, accept=True, seen_version=recorded.version),
    )
