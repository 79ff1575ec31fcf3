"""What a schedule says, in plain words: the rows of its page, and what `rate_differences` compares.

Every value of a schedule stands in exactly one `Said`, so that two schedules without a difference are equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from contributors.models import Category, Origin, Role, SeatName
from payments.royalty.explanation import written_number
from payments.royalty.schedule import (
    EARNERS,
    Cap,
    CapOnly,
    CapScope,
    CoefficientRange,
    DongPerItem,
    DongPerMeasure,
    DongPerPiece,
    Duty,
    Effect,
    Factor,
    FixedCoefficient,
    GenreBasis,
    GenreRate,
    Grades,
    MeasureRounding,
    PercentOf,
    PhotoRule,
    RatesOn,
    RoleBasis,
    RoleRate,
    Schedule,
    Source,
    Unit,
    Words,
)

GENRE_NAMES = {
    "news_item": gettext_lazy("Tin"),
    "reader_reply": gettext_lazy("Trả lời bạn đọc"),
    "interview": gettext_lazy("Phỏng vấn"),
    "article": gettext_lazy("Bài viết"),
    "research": gettext_lazy("Nghiên cứu"),
    "photo": gettext_lazy("Ảnh"),
    "art_photo": gettext_lazy("Ảnh nghệ thuật"),
    "video": gettext_lazy("Video"),
    "document": gettext_lazy("Văn bản"),
}
MEASURES = {
    "a4_page": gettext_lazy("trang A4"),
    "word": gettext_lazy("từ"),
    "minute": gettext_lazy("phút"),
    "item": gettext_lazy("đơn vị"),
}
CONDITION_NAMES = {
    "origin": gettext_lazy("nguồn"),
    "language": gettext_lazy("ngôn ngữ"),
    "region": gettext_lazy("vùng"),
    "category": gettext_lazy("diện người viết"),
    "timeliness": gettext_lazy("thời sự"),
    "topic": gettext_lazy("chuyên mục"),
}
RATES_ON = {
    RatesOn.PUBLICATION: gettext_lazy("mức của ngày đăng"),
    RatesOn.COMMISSION: gettext_lazy("mức của ngày đặt bài"),
    RatesOn.APPROVAL: gettext_lazy("mức của ngày duyệt"),
    RatesOn.PAYMENT: gettext_lazy("mức của ngày chi"),
}
EFFECTS = {
    Effect.OFF: gettext_lazy("không áp dụng"),
    Effect.WARN: gettext_lazy("chỉ nhắc"),
    Effect.HARD: gettext_lazy("cắt phần vượt"),
}
SCOPES = {
    CapScope.PIECE: gettext_lazy("Mức trần mỗi tác phẩm"),
    CapScope.PERSON_DAY: gettext_lazy("Mức trần một người trong ngày"),
    CapScope.PERSON_PERIOD: gettext_lazy("Mức trần một người trong kỳ"),
    CapScope.REMUNERATION: gettext_lazy("Tổng thù lao"),
    CapScope.FUND: gettext_lazy("Dự toán còn lại"),
}
LOT_ROUNDINGS = {
    MeasureRounding.EXACT: gettext_lazy("tính cả phần lẻ"),
    MeasureRounding.UP: gettext_lazy("phần lẻ tính là một"),
    MeasureRounding.DOWN: gettext_lazy("bỏ phần lẻ"),
    MeasureRounding.HALF_UP: gettext_lazy("phần lẻ từ một nửa tính là một"),
}


# What is said beside the rule and moves no đồng: its name, its legal basis, its mark of doubt, its note.
ASIDE = frozenset({"label", "basis", "doubt", "note"})


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a schedule says. `aspect` is "" for the thing itself, else what is said about it."""

    part: str
    key: str
    aspect: str
    name: str
    words: str
    source: Source = field(default_factory=Source)


