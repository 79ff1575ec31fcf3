"""Who may do what on the ground floor: one table, and predicates that read it.

A right is held by seats of the board ("seat:head"), by confirmed grants ("grant:admin"), by the contributor
whose thing it is ("own"), or by anyone who works in the portal ("member").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contributors import clock
from contributors.actors import Actor, in_force
from contributors.deadlines import half_waited
from contributors.errors import DomainError
from contributors.models import MAKERS, Contributor, Credit, CreditSource, Piece, Score, Seat


@dataclass(frozen=True, slots=True)
class Right:
    """Who holds it, and what else must be true, in words for the documentation."""

    holders: frozenset[str]
    meaning: str


def _right(meaning: str, *holders: str) -> Right:
    return Right(frozenset(holders), meaning)


BOARD = tuple(f"seat:{seat}" for seat in ("head", "deputy", "writer", "editor", "publisher", "rapporteur"))

RIGHTS: Mapping[str, Right] = {
    "portal.set_up": _right("Set up units, topics, genres, letterhead", "grant:admin"),
    "unit.write": _right("Open, rename, merge and close units", "seat:head", "grant:admin"),
    "invitation.make": _right(
        "Make and revoke invitations and posters; a focal person for their own units",
        "seat:head",
        "seat:deputy",
        "grant:focal_person",
        "grant:admin",
    ),
    "contributor.decide": _right("Accept or decline an application", "seat:head", "seat:deputy"),
    "contributor.register_other": _right("Register someone in their name", *BOARD, "grant:focal_person", "grant:admin"),
    "contributor.record": _right("Name someone who is not registered as an author", "member", *BOARD),
    "contributor.see": _right("See the network", *BOARD, "grant:focal_person", "grant:admin"),
    "contributor.correct": _right(
        "Correct names, phone, year of birth, category, unit; a focal person in their own units",
        "own",
        "seat:head",
        "seat:deputy",
        "grant:focal_person",
        "grant:admin",
    ),
    "contributor.import": _right("Load people from a spreadsheet", "seat:head", "seat:deputy", "grant:admin"),
    "contributor.export": _right(
        "Take the directory away as a file", "seat:head", "seat:deputy", "seat:rapporteur", "grant:admin"
    ),
    "contributor.merge": _right("Merge two rows of one person, and undo it", "seat:head", "grant:admin"),
    "contributor.leave": _right("End a collaboration, and take it up again", "own", "seat:head", "seat:deputy"),
    "contributor.take_data": _right("Take all data of a person as one file", "own", "grant:admin"),
    "contributor.erase": _right("Erase what no law keeps", "own", "grant:admin"),
    "consent.withdraw": _right("Withdraw a consent", "own", "grant:focal_person", "grant:admin"),
    "code.hand_over": _right(
        "Reset a PIN and hand a code to a person one knows; a focal person in their own units",
        "seat:head",
        "seat:deputy",
        "grant:focal_person",
        "grant:admin",
    ),
    "code.hand_over_to_decider": _right(
        "Hand a code to someone who decides about money or rights in this portal alone", "grant:admin"
    ),
    "training.write": _right("Hold training and note who came", *BOARD, "grant:focal_person", "grant:admin"),
    "report.write": _right("Write the office's own words in its report", "seat:head", "seat:deputy", "seat:rapporteur"),
    "thanks.see": _right(
        "See who is thanked for a period and for what, print certificates and letters of thanks", *BOARD
    ),
    "access.write": _right("Enter monthly accesses of the website", *BOARD, "grant:admin"),
    "past.import": _right(
        "Load lists of past years for the figures, and take a whole list out again",
        "seat:head",
        "seat:deputy",
        "seat:rapporteur",
    ),
    "event.see": _right("See the event log", "seat:head", "grant:admin", "grant:observer"),
    "seat.give": _right("Give or end a seat", "seat:head", "grant:admin"),
    "grant.give": _right("Propose or confirm a grant; two different people", "seat:head", "grant:admin"),
    "piece.start": _right("Write a piece", "member"),
    "piece.start_for_other": _right("Enter a piece for its author", *BOARD, "grant:focal_person"),
    "piece.see": _right("See a piece", "own", *BOARD, "grant:accountant", "grant:account_holder"),
    "piece.list": _right(
        "List, search and filter all pieces, save views of the list", *BOARD, "grant:accountant", "grant:account_holder"
    ),
    "piece.compare": _right("Compare a sent piece with those that look like it", *BOARD),
    "piece.take_away": _right("Take text and photos of a piece as one file for the website", *BOARD),
    "piece.edit": _right("Change text, photos, declared credits", "own", "seat:head", "seat:deputy", "seat:editor"),
    "photo.blur": _right("Make a face in a photo unrecognizable", "seat:head", "seat:deputy", "seat:editor"),
    "piece.submit": _right("Send a piece in", "own", *BOARD),
    "piece.withdraw": _right("Take a piece back before approval", "own"),
    "piece.return": _right("Send back with a reason", "seat:head", "seat:deputy", "seat:editor"),
    "piece.decline": _right("Decline with a reason", "seat:head", "seat:deputy"),
    "piece.approve": _right(
        "Approve and score; never the maker. The deputy where the head made the piece, where there is no head, after "
        "half of the promised time, and as second scorer",
        "seat:head",
        "seat:deputy",
    ),
    "piece.publish": _right("Record the publication", "seat:publisher", "seat:deputy"),
    "piece.schedule": _right("Fix the hour of publication", "seat:publisher", "seat:deputy"),
    "piece.readers": _right(
        "Write down how often a published piece was opened", "seat:head", "seat:deputy", "seat:publisher"
    ),
    "document.publish": _right("Post a document without review", "seat:deputy"),
    "sighting.answer": _right(
        "Say whether an address seen on the website is the piece", "seat:publisher", "seat:deputy"
    ),
    "website.write": _right(
        "Name the website and its feed, make and revoke keys of our feed", "seat:head", "grant:admin"
    ),
    "piece.retract": _right("Take a published piece down with a reason", "seat:head", "seat:deputy"),
    "credit.answer": _right("Confirm one's own part of a piece, or ask to look at it again", "own"),
    "credit.settle": _right("Decide a disputed part of a piece", "seat:head", "seat:deputy"),
    "board.rules": _right(
        "Set promises, working hours, own days off and the limit of a single scorer", "seat:head", "grant:admin"
    ),
    "message.see": _right(
        "See what is to be told to whom, tell it, send it again; a focal person for people of their own units",
        *BOARD,
        "grant:focal_person",
    ),
    "message.see_money": _right(
        "The same for what is told of statements and payments", "grant:accountant", "grant:account_holder"
    ),
    "call.write": _right("Call for pieces and take calls back", "seat:head", "seat:deputy", "seat:editor"),
    "call.take": _right("Take a call and write for it", "member"),
}


def holds(actor: Actor, action: str, rights: Mapping[str, Right] = RIGHTS, *, own: bool = False) -> bool:
    """Whether the actor's seats or grants (or, where `own`, their relation) give the right."""
    holders = rights[action].holders
    if actor.kind == "system":
        return False
    return (
        any(f"seat:{seat}" in holders for seat in actor.seats)
        or any(f"grant:{capability}" in holders for capability in actor.capabilities)
        or (own and "own" in holders)
        or ("member" in holders and (actor.contributor_id is not None or bool(actor.seats)))
        or any(handed.covers(action) for handed in actor.handed)
    )


