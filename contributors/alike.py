"""Which sent pieces are like one: the passages that both have, titles, photos. A person decides what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import F, Func, IntegerField, Value
from rapidfuzz import fuzz

from contributors.access import may_see, require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.likeness import MOST_SYLLABLES, different_bits, syllables, text_bands
from contributors.models import Photo, Piece, PieceState, TextPrint

PASSAGE = 6  # syllables that follow each other in both texts
LOOKED_AT = 25
SHOWN = 5
MOST_PICTURES = 500
# From here on something is worth a look; tests/contributors/likeness holds what that finds and what it wrongly shows.
TEXT_FROM = 30
TITLE_FROM = 85
TITLE_SYLLABLES = 5
BITS_UP_TO = 10


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text; `shared` if the other text has it too."""

    text: str
    shared: bool


@dataclass(frozen=True, slots=True)
class PhotoPair:
    """A photo of this piece and an alike one of the other; `bits` of 128 differ."""

    mine: Photo
    other: Photo
    bits: int


@dataclass(frozen=True, slots=True)
class Alike:
    """Another piece and why it is shown. `text`: percent of the shorter text that stands in the other one too."""

    piece: Piece
    text: int
    title: int
    photos: tuple[PhotoPair, ...]

    @property
    def most(self) -> int:
        """What it is put in order by: the strongest reason."""
        return max(self.text, self.title if self.title >= TITLE_FROM else 0, 100 if self.photos else 0)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two pieces beside each other, with what they share marked in both."""

    one: Piece
    other: Piece
    text: int
    title: int
    one_body: list[Stretch]
    other_body: list[Stretch]
    photos: tuple[PhotoPair, ...]


def pieces_alike(piece: Piece) -> list[Alike]:
    """The pieces most like this one, of all that were ever sent in. Four queries, whatever there is."""
    pairs = _photo_pairs(piece, None)
    texts = _texts_sharing_bands(piece)
    wanted = {*texts, *pairs}
    others = Piece.objects.filter(pk__in=wanted).exclude(state=PieceState.DRAFT).select_related("contributor", "unit")
    found = []
    for other in others.order_by("pk"):
        alike = Alike(
            other,
            text_likeness(piece.body, other.body),
            title_likeness(piece.title, other.title),
            tuple(pairs.get(other.pk, ())),
        )
        if alike.text >= TEXT_FROM or alike.title >= TITLE_FROM or alike.photos:
            found.append(alike)
    return sorted(found, key=lambda alike: (-alike.most, -alike.text, -alike.piece.pk))[:SHOWN]


def compared_pieces(*, actor: Actor, one: Piece, other: Piece) -> Compared:
    """For the reviewer. Raises `not_found` for a piece that the actor may not see, `not_allowed`."""
    require(actor, "piece.compare")
    if one.pk == other.pk or not (may_see(actor, one) and may_see(actor, other)) or other.state == PieceState.DRAFT:
        raise DomainError("not_found")
    shared = _passages(syllables(one.body)) & _passages(syllables(other.body))
    return Compared(
        one=one,
        other=other,
        text=text_likeness(one.body, other.body),
        title=title_likeness(one.title, other.title),
        one_body=_marked(one.body, shared),
        other_body=_marked(other.body, shared),
        photos=tuple(_photo_pairs(one, other).get(other.pk, ())),
    )


def title_likeness(one: str, other: str) -> int:
    """Percent, without tone marks and case; 0 for titles too short to say anything, unless they are the same."""
    left, right = " ".join(syllables(one)), " ".join(syllables(other))
    if left == right:
        return 100 if left else 0
    if min(left.count(" "), right.count(" ")) + 1 < TITLE_SYLLABLES:
        return 0
    return int(fuzz.ratio(left, right))


def text_likeness(one: str, other: str) -> int:
    """Percent of the shorter text whose passages stand in the other one too."""
    left, right = syllables(one)[:MOST_SYLLABLES], syllables(other)[:MOST_SYLLABLES]
    if len(left) > len(right):
        left, right = right, left
    if not left:
        return 0
    return 100 * sum(_covered(left, _passages(right))) // len(left)


def _passages(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[place : place + PASSAGE]) for place in range(len(words) - PASSAGE + 1)}


def _covered(words: Sequence[str], shared: set[tuple[str, ...]]) -> list[bool]:
    covered = [False] * len(words)
    for place in range(len(words) - PASSAGE + 1):
        if tuple(words[place : place + PASSAGE]) in shared:
            covered[place : place + PASSAGE] = [True] * PASSAGE
    return covered


def _marked(body: str, shared: set[tuple[str, ...]]) -> list[Stretch]:
    """The body as it was written, cut where sharing begins and ends."""
    places = list(_places(body))
    covered = _covered([word for word, _, _ in places], shared)
    stretches: list[Stretch] = []
    start = 0
    for is_shared, group in groupby(zip(covered, places, strict=True), key=lambda pair: pair[0]):
        members = list(group)
        if not is_shared:
            continue
        first, last = members[0][1][1], members[-1][1][2]
        if first > start:
            stretches.append(Stretch(body[start:first], shared=False))
        stretches.append(Stretch(body[first:last], shared=True))
        start = last
    if start < len(body):
        stretches.append(Stretch(body[start:], shared=False))
    return stretches


def _places(body: str) -> Iterator[tuple[str, int, int]]:
    """Every syllable as `syllables` gives it, with where it stands in the text."""
    place = 0
    while place < len(body):
        if not body[place].isalnum():
            place += 1
            continue
        end = place
        while end < len(body) and body[end].isalnum():
            end += 1
        for word in syllables(body[place:end]):
            yield word, place, end
        place = end


def _texts_sharing_bands(piece: Piece) -> list[int]:
    """Pieces of the most common bands; the index finds them, the texts themselves are compared afterwards."""
    bands = text_bands(piece.title, piece.body)
    if not bands:
        return []
    common = Func(
        F("bands"),
        Value(bands, output_field=TextPrint._meta.get_field("bands")),
        template="cardinality(ARRAY(SELECT unnest(%(expressions)s)))",
        arg_joiner=") INTERSECT SELECT unnest(",
        output_field=IntegerField(),
    )
    rows = TextPrint.objects.filter(bands__overlap=bands).exclude(piece=piece)
    return list(
        rows.annotate(common=common).order_by("-common", "-piece_id").values_list("piece_id", flat=True)[:LOOKED_AT]
    )


def _photo_pairs(piece: Piece, other: Piece | None) -> dict[int, list[PhotoPair]]:
    """Alike photos by the other piece's id. Two queries."""
    mine = list(Photo.objects.filter(piece=piece, removed_at__isnull=True, likeness__isnull=False).order_by("position"))
    parts = sorted({part for photo in mine for part in photo.likeness or ()})
    if not parts:
        return {}
    candidates = Photo.objects.filter(likeness__overlap=parts, removed_at__isnull=True).exclude(piece=piece)
    if other is not None:
        candidates = candidates.filter(piece=other)
    found: dict[int, list[PhotoPair]] = {}
    for photo in candidates.order_by("-pk")[:MOST_PICTURES]:
        near = min(
            (PhotoPair(own, photo, different_bits(own.likeness or (), photo.likeness or ())) for own in mine),
            key=lambda pair: pair.bits,
        )
        if near.bits <= BITS_UP_TO:
            found.setdefault(photo.piece_id, []).append(near)
    return found
