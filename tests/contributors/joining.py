"""People in every state of the network, reached by the verbs; a focal person beside them."""

from __future__ import annotations

from contributors import registration, seats
from contributors.actors import Actor, system_actor
from contributors.models import Contributor, ContributorState, Unit
from contributors.registration import move_contributor
from tests.factories.world import OPENED, World, new_phone

CONSENTS = [("registration", "2026-01"), ("publication", "2026-01")]


def apply(world: World, **fields) -> Contributor:
    """`apply_to_join` of a visitor, with nothing wrong but what `fields` say."""
    given = {
        "actor": system_actor(world.portal),
        "full_name": "Trần Thị Mới",
        "phone": "0912345678",
        "unit": world.unit,
        "consents": CONSENTS,
    }
    return registration.apply_to_join(**given | fields)


def focal_person(world: World, name: str = "focal", unit: Unit | None = None) -> Actor:
    """An account that looks after one unit (the world's), and nothing else."""
    world.accounts[name] = registration.open_account(login_phone=new_phone(), name="Cao Văn Mối", password=None)
    seats.propose_grant(
        actor=system_actor(world.portal),
        account=world.accounts[name],
        capability="focal_person",
        effective_from=OPENED,
        decision_number="04/QĐ",
        unit=unit or world.unit,
    )
    return world.actor(name)


def decide(
    world: World, person: Contributor, *, accept: bool = True, by: str = "head", reason: str = ""
) -> Contributor:
    person = world.fresh(person)
    return registration.decide_application(
        actor=world.actor(by), contributor=person, accept=accept, seen_version=person.version, reason=reason
    )


def person_in(world: World, state: str, name: str = "Trần Thị Mới", unit: Unit | None = None) -> Contributor:
    """A person of the unit (the world's) who went their way to `state`."""
    head = world.actor("head")
    unit = unit or world.unit
    if state == ContributorState.RECORDED:
        return registration.record_person(actor=head, full_name=name, unit=unit)
    person = apply(world, full_name=name, unit=unit)
    if state == ContributorState.DECLINED:
        return decide(world, person, accept=False, reason="Chưa rõ là ai.")
    if state == ContributorState.APPLIED:
        return person
    person = decide(world, person)
    if state in {ContributorState.SUSPENDED, ContributorState.LEFT}:
        action = "suspend" if state == ContributorState.SUSPENDED else "leave"
        person = move_contributor(
            actor=head, contributor=person, action=action, seen_version=person.version, reason="Bận việc nhà."
        )
    assert person.state == state
    return person