def what_it_says(schedule: Schedule) -> list[Said]:
    """All of a schedule, in the order in which people read one."""
    return [
        *_heading(schedule),
        *_rules(schedule),
        *(said for entry in schedule.genres for said in _genre(entry)),
        *(said for entry in schedule.roles for said in _role(entry)),
        *(said for factor in schedule.factors for said in _factor(factor)),
        *_duty(schedule.duty),
        *_seats(schedule),
        *(said for number, cap in enumerate(schedule.caps) for said in _cap(number, cap)),
    ]


def genre_name(code: str, label: Words = Words()) -> str:  # noqa: B008 - a frozen value
    """As the schedule calls it, else our word."""
    return _in_language(label) or str(GENRE_NAMES.get(code, code))


def role_name(code: str) -> str:
    return str(Role(code).label) if code in Role.values else code


def seat_name(code: str) -> str:
    return str(SeatName(code).label) if code in SeatName.values else code


def dong(amount: int) -> str:
    return f"{written_number(amount)} đ"


def _in_language(words: Words) -> str:
    return (words.en or words.vi) if (get_language() or "vi").startswith("en") else words.vi


def _percent(value: Fraction) -> str:
    return f"{written_number(value)} %"


def _span(low: Fraction, high: Fraction) -> str:
    return f"{written_number(low)} – {written_number(high)}"


def _genres(codes: Sequence[str]) -> str:
    return ", ".join(genre_name(code) for code in codes)


def _heading(schedule: Schedule) -> Iterator[Said]:
    decision = schedule.decision
    day = decision.issued_on
    for key, name, words in (
        ("code", _("Mã"), schedule.code),
        ("title", _("Tên"), _both(schedule.title)),
        ("number", _("Số quyết định"), decision.number),
        ("issuer", _("Cơ quan ban hành"), decision.issuer),
        ("issued_on", _("Ngày ký"), f"{day:%d/%m/%Y}" if day else ""),
        ("signer", _("Người ký"), decision.signer),
        ("from", _("Áp dụng từ ngày"), f"{schedule.from_day:%d/%m/%Y}"),
        ("until", _("Đến trước ngày"), f"{schedule.until_day:%d/%m/%Y}" if schedule.until_day else ""),
    ):
        yield Said("decision", key, "", name, words)
    yield from _about("decision", "schedule", _("Quy định"), Words(), schedule.source)


def _rules(schedule: Schedule) -> Iterator[Said]:
    yes = _("có") if schedule.commissioned_before_stays else ""
    for key, name, words in (
        ("unit", _("Giá trị một hệ số"), unit_words(schedule.unit)),
        ("level", _("Trang này hưởng"), _("%(percent)s của biểu") % {"percent": _percent(schedule.level)}),
        ("rates_on", _("Tính theo"), str(RATES_ON[schedule.rates_on])),
        ("commissioned_before_stays", _("Bài đặt trước ngày áp dụng giữ mức cũ"), yes),
        ("rounding", _("Làm tròn đến"), dong(schedule.rounding)),
        (
            "author_not_below_helper",
            _("Thù lao cao hơn nhuận bút của tác giả"),
            str(EFFECTS[schedule.author_not_below_helper]),
        ),
    ):
        yield Said("rules", key, "", name, words)


def unit_words(unit: Unit) -> str:
    if unit.amount is not None:
        return dong(unit.amount)
    percent = _percent(unit.percent_of_base_salary or Fraction(0))
    return _("%(percent)s lương cơ sở") % {"percent": percent}


def _about(part: str, key: str, name: str, label: Words, source: Source) -> Iterator[Said]:
    """The label, the source and the doubt of an entry; each only where there is one."""
    for aspect, called, words in (
        ("label", _("%(name)s, tên gọi"), _both(label)),
        ("basis", _("%(name)s, căn cứ"), source.legal_basis),
        ("doubt", _("%(name)s, cần đối chiếu"), _("chưa đối chiếu với bản gốc") if source.doubt else ""),
        ("note", _("%(name)s, ghi chú"), source.note),
    ):
        if words:
            yield Said(part, key, aspect, called % {"name": name}, words)


