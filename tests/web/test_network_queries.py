"""Every page about people asks as many questions for thirty of each thing as for one, and never more than thirty."""

from __future__ import annotations

import itertools
import uuid
from datetime import timedelta

from contributors import claims, clock, importing, invitations, portals, registration, seats, training
from contributors.actors import system_actor
from contributors.consents import current_consents
from contributors.models import Contributor, ContributorState
from contributors.spreadsheets import write_table
from payments.merging import merge_people
from payments.rates import draft_schedule
from tests.factories.world import OPENED, World, new_phone
from tests.web.test_queries import MOST, asked

OF_THE_HEAD = (
    "/network/",
    "/network/?missing_payee=on",
    "/network/units/",
    "/network/duplicates/",
    "/network/imports/",
    "/network/people/{lan}/",
    "/applications/",
    "/applications/{applied}/",
    "/invitations/",
    "/invitations/new/",
    "/claims/",
    "/units/",
    "/units/{unit}/",
    "/units/merge/",
    "/rights/",
    "/training/",
    "/training/{session}/",
    "/training/{session}/sheet/?unit={unit}",
    "/training/needed/",
    "/events/?kind=contributor",  # all kinds together: one question for each kind of thing that is named
    "/register/",
    "/rates/",
)
OTHERS = {
    "lan": ("/me/claims/", "/details/", "/payee/", "/security/"),
    "accountant": ("/payees/", "/payees/missing/", "/payees/{lan}/"),
    "admin": ("/retention/", "/people/{lan}/data/", "/people/{lan}/consents/"),
}
numbers = itertools.count(1)


def grow(world: World, count: int) -> None:
    """So many more units, applicants, members, invitations, claims, merges, sessions, imports, rights and schedules."""
    head, lan, system = world.actor("head"), world.people["lan"], system_actor(world.portal)
    agreed = [(text.purpose, text.version) for text in current_consents() if text.required]
    for nth in itertools.islice(numbers, count):
        unit = portals.open_unit(actor=system, kind="hamlet", name=f"Ấp {nth}", opened=OPENED)
        invitation = invitations.make_invitation(actor=head, unit=unit)
        for state, full_name in ((ContributorState.APPLIED, "Trần Văn Chờ"), (ContributorState.ACTIVE, "Hồ Thị Mới")):
            person = registration.apply_to_join(
                actor=system,
                client_key=uuid.uuid4(),
                full_name=full_name,
                phone=new_phone(),
                unit=None,
                invitation=invitation,
                consents=agreed,
            )
            Contributor.objects.filter(pk=person.pk).update(state=state)
        alike = registration.record_person(actor=head, full_name="Nguyễn Thị Lan", unit=unit)
        claims.propose_claim(actor=world.actor("lan"), contributor=lan, recorded=alike)
        other = registration.record_person(actor=head, full_name=f"Người {nth}")
        merge_people(actor=head, survivor=lan, merged=other, reason="Một người")
        session = training.hold_session(actor=head, title=f"Buổi {nth}", held_on=clock.today())
        training.note_attendance(actor=head, session=session, came=[person])
        sheet = write_table(["Họ và tên"], [[f"Người {nth}"]], "Người")
        importing.check_people_sheet(actor=head, content=sheet, file_name="nguoi.xlsx")
        seats.give_seat(
            actor=system, contributor=person, seat="rapporteur", effective_from=OPENED, decision_number="06/QĐ"
        )
        seats.propose_grant_by_phone(
            actor=head,
            phone=new_phone(),
            full_name="Hà Văn Chờ",
            capability="focal_person",
            unit=unit,
            effective_from=clock.today() + timedelta(days=1),
            decision_number="05/QĐ",
        )
        draft_schedule(actor=system, rules=world.schedule.rules)


def test_pages_about_people_ask_the_same_for_one_and_for_thirty(world, as_):
    session = training.hold_session(actor=world.actor("head"), title="Buổi đầu", held_on=clock.today())
    things = {
        "lan": world.people["lan"].public_id,
        "applied": world.people["hoa"].public_id,
        "unit": world.unit.public_id,
        "session": session.public_id,
    }
    Contributor.objects.filter(pk=world.people["hoa"].pk).update(state=ContributorState.APPLIED)
    pages = [("head", page) for page in OF_THE_HEAD] + [(name, page) for name, all_ in OTHERS.items() for page in all_]
    browsers = {name: as_(name) for name in ("head", *OTHERS)}

    def count() -> dict[str, int]:
        return {page: asked(browsers[name], page.format(**things)) for name, page in pages}

    grow(world, 1)
    few = count()
    grow(world, 29)
    assert count() == few
    assert {page: number for page, number in few.items() if number > MOST} == {}
