from hypothesis import given
from hypothesis import strategies as st

from contributors.papers.fonts import load_faces
from contributors.papers.layout.lines import balanced, broken

FONT = load_faces().regular.font
WORDS = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxy ẤỮ.,-()\u00a0ñЖ中\u202e", max_size=120)


def texts(lines: tuple) -> list[str]:
    return [FONT.text(line) for line in lines]


@given(WORDS, st.floats(12, 300))
def test_broken_lines_hold_all_characters_in_order_and_none_is_too_wide(text: str, width: float) -> None:
    lines = broken(text, FONT, 10, width)
    whole = FONT.text(FONT.set(text))

    assert "".join(texts(lines)).replace(" ", "") == ("" if FONT.set(text).is_blank else whole.replace(" ", ""))
    assert [line for line in lines if line.width * 10 / 1000 > width + 1e-6] == []


def plainly_broken(text: str, room: float) -> list[str]:
    """Word by word, and character by character in words that are too long; slow and without tricks."""
    lines: list[str] = []
    for word in FONT.text(FONT.set(text)).split(" "):
        if lines and FONT.set(f"{lines[-1]} {word}").width <= room:
            lines[-1] += f" {word}"
            continue
        lines.append("")
        for character in word:
            if lines[-1] and FONT.set(lines[-1] + character).width > room:
                lines.append("")
            lines[-1] += character
    return [line for line in lines if line]


@given(WORDS, st.integers(12, 300))
def test_lines_break_where_a_plain_reading_of_the_rule_breaks_them(text: str, width: int) -> None:
    text = " ".join(text.split(" ")).strip(" ")
    while "  " in text:
        text = text.replace("  ", " ")

    if not FONT.set(text).is_blank:
        assert texts(broken(text, FONT, 10, width)) == plainly_broken(text, width * 100)


def test_words_are_not_parted() -> None:
    lines = texts(broken("Ấp Tân Hòa ra quân trồng cây", FONT, 10, 60))

    assert lines == ["Ấp Tân Hòa", "ra quân", "trồng cây"]


def test_no_break_space_holds_words_together() -> None:
    assert texts(broken("mức 10\u00a0%", FONT, 10, 30)) == ["mức", "10\u00a0%"]


def test_long_word_is_broken_and_complete() -> None:
    word = "a" * 5000
    lines = texts(broken(f"một {word} hai", FONT, 10, 80))

    assert lines[0] == "một"
    assert "".join(lines) == f"một{word} hai"
    assert max(map(len, lines)) == len(lines[1])


def test_blank_text_has_no_line() -> None:
    assert broken("", FONT, 10, 80) == broken("   ", FONT, 10, 80) == broken("\u00a0\t", FONT, 10, 80) == ()


def test_balanced_lines_are_as_few_and_more_even() -> None:
    text = "BAN BIÊN TẬP TRANG THÔNG TIN ĐIỆN TỬ XÃ"
    wide, even = broken(text, FONT, 12, 200), balanced(text, FONT, 12, 200)

    assert len(even) == len(wide) == 2
    assert max(line.width for line in even) < max(line.width for line in wide)
    assert " ".join(texts(even)) == text
