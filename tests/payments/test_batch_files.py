"""Files of batches without a database: letters, separators, formulas, templates that ship, the VietQR text."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from contributors.errors import DomainError
from payments.bank_files import FileHead, FileRow, defused, encoded, sample_cells, write_file
from payments.batch_templates import read_template, shipped_templates
from payments.vietqr import ascii_words, crc16, vietqr_text

RULES = {
    "code": "thu",
    "title": "Thử",
    "kind": "bank",
    "columns": [
        {"title": "Tên", "source": "name"},
        {"title": "TK", "source": "account"},
        {"title": "Tiền", "source": "amount", "as": "number"},
    ],
}
HEAD = FileHead("Đợt chi 1/2026", date(2026, 8, 5), "Chi nhuận bút tháng 7")
EVERY_LETTER = "Đặng Thị Ỷ Ưỡn ễ ộ ẵ ẫ ỹ ợ ự ẳ ỗ ỏ ă â đ ê ô ơ ư à á ả ã ạ"


def row(name: str, account: str = "0012345678", amount: int = 379_500) -> FileRow:
    return FileRow(
        position=1,
        reference="NB26D001N0001",
        name=name,
        legal_name=name,
        account=account,
        bank_name="Agribank",
        bank_bin="970405",
        amount=amount,
        statement="01/2026/PTT",
        unit="Ấp Mẫu",
    )


def written(name: str, **rules) -> list[list[str]]:
    template = read_template(RULES | rules)
    content = write_file("csv", template, HEAD, [row(name)])
    codec = {"windows-1258": "cp1258", "utf-8": "utf-8"}.get(template.encoding, "utf-8-sig")
    return list(csv.reader(io.StringIO(content.decode(codec)), delimiter=template.separator))


def test_vector_of_the_standard():
    text = (
        "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA"
        "53037045405790005802VN62220818Ung Ho Quy Vac Xin6304"
    )
    assert f"{crc16(text):04X}" == "3ACF"
    made = vietqr_text(bank_bin="970415", account="113366668888", amount=79_000, purpose="Ủng Hộ Quỹ Vắc Xin")
    assert made == text + "3ACF"


def test_purpose_of_a_code_is_cut_to_25_plain_letters():
    made = vietqr_text(bank_bin="970405", account="0012345678", amount=1, purpose="Chi nhuận bút: tháng 7/2026, xã Mẫu")
    assert "6229" + "0825" + "Chi nhuan but thang 7 202" in made
    assert ascii_words("Đường – “Lý”") == "Duong Ly"


@pytest.mark.parametrize("separator", [";", ",", "|", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-bom", "utf-8"])
def test_every_letter_comes_back_whatever_the_separator(separator, encoding):
    name = f'{EVERY_LETTER} "x"{separator}y'
    found = written(name, csv={"separator": separator, "encoding": encoding}, names={"longest": 300})
    assert found[1] == [" ".join(name.split()), "0012345678", "379500"]


def test_old_windows_code_page_keeps_vietnamese_and_refuses_the_rest():
    import unicodedata

    found = written(EVERY_LETTER, csv={"separator": ";", "encoding": "windows-1258"}, names={"longest": 300})
    assert unicodedata.normalize("NFC", found[1][0]) == EVERY_LETTER
    with pytest.raises(DomainError, match="letters_unwritable") as refused:
        encoded("a\nTên 名;1\nb", "windows-1258")
    assert "Tên 名;1" in refused.value.message("vi")


def test_names_lose_marks_only_where_the_template_says_so():
    assert written("Đặng Thị Ỷ")[1][0] == "Đặng Thị Ỷ"
    assert written("Đặng Thị Ỷ", names={"unaccented": True, "capitals": True})[1][0] == "DANG THI Y"
    assert written("Lê\u202e Hoà\x00\u200b")[1][0] == "Lê Hoà"


@pytest.mark.parametrize("text", ["=1", "+84", "-1", "@x", "\tx", "\rx"])
def test_text_that_begins_a_formula_is_defused(text):
    assert defused(text) == f"'{text}"
    assert defused("Lê") == "Lê"


@pytest.mark.parametrize("code", ["treasury-list", "bank-full", "bank-short", "cash-list"])
def test_shipped_templates_are_whole(code):
    template = shipped_templates()[code]
    rows = sample_cells(template, date(2026, 8, 5))
    assert {len(each) for each in rows} == {len(template.columns)}
    assert len({column.title for column in template.columns}) == len(template.columns)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"columns": []}, "chưa có cột nào"),
        ({"columns": RULES["columns"][:1] + RULES["columns"][2:]}, "thiếu cột “số tài khoản”"),
        ({"columns": [*RULES["columns"], {"title": "tên", "source": "unit"}]}, "cột 4 trùng tên"),
        ({"columns": [*RULES["columns"], {"title": "x", "source": "secret"}]}, "chưa chọn nội dung"),
        ({"columns": [*RULES["columns"], {"title": "x", "source": "unit", "as": "number"}]}, "dạng chữ"),
        ({"columns": [*RULES["columns"], {"title": "x", "source": "day", "date_format": "%c"}]}, "cách ghi ngày"),
        ({"columns": [*RULES["columns"], {"title": " ", "source": "unit"}]}, "cột 4 chưa có tên"),
        ({"columns": [{"title": f"c{n}", "source": "fixed"} for n in range(21)]}, "nhiều nhất 20 cột"),
        ({"code": "Ngân hàng"}, "mã mẫu"),
        ({"title": "\u200b"}, "chưa có tên"),
        ({"kind": "gold"}, "loại đợt chi"),
        ({"names": {"longest": 5}}, "từ 10 đến 300"),
        ({"csv": {"separator": "::"}}, "dấu ngăn cột"),
        ({"csv": {"encoding": "utf-7"}}, "bảng mã"),
    ],
)
def test_wrong_template_says_what_is_wrong(rules, words):
    with pytest.raises(DomainError, match="template_wrong") as refused:
        read_template(RULES | rules)
    assert words in refused.value.message("vi")
