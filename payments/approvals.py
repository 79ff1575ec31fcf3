"""Approving a piece with its score: the verb of both floors. Doors use this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from contributors import approval, clock
from contributors.actors import Actor
from contributors.models import CountsAs, Mode, Photo, Piece, Portal, Role
from contributors.portals import payment_mode_on
from payments import rates
from payments.errors import PaymentError
from payments.facts import facts_from, frozen_facts
from payments.law import base_salaries
from payments.models import RateSchedule
from payments.royalty.engine import compute
from payments.royalty.explanation import explain, written_number
from payments.royalty.facts import BaseSalary, RunFacts
from payments.royalty.outcome import ComputedLine
from payments.royalty.plan import legal_range
from payments.royalty.schedule import LegalRange, PhotoRule, genre_rate
from payments.royalty.units import unit_value


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """What the approver may give: ranges of coefficients, None where nothing is to be chosen."""

    needed: bool
    low: Decimal | None
    high: Decimal | None
    fixed: Decimal | None
    photos_paid: bool
    photo_count: int
    photo_low: Decimal | None
    photo_high: Decimal | None
    unit_value: int | None
    schedule_title: str


@dataclass(frozen=True, slots=True)
class PreviewLine:
    name: str
    role_label: str
    amount: int
    explanation: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the piece would pay with these scores, in đồng."""

    lines: list[PreviewLine]
    total: int


