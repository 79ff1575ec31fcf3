import unicodedata

import pytest

from contributors.papers.fonts import VIETNAMESE, load_faces
from contributors.papers.printable import REFUSED, printable, with_masked_numbers

DRAWN = load_faces().regular.font.face.charToGlyph


def test_all_vietnamese_letters_stay_as_they_are() -> None:
    assert len(VIETNAMESE) == 134
    assert printable(VIETNAMESE, DRAWN) == VIETNAMESE


def test_decomposed_letters_are_composed() -> None:
    assert printable(unicodedata.normalize("NFD", "Nguyễn Thị Ánh Tuyết"), DRAWN) == "Nguyễn Thị Ánh Tuyết"


@pytest.mark.parametrize(
    "hidden",
    ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\u200b", "\u200e", "\u202e", "\u2066", "\ufeff", "\u00ad", "\ud800"],
)
def test_hidden_character_is_shown(hidden: str) -> None:
    assert printable(f"A{hidden}B", DRAWN) == f"A{REFUSED}B"


@pytest.mark.parametrize("unknown", ["中", "ភ", "\ue000", "\U0010ffff", "🎉"])
def test_character_without_glyph_is_shown(unknown: str) -> None:
    assert printable(f"A{unknown}B", DRAWN) == f"A{REFUSED}B"


def test_modified_emoji_is_one_box_and_lone_joiner_is_shown() -> None:
    assert printable("❤\ufe0f!", DRAWN) == f"{REFUSED}!"
    assert printable("A\u200dB", DRAWN) == f"A{REFUSED}B"
    assert printable("A\ufe0fB", {*DRAWN, 0xFE0F}) == f"A{REFUSED}B"


@pytest.mark.parametrize("blank", ["\t", "\n", "\r\n", "\u2003", "\u3000", "\u2028", " \t "])
def test_every_blank_is_one_space(blank: str) -> None:
    assert printable(f"A{blank}B", DRAWN) == "A B"


def test_no_break_space_stays() -> None:
    assert printable("60\u00a0%", DRAWN) == "60\u00a0%"


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        ("Ủng hộ theo số 089123456789", "Ủng hộ theo số ••••••••6789"),
        ("CMND 351234567.", "CMND •••••4567."),
        ("Thẻ 089 123 456 789", "Thẻ ••• ••• ••• 789"),
        ("Gọi 0912345678", "Gọi 0912345678"),
        ("Quỹ 253.000.000 đồng", "Quỹ 253.000.000 đồng"),
        ("Mùa nước nổi 2026", "Mùa nước nổi 2026"),
    ],
)
def test_number_as_long_as_a_personal_id_is_masked_in_titles(title: str, printed: str) -> None:
    assert with_masked_numbers(title) == printed
