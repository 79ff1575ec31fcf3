"""The verbs of the ground floor with the right that each asks for; see test_permissions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from contributors import (
    access,
    board_rules,
    calls,
    claims,
    clock,
    consenting,
    correction,
    crediting,
    directory,
    drafting,
    entering,
    event_log,
    exporting,
    founding,
    genres,
    handing,
    importing,
    invitations,
    leaving,
    merging,
    photos,
    portals,
    registration,
    seats,
    training,
    unit_sheets,
    units,
    uploads,
)
from contributors.actors import Actor, system_actor
from contributors.deadlines import usual_rules
from contributors.errors import DomainError
from contributors.models import Consent, Credit, Photo, PieceState, Seat
from contributors.pictures import Area
from payments import erasing, own_data
from tests.contributors.asks_around import AROUND
from tests.contributors.states import HOUR, VERBS, piece_in
from tests.factories.world import OPENED, World, new_phone

Try = Callable[[Actor], object]
TODAY = HOUR.date()
BASIS = "12/NQ-HĐND"
DECISION = "07/QĐ"
UNITS = "Tên đơn vị\nẤp Hai".encode()
PEOPLE = "Họ và tên,Điện thoại\nTrần Thị Mới,0912345678".encode()


def account():
    return registration.open_account(login_phone=new_phone(), name="Lê Thị Quyền", password=None)


def proposed(world: World):
    return seats.propose_grant(
        actor=world.actor("head"),
        account=account(),
        capability="observer",
        effective_from=OPENED,
        decision_number=DECISION,
    )


def applicant(world: World):
    return registration.apply_to_join(
        actor=system_actor(world.portal),
        full_name="Trần Thị Mới",
        phone=new_phone(),
        unit=world.unit,
        consents=[("registration", "2026-01")],
    )


def agreed(world: World):
    person = world.people["lan"]
    Consent.objects.create(
        portal=world.portal, contributor=person, purpose="publication", text_version="2026-01", given=True, at=HOUR
    )
    return person


def recorded(world: World, name: str = "Lê Được Nêu"):
    return registration.record_person(actor=world.actor("head"), full_name=name, unit=world.unit)


def second_unit(world: World):
    return portals.open_unit(actor=world.actor("head"), kind="hamlet", name="Ấp Hai", opened=OPENED)


def left(world: World):
    person = recorded(world)
    type(person).objects.filter(pk=person.pk).update(state="left")
    return world.fresh(person)


def on_piece(action: str, state: str, **fields) -> Callable[[World], Try]:
    def arrange(world: World) -> Try:
        piece = piece_in(world, state, **fields)
        return lambda actor: VERBS[action](actor, piece)

    return arrange


def give_seat(world: World) -> Try:
    return lambda actor: seats.give_seat(
        actor=actor,
        contributor=world.people["lan"],
        seat="editor",
        effective_from=TODAY,
        decision_number=DECISION,
    )


def end_seat(world: World) -> Try:
    row = give_seat(world)(world.actor("head"))
    return lambda actor: seats.end_seat(actor=actor, seat=row, on=date(2026, 8, 1), decision_number=DECISION)


def propose(world: World) -> Try:
    someone = account()
    return lambda actor: seats.propose_grant(
        actor=actor, account=someone, capability="observer", effective_from=TODAY, decision_number=DECISION
    )


def propose_by_phone(world: World) -> Try:
    return lambda actor: seats.propose_grant_by_phone(
        actor=actor,
        phone=new_phone(),
        full_name="Lê Thị Quyền",
        capability="observer",
        effective_from=TODAY,
        decision_number=DECISION,
    )


def on_grant(verb, *, confirm: bool = False, **fields) -> Callable[[World], Try]:
    def arrange(world: World) -> Try:
        grant = proposed(world)
        if confirm:
            grant = seats.confirm_grant(actor=world.actor("admin"), grant=grant)
        return lambda actor: verb(actor=actor, grant=grant, **fields)

    return arrange


def on_sheet(verb) -> Callable[[World], Try]:
    def arrange(world: World) -> Try:
        sheet = unit_sheets.check_units_sheet(actor=world.actor("head"), content=UNITS, file_name="a.csv")
        return lambda actor: verb(actor=actor, sheet=sheet)

    return arrange


def merge_units(world: World) -> Try:
    gone = [world.unit, second_unit(world)]
    return lambda actor: units.merge_units(actor=actor, units=gone, into="Ấp Chung", on=TODAY, legal_basis=BASIS)


def merge_people(world: World) -> Try:
    one, two = recorded(world), recorded(world)
    return lambda actor: merging.merge_rows(actor=actor, survivor=one, merged=two, reason="Một người")


def erase(world: World) -> Try:
    person = left(world)
    return lambda actor: erasing.erase(
        actor=actor, contributor=person, seen_version=person.version, confirmation=person.full_name
    )


def to_decider(world: World) -> Try:
    return lambda actor: handing.may_hand_over(actor, world.people["head"])


def with_applicant(call) -> Callable[[World], Try]:
    def arrange(world: World) -> Try:
        person = applicant(world)
        return lambda actor: call(actor, person)

    return arrange


def withdraw_consent(world: World) -> Try:
    person = agreed(world)
    return lambda actor: consenting.withdraw_consent(actor=actor, contributor=person, purpose="publication")


def see_draft(world: World) -> Try:
    piece = piece_in(world, PieceState.DRAFT)
    return lambda actor: see(actor, piece)


def write_document(world: World) -> Try:
    return on_piece("publish_document", PieceState.DRAFT, genre="document")(world)


def start(world: World, actor: Actor, **fields):
    return drafting.start_piece(
        actor=actor, client_key=uuid.uuid4(), genre=world.genres["news_item"], title="Tin", body="Dài.", **fields
    )


def set_rules(actor: Actor):
    return board_rules.set_board_rules(actor=actor, effective_from=TODAY, **usual_rules())


def make_call(actor: Actor):
    wanted = calls.NewCall(uuid.uuid4(), "Lễ ra quân", HOUR + timedelta(days=2))
    return calls.make_calls(actor=actor, new=[wanted], units=[])[0]


def on_call(verb) -> Callable[[World], Try]:
    def arrange(world: World) -> Try:
        call = make_call(world.actor("head"))
        return lambda actor: verb(actor, call)

    return arrange


def co_authored(world: World) -> Credit:
    piece = world.draft("hoa")
    parts = [drafting.DeclaredCredit(world.people[name], "author", share=Decimal(50)) for name in ("hoa", "lan")]
    drafting.declare_credits(actor=world.actor("hoa"), piece=piece, seen_version=piece.version, declared=parts)
    piece.refresh_from_db()
    VERBS["submit"](world.actor("hoa"), piece)
    return Credit.objects.get(piece=piece, contributor=world.people["lan"])


def answer_part(world: World) -> Try:
    credit = co_authored(world)
    return lambda actor: crediting.answer_credit(actor=actor, credit=credit, agrees=True)


def settle_part(world: World) -> Try:
    credit = co_authored(world)
    crediting.answer_credit(actor=world.actor("lan"), credit=credit, agrees=False, reason="Không đúng")
    return lambda actor: crediting.settle_credit(actor=actor, credit=credit, stands=True, reason="Đã hỏi")


def blur(world: World) -> Try:
    piece = world.submitted(photos_by=("lan",))
    photo = Photo.objects.select_related("piece").get(piece=piece)
    area = Area(100, 100, 200, 200)
    return lambda actor: photos.blur_photo(actor=actor, photo=photo, seen_version=piece.version, areas=[area])


def begin_upload(world: World) -> Try:
    piece, key = world.draft("lan"), uuid.uuid4()
    return lambda actor: uploads.begin_upload(
        actor=actor, piece=piece, client_key=key, kind="photo", file_name="a.jpg", size=9
    )


def enter(world: World) -> Try:
    return lambda actor: entering.enter_piece(
        actor=actor, client_key=uuid.uuid4(), genre=world.genres["news_item"], text="Tin.", author=world.people["lan"]
    )


def see(actor: Actor, piece) -> None:
    if not access.may_see(actor, piece):
        raise DomainError("not_allowed")


def name_board(world: World) -> Try:
    phone = new_phone()
    member = founding.Named("rapporteur", "Bùi Văn Cáo", phone)
    return lambda actor: founding.found_board(
        actor=actor, members=[member], effective_from=clock.today(), decision_number=DECISION
    )


def name_officers(world: World) -> Try:
    officer = founding.Named("observer", "Bùi Văn Xem", new_phone())
    return lambda actor: founding.propose_officers(
        actor=actor, officers=[officer], effective_from=clock.today(), decision_number=DECISION
    )


def first_code(world: World) -> Try:
    grant = seats.propose_grant_by_phone(
        actor=world.actor("head"),
        phone=new_phone(),
        full_name="Bùi Văn Sổ",
        capability="accountant",
        effective_from=clock.today(),
        decision_number=DECISION,
    )
    return lambda actor: handing.hand_over_to_officer(actor=actor, grant=grant)


# verb → (the right it asks for, how to come to the point where it can be done)
ASKS: dict[str, tuple[str, Callable[[World], Try]]] = {
    "set_place": (
        "portal.set_up",
        lambda world: lambda actor: portals.set_place(actor=actor, commune_code="30388"),
    ),
    "name_portal": (
        "portal.set_up",
        lambda world: lambda actor: portals.name_portal(actor=actor, name="Trang xã Mới", time_zone="Asia/Ho_Chi_Minh"),
    ),
    "set_letterhead": (
        "portal.set_up",
        lambda world: (
            lambda actor: portals.set_letterhead(
                actor=actor, effective_from=clock.today(), issuing_body="Uỷ ban", superior_body="", place="Xã"
            )
        ),
    ),
    "set_payment_mode": (
        "portal.set_up",
        lambda world: lambda actor: portals.set_payment_mode(actor=actor, mode="trial", effective_from=clock.today()),
    ),
    "found_board": ("seat.give", name_board),
    "propose_officers": ("grant.give", name_officers),
    "unseat": (
        "seat.give",
        lambda world: lambda actor: founding.unseat(actor=actor, seat=Seat.objects.filter(seat="writer").get()),
    ),
    "hand_over_to_officer": ("code.hand_over_to_decider", first_code),
    "export_log": (
        "event.see",
        lambda world: lambda actor: event_log.export_log(actor=actor, wanted=event_log.LogFilter(kind="unit")),
    ),
    "blur_photo": ("photo.blur", blur),
    "enter_piece": ("piece.start_for_other", enter),
    "begin_upload": (
        "piece.edit",
        begin_upload,
    ),
    "change_genre": (
        "portal.set_up",
        lambda world: (
            lambda actor: genres.change_genre(actor=actor, genre=world.genres["article"], seen_version=1, name="Bài")
        ),
    ),
    "retire_topic": (
        "portal.set_up",
        lambda world: lambda actor: genres.retire_topic(actor=actor, topic=world.topic, seen_version=1),
    ),
    "take_proposed": ("portal.set_up", lambda world: lambda actor: genres.take_proposed(actor=actor)),
    "offer_topic": (
        "portal.set_up",
        lambda world: lambda actor: genres.offer_topic(actor=actor, code="moi", name="Mới"),
    ),
    "open_unit": (
        "unit.write",
        lambda world: lambda actor: portals.open_unit(actor=actor, kind="hamlet", name="Ấp Hai", opened=TODAY),
    ),
    "rename_unit": (
        "unit.write",
        lambda world: (
            lambda actor: units.rename_unit(
                actor=actor, unit=world.unit, new_name="Ấp Mới", on=TODAY, legal_basis=BASIS
            )
        ),
    ),
    "merge_units": ("unit.write", merge_units),
    "close_unit": (
        "unit.write",
        lambda world: lambda actor: units.close_unit(actor=actor, unit=world.unit, on=TODAY, legal_basis=BASIS),
    ),
    "correct_unit": (
        "unit.write",
        lambda world: lambda actor: units.correct_unit(actor=actor, unit=world.unit, name="Ấp Mẩu"),
    ),
    "move_unit": (
        "unit.write",
        lambda world: lambda actor: units.move_unit(actor=actor, unit=world.unit, parent=None),
    ),
    "check_units_sheet": (
        "unit.write",
        lambda world: lambda actor: unit_sheets.check_units_sheet(actor=actor, content=UNITS, file_name="a.csv"),
    ),
    "confirm_units_sheet": ("unit.write", on_sheet(unit_sheets.confirm_units_sheet)),
    "discard_units_sheet": ("unit.write", on_sheet(unit_sheets.discard_units_sheet)),
    "make_invitation": (
        "invitation.make",
        lambda world: lambda actor: invitations.make_invitation(actor=actor, unit=world.unit),
    ),
    "decide_application": (
        "contributor.decide",
        with_applicant(
            lambda actor, person: registration.decide_application(
                actor=actor, contributor=person, accept=True, seen_version=1
            )
        ),
    ),
    "suspend_contributor": (
        "contributor.decide",
        lambda world: (
            lambda actor: registration.suspend_contributor(
                actor=actor, contributor=world.people["lan"], seen_version=1, reason="Đi vắng"
            )
        ),
    ),
    "apply_to_join for another": (
        "contributor.register_other",
        lambda world: (
            lambda actor: registration.apply_to_join(
                actor=actor,
                full_name="Trần Thị Mới",
                phone="0912345678",
                unit=world.unit,
                consents=[("registration", "2026-01")],
            )
        ),
    ),
    "record_person": (
        "contributor.record",
        lambda world: lambda actor: registration.record_person(actor=actor, full_name="Lê Được Nêu"),
    ),
    "seen_people": ("contributor.see", lambda world: directory.seen_people),
    "claims_seen_by": ("contributor.see", lambda world: claims.claims_seen_by),
    "correct_details": (
        "contributor.correct",
        lambda world: (
            lambda actor: correction.correct_details(
                actor=actor, contributor=world.people["lan"], seen_version=1, birth_year=1980
            )
        ),
    ),
    "check_people_sheet": (
        "contributor.import",
        lambda world: lambda actor: importing.check_people_sheet(actor=actor, content=PEOPLE, file_name="a.csv"),
    ),
    "export_people": (
        "contributor.export",
        lambda world: lambda actor: exporting.export_people(actor=actor, wanted=directory.PeopleFilter()),
    ),
    "merge_rows": ("contributor.merge", merge_people),
    "leave": (
        "contributor.leave",
        lambda world: (
            lambda actor: leaving.leave(
                actor=actor, contributor=world.people["lan"], seen_version=1, reason="Chuyển nhà"
            )
        ),
    ),
    "own_data": (
        "contributor.take_data",
        lambda world: lambda actor: own_data.own_data(actor=actor, contributor=world.people["lan"]),
    ),
    "erase": ("contributor.erase", erase),
    "withdraw_consent": ("consent.withdraw", withdraw_consent),
    "hand_over_code": (
        "code.hand_over",
        lambda world: lambda actor: handing.hand_over_code(actor=actor, contributor=world.people["lan"], way="digits"),
    ),
    "hand_over_code to a decider": ("code.hand_over_to_decider", to_decider),
    "hold_session": (
        "training.write",
        lambda world: lambda actor: training.hold_session(actor=actor, title="Viết tin", held_on=TODAY),
    ),
    "log_page": ("event.see", lambda world: lambda actor: event_log.log_page(actor=actor)),
    "give_seat": ("seat.give", give_seat),
    "end_seat": ("seat.give", end_seat),
    "propose_grant": ("grant.give", propose),
    "propose_grant_by_phone": ("grant.give", propose_by_phone),
    "confirm_grant": ("grant.give", on_grant(seats.confirm_grant)),
    "decline_grant": ("grant.give", on_grant(seats.decline_grant, reason="Chưa có quyết định")),
    "end_grant": (
        "grant.give",
        on_grant(seats.end_grant, confirm=True, on=date(2026, 8, 1), decision_number=DECISION),
    ),
    "submit": ("piece.submit", on_piece("submit", PieceState.DRAFT)),
    "edit": ("piece.edit", on_piece("edit", PieceState.DRAFT)),
    "withdraw": ("piece.withdraw", on_piece("withdraw", PieceState.SUBMITTED)),
    "return": ("piece.return", on_piece("return", PieceState.SUBMITTED)),
    "decline": ("piece.decline", on_piece("decline", PieceState.SUBMITTED)),
    "approve": ("piece.approve", on_piece("approve", PieceState.SUBMITTED)),
    "schedule": ("piece.schedule", on_piece("schedule", PieceState.APPROVED)),
    "publish": ("piece.publish", on_piece("publish", PieceState.APPROVED)),
    "publish_document": ("document.publish", write_document),
    "retract": ("piece.retract", on_piece("retract", PieceState.PUBLISHED)),
    **AROUND,
    "set_board_rules": ("board.rules", lambda world: set_rules),
    "set_own_day": (
        "board.rules",
        lambda world: lambda actor: board_rules.set_own_day(actor=actor, on=TODAY, working=False),
    ),
    "make_calls": ("call.write", lambda world: make_call),
    "cancel_call": (
        "call.write",
        on_call(lambda actor, call: calls.cancel_call(actor=actor, call=call, reason="Hoãn")),
    ),
    "take_call": ("call.take", on_call(lambda actor, call: calls.take_call(actor=actor, call=call))),
    "answer_credit": ("credit.answer", answer_part),
    "settle_credit": ("credit.settle", settle_part),
    "start_piece": ("piece.start", lambda world: lambda actor: start(world, actor)),
    "start_piece for another": (
        "piece.start_for_other",
        lambda world: lambda actor: start(world, actor, contributor=world.people["lan"]),
    ),
    "may_see": ("piece.see", see_draft),
}
# Who holds the right and still may not, here: the deputy approves only where the head made the piece.
BARRED = {("approve", "seat:deputy")}
# While a portal is set up there is nobody yet, and the installation acts.
SET_UP = {
    "set_place",
    "name_portal",
    "set_letterhead",
    "set_payment_mode",
    "found_board",
    "propose_officers",
    "unseat",
    "offer_topic",
    "change_genre",
    "retire_topic",
    "take_proposed",
    "open_unit",
    "rename_unit",
    "merge_units",
    "close_unit",
    "correct_unit",
    "move_unit",
    "apply_to_join for another",
    "give_seat",
    "end_seat",
    "propose_grant",
    "propose_grant_by_phone",
    "decline_grant",
    "end_grant",
    "erase",
}
# A grant's holder has no contributor: `member` is for who works in the portal.
SAME_AS_REFUSED = {"not_allowed", "code_for_decider", "person_unknown"}
