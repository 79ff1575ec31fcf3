import io
import re

import pytest

from contributors.papers.fonts import load_faces
from contributors.papers.layout.page import A4_LANDSCAPE, PaperFile
from contributors.papers.layout.table import dong
from payments.papers.payment_list import render_payment_list, write_payment_list
from payments.papers.payment_list_rows import RowSetter, draw_segment
from payments.papers.sheets import PaymentListEntry, PaymentListLine, SheetError
from tests.payments.papers.samples import a_list, an_entry, boxes_on, codes_on, pages_of, text_of


def sums(page: str, label: str) -> list[list[int]]:
    found = re.findall(rf"{label} ([\d.\u2212]+) ([\d.\u2212]+) ([\d.\u2212]+)", page)
    return [[int(figure.replace(".", "").replace("\u2212", "-")) for figure in row] for row in found]


def printed(entries: list[PaymentListEntry]) -> bytes:
    return render_payment_list(a_list(entries), entries)


def test_list_prints_what_its_sheet_and_entries_hold() -> None:
    entries = [an_entry(1, works=1, tax=5), an_entry(2, works=3, tax=100, carried_in=37_950, carried_out=10)]
    sheet = a_list(entries)
    text = text_of(render_payment_list(sheet, iter(entries)))

    for expected in (
        "BẢNG KÊ CHI TRẢ NHUẬN BÚT Kỳ chi trả tháng 02 năm 2026",
        "STT Họ và tên Bút danh Tên tác phẩm Thể loại Ngày đăng Hệ số Đơn giá Thành tiền Thuế TNCN Thực lĩnh Ký nhận",
        "1 Trần Văn Thứ 1 Hương Đồng Người 1 viết bài thứ 0 Tin, tác giả 01/02/2026 1,5 253.000 379.600 5 379.595",
        "2 Trần Văn Thứ 2 Hương Đồng Người 2 viết bài thứ 0 Tin, tác giả 01/02/2026 1,5 253.000 379.700",
        "Kỳ trước chuyển sang 37.950",
        "Chuyển sang kỳ sau \u221210",
        f"Cộng {dong(entries[1].amount)} 100 {dong(entries[1].net)}",
        f"Tổng cộng {dong(sheet.amount)} 105 {dong(sheet.net)}",
        f"Số tiền thực lĩnh bằng chữ: {sheet.net_in_words}.",
        "Nguồn kinh phí: Ngân sách xã năm 2026",
        "Căn cứ tính: Quyết định số 45/QĐ-UBND ngày 02/01/2026.",
        "NGƯỜI LẬP BIỂU (Ký, ghi rõ họ tên) Phan Thị Kim Ngân",
        "TRƯỞNG BAN BIÊN TẬP (Ký, ghi rõ họ tên) Lê Hoàng Phúc",
        f"Mã kiểm tra: {sheet.verification_code} Kiểm tra bảng kê tại {sheet.verification_url}",
    ):
        assert expected in text, expected
    assert re.search(r"Bảng kê gồm: 2 người, 4 khoản, \d trang\.", text)


@pytest.mark.parametrize("people", [1, 2, 7, 30, 200])
def test_pages_carry_their_sums_forward_to_the_total(people: int) -> None:
    entries = [an_entry(number, works=1 + number % 4, tax=number % 3 * 1000) for number in range(1, people + 1)]
    sheet = a_list(entries)
    pages = pages_of(render_payment_list(sheet, entries))

    running = [0, 0, 0]
    for number, page in enumerate(pages, start=1):
        flat = " ".join(page.split())
        brought = sums(flat, "Luỹ kế mang sang")
        if number > 1 and brought:
            assert brought == [running]
        for own in sums(flat, "Cộng trang"):
            running = [before + here for before, here in zip(running, own, strict=True)]
    total = [sheet.amount, sheet.tax, sheet.net]
    assert sums(" ".join(pages[-1].split()), "Tổng cộng") == [total]
    if len(pages) > 1:
        assert running == total
        assert [page.count("Tên tác phẩm") for page in pages] == [1] * len(pages)
    assert f"{people} người" in pages[-1]
    assert f"{len(pages)} trang." in pages[-1]


def test_every_work_and_every_person_is_printed_once() -> None:
    entries = [an_entry(number, works=1 + number % 5) for number in range(1, 300)]
    text = text_of(printed(entries))

    for entry in entries:
        for line in entry.lines:
            assert text.count(f"{line.title} Tin") == 1
        assert len(re.findall(rf"{entry.full_name}(?!\d)", text)) == 1


def test_person_is_not_parted_by_a_page_break() -> None:
    entries = [an_entry(number, works=4) for number in range(1, 40)]

    for page in pages_of(printed(entries)):
        starts = re.findall(r"Người (\d+) viết bài thứ 0", page)
        ends = re.findall(r"Người (\d+) viết bài thứ 3", page)
        assert starts == ends


def test_person_with_more_than_a_page_goes_on_with_name_and_one_subtotal() -> None:
    entries = [an_entry(1), an_entry(2, works=90, tax=7), an_entry(3)]
    pdf = printed(entries)
    pages = pages_of(pdf)
    text = text_of(pdf)

    with_rows = [page for page in pages if "Người 2 viết" in page]
    assert len(with_rows) > 2
    assert [" ".join(page.split()).count("Trần Văn Thứ 2") for page in with_rows] == [1] * len(with_rows)
    assert [page.count("(tiếp theo)") for page in with_rows] == [0] + [1] * (len(with_rows) - 1)
    assert text.count(f"Cộng {dong(entries[1].amount)} 7 {dong(entries[1].net)}") == 1


