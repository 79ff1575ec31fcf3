"""One work by hand: who of its people earns what. The rules of the run come from the reckoner."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.payments.royalty.second.plain import (
    EARNERS,
    PHOTO_GENRES,
    Entry,
    NotNowError,
    down,
    half_up,
    number,
    share_out,
)

if TYPE_CHECKING:
    from tests.payments.royalty.second.reckoner import Reckoner

Credit = dict[str, Any]


class Work:
    """Steps 1 to 6 of the order of steps, and the bound of rule 8."""

    def __init__(self, run: Reckoner, work: dict[str, Any], schedule: dict[str, Any], unit: Fraction) -> None:
        self.run, self.work, self.schedule, self.unit = run, work, schedule, unit
        self.genre = run.genre(schedule, work["genre"])
        self.step: int = schedule.get("rounding", 1)
        self.level = number(schedule.get("level", 100)) / 100
        self.percent_on_duty = number((schedule.get("duty") or {}).get("percent_within", 0)) / 100
        self.each = bool(self.genre) and self.genre.get("photos", "included") == "paid_each"
        self.photo_share = number(self.genre.get("photographer_share", 0)) / 100 if self.genre else Fraction(0)
        roles = (self.genre.get("earners") or EARNERS.get(work["genre"], ["author"])) if self.genre else []
        self.earning: list[Credit] = [credit for credit in work["credits"] if credit["role"] in roles]
        self.taking: list[Credit] = []
        self.photographed: list[Credit] = []
        for credit in work["credits"]:
            if credit["role"] == "photographer" and self.genre and credit not in self.earning:
                if self.each:
                    self.photographed.append(credit)
                elif self.role_rate("photographer") is None:
                    self.taking.append(credit)
        bounds = [
            Fraction(cap["vnd"]) if "vnd" in cap else number(cap["coefficient"]) * unit
            for cap in schedule.get("caps", [])
            if cap["scope"] == "piece"
            and cap["effect"] == "hard"
            and work["genre"] in (cap.get("genres") or [work["genre"]])
        ]
        self.bound = min(bounds, default=None)
        self.without_part: set[str] = set()
        self.rated: Fraction | None = None  # the author's royalty after caps, duty left aside
        self.paid: Fraction | None = None  # and what of it counts

    def entries(self) -> list[Entry]:
        if self.genre is None and not any(
            self.work["genre"] in rate.get("genres", []) for rate in self.schedule.get("roles", [])
        ):
            raise NotNowError("no_rate")
        if not self.work["credits"]:
            raise NotNowError("waiting_for_credit")
        found = self.of_earners()
        for credit in self.photographed:
            value = Fraction(0) if credit.get("no_fee") else self.of_photos(credit, "photo", "region", inside=True)
            found.append(self.entry(credit, half_up(value, self.step), royalty=True))
        done = {entry.key for entry in found}
        rest = [credit for credit in self.work["credits"] if credit["key"] not in done]
        if self.genre and any(self.goes_by_author(credit["role"]) for credit in rest if not credit.get("no_fee")):
            self.author_royalty()
        for role in dict.fromkeys(credit["role"] for credit in rest):
            found += self.of_helpers(role, [credit for credit in rest if credit["role"] == role])
        places = [credit["key"] for credit in self.work["credits"]]
        return sorted(found, key=lambda entry: places.index(entry.key))

    def entry(self, credit: Credit, amount: int, *, royalty: bool) -> Entry:
        day = max(self.work["published_on"], self.run.run["period_from"])
        return Entry(
            credit["key"],
            credit["person"],
            self.work["subject"],
            credit["role"],
            day,
            0 if credit.get("no_fee") else amount,
            royalty=royalty,
            genre=self.work["genre"],
            table=self.schedule["from"],
            earns=credit in self.earning and (bool(credit.get("no_fee")) or credit["key"] not in self.without_part),
        )

    def capped(self, value: Fraction) -> Fraction:
        return value if self.bound is None else min(value, self.bound)

    def counting(self, credit: Credit) -> Fraction:
        return self.percent_on_duty if self.run.on_duty.get((credit["person"], self.work["subject"])) else Fraction(1)

    # Who earns the piece

    def of_earners(self) -> list[Entry]:
        parts = self.taking if self.photo_share else []
        amounts: dict[str, int] = {}
        if not all(credit.get("no_fee") for credit in self.earning + parts):
            amounts = self.by_own_photos() if self.has_own_photos() else self.by_shares(parts)
        return [self.entry(one, amounts.get(one["key"], 0), royalty=True) for one in self.earning + self.taking]

    def has_own_photos(self) -> bool:
        return self.work["genre"] in PHOTO_GENRES and any(credit.get("photos") for credit in self.earning)

    def own_photos(self, credit: Credit) -> Fraction:
        return self.of_photos(credit, self.work["genre"], "variant", inside=False)

    def by_own_photos(self) -> dict[str, int]:
        """A piece that is photos with a score each: everybody has their own, the piece has its cap."""
        values = {}
        for credit in self.earning:
            try:
                values[credit["key"]] = self.own_photos(credit)
            except NotNowError:
                if not credit.get("no_fee"):
                    raise
                values[credit["key"]] = Fraction(0)
        counted = {credit["key"]: values[credit["key"]] * self.counting(credit) for credit in self.earning}
        self.rated, self.paid = self.capped(sum(values.values())), self.capped(sum(counted.values()))
        amounts = {
            one["key"]: 0 if one.get("no_fee") else half_up(counted[one["key"]], self.step) for one in self.earning
        }
        if self.bound is None or sum(amounts.values()) <= self.bound:
            return amounts
        weights = {key: Fraction(amount) for key, amount in amounts.items()}
        return share_out(down(self.bound, self.step), weights, self.step, self.run.turn)

    def of_photos(self, credit: Credit, genre: str, variant: str, *, inside: bool) -> Fraction:
        entry = self.run.genre(self.schedule, genre)
        assert entry is not None
        given: list[Fraction | None] = list(credit.get("photos", []))
        count = credit.get("quantity")
        if not given and count is None:
            raise NotNowError("no_quantity")
        count = len(given) if count is None else count
        rate = self.run.rate(entry, self.work.get(variant, ""))
        if rate["basis"] in {"vnd_per_measure", "grade"}:
            raise NotNowError("variant_without_rate")
        scored = rate["basis"] in {"coefficient_range", "cap_only"}
        if scored and (len(given) > count or (len(given) < count and self.run.strict)):
            raise NotNowError("photo_scores_incomplete")
        given = [*given, *[None] * count][:count]
        value = sum((self.run.worth(rate, one, self.work, self.unit) for one in given), Fraction(0))
        return value * self.level * self.run.factors(self.schedule, self.work, genre, inside=inside)

    def whole(self) -> Fraction:
        """Steps 1 and 2."""
        assert self.genre is not None
        rate = self.run.rate(self.genre, self.work.get("variant", ""))
        value = self.run.worth(rate, self.work.get("coefficient"), self.work, self.unit)
        return value * self.level * self.run.factors(self.schedule, self.work, self.work["genre"])

    def by_shares(self, parts: list[Credit]) -> dict[str, int]:
        value = self.whole()
        weights = shares_of(self.earning, 1 - self.photo_share if parts else Fraction(1))
        photos = [credit.get("quantity") or 0 for credit in parts]
        photos = photos if all(photos) else [1] * len(parts)
        for credit, count in zip(parts, photos, strict=True):
            weights[credit["key"]] = self.photo_share * count / sum(photos)
        going = sum(weights.values())
        self.without_part = {key for key, weight in weights.items() if not weight}
        counted = weights | {one["key"]: weights[one["key"]] * self.counting(one) for one in self.earning}
        counts = sum(counted.values())
        self.rated = self.capped(value)
        # Where nobody wrote the piece, what is left by its photographers goes to nobody.
        self.paid = self.capped(value * counts / going) if going else self.rated
        total = half_up(self.paid * going, self.step)
        return share_out(total, counted, self.step, self.run.turn) if counts else {}

    # Who helps

    def role_rate(self, role: str) -> dict[str, Any] | None:
        mine = [rate for rate in self.schedule.get("roles", []) if rate["role"] == role]
        named = [rate for rate in mine if self.work["genre"] in rate.get("genres", [])]
        for_all = [rate for rate in mine if not rate.get("genres") and self.genre]
        return next(iter(named + for_all), None)

    def goes_by_author(self, role: str) -> bool:
        rate = self.role_rate(role)
        if rate is None or rate["basis"] != "percent_of":
            return False
        return rate.get("of", "author") == "author" or self.goes_by_author(rate["of"])

    def author_royalty(self) -> Fraction:
        """What a percent of the author's royalty is taken of."""
        if self.paid is None:
            if self.genre is None:
                return Fraction(0)
            if self.has_own_photos():
                self.by_own_photos()
            else:
                self.rated = self.paid = self.capped(self.whole())
        assert self.paid is not None
        return self.paid

    def fee(self, role: str) -> Fraction:
        """What a role earns of a work, before it is divided."""
        rate = self.role_rate(role)
        assert rate is not None
        if rate["basis"] == "coefficient":
            return number(rate["coefficient"]) * self.unit * self.level
        if rate["basis"] == "vnd_per_piece":
            return Fraction(rate["vnd"]) * self.level
        of = rate.get("of", "author")
        return (self.author_royalty() if of == "author" else self.fee(of)) * number(rate["percent"]) / 100

    def of_helpers(self, role: str, holders: list[Credit]) -> list[Entry]:
        rate = self.role_rate(role)
        royalty = bool(rate and rate.get("royalty"))
        if rate is None or all(credit.get("no_fee") for credit in holders):
            return [self.entry(credit, 0, royalty=royalty) for credit in holders]
        found = []
        if rate["basis"] == "vnd_per_item":
            for credit in holders:
                if credit.get("no_fee"):
                    found.append(self.entry(credit, 0, royalty=royalty))
                    continue
                if credit.get("quantity") is None:
                    raise NotNowError("no_quantity")
                found += self.divided(
                    [credit], rate["vnd"] * credit["quantity"] * self.level, royalty=royalty, each=True
                )
            return found
        return self.divided(holders, self.fee(role), royalty=royalty)

    def divided(self, holders: list[Credit], value: Fraction, *, royalty: bool, each: bool = False) -> list[Entry]:
        weights = {holders[0]["key"]: Fraction(1)} if each else shares_of(holders, Fraction(1))
        parts = share_out(half_up(value, self.step), weights, self.step, self.run.turn)
        found = [self.entry(credit, parts[credit["key"]], royalty=royalty) for credit in holders]
        hard = self.schedule.get("author_not_below_helper") == "hard"
        if hard and not royalty and self.rated is not None and value > self.rated:
            limits = share_out(half_up(self.rated, self.step), weights, self.step, self.run.turn)
            for entry in found:
                entry.bounded = limits[entry.key]
        return found


def shares_of(holders: list[Credit], whole: Fraction) -> dict[str, Fraction]:
    """As they agreed, or alike where they said nothing."""
    said = [credit["share"] for credit in holders if credit.get("share") is not None]
    if said and len(said) < len(holders):
        raise NotNowError("shares_incomplete")
    if said and sum(said) != 100:
        raise NotNowError("shares_not_100")
    return {one["key"]: whole * one["share"] / 100 if said else whole / len(holders) for one in holders}
