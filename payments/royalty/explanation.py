"""From the template and values of a line to a sentence that a person checks with a pocket calculator.

The sentence is a chain of clauses ("1,5 × 234.000 đ = 351.000 đ; làm tròn đến đồng"); each goes on from the
amount before it, and the last amount is the line's. Numbers are written the Vietnamese way in both languages.
"""

from collections.abc import Callable
from fractions import Fraction

from payments.royalty.money import RoundingMode, exact, plain, round_dong
from payments.royalty.phrases import AFTER, NOTICES, REASONS, TAX, WORDS

LANGUAGES = ("vi", "en")


class ExplanationError(ValueError):
    """A template, reason or language that nobody knows."""


def explain(template: str, values: tuple[str, ...], language: str = "vi") -> str:
    """The sentence of a line (or of a tax withheld) in "vi" or "en". Raises ExplanationError."""
    if template == "0":
        return explain_reason(values[0], language)
    if template in AFTER:
        return _phrase(AFTER, template, language).format(*values)
    if template in TAX:
        return _phrase(TAX, template, language).format(*(_written(value) for value in values))
    return _Sentence(values, language).of(template)


def explain_reason(reason: str, language: str = "vi") -> str:
    """Why a line is 0 đồng, or why a piece is held or outside the rules."""
    return _phrase(REASONS, reason, language)


def explain_notice(code: str, values: tuple[str, ...], language: str = "vi") -> str:
    """The sentence of a Notice."""
    words = (_phrase(WORDS, value, language) if value in WORDS else _written(value) for value in values)
    return _phrase(NOTICES, code, language).format(*words)


def written_number(value: Fraction | int) -> str:
    """1265000 → "1.265.000", 3/2 → "1,5", 4/3 → "4/3"."""
    text = plain(value)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if "/" in digits:
        top, bottom = digits.split("/")
        return f"{sign}{_dotted(top)}/{_dotted(bottom)}"
    whole, _, decimals = digits.partition(".")
    return sign + _dotted(whole) + (f",{decimals}" if decimals else "")


def _dotted(digits: str) -> str:
    return f"{int(digits):,}".replace(",", ".")


def _written(value: str) -> str:
    return written_number(exact(value)) if value.lstrip("-")[:1].isdigit() and "-" not in value[1:] else value


def _phrase(phrases: dict[str, tuple[str, str]], name: str, language: str) -> str:
    if language not in LANGUAGES or name not in phrases:
        raise ExplanationError(f"no words for {name!r} in {language!r}")
    return phrases[name][LANGUAGES.index(language)]


