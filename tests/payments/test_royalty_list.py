"""A list of works from a spreadsheet: what is read, what is refused by row and column, what adds up wrong."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from contributors.errors import DomainError
from contributors.spreadsheets import read_table
from payments import royalty_list_cells as cells
from payments.royalty_list import COLUMNS, read_list
from payments.royalty_trial import always_in_force
from payments.royalty_trial_sheet import as_csv, as_xlsx, result_headings, template_xlsx
from tests.payments.royalty.building import schedule_with
from tests.payments.sheets import csv_of, shipped, tried, workbook

HEAD = ("STT", "Họ và tên", "Vai trò", "Thể loại", "Tên tác phẩm", "Ngày đăng", "Hệ số", "Thành tiền")
LAN = (1, "Nguyễn Thị Lan", "Tác giả", "Tin", "Dọn đường", "03/07/2026", "1,5", "379.500")
HOA = (2, "Lê Hoà", "Tác giả", "Bài phản ánh", "Vụ lúa", "10/07/2026", "3", "759.000")


def amounts(trial):
    assert [str(problem) for problem in trial.problems] == []
    return [(line.row, line.person, line.amount) for line in trial.lines]


def problems(trial):
    assert trial.lines == []
    return [str(problem) for problem in trial.problems]


def test_list_is_reckoned_with_explanations_and_totals_per_person():
    trial = tried(csv_of(HEAD, LAN, HOA, (3, "NGUYỄN THỊ LAN", "", "Ảnh", "Cánh đồng", "11/07/2026", "0.5", "")))
    assert amounts(trial) == [(2, "Nguyễn Thị Lan", 379_500), (3, "Lê Hoà", 759_000), (4, "NGUYỄN THỊ LAN", 126_500)]
    assert [line.explanation for line in trial.lines] == [
        "1,5 × 253.000 đ = 379.500 đ; làm tròn đến đồng",
        "3 × 253.000 đ = 759.000 đ; làm tròn đến đồng",
        "0,5 × 253.000 đ = 126.500 đ; làm tròn đến đồng",
    ]
    assert [line.role for line in trial.lines] == ["tác giả", "tác giả", "chụp ảnh"]
    assert [(each.person, each.lines, each.amount) for each in trial.people] == [
        ("Nguyễn Thị Lan", 2, 506_000),
        ("Lê Hoà", 1, 759_000),
    ]
    assert (trial.total, trial.differences, trial.remarks) == (1_265_000, [], [])


def test_workbook_says_the_same_as_a_text_file():
    rows = (HEAD, (1, "Nguyễn Thị Lan", "Tác giả", "Tin", "Dọn đường", "03/07/2026", 1.5, 379_500), HOA)
    assert amounts(tried(workbook(*rows), "a.xlsx")) == amounts(tried(csv_of(HEAD, LAN, HOA)))


def test_explanations_speak_english_when_asked():
    with translation.override("en"):
        trial = tried(csv_of(HEAD, LAN, (2, "Lê Hoà", "", "Tin", "", "03/07/2026", "1", "1")))
        assert trial.lines[0].explanation == "1,5 × 253.000 đ = 379.500 đ; rounded to the đồng"
        assert len(trial.differences) == 1


def test_simple_kind_is_role_person_quantity_unit_price():
    rows = csv_of(
        ("Phần việc", "Họ và tên", "Số lượng", "Đơn giá", "Thành tiền"),
        ("Trực tin", "Nguyễn Thị Lan", 3, "50.000", 150_000),
        ("Nhập liệu", "Lê Hoà", "2,5", "20,000 đ", "50.000 đ"),
        ("Dàn trang", "Lê Hoà", 0, 20_000, 0),
    )
    trial = tried(rows)
    assert amounts(trial) == [(2, "Nguyễn Thị Lan", 150_000), (3, "Lê Hoà", 50_000), (4, "Lê Hoà", 0)]
    assert [line.explanation for line in trial.lines[:2]] == [
        "3 × 50.000 đ = 150.000 đ; làm tròn đến đồng",
        "2,5 × 20.000 đ = 50.000 đ; làm tròn đến đồng",
    ]
    assert [line.role for line in trial.lines] == ["Trực tin", "Nhập liệu", "Dàn trang"]
    assert trial.differences == []


def test_simple_kind_by_coefficient_share_and_waived():
    rows = csv_of(
        ("Họ và tên", "Hệ số", "Đơn giá", "Tỷ lệ (%)", "Không nhận"),
        ("Nguyễn Thị Lan", "1,5", "253.000", 60, ""),
        ("Lê Hoà", "1,5", "253.000", 40, "x"),
    )
    trial = tried(rows)
    assert amounts(trial) == [(2, "Nguyễn Thị Lan", 227_700), (3, "Lê Hoà", 0)]
    assert trial.lines[0].explanation == "1,5 × 253.000 đ × 60 % = 227.700 đ; làm tròn đến đồng"
    assert trial.lines[1].explanation == "Người được hưởng đã từ chối nhận nhuận bút"


def test_rows_of_one_work_share_it():
    head = ("Họ và tên", "Vai trò", "Thể loại", "Tên bài", "Ngày đăng", "Hệ số", "Tỷ lệ")
    author = ("Nguyễn Thị Lan", "Tác giả", "Bài phản ánh", "Vụ lúa", "2026-07-10", 3, 60)
    schedule = shipped("bac-giang-570-2013", roles=[{"role": "approver", "basis": "percent_of", "percent": 10}])
    trial = tried(
        csv_of(
            head,
            author,
            ("Lê Hoà", "tác giả", "", "vụ lúa", "", "", 40),
            ("Võ Văn Trưởng", "Duyệt", "", "Vụ lúa", "", "", ""),
        ),
        "a.csv",
        schedule,
    )
    assert amounts(trial) == [(2, "Nguyễn Thị Lan", 455_400), (3, "Lê Hoà", 303_600), (4, "Võ Văn Trưởng", 75_900)]
    # A percent cell of a workbook holds 0.6 where people see 60 %.
    by_cells = tried(csv_of(head, (*author[:-1], "0,6"), ("Lê Hoà", "", "", "Vụ lúa", "", "", "0,4")))
    assert [amount for _, _, amount in amounts(by_cells)] == [455_400, 303_600]


def test_same_title_on_another_day_or_in_another_genre_is_another_work():
    rows = csv_of(
        HEAD, LAN, (2, *LAN[1:5], "04/07/2026", "1", ""), (3, *LAN[1:3], "Ảnh", "Dọn đường", "03/07/2026", "1", "")
    )
    assert [amount for _, _, amount in amounts(tried(rows))] == [379_500, 253_000, 253_000]


def test_photos_factors_variants_measures_grades_and_conditions():
    schedule = schedule_with(
        genres=[
            {
                "genre": "news_item",
                "photos": "paid_each",
                "rates": [
                    {
                        "variant": "with_photo",
                        "label": {"vi": "Tin có ảnh"},
                        "basis": "coefficient",
                        "coefficient": "1.5",
                    },
                    {"basis": "coefficient", "coefficient": 1},
                ],
            },
            {"genre": "photo", "rates": [{"basis": "coefficient_range", "low": "0.5", "high": 1}]},
            {
                "genre": "article",
                "rates": [
                    {"basis": "vnd_per_measure", "vnd": 50_000, "measure": "word", "per": 300, "measure_rounding": "up"}
                ],
            },
            {"genre": "video", "rates": [{"basis": "grade", "grades": [{"grade": "A", "coefficient": 2}]}]},
        ],
        factors=[
            {"factor": "khmer", "kind": "add", "percent": 30, "when": {"language": ["khmer"]}},
            {"factor": "hard", "label": {"vi": "Nguy hiểm"}, "kind": "add", "low": 10, "high": 100},
            {"factor": "collected", "kind": "multiply", "percent": 50, "when": {"origin": ["collected"]}},
        ],
    )
    head = (
        "Họ và tên",
        "Vai trò",
        "Thể loại",
        "Dạng",
        "Ngày đăng",
        "Xếp loại",
        "Số từ",
        "Hệ số ảnh",
        "Hệ số điều chỉnh",
        "Ngôn ngữ",
        "Nguồn",
        "Mã tin, bài",
    )
    rows = [
        ("Lan", "", "Tin", "with_photo", "3/7/2026", "", "", "", "", "Khmer", "", "a"),
        ("Lan", "", "Tin có ảnh", "", "3/7/2026", "", "", "", "Nguy hiểm: 20 %", "", "sưu tầm", "b"),
        ("Hoà", "chụp ảnh", "Tin", "", "3/7/2026", "", "", "0,5 x 2; 1", "", "", "", "c"),
        ("Hoà", "", "article", "", "3/7/2026", "", "301", "", "", "", "", "d"),
        ("Hoà", "", "Video", "", "3/7/2026", "A", "", "", "", "", "", "e"),
    ]
    trial = tried(csv_of(head, *rows), "a.csv", schedule)
    assert [amount for _, _, amount in amounts(trial)] == [493_350, 227_700, 506_000, 100_000, 506_000]
    foreign = tried(csv_of(head, ("Lan", "", "Tin", "", "3/7/2026", "", "", "", "", "Chăm", "", "")), "a.csv", schedule)
    assert amounts(foreign) == [(2, "Lan", 253_000)]
    assert foreign.remarks == ["Dòng 2: “Chăm” không có trong quy định nên không làm đổi số tiền."]


def test_rates_follow_the_day_of_each_row_and_the_given_day_fills_gaps():
    rows = csv_of(HEAD, (*LAN[:5], "30/06/2026", "1,5", ""), (2, *LAN[1:4], "Khác", "", "1,5", ""))
    assert problems(tried(rows)) == ["Dòng 3, cột “Ngày đăng”: thiếu ngày đăng."]
    assert [amount for _, _, amount in amounts(tried(rows, on=date(2026, 7, 1)))] == [351_000, 379_500]


def test_two_schedules_serve_their_own_days_and_may_not_overlap():
    old, new = (
        shipped("bac-giang-570-2013", until="2026-07-05"),
        shipped("bac-giang-570-2013", code="moi", **{"from": "2026-07-05"}, level=50),
    )
    rows = csv_of(HEAD, LAN, (2, *LAN[1:4], "Khác", "05/07/2026", "1,5", ""))
    assert [amount for _, _, amount in amounts(tried(rows, "a.csv", old, new))] == [379_500, 189_750]
    early = shipped("bac-giang-570-2013", code="som", **{"from": "2026-07-04"})
    assert problems(tried(rows, "a.csv", old, early)) == ["som: trùng thời gian với bac-giang-570-2013"]


def test_draft_is_tried_on_a_list_of_the_past():
    future = shipped("bac-giang-570-2013", **{"from": "2027-01-01"})
    assert problems(tried(csv_of(HEAD, LAN), "a.csv", future)) == [
        "Dòng 2, cột “Ngày đăng”: Chưa có quy định mức chi cho ngày này."
    ]
    assert amounts(tried(csv_of(HEAD, LAN), "a.csv", always_in_force(future))) == [(2, "Nguyễn Thị Lan", 379_500)]


# ── what adds up wrong ───────────────────────────────────────────────────────────────────────────────────────────────


def test_sheet_that_adds_up_wrong_is_told_where():
    """Rows right, sums wrong: the commonest mistake of payment lists."""
    rows = csv_of(
        HEAD,
        ("A. Tin", *[""] * 7),
        LAN,
        (2, *LAN[1:4], "Đèn đường", "04/07/2026", "2", "506.000"),
        ("", "Cộng", "", "", "", "", "", "885.000"),
        ("B. Bài", *[""] * 7),
        HOA,
        ("", "Cộng", "", "", "", "", "", "759.000"),
        ("", "Tổng cộng", "", "", "", "", "", "1.644.000"),
        ("", "Người lập biểu", "", "", "Kế toán", "", "", ""),
    )
    trial = tried(rows)
    assert [difference.sentence for difference in trial.differences] == [
        "Dòng 5, “Cộng”: bảng ghi 885.000 đ, cộng các dòng của bảng được 885.500 đ.",
        "Dòng 5, “Cộng”: bảng ghi 885.000 đ, tính lại là 885.500 đ.",
        "Dòng 9, “Tổng cộng”: bảng ghi 1.644.000 đ, cộng các dòng của bảng được 1.644.500 đ.",
        "Dòng 9, “Tổng cộng”: bảng ghi 1.644.000 đ, tính lại là 1.644.500 đ.",
    ]
    assert trial.total == 1_644_500
    assert trial.remarks == [
        "Dòng 2 không phải là dòng tính tiền: A. Tin",
        "Dòng 6 không phải là dòng tính tiền: B. Bài",
        "Dòng 10 không phải là dòng tính tiền: Người lập biểu Kế toán",
    ]


def test_row_and_unit_price_that_differ_from_the_rules_are_told():
    head = (*HEAD, "Đơn giá")
    rows = csv_of(
        head, (*LAN[:-1], "351.000", "234.000"), (*HOA, "253.000"), ("", "Tổng", "", "", "", "", "", "1.110.000", "")
    )
    trial = tried(rows)
    assert [(each.row, each.name, each.stated, each.found) for each in trial.differences] == [
        (2, "Đơn giá", 234_000, 253_000),
        (2, "Thành tiền", 351_000, 379_500),
        (4, "Tổng", 1_110_000, 1_138_500),
    ]


def test_person_of_the_family_tong_is_no_total():
    trial = tried(csv_of(HEAD, (1, "Tống Thị Cộng", *LAN[2:])))
    assert amounts(trial) == [(2, "Tống Thị Cộng", 379_500)]


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        (1, "", "Dòng 2, cột “Họ và tên”: thiếu tên người hưởng."),
        (2, "Lái xe", "Dòng 2, cột “Vai trò”: không rõ vai trò “Lái xe”."),
        (
            3,
            "Thơ",
            "Dòng 2, cột “Thể loại”: không có thể loại “Thơ”. Có: Tin, Trả lời bạn đọc, Phỏng vấn, Bài viết, Nghiên cứu, Ảnh, Ảnh nghệ thuật, Video, Văn bản.",
        ),
        (3, "", "Dòng 2, cột “Thể loại”: thiếu thể loại (hoặc đơn giá)."),
        (3, "Văn bản", "Dòng 2, cột “Thể loại”: Quy định mức chi không có mức cho phần việc này."),
        (5, "31/06/2026", "Dòng 2, cột “Ngày đăng”: “31/06/2026” không phải là ngày; hãy ghi như 05/02/2026."),
        (5, "hôm qua", "Dòng 2, cột “Ngày đăng”: “hôm qua” không phải là ngày; hãy ghi như 05/02/2026."),
        (5, "01/01/2012", "Dòng 2, cột “Ngày đăng”: Chưa có quy định mức chi cho ngày này."),
        (6, "một rưỡi", "Dòng 2, cột “Hệ số”: “một rưỡi” không phải là số."),
        (6, "1,5,0", "Dòng 2, cột “Hệ số”: “1,5,0” không phải là số."),
        (6, "-1", "Dòng 2, cột “Hệ số”: “-1” là số âm."),
        (
            6,
            "0.30000000000000004",
            "Dòng 2, cột “Hệ số”: “0.30000000000000004” có quá nhiều chữ số lẻ; hãy làm tròn trong bảng.",
        ),
        (6, "", "Dòng 2, cột “Hệ số”: Chưa chấm hệ số: từ 0,5 đến 2."),
        (6, "2,1", "Dòng 2, cột “Hệ số”: Hệ số nằm ngoài khung: từ 0,5 đến 2."),
        (7, "379.50", "Dòng 2, cột “Thành tiền”: “379.50” không phải là số đồng."),
        (7, "-5", "Dòng 2, cột “Thành tiền”: “-5” là số âm."),
    ],
)
def test_wrong_cell_is_named_by_row_and_column_and_nothing_is_reckoned(column, cell, sentence):
    row = list(LAN)
    row[column] = cell
    assert problems(tried(csv_of(HEAD, row, HOA))) == [sentence]


def test_all_wrong_rows_are_named_at_once():
    rows = csv_of(HEAD, (*LAN[:6], "x", ""), HOA, (*LAN[:3], "Thơ", *LAN[4:6], "y", "z"))
    assert [(problem.row, problem.column) for problem in tried(rows).problems] == [
        (2, "Hệ số"),
        (4, "Thể loại"),
        (4, "Hệ số"),
        (4, "Thành tiền"),
    ]


@pytest.mark.parametrize(
    ("head", "row", "sentence"),
    [
        (("Họ và tên", "Đơn giá"), ("Lan", 5), "Dòng 2, cột “Số lượng”: có đơn giá nhưng chưa có số lượng hoặc hệ số."),
        (
            ("Họ và tên", "Đơn giá", "Số lượng", "Hệ số"),
            ("Lan", 5, 1, 1),
            "Dòng 2, cột “Số lượng”: có cả số lượng và hệ số; hãy ghi thể loại, hoặc chỉ ghi một trong hai.",
        ),
        (
            ("Họ và tên", "Đơn giá", "Số lượng", "Xếp loại"),
            ("Lan", 5, 1, "A"),
            "Dòng 2, cột “Xếp loại”: dòng có đơn giá mà không có thể loại thì cột này không được dùng.",
        ),
        (
            ("Họ và tên", "Đơn giá", "Số lượng"),
            ("Lan", 5, "1.200"),
            "Dòng 2, cột “Số lượng”: “1.200” có thể hiểu hai cách; hãy ghi 1200 nếu là hàng nghìn.",
        ),
        (
            ("Họ và tên", "Đơn giá", "Số lượng", "Tỷ lệ"),
            ("Lan", 5, 1, 101),
            "Dòng 2, cột “Tỷ lệ”: Tỷ lệ 101 lớn hơn 100 %.",
        ),
        (
            ("Họ và tên", "Thể loại", "Ngày đăng", "Hệ số", "Hệ số điều chỉnh"),
            ("Lan", "Tin", "3/7/2026", 1, "Khó khăn"),
            "Dòng 2, cột “Hệ số điều chỉnh”: quy định không có hệ số điều chỉnh “Khó khăn”.",
        ),
        (
            ("Họ và tên", "Thể loại", "Ngày đăng", "Hệ số", "Nguồn"),
            ("Lan", "Tin", "3/7/2026", 1, "nhặt được"),
            "Dòng 2, cột “Nguồn”: không rõ “nhặt được”.",
        ),
        (
            ("Họ và tên", "Thể loại", "Ngày đăng", "Hệ số", "Dạng"),
            ("Lan", "Tin", "3/7/2026", 1, "dài"),
            "Dòng 2, cột “Dạng”: thể loại này không có dạng “dài”.",
        ),
        (
            ("Họ và tên", "Vai trò", "Thể loại", "Ngày đăng", "Số lượng"),
            ("Lan", "Ảnh", "Tin", "3/7/2026", "1,5"),
            "Dòng 2, cột “Số lượng”: số lượng phải là số nguyên.",
        ),
        (
            ("Họ và tên", "Thể loại", "Ngày đăng", "Hệ số", "Không nhận"),
            ("Lan", "Tin", "3/7/2026", 1, "tuỳ"),
            "Dòng 2, cột “Không nhận”: hãy ghi x, hoặc để trống.",
        ),
        (
            ("Họ và tên", "Vai trò", "Thể loại", "Ngày đăng", "Hệ số ảnh"),
            ("Lan", "Ảnh", "Tin", "3/7/2026", "0,5 và 1"),
            "Dòng 2, cột “Hệ số ảnh”: “0,5 và 1” không phải là hệ số ảnh; hãy ghi như 0,5; 0,5; 1.",
        ),
    ],
)
def test_what_a_column_cannot_mean_is_refused(head, row, sentence):
    assert problems(tried(csv_of(head, row))) == [sentence]


def test_shares_of_one_work_are_checked_together():
    head = ("Họ và tên", "Thể loại", "Tên bài", "Ngày đăng", "Hệ số", "Tỷ lệ")
    first = ("Lan", "Tin", "Chung", "3/7/2026", 1, 60)
    assert problems(tried(csv_of(head, first, ("Hoà", "Tin", "Chung", "", "", 30)))) == [
        "Dòng 2, cột “Tỷ lệ”: Tổng tỷ lệ chia không bằng 100 %."
    ]
    assert problems(tried(csv_of(head, first, ("Hoà", "Tin", "Chung", "", "", "")))) == [
        "Dòng 2, cột “Tỷ lệ”: Còn người chưa ghi tỷ lệ."
    ]
    assert problems(tried(csv_of(head, first, ("Hoà", "Tin", "Chung", "", 2, 40)))) == [
        "Dòng 3, cột “Hệ số”: khác với dòng 2 của cùng tác phẩm."
    ]
    assert problems(tried(csv_of(head, first, ("lan", "Tin", "Chung", "", "", 40)))) == [
        "Dòng 3, cột “Họ và tên”: trùng dòng 2: cùng người, cùng việc, cùng tác phẩm. Nếu là hai tác phẩm, hãy ghi mã."
    ]


def test_formulas_where_a_figure_is_wanted_are_named_and_a_reckoned_sum_is_checked():
    head = ("Họ và tên", "Phần việc", "Số lượng", "Đơn giá", "Thành tiền")
    rows = (
        head,
        ("Lan", "Trực tin", None, 50_000, None),
        ("Hoà", "Trực tin", 2, 50_000, None),
        ("Cộng", "", None, None, None),
    )
    sums = {"E2": ("=C2*D2", 150_000), "E3": ("=C3*D3", 100_000), "E4": ("=SUM(E2:E3)", 250_001)}
    assert problems(tried(workbook(*rows, formulas=sums | {"C2": ("=1+2", 3)}), "a.xlsx")) == [
        "Dòng 2, cột “Số lượng”: ô C2 là công thức; hãy dán giá trị thay cho công thức."
    ]
    right = (rows[0], ("Lan", "Trực tin", 3, 50_000, None), *rows[2:])
    trial = tried(workbook(*right, formulas=sums), "a.xlsx")
    assert [difference.stated for difference in trial.differences] == [250_001, 250_001]


def test_merged_cells_over_rows_are_named():
    rows = (HEAD, LAN, (2, None, "Tác giả", "Tin", "Khác", "04/07/2026", "1", None), ("", "Người lập biểu"))
    trial = tried(workbook(*rows, merge=["B2:B3"]), "a.xlsx")
    assert problems(trial) == [
        "Dòng 2, cột “Họ và tên”: các ô B2:B3 gộp làm một; hãy bỏ gộp và ghi đủ từng dòng.",
        "Dòng 3, cột “Họ và tên”: thiếu tên người hưởng.",
    ]
    above = workbook(("BẢNG KÊ",), HEAD, LAN, merge=["A1:H1"])
    assert amounts(tried(above, "a.xlsx")) == [(3, "Nguyễn Thị Lan", 379_500)]


def test_headings_are_found_below_a_letterhead_and_unknown_columns_are_told():
    rows = csv_of(("UBND XÃ MẪU",), ("BẢNG KÊ NHUẬN BÚT THÁNG 7",), (*HEAD, "Ký nhận"), (*LAN, ""))
    trial = tried(rows)
    assert amounts(trial) == [(4, "Nguyễn Thị Lan", 379_500)]
    assert trial.remarks == ["Không đọc các cột: “Ký nhận”."]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", csv_of(("Thể loại", "Hệ số"), ("Tin", 1)), "headings_missing"),
        ("a.csv", csv_of(("x", "y"), (1, 2)), "headings_missing"),
        ("a.pdf", csv_of(HEAD, LAN), "not_a_spreadsheet"),
        ("a.ods", b"PK\x03\x04", "not_a_spreadsheet"),
        ("a.xlsx", b"PK\x03\x04", "not_a_spreadsheet"),
        ("a.csv", b"", "not_a_spreadsheet"),
        ("a.csv", csv_of(HEAD) + b"\n" + b"x" * 6_000_000, "spreadsheet_too_large"),
    ],
)
def test_file_that_is_no_list_is_refused(name, content, code):
    with pytest.raises(DomainError) as caught:
        tried(content, name)
    assert caught.value.code == code


def test_list_without_rows_says_so():
    assert problems(tried(csv_of(HEAD))) == ["Bảng không có dòng nào để tính."]
    assert problems(tried(csv_of(HEAD, ("", "Tổng cộng", "", "", "", "", "", "0")))) == [
        "Bảng không có dòng nào để tính."
    ]


def test_workbook_with_entities_is_refused():
    content = workbook(HEAD, LAN)
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            part = old.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                part = part.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
            new.writestr(member, part)
    with pytest.raises(DomainError) as caught:
        read_list(content=out.getvalue(), file_name="a.xlsx", schedules=[shipped("bac-giang-570-2013")])
    assert caught.value.code == "not_a_spreadsheet"


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**11))
def test_dong_are_read_however_they_are_grouped(amount):
    for grouped in (
        f"{amount}",
        f"{amount:,}",
        f"{amount:,}".replace(",", "."),
        f"{amount:,} đ".replace(",", " "),
        f"{amount:,}đồng",
    ):
        assert cells.dong(grouped) == amount


@settings(max_examples=60, deadline=None)
@given(st.decimals(0, 1000, places=3, allow_nan=False))
def test_decimals_are_read_with_comma_and_point_alike(number):
    assert cells.decimal(f"{number:f}") == cells.decimal(f"{number:f}".replace(".", ",")) == number


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30))
def test_no_cell_breaks_its_reader(text):
    for read in (cells.decimal, cells.percent, cells.dong, cells.day, cells.photo_scores, cells.factor):
        try:
            read(text)
        except cells.CellError as wrong:
            assert str(wrong)  # noqa: PT017 - any other exception is what this looks for


# ── what is taken away ───────────────────────────────────────────────────────────────────────────────────────────────


def test_result_is_taken_away_as_workbook_and_text():
    trial = tried(csv_of(HEAD, (*LAN[:-1], "379.000"), (2, "=HYPERLINK()", *HOA[2:])))
    table = read_table(content=as_xlsx(trial), file_name="a.xlsx", columns={name: [name] for name in result_headings()})
    first = table.rows[0].cells
    assert (first["Thành tiền"], first["Bảng ghi"], first["Chênh lệch"], first["Cách tính"]) == (
        "379500",
        "379000",
        "500",
        "1,5 × 253.000 đ = 379.500 đ; làm tròn đến đồng",
    )
    assert [row.cells["Thành tiền"] for row in table.rows if row.cells["Họ và tên"] == "Tổng cộng"] == ["1138500"]
    text = as_csv(trial).decode("utf-8-sig")
    assert "'=HYPERLINK()" in text
    assert ",=HYPERLINK" not in text


def test_template_to_fill_in_is_itself_a_list_that_adds_up():
    trial = tried(template_xlsx(), "mau.xlsx")
    assert [amount for _, _, amount in amounts(trial)] == [379_500, 455_400, 303_600, 150_000]
    assert trial.differences == []


GUIDE = Path("docs/tinh-thu-tu-bang.md")


def test_guide_of_lists_names_every_column():
    guide = GUIDE.read_text(encoding="utf-8")
    assert [names[0] for names in COLUMNS.values() if f"**{names[0]}**" not in guide] == []


def test_example_of_the_guide_comes_to_what_the_guide_says():
    guide = GUIDE.read_text(encoding="utf-8")
    example = guide.partition("```csv\n")[2].partition("```")[0]
    trial = tried(example.encode())
    assert [f"{line.amount:,}".replace(",", ".") in guide for line in trial.lines] == [True] * len(trial.lines)
    assert f"**{trial.total:,} đ**".replace(",", ".") in guide
    assert trial.differences == []
