"""One piece: from its facts to the lines of everybody credited, steps 1 to 6 and the bounds of rule 8."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from payments.royalty.desk import Desk
from payments.royalty.facts import CreditFacts, FactsError, PieceFacts
from payments.royalty.money import RoundingMode, plain, round_dong, split
from payments.royalty.outcome import ComputedLine, Held, Notice, OutsideRules, Unscored
from payments.royalty.plan import (
    BY_ROLE,
    EARNS,
    NOTHING,
    PHOTO_EACH,
    PHOTO_INCLUDED,
    PHOTO_PART,
    REMEMBERED,
    Plan,
    Royalty,
)
from payments.royalty.reckoning import (
    HUNDRED,
    ONE,
    Cut,
    Hold,
    Product,
    Reckoned,
    cut_line,
    fee_line,
    reckon,
    share_text,
    split_parts,
    zero_line,
)
from payments.royalty.schedule import CapScope, DongPerItem, Effect, PercentOf, RoleRate, Schedule

WithinDuty = Callable[[int, PieceFacts], bool]
PARTS = (EARNS, PHOTO_PART)
PHOTO_GENRES = ("photo", "art_photo")


class Rated(NamedTuple):
    """Lines in the order of the credits; `limits` are the lines that rule 8 allows at most, by subject key."""

    lines: list[ComputedLine]
    notices: tuple[Notice, ...]
    limits: dict[str, ComputedLine]
    schedule: Schedule


def rate_piece(desk: Desk, piece: PieceFacts, within_duty: WithinDuty | None) -> Rated | Held | Unscored | OutsideRules:
    """All lines of a piece, or the one reason why it has none yet: a piece is never half paid."""
    try:
        plan = desk.plan(piece)
        if plan.outside:
            return OutsideRules(piece.subject, "no_rate")
        if not piece.credits:
            return Held(piece.subject, "waiting_for_credit")
        return PieceReckoning(desk, plan, piece, within_duty).rate()
    except Hold as hold:
        return (Unscored if hold.score else Held)(piece.subject, hold.reason)


class PieceReckoning:
    """The work on one piece. Helpers' fees wait for the author's royalty, so authors come first."""

    __slots__ = (
        "desk",
        "earners",
        "limits",
        "lines",
        "notices",
        "paid",
        "piece",
        "plan",
        "rate_of_author",
        "royalty",
        "within_duty",
    )

    def __init__(self, desk: Desk, plan: Plan, piece: PieceFacts, within_duty: WithinDuty | None) -> None:
        self.desk = desk
        self.plan = plan
        self.piece = piece
        self.within_duty = within_duty if plan.schedule.duty else None
        self.earners: list[CreditFacts] = []
        self.lines: dict[str, ComputedLine] = {}
        self.limits: dict[str, ComputedLine] = {}
        self.notices: list[Notice] = []
        self.royalty: Royalty | None = None
        self.rate_of_author: Fraction | None = None
        self.paid: Reckoned | None = None

    def rate(self) -> Rated:
        plan, piece = self.plan, self.piece
        if len({credit.subject_key for credit in piece.credits}) != len(piece.credits):
            raise FactsError(f"{piece.subject} names a credit twice")
        earners = self.earners
        helpers: dict[str, list[CreditFacts]] = {}
        for credit in piece.credits:
            way = plan.ways.get(credit.role)
            if way is None:
                way = plan.way(credit.role)
            if way in PARTS:
                earners.append(credit)
            elif way == BY_ROLE:
                helpers.setdefault(credit.role, []).append(credit)
            else:
                self._lay_photos_or_nothing(credit, way)
        if earners:
            self._lay_earners(earners)
        if helpers:
            self._lay_helpers(helpers)
        lines = self.lines
        return Rated(
            [lines[credit.subject_key] for credit in piece.credits],
            tuple(self.notices),
            self.limits,
            plan.schedule,
        )

    def _lay_photos_or_nothing(self, credit: CreditFacts, way: int) -> None:
        if way == PHOTO_EACH and not credit.no_fee:
            fee = self.desk.photo_plan(self.piece).fee_of_photos(credit, self.piece)
            self.lines[credit.subject_key] = fee_line(self.piece.subject, credit, fee, royalty=True)
            return
        reason = credit.no_fee or {NOTHING: "no_rate", PHOTO_INCLUDED: "included_in_piece"}.get(way, "")
        self.lines[credit.subject_key] = zero_line(self.piece.subject, credit, reason, royalty=way != NOTHING)

    def _lay_earners(self, earners: list[CreditFacts]) -> None:
        if all(credit.no_fee for credit in earners):
            for credit in earners:
                self.lines[credit.subject_key] = zero_line(self.piece.subject, credit, credit.no_fee, royalty=True)
        elif self._are_own_photos():
            self._lay_own_photos(earners)
        else:
            self._lay_shared_royalty(earners)

    def _lay_shared_royalty(self, earners: list[CreditFacts]) -> None:
        """Duty is personal: each share counts in full or in part, and only what counts is paid and split."""
        royalty = self._author_royalty()
        if self.within_duty is None and not any(self.plan.ways[credit.role] == PHOTO_PART for credit in earners):
            self.paid = royalty.full
            self._lay_by_shares(self.lines, earners, royalty.full, royalty=True)
            return
        weights = self._earner_weights(earners)
        counted = [weight * self._duty_part(credit) for weight, credit in zip(weights, earners, strict=True)]
        whole, part = sum(weights, Fraction(0)), sum(counted, Fraction(0))
        # The cap is the piece's: a photographer without an author has their percent of what it leaves.
        self.paid = royalty.part(part / whole)
        fee = self.paid if whole == ONE else part_of(self.paid, whole, self.plan.step)
        if not part:
            reason = "within_duty" if royalty.full.amount else fee.reason
            for credit in earners:
                zero = fee_line(self.piece.subject, credit, fee, royalty=True)
                self.lines[credit.subject_key] = zero._replace(reason=credit.no_fee or reason)
            return
        keys = [credit.subject_key for credit in earners]
        parts = [fee]
        if len(earners) > 1:
            parts = split_parts(fee, counted, self.plan.step, keys, self.desk.rules.rotation)
        for weight, mine, credit, paid in zip(weights, counted, earners, parts, strict=True):
            line = fee_line(self.piece.subject, credit, paid, royalty=True)
            off_duty = mine or not weight or credit.no_fee
            self.lines[credit.subject_key] = line if off_duty else line._replace(reason="within_duty")

    def _are_own_photos(self) -> bool:
        return self.piece.genre in PHOTO_GENRES and any(
            credit.photos and self.plan.ways[credit.role] == EARNS for credit in self.earners
        )

    def _lay_own_photos(self, earners: list[CreditFacts]) -> None:
        """A piece that is photos, each with its own score: everybody is paid for their own, within the piece's cap."""
        subject, plan = self.piece.subject, self.plan
        lines = {
            credit.subject_key: fee_line(subject, credit, fee, royalty=True)
            for credit, fee in self._own_photos(earners)
        }
        total = sum(line.amount for line in lines.values())
        if plan.cap is not None and total > plan.cap:
            allowed = round_dong(plan.cap, plan.step, RoundingMode.DOWN)
            keys = [key for key, line in lines.items() if line.amount]
            amounts = [lines[key].amount for key in keys]
            for key, after in zip(
                keys, split(allowed, amounts, plan.step, keys, self.desk.rules.rotation), strict=True
            ):
                lines[key] = cut_line(lines[key], Cut(CapScope.PIECE, allowed, total, after, plan.step))
        self.lines |= lines

    def _own_photos(self, earners: list[CreditFacts]) -> list[tuple[CreditFacts, Reckoned]]:
        """What each one's photos earn. A waived part counts in the royalty, and given to nobody, holds nobody up."""
        plan = self.plan
        whole = paid = Fraction(0)
        fees = []
        for credit in earners:
            try:
                fee = plan.fee_of_photos(credit, self.piece)
            except Hold:
                if not credit.no_fee:
                    raise
                fee = reckon(Product(Fraction(0), "V", ("0",)), plan.step)
            whole += fee.exact
            part = self._duty_part(credit)
            if part != ONE:
                fee = counted_part(fee, part, plan.step)
            paid += fee.exact
            fees.append((credit, fee))
        if plan.warn_above is not None and whole > plan.warn_above:
            values = (plain(whole), plain(plan.warn_above))
            self.notices.append(Notice(self.piece.subject, "above_piece_cap", values))
        self.rate_of_author = whole if plan.cap is None else min(whole, plan.cap)
        self.paid = reckon(Product(paid, "V", (plain(paid),)), plan.step, cap=plan.cap)
        return fees

    def _author_royalty(self) -> Royalty:
        """Reckoned once, when somebody's fee depends on it: a repost without an author needs no score."""
        if self.royalty is None:
            self.royalty = self.plan.royalty(self.piece)
            self.rate_of_author = self.royalty.full.exact
            for code, values in self.royalty.warnings:
                self.notices.append(Notice(self.piece.subject, code, values))
        return self.royalty

    def _duty_part(self, credit: CreditFacts) -> Fraction:
        """Only who earns the piece itself works off a duty with it, and only in the genres that count."""
        duty = self.plan.schedule.duty
        if self.within_duty is None or duty is None or self.plan.ways[credit.role] != EARNS:
            return ONE
        if duty.genres and self.piece.genre not in duty.genres:
            return ONE
        return duty.percent_within / 100 if self.within_duty(credit.person, self.piece) else ONE

    def _earner_weights(self, earners: list[CreditFacts]) -> list[Fraction]:
        """Shares of one; photographers included in the piece take their percent before the authors share."""
        entry = self.plan.entry
        parts = [credit for credit in earners if self.plan.ways[credit.role] == PHOTO_PART]
        if entry is None or not parts:
            return shares_of(earners)
        photo_share = entry.photographer_share / 100
        authors = [credit for credit in earners if credit not in parts]
        by_key = dict(zip((c.subject_key for c in authors), shares_of(authors), strict=True))
        by_key = {key: share * (1 - photo_share) for key, share in by_key.items()}
        counts = [Fraction(credit.quantity or 0) for credit in parts]
        if not all(counts):
            counts = [ONE] * len(parts)
        for credit, count in zip(parts, counts, strict=True):
            by_key[credit.subject_key] = photo_share * count / sum(counts)
        return [by_key[credit.subject_key] for credit in earners]

    def _lay_by_shares(
        self, lines: dict[str, ComputedLine], holders: Sequence[CreditFacts], fee: Reckoned, *, royalty: bool
    ) -> None:
        """Split by the stated shares, remembered for the next piece with the same fee, shares and order of keys."""
        if len(holders) == 1:
            credit = holders[0]
            if credit.share is not None and credit.share != HUNDRED:
                shares_of(holders)  # says what is wrong with it
            lines[credit.subject_key] = fee_line(self.piece.subject, credit, fee, royalty=royalty)
            return
        keys = [credit.subject_key for credit in holders]
        shares = tuple(
            None if credit.share is None else (credit.share.numerator, credit.share.denominator) for credit in holders
        )
        order = tuple(sorted(range(len(keys)), key=keys.__getitem__))
        memory = self.plan.splits
        parts = memory.get((fee.template, fee.values, shares, order))
        if parts is None:
            if len(memory) >= REMEMBERED:
                memory.clear()
            parts = split_parts(fee, shares_of(holders), self.plan.step, keys, self.desk.rules.rotation)
            memory[fee.template, fee.values, shares, order] = parts
        for credit, part in zip(holders, parts, strict=True):
            lines[credit.subject_key] = fee_line(self.piece.subject, credit, part, royalty=royalty)

    def _lay_helpers(self, helpers: dict[str, list[CreditFacts]]) -> None:
        plan = self.plan
        author = self._royalty_for_helpers(helpers)
        memory = self._fee_memory(author)
        for role, holders in helpers.items():
            rate = plan.roles[role]
            if isinstance(rate.basis, DongPerItem):
                self._lay_items(holders, rate)
                continue
            nobody_paid = all(credit.no_fee for credit in holders)
            whole = None if nobody_paid else plan.fee_of_role(role, author, memory)
            if whole is None:
                for credit in holders:
                    reason = credit.no_fee or "no_rate"
                    self.lines[credit.subject_key] = zero_line(self.piece.subject, credit, reason, royalty=rate.royalty)
                continue
            self._lay_by_shares(self.lines, holders, whole, royalty=rate.royalty)
            self._bound_by_author(holders, whole, royalty=rate.royalty)

    def _lay_items(self, holders: Sequence[CreditFacts], rate: RoleRate) -> None:
        for credit in holders:
            if credit.no_fee:
                self.lines[credit.subject_key] = zero_line(
                    self.piece.subject, credit, credit.no_fee, royalty=rate.royalty
                )
                continue
            fee = self.plan.fee_of_items(credit.role, credit.quantity)
            self.lines[credit.subject_key] = fee_line(self.piece.subject, credit, fee, royalty=rate.royalty)
            self._bound_by_author([credit], fee, royalty=rate.royalty)

    def _royalty_for_helpers(self, helpers: dict[str, list[CreditFacts]]) -> Reckoned | None:
        """What a percent of the author's royalty means here: the amount after caps, duty included."""
        if self.paid is not None:
            return self.paid
        wanted = any(
            self._depends_on_author(role)
            for role, holders in helpers.items()
            if not all(credit.no_fee for credit in holders)
        )
        if not wanted or self.plan.entry is None:
            return None
        if self._are_own_photos():
            self._own_photos(self.earners)
            return self.paid
        return self._author_royalty().full

    def _depends_on_author(self, role: str) -> bool:
        basis = self.plan.roles[role].basis
        while isinstance(basis, PercentOf):
            if basis.of == "author":
                return True
            basis = self.plan.roles[basis.of].basis
        return False

    def _fee_memory(self, author: Reckoned | None) -> dict[str, Reckoned]:
        if self.royalty is not None and author is self.royalty.full:
            return self.royalty.fees
        return {} if author else self.plan.flat_fees

    def _bound_by_author(self, holders: Sequence[CreditFacts], fee: Reckoned, *, royalty: bool) -> None:
        """Rule 8 (NĐ 18/2014 Đ4.1): a helper's fee is not above the author's rate for the piece."""
        rule = self.plan.schedule.author_not_below_helper
        author = self.rate_of_author
        if royalty or rule is Effect.OFF or author is None:
            return
        # `fee.exact <= author` in whole numbers: asked for every helper, and a Fraction compares slowly.
        if fee.numerator * author.denominator <= author.numerator * fee.denominator:
            return
        values = (holders[0].role, plain(fee.exact), plain(author))
        self.notices.append(Notice(self.piece.subject, "helper_above_author", values))
        if rule is Effect.HARD:
            product = Product(fee.exact, fee.template.removesuffix("r"), fee.values[:-1])
            limit = reckon(product, self.plan.step, cap=author, letter="8")
            if len(holders) == 1:
                self.limits[holders[0].subject_key] = fee_line(self.piece.subject, holders[0], limit, royalty=royalty)
            else:
                self._lay_by_shares(self.limits, holders, limit, royalty=royalty)


def part_of(fee: Reckoned, part: Fraction, step: int) -> Reckoned:
    """A fee of which only a part is paid."""
    product = Product(fee.exact, fee.template.removesuffix("r"), fee.values[:-1])
    return reckon(product.times("d", part, share_text(part)), step)


def counted_part(fee: Reckoned, part: Fraction, step: int) -> Reckoned:
    """A fee of which only a part counts, because the piece falls within the person's duty."""
    reduced = part_of(fee, part, step)
    return reduced if reduced.amount else reduced._replace(reason="within_duty")


def shares_of(holders: Sequence[CreditFacts]) -> list[Fraction]:
    """Shares of one; equal where nobody states a share (NĐ 18/2014 Đ4.6: co-authors split as they agree)."""
    stated = [credit.share for credit in holders if credit.share is not None]
    if not stated:
        return [ONE / len(holders) for _ in holders]
    if len(stated) != len(holders):
        raise Hold("shares_incomplete")
    if min(stated) < 0 or sum(stated) != HUNDRED:
        raise Hold("shares_not_100")
    return [share / 100 for share in stated]