class _Sentence:
    """Reads the letters of a template, each taking its values, and writes one clause after another."""

    def __init__(self, values: tuple[str, ...], language: str) -> None:
        self._values = iter(values)
        self._language = language
        self._clauses: list[str] = []
        self._factors: list[str] = []
        self._notes: list[str] = []
        self._value = Fraction(1)
        self._step = 1

    def of(self, template: str) -> str:
        readers: dict[str, Callable[[], None]] = {
            "G": self._grade,
            "C": self._coefficient,
            "V": self._dong,
            "M": self._measure,
            "I": self._items,
            "P": self._photos,
            "R": self._percent_of,
            "A": self._allowance,
            "L": self._percent_of_royalties,
            "l": self._percent,
            "d": self._counted_part,
            "a": self._added,
            "x": self._multiplied,
            "k": self._cap,
            "8": self._not_above_author,
            "r": self._round,
            "s": self._split,
            "w": self._cut,
        }
        for letter in template:
            if letter not in readers:
                raise ExplanationError(f"no words for step {letter!r} of {template!r}")
            readers[letter]()
        self._close_product()
        return "; ".join(self._clauses)

    def _word(self, name: str, *values: str) -> str:
        return _phrase(WORDS, name, self._language).format(*values)

    def _number(self) -> Fraction:
        return exact(next(self._values))

    def _times(self, text: str, value: Fraction) -> None:
        self._factors.append(text)
        self._value *= value

    def _times_number(self) -> None:
        number = self._number()
        self._times(written_number(number), number)

    def _times_dong(self) -> None:
        number = self._number()
        self._times(f"{written_number(number)} đ", number)

    def _percent(self) -> None:
        number = self._number()
        self._times(f"{written_number(number)} %", number / 100)

    def _grade(self) -> None:
        self._clauses.append(self._word("grade", next(self._values)))

    def _coefficient(self) -> None:
        self._times_number()
        self._times_dong()

    def _dong(self) -> None:
        self._times_dong()

    def _items(self) -> None:
        self._times_number()
        self._times_dong()

    def _measure(self) -> None:
        measure, unit, per, lots = self._number(), next(self._values), self._number(), self._number()
        numbers = [written_number(number) for number in (measure, lots, per)]
        self._clauses.append(self._word("measured", numbers[0], self._word(unit), numbers[1], numbers[2]))
        self._times(numbers[1], lots)
        self._times_dong()

    def _photos(self) -> None:
        text = next(self._values)
        text, _, count = text.partition("#")
        terms, whole = [], Fraction(0)
        for group in text.split("+"):
            score, _, times = group.partition("*")
            whole += exact(score) * int(times or 1)
            terms.append(written_number(exact(score)) + (f" × {times}" if times else ""))
        self._times(terms[0] if len(terms) == 1 else f"({' + '.join(terms)})", whole)
        if count:
            self._notes.append(self._word("photos", count))
        self._times_dong()

    def _percent_of(self) -> None:
        self._percent()
        self._times_dong()
        of = next(self._values)
        self._notes.append(self._word("of_author") if of == "author" else self._word("of_role", self._word(of)))

    def _percent_of_royalties(self) -> None:
        self._percent()
        self._times_dong()
        self._notes.append(self._word("of_royalties"))

    def _allowance(self) -> None:
        self._times_dong()
        held = self._number()
        if held != 1:
            self._times(written_number(held), held)
            self._notes.append(self._word("held"))

    def _share(self) -> tuple[str, Fraction]:
        """A share of one, written "60%" or "1/3": as words and as a number."""
        text = next(self._values)
        if text.endswith("%"):
            percent = exact(text[:-1])
            return f"{written_number(percent)} %", percent / 100
        return written_number(exact(text)), exact(text)

    def _counted_part(self) -> None:
        if not self._factors:
            # After a cap: the part is of what the cap left.
            self._factors.append(f"{written_number(self._value)} đ")
        self._times(*self._share())
        self._notes.append(self._word("counted"))

    def _added(self) -> None:
        percents = [exact(percent) for percent in next(self._values).split("+")]
        terms = " + ".join(f"{written_number(percent)} %" for percent in (Fraction(100), *percents))
        self._times(f"({terms})", 1 + sum(percents, Fraction(0)) / 100)

    def _multiplied(self) -> None:
        for percent in next(self._values).split("*"):
            self._times(f"{written_number(exact(percent))} %", exact(percent) / 100)

    def _close_product(self) -> None:
        if not self._factors:
            return
        product = " × ".join(self._factors)
        if len(self._factors) > 1:
            product += f" {self._result(self._value)}"
        if self._notes:
            product += f" ({'; '.join(self._notes).replace(';', ',')})"
        self._clauses.append(product)
        self._factors, self._notes = [], []

    def _result(self, value: Fraction) -> str:
        """Such as "= 75.900 đ", or "≈ 66.666,67 đ" where more than four decimals would be needed."""
        if 10_000 % value.denominator == 0:
            return f"= {written_number(value)} đ"
        return f"≈ {written_number(Fraction(round_dong(value * 100, 1, RoundingMode.HALF_UP), 100))} đ"

    def _bound(self, word: str) -> None:
        self._close_product()
        self._value = self._number()
        self._clauses.append(self._word(word, f"{written_number(self._value)} đ"))

    def _cap(self) -> None:
        self._bound("cap")

    def _not_above_author(self) -> None:
        self._bound("not_above_author")

    def _round(self) -> None:
        self._close_product()
        self._step = int(next(self._values))
        to = self._word("dong") if self._step == 1 else self._word("many_dong", written_number(self._step))
        rounded = round_dong(self._value, self._step, RoundingMode.HALF_UP)
        clause = self._word("rounded", to)
        if rounded != self._value:
            clause += f": {written_number(rounded)} đ"
        self._value = Fraction(rounded)
        self._clauses.append(clause)

    def _split(self) -> None:
        self._portion(*self._share())

    def _cut(self) -> None:
        scope, allowed, total = next(self._values), self._number(), self._number()
        self._clauses.append(self._word(f"above_{scope}"))
        self._portion(f"{written_number(allowed)} / {written_number(total)}", allowed / total)

    def _portion(self, text: str, part: Fraction) -> None:
        """A part in whole steps, and the step left over that largest remainder gave to it."""
        extra = int(next(self._values))
        portion = self._value * part
        floor = round_dong(portion, self._step, RoundingMode.DOWN)
        clause = f"{written_number(self._value)} đ × {text} = {written_number(floor)} đ"
        if floor != portion:
            step = f"{written_number(self._step)} đ"
            clause += f" ({self._word('dropped') if self._step == 1 else self._word('dropped_below', step)})"
        self._clauses.append(clause)
        self._value = Fraction(floor + extra)
        if extra:
            left = f"{written_number(floor)} đ + {written_number(extra)} đ ({self._word('left_over')})"
            self._clauses.append(f"{left} = {written_number(self._value)} đ")
