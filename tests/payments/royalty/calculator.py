"""A pocket calculator that reads the Vietnamese explanation and nothing else. It knows no line of the engine."""

import re
from fractions import Fraction

NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
WORDS_IN_BRACKETS = re.compile(r"\s*\(([^()]*[^\W\d_][^()]*)\)")
SKIPPED = ("loại ", "đo được ", "vượt ")
BOUNDS = ("mức trần của tác phẩm: ", "không cao hơn nhuận bút của tác giả: ")


class CalculatorError(AssertionError):
    """The explanation does not add up."""


def number(text: str) -> Fraction:
    return Fraction(text.replace(".", "").replace(",", "."))


def reckon(text: str) -> Fraction:
    """Sums of products, read from the left; brackets first."""
    while inner := re.search(r"\(([^()]*)\)", text):
        total = reckon(inner.group(1))
        text = text.replace(inner.group(), f"{total.numerator}:{total.denominator}", 1)
    return sum((product(term) for term in text.split("+")), Fraction(0))


def product(term: str) -> Fraction:
    value, operation = Fraction(1), "×"
    for token in re.findall(r"[×/]|[\d.,:]+(?:\s*%)?", term):
        if token in {"×", "/"}:
            operation = token
            continue
        top, _, bottom = token.rstrip(" %").partition(":")
        factor = (number(top) / int(bottom or 1)) / (100 if token.endswith("%") else 1)
        value = value * factor if operation == "×" else value / factor
    return value


def half_up(value: Fraction, step: int) -> int:
    return int((value / step + Fraction(1, 2)) // 1) * step


def must(condition: object, clause: str) -> None:
    if not condition:
        raise CalculatorError(clause)


def recompute(sentence: str) -> int:
    """The amount in đồng, each clause checked on the way."""
    value: Fraction | None = None
    step = 1
    for clause in sentence.split("; "):
        if clause.startswith(SKIPPED):
            continue
        if clause.startswith("làm tròn đến "):
            to, _, stated = clause.removeprefix("làm tròn đến ").partition(": ")
            step = 1 if to == "đồng" else int(number(to.removesuffix(" đồng")))
            rounded = half_up(value, step)
            must(number(stated.removesuffix(" đ")) == rounded if stated else value == rounded, clause)
            value = Fraction(rounded)
        elif clause.startswith(BOUNDS):
            bound = reckon(clause.partition(": ")[2])
            must(bound < value, clause)
            value = bound
        else:
            value = equation(clause, value, step)
    must(value is not None and value.denominator == 1, sentence)
    return int(value)


def equation(clause: str, before: Fraction | None, step: int) -> Fraction:
    notes = " ".join(WORDS_IN_BRACKETS.findall(clause))
    bare = WORDS_IN_BRACKETS.sub("", clause)
    left, sign, right = re.match(r"([^=≈]*)([=≈]?)(.*)", bare).groups()
    result = reckon(left)
    if before is not None:
        must(number(NUMBER.search(left).group()) == before, clause)
    if sign == "≈":
        must(abs(result - reckon(right)) <= Fraction(1, 200), clause)
    elif sign == "=" and "bỏ phần lẻ" in notes:
        result = Fraction(result // step * step)
        must(result == reckon(right), clause)
    elif sign == "=":
        must(result == reckon(right), clause)
    return result
