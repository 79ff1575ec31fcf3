import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.papers.verification import (
    ALPHABET,
    canonical_code,
    is_well_formed,
    same_code,
    verification_code,
    verification_url,
)

KEY = bytes(range(32))
CODE = verification_code(KEY, b"sheet")


def test_code_of_known_key_and_payload_stays_as_it_is() -> None:
    """Papers in people's hands carry such codes: this one must never change."""
    assert verification_code(KEY, b"sheet") == "7QS1-3QHK-TMTC"


def test_code_is_twelve_characters_of_crockfords_alphabet_in_groups() -> None:
    codes = {verification_code(KEY, str(number).encode()) for number in range(500)}

    assert len(codes) == 500
    assert {len(code) for code in codes} == {14}
    assert all(re.fullmatch(f"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", code) for code in codes)
    assert set("".join(codes)) - {"-"} == set(ALPHABET)


def test_code_depends_on_key_and_payload() -> None:
    assert verification_code(KEY, b"sheeT") != CODE
    assert verification_code(bytes(32), b"sheet") != CODE


def test_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        verification_code(b"k" * 31, b"sheet")


def test_every_single_mistyped_character_is_found() -> None:
    plain = CODE.replace("-", "")
    mistyped = [
        plain[:place] + other + plain[place + 1 :]
        for place in range(len(plain))
        for other in ALPHABET
        if other != plain[place]
    ]

    assert len(mistyped) == 12 * 31
    assert [code for code in mistyped if is_well_formed(code)] == []


@given(st.binary(max_size=20), st.integers(0, 11), st.integers(0, 11))
def test_any_two_characters_that_changed_places_are_found(payload: bytes, one: int, other: int) -> None:
    plain = list(verification_code(KEY, payload).replace("-", ""))
    plain[one], plain[other] = plain[other], plain[one]

    assert is_well_formed("".join(plain)) == (plain[one] == plain[other])


def test_code_is_read_as_people_type_it() -> None:
    code = next(
        code
        for code in (verification_code(KEY, str(number).encode()) for number in range(1000))
        if "0" in code and "1" in code
    )

    assert canonical_code(code.lower()) == code
    assert canonical_code(code.replace("-", "")) == code
    assert canonical_code(f"  {code.replace('-', ' ')} ") == code
    assert canonical_code(code.replace("0", "o").replace("1", "l")) == code
    assert canonical_code(code.replace("1", "I")) == code


@pytest.mark.parametrize("typed", ["", "-", CODE[:-1], CODE + "0", "UUUU-UUUU-UUUU", "7K4M-92QF", "ｘ" * 12, "ßßßßßß"])
def test_what_cannot_be_a_code_is_not_well_formed(typed: str) -> None:
    assert canonical_code(typed) is None
    assert not is_well_formed(typed)


def test_codes_are_the_same_however_typed() -> None:
    assert same_code(CODE, CODE.lower().replace("-", ""))
    assert not same_code(CODE, verification_code(KEY, b"other"))
    assert not same_code("", "")


def test_address_holds_the_code_without_dashes() -> None:
    assert verification_url("https://tanan.example.vn/kiem-tra/", "7K4M-92QF-XD8B").endswith("/kiem-tra/7K4M92QFXD8B")
