"""Whom a portal thanks for a period, and for what: counted from rows by the published formula, never by volume.

The words of the formula stand in `recognition.yaml` and docs/figures.md. Whoever asked not to be thanked is in no
answer of this module; people who hold a seat on the period's last day are not thanked by their own board.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Min, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from contributors import clock
from contributors.actors import in_force
from contributors.models import (
    MAKERS,
    Consent,
    Contributor,
    ContributorState,
    CountsAs,
    Credit,
    CreditSource,
    CreditState,
    Membership,
    PenName,
    Piece,
    Portal,
    Seat,
    Unit,
    UnitKind,
    UnitSuccession,
)
from contributors.output import published_between
from contributors.portals import last_day
from contributors.recognition_rules import COVERAGE, FIRST_PIECE, REGULARITY, Ground, RecognitionRules, rules_on

PUBLIC_PURPOSE = "thanks"
HALF = 6  # months; offices report by half years
# Named by the board or gone again: their work is thanked all the same. Who was not taken in or is barred is not.
THANKED = (
    ContributorState.RECORDED,
    ContributorState.APPLIED,
    ContributorState.ACTIVE,
    ContributorState.LEFT,
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is thanked, with the values of its sentence."""

    ground: Ground
    values: Mapping[str, str | int]

    @property
    def kind(self) -> str:
        return self.ground.kind

    @property
    def said(self) -> str:
        """In the language of the running request."""
        return str(self.ground.said).format(**self.values)

    @property
    def on_paper(self) -> str:
        """Vietnamese, as it goes on after "đã"."""
        return self.ground.paper.format(**self.values)


