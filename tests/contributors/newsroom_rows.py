"""What the newsroom's daily work leaves of people: hand-overs, disputed parts, calls, films, notices, kept filters."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

from contributors import attachments, calls, clock, crediting, delegations, drafting, reminding, saved_views
from contributors.drafting import DeclaredCredit
from contributors.models import Assignment, Credit, Membership, Piece, Unit
from contributors.newsroom import submit_piece
from contributors.pledges import current_pledge
from payments.calling import make_calls
from tests.contributors.sending import MP4, begin
from tests.factories.world import World

DISPUTE = "Hôm ấy tôi bận đám giỗ bên ngoại"
SETTLED = "Đã hỏi cả hai bên"
SICK = "Đi khám bệnh ở tuyến trên"


def shared(world: World, title: str, by: str, other: str) -> Piece:
    """A piece of `by` that names `other` as co-author, sent in."""
    piece = world.draft(by, title=title)
    piece = drafting.declare_credits(
        actor=world.actor(by),
        piece=piece,
        seen_version=piece.version,
        declared=[DeclaredCredit(world.people[name], "author", share=Decimal(50)) for name in (by, other)],
    )
    return submit_piece(actor=world.actor(by), piece=piece, seen_version=piece.version, pledge=current_pledge().version)


def disputed(world: World, piece: Piece, who: str, reason: str = DISPUTE) -> Credit:
    credit = Credit.objects.get(piece=piece, contributor=world.people[who], role="author")
    return crediting.answer_credit(actor=world.actor(who), credit=credit, agrees=False, reason=reason)


def struck(world: World, credit: Credit, by: str = "deputy", reason: str = SETTLED) -> Credit:
    return crediting.settle_credit(actor=world.actor(by), credit=credit, stands=False, reason=reason)


def filmed(world: World, piece: Piece, name: str = "Phim", by: str = "lan", content: bytes = MP4) -> Piece:
    """An address and, in a second row, a file of its own."""
    from contributors.files import keep_file
    from contributors.kept_media import next_position

    piece = world.fresh(piece)
    attachments.attach_address(
        actor=world.actor(by),
        piece=piece,
        seen_version=piece.version,
        kind="video",
        url=f"https://phim.example/{piece.public_id}",
        caption=name,
    )
    attachments.put_attachment(
        piece,
        keep_file(folder="media", content=content, suffix=".mp4"),
        position=next_position(piece),
        kind="video",
        media_type="video/mp4",
        caption=f"{name}, tệp",
        seconds=30,
    )
    return world.fresh(piece)


def called(world: World, title: str, taker: str | None = None, units: list[Unit] | None = None) -> Assignment:
    new = calls.NewCall(client_key=uuid.uuid4(), title=title, deadline=clock.now() + timedelta(days=2))
    (call,) = make_calls(actor=world.actor("head"), portal=world.portal, new=[new], units=units or [])
    return calls.take_call(actor=world.actor(taker), call=call) if taker else call


def handed(world: World, giver: str, receiver: str, reason: str = SICK, right: str = "piece.approve"):
    today = clock.today()
    return delegations.hand_over(
        actor=world.actor(giver),
        receiver=world.people[receiver],
        right=right,
        effective_from=today,
        effective_until=today + timedelta(days=10),
        reason=reason,
    )


def daily_work(world: World) -> None:
    """lan's and hoa's parts in each other's pieces, calls of both, films of both; head away, deputy in their place;
    everybody reminded of what waits; filters kept by writer and head.
    """
    of_lan = shared(world, "Bài của Lan", "lan", "hoa")
    of_hoa = shared(world, "Bài của Hoà", "hoa", "lan")
    disputed(world, of_lan, "hoa", "Lan chép của tôi")
    struck(world, disputed(world, of_hoa, "lan"))
    called(world, "Bài đặt Lan nhận", "lan")
    called(world, "Bài đặt Hoà nhận", "hoa")
    called(world, "Bài đặt chung cho ấp", units=[Membership.objects.get(contributor=world.people["lan"]).unit])
    filmed(world, world.draft("lan", title="Nháp có phim của Lan"), "Phim của Lan")
    filmed(world, world.draft("hoa", title="Nháp có phim của Hoà"), "Phim của Hoà", by="hoa", content=MP4 + b"hoa")
    begin(world, world.draft("lan", title="Nháp đang gửi ảnh"), b"x" * 40, file_name="Lan o nha.jpg", sha256="")
    begin(world, world.draft("hoa", title="Hoà gửi ảnh"), b"y" * 40, "hoa", file_name="Hoa o nha.jpg", sha256="")
    handed(world, "head", "deputy")
    for by, name in (("writer", "Tin của Hoà chờ đăng"), ("head", "Việc của Trưởng")):
        query = {"state": "submitted", "contributor": str(world.people["hoa"].public_id)}
        saved_views.save_view(actor=world.actor(by), name=name, query=query)
    reminding.remind_portal(world.portal)
    with clock.at(clock.now() + timedelta(days=1, hours=12)):
        reminding.remind_portal(world.portal)
