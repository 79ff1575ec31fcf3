"""What is wrong in a schedule file or in a list is named by line and column, and nothing is loaded."""

from __future__ import annotations

import pytest

from payments.errors import PaymentError
from payments.models import RateSchedule
from payments.rate_files import draft_from_file, examine_file
from payments.royalty_list import read_list
from payments.royalty_trial import shipped_base_salaries, try_list
from tests.payments.sheets import csv_of, shipped

FILE = """code: xa
from: "2026-07-01"
unit: {percent_of_base_salary: 10}
genres:
  - genre: news_item
    rates:
      - {basis: coefficient_range, low: 1, high: 2}
roles:
  - {role: editor, basis: percent_of, of: approver, percent: 10}
  - {role: approver, basis: vnd_per_piece, vnd: 20000}
pools:
  - {pool: quy, percent: 50, weights: {head: 1}}
"""


@pytest.mark.parametrize(
    ("right", "wrong", "place", "sentence"),
    [
        ("low: 1", "low: -1", (7, 41), "-1 nằm ngoài khoảng 0 đến 100"),
        ("high: 2", "high: 2000", (7, 50), "2000 nằm ngoài khoảng 0 đến 100"),
        ("low: 1", "low: 3", (7, 9), "mức thấp 3 lớn hơn mức cao 2"),
        ("high: 2", "high: hai", (7, 50), "“hai” không phải là số"),
        ("high: 2", "high: 2.5", (7, 50), "“2.5” không phải là số"),
        ("news_item", "poem", (5, 12), "“poem” không thuộc: "),
        ("percent: 10}\n  - {role: app", "percent: 140}\n  - {role: app", (9, 62), "140 nằm ngoài khoảng 0 đến 100"),
        ("percent: 50", "percent: 101", (12, 26), "101 nằm ngoài khoảng 0 đến 100"),
        ("{percent_of_base_salary: 10}", "{percent_of_base_salary: 110}", (3, 32), "110 nằm ngoài khoảng 0 đến 100"),
        (
            "basis: vnd_per_piece, vnd: 20000",
            "basis: percent_of, of: editor, percent: 5",
            (9, 5),
            "tính phần trăm vòng tròn: editor → approver → editor",
        ),
        (
            'from: "2026-07-01"',
            'from: "2026-07-01"\nuntil: "2026-06-30"',
            (3, 8),
            "ngày kết thúc không sau ngày bắt đầu",
        ),
    ],
)
def test_mistake_in_a_file_has_its_line_and_column_and_nothing_is_stored(world, right, wrong, place, sentence):
    assert examine_file(FILE.encode())[1] == []
    content = FILE.replace(right, wrong, 1).encode()
    assert content != FILE.encode()
    before = RateSchedule.objects.count()
    with pytest.raises(PaymentError) as refused:
        draft_from_file(actor=world.actor("admin"), content=content)
    (problem,) = refused.value.values["problems"]
    assert (problem.line, problem.column) == place
    assert problem.sentence.startswith(sentence)
    assert RateSchedule.objects.count() == before


HEAD = ("Họ và tên", "Vai trò", "Thể loại", "Tên tác phẩm", "Ngày đăng", "Hệ số", "Tỷ lệ", "Số lượng", "Đơn giá")


@pytest.mark.parametrize(
    ("row", "problems"),
    [
        (("Lan", "", "Tin", "A", "03/07/2026", "1", "120", "", ""), ["Dòng 2, cột “Tỷ lệ”"]),
        (("Lan", "", "Tin", "A", "03/07/2026", "1", "-5", "", ""), ["Dòng 2, cột “Tỷ lệ”"]),
        (("Lan", "", "Tin", "A", "03/07/2026", "99999", "", "", ""), ["Dòng 2, cột “Hệ số”"]),
        (("Lan", "nhập liệu", "", "", "", "", "", "ba", "50.000"), ["Dòng 2, cột “Số lượng”"]),
        (("Lan", "nhập liệu", "", "", "", "", "", "3", "năm mươi"), ["Dòng 2, cột “Đơn giá”"]),
        (("Lan", "nhập liệu", "", "", "", "", "", "-3", "50.000"), ["Dòng 2, cột “Số lượng”"]),
        (("Lan", "nhập liệu", "", "", "", "", "", "3", "50.000,5"), ["Dòng 2, cột “Đơn giá”"]),
    ],
)
def test_mistake_in_a_list_has_its_row_and_column_and_nothing_is_reckoned(row, problems):
    schedule = shipped("bac-giang-570-2013")
    read = read_list(content=csv_of(HEAD, row), file_name="a.csv", schedules=[schedule])
    trial = try_list(read, schedules=[schedule], salaries=shipped_base_salaries())
    assert [str(problem).partition(":")[0] for problem in trial.problems] == problems
    assert (trial.lines, trial.total) == ([], 0)
