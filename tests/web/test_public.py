"""The page of a portal for everybody: whom it looks for, what it pays, whom it thanks, and nothing private."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from contributors import portals
from contributors.actors import system_actor
from contributors.consenting import give_consent, withdraw_consent
from contributors.models import Contributor, Genre, Portal
from payments.fee_ranges import fees_offered
from tests.factories.world import OPENED, build_world
from tests.web.conftest import texts
from tests.web.test_queries import asked

ADDRESS = "/p/xa-mau/"


def visible(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_one_portal_stands_on_the_front_page_and_at_its_own_address(world):
    for address in ("/", ADDRESS):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert "Chuyện ấp mình, lên trang của xã" in texts(answer)
        assert '<meta property="og:title" content="Mời bà con viết cho Trang thông tin điện tử xã Mẫu">' in texts(
            answer
        )
        assert f'<link rel="canonical" href="http://127.0.0.1:8000{ADDRESS}">' in texts(answer)
    assert Client().get("/p/khong-co/").status_code == 404


def test_several_portals_are_chosen_by_name(world):
    portals.open_portal(name="Trang xã Khác", slug="xa-khac")
    page = texts(Client().get("/"))
    assert f'href="{ADDRESS}"' in page
    assert 'href="/p/xa-khac/"' in page


def test_places_without_anybody_are_named(world):
    founder = system_actor(world.portal)
    empty = portals.open_unit(actor=founder, kind="hamlet", name="Ấp Vắng", opened=OPENED)
    assert Client().get(ADDRESS).context["face"].wanted == [empty.name]
    part = portals.open_unit(actor=founder, kind="hamlet", name="Tổ 1", opened=OPENED, parent=empty)
    assert Client().get(ADDRESS).context["face"].wanted == [part.name]


def test_fees_are_those_of_the_schedule_in_force(world):
    offered = {each.code: each for each in fees_offered(world.portal)}
    # Bắc Giang's lines: a news item has a coefficient of 0.5 to 2, one coefficient is worth 253.000 đ.
    assert (offered["news_item"].low, offered["news_item"].high) == (126_500, 506_000)
    assert "document" not in offered or Genre.objects.get(code="document").for_contributors
    assert "126.500 – 506.000\u00a0đ" in texts(Client().get(ADDRESS))


@pytest.mark.parametrize("mode", ["unpaid", "trial"])
def test_portal_that_does_not_pay_speaks_of_no_money(world, mode):
    portals.set_payment_mode(actor=system_actor(world.portal), mode=mode, effective_from=OPENED)
    page = visible(texts(Client().get(ADDRESS)))
    assert "đ " not in page.replace("đăng", "").replace("được", "") or "000" not in page
    assert "nhận bao nhiêu" not in page


def test_only_who_agreed_is_named_and_nothing_private_is_shown(world):
    lan = world.people["lan"]
    world.published(by="lan", title="Ấp Mẫu thắp sáng đường quê")
    assert "Nguyễn Thị Lan" not in texts(Client().get("/"))
    give_consent(actor=world.actor("lan"), contributor=lan, purpose="publication", version="2026-01")
    page = texts(Client().get(ADDRESS))
    assert "Ấp Mẫu thắp sáng đường quê" in page
    assert "Nguyễn Thị Lan" in page
    withdraw_consent(actor=world.actor("lan"), contributor=lan, purpose="publication")
    page = texts(Client().get(ADDRESS))
    assert "Nguyễn Thị Lan" not in page
    for person in Contributor.objects.all():
        assert person.phone not in page
        assert person.phone.replace("+84", "0") not in page


def test_what_is_not_published_is_not_shown(world):
    world.submitted(title="Tin đang duyệt")
    world.approved(title="Tin chờ đăng")
    page = texts(Client().get(ADDRESS))
    assert "Tin đang duyệt" not in page
    assert "Tin chờ đăng" not in page


def test_other_portals_stay_behind_the_wall(world):
    other = build_world("xa-ben")
    assert Portal.objects.count() == 2
    from contributors.scopes import portal_scope

    with portal_scope(other.portal):
        other.published(by="lan", title="Tin của xã bên")
    assert "Tin của xã bên" not in texts(Client().get(ADDRESS))
    assert "Tin của xã bên" in texts(Client().get("/p/xa-ben/"))


def test_page_asks_as_much_for_many_as_for_one(world):
    def add(count):
        for number in range(count):
            world.published(by=("lan", "hoa")[number % 2], title=f"Tin {number}")

    add(1)
    one = asked(Client(), ADDRESS)
    add(7)
    assert asked(Client(), ADDRESS) == one <= 30


def test_language_is_kept_for_the_person_and_for_the_visitor(world, as_):
    lan = as_("lan")
    lan.post("/language/", {"language": "en", "next": "/me/"})
    world.accounts["lan"].refresh_from_db()
    assert world.accounts["lan"].language == "en"
    fresh = as_("lan")  # another phone
    assert '<html lang="en">' in texts(fresh.get("/me/"))
    assert '<html lang="vi">' in texts(as_("hoa").get("/me/"))
    visitor = Client()
    visitor.post("/language/", {"language": "en", "next": ADDRESS})
    assert "Contributors of" in texts(visitor.get(ADDRESS))
    visitor.post("/language/", {"language": "xx", "next": ADDRESS})
    assert '<html lang="en">' in texts(visitor.get(ADDRESS))


def test_admin_and_others_without_a_desk_land_on_a_page_of_theirs(world, as_):
    for name, address in (("admin", "/setup/"), ("lan", "/me/"), ("accountant", "/runs/")):
        answer = as_(name).get("/")
        assert answer["Location"] == address
        assert as_(name).get(address).status_code == 200
