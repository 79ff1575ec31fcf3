"""Every named error of the ground floor: raised by its verb, said in both languages, nothing half done.

A case prepares what it needs and gives back the call that is refused.
"""

from __future__ import annotations

import string
import uuid
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest

from contributors import clock, drafting, founding, newsroom, photos, pictures, portals, registration, seats
from contributors.actors import system_actor
from contributors.drafting import DeclaredCredit
from contributors.errors import MESSAGES, DomainError
from contributors.models import Contributor, PieceState, Role, Seat, Unit
from payments.errors import PAYMENT_MESSAGES
from tests.contributors.states import HOUR, VERBS, address, everything, piece_in
from tests.factories.world import World, new_phone, picture

Refused = Callable[[], object]
CONSENTS = [("registration", "2026-01")]
CASES: dict[str, tuple[str, Callable[[World], Refused]]] = {}


def case(code: str, name: str = "") -> Callable[[Callable[[World], Refused]], Callable[[World], Refused]]:
    def keep(prepare: Callable[[World], Refused]) -> Callable[[World], Refused]:
        key = f"{code}-{name}" if name else code
        assert key not in CASES
        CASES[key] = (code, prepare)
        return prepare

    return keep


def each(code: str, values: Mapping[str, object], prepare: Callable[[World, object], Refused]) -> None:
    """One case per value."""
    for name, value in values.items():
        case(code, name)(lambda world, value=value: prepare(world, value))


def person(world: World, **fields):
    """`apply_to_join` of a newcomer by the installation, with nothing wrong but what `fields` say."""
    given = {"full_name": "Trần Thị Mới", "phone": "0912345678", "unit": world.unit, "consents": CONSENTS} | fields
    return registration.apply_to_join(actor=system_actor(world.portal), **given)


def declare(world: World, piece, *declared: DeclaredCredit):
    return drafting.declare_credits(
        actor=world.actor("lan"), piece=piece, seen_version=piece.version, declared=list(declared)
    )


def publish(world: World, piece, url: str, **fields):
    return newsroom.publish_piece(
        actor=world.actor("publisher"), piece=piece, seen_version=piece.version, url=url, **fields
    )


# A reason that is empty, blank, or made of characters that nobody sees.
BLANK = {"empty": "", "spaces": " \t\n", "invisible": "\u200b\u2060"}


@case("not_allowed", "the system writes no piece")
def _(world: World) -> Refused:
    actor = system_actor(world.portal)
    return lambda: drafting.start_piece(
        actor=actor,
        client_key=uuid.uuid4(),
        genre=world.genres["news_item"],
        title="Tin",
        contributor=world.people["lan"],
    )


@case("not_allowed", "a contributor writes for nobody else")
def _(world: World) -> Refused:
    return lambda: world.draft("hoa", contributor=world.people["lan"])


@case("not_allowed", "an accountant records nobody")
def _(world: World) -> Refused:
    actor = world.actor("accountant")
    return lambda: registration.record_person(actor=actor, full_name="Trần Thị Mới")


@case("not_found", "client key of someone else")
def _(world: World) -> Refused:
    piece, actor = world.draft("lan"), world.actor("hoa")
    return lambda: drafting.start_piece(
        actor=actor, client_key=piece.client_key, genre=world.genres["news_item"], title="Tin khác"
    )


@case("not_found", "a piece that is gone")
def _(world: World) -> Refused:
    piece = world.draft("lan")
    piece.pk = 0
    return lambda: VERBS["submit"](world.actor("lan"), piece)


def _reasonless_piece(action: str, state: str, verb: Callable[..., object]) -> None:
    def prepare(world: World, reason: object) -> Refused:
        piece, actor = piece_in(world, state), world.actor("head")
        return lambda: verb(actor=actor, piece=piece, seen_version=piece.version, reason=reason)

    each("reason_missing", {f"{action} {name}": reason for name, reason in BLANK.items()}, prepare)


_reasonless_piece("return", PieceState.SUBMITTED, newsroom.return_piece)
_reasonless_piece("decline", PieceState.SUBMITTED, newsroom.decline_piece)
_reasonless_piece("retract", PieceState.PUBLISHED, newsroom.retract_piece)


def _reasonless_decision(world: World, reason: object) -> Refused:
    applicant, actor = person(world), world.actor("head")
    return lambda: registration.decide_application(
        actor=actor, contributor=applicant, accept=False, seen_version=1, reason=str(reason)
    )


