"""Certificates and letters of thanks of a period, signed by the board's head; who is thanked, `recognition` says.

An official paper is Vietnamese, whatever language its reader has chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from uuid import UUID

from django.conf import settings

from contributors import clock
from contributors.access import require
from contributors.actors import Actor, in_force
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.joining_papers import printed_letterhead
from contributors.models import Portal, Seat, SeatName
from contributors.papers.fonts import load_faces
from contributors.papers.heads import Signer
from contributors.recognition import Recognition, Thanked, recognition
from contributors.recognition_rules import COVERAGE, KINDS
from payments.papers.thanks import PAPERS, ThanksPaper, thanks_pdf
from payments.report_periods import Period
from payments.statements import ASSUMED_MARK

RIGHT = "thanks.see"
MOST_PEOPLE = 200
PLACES_NAMED = 3  # places where somebody was heard again, named one by one on a paper
AUTHORITY, TITLE = "TM. BAN BIÊN TẬP", "TRƯỞNG BAN"
NUMBER = "Số: ……"


def recognised(*, actor: Actor, portal: Portal, period: Period) -> Recognition:
    """Who is thanked for a period, for the board. Raises `not_allowed`."""
    require(actor, RIGHT)
    return recognition(portal, period.first, period.until)


def print_thanks(
    *,
    actor: Actor,
    portal: Portal,
    period: Period,
    people: Collection[UUID],
    kinds: Sequence[str] = PAPERS,
    dated: date | None = None,
) -> bytes:
    """One PDF with the papers of those of `people` (public ids) who are thanked for the period, on record as one event.

    Whoever is not thanked for it, or no longer wants to be, has no paper. `dated` None leaves the day to be written by
    hand. Raises `not_allowed`, `thanks_nobody`, `thanks_too_many`.
    """
    found = recognised(actor=actor, portal=portal, period=period)
    wanted = set(people)
    chosen = [person for person in found.people if person.public_id in wanted]
    asked = [kind for kind in PAPERS if kind in kinds]
    if not chosen or not asked:
        raise DomainError("thanks_nobody", field="people")
    if len(chosen) > MOST_PEOPLE:
        raise DomainError("thanks_too_many", field="people", limit=MOST_PEOPLE)
    papers = list(_papers(portal, period, chosen, dated))
    record_event(
        actor=actor,
        kind="thanks.printed",
        subject=portal,
        facts={
            "from": period.first.isoformat(),
            "until": period.until.isoformat(),
            "people": len(chosen),
            "papers": asked,
        },
    )
    return thanks_pdf(papers, kinds=asked, faces=load_faces(settings.FONT_FOLDER or None))


def _papers(portal: Portal, period: Period, people: Sequence[Thanked], dated: date | None) -> Iterator[ThanksPaper]:
    day = dated or clock.today(portal.time_zone)
    head = printed_letterhead(portal, day)
    seat = Seat.objects.filter(in_force(day), seat=SeatName.HEAD).select_related("contributor").first()
    signer = Signer(authority=AUTHORITY, title=TITLE, name=seat.contributor.full_name if seat else "")
    assumed = portal.assumed_from is not None and period.until > portal.assumed_from
    for person in people:
        yield ThanksPaper(
            letterhead=head,
            number_label=NUMBER,
            dated=dated,
            body=f"Ban biên tập {portal.name}",
            name=person.name,
            unit=person.unit,
            period=period.name,
            deeds=tuple(_deeds(person)),
            left=person.left,
            signer=signer,
            data_mark=ASSUMED_MARK if assumed else "",
        )


def _deeds(person: Thanked) -> Iterator[str]:
    """One of a kind: several places that were heard again stand in one sentence."""
    for kind in KINDS:
        reasons = [reason for reason in person.reasons if reason.kind == kind]
        if not reasons:
            continue
        if kind != COVERAGE or len(reasons) == 1:
            yield reasons[0].on_paper
            continue
        named = [str(reason.values["unit"]) for reason in reasons[:PLACES_NAMED]]
        more = len(reasons) - len(named)
        places = ", ".join(named) + (f" và {more} nơi khác" if more else "")
        yield reasons[0].ground.paper.format(**{**reasons[0].values, "unit": places})
