"""Names of provinces and communes come from the list in force since 1 July 2025."""

from __future__ import annotations

import subprocess
import sys

import pytest

from contributors import places, portals
from contributors.errors import DomainError
from contributors.models import Event, Portal


def test_thirty_four_provinces_and_all_their_communes():
    found = places.provinces()
    assert len(found) == 34
    assert [row.name for row in found if row.code in {"01", "46", "91"}] == [
        "thành phố Hà Nội",
        "thành phố Huế",
        "tỉnh An Giang",
    ]
    by_province = [places.communes(row.code) for row in found]
    assert sum(map(len, by_province)) == 3321
    assert all(by_province)
    assert all(len(row.code) == 5 and "  " not in row.name for rows in by_province for row in rows)
    assert places.communes("99") == []


def test_place_is_named_as_in_a_sentence():
    assert places.place_name("30388") == "xã Tân An, tỉnh An Giang"
    assert places.place_name("24163").startswith("phường Tân An, ")
    assert places.place_name("31078") == "đặc khu Phú Quốc, tỉnh An Giang"
    assert places.place_name("00000") == ""
    assert places.place_name("") == ""


def test_search_needs_no_tone_marks():
    assert [row.code for row in places.find_communes("tan an", province_code="91")][:1] == ["30388"]
    assert [row.code for row in places.find_communes("xa tan an AN GIANG")][:1] == ["30388"]
    assert {row.code for row in places.find_communes("tân an")} >= {"30388", "02320", "24163"}
    assert len(places.find_communes("xa")) == places.MOST_FOUND
    assert places.find_communes("khong co xa nay") == []
    assert places.find_communes(" \u200b ") == []


def test_place_of_the_portal_is_set_by_the_administrator(cell):
    portals.set_place(actor=cell.actor("admin"), commune_code="30388")
    portal = Portal.objects.get(pk=cell.portal.pk)
    assert (portal.commune_code, portal.province_code) == ("30388", "91")
    assert Event.objects.get(kind="portal.place_set").facts == {"commune": "30388"}
    with pytest.raises(DomainError, match="place_unknown"):
        portals.set_place(actor=cell.actor("admin"), commune_code="99999")
    with pytest.raises(DomainError, match="not_allowed"):
        portals.set_place(actor=cell.actor("head"), commune_code="30388")


def test_list_is_not_read_before_it_is_asked():
    program = "import sys, contributors.places; print('vietnam_provinces.lookup' in sys.modules)"
    environment = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; "
    done = subprocess.run([sys.executable, "-c", environment + program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