def _reasonless_suspension(world: World, reason: object) -> Refused:
    suspended, actor = world.people["hoa"], world.actor("head")
    return lambda: registration.suspend_contributor(
        actor=actor, contributor=suspended, seen_version=suspended.version, reason=str(reason)
    )


each("reason_missing", {f"application {name}": reason for name, reason in BLANK.items()}, _reasonless_decision)
each("reason_missing", {f"suspension {name}": reason for name, reason in BLANK.items()}, _reasonless_suspension)

STATE_BEFORE = {
    "submit": PieceState.DRAFT,
    "return": PieceState.SUBMITTED,
    "decline": PieceState.SUBMITTED,
    "reopen": PieceState.DECLINED,
    "withdraw": PieceState.DRAFT,
    "approve": PieceState.SUBMITTED,
    "edit": PieceState.APPROVED,
    "schedule": PieceState.APPROVED,
    "publish": PieceState.APPROVED,
    "publish_document": PieceState.DRAFT,
    "retract": PieceState.PUBLISHED,
}
WHO = dict.fromkeys(("submit", "reopen", "withdraw", "edit"), "lan") | {
    "publish": "publisher",
    "schedule": "publisher",
    "publish_document": "deputy",
}


def _stale(world: World, action: object) -> Refused:
    name = str(action)
    genre = "document" if name == "publish_document" else "news_item"
    piece, actor = piece_in(world, STATE_BEFORE[name], genre=genre), world.actor(WHO.get(name, "head"))
    piece.version -= 1
    return lambda: VERBS[name](actor, piece)


each("stale_version", {name: name for name in VERBS}, _stale)


@case("stale_version", "declared credits")
def _(world: World) -> Refused:
    piece = world.draft("lan")
    piece.version += 1
    return lambda: declare(world, piece, DeclaredCredit(world.people["lan"], Role.AUTHOR, share=Decimal(100)))


@case("stale_version", "photos")
def _(world: World) -> Refused:
    piece, actor, content = world.draft("lan"), world.actor("lan"), picture(1)
    return lambda: photos.add_photo(actor=actor, piece=piece, seen_version=piece.version + 1, content=content)


@case("stale_version", "application")
def _(world: World) -> Refused:
    applicant, actor = person(world), world.actor("head")
    return lambda: registration.decide_application(actor=actor, contributor=applicant, accept=True, seen_version=7)


@case("wrong_state", "application decided twice")
def _(world: World) -> Refused:
    applicant, actor = person(world), world.actor("head")
    registration.decide_application(actor=actor, contributor=applicant, accept=True, seen_version=1)
    return lambda: registration.decide_application(actor=actor, contributor=applicant, accept=True, seen_version=2)


@case("wrong_state", "credits of a published piece")
def _(world: World) -> Refused:
    piece = piece_in(world, PieceState.PUBLISHED)
    return lambda: declare(world, piece, DeclaredCredit(world.people["lan"], Role.AUTHOR, share=Decimal(100)))


@case("wrong_state", "photo of a published piece")
def _(world: World) -> Refused:
    piece, actor, content = piece_in(world, PieceState.PUBLISHED), world.actor("lan"), picture(1)
    return lambda: photos.add_photo(actor=actor, piece=piece, seen_version=piece.version, content=content)


def _ninety(world: World, state: str):
    piece = piece_in(world, state)
    return declare(
        world,
        piece,
        DeclaredCredit(world.people["lan"], Role.AUTHOR, share=Decimal(60)),
        DeclaredCredit(world.people["hoa"], Role.AUTHOR, share=Decimal("30.5")),
    )


@case("shares_not_hundred", "at submission")
def _(world: World) -> Refused:
    piece = _ninety(world, PieceState.DRAFT)
    return lambda: VERBS["submit"](world.actor("lan"), piece)


@case("shares_not_hundred", "at approval")
def _(world: World) -> Refused:
    piece = _ninety(world, PieceState.SUBMITTED)
    return lambda: VERBS["approve"](world.actor("head"), piece)


@case("shares_not_hundred", "of a second role")
def _(world: World) -> Refused:
    piece = declare(
        world,
        world.draft("lan"),
        DeclaredCredit(world.people["lan"], Role.AUTHOR, share=Decimal(100)),
        DeclaredCredit(world.people["hoa"], Role.TRANSLATOR, share=Decimal(40)),
    )
    return lambda: VERBS["submit"](world.actor("lan"), piece)


