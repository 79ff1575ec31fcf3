"""Telling people to check their amounts: by unit, with a message to paste, for accounting and for focal persons."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contributors.errors import DomainError
from contributors.models import Contributor
from payments.check_words import message_to
from payments.checking import deliver_check
from payments.models import Run
from payments.own_checks import people_to_tell
from payments.reviews import PersonChecked
from web.page import PageRequest

NO_UNIT = "none"


def tell_people(request: PageRequest, run: Run) -> None:
    """The press "told": one person, or everybody of the unit that the page showed."""
    people = people_to_tell(actor=request.actor, run=run)
    person = request.POST.get("person", "")
    if person:
        wanted = [each.contributor_id for each in people if str(each.public_id) == person]
    else:
        wanted = [each.contributor_id for each in in_unit(people, request.POST.get("unit", ""))]
    told = deliver_check(
        actor=request.actor,
        run=run,
        people=list(Contributor.objects.filter(pk__in=wanted)),
        way=request.POST.get("way", ""),
    )
    words = ngettext("Đã ghi: báo thêm %(count)d người.", "Đã ghi: báo thêm %(count)d người.", told)
    messages.success(request, words % {"count": told} if told else _("Những người này đã được ghi là đã báo từ trước."))


def in_unit(people: list[PersonChecked], unit: str) -> list[PersonChecked]:
    """`unit` as in the address: its id, `none` for people without one, "" for everybody."""
    return [person for person in people if _key(person) == unit] if unit else people


def asked_unit(request: HttpRequest) -> str:
    """The query of the page on which a press was made."""
    unit = request.POST.get("unit", "")
    return f"?{urlencode({'unit': unit})}" if unit else ""


def told_by_unit(request: PageRequest, run: Run, people: list[PersonChecked], unit: str) -> dict[str, Any]:
    """The units to choose from, with how many are still to be told, and the message for the chosen one."""
    units: dict[str, dict[str, Any]] = {}
    for person in people:
        name = person.unit or _("Không thuộc đơn vị nào")
        row = units.setdefault(_key(person), {"key": _key(person), "name": name, "people": 0, "untold": 0})
        row["people"] += 1
        row["untold"] += person.delivery is None
    chosen = units.get(unit)
    return {
        "units": sorted(units.values(), key=lambda row: (row["key"] == NO_UNIT, row["name"])),
        "unit": unit if chosen else "",
        "untold_here": sum(person.delivery is None for person in in_unit(people, unit)),
        # Vietnamese as the message is, whoever copies it.
        "message": message_to(
            portal=request.portal,
            run=run,
            names=f"cộng tác viên {chosen['name']}" if chosen and unit != NO_UNIT else "các cộng tác viên",
        ),
    }


def person_of_page(public_id: uuid.UUID) -> Contributor:
    """The person of an address. Raises `not_found`."""
    person = Contributor.objects.filter(public_id=public_id).first()
    if person is None:
        raise DomainError("not_found")
    return person


def _key(person: PersonChecked) -> str:
    return str(person.unit_id) if person.unit_id else NO_UNIT
