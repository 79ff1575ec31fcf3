"""An office opens its portal in a real browser, from the one-time link to the first poster; the public page after it."""

from __future__ import annotations

import pytest

from contributors.models import Seat, Unit
from contributors.opening import offer_opening
from contributors.scopes import portal_scope
from tests.browser.chromium import DESK, PHONE
from tests.browser.conftest import PASSWORD
from tests.factories.world import new_phone

pytestmark = pytest.mark.browser
MOST_PAGES, MOST_FIELDS = 12, 30  # what a quarter of an hour holds: a field takes half a minute to look up and type


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, False), (DESK, True)])
def test_portal_is_set_up_in_a_quarter_of_an_hour(committed_world, site, visitor, width, scripts):
    office = visitor(width=width, scripts=scripts)
    page, wrong, pages, fields = office.page, [], set(), 0

    def seen(name: str) -> None:
        wrong.extend(office.look(f"setup-{name}"))
        pages.add(office.path)

    def write(**said: str) -> None:
        nonlocal fields
        fields += len(said)
        for name, text in said.items():
            page.fill(f"#id_{name}", text)

    def task(title: str) -> None:
        page.locator("main a.title", has_text=title).first.click()
        page.wait_for_load_state()

    token = offer_opening()
    office.go(f"/setup/begin/{token}/")
    seen("begin")
    write(name="Trang xã Tân Thạnh", full_name="Nguyễn Thị Đăng", phone=new_phone(), password=PASSWORD)
    page.select_option("#id_seat", "publisher")
    page.locator("main button").first.click()
    page.wait_for_load_state()
    if office.path != "/setup/":  # one's own phone offers a PIN first
        office.go("/setup/")
    seen("tasks")
    task("Địa bàn")
    write(words="tan chau")
    office.press("Tìm")
    seen("place")
    page.locator("button[name=commune_code]").first.click()
    task("Tiêu đề giấy tờ")
    seen("letterhead")
    office.press("Lưu")
    task("Ban biên tập")
    write(decision_number="45/QĐ-UBND")
    for seat, name in (("head", "Võ Văn Trưởng"), ("deputy", "Lê Thị Phó"), ("writer", "Phan Thị Viết")):
        write(**{f"{seat}_full_name": name, f"{seat}_phone": new_phone()})
    seen("board")
    office.press("Lưu")
    seen("board-named")
    office.go("/setup/")
    task("Ấp, ngành, đoàn thể")
    write(names="Ấp Tân Phú\nẤp Tân Đông\nẤp Tân Lợi")
    seen("units")
    office.press("Xem lại")
    seen("units-check")
    office.press("Mở 3 đơn vị")
    office.press("Đủ rồi, làm việc khác")
    task("Thể loại nhận bài")
    seen("genres")
    office.press("Nhận các thể loại này")
    task("Chi nhuận bút hay chưa")
    seen("money")
    office.press("Lưu")
    task("Lời mời")
    office.press("Làm lời mời cho tất cả")
    seen("invitations")
    page.locator("main form button").last.click()
    page.wait_for_load_state()
    office.go("/setup/")
    seen("ready")
    assert "Trang đã sẵn sàng" in page.inner_text("main")
    office.go("/settings/")
    seen("settings")
    assert wrong == []
    assert len(pages) <= MOST_PAGES, pages
    assert fields <= MOST_FIELDS
    new = Seat.unscoped.filter(contributor__full_name="Võ Văn Trưởng").latest("pk").portal
    with portal_scope(new):
        assert Unit.objects.count() == 3
        assert Seat.objects.count() == 4
    visited = visitor(width=width, scripts=scripts)
    visited.go(f"/p/{new.slug}/")
    assert visited.look("public-new") == []
    visited.go("/p/xa-mau/")
    assert visited.look("public") == []
    assert "Tân Lợi" not in visited.page.inner_text("main")
    visited.go("/khong-co/")
    found = [each for each in visited.look("not-found") if "404" not in each]
    assert found == []
