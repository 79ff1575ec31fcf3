"""Co-authors are asked, silence agrees at approval, the board settles; editors follow from the log."""

from __future__ import annotations

from decimal import Decimal

import pytest

from contributors import crediting, drafting, registration
from contributors.drafting import DeclaredCredit
from contributors.errors import DomainError
from contributors.models import Credit, CreditAnswer, Event, Role
from contributors.pledges import current_pledge
from payments.approvals import approve_piece
from tests.factories.world import World


def shared(world: World, *, lan: str = "60", hoa: str = "40"):
    """Lan's piece that names Hoà as co-author, sent in."""
    piece = world.draft("lan")
    piece = drafting.declare_credits(
        actor=world.actor("lan"),
        piece=piece,
        seen_version=piece.version,
        declared=[
            DeclaredCredit(world.people["lan"], Role.AUTHOR, share=Decimal(lan)),
            DeclaredCredit(world.people["hoa"], Role.AUTHOR, share=Decimal(hoa)),
        ],
    )
    from contributors.newsroom import submit_piece

    return submit_piece(
        actor=world.actor("lan"), piece=piece, seen_version=piece.version, pledge=current_pledge().version
    )


def part(world: World, piece, name: str = "hoa") -> Credit:
    return Credit.objects.get(piece=piece, contributor=world.people[name], role=Role.AUTHOR)


def approve(world: World, piece, **fields):
    return approve_piece(
        actor=world.actor("head"), piece=piece, seen_version=piece.version, coefficient=Decimal(1), **fields
    )


def test_named_co_author_is_asked_and_the_sender_is_not(cell):
    piece = shared(cell)
    assert (part(cell, piece).state, part(cell, piece, "lan").state) == ("proposed", "confirmed")
    assert [row.pk for row in crediting.credits_to_answer(cell.people["hoa"].pk)] == [part(cell, piece).pk]
    assert list(crediting.credits_to_answer(cell.people["lan"].pk)) == []


def test_person_without_login_is_not_asked(cell):
    piece = cell.draft("lan")
    someone = registration.record_person(actor=cell.actor("lan"), full_name="Lê Được Nêu")
    drafting.declare_credits(
        actor=cell.actor("lan"),
        piece=piece,
        seen_version=piece.version,
        declared=[DeclaredCredit(someone, Role.AUTHOR, share=Decimal(100))],
    )
    assert Credit.objects.get(piece=piece, contributor=someone).state == "confirmed"


def test_answer_confirms_without_a_new_version_or_revision(cell):
    piece = shared(cell)
    crediting.answer_credit(actor=cell.actor("hoa"), credit=part(cell, piece), agrees=True)
    after = cell.fresh(piece)
    assert (part(cell, piece).state, after.version, after.revision_number) == (
        "confirmed",
        piece.version,
        piece.revision_number,
    )
    assert Event.objects.latest("pk").kind == "credit.confirmed"


def test_silence_agrees_when_the_board_approves(cell):
    approve(cell, piece := shared(cell))
    assert part(cell, piece).state == "confirmed"


def test_dispute_outlives_approval_and_the_board_settles_it(cell):
    piece = shared(cell)
    crediting.answer_credit(actor=cell.actor("hoa"), credit=part(cell, piece), agrees=False, reason="Tôi làm một nửa")
    approve(cell, piece)
    assert part(cell, piece).state == "disputed"
    (row,) = crediting.disputed_credits()
    assert crediting.last_reasons([row]) == {row.pk: "Tôi làm một nửa"}
    crediting.settle_credit(actor=cell.actor("head"), credit=row, stands=True, reason="Đã hỏi cả hai")
    assert (part(cell, piece).state, part(cell, piece).no_fee_reason) == ("confirmed", "")
    assert Event.objects.latest("pk").kind == "credit.settled"


def test_part_that_the_board_strikes_brings_no_fee(cell):
    piece = shared(cell)
    crediting.answer_credit(actor=cell.actor("hoa"), credit=part(cell, piece), agrees=False, reason="Không phải tôi")
    crediting.settle_credit(actor=cell.actor("deputy"), credit=part(cell, piece), stands=False, reason="Ghi nhầm")
    assert (part(cell, piece).state, part(cell, piece).no_fee_reason) == ("confirmed", "Ghi nhầm")


