"""Tables that people upload: what is read, and what is refused before it costs anything."""

from __future__ import annotations

import io
import subprocess
import sys
import tracemalloc
import unicodedata
import zipfile
from datetime import date

import pytest
import xlsxwriter

from contributors import spreadsheets
from contributors.errors import DomainError
from contributors.names import TONES
from contributors.spreadsheets import read_table, write_table

COLUMNS = {"name": ["Họ và tên", "Tên"], "phone": ["Số điện thoại", "SĐT"], "unit": ["Ấp"]}


def rows_of(content: bytes, file_name: str = "bang.xlsx", **asked) -> list[list[str]]:
    return [
        list(row.cells.values())
        for row in read_table(content=content, file_name=file_name, columns=COLUMNS, **asked).rows
    ]


def refusal(content: bytes, file_name: str = "bang.xlsx", **asked) -> str:
    with pytest.raises(DomainError) as refused:
        read_table(content=content, file_name=file_name, columns=COLUMNS, **asked)
    assert refused.value.message("vi")
    assert refused.value.message("en")
    return refused.value.code


READ_ALONE = """
import resource, sys
sys.path.insert(0, {root!r})
import django, os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
from contributors import spreadsheets
from contributors.errors import DomainError
content = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    said = len(spreadsheets.read_table(content=content, file_name="a.xlsx", columns={columns!r}).rows)
except DomainError as refused:
    said = refused.code
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(said, own // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def read_alone(content: bytes, columns) -> tuple[str, int, int]:
    """Rows or refusal, and megabytes of reader and child, in a process of its own: a child counts from the memory of
    whoever started it, and this one has that of all tests before."""
    program = READ_ALONE.format(root=str(spreadsheets.CHILD.parents[1]), columns=columns)
    done = subprocess.run([sys.executable, "-c", program], input=content, capture_output=True, check=True)
    said, own, child = done.stdout.decode().split()
    return said, int(own), int(child)


def book(write, **options) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as made:
        write(made, made.add_worksheet())
    return out.getvalue()


def test_cells_are_text_as_people_read_them():
    def write(made, sheet):
        sheet.write_row(0, 0, ["HO VA TEN", "số  điện thoại", "ap", "Ghi chú"])
        sheet.write_string(1, 0, "  Nguyễn Thị Lan ")
        sheet.write_string(1, 1, "0912345678")
        sheet.write_number(1, 2, 3)
        sheet.write_string(2, 0, "Nguye\u0302\u0303n An")  # NFD
        sheet.write_number(2, 1, 912345678)
        sheet.write_datetime(2, 2, date(2026, 7, 1), made.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_number(4, 1, 1.5)

    content = book(write)
    table = read_table(content=content, file_name="bang.xlsx", columns=COLUMNS)
    assert [(row.number, *row.cells.values()) for row in table.rows] == [
        (2, "Nguyễn Thị Lan", "0912345678", "3"),
        (3, "Nguyễn An", "912345678", "2026-07-01"),
        (5, "", "1.5", ""),
    ]
    assert (table.missing, table.unknown, table.missing_keys) == ([], ["Ghi chú"], [])


def test_headings_may_stand_below_a_title_and_merged_cells_have_their_text_once():
    def write(made, sheet):
        sheet.merge_range(0, 0, 0, 2, "DANH SÁCH CỘNG TÁC VIÊN")
        sheet.write_row(2, 1, ["Tên", "SĐT", "Ấp"])
        sheet.merge_range(3, 3, 4, 3, "Ấp Một")
        sheet.write_row(3, 1, ["Lê Hoà", "0912"])
        sheet.write_row(4, 1, ["Lê Lan", "0913"])

    table = read_table(content=book(write), file_name="a.xlsx", columns=COLUMNS)
    assert [(row.number, *row.cells.values()) for row in table.rows] == [
        (4, "Lê Hoà", "0912", "Ấp Một"),
        (5, "Lê Lan", "0913", ""),
    ]


def test_formula_gives_its_last_result_and_is_never_run():
    def write(made, sheet):
        sheet.write_row(0, 0, ["Tên", "SĐT", "Ấp"])
        sheet.write_formula(1, 0, '=HYPERLINK("https://ke-xau.example")', value="Lan")

    assert rows_of(book(write)) == [["Lan", "", ""]]


def test_hidden_sheets_are_passed_over():
    def write(made, sheet):
        sheet.write_row(0, 0, ["Tên"])
        sheet.write_row(1, 0, ["Ẩn"])
        shown = made.add_worksheet("Hai")
        shown.write_row(0, 0, ["Tên"])
        shown.write_row(1, 0, ["Hiện"])
        shown.activate()
        shown.set_first_sheet()
        sheet.hide()

    assert rows_of(book(write)) == [["Hiện", "", ""]]


def old_letters(text: str) -> str:
    """The old code page has letters with shape marks whole and tone marks apart."""
    parts = []
    for char in text:
        marks = unicodedata.normalize("NFD", char)
        tones = "".join(mark for mark in marks if mark in TONES)
        whole = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
        parts.append(whole + tones)
    return "".join(parts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_every_encoding_and_delimiter(encoding, delimiter):
    text = "\r\n".join(
        delimiter.join(cells)
        for cells in (["Họ và tên", "Số điện thoại", "Ấp"], ["Trần Thị Thuỷ", "0912345678", f'"Ấp 1{delimiter} cũ"'])
    )
    content = (old_letters(text) if encoding == "cp1258" else text).encode(encoding)
    assert rows_of(content, "bang.csv") == [["Trần Thị Thuỷ", "0912345678", f"Ấp 1{delimiter} cũ"]]


def test_missing_headings_are_named():
    table = read_table(content="Tên,Chức vụ\nLan,Tổ trưởng".encode(), file_name="a.csv", columns=COLUMNS)
    assert (table.missing, table.missing_keys, table.unknown) == (
        ["Số điện thoại", "Ấp"],
        ["phone", "unit"],
        ["Chức vụ"],
    )
    table.require("name")
    with pytest.raises(DomainError, match="headings_missing") as refused:
        table.require("name", "unit")
    assert "“Ấp”" in refused.value.message("vi")
    assert "Số điện thoại" not in refused.value.message("vi")
    assert refusal(b"a,b\n1,2", "a.csv") == "headings_missing"


@pytest.mark.parametrize(
    ("file_name", "content"),
    [
        ("bang.xlsx", b"MZ\x90\x00\x03\x00\x00\x00" + bytes(300)),
        ("bang.csv", b"MZ\x90\x00\x03\x00\x00\x00" + bytes(300)),
        ("bang.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)),
        ("bang.xls", b"<html><table><tr><td>T\xc3\xaan</td></tr></table></html>"),
        ("bang.csv", b""),
        ("bang.csv", b"  \r\n "),
        ("bang.csv", b"\xff\xfeT"),
        ("bang.csv", b"T\xd2n\xff\xde,\x00"),
        ("bang.xlsx", b"PK\x03\x04" + b"x" * 100),
        ("anh.csv", b"\x89PNG\r\n\x1a\n" + bytes(50)),
        ("bang.csv", ('Tên\n"' + "x" * 200_000).encode()),
    ],
)
def test_what_is_no_spreadsheet_is_refused(file_name, content):
    assert refusal(content, file_name) == "not_a_spreadsheet"


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in members.items():
            pack.writestr(name, content)
    return out.getvalue()


def test_zip_without_a_workbook_nested_zip_and_other_packing_are_refused():
    assert refusal(packed(readme=b"xin chao")) == "not_a_spreadsheet"
    assert refusal(packed(inner=packed(a=b"1"))) == "not_a_spreadsheet"
    assert refusal(packed(**{"xl/x.zip": b"1"})) == "not_a_spreadsheet"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as pack:
        pack.writestr("a", b"1" * 1000)
    assert refusal(out.getvalue()) == "not_a_spreadsheet"


def test_bomb_is_refused_by_its_declared_size(monkeypatch):
    bomb = packed(sheet=bytes(spreadsheets.MOST_UNPACKED + 1))
    assert len(bomb) < 100_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args: pytest.fail("a member was unpacked"))
    assert refusal(bomb) == "spreadsheet_unpacks_too_large"


def test_bomb_of_members_that_overlap_is_counted_as_often_as_it_is_listed(monkeypatch):
    """One compressed body, listed many times."""
    monkeypatch.setattr(spreadsheets, "MOST_UNPACKED", 3_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("a", bytes(1_000_000))
        pack.filelist = pack.filelist * 5
    assert refusal(out.getvalue()) == "spreadsheet_unpacks_too_large"


def test_bomb_that_lies_about_its_size_is_stopped(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_UNPACKED", 1_000_000)
    honest = packed(sheet=bytes(8_000_000))
    lying = honest.replace((8_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert honest != lying
    assert refusal(lying) in {"spreadsheet_unpacks_too_large", "not_a_spreadsheet"}


@pytest.mark.parametrize("column", [60, 16_383])
def test_two_cells_at_the_far_ends_of_a_sheet_take_no_memory_here(column):
    """A reader reserves the square between them: 64 million cells, 17 thousand million cells."""

    def write(made, sheet):
        sheet.write_row(0, 0, ["Tên", "SĐT", "Ấp"])
        sheet.write(1_048_575, column, "x")

    content = book(write)
    assert len(content) < 10_000
    said, _, child = read_alone(content, COLUMNS)
    assert said == "spreadsheet_unpacks_too_large"
    assert child < 700


def test_encrypted_files_say_so():
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    assert refusal(container) == "spreadsheet_encrypted"
    locked = bytearray(packed(sheet=b"x" * 100))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(locked)) == "spreadsheet_encrypted"


def test_five_megabytes_are_the_most():
    assert refusal(b"x" * (5 * 1024 * 1024 + 1), "a.csv") == "spreadsheet_too_large"


def test_rows_and_columns_are_counted():
    lines = ["Tên,SĐT", *[f"Người {number},09" for number in range(30)]]
    assert len(rows_of("\n".join(lines).encode(), "a.csv", most_rows=30)) == 30
    assert refusal("\n".join([*lines, "Một,09"]).encode(), "a.csv", most_rows=30) == "too_many_rows"
    sheet = write_table(["Tên"], [["x"]] * 31, "Bảng")
    assert refusal(sheet, most_rows=30) == "too_many_rows"
    wide = ",".join(["Tên", *[f"cột {number}" for number in range(100)]])
    assert refusal(f"{wide}\nLan".encode(), "a.csv") == "too_many_columns"
    assert refusal(write_table(wide.split(","), [["x"]], "Bảng")) == "too_many_columns"


def test_what_is_written_comes_back_as_it_was():
    awkward = ["=1+1", "+84912", "-5", "@lệnh", "0012", "https://xa.example", " Ấp 'Một'"]
    content = write_table(["Tên", "SĐT", "Ấp"], [[text, 7, date(2026, 7, 1)] for text in awkward], "Danh sách")
    assert rows_of(content) == [[text.strip(), "7", "2026-07-01"] for text in awkward]
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        sheet = pack.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


def test_ten_thousand_rows_of_ten_columns_stay_under_a_hundred_megabytes():
    columns = {f"c{nth}": [f"Cột số {nth}"] for nth in range(10)}
    headings = [names[0] for names in columns.values()]
    content = write_table(headings, [[f"Giá trị {row} {nth}" for nth in range(10)] for row in range(10_000)], "Bảng")
    rows, own, child = read_alone(content, columns)
    assert rows == "10000"
    assert own + child < 100, (own, child)


def test_text_is_no_heavier_than_its_rows():
    text = ("Tên,SĐT,Ấp\n" + "Nguyễn Thị Lan,0912345678,Ấp Một\n" * 20_000).encode()
    tracemalloc.start()
    assert len(rows_of(text, "a.csv")) == 20_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60 * 1024 * 1024
