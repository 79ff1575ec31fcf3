"""Certificates and letters of thanks: who has one, what stands on it, what is refused; read back from the PDF."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from contributors import clock, portals, seats
from contributors.actors import system_actor
from contributors.errors import DomainError
from contributors.leaving import leave
from contributors.models import Event, Membership, Portal
from contributors.refusals.thanks import MESSAGES
from contributors.thanks import want_thanks
from payments import thanks_papers
from payments.papers.thanks import CERTIFICATE, LETTER, PAPERS, thanks_pdf
from payments.report_periods import Period
from payments.statements import ASSUMED_MARK
from payments.thanks_papers import print_thanks, recognised
from tests.factories.world import OPENED, at

HALF = Period(date(2026, 7, 1), date(2027, 1, 1))
AFTER = at("2027-01-05T08:00")
LONG = "Đoàn viên thanh niên ra quân dọn vệ sinh tuyến đường liên ấp, trồng hoa hai bên lề và thắp sáng " * 3


@pytest.fixture
def thankful(world):
    """lan writes every month, hoa took one photo; both for the first time."""
    for month in range(7, 13):
        world.published("lan", f"2026-{month:02d}-10T09:00", photos_by=("hoa",) if month == 8 else ())
    with clock.at(AFTER):
        yield world


def everybody(world) -> list[uuid.UUID]:
    return [
        person.public_id for person in recognised(actor=world.actor("head"), portal=world.portal, period=HALF).people
    ]


def printed(world, people=None, *, by="head", **fields) -> bytes:
    chosen = everybody(world) if people is None else people
    return print_thanks(actor=world.actor(by), portal=world.portal, period=HALF, people=chosen, **fields)


def pages(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


def test_each_has_a_certificate_and_a_letter_in_the_order_of_names(thankful):
    content = printed(thankful, dated=date(2027, 1, 6))
    read = pages(content)
    assert len(read) == 4
    for place, name in enumerate(("Lê Hoà", "Nguyễn Thị Lan")):
        certificate, letter = read[2 * place : 2 * place + 2]
        assert "GIẤY GHI NHẬN" in certificate
        assert "THƯ CẢM ƠN" in letter
        for text in (certificate, letter):
            assert name in text
            assert "Ấp Mẫu" in text
            assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
            assert "6 tháng cuối năm 2026" in text
            assert "Xã Mẫu, ngày 06 tháng 01 năm 2027" in text
            assert text.endswith("TM. BAN BIÊN TẬP TRƯỞNG BAN (Ký, ghi rõ họ tên) Võ Văn Trưởng")
    assert "đã cộng tác đều đặn, có tin, bài đăng trong 6 trên 6 tháng;" in read[2]
    assert "đều đặn" not in read[0] + read[1]
    landscape, upright = PdfReader(BytesIO(content)).pages[0].mediabox, PdfReader(BytesIO(content)).pages[1].mediabox
    assert (landscape.width, landscape.height) == (upright.height, upright.width)
    assert landscape.width > landscape.height


def test_only_the_chosen_and_only_what_was_asked_for(thankful):
    lan = thankful.people["lan"].public_id
    (certificate,) = pages(printed(thankful, [lan], kinds=[CERTIFICATE]))
    assert "Nguyễn Thị Lan" in certificate
    (letter,) = pages(printed(thankful, [lan], kinds=[LETTER]))
    assert "THƯ CẢM ƠN" in letter
    assert "ngày …… tháng …… năm" in letter


def test_printing_is_on_record_without_names(thankful):
    printed(thankful, kinds=[LETTER])
    event = Event.objects.get(kind="thanks.printed")
    assert event.facts == {"from": "2026-07-01", "until": "2027-01-01", "people": 2, "papers": [LETTER]}
    assert event.detail_commitment is None


def test_same_rows_give_the_same_bytes(thankful):
    assert printed(thankful, dated=date(2027, 1, 6)) == printed(thankful, dated=date(2027, 1, 6))


def test_who_wants_no_thanks_has_no_paper_even_if_chosen(thankful):
    chosen = everybody(thankful)
    want_thanks(actor=thankful.actor("hoa"), contributor=thankful.people["hoa"], wanted=False)
    assert "Lê Hoà" not in " ".join(pages(printed(thankful, chosen)))
    with pytest.raises(DomainError, match="thanks_nobody"):
        printed(thankful, [thankful.people["hoa"].public_id])


def test_who_left_is_thanked_without_being_asked_for_more(thankful):
    lan = thankful.fresh(thankful.people["lan"])
    leave(actor=thankful.actor("lan"), contributor=lan, seen_version=lan.version)
    (letter,) = pages(printed(thankful, [lan.public_id], kinds=[LETTER]))
    assert "Nay Ông (Bà) đã thôi cộng tác" in letter
    assert "Rất mong tiếp tục nhận được" not in letter


def test_head_of_the_day_signs_and_an_empty_seat_leaves_the_name_to_be_written(thankful):
    seat = thankful.people["head"].seats.get()
    seats.end_seat(actor=thankful.actor("head"), seat=seat, on=date(2027, 1, 6), decision_number="03/QĐ")
    lan = [thankful.people["lan"].public_id]
    (before,) = pages(printed(thankful, lan, by="deputy", kinds=[LETTER], dated=date(2027, 1, 5)))
    (after,) = pages(printed(thankful, lan, by="deputy", kinds=[LETTER], dated=date(2027, 1, 6)))
    assert before.endswith("Võ Văn Trưởng")
    assert after.endswith("(Ký, ghi rõ họ tên)")


def test_assumed_figures_are_marked_on_both(thankful):
    Portal.objects.filter(pk=thankful.portal.pk).update(assumed_from=date(2026, 7, 1))
    thankful.portal.refresh_from_db()
    assert all(ASSUMED_MARK in text for text in pages(printed(thankful)))


def test_long_names_and_titles_stay_on_one_certificate(thankful):
    (paper,) = thanks_papers._papers(
        thankful.portal,
        HALF,
        [recognised(actor=thankful.actor("head"), portal=thankful.portal, period=HALF).people[0]],
        None,
    )
    wide = replace(
        paper,
        name="Công Tằng Tôn Nữ Thị Huyền Trân Nguyễn Phúc Bảo Khánh Đặng Hoàng Yến Nhi",
        unit="Trung tâm Phục vụ hành chính công và Văn phòng Hội đồng nhân dân, Uỷ ban nhân dân xã Tân Thành",
        deeds=(f"có tác phẩm “{LONG}”", f"đưa tin từ {LONG}", "cộng tác đều đặn"),
    )
    (text,) = pages(thanks_pdf([wide], kinds=[CERTIFICATE]))
    squeezed = text.replace(" ", "")
    for part in (wide.name, wide.unit, *wide.deeds):
        assert part.replace(" ", "") in squeezed


def test_places_heard_again_stand_in_one_sentence(world):
    for number, month in enumerate((7, 8, 9, 10, 11), start=1):
        unit = portals.open_unit(actor=system_actor(world.portal), kind="hamlet", name=f"Ấp {number}", opened=OPENED)
        Membership.objects.filter(contributor=world.people["lan"]).update(unit=unit)
        world.published("lan", f"2026-{month:02d}-10T09:00")
    with clock.at(AFTER):
        (text,) = pages(printed(world, kinds=[CERTIFICATE]))
    assert "đã đưa tin từ Ấp 1, Ấp 2, Ấp 3 và 2 nơi khác, nơi đã vắng tin ít nhất 90 ngày." in text


def test_others_see_and_print_nothing(thankful):
    for name in ("lan", "accountant", "holder", "admin"):
        with pytest.raises(DomainError, match="not_allowed"):
            printed(thankful, [thankful.people["lan"].public_id], by=name)
    assert not Event.objects.filter(kind="thanks.printed").exists()


SITUATIONS = {
    "thanks_nobody": lambda world: printed(world, []),
    "thanks_too_many": printed,
}


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_named_error_has_its_situation(thankful, monkeypatch, code):
    monkeypatch.setattr(thanks_papers, "MOST_PEOPLE", 1)
    events = Event.objects.count()
    with pytest.raises(DomainError) as refused:
        SITUATIONS[code](thankful)
    assert refused.value.code == code
    assert "{" not in refused.value.message()
    assert Event.objects.count() == events


def test_nothing_to_print_in_an_empty_period(thankful):
    empty = Period(date(2025, 1, 1), date(2025, 7, 1))
    found = recognised(actor=thankful.actor("head"), portal=thankful.portal, period=empty)
    assert (found.people, found.pieces) == ((), 0)
    with pytest.raises(DomainError, match="thanks_nobody"):
        print_thanks(
            actor=thankful.actor("head"),
            portal=thankful.portal,
            period=empty,
            people=[thankful.people["lan"].public_id],
            kinds=PAPERS,
        )
