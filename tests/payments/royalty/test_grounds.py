"""Each step of a line names its rule and its legal basis, as the schedule has them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from payments.royalty import ComputedLine, CreditFacts, RunFacts, SeatFacts, compute, schedule_from_mapping
from payments.royalty.explanation import ExplanationError
from payments.royalty.facts import ChosenFactor, PieceFacts
from payments.royalty.grounds import Grounds
from tests.payments.royalty.building import SALARIES, read_rates

DECISION = "7/QĐ-UBND"
RULES = {
    **read_rates("schedules/ninh-thuan-23-2020.yaml"),
    "decision": {"number": DECISION},
    "level": 20,
    "roles": [{"role": "approver", "basis": "percent_of", "percent": 10, "legal_basis": "Điều 5"}],
    "factors": [
        {"factor": "khmer", "kind": "add", "percent": 30, "when": {"language": ["khmer"]}, "legal_basis": "Điều 7.4"},
        {"factor": "hard", "kind": "add", "low": 10, "high": 100, "label": {"vi": "Nguy hiểm"}, "doubt": True},
        {"factor": "half", "kind": "multiply", "percent": 50, "when": {"origin": ["collected"]}},
    ],
    "caps": [
        {"scope": "piece", "effect": "hard", "vnd": 60_000, "legal_basis": "Điều 9"},
        {"scope": "person_period", "effect": "hard", "vnd": 40_000, "legal_basis": "Điều 10"},
    ],
    "allowances": [{"allowance": "khoan", "seat": "head", "vnd": 300_000, "legal_basis": "Điều 11"}],
}
TABLE = f"{DECISION}; Quyết định 23/2020/QĐ-UBND tỉnh Ninh Thuận"
PIECE = PieceFacts(
    subject="tin",
    genre="news_item",
    variant="with_photo",
    published_on=date(2026, 7, 3),
    language="khmer",
    factors=(ChosenFactor("hard", Fraction(20)),),
    credits=(
        CreditFacts("a", 1, "author", share=Fraction(60)),
        CreditFacts("b", 2, "author", share=Fraction(40)),
        CreditFacts("c", 3, "approver"),
    ),
)


def run_of(**changes) -> RunFacts:
    return RunFacts(
        period_from=date(2026, 7, 1),
        period_until=date(2026, 8, 1),
        rotation=0,
        schedules=(schedule_from_mapping(RULES | changes),),
        base_salaries=SALARIES,
        seats=(SeatFacts("seat:9", 9, "head", date(2026, 1, 1)),),
    )


def told(language="vi", **changes) -> dict[str, list[tuple[str, str, bool]]]:
    rules = run_of(**changes)
    grounds = Grounds(rules, language)
    return {
        line.subject_key: [
            tuple(ground)
            for ground in (
                grounds.of_piece(line.template, line.values, line.role, PIECE)
                if line.piece
                else grounds.of_seat(line.template, line.values, line.subject_key)
            )
        ]
        for line in compute(rules, [PIECE])
        if isinstance(line, ComputedLine)
    }


def test_every_step_of_an_author_has_its_rule_and_basis():
    assert told()["a"] == [
        ("mức của thể loại “Tin có ảnh”", f"{DECISION}; Tin không ảnh, tin có ảnh, tin tổng hợp, tin đăng lại", False),
        ("một hệ số bằng 10 % lương cơ sở 2.530.000 đ", f"{TABLE}; Nghị định 161/2026/NĐ-CP", False),
        ("hệ số điều chỉnh “khmer”", f"{DECISION}; Điều 7.4", False),
        ("hệ số điều chỉnh “Nguy hiểm”", TABLE, True),
        ("trang hưởng 20 % của biểu", TABLE, False),
        ("mức trần của tác phẩm", f"{DECISION}; Điều 9", False),
        ("làm tròn đến 1 đ", TABLE, False),
        ("chia theo tỷ lệ đã thống nhất", TABLE, False),
    ]


def test_cap_over_a_period_and_helper_and_seat():
    found = told(caps=[RULES["caps"][1] | {"vnd": 30_000}])
    assert found["a"][-1] == ("mức trần một người trong kỳ", f"{DECISION}; Điều 10", False)
    assert found["c"] == [
        ("mức của người duyệt", f"{DECISION}; Điều 5", False),
        ("làm tròn đến 1 đ", TABLE, False),
    ]
    assert found["seat:9:allowance:khoan"] == [
        ("khoán “khoan”", f"{DECISION}; Điều 11", False),
        ("làm tròn đến 1 đ", TABLE, False),
    ]


def test_grounds_speak_english():
    assert [ground[0] for ground in told("en")["a"]] == [
        "rate of “News item with photo”",
        "one coefficient is 10 % of the base salary, 2.530.000 đ",
        "factor “khmer”",
        "factor “Nguy hiểm”",
        "this page pays 20 % of the table",
        "cap of the piece",
        "rounded to 1 đ",
        "split by the shares agreed",
    ]
    with pytest.raises(ExplanationError):
        Grounds(run_of(), "fr")


def test_unit_in_dong_names_no_base_salary():
    assert told(unit={"vnd": 100_000})["a"][1] == ("một hệ số bằng 100.000 đ", TABLE, False)