def test_maker_settles_nothing_of_their_own_piece(cell):
    piece = cell.draft("head")
    piece = drafting.declare_credits(
        actor=cell.actor("head"),
        piece=piece,
        seen_version=piece.version,
        declared=[
            DeclaredCredit(cell.people["head"], Role.AUTHOR, share=Decimal(50)),
            DeclaredCredit(cell.people["hoa"], Role.AUTHOR, share=Decimal(50)),
        ],
    )
    from contributors.newsroom import submit_piece

    piece = submit_piece(
        actor=cell.actor("head"), piece=piece, seen_version=piece.version, pledge=current_pledge().version
    )
    crediting.answer_credit(actor=cell.actor("hoa"), credit=part(cell, piece), agrees=False, reason="Không đúng")
    with pytest.raises(DomainError, match="own_piece"):
        crediting.settle_credit(actor=cell.actor("head"), credit=part(cell, piece), stands=True, reason="Đúng mà")


def test_answer_is_kept_while_the_same_part_is_declared_and_asked_anew_when_it_changes(cell):
    piece = shared(cell)
    crediting.answer_credit(actor=cell.actor("hoa"), credit=part(cell, piece), agrees=True)
    for lan, hoa, state in (("60", "40", "confirmed"), ("50", "50", "proposed")):
        piece = drafting.declare_credits(
            actor=cell.actor("lan"),
            piece=piece,
            seen_version=cell.fresh(piece).version,
            declared=[
                DeclaredCredit(cell.people["lan"], Role.AUTHOR, share=Decimal(lan)),
                DeclaredCredit(cell.people["hoa"], Role.AUTHOR, share=Decimal(hoa)),
            ],
        )
        assert part(cell, piece).state == state
    assert CreditAnswer.objects.filter(piece=piece).count() == 1


def edited(world: World, piece, name: str, body: str):
    return drafting.edit_piece(actor=world.actor(name), piece=piece, seen_version=world.fresh(piece).version, body=body)


def test_editor_is_who_changed_words_of_somebody_elses_piece(cell):
    piece = cell.submitted(body="Sáng nay bà con dọn đường.")
    piece = edited(cell, piece, "lan", "Sáng nay bà con ấp Mẫu dọn đường.")
    piece = edited(cell, piece, "deputy", "Sáng 10/7, bà con ấp Mẫu ra quân dọn đường.")
    assert [(each.contributor.pk, each.words) for each in crediting.edited_by(piece)] == [(cell.people["deputy"].pk, 3)]
    approve(cell, piece)
    log = Credit.objects.filter(piece=piece, source="log").order_by("role").values_list("role", "contributor_id")
    assert list(log) == [("approver", cell.people["head"].pk), ("editor", cell.people["deputy"].pk)]


def test_approver_can_leave_editing_uncredited_and_a_dropped_approval_takes_it_away(cell):
    piece = edited(cell, cell.submitted(), "deputy", "Viết lại cả bài này.")
    approve(cell, piece, name_editors=False)
    assert not Credit.objects.filter(piece=piece, role=Role.EDITOR).exists()
    other = edited(cell, cell.submitted(), "deputy", "Viết lại cả bài này.")
    approve(cell, other)
    assert Credit.objects.filter(piece=other, role=Role.EDITOR).exists()
    edited(cell, other, "lan", "Tôi viết lại.")
    assert not Credit.objects.filter(piece=other, source="log").exists()


def test_one_person_edits_and_approves_in_two_roles(cell):
    piece = edited(cell, cell.submitted(), "head", "Sửa cả bài.")
    approve(cell, piece)
    roles = Credit.objects.filter(piece=piece, contributor=cell.people["head"]).values_list("role", flat=True)
    assert sorted(roles) == ["approver", "editor"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [("một hai ba", "một hai ba", 0), ("một hai ba", "ba hai một", 0), ("một hai", "một hai ba", 1), ("a b c", "x", 3)],
)
def test_changed_words(before, after, words):
    assert crediting.changed_words(before, after) == words
