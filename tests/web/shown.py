"""Every page of the map as it is shown to somebody for whom it is: the addresses, and browsers that may ask them.

The pages of PAGES come from there; here stand the ways in and the public pages, in the states in which they show
something. What answers no page of its own is listed in NO_PAGES, and tests/web/test_every_page.py proves that list.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.db import connection
from django.test import Client

from contributors import invitations, registration, seats
from contributors.actors import system_actor
from contributors.handing import hand_over_code
from contributors.identity import people_of_phone
from contributors.models import Account, Invitation
from contributors.opening import offer_opening
from contributors.portals import open_portal
from contributors.scopes import portal_scope
from payments.models import Statement
from tests.contributors.joining import person_in
from tests.contributors.logins import totp
from tests.factories.world import OPENED, World, new_phone
from tests.web.pages import EVERYBODY, PAGES
from web.public.entering import Entering

PASSWORD = "con-trau-di-truoc"
PIN = "730915"
# Files and parts of a page: they have no frame of their own.
KEY = "/security/keys/new/"
NO_PAGES = re.compile(
    r"/(pdf|zip|file|csv|file\.csv|file\.xlsx|notice|decision|internal-rules|schema)/?$|^/payees/sheets/$|/template/$"
    r"|/workbook/summary/$|/packed/\{archive\}/$|^/photos/\{photo\}/$|^/media/|/files/\{file\}/$"
    r"|/(progress|packing|amounts)/$|/card/png/$|/(output/report|below)/docx/$"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """`page` names it as the map does; `who` is a browser of `browsers_of`."""

    page: str
    address: str
    who: str
    status: int = 200

    @property
    def name(self) -> str:
        """For the file of a picture: `runs-run-payouts`."""
        return re.sub(r"[^a-z0-9]+", "-", self.page.lower().split("?")[0]).strip("-") or "front"


def log_in(world: World, name: str) -> Client:
    """By password, on one's own phone."""
    account = world.accounts[name]
    if not account.check_password(PASSWORD):
        account.set_password(PASSWORD)
        account.save(update_fields=["password"])
    client = Client()
    answer = client.post("/login/", {"phone": account.login_phone, "password": PASSWORD})
    assert answer.status_code == 302, name
    return client


def browsers_of(world: World) -> dict[str, Client]:
    """Everybody logged in, visitors, and those who stand half way in."""
    browsers = {name: log_in(world, name) for name in EVERYBODY}
    return browsers | {"visitor": Client()} | _half_way_in(world) | {"joined": _who_applied(world)}


def everything_shown(world: World, things: dict[str, object]) -> list[Shown]:
    """The whole map, each page once. Comes before `browsers_of` where codes are used up by looking."""
    found = [
        Shown(page, page.format(**things), allowed[0]) for page, allowed in PAGES.items() if not NO_PAGES.search(page)
    ]
    return found + list(_open_pages(world))


def _open_pages(world: World) -> Iterator[Shown]:
    head = world.actor("head")
    token = invitations.token_of(invitations.make_invitation(actor=head, unit=world.unit))
    ended = invitations.make_invitation(actor=head, unit=world.unit)
    gone = invitations.token_of(ended)
    invitations.revoke_invitation(actor=head, invitation=ended)
    new = person_in(world, "active", "Đặng Thị Đến")
    link = hand_over_code(actor=head, contributor=new, way="link")
    for page in ("/", "/login/", "/login/first/", "/j/", "/joined/status/", "/v/", "/style/", "/offline/", "/help/"):
        yield Shown(page, page, "visitor")
    yield Shown("/j/{token}/", f"/j/{token}/", "visitor")
    yield Shown("/j/{ended}/", f"/j/{gone}/", "visitor", 410)
    yield Shown("/v/{code}/", f"/v/{Statement.objects.first().code}/", "visitor")
    yield Shown("/v/{unknown}/", "/v/2222222222222222/", "visitor", 404)
    yield Shown("/p/{slug}/", f"/p/{world.portal.slug}/", "visitor")
    yield Shown("/setup/begin/{token}/", f"/setup/begin/{offer_opening()}/", "visitor")
    yield Shown("/l/{token}/", f"/l/{link.secret}/", "visitor")
    yield Shown("/404/", "/khong-co-trang-nay/", "visitor", 404)
    yield Shown("/403/", "/desk/", "lan", 403)
    for page in ("/joined/", "/joined/consent/"):
        yield Shown(page, page, "joined")
    for page in ("/login/code/", "/login/who/", "/login/pin/", "/login/second/"):
        yield Shown(page, page, page.strip("/"))
    for page in ("/security/pin/", "/security/password/", "/security/totp/", "/security/passkeys/", KEY):
        yield Shown(page, page, "deputy")
    for page in ("/security/factors/{factor}/remove/", "/prove/"):
        yield Shown(page, page.format(factor=_next_factor()), "with factor")
    yield Shown("/portals/", "/portals/", "in two portals")


def _next_factor() -> int:
    """The id of the factor that `browsers_of` is to make; a sequence does not go back with a test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value + is_called::int FROM mfa_authenticator_id_seq")
        return int(cursor.fetchone()[0])


def _who_applied(world: World) -> Client:
    client = Client()
    row: Invitation = invitations.make_invitation(actor=world.actor("head"), unit=world.unit)
    answer = client.post(
        f"/j/{invitations.token_of(row)}/",
        {
            "full_name": "Trần Thị Mới",
            "phone": "0912 345 678",
            "texts_version": "2026-01",
            "consent_registration": "on",
            "client_key": str(uuid.uuid4()),
        },
    )
    assert answer.status_code == 302, answer.context["summary"]
    return client


def _half_way_in(world: World) -> dict[str, Client]:
    asked, who = Client(), Client()
    phone = world.people["lan"].phone
    asked.post("/login/", {"phone": phone, "way": "code"})
    for client, people in ((asked, []), (who, [asdict(person) for person in people_of_phone(phone)] * 2)):
        session = client.session
        session["entering"] = asdict(Entering("code", phone, people=people, since=4_000_000_000.0))
        session.save()
        client.cookies["sessionid"] = session.session_key
    pin = log_in(world, "hoa")
    assert pin.post("/security/pin/", {"pin": PIN, "repeated": PIN}).status_code == 302
    pin.post("/logout/")
    return {"login/code": asked, "login/who": who, "login/pin": pin, **_with_factor(world), **_of_two(world)}


def _with_factor(world: World) -> dict[str, Client]:
    """An officer who has a code application, inside and at the door."""
    name = "with factor"
    world.accounts[name] = _officer(world, "Đỗ Thị Hai Bước")
    inside = log_in(world, name)
    secret = re.search(r"secret=([A-Z2-7]+)&amp;", inside.get("/security/totp/").content.decode())[1]
    assert inside.post("/security/totp/", {"code": totp(secret)}).status_code == 200
    return {name: inside, "login/second": log_in(world, name)}


def _of_two(world: World) -> dict[str, Client]:
    name = "in two portals"
    world.accounts[name] = account = _officer(world, "Vũ Thị Hai Nơi")
    other = open_portal(name="Trang thông tin điện tử xã Bên", slug=f"xa-ben-{account.pk}")
    with portal_scope(other):
        _give(other, account)
    return {name: log_in(world, name)}


def _officer(world: World, shown: str) -> Account:
    account = registration.open_account(login_phone=new_phone(), name=shown, password=None)
    _give(world.portal, account)
    return account


def _give(portal, account: Account) -> None:
    seats.propose_grant(
        actor=system_actor(portal),
        account=account,
        capability="accountant",
        effective_from=OPENED,
        decision_number="04/QĐ",
    )