def _both(words: Words) -> str:
    return " / ".join(text for text in (words.vi, words.en and f"en: {words.en}") if text)


def _genre(entry: GenreRate) -> Iterator[Said]:
    code = entry.genre
    name = genre_name(code, entry.label)
    for rate in entry.rates:
        key = f"{code}.{rate.variant}"
        called = _in_language(rate.label) or name
        if rate.variant and called == name:
            called = _("%(genre)s, dạng “%(variant)s”") % {"genre": name, "variant": rate.variant}
        source = rate.source if rate.source != Source() else entry.source
        yield Said("genres", key, "", called, genre_words(rate.basis), source)
        yield from _about("genres", key, called, rate.label, rate.source)
    if entry.earners != EARNERS.get(code, ("author",)):
        people = ", ".join(role_name(role) for role in entry.earners)
        yield Said("genres", code, "earners", _("%(name)s, người hưởng nhuận bút") % {"name": name}, people)
    if entry.photos is PhotoRule.PAID_EACH:
        yield Said("genres", code, "photos", _("%(name)s, ảnh trong bài") % {"name": name}, _("trả riêng từng ảnh"))
    if entry.photographer_share:
        share = _("%(percent)s nhuận bút của bài") % {"percent": _percent(entry.photographer_share)}
        yield Said("genres", code, "photographer_share", _("%(name)s, phần người chụp ảnh") % {"name": name}, share)
    yield from _about("genres", code, name, entry.label, entry.source)


def genre_words(basis: GenreBasis) -> str:
    """Such as "hệ số 0,5 – 2"."""
    match basis:
        case FixedCoefficient(coefficient):
            return _("hệ số %(number)s") % {"number": written_number(coefficient)}
        case CoefficientRange(low, high):
            return _("hệ số %(span)s") % {"span": _span(low, high)}
        case CapOnly(high):
            return _("hệ số tối đa %(number)s") % {"number": written_number(high)}
        case DongPerPiece(amount):
            return _("%(amount)s mỗi tác phẩm") % {"amount": dong(amount)}
        case Grades(grades):
            return "; ".join(
                _("loại %(grade)s: %(worth)s")
                % {
                    "grade": grade.code,
                    "worth": dong(grade.amount)
                    if grade.amount is not None
                    else _("hệ số %(number)s") % {"number": written_number(grade.coefficient or 0)},
                }
                for grade in grades
            )
        case DongPerMeasure():
            return _measure_words(basis)


def _measure_words(basis: DongPerMeasure) -> str:
    words = _("%(amount)s mỗi %(per)s %(measure)s, %(rounding)s") % {
        "amount": dong(basis.amount),
        "per": written_number(basis.per),
        "measure": MEASURES[basis.measure],
        "rounding": LOT_ROUNDINGS[basis.rounding],
    }
    if basis.minimum:
        words += _(", ít nhất %(times)s lần") % {"times": written_number(basis.minimum)}
    return words


def _role(entry: RoleRate) -> Iterator[Said]:
    key = f"{entry.role}.{','.join(sorted(entry.genres))}"
    name = role_name(entry.role).capitalize()
    if entry.genres:
        name += f" ({_genres(entry.genres)})"
    kind = _("nhuận bút") if entry.royalty else _("thù lao")
    yield Said("roles", key, "", name, f"{role_words(entry.basis)} ({kind})", entry.source)
    yield from _about("roles", key, name, entry.label, entry.source)


