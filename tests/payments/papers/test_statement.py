import re
import time
import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from contributors.papers.fonts import VIETNAMESE
from contributors.papers.layout.letterhead import place_and_date
from contributors.papers.layout.table import dong
from payments.papers.sheets import SheetError, Signer
from payments.papers.statement import render_statement
from tests.payments.papers.samples import (
    LETTERHEAD,
    PAYEE,
    SIGNERS,
    a_line,
    a_statement,
    boxes_on,
    codes_on,
    image_of,
    opened,
    pages_of,
    text_of,
)


def test_statement_prints_everything_that_its_sheet_holds() -> None:
    sheet = a_statement(3, carried_in=37_950, carried_out=1_000, tax=113_850)
    text = text_of(render_statement(sheet))

    for printed in (
        "ỦY BAN NHÂN DÂN XÃ TÂN AN",
        "BAN BIÊN TẬP TRANG THÔNG TIN ĐIỆN TỬ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
        "Số: 12/PTT-2026 Tân An, ngày 05 tháng 3 năm 2026",
        "PHIẾU THANH TOÁN NHUẬN BÚT Kỳ chi trả tháng 02 năm 2026",
        "(Tác phẩm đăng từ ngày 01/02/2026 đến ngày 28/02/2026)",
        "Họ và tên: Nguyễn Thị Ánh Tuyết Số định danh cá nhân: •••••••• 1234",
        "Bút danh: Ánh Tuyết, Hương Đồng Đơn vị: Ấp Tân Hòa B, xã Tân An",
        "Cách tính: 1,5 × 253.000 + 3 đồng.",
        f"Cộng tiền nhuận bút {dong(sheet.gross)}",
        "Kỳ trước chuyển sang 37.950",
        "Chuyển sang kỳ sau \u22121.000",
        "Thuế thu nhập cá nhân khấu trừ Chưa đến mức khấu trừ. 113.850",
        f"Số tiền thực lĩnh {dong(sheet.net)}",
        f"Bằng chữ: {sheet.net_in_words}.",
        "Căn cứ tính: Quyết định số 45/QĐ-UBND ngày 02/01/2026 của Ủy ban nhân dân xã Tân An; Nghị định",
        "KẾ TOÁN (Ký, ghi rõ họ tên) Trần Thị Mỹ Hạnh",
        "KT. CHỦ TỊCH PHÓ CHỦ TỊCH (Ký, ghi rõ họ tên) Nguyễn Văn Đặng Quý",
        f"Mã kiểm tra: {sheet.verification_code} Kiểm tra phiếu tại {sheet.verification_url}",
    ):
        assert text.count(printed) == 1, printed
    for line in sheet.lines:
        assert f"{line.ordinal} {line.published_on:%d/%m/%Y} {line.title} Tin Tác giả 1,5 253.000 100 %" in text


@pytest.mark.parametrize("count", [1, 6, 20, 60, 500])
def test_every_amount_is_printed_once(count: int) -> None:
    sheet = a_statement([a_line(number, amount=1_000_000 + number * 7) for number in range(1, count + 1)])
    text = text_of(render_statement(sheet))

    figures = re.findall(r"(?<![\d.])1\.0\d\d\.\d{3}(?![\d.])", text)
    lines = figures if count > 1 else figures[:1]
    assert [figure.replace(".", "") for figure in lines] == [str(line.amount) for line in sheet.lines]
    assert text.count(f"Cộng tiền nhuận bút {dong(sheet.gross)}") == 1
    assert text.count(f"Số tiền thực lĩnh {dong(sheet.net)}") == 1


def test_name_with_every_vietnamese_letter_reads_back() -> None:
    letters = " ".join(VIETNAMESE[start : start + 6] for start in range(0, 134, 6))
    sheet = a_statement(
        [a_line(title=letters, explanation=letters)],
        payee=replace(PAYEE, full_name=letters),
        signers=(Signer(title="KẾ TOÁN", name=letters),),
    )

    assert text_of(render_statement(sheet)).count(letters) == 4


def test_decomposed_name_is_printed_composed() -> None:
    sheet = a_statement(1, payee=replace(PAYEE, full_name=unicodedata.normalize("NFD", "Huỳnh Hữu Nghĩa")))

    assert "Họ và tên: Huỳnh Hữu Nghĩa Số" in text_of(render_statement(sheet))


def test_sums_that_are_zero_are_hidden() -> None:
    text = text_of(render_statement(a_statement(1)))

    assert "Kỳ trước chuyển sang" not in text
    assert "Chuyển sang kỳ sau" not in text
    assert "khấu trừ. 0 " in text


