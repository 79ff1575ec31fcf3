"""Keys of Vietnamese names, and what is done to letters that mislead."""

from __future__ import annotations

import random
import unicodedata

import pytest

from contributors.errors import DomainError
from contributors.names import (
    ALPHABET,
    normal_phone,
    person_name,
    place_key,
    plain_body,
    plain_text,
    search_key,
    sort_key,
)

# As a list of an office would have it: given name, then family and middle names, tones last.
PEOPLE = """
Lê An
Nguyễn Thị An
Trần An
Phạm Văn Ân
Lê Thị Bé
Nguyễn Cẩm
Dương Văn Dũng
Đặng Văn Dũng
Trần Dũng
Lê Đức
Nguyễn Đức
Lê Thị Em
Bùi Thị Hoa
Lê Hoa
Lê Hoà
Lê Hoả
Lê Hoã
Lê Hoá
Lê Hoạ
Nguyễn Hoà
Lê Ký
Nguyễn Lan
Nguyễn Thị Lan
Nguyễn Thị Ngọc Lan
Trần Thị Lan
Lê Lành
Lê Long
Lê Lộc
Lê Lợi
Lê Minh
Lê Tú
Lê Tư
Lê Uyên
Lê Ước
Y Xuân
""".strip().splitlines()

UNITS = ["Ấp 1", "Ấp 2", "Ấp 10", "Ấp Tân An", "Ấp Tân Lợi", "Ấp Tân Lợi A", "Đoàn Thanh niên", "Hội Phụ nữ", "Ủy ban"]


@pytest.mark.parametrize("seed", range(5))
def test_people_sort_as_a_vietnamese_list_does(seed):
    mixed = random.Random(seed).sample(PEOPLE, len(PEOPLE))
    assert sorted(mixed, key=sort_key) == PEOPLE


def test_letters_sort_in_the_order_of_the_alphabet():
    shuffled = random.Random(1).sample(ALPHABET, len(ALPHABET))
    assert "".join(sorted(shuffled, key=sort_key)) == "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz" == ALPHABET


def test_tones_decide_only_between_equal_letters():
    assert sorted(["ma", "mạ", "mà", "mã", "má", "mả"], key=sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]
    assert sort_key("Lê Ạn") < sort_key("Lê Ana")
    assert sort_key("Lế An") < sort_key("Lê Văn An")


@pytest.mark.parametrize("name", ["Nguyễn Thị Hồng Huệ", "Đỗ Ước", "LÊ HOÀ", "Thạch Sa Rây", "K'Brếu", "Ấp 10"])
def test_key_is_the_same_for_both_forms_of_unicode_and_any_case(name):
    apart = unicodedata.normalize("NFD", name)
    assert apart == name or len(apart) > len(name)
    assert sort_key(apart) == sort_key(name) == sort_key(name.upper()) == sort_key(name.lower())
    assert search_key(apart) == search_key(name) == search_key(name.upper())


@pytest.mark.parametrize("name", [*PEOPLE, *UNITS, "K'Brếu", "李 An", "Nguyễn (Ba) Tèo", ""])
def test_key_is_digits_alone_so_that_every_collation_sorts_alike(name):
    assert sort_key(name).isdecimal()
    assert place_key(name).isdecimal()


def test_longest_name_fits_its_column():
    assert len(sort_key("Ươ" * 150)) <= 700
    assert len(place_key("Ấp " * 66)) <= 400


def test_units_sort_as_read_and_numbers_by_value():
    mixed = random.Random(2).sample(UNITS, len(UNITS))
    assert sorted(mixed, key=place_key) == UNITS


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Nguyễn Thị Lan", "nguyen thi lan"),
        ("ĐẶNG  Văn   Dũng", "dang van dung"),
        ("đường Ước mơ", "duong uoc mo"),
        ("  Ấp 10\n", "ap 10"),
    ],
)
def test_search_key_is_what_people_type(text, key):
    assert search_key(text) == key


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0912345678", "+84912345678"),
        ("0912 345 678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("(091) 234-5678", "+84912345678"),
        ("+84912345678", "+84912345678"),
        ("+84 91 234 56 78", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("0321234567", "+84321234567"),
        ("0561234567", "+84561234567"),
        ("0781234567", "+84781234567"),
        ("0881234567", "+84881234567"),
    ],
)
def test_phone_is_normal_however_it_is_written(written, number):
    assert normal_phone(written) == number
    assert normal_phone(number) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "0",
        "091234567",
        "09123456789",
        "0112345678",
        "0212345678",
        "0412345678",
        "0612345678",
        "+1 912 345 6789",
        "0912ABCDEF",
        "0912345678 máy 5",
        "o912345678",
        "0912345678/0987654321",
    ],
)
def test_phone_that_is_none_is_refused(written):
    with pytest.raises(DomainError) as refused:
        normal_phone(written)
    assert (refused.value.code, refused.value.field) == ("phone_malformed", "phone")


# (what it is, character)
HIDDEN = {
    "NUL": "\x00",
    "bell": "\x07",
    "escape": "\x1b",
    "delete": "\x7f",
    "C1": "\x9b",
    "soft hyphen": "\xad",
    "Arabic letter mark": "\u061c",
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "left to right": "\u200e",
    "override": "\u202e",
    "word joiner": "\u2060",
    "isolate": "\u2066",
    "byte order mark": "\ufeff",
    "annotation": "\ufff9",
    "half a character": "\ud800",
}


@pytest.mark.parametrize("char", HIDDEN.values(), ids=HIDDEN)
def test_misleading_character_is_taken_out(char):
    assert plain_text(f"Nguyễn{char} Lan{char}") == "Nguyễn Lan"
    assert plain_body(f"Một{char}\nHai{char}") == "Một\nHai"
    assert person_name(f"{char}Lê{char} Hoà") == "Lê Hoà"
    with pytest.raises(DomainError) as refused:
        person_name(char)
    assert refused.value.code == "name_missing"


@pytest.mark.parametrize("space", ["\t", "\n", "\r", "\x85", "\xa0", "\u2003", "\u2028", "\u3000"])
def test_every_kind_of_space_is_one_space(space):
    assert plain_text(f"{space}Lê{space}{space}Hoà{space}") == "Lê Hoà"


def test_text_is_kept_in_the_composed_form():
    apart = unicodedata.normalize("NFD", "Nguyễn Thị Huệ ở Ấp Đông")
    assert plain_text(apart) == "Nguyễn Thị Huệ ở Ấp Đông"
    assert plain_body(apart) == "Nguyễn Thị Huệ ở Ấp Đông"


def test_body_keeps_its_paragraphs_and_nothing_around_them():
    assert plain_body("\r\n Một  hai \r\n\r\nBa\t\n\n") == "Một  hai\n\nBa"


@pytest.mark.parametrize(
    "name", ["Lê Hoà", "K'Brếu", "Y Moan Ênuôl", "Nguyễn Thị Lan (Ba Lan)", "O", "Lê " * 99 + "Lê"]
)
def test_real_names_pass_whole(name):
    assert person_name(f"  {name} ") == name
