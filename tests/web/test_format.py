from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from payments.verifying import masked_name
from web.templatetags import web_format


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "0\u00a0đ"),
        (999, "999\u00a0đ"),
        (1_265_000, "1.265.000\u00a0đ"),
        (-20_000, "\u221220.000\u00a0đ"),
        (None, "–"),
    ],
)
def test_dong(amount, written):
    assert web_format.dong(amount) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [("1.500", "1,5"), ("2", "2"), ("0.250", "0,25"), ("10", "10"), ("100", "100")],
)
def test_coefficient(value, written):
    assert web_format.coefficient(Decimal(value)) == written


def test_viet_date_goes_by_the_portals_day():
    assert web_format.viet_date(date(2026, 2, 5)) == "05/02/2026"
    assert web_format.viet_date(datetime(2026, 2, 4, 17, 30, tzinfo=UTC)) == "05/02/2026"
    assert web_format.viet_date(None) == ""


def test_viet_moment():
    with translation.override("vi"):
        assert web_format.viet_moment(datetime(2026, 2, 5, 1, 12, tzinfo=UTC)) == "08:12 ngày 05/02/2026"


def test_when_today_yesterday_and_before():
    now = timezone.now()
    with translation.override("vi"):
        assert web_format.when(now).endswith(" hôm nay")
        assert web_format.when(now - timedelta(days=1)).endswith(" hôm qua")
        assert web_format.when(datetime(2024, 2, 5, 1, 12, tzinfo=UTC)) == "ngày 05/02/2024"


def test_last_day_of_a_half_open_period():
    assert web_format.last_day(date(2026, 3, 1)) == "28/02/2026"


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(0, 0, 0), (1, 3, 33), (999, 1000, 99), (3, 2, 150), (None, 5, 0)]
)
def test_percent_is_cut(part, whole, percent):
    assert web_format.percent_of(part, whole) == percent


@pytest.mark.parametrize(("size", "written"), [(900, "1\u00a0kB"), (52_400, "52\u00a0kB"), (1_240_000, "1,2\u00a0MB")])
def test_megabytes(size, written):
    assert web_format.megabytes(size) == written


def test_phone_of_e164():
    assert web_format.phone("+84912345678") == "0912\u00a0345\u00a0678"


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Nguyễn Thị Lan", "Nguyễn T. L."), ("Hoà", "Hoà"), ("", ""), ("Đỗ Ương", "Đỗ Ư.")],
)
def test_masked_name(name, masked):
    assert masked_name(name) == masked