def test_line_without_piece_and_with_negative_amount() -> None:
    lines = [
        a_line(1),
        a_line(2, published_on=None, coefficient="", unit_value=None, share="", amount=-37_950, explanation=""),
    ]
    text = text_of(render_statement(a_statement(lines)))

    assert "2 – Ấp Tân Hòa ra quân trồng cây ven lộ, đợt 2 Tin Tác giả – – – \u221237.950" in text


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_few_lines_stand_on_one_page(count: int) -> None:
    assert len(pages_of(render_statement(a_statement(count)))) == 1


@pytest.mark.parametrize("count", [7, 12, 20, 60, 500])
def test_many_lines_repeat_the_header_and_number_the_pages(count: int) -> None:
    pages = pages_of(render_statement(a_statement(count)))

    assert len(pages) > 1
    assert [page.count("Tên tác phẩm") for page in pages] == [1] * len(pages)
    assert pages[0].split()[:3] == ["ỦY", "BAN", "NHÂN"]
    for number, page in enumerate(pages, start=1):
        assert page.endswith(f"Trang {number}/{len(pages)}")
        if number > 1:
            assert page.split()[0] == str(number)


def test_page_number_stands_in_the_middle_of_the_upper_margin() -> None:
    left, bottom, right, top = boxes_on(render_statement(a_statement(20)), 1)[0]

    assert abs((left + right) / 2 - 595.28 / 2) < 1
    assert 842 - 57 < bottom < top < 842 - 20


def test_totals_words_and_signatures_share_the_last_page_with_a_line() -> None:
    for count in range(1, 40):
        pages = pages_of(render_statement(a_statement(count)))
        last = pages[-1]
        for part in ("Cộng tiền nhuận bút", "Bằng chữ", "Căn cứ tính", "KẾ TOÁN", "Mã kiểm tra", "Quét mã QR"):
            assert part in last, (count, part)
        assert f"đợt {count} " in last.replace("\n", " ")
        assert "KẾ TOÁN" not in "".join(pages[:-1])


def test_text_stays_within_the_margins() -> None:
    """NĐ 30/2020: left 30, right 15 mm at least; page number, data mark and foot line stand in the margins."""
    long_names = a_statement(
        [a_line(number, title="Hội nghị tổng kết " * 12, genre="Phỏng vấn nhân vật") for number in range(1, 15)],
        payee=replace(PAYEE, full_name="Nguyễn Thị " * 20, unit="Ấp " * 100),
        carried_in=10**14,
    )
    pdf = render_statement(long_names)
    for page in range(len(pages_of(pdf))):
        boxes = boxes_on(pdf, page)
        assert min(box[0] for box in boxes) >= 30 * 72 / 25.4 - 0.5
        assert max(box[2] for box in boxes) <= 595.28 - 15 * 72 / 25.4 + 1  # a slanted letter leans a little


def test_marks_are_printed_on_every_page_when_set() -> None:
    plain = pages_of(render_statement(a_statement(20)))
    marked = pages_of(render_statement(a_statement(20, draft_mark="BẢN NHÁP", data_mark="SỐ LIỆU GIẢ ĐỊNH")))

    assert ["BẢN NHÁP" in page or "GIẢ ĐỊNH" in page for page in plain] == [False] * len(plain)
    assert [page.count("BẢN NHÁP") for page in marked] == [1] * len(marked)
    assert [page.count("SỐ LIỆU GIẢ ĐỊNH") for page in marked] == [1] * len(marked)


def test_draft_mark_is_grey_and_lies_under_the_text() -> None:
    plain = image_of(render_statement(a_statement(1, verification_code="A", verification_url="")))
    draft = image_of(render_statement(a_statement(1, verification_code="A", draft_mark="BẢN NHÁP")))
    dark = [sum(image.convert("L").histogram()[:80]) for image in (plain, draft)]
    light = [sum(image.convert("L").histogram()[225:245]) for image in (plain, draft)]

    assert abs(dark[0] - dark[1]) < 0.1 * dark[0]
    assert light[1] > 5 * light[0]


def test_qr_code_holds_the_verification_address() -> None:
    for sheet in (a_statement(1), a_statement(20), a_statement(1, draft_mark="BẢN NHÁP")):
        assert codes_on(render_statement(sheet)) == [sheet.verification_url]


def test_sheet_without_address_has_no_verification_block() -> None:
    pdf = render_statement(replace(a_statement(1), verification_code="", verification_url=""))

    assert "Mã kiểm tra" not in text_of(pdf)
    assert codes_on(pdf) == []


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("<b>Lê Văn A", "<b>Lê Văn A"),
        ("Le <Van> A & B", "Le <Van> A & B"),
        ('<img src="file:///etc/passwd">', '<img src="file:///etc/passwd">'),
        ("A\u202eB\u200bC\x00D", "A\ufffdB\ufffdC\ufffdD"),
        ("(Tám) \\ (Chín", "(Tám) \\ (Chín"),
        ("Lý 中 Hoa", "Lý \ufffd Hoa"),
        ("José Ñandú Žižek", "José Ñandú Žižek"),
        ("%PDF-1.4 endstream endobj", "%PDF-1.4 endstream endobj"),
        ("Lê\nVăn\tA", "Lê Văn A"),
    ],
)
def test_hostile_name_is_printed_as_text(name: str, printed: str) -> None:
    pdf = render_statement(a_statement([a_line(title=name)], payee=replace(PAYEE, full_name=name, pen_names=())))

    assert text_of(pdf).replace("\x00", "\ufffd").count(printed) == 2