def role_words(basis: RoleBasis) -> str:
    match basis:
        case PercentOf(percent, of) if of == "author":
            return _("%(percent)s nhuận bút của tác giả") % {"percent": _percent(percent)}
        case PercentOf(percent, of):
            return _("%(percent)s mức của %(role)s") % {"percent": _percent(percent), "role": role_name(of)}
        case FixedCoefficient(coefficient):
            return _("hệ số %(number)s") % {"number": written_number(coefficient)}
        case DongPerPiece(amount):
            return _("%(amount)s mỗi tác phẩm") % {"amount": dong(amount)}
        case DongPerItem(amount):
            return _("%(amount)s mỗi đơn vị") % {"amount": dong(amount)}


def _factor(factor: Factor) -> Iterator[Said]:
    name = _in_language(factor.label) or factor.code
    number = _percent(factor.low) if factor.low == factor.high else f"{_span(factor.low, factor.high)} %"
    words = [(_("cộng thêm %(number)s") if factor.adds else _("nhân với %(number)s")) % {"number": number}]
    for condition, values in factor.conditions:
        words.append(f"{CONDITION_NAMES[condition]}: {', '.join(_condition(condition, value) for value in values)}")
    if not factor.conditions:
        words.append(_("người duyệt chọn"))
    if factor.genres:
        words.append(_genres(factor.genres))
    yield Said("factors", factor.code, "", name, "; ".join(words), factor.source)
    yield from _about("factors", factor.code, name, factor.label, factor.source)


def _condition(field: str, value: str) -> str:
    if field == "origin" and value in Origin.values:
        return str(Origin(value).label)
    if field == "category" and value in Category.values:
        return str(Category(value).label)
    return value


def _duty(duty: Duty | None) -> Iterator[Said]:
    if duty is None:
        return
    words = _("trong định mức hưởng %(percent)s") % {"percent": _percent(duty.percent_within)}
    if duty.genres:
        words += f"; {_genres(duty.genres)}"
    yield Said("duty", "duty", "", _("Định mức của biên chế"), words, duty.source)
    yield from _about("duty", "duty", _("Định mức của biên chế"), Words(), duty.source)


def _seats(schedule: Schedule) -> Iterator[Said]:
    for allowance in schedule.allowances:
        name = _in_language(allowance.label) or allowance.code
        words = [f"{seat_name(allowance.seat)}: {dong(allowance.amount)}"]
        words.append(_("mỗi tháng") if allowance.each_month else _("mỗi kỳ"))
        if allowance.pro_rata:
            words.append(_("tính theo số ngày"))
        yield Said("seats", f"allowance.{allowance.code}", "", name, ", ".join(words), allowance.source)
        yield from _about("seats", f"allowance.{allowance.code}", name, allowance.label, allowance.source)
    for pool in schedule.pools:
        name = _in_language(pool.label) or pool.code
        shares = ", ".join(f"{seat_name(seat)} {written_number(weight)}" for seat, weight in sorted(pool.weights))
        words_of_pool = _("%(percent)s tổng nhuận bút, chia theo phần: %(shares)s") % {
            "percent": _percent(pool.percent),
            "shares": shares,
        }
        yield Said("seats", f"pool.{pool.code}", "", name, words_of_pool, pool.source)
        yield from _about("seats", f"pool.{pool.code}", name, pool.label, pool.source)


def _cap(number: int, cap: Cap) -> Iterator[Said]:
    key = f"{cap.scope}.{','.join(sorted(cap.genres))}.{number}"
    name = str(SCOPES[cap.scope])
    if cap.genres:
        name += f" ({_genres(cap.genres)})"
    bounds = [
        dong(cap.amount) if cap.amount is not None else "",
        _("hệ số %(number)s") % {"number": written_number(cap.coefficient)} if cap.coefficient is not None else "",
        _("%(percent)s tổng nhuận bút") % {"percent": _percent(cap.percent)} if cap.percent is not None else "",
    ]
    words = ", ".join([*(bound for bound in bounds if bound), str(EFFECTS[cap.effect])])
    yield Said("caps", key, "", name, words, cap.source)
    yield from _about("caps", key, name, Words(), cap.source)