@dataclass(frozen=True, slots=True)
class Thanked:
    """`unit` is where the person belonged on the period's last day, or last before it; "" for nowhere.

    `public_name` is the pen name or the name of those who agreed to be thanked in public, "" of all others.
    """

    pk: int
    public_id: UUID
    name: str
    public_name: str
    unit: str
    left: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """`[since, until)`. `months` are its whole months that are over, `months_needed` in how many of them something
    must be up (None: too short to look at); `pieces` how many went up, by anybody; `people` in the order of names.
    """

    since: date
    until: date
    rules: RecognitionRules
    months: int
    months_needed: int | None
    pieces: int
    people: tuple[Thanked, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """One person's part in one piece."""

    who: int
    piece: int
    title: str
    unit: int | None
    day: date


def recognition(portal: Portal, since: date, until: date, *, who: Sequence[int] | None = None) -> Recognition:
    """Everybody whom the formula names in `[since, until)`, or only those of `who`. Twelve queries, whatever was up."""
    last = last_day(until)
    rules = rules_on(last)
    months = whole_months(since, min(until, clock.today(portal.time_zone)))
    needed = rules.months_needed(len(months))
    news = published_between(portal, since, until).exclude(genre__counts_as=CountsAs.DOCUMENT)
    pieces = news.count()
    parts = _parts(news, ZoneInfo(portal.time_zone), who)
    people = _thankable({part.who for part in parts}, last) if parts else {}
    parts = [part for part in parts if part.who in people]
    if not parts:
        return Recognition(since, until, rules, len(months), needed, pieces, ())
    found: dict[int, list[Reason]] = {pk: [] for pk in people}
    if needed is not None:
        _regular(found, parts, months, needed, rules)
    _first(found, parts, published_between(portal, date.min, since), rules)
    _covering(found, parts, portal, rules)
    named = [pk for pk, reasons in found.items() if reasons]
    units, public = _units(named, last), _public_names(named)
    return Recognition(
        since=since,
        until=until,
        rules=rules,
        months=len(months),
        months_needed=needed,
        pieces=pieces,
        people=tuple(
            Thanked(
                pk=pk,
                public_id=people[pk].public_id,
                name=people[pk].full_name,
                public_name=public.get(pk, ""),
                unit=units.get(pk, ""),
                left=people[pk].state == ContributorState.LEFT,
                reasons=tuple(found[pk]),
            )
            for pk in named
        ),
    )


def whole_months(since: date, until: date) -> list[date]:
    """First days of the months that lie whole in `[since, until)`."""
    first = since if since.day == 1 else _next_month(since)
    found = []
    while (after := _next_month(first)) <= until:
        found.append(first)
        first = after
    return found


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _made() -> Q:
    """Parts that somebody declared and nobody disputes, of those who made the work."""
    return Q(role__in=MAKERS, source=CreditSource.DECLARED) & ~Q(state=CreditState.DISPUTED)


def _parts(news: QuerySet[Piece], zone: ZoneInfo, who: Sequence[int] | None) -> list[_Part]:
    """By day; a person of two roles in a piece stands once."""
    rows = Credit.objects.filter(_made(), piece__in=news.order_by().values("pk"))
    if who is not None:
        rows = rows.filter(Q(contributor__in=who) | Q(contributor__merged_into__in=who))
    found = (
        rows.order_by()
        .values(
            "piece_id",
            "piece__title",
            "piece__unit_id",
            who=Coalesce("contributor__merged_into_id", "contributor_id"),
            day=TruncDate("piece__published_at", tzinfo=zone),
            at=Min("piece__published_at"),
        )
        .distinct()
        .order_by("at", "piece_id", "who")
    )
    return [_Part(row["who"], row["piece_id"], row["piece__title"], row["piece__unit_id"], row["day"]) for row in found]


def _thankable(ids: Iterable[int], last: date) -> dict[int, Contributor]:
    """Of these people those who may be thanked, in the order of names; the wish of a merged row is the person's."""
    wanted = set(ids)
    silent = Contributor.objects.filter(
        Q(pk__in=wanted) | Q(merged_into__in=wanted), thanks_off_since__isnull=False
    ).values_list(Coalesce("merged_into_id", "pk"), flat=True)
    seated = Seat.objects.filter(in_force(last)).values_list(
        Coalesce("contributor__merged_into_id", "contributor_id"), flat=True
    )
    left_out = {*silent, *seated}
    rows = Contributor.objects.filter(
        pk__in=wanted - left_out, state__in=THANKED, erased_at__isnull=True, merged_into__isnull=True
    )
    return {row.pk: row for row in rows.order_by("sort_key", "pk")}


def _regular(
    found: dict[int, list[Reason]],
    parts: Sequence[_Part],
    months: Sequence[date],
    needed: int,
    rules: RecognitionRules,
) -> None:
    whole = set(months)
    kept: dict[int, set[date]] = {pk: set() for pk in found}
    for part in parts:
        kept[part.who].add(part.day.replace(day=1))
    for pk, theirs in kept.items():
        count = len(theirs & whole)
        if count >= needed:
            found[pk].append(Reason(rules.ground(REGULARITY), {"count": count, "of": len(whole)}))


def _first(
    found: dict[int, list[Reason]], parts: Sequence[_Part], earlier: QuerySet[Piece], rules: RecognitionRules
) -> None:
    """Whoever had nothing up before the period; the piece named is the first of it."""
    before = (
        Credit.objects.filter(_made(), Q(contributor__in=found) | Q(contributor__merged_into__in=found))
        .filter(piece__in=earlier.order_by().values("pk"))
        .exclude(piece__genre__counts_as=CountsAs.DOCUMENT)
        .values_list(Coalesce("contributor__merged_into_id", "contributor_id"), flat=True)
    )
    known = set(before.distinct())
    for part in parts:
        if part.who not in known:
            known.add(part.who)
            found[part.who].append(Reason(rules.ground(FIRST_PIECE), {"title": part.title}))


def _covering(found: dict[int, list[Reason]], parts: Sequence[_Part], portal: Portal, rules: RecognitionRules) -> None:
    """Each unit once a person: from which nothing had been up for so many days before that piece."""
    first = min((part.day for part in parts), default=None)
    latest = max((part.day for part in parts), default=None)
    silence = timedelta(days=rules.silent_days)
    days: dict[int, set[date]] = {}
    if first is not None and latest is not None:
        earlier = published_between(portal, first - silence, latest).exclude(genre__counts_as=CountsAs.DOCUMENT)
        for unit, day in earlier.filter(unit__isnull=False).order_by().values_list("unit_id", "day").distinct():  # type: ignore[misc]  # "day" is annotated
            days.setdefault(unit, set()).add(day)
    places = {row.pk: row for row in Unit.objects.exclude(kind=UnitKind.COMMUNE)}
    family = _Families()
    told: set[tuple[int, int]] = set()
    for part in parts:
        if part.unit not in places:
            continue
        kin = family.of(part.unit, part.day)
        heard = any(part.day - silence <= day < part.day for unit in kin for day in days.get(unit, ()))
        if not heard and (part.who, part.unit) not in told:
            told.add((part.who, part.unit))
            values: dict[str, str | int] = {"unit": places[part.unit].name, "silent_days": rules.silent_days}
            found[part.who].append(Reason(rules.ground(COVERAGE), values))


class _Families:
    """What a unit is on a day: itself or what it went on as, with everything that this came from by then. One query."""

    def __init__(self) -> None:
        self._steps = list(UnitSuccession.objects.order_by("on", "pk").values_list("from_unit_id", "to_unit_id", "on"))

    def of(self, unit: int, day: date) -> frozenset[int]:
        steps = [(old, new) for old, new, on in self._steps if on <= day]
        kin = {unit}
        for old, new in steps:  # by date, so a chain is followed to its end
            if old in kin:
                kin.add(new)
        for old, new in reversed(steps):
            if new in kin:
                kin.add(old)
        return frozenset(kin)


def _units(people: Sequence[int], last: date) -> dict[int, str]:
    """The name of the unit of that day, or of the one before it that a person belonged to last."""
    rows = Membership.objects.filter(contributor__in=people, effective_from__lte=last).order_by("effective_from", "pk")
    return dict(rows.values_list("contributor_id", "unit__name"))


def _public_names(people: Sequence[int]) -> dict[int, str]:
    """Of those whose last word on being thanked in public is yes; the pen name before the full name."""
    said = Consent.objects.filter(contributor__in=people, purpose=PUBLIC_PURPOSE).order_by("at", "pk")
    agreed = dict(said.values_list("contributor_id", "given"))
    willing = [person for person, given in agreed.items() if given]
    names = dict(Contributor.objects.filter(pk__in=willing).values_list("pk", "full_name"))
    pens = PenName.objects.filter(contributor__in=willing, effective_until__isnull=True).order_by("-pk")
    return names | dict(pens.values_list("contributor_id", "name"))


def half_before(day: date) -> tuple[date, date]:
    """`[since, until)` of the last half year that is over on a day."""
    if day.month > HALF:
        return date(day.year, 1, 1), date(day.year, HALF + 1, 1)
    return date(day.year - 1, HALF + 1, 1), date(day.year, 1, 1)


def somebody_agreed() -> bool:
    """Whether anybody ever agreed to be thanked in public: without one there is nothing to count for the page."""
    return Consent.objects.filter(purpose=PUBLIC_PURPOSE, given=True).exists()
