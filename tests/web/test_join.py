"""Joining on a phone: from the poster's code to the receipt, the board's answer, and what strangers learn."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contributors import clock, portals, registration
from contributors.actors import system_actor
from contributors.claims import propose_claim
from contributors.invitations import make_invitation, revoke_invitation, token_of
from contributors.models import Claim, Contributor, ContributorState, Invitation
from tests.contributors.joining import CONSENTS, apply, focal_person, person_in
from tests.factories.world import OPENED, World, at
from tests.web.conftest import summary_of, texts

GIVEN = {
    "full_name": "Trần Thị Mới",
    "phone": "0912 345 678",
    "texts_version": "2026-01",
    "consent_registration": "on",
    "pen_name": "Hoa Sen",
    "birth_year": "1960",
}


@pytest.fixture
def invitation(world: World) -> Invitation:
    return make_invitation(actor=world.actor("head"), unit=world.unit, uses=3)


@pytest.fixture
def address(invitation) -> str:
    return f"/j/{token_of(invitation)}/"


def send(client: Client, address: str, **fields):
    return client.post(address, GIVEN | {"client_key": str(uuid.uuid4())} | fields)


def test_poster_opens_a_page_that_knows_the_hamlet(world, address):
    answer = Client().get(address)
    assert answer.status_code == 200
    for words in ("Ấp Mẫu", "Trang thông tin điện tử xã Mẫu", "Họ và tên", "Luật Bảo vệ dữ liệu cá nhân"):
        assert words in texts(answer)
    # "no-referrer" would make browsers send `Origin: null`, and every application would be refused for its token.
    assert answer["Referrer-Policy"] == "same-origin"
    assert Client().get(address.lower()).status_code == 200


def test_joining_gives_a_receipt_that_only_this_browser_shows(world, address, invitation):
    client = Client()
    answer = send(client, address)
    assert answer.status_code == 302
    person = Contributor.objects.get(full_name="Trần Thị Mới")
    assert (person.state, person.phone, person.birth_year) == (ContributorState.APPLIED, "+84912345678", 1960)
    assert (person.invitation, person.memberships.get().unit, person.account) == (invitation, world.unit, None)
    assert [row.purpose for row in person.consents.all()] == ["registration"]
    page = texts(client.get("/joined/"))
    assert person.receipt_number in page
    assert "Ấp Mẫu" in page
    assert "Chưa đồng ý".lower() in texts(client.get("/joined/consent/"))
    pdf = client.get("/joined/consent/pdf/")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    stranger = Client()
    assert stranger.get("/joined/").status_code == 302
    assert stranger.get("/joined/consent/").status_code == 404
    assert stranger.get("/joined/consent/pdf/").status_code == 404
    client.post("/joined/forget/")
    assert client.get("/joined/").status_code == 302


def test_receipt_is_gone_after_two_hours(world, address, settings):
    client = Client()
    send(client, address)
    session = client.session
    entry = session["joined"][0]
    entry["at"] = "2020-01-01T00:00:00+00:00"
    session["joined"] = [entry]
    session.save()
    assert client.get("/joined/").status_code == 302


def test_second_press_is_the_same_application(world, address, invitation):
    client, key = Client(), str(uuid.uuid4())
    for _ in range(2):
        assert send(client, address, client_key=key).status_code == 302
    assert Contributor.objects.filter(full_name="Trần Thị Mới").count() == 1
    assert world.fresh(invitation).uses_left == 2


def test_every_wrong_field_is_named_and_what_was_typed_stays(world, address):
    answer = send(
        Client(), address, full_name="", phone="12", birth_year="2090", consent_registration="", pen_name="Bút Cũ"
    )
    assert answer.status_code == 422
    assert summary_of(answer) == [
        "Hãy ghi họ và tên.",
        "Số điện thoại phải có 10 chữ số, bắt đầu bằng 03, 05, 07, 08 hoặc 09.",
        "Năm sinh không hợp lý.",
        "Cần đồng ý cho dùng thông tin để đăng ký.",
    ]
    page = texts(answer)
    assert 'value="12"' in page
    assert 'value="Bút Cũ"' in page
    assert not Contributor.objects.filter(state=ContributorState.APPLIED).exists()


@pytest.mark.parametrize("end", ["revoked", "expired", "used up"])
def test_ended_invitation_says_so_and_keeps_what_was_typed(world, address, invitation, end):
    moment = clock.now()
    if end == "revoked":
        revoke_invitation(actor=world.actor("head"), invitation=invitation)
    elif end == "expired":
        moment += timedelta(days=90)
    else:
        Invitation.objects.filter(pk=invitation.pk).update(uses_left=0)
    with clock.at(moment):
        shown, sent = Client().get(address), send(Client(), address)
    assert (shown.status_code, sent.status_code) == (410, 410)
    assert "Gõ mã khác" in texts(shown)
    assert 'value="Trần Thị Mới"' in texts(sent)
    assert len(summary_of(sent)) == 1
    assert not Contributor.objects.filter(state=ContributorState.APPLIED).exists()


def test_code_is_typed_by_hand(world, address):
    token = address.split("/")[2]
    typed = f"{token[:4]}-{token[4:8]} {token[8:]}".lower()
    assert Client().get("/j/", {"code": typed}).headers["Location"] == address
    wrong = Client().get("/j/", {"code": "khong phai ma"})
    assert wrong.status_code == 404
    assert summary_of(wrong) == ["Không có lời mời nào mang mã này. Hãy xem lại từng chữ, từng số trên tờ giới thiệu."]
    assert Client().get("/j/2222-2222-2222/").status_code == 404


def test_trying_codes_is_limited_and_the_right_one_still_opens(world, address):
    client = Client()
    answers = [client.get(f"/j/2222-2222-22{first}{second}/") for first in "23456" for second in "2345678"]
    assert {answer.status_code for answer in answers[:30]} == {404}
    assert {answer.status_code for answer in answers[30:]} == {429}
    assert client.get(address).status_code == 200


def test_joining_is_limited_per_address(world, address, monkeypatch, settings):
    from web.public import joining

    monkeypatch.setattr(joining, "MOST_OF_ADDRESS", (2, timedelta(hours=1)))
    client = Client()
    assert [send(client, address, full_name=f"Người {n}").status_code for n in "ABC"] == [302, 302, 429]
    assert Contributor.objects.filter(state=ContributorState.APPLIED).count() == 2
    settings.TRUSTED_PROXIES = 1
    assert send(client, address, full_name="Người D").status_code == 429
    other = client.post(address, GIVEN | {"client_key": str(uuid.uuid4())}, headers={"X-Forwarded-For": "203.0.113.9"})
    assert other.status_code == 302


def test_known_phone_and_name_look_like_any_others(world, address):
    lan = world.people["lan"]
    phone = f"0{lan.phone[3:]}"

    def page_for(name, phone):
        client = Client()
        send(client, address, full_name=name, phone=phone, pen_name="", birth_year="")
        page = texts(client.get("/joined/"))
        return (
            re.sub(r"CTV-\w{8}|csrfmiddlewaretoken\S* value=\S+", "", page)
            .replace(name, "TÊN")
            .replace("\u00a0".join((phone[:4], phone[4:7], phone[7:])), "SỐ")
        )

    assert page_for(lan.full_name, phone) == page_for("Trần Thị Mới", "0912345678")


def test_open_registration_asks_for_the_unit(world):
    client = Client()
    assert "Ấp Mẫu" in texts(client.get("/join/"))
    missing = send(client, "/join/")
    assert summary_of(missing) == ["Hãy chọn ấp, ngành của bạn."]
    assert send(client, "/join/", unit=str(world.unit.public_id)).status_code == 302
    assert Contributor.objects.get(full_name="Trần Thị Mới").memberships.get().unit == world.unit
    portals.open_portal(name="Trang xã Khác", slug="xa-khac")
    assert client.get("/join/").headers["Location"] == "/j/"


def test_status_tells_only_who_knows_number_and_phone(world):
    person = apply(world)

    def ask(receipt, tail):
        return texts(Client().post("/joined/status/", {"receipt": receipt, "tail": tail}))

    assert "Ban biên tập đang xem" in ask(person.receipt_number.lower().replace("-", " "), "678")
    nothing = "Không thấy đăng ký nào"
    assert nothing in ask(person.receipt_number, "679")
    assert nothing in ask("CTV-22222222", "678")
    registration.decide_application(
        actor=world.actor("head"), contributor=person, accept=False, seen_version=1, reason="Chưa rõ là ai."
    )
    assert "Chưa rõ là ai." in ask(person.receipt_number, "678")
    client = Client()
    for _ in range(20):
        client.post("/joined/status/", {"receipt": "CTV-22222222", "tail": "678"})
    assert client.post("/joined/status/", {"receipt": person.receipt_number, "tail": "678"}).status_code == 429


def test_personal_invitation_knows_the_name(world):
    recorded = person_in(world, ContributorState.RECORDED, "Nguyễn Thị Bé Năm")
    row = make_invitation(actor=world.actor("head"), contributor=recorded)
    client, address = Client(), f"/j/{token_of(row)}/"
    page = texts(client.get(address))
    assert "Chào Nguyễn Thị Bé Năm" in page
    assert 'name="full_name"' not in page
    assert send(client, address).status_code == 302
    assert world.fresh(recorded).state == ContributorState.APPLIED
    assert client.get(address).status_code == 410


# --- the board


def test_board_makes_prints_and_revokes(world, as_):
    head = as_("head")
    assert "Còn 1 nơi chưa có lời mời" in texts(head.get("/invitations/"))
    made = head.post("/invitations/all/", {"uses": "40", "last_day": "2027-01-31"})
    assert made.status_code == 302
    row = Invitation.objects.get()
    assert (row.unit, row.uses, row.expires_at) == (world.unit, 40, at("2027-02-01T00:00"))
    page = unescape(texts(head.get(f"/invitations/{row.public_id}/")))
    assert token_of(row) in page
    assert "31/01/2027" in page
    for name in ("/invitations/posters/pdf/", "/invitations/cards/pdf/"):
        assert b"".join(head.get(name).streaming_content).startswith(b"%PDF")
    for name in ("poster", "cards"):
        assert b"".join(head.get(f"/invitations/{row.public_id}/{name}/pdf/").streaming_content).startswith(b"%PDF")
    assert "Thu lại lời mời này?" in texts(head.get(f"/invitations/{row.public_id}/revoke/"))
    assert head.post(f"/invitations/{row.public_id}/revoke/").status_code == 302
    assert world.fresh(row).revoked_at is not None
    assert token_of(row) not in texts(head.get(f"/invitations/{row.public_id}/"))
    assert head.get(f"/invitations/{row.public_id}/poster/pdf/").status_code == 404


def test_one_invitation_from_two_presses(world, as_):
    head, key = as_("head"), str(uuid.uuid4())
    body = {"unit": str(world.unit.public_id), "uses": "5", "last_day": "2026-12-31", "note": "", "client_key": key}
    with clock.at(clock.now().replace(year=2026, month=11, day=1)):
        assert [head.post("/invitations/new/", body).status_code for _ in range(2)] == [302, 302]
    assert Invitation.objects.count() == 1
    wrong = head.post(
        "/invitations/new/", body | {"client_key": str(uuid.uuid4()), "uses": "0", "last_day": "2090-01-01"}
    )
    assert wrong.status_code == 422


WHO_SEES = {
    "/invitations/": {"head", "deputy", "admin", "focal"},
    "/invitations/new/": {"head", "deputy", "admin", "focal"},
    "/invitations/all/": {"head", "deputy", "admin", "focal"},
    "/invitations/{invitation}/": {"head", "deputy", "admin", "focal"},
    "/invitations/{invitation}/revoke/": {"head", "deputy", "admin", "focal"},
    "/invitations/{invitation}/poster/pdf/": {"head", "deputy", "admin", "focal"},
    "/invitations/{invitation}/cards/pdf/": {"head", "deputy", "admin", "focal"},
    "/invitations/posters/pdf/": {"head", "deputy", "admin", "focal"},
    "/invitations/cards/pdf/": {"head", "deputy", "admin", "focal"},
    "/register/": {"head", "deputy", "writer", "publisher", "admin", "focal"},
    "/registered/{applied}/": {"head", "deputy", "writer", "publisher", "admin", "focal"},
    "/consents/{applied}/": {"head", "deputy", "writer", "publisher", "admin", "focal"},
    "/consents/{applied}/pdf/": {"head", "deputy", "writer", "publisher", "admin", "focal"},
    "/consents/{lan}/": {"head", "deputy", "writer", "publisher", "admin", "focal", "lan"},
    "/applications/": {"head", "deputy"},
    "/applications/{applied}/": {"head", "deputy"},
    "/applications/{lan}/welcome/": {"head", "deputy"},
    "/claims/": {"head", "deputy", "writer", "publisher", "admin", "focal"},
    "/claims/{claim}/": {"head", "deputy", "writer", "publisher", "admin", "focal"},
    "/me/claims/": {"head", "deputy", "writer", "publisher", "lan", "hoa"},
}


def test_who_sees_which_page(world, invitation, as_):
    focal_person(world)
    recorded = person_in(world, ContributorState.RECORDED, "Thị Lan")
    claim = propose_claim(actor=world.actor("lan"), contributor=world.people["lan"], recorded=recorded)
    rows = {
        "invitation": invitation.public_id,
        "applied": apply(world).public_id,
        "lan": world.people["lan"].public_id,
        "claim": claim.public_id,
    }
    everybody = ("head", "deputy", "writer", "publisher", "accountant", "holder", "admin", "lan", "hoa", "focal")
    clients = {name: as_(name) for name in everybody}
    for page, who in WHO_SEES.items():
        address = page.format(**rows)
        codes = {name: client.get(address).status_code for name, client in clients.items()}
        assert {name for name, code in codes.items() if code == 200} == who, page
        assert set(codes.values()) <= {200, 403, 404}, page
        assert Client().get(address).status_code == 302, page


def test_focal_person_sees_only_their_unit(world, as_):
    other = portals.open_unit(actor=system_actor(world.portal), kind="hamlet", name="Ấp Bên", opened=OPENED)
    foreign = make_invitation(actor=world.actor("head"), unit=other)
    there = apply(world, unit=other)
    focal_person(world)
    focal = as_("focal")
    assert focal.get(f"/invitations/{foreign.public_id}/").status_code == 404
    assert focal.get(f"/registered/{there.public_id}/").status_code == 403
    assert "Ấp Bên" not in texts(focal.get("/register/"))
    refused = send(focal, "/register/", unit=str(other.public_id), category="volunteer")
    assert refused.status_code == 422
    assert send(focal, "/register/", unit=str(world.unit.public_id), phone="", category="volunteer").status_code == 302
    person = Contributor.objects.get(phone="", state=ContributorState.APPLIED)
    page = texts(focal.get(f"/registered/{person.public_id}/"))
    assert "Cao Văn Mối" in page
    assert person.receipt_number in page


def test_registering_a_recorded_person(world, as_):
    recorded = person_in(world, ContributorState.RECORDED, "Nguyễn Thị Bé Năm")
    address = f"/register/?person={recorded.public_id}"
    assert "Đăng ký hộ Nguyễn Thị Bé Năm" in texts(as_("head").get(address))
    assert send(as_("head"), address, version=str(recorded.version)).status_code == 302
    assert world.fresh(recorded).state == ContributorState.APPLIED
    assert send(as_("head"), address, version=str(recorded.version)).status_code == 409


def test_application_shows_hints_and_leads_to_the_welcome(world, as_):
    recorded = person_in(world, ContributorState.RECORDED, "Bé Năm")
    apply(world, full_name="Lê Văn Chồng")
    person = apply(world, full_name="Nguyễn Thị Bé Năm")
    head, address = as_("head"), f"/applications/{person.public_id}/"
    page = texts(head.get(address))
    assert "Dùng chung số điện thoại" in page
    assert "Có thể đã được nêu tên" in page
    proposed = head.post("/claims/new/", {"contributor": person.public_id, "recorded": recorded.public_id})
    assert proposed.status_code == 302
    assert Claim.objects.get().recorded == recorded
    declined = head.post(address, {"version": "1", "decline": "1", "reason": ""})
    assert declined.status_code == 422
    accepted = head.post(address, {"version": "1", "accept": "1"})
    assert accepted.headers["Location"] == f"{address}welcome/"
    welcome = unescape(texts(head.get(f"{address}welcome/")))
    assert "Chào Nguyễn Thị Bé Năm" in welcome
    assert "/l/" not in welcome
    handed = unescape(texts(head.post(f"{address}welcome/")))
    way_in = re.search(r"/l/[\w-]+/", handed)
    assert way_in
    assert Client().get(way_in.group()).status_code == 200
    assert way_in.group() not in unescape(texts(head.get(f"{address}welcome/")))


def test_claim_is_answered_on_its_page(world, as_):
    recorded = person_in(world, ContributorState.RECORDED, "Thị Lan")
    lan = as_("lan")
    assert "Thị Lan" in texts(lan.get("/me/claims/"))
    assert lan.post("/me/claims/", {"recorded": world.people["hoa"].public_id}).status_code == 404
    assert lan.post("/me/claims/", {"recorded": recorded.public_id}).status_code == 302
    claim = Claim.objects.get()
    answer = as_("head").post(f"/claims/{claim.public_id}/", {"version": recorded.version, "accept": "1"})
    assert answer.status_code == 302
    assert world.fresh(recorded).merged_into == world.people["lan"]


def test_lists_ask_as_many_questions_for_thirty_as_for_one(world, as_):
    head = as_("head")

    def asked(address):
        with CaptureQueriesContext(connection) as queries:
            assert head.get(address).status_code == 200
        return len(queries)

    def more(count):
        for number in range(count):
            unit = portals.open_unit(
                actor=system_actor(world.portal), kind="hamlet", name=f"Ấp {uuid.uuid4().hex[:6]}", opened=OPENED
            )
            make_invitation(actor=world.actor("head"), unit=unit)
            apply(world, full_name=f"Người Thứ {number}", unit=unit)

    more(1)
    pages = ("/invitations/", "/applications/", "/claims/")
    before = [asked(page) for page in pages]
    more(15)
    assert [asked(page) for page in pages] == before
    assert max(before) <= 30


def test_consents_of_the_test_are_those_of_the_page():
    assert dict(CONSENTS)["registration"] == GIVEN["texts_version"]