def test_subtotal_never_stands_alone_on_a_page() -> None:
    for works in range(20, 45):
        pages = pages_of(printed([an_entry(1, works=works)]))
        (page,) = [page for page in pages if re.search(r"Cộng \d[\d.]* 0 ", " ".join(page.split()))]
        assert re.search(rf"viết bài thứ {works - 1}(?!\d)", page)


def test_signatures_share_a_page_with_the_total_and_the_last_person() -> None:
    for people in range(1, 30):
        entries = [an_entry(number) for number in range(1, people + 1)]
        last = pages_of(printed(entries))[-1]
        for part in ("Tổng cộng", "bằng chữ", "NGƯỜI LẬP BIỂU", "Mã kiểm tra", f"Người {people} viết"):
            assert part in last, (people, part)


@pytest.mark.parametrize(
    "changed",
    [{"payees": 3}, {"works": 1}, {"amount": 800_000, "net": 800_000, "net_in_words": "Tám trăm nghìn đồng"}],
)
def test_rows_that_do_not_add_up_to_the_sheet_are_refused(changed: dict[str, object]) -> None:
    entries = [an_entry(1), an_entry(2)]
    out = io.BytesIO()

    with pytest.raises(SheetError, match="the sheet says"):
        write_payment_list(a_list(entries, **changed), entries, out)
    assert out.getvalue() == b""


def test_missing_and_doubled_entries_are_refused() -> None:
    entries = [an_entry(1), an_entry(2)]
    for other in (entries[:1], [*entries, entries[1]], [entries[0], entries[0]]):
        with pytest.raises(SheetError):
            render_payment_list(a_list(entries), other)


def test_entries_are_taken_one_by_one() -> None:
    """A list of any length streams: its first pages are done before the last entry is known."""
    entries = [an_entry(number) for number in range(1, 101)]
    taken: list[int] = []

    def streamed() -> object:
        for number, entry in enumerate(entries):
            taken.append(number)
            yield entry
        raise RuntimeError("after the last one")

    with pytest.raises(RuntimeError):
        render_payment_list(a_list(entries), streamed())  # type: ignore[arg-type]
    assert taken == list(range(100))


def test_hostile_and_long_texts_are_printed_whole() -> None:
    word = "".join(f"w{number:04d}" for number in range(400))
    name = "Nguyễn " * 57
    line = PaymentListLine(
        pen_name="<b>Hương",
        title=f"{word} 089123456789",
        genre="",
        role="",
        published_on=None,
        coefficient="",
        unit_value=None,
        amount=10**14,
    )
    entries = [an_entry(1), an_entry(2, lines=(line, line), full_name=name, carried_in=5), an_entry(3)]
    text = text_of(printed(entries))

    assert text.count("<b>Hương") == 2
    assert text.count("Nguyễn") >= 57 + 1
    assert [text.replace(" ", "").count(f"w{number:04d}") for number in range(400)] == [2] * 400
    assert "089123456789" not in text
    assert text.count("– – – 100.000.000.000.000 ") == 2


def test_row_is_as_high_as_a_long_name() -> None:
    faces = load_faces()
    group = RowSetter(faces).group(1, an_entry(1, full_name="Nguyễn Thị " * 30))
    page = PaperFile(size=A4_LANDSCAPE, faces=faces, title="", author="", dated=None).page()
    height = draw_segment(page, 100, group.rows, ordinal=group.ordinal, name=group.name)

    assert group.height < group.name.height < height < group.name.height + 10


def test_text_stays_within_the_sheet() -> None:
    entries = [an_entry(number, works=3, full_name="Nguyễn Thị " * 30) for number in range(1, 9)]
    pdf = printed(entries)
    for page in range(len(pages_of(pdf))):
        boxes = boxes_on(pdf, page)
        assert min(box[0] for box in boxes) >= 30 * 72 / 25.4 - 0.5
        assert max(box[2] for box in boxes) <= 841.9 - 15 * 72 / 25.4 + 1  # a slanted letter leans a little
        assert min(box[1] for box in boxes) >= 25
        assert max(box[3] for box in boxes) <= 595.3 - 20


def test_qr_code_of_the_list_holds_its_address() -> None:
    entries = [an_entry(1)]
    sheet = a_list(entries)

    assert codes_on(render_payment_list(sheet, entries)) == [sheet.verification_url]


def test_marks_stand_on_every_page_of_the_list() -> None:
    entries = [an_entry(number) for number in range(1, 60)]
    sheet = a_list(entries, draft_mark="BẢN NHÁP", data_mark="SỐ LIỆU GIẢ ĐỊNH")
    pages = pages_of(render_payment_list(sheet, entries))

    assert len(pages) > 3
    assert [page.count("BẢN NHÁP") + page.count("SỐ LIỆU GIẢ ĐỊNH") for page in pages] == [2] * len(pages)


def test_empty_list_is_printed() -> None:
    text = text_of(printed([]))

    assert "Tổng cộng 0 0 0" in text
    assert "Không đồng." in text


def test_list_written_to_a_file_has_the_bytes_of_the_rendered_one() -> None:
    entries = [an_entry(number, works=2) for number in range(1, 30)]
    out = io.BytesIO()
    write_payment_list(a_list(entries), entries, out)

    assert out.getvalue() == printed(entries)


def test_other_template_version_is_refused() -> None:
    with pytest.raises(SheetError, match="version 9"):
        render_payment_list(a_list([], template_version=9), [])
