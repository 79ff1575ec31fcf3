from __future__ import annotations

import uuid

import pytest

from contributors import clock
from contributors.drafting import edit_piece
from contributors.models import Contributor, ContributorState, CreditSource, Piece, Score
from contributors.newsroom import return_piece
from contributors.pledges import current_pledge
from tests.factories.world import at
from tests.web.conftest import summary_of, texts


def approve(client, piece, **answers):
    return client.post(f"/review/{piece.public_id}/approve/", {"version": piece.version, **answers})


def test_approve_with_a_score_as_people_write_it(world, as_):
    piece = world.submitted()
    assert approve(as_("head"), piece, coefficient="1,5", reason="Kịp thời")["Location"] == "/desk/"
    assert world.fresh(piece).state == "approved"
    score = Score.objects.get()
    assert (str(score.coefficient), score.reason) == ("1.500", "Kịp thời")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2,1", "Hệ số phải từ 0,5 đến 2 theo “Biểu minh hoạ năm 2024 (số liệu giả định)”."),
        ("", "Hãy chấm hệ số trước khi duyệt (từ 0,5 đến 2)."),
        ("nhiều", "Hãy ghi một số, ví dụ 1,5."),
    ],
)
def test_approve_refused_keeps_what_was_typed(world, as_, typed, said):
    piece = world.submitted()
    answer = approve(as_("head"), piece, coefficient=typed, reason="Lời ghi")
    assert (answer.status_code, summary_of(answer)) == (422, [said])
    assert f'value="{typed}"' in texts(answer)
    assert 'value="Lời ghi"' in texts(answer)
    assert '<a href="#id_coefficient">' in texts(answer)
    assert world.fresh(piece).state == "submitted"


def test_approve_stale_version_shows_the_new_text_and_counts_only_the_next_press(world, as_):
    piece = world.submitted()
    edit_piece(actor=world.actor("lan"), piece=piece, seen_version=piece.version, body="Chữ mới của tác giả.")
    answer = approve(as_("head"), piece, coefficient="1,7")
    assert answer.status_code == 409
    page = texts(answer)
    assert "Chữ mới của tác giả." in page
    assert 'value="1,7"' in page
    assert world.fresh(piece).state == "submitted"
    assert answer.context["approve"]["version"].value() == str(world.fresh(piece).version)


def test_recompute_shows_amounts_and_decides_nothing(world, as_):
    piece = world.submitted(photos_by=("lan",))
    answer = approve(as_("head"), piece, coefficient="1,5", photo_coefficient="0,5", recompute="1")
    assert answer.status_code == 200
    assert "379.500\u00a0đ" in texts(answer)
    assert "126.500\u00a0đ" in texts(answer)
    assert world.fresh(piece).state == "submitted"


def test_amounts_fragment_moves_with_the_score(world, as_):
    piece = world.submitted()
    client = as_("head")
    totals = {
        typed: client.get(f"/review/{piece.public_id}/amounts/?coefficient={typed}").context["amounts"].shown.total
        for typed in ("1", "2")
    }
    assert totals == {"1": 253_000 + 30_000, "2": 506_000 + 30_000}


def test_amounts_show_what_is_left_of_the_fund(world, as_):
    piece = world.submitted()
    amounts = as_("head").get(f"/review/{piece.public_id}/amounts/?coefficient=1").context["amounts"]
    assert amounts.left_after == 50_000_000 - 283_000


def test_maker_finds_no_button_and_is_told_who_decides(world, as_):
    piece = world.submitted(by="head")
    page = texts(as_("head").get(f"/review/{piece.public_id}/"))
    assert "/approve/" not in page
    assert "Người làm ra tin, bài không tự duyệt." in page
    assert "/approve/" in texts(as_("deputy").get(f"/review/{piece.public_id}/"))


