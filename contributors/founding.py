"""The people named by the decision that sets a portal up: the board's seats, and the officers of the money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.models import Account, Category, Contributor, Grant, Piece, Seat
from contributors.registration import seat_founder
from contributors.seats import account_by_phone, end_seat, give_seat, propose_grant_by_phone

NOT_NUMBERED = "–"  # a founder's own seat came without a decision


@dataclass(frozen=True, slots=True)
class Named:
    """One line of the decision: `place` is a seat, or a right of money."""

    place: str
    full_name: str
    phone: str


def found_board(*, actor: Actor, members: Sequence[Named], effective_from: date, decision_number: str) -> list[Seat]:
    """Everybody named gets a login (without a password: a code is handed over), a place in the network, their seat.

    All or nothing. Somebody named twice holds both seats. Raises what `give_seat` does, and `phone_malformed`,
    `name_missing`, `person_unknown` (the number belongs to somebody of another name), each at its line:
    `head_phone`, `deputy_full_name`.
    """
    given = []
    with transaction.atomic():
        for member in members:
            with _at_its_line(member):
                account = account_by_phone(member.phone, member.full_name)
                given.append(
                    give_seat(
                        actor=actor,
                        contributor=_person(actor, account, member),
                        seat=member.place,
                        effective_from=effective_from,
                        decision_number=decision_number,
                    )
                )
    return given


def unseat(*, actor: Actor, seat: Seat) -> None:
    """A seat given by mistake while the portal is set up goes as if it had never been given; the person stays.

    Raises `founding_over` once anything was sent in: from then on a seat ends by a decision.
    """
    if Piece.objects.exists():
        raise DomainError("founding_over")
    end_seat(actor=actor, seat=seat, on=seat.effective_from, decision_number=seat.decision_number or NOT_NUMBERED)


def propose_officers(
    *, actor: Actor, officers: Sequence[Named], effective_from: date, decision_number: str
) -> list[Grant]:
    """Account holder, accountant and a second administrator; each waits for a second person. All or nothing.

    Raises what `propose_grant_by_phone` does, each at its line: `accountant_phone`.
    """
    with transaction.atomic():
        proposed = []
        for officer in officers:
            with _at_its_line(officer):
                proposed.append(
                    propose_grant_by_phone(
                        actor=actor,
                        phone=officer.phone,
                        full_name=officer.full_name,
                        capability=officer.place,
                        effective_from=effective_from,
                        decision_number=decision_number,
                    )
                )
    return proposed


def _person(actor: Actor, account: Account, member: Named) -> Contributor:
    known: Contributor | None = Contributor.objects.filter(account=account, merged_into__isnull=True).first()
    return known or seat_founder(
        actor=actor, full_name=account.name, phone=member.phone, account=account, category=Category.STAFF
    )


@contextmanager
def _at_its_line(member: Named) -> Iterator[None]:
    """What is refused names the line; what concerns the whole decision names the decision."""
    try:
        yield
    except DomainError as refused:
        if refused.code in {"decision_missing", "second_factor_needed"} or refused.field == "effective_from":
            raise
        field = "phone" if refused.field == "phone" else "full_name"
        raise DomainError(refused.code, field=f"{member.place}_{field}", **refused.values) from None