def require(actor: Actor, action: str, rights: Mapping[str, Right] = RIGHTS, *, own: bool = False) -> None:
    """Raise `not_allowed` unless the actor holds the right."""
    if not holds(actor, action, rights, own=own):
        raise DomainError("not_allowed")


def require_proof(actor: Actor) -> None:
    """For what moves money or rights: raise `second_factor_needed` unless the second factor was given lately.

    A program cannot give one, whether or not its owner needs it today: raise `person_needed`.
    """
    if actor.kind == "token":
        raise DomainError("person_needed")
    if actor.proof == "needed":
        raise DomainError("second_factor_needed")


def looks_after(actor: Actor, unit_id: int | None) -> bool:
    """Whether the actor is focal person of a unit; without named units, of all of them."""
    return "focal_person" in actor.capabilities and (not actor.focal_units or unit_id in actor.focal_units)


def is_own(actor: Actor, piece: Piece) -> bool:
    """The piece's contributor, or the account that entered it for them."""
    return (actor.contributor_id is not None and piece.contributor_id == actor.contributor_id) or (
        actor.account_id is not None and piece.created_by_id == actor.account_id
    )


def is_maker(contributor_id: int | None, piece: Piece) -> bool:
    """Holds a declared author-like or photographer's credit; credits from the log bar nobody."""
    if contributor_id is None:
        return False
    return Credit.objects.filter(
        piece=piece, contributor_id=contributor_id, role__in=MAKERS, source=CreditSource.DECLARED
    ).exists()