@case("author_missing")
def _(world: World) -> Refused:
    piece = declare(world, world.draft("lan"))
    return lambda: VERBS["submit"](world.actor("lan"), piece)


@case("credit_twice")
def _(world: World) -> Refused:
    piece, half = world.draft("lan"), DeclaredCredit(world.people["hoa"], Role.AUTHOR, share=Decimal(50))
    return lambda: declare(world, piece, half, half)


def _share(world: World, share: object) -> Refused:
    piece = world.draft("lan")
    return lambda: declare(world, piece, DeclaredCredit(world.people["lan"], Role.AUTHOR, share=share))


SHARES = {"none": None, "zero": Decimal(0), "below": Decimal(-1), "above": Decimal("100.001"), "nan": Decimal("NaN")}
each("share_malformed", SHARES, _share)


@case("role_from_log", "an author declares an approver")
def _(world: World) -> Refused:
    piece = world.draft("lan")
    author = DeclaredCredit(world.people["lan"], Role.AUTHOR, share=Decimal(100))
    return lambda: declare(world, piece, author, DeclaredCredit(world.people["lan"], Role.APPROVER))


@case("role_from_log", "an author declares a publisher")
def _(world: World) -> Refused:
    piece = world.draft("lan")
    author = DeclaredCredit(world.people["lan"], Role.AUTHOR, share=Decimal(100))
    return lambda: declare(world, piece, author, DeclaredCredit(world.people["hoa"], Role.PUBLISHER))


@case("own_piece", "the head")
def _(world: World) -> Refused:
    piece = piece_in(world, PieceState.SUBMITTED, by="head")
    return lambda: VERBS["approve"](world.actor("head"), piece)


@case("own_piece", "the deputy")
def _(world: World) -> Refused:
    piece = piece_in(world, PieceState.SUBMITTED, by="deputy")
    return lambda: VERBS["approve"](world.actor("deputy"), piece)


URLS = {
    "no scheme": "xa.example/tin/1",
    "script": "javascript:alert(1)",
    "ftp": "ftp://xa.example/tin",
    "no host": "https:///tin",
    "long": "https://xa.example/" + "a" * 1000,
    "brackets": "https://[::1/tin",
    "blank inside": "https://xa.example/tin 1",
    "NUL": "https://xa.example/tin\x00",
    "bidi": "https://xa.example/\u202etin",
}


def _url(world: World, url: object) -> Refused:
    piece = piece_in(world, PieceState.APPROVED)
    return lambda: publish(world, piece, str(url))


each("url_missing", {"empty": "", "blank": "  "}, _url)
each("url_malformed", URLS, _url)


@case("url_used", "by another piece")
def _(world: World) -> Refused:
    other, piece = piece_in(world, PieceState.PUBLISHED), piece_in(world, PieceState.APPROVED)
    return lambda: publish(world, piece, f"  {other.published_url} ")


@case("url_used", "by a document")
def _(world: World) -> Refused:
    other = piece_in(world, PieceState.PUBLISHED)
    piece, actor = piece_in(world, PieceState.DRAFT, genre="document"), world.actor("deputy")
    return lambda: newsroom.publish_document(
        actor=actor, piece=piece, seen_version=piece.version, url=other.published_url
    )


@case("url_used", "by a piece taken down")
def _(world: World) -> Refused:
    other, piece = piece_in(world, PieceState.RETRACTED), piece_in(world, PieceState.APPROVED)
    return lambda: publish(world, piece, other.published_url)


@case("time_ahead")
def _(world: World) -> Refused:
    piece = piece_in(world, PieceState.APPROVED)
    return lambda: publish(world, piece, address(piece), at=HOUR + timedelta(seconds=1))


@case("document_only")
def _(world: World) -> Refused:
    piece = world.draft("deputy", document_number="12/KH-UBND")
    return lambda: VERBS["publish_document"](world.actor("deputy"), piece)


@case("document_number_missing")
def _(world: World) -> Refused:
    piece = world.draft("deputy", genre="document", document_number=" \u200b ")
    return lambda: VERBS["publish_document"](world.actor("deputy"), piece)


@case("title_missing")
def _(world: World) -> Refused:
    piece = world.draft("lan", title=" \u200b ")
    return lambda: VERBS["submit"](world.actor("lan"), piece)


