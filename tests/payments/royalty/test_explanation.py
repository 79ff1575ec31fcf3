import ast
import json
from fractions import Fraction
from pathlib import Path

import pytest

import payments.royalty
from payments.royalty import ExplanationError, explain, explain_notice, explain_reason, written_number
from payments.royalty.phrases import NOTICES, REASONS, TAX, WORDS
from tests.payments.royalty.building import credit, lines_of, one_genre, piece, schedule_with
from tests.payments.royalty.calculator import CalculatorError, recompute


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_265_000, "1.265.000"),
        (Fraction(3, 2), "1,5"),
        (Fraction(4, 3), "4/3"),
        (Fraction(10_000, 3), "10.000/3"),
        (999, "999"),
        (0, "0"),
        (-1_000, "-1.000"),
        (Fraction(1_234_567, 100), "12.345,67"),
    ],
)
def test_written_number(value, text):
    assert written_number(value) == text


@pytest.mark.parametrize(
    ("template", "values", "vietnamese", "english"),
    [
        (
            "Cr",
            ("1.5", "234000", "1"),
            "1,5 × 234.000 đ = 351.000 đ; làm tròn đến đồng",
            "1,5 × 234.000 đ = 351.000 đ; rounded to the đồng",
        ),
        (
            "Clk8r",
            ("1.5", "253000", "20", "70000", "60000", "1000"),
            (
                "1,5 × 253.000 đ × 20 % = 75.900 đ; mức trần của tác phẩm: 70.000 đ;"
                " không cao hơn nhuận bút của tác giả: 60.000 đ; làm tròn đến 1.000 đồng"
            ),
            (
                "1,5 × 253.000 đ × 20 % = 75.900 đ; cap of the piece: 70.000 đ;"
                " not above the author's royalty: 60.000 đ; rounded to 1.000 đồng"
            ),
        ),
        (
            "GVr",
            ("B", "90050", "100"),
            "loại B; 90.050 đ; làm tròn đến 100 đồng: 90.100 đ",
            "grade B; 90.050 đ; rounded to 100 đồng: 90.100 đ",
        ),
        (
            "Mr",
            ("650", "word", "300", "3", "50000", "1"),
            "đo được 650 từ, tính 3 lần 300 từ; 3 × 50.000 đ = 150.000 đ; làm tròn đến đồng",
            "650 words measured, counted as 3 times 300 words; 3 × 50.000 đ = 150.000 đ; rounded to the đồng",
        ),
        (
            "Pr",
            ("9.35#12", "253000", "1"),
            "9,35 × 253.000 đ = 2.365.550 đ (tổng hệ số của 12 ảnh); làm tròn đến đồng",
            "9,35 × 253.000 đ = 2.365.550 đ (coefficients of 12 photos together); rounded to the đồng",
        ),
        (
            "Rr",
            ("50", "303600", "translator", "1"),
            "50 % × 303.600 đ = 151.800 đ (mức của người dịch); làm tròn đến đồng",
            "50 % × 303.600 đ = 151.800 đ (the fee of the translator); rounded to the đồng",
        ),
        (
            "Vrs",
            ("100000", "1000", "1/3", "1000"),
            (
                "100.000 đ; làm tròn đến 1.000 đồng; 100.000 đ × 1/3 = 33.000 đ (bỏ phần lẻ dưới 1.000 đ);"
                " 33.000 đ + 1.000 đ (còn dư khi chia) = 34.000 đ"
            ),
            (
                "100.000 đ; rounded to 1.000 đồng; 100.000 đ × 1/3 = 33.000 đ (remainder below 1.000 đ dropped);"
                " 33.000 đ + 1.000 đ (left over from the split) = 34.000 đ"
            ),
        ),
        (
            "0",
            ("included_in_piece",),
            "Ảnh đã tính trong nhuận bút của tin, bài",
            "Photos are included in the royalty of the piece",
        ),
    ],
)
def test_explain(template, values, vietnamese, english):
    assert explain(template, values) == vietnamese
    assert explain(template, values, "en") == english


@pytest.mark.parametrize(("template", "language"), [("Z", "vi"), ("Cr", "fr"), ("", "fr")])
def test_explain_refuses_what_it_does_not_know(template, language):
    if template:
        with pytest.raises(ExplanationError):
            explain(template, ("1", "1", "1"), language)
    else:
        with pytest.raises(ExplanationError):
            explain_reason("no_rate", language)


def test_notice_is_explained():
    values = ("approver", "200000", "126500")
    assert explain_notice("helper_above_author", values) == (
        "Thù lao người duyệt 200.000 đ cao hơn nhuận bút của tác giả 126.500 đ"
    )
    assert explain_notice("above_person_day_cap", ("2026-07-01", "200000", "260000")) == (
        "Ngày 2026-07-01: tổng 260.000 đ, mức trần còn 200.000 đ"
    )


def reasons_in_the_engine():
    """Every reason that the source gives: to Hold, to an outcome, to a line of zero."""
    found = set()
    for path in Path(payments.royalty.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Hold", "_scored"}:
                found |= {
                    arg.value for arg in ast.walk(node) if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
            if isinstance(node, ast.keyword) and node.arg == "reason":
                found |= {arg.value for arg in ast.walk(node.value) if isinstance(arg, ast.Constant) and arg.value}
    return found


def test_every_reason_has_words():
    reasons = reasons_in_the_engine()
    assert {"no_schedule", "variant_without_rate", "within_duty", "cap_reached"} <= reasons
    assert reasons - REASONS.keys() == set()


@pytest.mark.parametrize("phrases", [WORDS, REASONS, NOTICES, TAX])
def test_words_come_in_both_languages_with_the_same_numbers(phrases):
    for vietnamese, english in phrases.values():
        assert vietnamese
        assert english
        assert {slot for slot in "0123456789" if f"{{{slot}}}" in vietnamese} == {
            slot for slot in "0123456789" if f"{{{slot}}}" in english
        }


def test_many_photos_still_fit_the_stored_explanation():
    scores = tuple(Fraction(50 + number, 100) for number in range(50))
    schedule = schedule_with(
        genres=[
            {"genre": "article", "photos": "paid_each", "rates": [{"basis": "coefficient", "coefficient": 3}]},
            *one_genre("photo", rate={"basis": "coefficient_range", "low": "0.5", "high": 1}),
        ]
    )
    article = piece("bai-1", credit(1), credit(2, "photographer", photos=scores), genre="article")
    line = lines_of(schedule, article)[1]
    assert line.values == ("37.25#50", "253000", "1")
    assert recompute(explain(line.template, line.values)) == line.amount == 9_424_250
    assert len(json.dumps(line.values).encode()) <= 150


@pytest.mark.parametrize(
    "wrong",
    [
        "1,5 × 234.000 đ = 351.001 đ; làm tròn đến đồng",
        "1,5 × 234.000 đ = 351.000 đ; làm tròn đến 1.000 đồng: 352.000 đ",
        "500.000 đ × 1/3 = 166.666 đ",
        "986.700 đ; làm tròn đến đồng; 986.000 đ × 60 % = 591.600 đ",
        "300.000 đ; mức trần của tác phẩm: 400.000 đ",
        "1/3 × 200.000 đ ≈ 66.666,70 đ",
    ],
)
def test_calculator_catches_a_wrong_explanation(wrong):
    with pytest.raises(CalculatorError):
        recompute(wrong)