def test_long_name_and_long_words_are_printed_whole() -> None:
    name = " ".join(f"Tên{number:03d}" for number in range(43))
    word = "".join(f"w{number:04d}" for number in range(200))
    sheet = a_statement(
        [a_line(1), a_line(2, title=word, explanation=word, genre=word)],
        payee=replace(PAYEE, full_name=name),
        rate_schedule=word,
    )
    text = text_of(render_statement(sheet))

    assert len(name) == 300
    assert name in text
    for number in range(200):
        assert text.replace(" ", "").count(f"w{number:04d}") >= 3


def test_line_longer_than_a_page_goes_on_over_the_next() -> None:
    words = [f"chữ{number:04d}" for number in range(1500)]
    sheet = a_statement([a_line(1), a_line(2, title=" ".join(words), explanation=" ".join(words))])
    pdf = render_statement(sheet)
    text = text_of(pdf)

    assert len(pages_of(pdf)) > 3
    assert [text.count(word) for word in words] == [2] * 1500
    assert text.count(dong(sheet.lines[1].amount)) == 1


def test_long_basis_and_many_signers_are_printed_whole() -> None:
    basis = tuple(f"Văn bản thứ {number} về mức chi nhuận bút của trang thông tin" for number in range(200))
    signers = tuple(Signer(title=f"CHỨC DANH {number}", name=f"Người Ký {number}") for number in range(9))
    text = text_of(render_statement(a_statement(3, legal_basis=basis, signers=signers)))

    assert [text.count(f"Văn bản thứ {number} về") for number in range(200)] == [1] * 200
    assert [text.count(f"Người Ký {number}") for number in range(9)] == [1] * 9


def test_statement_without_lines_signers_and_optional_texts_is_printed() -> None:
    bare = a_statement(
        0,
        carried_in=5_000,
        signers=(),
        rate_schedule="",
        legal_basis=(),
        issued_on=None,
        period="",
        payee=replace(PAYEE, pen_names=(), unit="", masked_id=""),
        letterhead=replace(LETTERHEAD, superior_body=""),
    )
    text = text_of(render_statement(bare))

    assert "Tân An, ngày …… tháng …… năm ………" in text
    assert "Số tiền thực lĩnh 5.000" in text
    for label in ("Căn cứ", "Bút danh", "Đơn vị", "định danh"):
        assert label not in text


def test_title_with_a_personal_id_is_masked() -> None:
    text = text_of(render_statement(a_statement([a_line(title="Ủng hộ theo số 089123456789")])))

    assert "089123456789" not in text
    assert "••••••••6789" in text


def test_other_template_version_is_refused() -> None:
    with pytest.raises(SheetError, match="version 2"):
        render_statement(replace(a_statement(1), template_version=2))


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        (date(2026, 2, 5), "Tân An, ngày 05 tháng 02 năm 2026"),
        (date(2026, 1, 15), "Tân An, ngày 15 tháng 01 năm 2026"),
        (date(2026, 3, 5), "Tân An, ngày 05 tháng 3 năm 2026"),
        (date(2026, 12, 31), "Tân An, ngày 31 tháng 12 năm 2026"),
    ],
)
def test_zeros_stand_before_small_days_and_the_months_one_and_two(day: date, printed: str) -> None:
    assert place_and_date("Tân An", day) == printed


def test_all_fonts_are_embedded_and_metadata_tells_what_it_is() -> None:
    reader = opened(render_statement(a_statement(6)))
    used = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]

    assert all("/FontFile2" in font["/FontDescriptor"] for font in used)
    assert reader.metadata.title == "Phiếu thanh toán nhuận bút. Số: 12/PTT-2026"
    assert reader.metadata["/CreationDate"] == "D:20260305000000+07'00'"
    assert reader.root_object["/Lang"] == "vi-VN"
    assert "Tuyết" not in str(reader.metadata)


def test_statement_again_gives_the_same_bytes_and_the_same_picture() -> None:
    one = render_statement(a_statement(20))
    time.sleep(1.1)
    other = render_statement(a_statement(20))

    assert one == other
    assert image_of(one).tobytes() == image_of(other).tobytes()
    assert render_statement(a_statement(20, signers=SIGNERS[:2])) != one


def test_statement_is_small() -> None:
    assert len(render_statement(a_statement(20))) < 60_000