NOTHING_TO_SCORE = ScoreSheet(
    needed=False,
    low=None,
    high=None,
    fixed=None,
    photos_paid=False,
    photo_count=0,
    photo_low=None,
    photo_high=None,
    unit_value=None,
    schedule_title="",
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a portal pays by today, read once for all that a page shows of it. `schedule` None: it does not pay."""

    portal: Portal
    today: date
    schedule: RateSchedule | None
    salaries: tuple[BaseSalary, ...]
    mode: str = ""


def terms_today(portal: Portal) -> Terms:
    """Three queries. Raises `no_schedule` where the portal pays by none."""
    today = clock.today(portal.time_zone)
    mode = payment_mode_on(portal.pk, today)
    if mode == Mode.UNPAID:
        return Terms(portal, today, None, (), mode)
    return Terms(portal, today, _schedule_today(portal, today), base_salaries(), mode)


def score_sheet(piece: Piece, terms: Terms | None = None, photos: int | None = None) -> ScoreSheet:
    """The legal ranges for a piece today. A portal that does not pay needs no score. Raises `no_schedule`.

    `photos` is how many of its photos name their photographer, where the caller knows it.
    """
    if piece.genre.counts_as == CountsAs.DOCUMENT:
        return NOTHING_TO_SCORE
    terms = terms or terms_today(piece.portal)
    row = terms.schedule
    if row is None:
        return NOTHING_TO_SCORE
    schedule = rates.as_dated(row)
    entry = genre_rate(schedule, piece.genre.code)
    bounds = legal_range(schedule, piece.genre.code)
    if entry is None or bounds is None:
        return NOTHING_TO_SCORE
    if photos is None:
        photos = Photo.objects.filter(piece=piece, removed_at__isnull=True, photographer__isnull=False).count()
    photo_bounds: LegalRange | None = None
    if piece.genre.counts_as == CountsAs.PHOTO:
        photo_bounds = bounds
    elif entry.photos == PhotoRule.PAID_EACH and photos:
        photo_bounds = legal_range(schedule, "photo")
    ranged = bounds.kind in {"range", "cap"} and piece.genre.counts_as != CountsAs.PHOTO
    return ScoreSheet(
        needed=ranged,
        low=_decimal(bounds.low) if ranged else None,
        high=_decimal(bounds.high) if ranged else None,
        fixed=_decimal(bounds.low) if bounds.kind == "fixed" else None,
        photos_paid=photo_bounds is not None,
        photo_count=photos,
        photo_low=_decimal(photo_bounds.low) if photo_bounds else None,
        photo_high=_decimal(photo_bounds.high) if photo_bounds else None,
        unit_value=int(unit_value(schedule, terms.salaries, terms.today)),
        schedule_title=row.title,
    )


def _schedule_today(portal: Portal, today: date) -> RateSchedule:
    row = rates.schedule_on(portal, today)
    if row is None:
        raise PaymentError("no_schedule", day=f"{today:%d/%m/%Y}")
    return row


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def preview(
    *,
    piece: Piece,
    coefficient: Decimal | None,
    photo_coefficient: Decimal | None,
    actor: Actor,
    photo_coefficients: Mapping[int, Decimal] | None = None,
    terms: Terms | None = None,
) -> Preview:
    """The lines that this score would make if the piece went up today, approver's and publisher's fees included.
    `photo_coefficient` goes to every photo that `photo_coefficients` (by photo id) does not name.
    """
    terms = terms or terms_today(piece.portal)
    row, today = terms.schedule, terms.today
    if row is None:
        return Preview([], 0)
    _, facts = next(frozen_facts(terms.portal, [piece.pk]))
    facts["on"] = today.isoformat()
    if coefficient is not None:
        facts["c"] = f"{coefficient:f}"
    names = {0: "", actor.contributor_id or 0: actor.name}
    for credit in piece.credits.select_related("contributor"):
        names[credit.contributor_id] = credit.contributor.full_name
    _assume_log_credits(facts, actor, photo_coefficient)
    if photo_coefficients:
        _assume_photo_scores(facts, piece, photo_coefficient, photo_coefficients)
    rules = RunFacts(
        period_from=today,
        period_until=date.fromordinal(today.toordinal() + 1),
        rotation=0,
        schedules=(rates.as_dated(row),),
        base_salaries=terms.salaries,
    )
    language = (get_language() or "vi")[:2]
    lines = [
        PreviewLine(
            name=names.get(outcome.person, ""),
            role_label=str(Role(outcome.role).label),
            amount=outcome.amount,
            explanation=explain(outcome.template, outcome.values, language),
        )
        for outcome in compute(rules, [facts_from(facts)])
        if isinstance(outcome, ComputedLine)
    ]
    return Preview(lines, sum(line.amount for line in lines))


def _assume_log_credits(facts: dict[str, Any], actor: Actor, photo_coefficient: Decimal | None) -> None:
    present = {credit[2] for credit in facts["cr"]}
    for role in (Role.APPROVER, Role.PUBLISHER):
        if role not in present:
            person = (actor.contributor_id or 0) if role == Role.APPROVER else 0
            facts["cr"].append([f"assumed:{role.value}", person, role.value, None, None, [], ""])
    for credit in facts["cr"]:
        if credit[2] == Role.PHOTOGRAPHER and photo_coefficient is not None:
            credit[5] = [f"{photo_coefficient:f}"] * (credit[4] or 0)


def _assume_photo_scores(
    facts: dict[str, Any], piece: Piece, usual: Decimal | None, named: Mapping[int, Decimal]
) -> None:
    given: dict[int, list[str]] = {}
    photos = Photo.objects.filter(piece=piece, removed_at__isnull=True, photographer__isnull=False)
    for photo_id, photographer, merged_into in photos.order_by("position", "pk").values_list(
        "pk", "photographer_id", "photographer__merged_into_id"
    ):
        score = named.get(photo_id, usual)
        given.setdefault(merged_into or photographer, []).append("0" if score is None else f"{score:f}")
    for credit in facts["cr"]:
        if credit[2] == Role.PHOTOGRAPHER and credit[1] in given:
            credit[5] = given[credit[1]]


def approve_piece(
    *,
    actor: Actor,
    piece: Piece,
    seen_version: int,
    coefficient: Decimal | None = None,
    photo_coefficient: Decimal | None = None,
    photo_coefficients: Mapping[int, Decimal] | None = None,
    reason: str = "",
    name_editors: bool = True,
) -> Piece:
    """Approve, with a score inside its legal range where the portal pays. `photo_coefficient` goes to every photo
    that `photo_coefficients` (by photo id) does not name. A score above the board's limit may take two people: the
    piece then comes back still waiting (see `contributors.approval`).

    Raises `score_missing`, `score_out_of_range`, `photo_score_missing`, `own_piece`,
    `stale_version`, `second_scorer_needed`, `second_score_reason`, …
    """
    with transaction.atomic():
        sheet = score_sheet(piece)
        checked = _checked(
            coefficient,
            sheet.low,
            sheet.high,
            title=sheet.schedule_title,
            missing="score_missing",
            field="coefficient",
        )
        photos: dict[int, Decimal] = {}
        if sheet.photos_paid:
            given = photo_coefficients or {}
            ids = Photo.objects.filter(piece=piece, removed_at__isnull=True, photographer__isnull=False).values_list(
                "pk", flat=True
            )
            for photo_id in ids:
                each = _checked(
                    given.get(photo_id, photo_coefficient),
                    sheet.photo_low,
                    sheet.photo_high,
                    title=sheet.schedule_title,
                    missing="photo_score_missing",
                    field="photo_coefficient",
                )
                if each is not None:
                    photos[photo_id] = each
        return approval.approve_piece(
            actor=actor,
            piece=piece,
            seen_version=seen_version,
            coefficient=checked,
            photo_coefficients=photos,
            reason=reason,
            name_editors=name_editors,
        )


def _checked(
    value: Decimal | None, low: Decimal | None, high: Decimal | None, *, title: str, missing: str, field: str
) -> Decimal | None:
    if low is None or high is None:
        return None
    words = {"low": _written(low), "high": _written(high)}
    if value is None:
        raise PaymentError(missing, field=field, **words)
    bounds = LegalRange("range", Fraction(low), Fraction(high))
    if not bounds.allows(Fraction(value)):
        raise PaymentError("score_out_of_range", field=field, schedule=title, **words)
    return value


def _written(value: Decimal) -> str:
    return written_number(Fraction(value))
