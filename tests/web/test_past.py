"""Old books on the page: sent, mapped, people chosen, sums shown, written, undone."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile

from contributors.models import PastWork, SheetImport
from tests.web.conftest import summary_of, texts

BOOK = "Tháng,Ai viết,Tên bài,Nhuận bút\n03/2020,Người Của Sổ,Mùa gặt,50.000\n04/2020,Người Của Sổ,Hội làng,\n"


def sent(client, book: str = BOOK) -> str:
    file = SimpleUploadedFile("so.csv", book.encode())
    return client.post("/output/past/", {"file": file})["Location"]


def test_a_book_goes_from_file_to_figures_and_out_again(world, as_):
    head = as_("head")
    page = sent(head)
    assert "Cột nào là gì?" in texts(head.get(page))
    columns = {"step": "columns", "month": "Tháng", "person": "Tên bài", "title": "Tên bài"}
    refused = head.post(page, columns)
    assert refused.status_code == 422
    assert any("mỗi cột của tệp chỉ dùng một lần" in line for line in summary_of(refused))
    columns |= {"person": "Ai viết", "amount": "Nhuận bút"}
    assert head.post(page, columns)["Location"] == page
    shown = head.get(page)
    assert "Những tên này là ai?" in texts(shown)
    assert shown.context["preview"].open == 1
    early = head.post(page, {"step": "write", "seen": shown.context["preview"].seen})
    assert early.status_code == 409
    name = re.search(r'name="(p[0-9a-f]{16})"', shown.content.decode())[1]
    assert head.post(page, {"step": "people", name: "new"})["Location"] == page
    ready = head.get(page)
    assert "Nhập 2 dòng" in texts(ready)
    assert head.post(page, {"step": "write", "seen": ready.context["preview"].seen})["Location"] == page
    done = texts(head.get(page))
    assert "nhập từ sổ cũ" in done
    assert "Người Của Sổ" in done
    output = texts(head.get("/output/?first=2020-01-01&last=2020-12-31"))
    assert "Trong đó 2 tin, bài, ảnh, văn bản nhập từ sổ cũ." in output
    missing = head.post(f"{page}undo/", {"reason": ""})
    assert missing.status_code == 422
    assert head.post(f"{page}undo/", {"reason": "Nhầm năm"})["Location"] == "/output/past/"
    assert "Nhầm năm" in texts(head.get(page))
    assert not PastWork.objects.exists()


def test_unreadable_lines_are_named(world, as_):
    head = as_("head")
    page = sent(head, BOOK + "13/2020,,x,y\n")
    head.post(page, {"step": "columns", "month": "Tháng", "person": "Ai viết", "amount": "Nhuận bút"})
    shown = texts(head.get(page))
    assert "Dòng 4" in shown
    assert "không đọc được tháng" in shown
    assert "Nhập 2 dòng" not in shown
    assert head.post(page, {"discard": "1"}).status_code == 302
    assert SheetImport.objects.get().state == "discarded"
    assert "Tệp này đã bỏ" in texts(head.get(page))
    assert head.get(f"{page}undo/").status_code == 409


def test_who_may_not_take_in_old_books(world, as_):
    for name in ("writer", "publisher", "lan", "accountant"):
        assert as_(name).get("/output/past/").status_code == 403
    assert "Nhập sổ cũ" not in texts(as_("writer").get("/output/"))
    assert "Nhập sổ cũ" in texts(as_("head").get("/output/"))
