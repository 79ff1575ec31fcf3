"""Loads the demo portal: reads the source files and does everything through the product's own verbs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.db import transaction

from contributors import clock, portals
from contributors.actors import system_actor
from contributors.genres import offer_genre, offer_topic
from contributors.models import CountsAs, Genre, Portal, Topic
from contributors.scopes import portal_scope
from demo import source
from demo.money import Money
from demo.people import People
from demo.pieces import Pieces
from demo.source import moment
from demo.timeline import Timeline

GENRES = (
    ("news_item", "Tin", CountsAs.PIECE, "Ngắn, kể việc vừa diễn ra. Ví dụ: ấp ra quân dọn đường sáng nay."),
    (
        "article",
        "Bài phản ánh",
        CountsAs.PIECE,
        "Dài hơn, có người, có chuyện. Ví dụ: một hộ thoát nghèo nhờ nuôi lươn.",
    ),
    ("interview", "Phỏng vấn", CountsAs.PIECE, "Hỏi và đáp với một người. Ví dụ: hỏi trưởng trạm y tế về tiêm chủng."),
    (
        "reader_reply",
        "Trả lời bạn đọc",
        CountsAs.PIECE,
        "Trả lời câu hỏi của bà con. Ví dụ: làm lại giấy khai sinh ở đâu.",
    ),
    ("research", "Nghiên cứu, phân tích", CountsAs.PIECE, "Tìm hiểu kỹ một việc, từ hai trang trở lên."),
    ("photo", "Chùm ảnh", CountsAs.PHOTO, "Vài ảnh đẹp có chú thích. Ví dụ: chợ quê ngày cuối năm."),
    ("video", "Video", CountsAs.VIDEO, "Đoạn phim vài phút. Ví dụ: hội thi nấu ăn ở ấp."),
    ("document", "Văn bản", CountsAs.DOCUMENT, "Văn bản chỉ đạo, điều hành do phó ban đăng."),
)


def demo_portal() -> Portal | None:
    """The demo portal, if it was loaded."""
    return Portal.objects.filter(slug=source.portal_file()["portal"]["slug"]).first()


def load_demo() -> Iterator[int]:
    """Load everything in one transaction; yields how many deeds are left. A portal that is there is kept."""
    content = source.portal_file()
    with transaction.atomic():
        with clock.at(moment(f"{content['portal']['opened_on']}T07:00")):
            given = content["portal"]
            portal = portals.open_portal(
                name=given["name"],
                slug=given["slug"],
                time_zone=given["time_zone"],
                assumed_from=next(half["from"] for half in content["halves"] if half["assumed"]),
            )
        with portal_scope(portal):
            timeline = Timeline()
            people = People(portal, content)
            genres, topics = _set_up(portal, people, timeline)
            people.schedule(timeline)
            pieces = Pieces(people, genres, topics)
            for half in source.HALVES:
                pieces.schedule(timeline, half)
            Money(people).schedule(timeline)
            yield from timeline.play()


def _set_up(portal: Portal, people: People, timeline: Timeline) -> tuple[dict[str, Genre], dict[str, Topic]]:
    actor = system_actor(portal)
    file = people.content
    genres: dict[str, Genre] = {}
    topics: dict[str, Topic] = {}
    with clock.at(moment(f"{file['portal']['opened_on']}T07:05")):
        for position, (code, name, counts_as, said) in enumerate(GENRES, start=1):
            guidance, _, example = said.partition(" Ví dụ: ")
            genres[code] = offer_genre(
                actor=actor,
                code=code,
                name=name,
                counts_as=counts_as,
                guidance=guidance,
                example=example[:1].upper() + example[1:],
                position=position,
                for_contributors=counts_as != CountsAs.DOCUMENT,
            )
        for position, row in enumerate(file["topics"], start=1):
            topics[row["code"]] = offer_topic(actor=actor, code=row["code"], name=row["name"], position=position)
        for row in file["units"]:
            people.units[row["ref"]] = portals.open_unit(
                actor=actor, kind=row["kind"], name=row["name"], opened=row["opened"]
            )
    for row in file["letterheads"]:
        timeline.add(
            moment(f"{row['from']}T07:00"),
            partial(
                portals.set_letterhead,
                actor=actor,
                effective_from=row["from"],
                issuing_body=row["issuing_body"],
                superior_body=row["superior"],
                place=row["place"],
                grounds=row["grounds"],
                recipients=row["recipients"],
            ),
        )
    for row in file["payment_modes"]:
        timeline.add(
            moment(f"{row['from']}T06:00"),
            partial(
                portals.set_payment_mode,
                actor=actor,
                mode=row["mode"],
                effective_from=row["from"],
                decision_number=row.get("decision_number", ""),
            ),
        )
    return genres, topics