@pytest.mark.parametrize("step", ["return", "decline"])
def test_reason_is_asked_for(world, as_, step):
    piece = world.submitted()
    answer = as_("head").post(f"/review/{piece.public_id}/{step}/", {"version": piece.version, "reason": " "})
    assert (answer.status_code, summary_of(answer)) == (422, ["Hãy ghi lý do để tác giả biết."])
    assert f'<a href="#{step}_reason">' in texts(answer)
    assert f'id="{step}_reason"' in texts(answer)
    assert world.fresh(piece).state == "submitted"


def test_return_and_decline(world, as_):
    for step, state in (("return", "returned"), ("decline", "declined")):
        piece = world.submitted()
        answer = as_("head").post(
            f"/review/{piece.public_id}/{step}/", {"version": piece.version, "reason": "Thiếu nơi chốn"}
        )
        assert answer["Location"] == "/desk/"
        assert (world.fresh(piece).state, world.fresh(piece).state_reason) == (state, "Thiếu nơi chốn")


def test_review_shows_what_changed_since_the_return(world, as_):
    from contributors.newsroom import submit_piece

    piece = world.submitted(body="Hơn 50 người tham gia.")
    piece = return_piece(actor=world.actor("head"), piece=piece, seen_version=piece.version, reason="Đếm lại.")
    piece = edit_piece(actor=world.actor("lan"), piece=piece, seen_version=piece.version, body="Hơn 60 người tham gia.")
    submit_piece(actor=world.actor("lan"), piece=piece, seen_version=piece.version, pledge=current_pledge().version)
    page = texts(as_("head").get(f"/review/{piece.public_id}/"))
    assert "Hơn <del>50</del><ins>60</ins> người tham gia." in page


def test_text_of_a_piece_is_shown_as_text(world, as_):
    piece = world.submitted(title="<b>Đậm</b>", body="<script>alert(1)</script>")
    page = texts(as_("head").get(f"/review/{piece.public_id}/"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;Đậm&lt;/b&gt;" in page


def test_publish_records_the_address(world, as_):
    piece = world.approved()
    client = as_("publisher")
    answer = client.post(
        f"/publish/{piece.public_id}/", {"version": piece.version, "published_url": "https://xa.example/tin/1"}
    )
    assert answer["Location"] == "/desk/"
    assert (world.fresh(piece).state, world.fresh(piece).published_url) == ("published", "https://xa.example/tin/1")


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("", 422, "Hãy dán địa chỉ bài trên trang."),
        ("xa.example", 422, "Địa chỉ phải bắt đầu bằng http:// hoặc https://."),
        ("https://xa.example/tin/cu", 409, "Địa chỉ này đã ghi cho một tin, bài khác."),
    ],
)
def test_publish_refused_keeps_the_address(world, as_, typed, status, said):
    other = world.approved()
    as_("publisher").post(
        f"/publish/{other.public_id}/", {"version": other.version, "published_url": "https://xa.example/tin/cu"}
    )
    piece = world.approved()
    answer = as_("publisher").post(f"/publish/{piece.public_id}/", {"version": piece.version, "published_url": typed})
    assert (answer.status_code, summary_of(answer)) == (status, [said])
    assert answer.context["form"]["published_url"].value() == typed


def test_photo_is_served_as_a_checked_download(world, as_):
    photo = world.submitted(photos_by=("lan",)).photos.get()
    answer = as_("head").get(f"/photos/{photo.public_id}/")
    assert answer["Content-Disposition"] == 'attachment; filename="ap-ra-quan-don-duong-1.jpg"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert as_("hoa").get(f"/photos/{photo.public_id}/").status_code == 404


DOCUMENT = {
    "number": "45/KH-UBND",
    "kind": "Kế hoạch",
    "issuer": "UBND xã",
    "issued_on": "2026-11-20",
    "signer": "Đoàn Văn Ấn",
    "title": "Kế hoạch ra quân cuối năm",
    "url": "https://xa.example/van-ban/45",
}


