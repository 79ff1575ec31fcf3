"""Board, officers and contributors of the demo portal, through the verbs of registration."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from contributors import clock, registration, seats
from contributors.actors import Actor, actor_for, system_actor
from contributors.models import Account, Category, Contributor, Grant, Portal, Unit
from demo import source
from demo.source import Row, moment
from demo.timeline import Timeline
from payments import payees

CONSENTS = (("registration", "2024-07"), ("publication", "2024-07"))
CATEGORY_OF_TAX = {
    "civil_servant_here": Category.STAFF,
    "hamlet_officer": Category.HAMLET_OFFICER,
    "other_body": Category.OTHER_BODY,
}


class People:
    """Who is who by the files' references; filled while the timeline plays."""

    def __init__(self, portal: Portal, content: dict[str, Any]) -> None:
        self.portal = portal
        self.content = content
        self.units: dict[str, Unit] = {}
        self.accounts: dict[str, Account] = {}
        self.persons: dict[str, Contributor] = {}
        self._actors: dict[tuple[str, date], Actor] = {}
        self._grants: dict[str, Grant] = {}
        self._passwords = {login["person"]: content["demo_password"] for login in content["logins"]}

    def actor(self, ref: str) -> Actor:
        """The person as they may act today."""
        key = (ref, clock.today())
        if key not in self._actors:
            self._actors[key] = actor_for(self.accounts[ref], self.portal)
        return self._actors[key]

    def forget_actors(self) -> None:
        """Rights have changed."""
        self._actors.clear()

    def _account(self, ref: str, row: dict[str, Any]) -> Account:
        account = registration.open_account(
            login_phone=row["phone"], name=row["name"], password=self._passwords.get(ref)
        )
        self.accounts[ref] = account
        return account

    def schedule(self, timeline: Timeline) -> None:
        """Put every deed about people on the timeline."""
        for officer in self.content["officers"]:
            at = moment(f"{officer['from']}T07:00")
            timeline.add(at, partial(self._appoint, officer))
            if officer["confirmed_by"]:
                timeline.add(at, partial(self._confirm, officer))
        for member in self.content["board"]:
            timeline.add(moment(f"{member['from']}T07:30"), partial(self._seat, member))
            timeline.add(moment(member["payee_given_at"]), partial(self._payee, member["ref"], member))
            timeline.add(moment(member["payee_confirmed_at"]), partial(self._tax, member["ref"], member))
        for person in source.rows("second-half", "contributors"):
            self._schedule_contributor(timeline, person)

    def _schedule_contributor(self, timeline: Timeline, row: Row) -> None:
        if row["recorded_at"]:
            # Named while the piece is being written, which is before it is sent.
            timeline.add(moment(row["recorded_at"]) - timedelta(minutes=30), lambda: self._record(row))
            return
        timeline.add(moment(row["applied_at"]), lambda: self._apply(row))
        if row["activated_at"]:
            timeline.add(moment(row["activated_at"]), lambda: self._accept(row))
        if row["payee_given_at"]:
            timeline.add(moment(row["payee_given_at"]), lambda: self._payee(row["ref"], row))
        if row["payee_confirmed_at"] or row["tax_status"]:
            at = moment(row["payee_confirmed_at"] or row["activated_at"])
            timeline.add(at, lambda: self._tax(row["ref"], row))

    def _appoint(self, row: dict[str, Any]) -> None:
        account = self._account(row["ref"], row)
        granter = self.actor(row["granted_by"]) if row["confirmed_by"] else system_actor(self.portal)
        self._grants[row["ref"]] = seats.propose_grant(
            actor=granter,
            account=account,
            capability=row["capability"],
            effective_from=row["from"],
            decision_number=row["decision"] or "",
        )
        self.forget_actors()

    def _confirm(self, row: dict[str, Any]) -> None:
        seats.confirm_grant(actor=self.actor(row["confirmed_by"]), grant=self._grants[row["ref"]])
        self.forget_actors()

    def _seat(self, row: dict[str, Any]) -> None:
        founder = system_actor(self.portal)
        person = registration.seat_founder(
            actor=founder,
            full_name=row["name"],
            phone=row["phone"],
            account=self._account(row["ref"], row),
            category=CATEGORY_OF_TAX.get(row["tax_status"], Category.VOLUNTEER),
            birth_year=row["birth_year"],
            unit=self.units[row["unit"]],
            pen_name=row["pen_name"],
        )
        self.persons[row["ref"]] = person
        seats.give_seat(
            actor=founder,
            contributor=person,
            seat=row["seat"],
            effective_from=row["from"],
            decision_number=self.content["board_decision"]["number"],
        )
        self.forget_actors()

    def _apply(self, row: Row) -> None:
        account = self._account(row["ref"], row)
        self.persons[row["ref"]] = registration.apply_to_join(
            actor=self.actor(row["ref"]),
            full_name=row["name"],
            phone=row["phone"],
            unit=self.units[row["unit"]],
            consents=CONSENTS,
            pen_name=row["pen_name"],
            birth_year=int(row["birth_year"]),
            category=CATEGORY_OF_TAX.get(row["tax_status"], Category.VOLUNTEER),
            account=account,
        )
        self.forget_actors()

    def _accept(self, row: Row) -> None:
        person = self.persons[row["ref"]]
        self.persons[row["ref"]] = registration.decide_application(
            actor=self.actor(row["activated_by"]), contributor=person, accept=True, seen_version=person.version
        )

    def _record(self, row: Row) -> None:
        self.persons[row["ref"]] = registration.record_person(
            actor=self.actor(row["recorded_by"]), full_name=row["name"], unit=self.units.get(row["unit"])
        )

    def _payee(self, ref: str, row: dict[str, Any]) -> None:
        payees.enter_payee_details(
            actor=self.actor(ref),
            contributor=self.persons[ref],
            legal_name=row["name"],
            personal_id=row["personal_id"],
            bank_bin=row["bank_bin"],
            bank_account=row["bank_account"],
        )

    def _tax(self, ref: str, row: dict[str, Any]) -> None:
        payees.set_tax_status(
            actor=self.actor("o-accountant"),
            contributor=self.persons[ref],
            status=row["tax_status"],
            effective_from=clock.today().replace(day=1),
        )
