"""What the newsroom's steps tell people: authors, the units that a call goes to, who applied, who learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from contributors import clock
from contributors.actors import Actor
from contributors.messaging import ToTell, promise_messages
from contributors.models import Assignment, Contributor, MessageKind, Piece, Portal, TrainingSession, Unit

OF_STEPS: Mapping[str, MessageKind] = {
    "return": MessageKind.RETURNED,
    "decline": MessageKind.DECLINED,
    "approve": MessageKind.APPROVED,
    "publish": MessageKind.PUBLISHED,
}


def tell_author(actor: Actor, piece: Piece, step: str) -> None:
    """Of a step that the author should hear of; once for each time that it is taken."""
    kind = OF_STEPS.get(step)
    if kind is None:
        return
    values = [("title", piece.title)]
    if kind == MessageKind.PUBLISHED and piece.published_url:
        values.append(("link", piece.published_url))
    told = ToTell(
        kind=kind,
        subject=piece,
        occasion=str(piece.version),
        contributor=Contributor.objects.select_related("account").get(pk=piece.contributor_id),
        path=f"/pieces/{piece.public_id}/",
        values=tuple(values),
    )
    promise_messages(actor=actor, wanted=[told])


def tell_of_call(actor: Actor, call: Assignment, units: Sequence[Unit]) -> None:
    """The groups of the units that it goes to first, or everybody."""
    zone = ZoneInfo(Portal.objects.values_list("time_zone", flat=True).get(pk=actor.portal_id))
    values = (("title", call.title), ("deadline", f"{call.deadline.astimezone(zone):%H:%M %d/%m/%Y}"))
    groups: Sequence[Unit | None] = units or [None]
    wanted = [
        ToTell(MessageKind.CALL, call, "made", unit=unit, path=f"/calls/{call.public_id}/", values=values)
        for unit in groups
    ]
    promise_messages(actor=actor, wanted=wanted)


def tell_applicant(actor: Actor, person: Contributor, kind: MessageKind) -> None:
    """Who was entered by somebody else, was accepted, or was not."""
    path = "/login/" if kind == MessageKind.WELCOME else "/joined/status/"
    values = (("receipt", person.receipt_number),)
    told = ToTell(kind, person, str(person.version), contributor=person, path=path, values=values)
    promise_messages(actor=actor, wanted=[told])


def tell_of_training(actor: Actor, session: TrainingSession) -> None:
    """Of one that is still to come: the unit's group, or everybody."""
    if session.held_on < clock.today():
        return
    values = (("title", session.title), ("day", f"{session.held_on:%d/%m/%Y}"))
    told = ToTell(MessageKind.TRAINING, session, f"{session.held_on}", unit=session.unit, values=values)
    promise_messages(actor=actor, wanted=[told])
