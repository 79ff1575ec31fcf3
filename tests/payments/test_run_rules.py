"""The dated rules of runs: what ships, what holds on which day, and files that are refused by the place."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from payments.law import read_yaml
from payments.royalty.schedule_error import ScheduleError
from payments.run_rules import FILE, run_rules, run_rules_from_mapping


@pytest.mark.parametrize(
    ("published_on", "days", "notices", "effect", "doubt"),
    [
        (date(2014, 6, 1), 60, 3, "rule", False),
        (date(2026, 8, 31), 60, 3, "rule", False),  # the last day of NĐ 18/2014
        (date(2026, 9, 1), 60, 3, "warn", True),
        (date(2030, 1, 1), 60, 3, "warn", True),
    ],
)
def test_rule_is_that_of_the_day_of_publication(published_on, days, notices, effect, doubt):
    rule = run_rules().payment_rule_on(published_on)
    assert rule is not None
    assert (rule.payment_days, rule.unclaimed_notices, rule.effect, rule.doubt) == (days, notices, effect, doubt)
    assert "Nghị định" in rule.legal_basis


def test_before_the_first_rule_there_is_none():
    assert run_rules().payment_rule_on(date(2014, 5, 31)) is None


def test_bounds_of_a_check_are_in_order_and_marked_as_ours():
    rule = run_rules().review_rule_on(date(2026, 8, 3))
    assert (rule.least_days, rule.usual_days, rule.most_days, rule.doubt) == (1, 3, 30, True)
    assert run_rules().review_rule_on(date(2020, 1, 1)) == rule


def broken(change: Any) -> Any:
    mapping = deepcopy(read_yaml(FILE))
    change(mapping)
    return mapping


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (lambda m: m["rules"][0].pop("payment_days"), "rules[0].payment_days", "missing"),
        (lambda m: m["rules"][0].update(payment_days=0), "rules[0].payment_days", "out_of_bounds"),
        (lambda m: m["rules"][0].update(payment_days="60"), "rules[0].payment_days", "not_dong"),
        (lambda m: m["rules"][1].update(unclaimed_notices=101), "rules[1].unclaimed_notices", "out_of_bounds"),
        (lambda m: m["rules"][1].update(effect="maybe"), "rules[1].effect", "not_one_of"),
        (lambda m: m["rules"][0].update(legal_basis=" "), "rules[0].legal_basis", "missing"),
        (lambda m: m["rules"][0].update(until="2014-06-01"), "rules[0].until", "dates_upside_down"),
        (lambda m: m["rules"][0].update(days=1), "rules[0]", "unknown_key"),
        (lambda m: m.update(rules=[]), "rules", "missing"),
        (lambda m: m["reviews"][0].update(most_days=0), "reviews[0].most_days", "out_of_bounds"),
        (lambda m: m["reviews"][0].update(usual_days=31), "reviews[0].usual_days", "out_of_bounds"),
    ],
)
def test_file_that_cannot_be_used_names_the_place(change, path, code):
    with pytest.raises(ScheduleError) as refused:
        run_rules_from_mapping(broken(change))
    assert (refused.value.path, refused.value.code) == (path, code)


def test_overlapping_rules_are_refused():
    with pytest.raises(ScheduleError) as refused:
        run_rules_from_mapping(broken(lambda m: m["rules"][0].update(until="2026-09-02")))
    assert refused.value.code == "overlap"
