"""The report's pages: seen, taken away as files, its words written; accesses entered by hand and from a sheet."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from pypdf import PdfReader

from contributors.models import MonthlyAccess
from contributors.report_texts import report_texts, usual_texts
from tests.web.conftest import summary_of, texts

JULY = "first=2026-07-01&last=2026-07-31"


def test_report_is_shown_and_taken_as_files(world, as_):
    world.published("lan", photos_by=("hoa",))
    head = as_("head")
    page = head.get(f"/output/report/?{JULY}")
    assert "Trong tháng 7 năm 2026, trang đã đăng 1 tin, bài; 1 ảnh." in texts(page)
    written = head.get(f"/output/report/docx/?{JULY}&dated=2026-08-03")
    assert 'filename="bao-cao-2026-07-01-2026-08-01.docx"' in written["Content-Disposition"]
    words = "\n".join(each.text for each in Document(io.BytesIO(written.content)).paragraphs)
    assert "Kết quả hoạt động của" in words
    printed = head.get(f"/output/report/pdf/?{JULY}")
    assert "BÁO CÁO" in PdfReader(io.BytesIO(printed.content)).pages[0].extract_text()


def test_wrong_period_is_said_on_the_page(world, as_):
    backwards = "first=2026-07-31&last=2026-07-01"
    answer = as_("head").get(f"/output/report/docx/?{backwards}", follow=True)
    assert answer.status_code == 422
    assert "Ngày cuối không được trước ngày đầu." in summary_of(answer)
    assert as_("head").get("/output/report/rtf/").status_code == 404


def test_words_are_written_and_lead_back(world, as_):
    head = as_("head")
    assert "Kịp" not in report_texts()["strengths"]
    answer = head.post(f"/output/report/words/?{JULY}", usual_texts() | {"strengths": "Kịp thời.\nĐầy đủ."})
    assert answer["Location"] == f"/output/report/?{JULY}"
    page = texts(head.get(answer["Location"]))
    assert "– Kịp thời." in page
    assert "– Đầy đủ." in page


def test_accesses_are_entered(world, as_):
    head = as_("head")
    wrong = head.post("/output/accesses/", {"month": "thang nam", "count": "12.5", "source": ""})
    assert wrong.status_code == 422
    assert "Hãy ghi tháng như 01/2026, không ở phía trước." in summary_of(wrong)
    assert head.post("/output/accesses/", {"month": "6/2026", "count": "1.250", "source": "bộ đếm"}).status_code == 302
    assert MonthlyAccess.objects.get().count == 1250
    sheet = SimpleUploadedFile("luot.csv", "Tháng,Lượt truy cập\n5/2026,900\n9/2099,1\n".encode())
    refused = head.post("/output/accesses/sheet/", {"file": sheet, "sheet_source": "bộ đếm"})
    assert any("Hãy sửa dòng 3" in text for text in summary_of(refused))
    good = SimpleUploadedFile("luot.csv", "Tháng,Lượt truy cập\n5/2026,900\n".encode())
    assert head.post("/output/accesses/sheet/", {"file": good, "sheet_source": "bộ đếm"}).status_code == 302
    assert "900" in texts(head.get("/output/accesses/"))
