from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.royalty import money
from payments.royalty.money import MoneyError, RoundingMode, exact, plain, round_dong, split

NOT_QUITE_DECIMAL = st.builds(
    Fraction, st.integers(-(10**14), 10**14), st.sampled_from([10**10, 10**15, 10**16, 3 * 10**12])
)
WEIGHTS = st.lists(st.fractions(min_value=0, max_value=100, max_denominator=300), min_size=1, max_size=8).filter(any)


@pytest.mark.parametrize(
    ("value", "to", "mode", "rounded"),
    [
        (Fraction(1, 2), 1, RoundingMode.HALF_UP, 1),
        (Fraction(3, 2), 1, RoundingMode.HALF_UP, 2),
        (Fraction(5, 2), 1, RoundingMode.HALF_UP, 3),
        (Fraction(49_999, 100_000), 1, RoundingMode.HALF_UP, 0),
        (Fraction(-1, 2), 1, RoundingMode.HALF_UP, -1),
        (Fraction(-5, 2), 1, RoundingMode.HALF_UP, -3),
        (Fraction(200_000, 3), 1, RoundingMode.HALF_UP, 66_667),
        (75_949, 100, RoundingMode.HALF_UP, 75_900),
        (75_950, 100, RoundingMode.HALF_UP, 76_000),
        (1_499, 1000, RoundingMode.HALF_UP, 1_000),
        (1_500, 1000, RoundingMode.HALF_UP, 2_000),
        (Fraction(7, 2), 1, RoundingMode.DOWN, 3),
        (Fraction(-7, 2), 1, RoundingMode.DOWN, -3),
        (Fraction(13, 4), 1, RoundingMode.UP, 4),
        (4, 1, RoundingMode.UP, 4),
        (0, 1000, RoundingMode.UP, 0),
        (-150, 100, RoundingMode.HALF_UP, -200),
        (Fraction(-301, 2), 100, RoundingMode.DOWN, -100),
    ],
)
def test_round_dong(value, to, mode, rounded):
    found = round_dong(value, to, mode)
    assert (type(found), found) == (int, rounded)


@pytest.mark.parametrize("to", [0, -1])
def test_round_dong_to_nothing(to):
    with pytest.raises(MoneyError, match=f"^rounding step {to} is not a positive number of đồng$"):
        round_dong(Fraction(1), to)


def test_lost_dong_is_never_passed_on(monkeypatch):
    monkeypatch.setattr(money, "_winners", lambda *_asked: [])
    with pytest.raises(MoneyError, match=r"^the parts of 100 đồng add up to 99$"):
        split(100, [1, 1, 1], 1, ["a", "b", "c"], 0)


@pytest.mark.parametrize(
    ("total", "weights", "step", "rotation", "parts"),
    [
        (500_000, [1, 1, 1], 1, 0, [166_667, 166_667, 166_666]),
        (500_000, [1, 1, 1], 1, 1, [166_666, 166_667, 166_667]),
        (500_000, [1, 1, 1], 1, 2, [166_667, 166_666, 166_667]),
        (500_000, [1, 1, 1], 1, 3, [166_667, 166_667, 166_666]),
        (75_901, [Fraction(1, 2), Fraction(1, 2)], 1, 0, [37_951, 37_950]),
        (75_901, [Fraction(1, 2), Fraction(1, 2)], 1, 7, [37_950, 37_951]),
        (986_700, [60, 40], 1, 0, [592_020, 394_680]),
        (5_000_000, [3, 2, 2, 2, 1], 1, 0, [1_500_000, 1_000_000, 1_000_000, 1_000_000, 500_000]),
        (10_000, [1, 1, 1], 1000, 0, [4_000, 3_000, 3_000]),
        (100, [50, 0, 50], 1, 0, [50, 0, 50]),
        (0, [0, 0], 1, 0, [0, 0]),
        (0, [1, 2], 1, 5, [0, 0]),
    ],
)
def test_split(total, weights, step, rotation, parts):
    assert split(total, weights, step, [f"credit:{place}" for place in range(len(weights))], rotation) == parts


@pytest.mark.parametrize(
    ("total", "weights", "step", "keys", "sentence"),
    [
        (100, [0, 0], 1, ["a", "b"], "weights must not be negative, nor all zero"),
        (100, [2, -1], 1, ["a", "b"], "weights must not be negative, nor all zero"),
        (-100, [1, 1], 1, ["a", "b"], "-100 đồng cannot be split in units of 1"),
        (150, [1, 1], 100, ["a", "b"], "150 đồng cannot be split in units of 100"),
        (100, [1, 1], 0, ["a", "b"], "100 đồng cannot be split in units of 0"),
        (100, [1, 1], -1, ["a", "b"], "100 đồng cannot be split in units of -1"),
        (100, [1, 1], 1, ["a", "a"], "each weight wants one key of its own"),
        (100, [1, 1], 1, ["a"], "each weight wants one key of its own"),
    ],
)
def test_split_refuses(total, weights, step, keys, sentence):
    with pytest.raises(MoneyError, match=f"^{sentence}$"):
        split(total, weights, step, keys, 0)


@given(st.integers(0, 10**9), WEIGHTS, st.sampled_from([1, 100, 1000]), st.integers(0, 50))
def test_split_keeps_the_sum_and_comes_within_a_step(units, weights, step, rotation):
    total = units * step
    parts = split(total, weights, step, [str(place) for place in range(len(weights))], rotation)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < step
        assert weight or part == 0


@given(st.integers(0, 10**9), WEIGHTS, st.integers(0, 50), st.randoms(use_true_random=False))
def test_split_does_not_depend_on_order(total, weights, rotation, random):
    keyed = [(f"credit:{place}", weight) for place, weight in enumerate(weights)]
    first = dict(zip((key for key, _ in keyed), split(total, weights, 1, [k for k, _ in keyed], rotation), strict=True))
    random.shuffle(keyed)
    keys = [key for key, _ in keyed]
    assert dict(zip(keys, split(total, [w for _, w in keyed], 1, keys, rotation), strict=True)) == first


def test_split_over_periods_treats_equals_alike():
    sums = [0, 0, 0]
    for period in range(6):
        for place, part in enumerate(split(100, [1, 1, 1], 1, ["a", "b", "c"], period)):
            sums[place] += part
    assert sums == [200, 200, 200]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5", Fraction(3, 2)), ("1,5", Fraction(3, 2)), ("4/3", Fraction(4, 3)), (12, Fraction(12)), ("0", Fraction(0))],
)
def test_exact_reads(text, value):
    assert exact(text) == value


@pytest.mark.parametrize("text", ["", "1e5", "một", "1.500.000", "1/0", "nan", " 1"])
def test_exact_refuses(text):
    with pytest.raises(MoneyError):
        exact(text)


@given(st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6) | NOT_QUITE_DECIMAL)
def test_plain_loses_nothing(value):
    assert exact(plain(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(3, 2), "1.5"),
        (Fraction(1, 20), "0.05"),
        (Fraction(4, 3), "4/3"),
        (253_000, "253000"),
        (Fraction(-1, 4), "-0.25"),
    ],
)
def test_plain_is_short(value, text):
    assert plain(value) == text