@case("text_missing")
def _(world: World) -> Refused:
    piece = world.draft("lan", body="\n\n")
    return lambda: VERBS["submit"](world.actor("lan"), piece)


@case("title_long", "in a new piece")
def _(world: World) -> Refused:
    return lambda: world.draft("lan", title="ă" * 501)


@case("title_long", "in an approved piece")
def _(world: World) -> Refused:
    piece, actor = piece_in(world, PieceState.APPROVED), world.actor("lan")
    return lambda: drafting.edit_piece(actor=actor, piece=piece, seen_version=piece.version, title="ă" * 501)


@case("not_active", "writing")
def _(world: World) -> Refused:
    applicant, actor = person(world), world.actor("head")
    return lambda: drafting.start_piece(
        actor=actor, client_key=uuid.uuid4(), genre=world.genres["news_item"], title="Tin", contributor=applicant
    )


@case("not_active", "suspended")
def _(world: World) -> Refused:
    registration.suspend_contributor(
        actor=world.actor("head"), contributor=world.people["hoa"], seen_version=1, reason="Nghỉ dài ngày."
    )
    return lambda: world.draft("hoa")


PHONES = {
    "landline": "0283812345",
    "nine digits": "091234567",
    "eleven digits": "09123456789",
    "old prefix": "0168123456",
    "foreign": "+85512345678",
    "letters": "0912LANHOA",
    "words": "không có",
    "very long": "09" * 200,
}


def _phone(world: World, phone: object) -> Refused:
    return lambda: person(world, phone=phone)


def _login_phone(world: World, phone: object) -> Refused:
    return lambda: registration.open_account(login_phone=str(phone), name="Trần Thị Mới", password=None)


each("phone_malformed", PHONES | {"blank": " "}, _phone)
each("phone_malformed", {f"login {name}": phone for name, phone in (PHONES | {"empty": ""}).items()}, _login_phone)


def _name(world: World, name: object) -> Refused:
    return lambda: person(world, full_name=name)


each("name_missing", {"empty": "", "invisible": "\u200b \u202e"}, _name)
each("name_malformed", {"digits": "0912345678", "marks": "—", "long": "Lê " * 150}, _name)


def _birth_year(world: World, year: object) -> Refused:
    return lambda: person(world, birth_year=year)


each("birth_year_wrong", {"this year": 2026, "ahead": 2030, "too old": 1905}, _birth_year)


def _closed_unit(world: World, dates: object) -> Refused:
    unit = portals.open_unit(actor=system_actor(world.portal), kind="hamlet", name="Ấp Cũ", opened=date(2020, 1, 1))
    Unit.objects.filter(pk=unit.pk).update(**dates)
    unit.refresh_from_db()
    return lambda: person(world, unit=unit)


CLOSED = {"closed today": {"closed": HOUR.date()}, "opens tomorrow": {"opened": HOUR.date() + timedelta(days=1)}}
each("unit_closed", CLOSED, _closed_unit)


@case("consent_missing")
def _(world: World) -> Refused:
    return lambda: person(world, consents=[])


@case("phone_has_account")
def _(world: World) -> Refused:
    phone = world.accounts["lan"].login_phone
    return lambda: registration.open_account(login_phone=phone, name="Trần Thị Mới", password=None)


@case("already_has_account")
def _(world: World) -> Refused:
    return lambda: person(world, account=world.accounts["lan"])


@case("grant_same_person")
def _(world: World) -> Refused:
    grant = seats.propose_grant(
        actor=world.actor("head"),
        account=world.accounts["hoa"],
        capability="focal_person",
        effective_from=HOUR.date(),
        decision_number="03/QĐ",
    )
    return lambda: seats.confirm_grant(actor=world.actor("head"), grant=grant)


def _seat(world: World, seat: str, who: str) -> Refused:
    return lambda: seats.give_seat(
        actor=world.actor("head"),
        contributor=world.people[who],
        seat=seat,
        effective_from=HOUR.date(),
        decision_number="04/QĐ",
    )


@case("seat_taken", "a second head")
def _(world: World) -> Refused:
    return _seat(world, "head", "deputy")


@case("seat_taken", "the same seat twice")
def _(world: World) -> Refused:
    return _seat(world, "writer", "writer")


def _photo(world: World, content: object) -> Refused:
    piece, actor = world.draft("lan"), world.actor("lan")
    return lambda: photos.add_photos(
        actor=actor,
        piece=piece,
        seen_version=piece.version,
        new=[photos.NewPhoto(picture(9)), photos.NewPhoto(bytes(content))],
    )


