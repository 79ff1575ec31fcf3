"""A small portal built by the product's own verbs. Every name is invented."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

from PIL import Image

from contributors import clock, drafting, newsroom, photos, portals, registration, seats
from contributors.actors import Actor, actor_for, system_actor
from contributors.genres import offer_genre, offer_topic
from contributors.models import Account, Contributor, CountsAs, Genre, Piece, Portal, Topic, Unit
from contributors.pledges import current_pledge
from contributors.scopes import portal_scope
from payments import funds, payees, rates, runs
from payments.approvals import approve_piece
from payments.law import load_law
from payments.models import Fund, RateSchedule, Run

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OPENED = date(2026, 1, 5)
PAYING_FROM = date(2026, 7, 1)
_phones = itertools.count(1)
_keys = itertools.count(1)


def at(text: str) -> datetime:
    """ "2026-07-03T08:00" as an aware local moment."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def new_phone() -> str:
    return f"09{next(_phones):08d}"


def picture(number: int = 0, size: tuple[int, int] = (64, 48)) -> bytes:
    """A small JPEG, different for every number."""
    out = BytesIO()
    Image.new("RGB", size, (number * 37 % 256, number * 91 % 256, number * 17 % 256)).save(out, "JPEG")
    return out.getvalue()


@dataclass
class World:
    """Names are the seats: `head`, `deputy`, `writer`, `publisher`; `lan` and `hoa` are contributors of a hamlet."""

    portal: Portal
    unit: Unit
    genres: dict[str, Genre]
    topic: Topic
    schedule: RateSchedule
    fund: Fund
    accounts: dict[str, Account] = field(default_factory=dict)
    people: dict[str, Contributor] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        return actor_for(self.accounts[name], self.portal)

    def fresh(self, thing):
        """The row as it is now."""
        return type(thing).objects.get(pk=thing.pk)

    def draft(self, by: str = "lan", genre: str = "news_item", title: str = "Ấp ra quân dọn đường", **fields) -> Piece:
        return drafting.start_piece(
            actor=self.actor(by),
            client_key=uuid.uuid5(uuid.NAMESPACE_OID, f"{next(_keys)}"),
            genre=self.genres[genre],
            title=title,
            body=fields.pop("body", "Sáng nay bà con trong ấp cùng nhau dọn đường."),
            **fields,
        )

    def submitted(self, by: str = "lan", photos_by: tuple[str, ...] = (), **fields) -> Piece:
        piece = self.draft(by, **fields)
        if photos_by:
            photos.add_photos(
                actor=self.actor(by),
                piece=piece,
                seen_version=piece.version,
                new=[
                    photos.NewPhoto(picture(number), f"Ảnh {number}", self.people[name])
                    for number, name in enumerate(photos_by)
                ],
            )
        piece = self.fresh(piece)
        return newsroom.submit_piece(
            actor=self.actor(by), piece=piece, seen_version=piece.version, pledge=current_pledge().version
        )

    def approved(self, by: str = "lan", coefficient: str | None = "1.5", photo: str | None = "0.5", **fields) -> Piece:
        piece = self.submitted(by, **fields)
        return approve_piece(
            actor=self.actor("head"),
            piece=piece,
            seen_version=piece.version,
            coefficient=Decimal(coefficient) if coefficient else None,
            photo_coefficient=Decimal(photo) if photo else None,
        )

    def published(self, by: str = "lan", when: str = "2026-07-10T09:00", **fields) -> Piece:
        """A piece written, approved and posted at `when`."""
        with clock.at(at(when)):
            piece = self.approved(by, **fields)
            return newsroom.publish_piece(
                actor=self.actor("publisher"),
                piece=piece,
                seen_version=piece.version,
                url=f"https://xa.example/tin/{piece.public_id}",
            )

    def run(self, since: str = "2026-07-01", until: str = "2026-08-01", pay: str = "2026-08-05", **fields) -> Run:
        return runs.open_run(
            actor=self.actor("accountant"),
            label=fields.pop("label", f"Kỳ {since}"),
            period_from=date.fromisoformat(since),
            period_until=date.fromisoformat(until),
            payment_date=date.fromisoformat(pay),
            fund=fields.pop("fund", self.fund),
        )


