import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.papers.words import in_words, says

DIGITS = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5}
DIGITS |= {"sáu": 6, "bảy": 7, "tám": 8, "chín": 9}


def read_words(text: str) -> int:
    """Another person's reading: a stack machine that knows nothing of how the words were made."""
    assert text.endswith(" đồng")
    total = billions = group = pending = 0
    for word in text.removesuffix(" đồng").lower().split():
        if word in DIGITS:
            pending = DIGITS[word]
        elif word == "trăm":
            group, pending = group + pending * 100, 0
        elif word == "mười":
            group += 10
        elif word == "mươi":
            group, pending = group + pending * 10, 0
        elif word in {"linh", "lẻ"}:
            pass
        elif word in {"nghìn", "ngàn", "triệu"}:
            scale = 10**6 if word == "triệu" else 10**3
            total, group, pending = total + (group + pending) * scale, 0, 0
        elif word == "tỷ":
            billions, total, group, pending = total + group + pending, 0, 0, 0
        else:
            raise AssertionError(word)
    return billions * 10**9 + total + group + pending


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (1, "Một đồng"),
        (4, "Bốn đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (11, "Mười một đồng"),
        (14, "Mười bốn đồng"),
        (15, "Mười lăm đồng"),
        (20, "Hai mươi đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi tư đồng"),
        (25, "Hai mươi lăm đồng"),
        (55, "Năm mươi lăm đồng"),
        (100, "Một trăm đồng"),
        (105, "Một trăm linh năm đồng"),
        (110, "Một trăm mười đồng"),
        (1_005, "Một nghìn không trăm linh năm đồng"),
        (1_010, "Một nghìn không trăm mười đồng"),
        (1_015, "Một nghìn không trăm mười lăm đồng"),
        (1_205_000, "Một triệu hai trăm linh năm nghìn đồng"),
        (1_000_001, "Một triệu không trăm linh một đồng"),
        (24_024_024, "Hai mươi tư triệu không trăm hai mươi tư nghìn không trăm hai mươi tư đồng"),
        (1_000_000_000, "Một tỷ đồng"),
        (1_000_000_005, "Một tỷ không trăm linh năm đồng"),
        (1_005_000_000_000, "Một nghìn không trăm linh năm tỷ đồng"),
        (10**15, "Một triệu tỷ đồng"),
    ],
)
def test_amount_in_words_as_accountants_write_it(amount: int, words: str) -> None:
    assert in_words(amount) == words


def test_amount_in_words_as_the_south_says_it() -> None:
    words = in_words(1_205_004, zero_tens="lẻ", thousand="ngàn")

    assert words == "Một triệu hai trăm lẻ năm ngàn không trăm lẻ bốn đồng"


@given(st.integers(0, 10**15), st.sampled_from(["linh", "lẻ"]), st.sampled_from(["nghìn", "ngàn"]))
def test_amount_in_words_reads_back(amount: int, zero_tens: str, thousand: str) -> None:
    assert read_words(in_words(amount, zero_tens=zero_tens, thousand=thousand)) == amount


def test_all_small_amounts_read_back_and_differ() -> None:
    spoken = [in_words(amount) for amount in range(3_000)]

    assert [read_words(words) for words in spoken] == list(range(3_000))
    assert len(set(spoken)) == 3_000


@pytest.mark.parametrize("amount", [-1, -5, 10**15 + 1])
def test_amount_out_of_range_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="go from 0"):
        in_words(amount)


@pytest.mark.parametrize("amount", [1.0, "5", True, None])
def test_amount_that_is_no_whole_number_is_refused(amount: object) -> None:
    with pytest.raises(TypeError):
        in_words(amount)  # type: ignore[arg-type]


@pytest.mark.parametrize("choice", [{"zero_tens": "le"}, {"thousand": "nghin"}])
def test_unknown_reading_is_refused(choice: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="is one of"):
        in_words(5, **choice)


def test_words_are_recognised_in_every_reading_and_no_other_amount() -> None:
    assert says("Một trăm lẻ năm đồng", 105)
    assert says("Một trăm linh năm đồng", 105)
    assert not says("Một trăm linh năm đồng", 150)
    assert not says("một trăm linh năm đồng", 105)