each("photo_unreadable", {"second of two": b"no photo"}, _photo)
each("photo_twice", {"second of two": picture(9)}, _photo)
each("photo_large", {"second of two": b"\xff" * (pictures.MOST_BYTES + 1)}, _photo)


def _portal(world: World, fields: object) -> Refused:
    given = {"name": "Trang xã", "time_zone": "Asia/Ho_Chi_Minh"} | dict(fields)
    return lambda: portals.name_portal(actor=world.actor("admin"), **given)


def _letterhead(world: World, fields: object) -> Refused:
    given = {"effective_from": clock.today(), "issuing_body": "Uỷ ban", "superior_body": "", "place": "Xã"}
    return lambda: portals.set_letterhead(actor=world.actor("admin"), **given | dict(fields))


def _mode(world: World, fields: object) -> Refused:
    given = {"mode": "trial", "effective_from": clock.today()} | dict(fields)
    return lambda: portals.set_payment_mode(actor=world.actor("admin"), **given)


each("portal_name_missing", {"nothing": {"name": " "}, "no letter": {"name": "…"}}, _portal)
each("time_zone_unknown", {"no such place": {"time_zone": "Asia/Tan_Thanh"}}, _portal)
each("letterhead_missing", {"body": {"issuing_body": " "}, "place": {"place": ""}}, _letterhead)
each("day_past", {"letterhead": {"effective_from": date(2020, 1, 1)}}, _letterhead)
each("decision_missing", {"paying": {"mode": "paying"}}, _mode)
case("day_past", "mode")(lambda world: _mode(world, {"effective_from": clock.today() - timedelta(days=1)}))


@case("founding_over")
def _founding_over(world: World) -> Refused:
    world.draft()
    seat, admin = Seat.objects.filter(seat="writer").get(), world.actor("admin")
    return lambda: founding.unseat(actor=admin, seat=seat)


@pytest.mark.parametrize("name", CASES)
def test_named_error_is_raised_and_leaves_nothing_behind(cell, name):
    code, prepare = CASES[name]
    refused = prepare(cell)
    before = everything()
    with pytest.raises(DomainError) as error:
        refused()
    assert error.value.code == code
    assert everything() == before
    vi, en = error.value.message("vi"), error.value.message("en")
    assert vi != en
    assert not set("{}") & set(vi + en)
    assert str(error.value) == f"{code}: {en}"


@pytest.mark.parametrize("catalogue", [MESSAGES, PAYMENT_MESSAGES], ids=["ground", "upper"])
def test_catalogue_says_the_same_in_both_languages(catalogue):
    def places(sentence: str) -> set[str | None]:
        return {place for _, place, _, _ in string.Formatter().parse(sentence)} - {None}

    for code, message in catalogue.items():
        assert message.vi != message.en, code
        assert places(message.vi) == places(message.en), code
        assert message.status in {403, 404, 409, 422}, code
        assert message.vi.endswith(".") or "{problem}" in message.vi, code


def test_message_follows_the_language_of_the_request():
    from django.utils.translation import override

    error = DomainError("reason_missing", field="reason")
    with override("en"):
        assert error.message() == "Give a reason; the author will see it."
    with override("vi"):
        assert error.message() == "Hãy ghi lý do để tác giả biết."
    with override(None):
        assert error.message() == "Hãy ghi lý do để tác giả biết."
    assert (error.status, error.field) == (422, "reason")


def test_wrong_state_names_the_state_and_the_step_in_vietnamese(cell):
    piece = piece_in(cell, PieceState.PUBLISHED)
    with pytest.raises(DomainError) as error:
        VERBS["withdraw"](cell.actor("lan"), piece)
    assert error.value.message("vi") == "Đang ở trạng thái “đã đăng” nên không thể rút."


def test_application_decided_twice_is_said_in_vietnamese(cell):
    applicant = person(cell, phone=new_phone())
    head = cell.actor("head")
    registration.decide_application(actor=head, contributor=applicant, accept=True, seen_version=1)
    with pytest.raises(DomainError) as error:
        registration.decide_application(actor=head, contributor=applicant, accept=True, seen_version=2)
    assert error.value.message("vi") == "Đang ở trạng thái “đang cộng tác” nên không thể nhận."
    assert Contributor.objects.get(pk=applicant.pk).version == 2