def test_document_is_posted_without_review_and_twice_is_one(world, as_):
    answers = {"client_key": str(uuid.uuid4()), **DOCUMENT}
    client = as_("deputy")
    assert [client.post("/documents/", answers).status_code for _ in range(2)] == [302, 302]
    piece = Piece.objects.get()
    assert (piece.state, piece.document_number, piece.document_signer) == ("published", "45/KH-UBND", "Đoàn Văn Ấn")
    assert [credit.role for credit in piece.credits.filter(source=CreditSource.LOG)] == ["data_provider"]


def test_document_refused_leaves_nothing_behind(world, as_):
    answers = {"client_key": str(uuid.uuid4()), **DOCUMENT, "url": "xa.example"}
    client = as_("deputy")
    answer = client.post("/documents/", answers)
    assert (answer.status_code, summary_of(answer)) == (422, ["Địa chỉ phải bắt đầu bằng http:// hoặc https://."])
    assert Piece.objects.count() == 0
    assert client.post("/documents/", {**answers, **DOCUMENT}).status_code == 302


def applied(world) -> Contributor:
    person = world.people["hoa"]
    Contributor.objects.filter(pk=person.pk).update(state=ContributorState.APPLIED)
    return world.fresh(person)


def test_application_accepted(world, as_):
    person = applied(world)
    answer = as_("head").post(f"/applications/{person.public_id}/", {"version": person.version, "accept": "1"})
    assert answer["Location"] == f"/applications/{person.public_id}/welcome/"
    assert world.fresh(person).state == "active"


def test_application_declined_needs_a_reason(world, as_):
    person = applied(world)
    client = as_("head")
    answer = client.post(f"/applications/{person.public_id}/", {"version": person.version, "decline": "1"})
    assert summary_of(answer) == ["Hãy ghi lý do để tác giả biết."]
    client.post(
        f"/applications/{person.public_id}/", {"version": person.version, "decline": "1", "reason": "Ngoài địa bàn"}
    )
    assert (world.fresh(person).state, world.fresh(person).state_reason) == ("declined", "Ngoài địa bàn")


def test_output_counts_a_period_by_its_last_day(world, as_):
    world.published(when="2026-07-31T22:00", photos_by=("lan", "hoa"))
    world.published(when="2026-08-01T08:00")
    client = as_("head")
    figures = client.get("/output/?first=2026-07-01&last=2026-07-31").context["figures"]
    assert (figures.news, figures.photos) == (1, 2)
    assert client.get("/output/?first=2026-07-01&last=2026-08-01").context["figures"].news == 2


def test_output_wrong_period_is_said(world, as_):
    answer = as_("head").get("/output/?first=2026-07-02&last=2026-07-01")
    assert (answer.status_code, summary_of(answer)) == (422, ["Ngày cuối không được trước ngày đầu."])


def test_output_says_what_unpaid_work_would_have_cost_to_those_who_decide(world, as_):
    world.published(coefficient="1.5", photo=None)
    address = "/output/?first=2026-07-01&last=2026-07-31"
    cost = as_("head").get(address).context["cost"]
    assert (cost.low, cost.high) == (409_500, 409_500)
    assert "cost" not in as_("publisher").get(address).context


def test_assumed_mark_stands_only_where_it_concerns_what_is_shown(world, as_):
    from datetime import date

    world.portal.assumed_from = date(2026, 7, 1)
    world.portal.save()
    client = as_("head")
    marked = {
        address: "Số liệu giả định" in texts(client.get(address))
        for address in (
            "/desk/",
            "/output/?first=2026-01-01&last=2026-06-30",
            "/output/?first=2026-01-01&last=2026-07-01",
        )
    }
    assert list(marked.values()) == [True, False, True]


def test_output_shows_the_latest_half_year_in_which_anything_went_up(world, as_):
    world.published(when="2026-07-10T09:00")
    with clock.at(at("2028-02-03T09:00")):
        assert as_("head").get("/output/").context["first"].isoformat() == "2026-07-01"
    with clock.at(at("2027-02-03T09:00")):
        assert as_("head").get("/output/").context["first"].isoformat() == "2026-07-01"
    with clock.at(at("2026-09-03T09:00")):
        assert as_("head").get("/output/").context["first"].isoformat() == "2026-01-01"