def build_world(slug: str = "xa-mau", amount: int = 50_000_000, paying_from: date = PAYING_FROM) -> World:
    """A portal that pays from 1 July 2026 by the Bắc Giang lines, unit 253.000 đ; people have payee details."""
    load_law()
    with clock.at(at("2026-01-05T08:00")):
        portal = portals.open_portal(name="Trang thông tin điện tử xã Mẫu", slug=slug)
        founder = system_actor(portal)
        with portal_scope(portal):
            world = _furnish(portal, founder, amount, paying_from)
    return world


def _furnish(portal: Portal, founder: Actor, amount: int, paying_from: date) -> World:
    unit = portals.open_unit(actor=founder, kind="hamlet", name="Ấp Mẫu", opened=OPENED)
    genres = {
        code: offer_genre(actor=founder, code=code, name=name, counts_as=counts_as)
        for code, name, counts_as in (
            ("news_item", "Tin", CountsAs.PIECE),
            ("article", "Bài phản ánh", CountsAs.PIECE),
            ("photo", "Chùm ảnh", CountsAs.PHOTO),
            ("video", "Video", CountsAs.VIDEO),
            ("document", "Văn bản", CountsAs.DOCUMENT),
        )
    }
    topic = offer_topic(actor=founder, code="nong-thon-moi", name="Nông thôn mới")
    portals.set_letterhead(
        actor=founder,
        effective_from=OPENED,
        issuing_body="Uỷ ban nhân dân xã Mẫu",
        superior_body="",
        place="Xã Mẫu",
        grounds=["Căn cứ quyết định mẫu"],
    )
    portals.set_payment_mode(actor=founder, mode="unpaid", effective_from=OPENED)
    portals.set_payment_mode(actor=founder, mode="paying", effective_from=paying_from)
    rules = dict(rates.shipped_schedule("demo-tan-thanh-2024"))
    rules |= {
        "code": "mau-2026",
        "from": paying_from.isoformat(),
        "decision": {"number": "01/QĐ-UBND", "issued_on": "2026-06-20"},
    }
    schedule = rates.put_in_force(actor=founder, schedule=rates.draft_schedule(actor=founder, rules=rules))
    accounts: dict[str, Account] = {}
    for name, shown, capability in (
        ("accountant", "Tạ Thị Sổ", "accountant"),
        ("holder", "Đoàn Văn Ấn", "account_holder"),
        ("admin", "Lưu Thị Quản", "admin"),
    ):
        accounts[name] = registration.open_account(login_phone=new_phone(), name=shown, password=None)
        seats.propose_grant(
            actor=founder,
            account=accounts[name],
            capability=capability,
            effective_from=OPENED,
            decision_number="01/QĐ",
        )
    fund = funds.enter_fund(
        actor=actor_for(accounts["accountant"], portal),
        year=2026,
        source="Ngân sách xã",
        amount=amount,
        cut_off=date(2027, 1, 31),
    )
    world = World(portal, unit, genres, topic, schedule, fund, accounts)
    for name, shown, seat in (
        ("head", "Võ Văn Trưởng", "head"),
        ("deputy", "Lê Thị Phó", "deputy"),
        ("writer", "Phan Thị Viết", "writer"),
        ("publisher", "Nguyễn Văn Đăng", "publisher"),
    ):
        _join(world, name, shown)
        seats.give_seat(
            actor=founder,
            contributor=world.people[name],
            seat=seat,
            effective_from=OPENED,
            decision_number="02/QĐ",
        )
    for name, shown in (("lan", "Nguyễn Thị Lan"), ("hoa", "Lê Hoà")):
        _join(world, name, shown)
    return world


def _join(world: World, name: str, shown: str) -> None:
    """An active person with an account, payee details and a tax status."""
    phone = new_phone()
    account = registration.open_account(login_phone=phone, name=shown, password=None)
    world.accounts[name] = account
    person = registration.seat_founder(
        actor=system_actor(world.portal),
        full_name=shown,
        phone=phone,
        account=account,
        category="volunteer",
        unit=world.unit,
    )
    world.people[name] = person
    payees.enter_payee_details(
        actor=world.actor(name),
        contributor=person,
        legal_name=shown,
        personal_id=f"0891{person.pk:08d}",
        bank_bin="970405",
        bank_account=f"00{person.pk:08d}",
    )
    payees.set_tax_status(
        actor=world.actor("accountant"),
        contributor=person,
        status="resident_no_contract",
        effective_from=OPENED,
    )