def head_is_maker(piece: Piece) -> bool:
    """Whether someone who sits as head today made the piece, so that the deputy acts."""
    heads = _seated("head", piece)
    return bool(heads) and any(is_maker(head, piece) for head in heads)


def _seated(seat: str, piece: Piece) -> list[int]:
    today = clock.today(piece.portal.time_zone)
    return list(Seat.objects.filter(in_force(today), seat=seat).values_list("contributor_id", flat=True))


@dataclass(frozen=True, slots=True)
class Standing:
    """In which place somebody approves. `why` is "" for the head, else it is named in the event: "head_made",
    "no_head", "waited" (half of the promised time is over), "second" (asked by a score above the limit) or "handed",
    where `for_id` is the one whose right it is.
    """

    why: str = ""
    for_id: int | None = None


def approver_standing(actor: Actor, piece: Piece) -> Standing | None:
    """In which place the actor may approve the piece now; None: not at all. A maker never may, whoever asks them to."""
    if not holds(actor, "piece.approve") or is_maker(actor.contributor_id, piece):
        return None
    if "head" in actor.seats:
        return Standing()
    handed = [each for each in actor.handed if each.covers("piece.approve") and not is_maker(each.giver_id, piece)]
    for each in handed:
        if "head" in each.seats:
            return Standing("handed", each.giver_id)
    if "deputy" in actor.seats:
        why = _deputy_acts(actor, piece)
        return Standing(why) if why else None
    if handed and _deputy_acts(actor, piece):
        return Standing("handed", handed[0].giver_id)
    return None


def _deputy_acts(actor: Actor, piece: Piece) -> str:
    """Why the deputy acts for the head; "" where the head is waited for."""
    heads = _seated("head", piece)
    if not heads:
        return "no_head"
    if any(is_maker(head, piece) for head in heads):
        return "head_made"
    if second_scorer_wanted(actor, piece):
        return "second"
    return "waited" if half_waited(piece) else ""


def second_scorer_wanted(actor: Actor, piece: Piece) -> bool:
    """Whether somebody else has proposed a score that takes a second scorer."""
    proposal = open_proposal(piece)
    return proposal is not None and proposal.scorer_id != actor.contributor_id


def open_proposal(piece: Piece) -> Score | None:
    """The score that waits for a second scorer: given to this revision since the piece was sent in, not accepted."""
    found: Score | None = (
        Score.objects.filter(
            piece=piece,
            photo__isnull=True,
            accepted=False,
            revision_number=piece.revision_number,
            at__gte=piece.state_since,
        )
        .select_related("scorer")
        .order_by("-pk")
        .first()
    )
    return found


def may_approve(actor: Actor, piece: Piece) -> bool:
    """Head, or who acts in the head's place (see `approver_standing`); never a maker of it."""
    return approver_standing(actor, piece) is not None


def require_approver(actor: Actor, piece: Piece) -> Standing:
    """Raise `own_piece` for a maker, `not_allowed` for anyone else who may not approve."""
    if holds(actor, "piece.approve") and is_maker(actor.contributor_id, piece):
        raise DomainError("own_piece")
    standing = approver_standing(actor, piece)
    if standing is None:
        raise DomainError("not_allowed")
    return standing


def may_see(actor: Actor, piece: Piece) -> bool:
    """The piece's own people (contributor, enterer, everyone credited) and those the table names."""
    return holds(actor, "piece.see", own=is_own(actor, piece)) or (
        actor.contributor_id is not None
        and Credit.objects.filter(piece=piece, contributor_id=actor.contributor_id).exists()
    )


def may_act_for(actor: Actor, contributor: Contributor) -> bool:
    """Oneself, or someone who may register and enter for others."""
    return contributor.pk == actor.contributor_id or holds(actor, "piece.start_for_other")
