"""Every cut of what went up agrees with every other, and with a recount of the rows one by one.

The rows are made at random: units that were renamed, merged and merged again in the middle, people who changed unit or
turned out to be one, pieces of three authors with and without shares, disputed parts, pieces at midnight, taken down,
of no unit and no topic. The recount (`Recount`) knows neither SQL nor the code that is tested.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from contributors import clock
from contributors.models import Contributor, Credit, Photo, Piece, Topic, Unit, UnitSuccession
from contributors.names import place_key, sort_key
from contributors.newsroom import return_piece
from contributors.output import figures
from contributors.output_cuts import Cut, by_role, count, heirs, makers
from contributors.output_tables import figures_of, output_of
from contributors.publication_lags import lags_by_month, whole_lag
from contributors.workload import workload
from tests.contributors.test_past_lists import written
from tests.factories.world import OPENED, at

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PERIOD = (date(2026, 2, 1), date(2026, 8, 1))
PIECES = 240
AUTHORS = {"author", "translator", "collector", "videographer"}
SHARES = ((100,), (50, 50), ("33.333", "33.333", "33.334"), (None, None, None), (70, 30))


class Recount:
    """The rows as they stand, read whole and counted one by one."""

    def __init__(self, documents: set[int]) -> None:
        self.documents = documents
        self.pieces = [row for row in Piece.objects.values() if self.counts(row)]
        parts = defaultdict(list)
        alias = dict(Contributor.objects.exclude(merged_into=None).values_list("pk", "merged_into_id"))
        for row in Credit.objects.exclude(state="disputed").values():
            row["who"] = alias.get(row["contributor_id"], row["contributor_id"])
            parts[row["piece_id"]].append(row)
        self.parts = parts
        self.photos = Counter(Photo.objects.filter(removed_at=None).values_list("piece_id", flat=True))
        self.after = dict(UnitSuccession.objects.order_by("-on", "-pk").values_list("from_unit_id", "to_unit_id"))

    @staticmethod
    def day(row: dict) -> date:
        return row["published_at"].astimezone(ZONE).date()

    def counts(self, row: dict) -> bool:
        return row["state"] == "published" and PERIOD[0] <= self.day(row) < PERIOD[1]

    def heir(self, unit: int | None) -> int | None:
        while unit in self.after:
            unit = self.after[unit]
        return unit

    def of(self, cut: Cut) -> list[dict]:
        return [row for row in self.pieces if self.within(row, cut)]

    def within(self, row: dict, cut: Cut) -> bool:
        unit, wanted = row["unit_id"], cut.unit_id
        if cut.successors:
            unit, wanted = self.heir(unit), self.heir(wanted)
        if wanted is not None and unit != wanted:
            return False
        if (cut.genre_id and row["genre_id"] != cut.genre_id) or (cut.topic_id and row["topic_id"] != cut.topic_id):
            return False
        if not cut.contributor_id and not cut.role:
            return True
        roles = {cut.role} if cut.role else AUTHORS | {"photographer"}
        return any(
            part["role"] in roles and cut.contributor_id in {None, part["who"]} for part in self.parts[row["id"]]
        )

    def news(self, rows: list[dict]) -> list[dict]:
        return [row for row in rows if row["genre_id"] not in self.documents]

    def shares(self, rows: list[dict]) -> dict[int | None, Fraction]:
        found: dict[int | None, Fraction] = defaultdict(Fraction)
        for row in self.news(rows):
            parts = [part for part in self.parts[row["id"]] if part["role"] in AUTHORS]
            if not parts:
                found[None] += 1
            given = [part["share"] for part in parts]
            for part in parts:
                whole = None if None in given else sum(given)
                found[part["who"]] += (
                    Fraction(1, len(parts)) if whole is None else Fraction(part["share"]) / Fraction(whole)
                )
        return found


def furnish(world, chance: random.Random) -> None:
    portal = world.portal
    units = [
        Unit.objects.create(portal=portal, kind="hamlet", name=f"Ấp {n}", sort_key=place_key(f"Ấp {n}"), opened=OPENED)
        for n in range(1, 7)
    ]
    # 1 is renamed 2, which is merged with 3 into 4 in the middle of the period; 5 is split into 4 and 6.
    for old, new, on, kind in (
        (0, 1, 3, "renamed"),
        (1, 3, 5, "merged"),
        (2, 3, 5, "merged"),
        (4, 3, 6, "split"),
        (4, 5, 6, "split"),
    ):
        UnitSuccession.objects.create(
            portal=portal, from_unit=units[old], to_unit=units[new], kind=kind, on=date(2026, on, 1), legal_basis="NQ 1"
        )
    people = [
        Contributor.objects.create(
            portal=portal,
            receipt_number=f"CTV-R-{n}",
            full_name=f"Người {n}",
            sort_key=sort_key(f"Người {n}"),
            search_key=f"nguoi {n}",
            category="volunteer",
            state="active",
            state_since=at("2026-01-05T08:00"),
            merged_into=None,
        )
        for n in range(9)
    ]
    for gone, kept in ((7, 0), (8, 0)):
        people[gone].merged_into = people[kept]
        people[gone].save(update_fields=["merged_into"])
    topics = [None, world.topic, Topic.objects.create(portal=portal, code="hai", name="Chuyên mục hai")]
    genres = list(world.genres.values())
    start = datetime(2026, 1, 25, tzinfo=UTC)
    for n in range(PIECES):
        up = start + timedelta(minutes=chance.randrange(195 * 24 * 60))
        if n % 6 == 0:  # around a month's midnight by the portal's calendar
            up = datetime(2026, chance.randrange(2, 9), 1, tzinfo=ZONE) + timedelta(seconds=chance.choice((-1, 0, 1)))
        genre, unit = chance.choice(genres), chance.choice([None, *units])
        event_on = chance.choice([None, up.astimezone(ZONE).date() - timedelta(days=chance.randrange(-2, 12))])
        piece = Piece.objects.create(
            portal=portal,
            client_key=uuid.UUID(int=chance.getrandbits(128)),
            genre=genre,
            topic=chance.choice(topics),
            leader_activity=chance.random() < 0.2,
            title=f"Tin {n}",
            search_key=f"tin {n}",
            event_on=event_on,
            state=chance.choice(["published"] * 9 + ["retracted"]),
            state_since=up,
            created_by=world.accounts["head"],
            contributor=people[0],
            unit=unit,
            created_at=up,
            published_at=up,
        )
        for role in chance.sample(["author", "translator"], chance.choice((0, 1, 1, 1, 2))):
            shares = chance.choice(SHARES)
            for who, share in zip(chance.sample(people, len(shares)), shares, strict=True):
                Credit.objects.create(
                    portal=portal,
                    piece=piece,
                    contributor=who,
                    role=role,
                    share=None if share is None else Decimal(share),
                    state="disputed" if chance.random() < 0.1 else "confirmed",
                    unit=unit,
                )
        for place in range(chance.choice((0, 0, 1, 3))):
            Photo.objects.create(
                portal=portal,
                piece=piece,
                position=place,
                sha256=f"{chance.getrandbits(256):064x}",
                path="x",
                width=1,
                height=1,
                size=1,
                removed_at=up if chance.random() < 0.2 else None,
            )
        if chance.random() < 0.3:
            Credit.objects.create(
                portal=portal, piece=piece, contributor=chance.choice(people), role="photographer", quantity=2
            )


def every_cut(world, chance: random.Random) -> list[Cut]:
    units = [None, *Unit.objects.order_by("pk").values_list("pk", flat=True)]
    people = [None, *Contributor.objects.filter(full_name__in=["Người 0", "Người 1"]).values_list("pk", flat=True)]
    genres = [None, *(genre.pk for genre in world.genres.values())]
    topics = [None, *Topic.objects.values_list("pk", flat=True)]
    roles = ["", "author", "translator", "photographer"]
    alone = [Cut(), Cut(successors=True)]
    alone += [Cut(unit_id=unit, successors=successors) for unit in units[1:] for successors in (False, True)]
    alone += [Cut(genre_id=genre) for genre in genres[1:]] + [Cut(topic_id=topic) for topic in topics[1:]]
    alone += [Cut(contributor_id=person, role=role) for person in people for role in roles]
    mixed = [
        Cut(*(chance.choice(each) for each in (units, genres, topics, people, roles)), successors=chance.random() < 0.5)
        for _ in range(12)
    ]
    return alone + mixed


@pytest.mark.parametrize("seed", [1, 2])
def test_every_cut_agrees_with_the_others_and_with_a_recount(world, seed):
    chance = random.Random(seed)
    furnish(world, chance)
    documents = {world.genres["document"].pk}
    recount = Recount(documents)
    assert len(recount.pieces) > PIECES // 2
    with clock.at(at("2026-09-01T08:00")):
        for cut in every_cut(world, chance):
            agrees(world, cut, recount, documents)


def agrees(world, cut: Cut, recount: Recount, documents: set[int]) -> None:
    rows = recount.of(cut)
    news = recount.news(rows)
    photos = sum(recount.photos[row["id"]] for row in rows)
    output = output_of(world.portal, *PERIOD, cut)
    counts = output.counts
    total = counts.total
    assert (total.news, total.photos, total.documents) == (len(news), photos, len(rows) - len(news)), cut
    if cut.whole:
        whole = figures(world.portal, *PERIOD)
        assert figures_of(world.portal, PERIOD[1], counts) == whole
        assert (whole.news, whole.photos, whole.documents) == (total.news, total.photos, total.documents)
        assert whole.late == sum(
            row["event_on"] is not None
            and (recount.day(row) - row["event_on"]).days > (0 if row["leader_activity"] else world.portal.promise_days)
            for row in news
        )

    # Months, units, genres, topics, lags and authors' shares: six ways to the same number.
    assert sum(output.months.news) == sum(row.total for row in output.units) == total.news
    for shares in (output.topics, output.genres):
        assert sum(share.pieces for share in shares) == total.news + total.documents
        assert sum(share.photos for share in shares) == total.photos == sum(output.months.photos)
    assert sum(counts.lags.values()) == total.news
    by_unit = Counter(recount.heir(row["unit_id"]) if cut.successors else row["unit_id"] for row in news)
    found = Counter()
    for (_, unit), counted in counts.months.items():
        found[unit] += counted.news
    assert +found == by_unit, cut
    by_month = Counter(recount.day(row).replace(day=1) for row in news)
    assert dict(zip((span.first for span in output.months.spans), output.months.news, strict=True)) == {
        span.first: by_month[span.first] for span in output.months.spans
    }
    assert {genre: each.news + each.documents for genre, each in counts.genres.items()} == Counter(
        row["genre_id"] for row in rows
    )
    assert {topic: each.news for topic, each in counts.topics.items() if each.news} == Counter(
        row["topic_id"] for row in news
    )

    made = makers(world.portal, *PERIOD, cut, counts=counts)
    shares = recount.shares(rows)
    assert made.nobody + sum(each.share for each in made.people) == total.news
    assert made.nobody == shares.pop(None, 0)
    assert {each.contributor_id: each.share for each in made.people if each.share} == shares
    took_part = Counter(
        who for row in news for who in {part["who"] for part in recount.parts[row["id"]] if part["role"] in AUTHORS}
    )
    assert {each.contributor_id: each.pieces for each in made.people if each.pieces} == took_part
    taken = Counter()
    for row in news:
        for part in recount.parts[row["id"]]:
            if part["role"] == "photographer":
                taken[part["who"]] += part["quantity"]
    assert {each.contributor_id: each.photos for each in made.people if each.photos} == taken

    roles = {each.role: (each.pieces, each.people) for each in by_role(world.portal, *PERIOD, cut)}
    parts = [(part["role"], row["id"], part["who"]) for row in rows for part in recount.parts[row["id"]]]
    assert roles == {
        role: (len({piece for r, piece, _ in parts if r == role}), len({who for r, _, who in parts if r == role}))
        for role in {role for role, *_ in parts}
    }

    lag = whole_lag(counts.lags, world.portal.promise_days)
    days = sorted((recount.day(row) - row["event_on"]).days for row in news if row["event_on"])
    assert (lag.within.total, lag.unknown) == (len(days), len(news) - len(days))
    assert lag.median == (days[(len(days) - 1) // 2] if days else None)
    months = lags_by_month(counts.lags, world.portal.promise_days)
    assert sum(each.within.kept for each in months.values()) == lag.within.kept


def test_unit_asked_for_by_its_successor_takes_in_what_it_came_from(world):
    """And a unit that is no more leads to where it went on: never a blank."""
    furnish(world, random.Random(3))
    units = {unit.name: unit.pk for unit in Unit.objects.all()}
    goes_on = heirs()
    assert {name: goes_on.get(pk) for name, pk in units.items() if pk in goes_on} == dict.fromkeys(
        ("Ấp 1", "Ấp 2", "Ấp 3", "Ấp 5"), units["Ấp 4"]
    )
    with clock.at(at("2026-09-01T08:00")):
        then = {name: count(world.portal, *PERIOD, Cut(unit_id=pk)).total.news for name, pk in units.items()}
        now = [
            count(world.portal, *PERIOD, Cut(unit_id=units[name], successors=True)).total.news
            for name in ("Ấp 1", "Ấp 4")
        ]
        names = [row.name for row in output_of(world.portal, *PERIOD, Cut(successors=True)).units]
    assert now == [sum(then[name] for name in ("Ấp 1", "Ấp 2", "Ấp 3", "Ấp 4", "Ấp 5"))] * 2
    assert names == ["Ấp 4", "Ấp 6", "Ấp Mẫu", ""]


def test_every_table_is_there_where_nothing_went_up(world):
    cut = Cut(unit_id=world.unit.pk, role="author")
    with clock.at(at("2026-09-01T08:00")):
        output = output_of(world.portal, *PERIOD, cut)
    assert [(row.name, row.total) for row in output.units] == [(world.unit.name, 0)]
    assert (output.genres, output.topics, sum(output.months.news)) == ((), (), 0)
    assert makers(world.portal, *PERIOD, cut, counts=output.counts).people == ()
    assert whole_lag(output.counts.lags, 3).median is None


def test_questions_do_not_grow_with_pieces(world, django_assert_num_queries):
    for _ in range(2):
        world.published(photos_by=("hoa",))
        with clock.at(at("2026-09-01T08:00")), django_assert_num_queries(5):
            output_of(world.portal, date(2026, 7, 1), date(2026, 8, 1))


def test_work_of_the_board_is_counted_by_who_did_it(world):
    with clock.at(at("2026-07-02T08:00")):
        piece = world.submitted()
        return_piece(actor=world.actor("deputy"), piece=piece, seen_version=piece.version, reason="Thiếu ngày.")
    world.published()
    world.published(when="2026-08-01T00:00")
    rows = {each.name: each for each in workload(world.portal, date(2026, 7, 1), date(2026, 8, 1))}
    names = {key: world.people[key].full_name for key in ("head", "deputy", "publisher", "writer")}
    assert list(rows) == [names[key] for key in ("head", "deputy", "writer", "publisher")]
    assert (rows[names["head"]].approved, rows[names["deputy"]].returned, rows[names["publisher"]].posted) == (1, 1, 1)
    assert rows[names["writer"]].total == 0


def test_works_of_old_books_are_in_every_cut_that_books_know_of(world):
    year = (date(2024, 1, 1), date(2025, 1, 1))
    with clock.at(at("2026-08-03T08:00")):
        written(world)
        lan, unit, photo = world.people["lan"].pk, world.unit.pk, world.genres["photo"].pk
        for cut, news, photos in (
            (Cut(), 3, 6),
            (Cut(unit_id=unit), 1, 6),
            (Cut(unit_id=unit, successors=True), 1, 6),
            (Cut(contributor_id=lan), 1, 6),
            (Cut(role="author"), 3, 6),
            (Cut(role="editor"), 0, 0),
            (Cut(topic_id=world.topic.pk), 0, 0),
            (Cut(genre_id=photo), 0, 6),
        ):
            output = output_of(world.portal, *year, cut)
            made = makers(world.portal, *year, cut, counts=output.counts)
            assert (output.counts.total.news, output.counts.total.photos) == (news, photos), cut
            assert made.nobody == 0
            assert (sum(each.share for each in made.people), sum(each.photos for each in made.people)) == (news, photos)
            assert sum(row.total for row in output.units) == news == sum(share.pieces for share in output.topics)
            assert (output.counts.books_total, output.counts.news_up) == (news + photos, 0)
