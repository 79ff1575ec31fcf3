"""Two rows that were one person become one, and can be parted again.

Doors call `payments.merging`, which moves the money's side too. What is frozen, decided or printed stays where it is
and is read through `merged_into`: a second credit of the same role in a piece that is approved, scores, revisions,
consents, statements, lines. `Merge.moved` keeps what went over by ids, so that it goes back exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Model, Q

from contributors import clock
from contributors.access import require
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import (
    MAKERS,
    Assignment,
    Attendance,
    Claim,
    Contributor,
    ContributorState,
    Credit,
    CreditAnswer,
    CreditSource,
    Delegation,
    Invitation,
    Membership,
    Merge,
    Message,
    Notice,
    PenName,
    Photo,
    Piece,
    PieceState,
    Role,
    Seat,
    TrainingSession,
)
from contributors.names import plain_text

# Where nothing has been decided on the shares yet, so that two of one person become one.
STILL_OPEN = frozenset(
    {PieceState.DRAFT, PieceState.SUBMITTED, PieceState.RETURNED, PieceState.DECLINED, PieceState.WITHDRAWN}
)
FILLED = {"phone": "", "birth_year": None}
# Rows that simply name another person afterwards: our word for them, the model, its column.
PLAIN: tuple[tuple[str, type[Model], str], ...] = (
    ("pieces", Piece, "contributor"),
    ("assignments", Assignment, "taken_by"),
    ("invitations", Invitation, "contributor"),
    ("sessions_led", TrainingSession, "led_by"),
    ("credit_answers", CreditAnswer, "contributor"),
    ("rights_given", Delegation, "giver"),
    ("rights_received", Delegation, "receiver"),
    ("messages", Message, "contributor"),
)
# Rows that can only go over where the survivor has none like it: the same, and the columns that make two alike.
UNLESS_THERE: tuple[tuple[str, type[Model], tuple[str, ...]], ...] = (
    ("pen_names", PenName, ("name", "effective_from")),
    ("attendance", Attendance, ("session_id",)),
    ("notices", Notice, ("key",)),
)
# Dated rows of which two may not overlap: the same, and the columns within which they may not.
DATED: tuple[tuple[str, type[Model], tuple[str, ...]], ...] = (
    ("memberships", Membership, ()),
    ("seats", Seat, ("seat",)),
)


def rows_of_person(contributor_id: int) -> list[int]:
    """The person's own id and those of the rows merged into it. Chains are never longer than one. One query."""
    merged = Contributor.objects.filter(merged_into_id=contributor_id).order_by("pk").values_list("pk", flat=True)
    return [contributor_id, *merged]


def through_merges(contributor_id: int, column: str = "contributor") -> Q:
    """Rows that name a person or a row merged into it."""
    return Q(**{f"{column}_id": contributor_id}) | Q(**{f"{column}__merged_into_id": contributor_id})


def better_survivor(one: Contributor, other: Contributor) -> Contributor:
    """Which of two to keep: who is active, who logs in, who was there first."""

    def worth(person: Contributor) -> tuple[bool, bool, bool, int]:
        return (
            person.state == ContributorState.ACTIVE,
            person.account_id is not None,
            person.state != ContributorState.RECORDED,
            -person.pk,
        )

    return max(one, other, key=worth)


def merge_rows(*, actor: Actor, survivor: Contributor, merged: Contributor, reason: str) -> Merge:
    """Move what is of `merged` over to `survivor`. Only `payments.merging.merge_people` calls this.

    Raises `merge_itself`, `merge_already`, `merge_erased`, `merge_two_accounts`, `merge_wrong_way`,
    `merge_self_approval`.
    """
    require(actor, "contributor.merge")
    with transaction.atomic():
        kept, gone = lock_pair(survivor, merged)
        _check(kept, gone)
        moved: dict[str, Any] = {}
        for word, model, column in PLAIN:
            moved[word] = _hand_over(model.objects.filter(**{column: gone}), {column: kept})  # type: ignore[attr-defined]
        moved |= _move_credits(kept, gone)
        photos = Photo.objects.filter(photographer=gone).exclude(
            piece_id__in=Credit.objects.filter(contributor=gone, role=Role.PHOTOGRAPHER).values("piece_id")
        )
        moved["photos"] = _hand_over(photos, {"photographer": kept})
        for word, model, alike in UNLESS_THERE:
            moved[word] = _move_unless_there(model, alike, kept, gone)
        for word, model, within in DATED:
            moved[word] = move_dated(model, within, kept, gone)
        moved["memberships_opened"] = _keep_a_unit(kept, gone)
        claims = Claim.objects.filter(contributor=gone).exclude(recorded=kept)
        claims = claims.exclude(recorded__in=Claim.objects.filter(contributor=kept).values("recorded"))
        moved["claims"] = _hand_over(claims, {"contributor": kept})
        moved["merged_before"] = _hand_over(Contributor.objects.filter(merged_into=gone), {"merged_into": kept})
        gone.merged_into = kept
        gone.version += 1
        gone.save(update_fields=["merged_into", "version"])
        moved |= _fill_gaps(kept, gone)
        row = Merge.objects.create(
            portal_id=actor.portal_id,
            survivor=kept,
            merged=gone,
            moved={word: ids for word, ids in moved.items() if ids},
            reason=plain_text(reason)[:500],
            merged_by_id=actor.account_pk,
            merged_at=clock.now(),
        )
        facts = {"merge": row.pk, "merged": gone.pk, "survivor": kept.pk}
        counts = {word: len(ids) for word, ids in row.moved.items() if isinstance(ids, list)}
        record_event(actor=actor, kind="contributor.merged", subject=kept, facts=facts | {"moved": counts})
        record_event(actor=actor, kind="contributor.merged_away", subject=gone, facts=facts)
    return row


def unmerge_rows(*, actor: Actor, merge: Merge) -> Merge:
    """Part the two again: what went over goes back, what came since stays with the survivor.

    Raises `merge_undone`, `merge_chained`, `merge_erased`.
    """
    require(actor, "contributor.merge")
    with transaction.atomic():
        row = Merge.objects.select_for_update().get(pk=merge.pk)
        if row.undone_at is not None:
            raise DomainError("merge_undone")
        kept, gone = lock_pair(row.survivor, row.merged)
        if gone.merged_into_id != kept.pk or kept.merged_into_id is not None:
            raise DomainError("merge_chained")
        if kept.erased_at or gone.erased_at:
            raise DomainError("merge_erased")
        _take_back_gaps(row, kept, gone)
        gone.merged_into = None
        gone.version += 1
        gone.save(update_fields=["merged_into", "version"])
        _give_back(row, kept, gone)
        row.undone_by_id = actor.account_pk
        row.undone_at = clock.now()
        row.save(update_fields=["undone_by", "undone_at"])
        facts = {"merge": row.pk, "merged": gone.pk, "survivor": kept.pk}
        record_event(actor=actor, kind="contributor.merge_undone", subject=kept, facts=facts)
        record_event(actor=actor, kind="contributor.parted", subject=gone, facts=facts)
    return row


def lock_pair(survivor: Contributor, merged: Contributor) -> tuple[Contributor, Contributor]:
    """Both rows, locked in one order so that two merges never wait for each other. Raises `not_found`."""
    if survivor.pk == merged.pk:
        raise DomainError("merge_itself", field="merged")
    rows = {
        row.pk: row
        for row in Contributor.objects.select_for_update().filter(pk__in=[survivor.pk, merged.pk]).order_by("pk")
    }
    if len(rows) < 2:  # noqa: PLR2004 - both
        raise DomainError("not_found")
    return rows[survivor.pk], rows[merged.pk]


def _check(kept: Contributor, gone: Contributor) -> None:
    if kept.merged_into_id is not None or gone.merged_into_id is not None:
        raise DomainError("merge_already")
    if kept.erased_at or gone.erased_at:
        raise DomainError("merge_erased")
    if kept.account_id is not None and gone.account_id is not None and kept.account_id != gone.account_id:
        raise DomainError("merge_two_accounts")
    if gone.state == ContributorState.ACTIVE and kept.state != ContributorState.ACTIVE:
        raise DomainError("merge_wrong_way", field="survivor")
    for approver, maker in ((kept, gone), (gone, kept)):
        own = Credit.objects.filter(
            contributor=approver,
            role=Role.APPROVER,
            source=CreditSource.LOG,
            piece__credits__contributor=maker,
            piece__credits__role__in=MAKERS,
            piece__credits__source=CreditSource.DECLARED,
        ).select_related("piece")
        found = own.first()
        if found is not None:
            raise DomainError("merge_self_approval", title=found.piece.title)


def _hand_over(rows: Any, columns: dict[str, Any]) -> list[int]:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.model.objects.filter(pk__in=ids).update(**columns)
    return ids


def _move_credits(kept: Contributor, gone: Contributor) -> dict[str, Any]:
    """Credits go over; a second one of the same role is joined while the piece is open, else it stays."""
    own = {
        (credit.piece_id, credit.role): credit
        for credit in Credit.objects.select_for_update(of=("self",)).filter(
            contributor=kept, piece__in=Credit.objects.filter(contributor=gone).values("piece")
        )
    }
    moved: list[int] = []
    joined: list[dict[str, Any]] = []
    for credit in (
        Credit.objects.select_for_update(of=("self",)).filter(contributor=gone).select_related("piece").order_by("pk")
    ):
        twin = own.get((credit.piece_id, credit.role))
        if twin is None:
            moved.append(credit.pk)
        elif credit.piece.state in STILL_OPEN and _may_join(credit, twin):
            joined.append(_join(credit, twin))
    Credit.objects.filter(pk__in=moved).update(contributor=kept)
    return {"credits": moved, "credits_joined": joined}


def _may_join(credit: Credit, twin: Credit) -> bool:
    same = (credit.source, credit.state, credit.no_fee_reason) == (twin.source, twin.state, twin.no_fee_reason)
    return same and credit.source == CreditSource.DECLARED


def _join(credit: Credit, twin: Credit) -> dict[str, Any]:
    """One credit with both shares or quantities; the other one is written down and deleted."""
    before = {"share": _text(twin.share), "quantity": twin.quantity}
    row = {
        "id": credit.pk,
        "piece_id": credit.piece_id,
        "role": credit.role,
        "share": _text(credit.share),
        "quantity": credit.quantity,
        "state": credit.state,
        "source": credit.source,
        "unit_id": credit.unit_id,
        "no_fee_reason": credit.no_fee_reason,
    }
    if credit.share is not None or twin.share is not None:
        twin.share = min(Decimal(100), (credit.share or Decimal(0)) + (twin.share or Decimal(0)))
    if credit.quantity is not None or twin.quantity is not None:
        twin.quantity = (credit.quantity or 0) + (twin.quantity or 0)
    twin.save(update_fields=["share", "quantity"])
    credit.delete()
    after = {"share": _text(twin.share), "quantity": twin.quantity}
    return {"into": twin.pk, "before": before, "after": after, "row": row}


def _text(share: Decimal | None) -> str | None:
    return None if share is None else f"{share:.3f}"


def _part(kept: Contributor, gone: Contributor, joined: dict[str, Any]) -> None:
    """The two credits as they were, unless somebody has changed the one since."""
    twin = Credit.objects.select_for_update().filter(pk=joined["into"], contributor=kept).first()
    if twin is None or {"share": _text(twin.share), "quantity": twin.quantity} != joined["after"]:
        return
    twin.share = _share(joined["before"]["share"])
    twin.quantity = joined["before"]["quantity"]
    twin.save(update_fields=["share", "quantity"])
    row = joined["row"]
    Credit.objects.create(**row | {"share": _share(row["share"])}, portal_id=gone.portal_id, contributor=gone)


def _share(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _move_unless_there(model: Any, alike: tuple[str, ...], kept: Contributor, gone: Contributor) -> list[int]:
    there = set(model.objects.filter(contributor=kept).values_list(*alike))
    rows = model.objects.filter(contributor=gone).order_by("pk").values_list("pk", *alike)
    ids = [pk for pk, *key in rows if tuple(key) not in there]
    model.objects.filter(pk__in=ids).update(contributor=kept)
    return ids


def move_dated(model: Any, within: tuple[str, ...], kept: Contributor, gone: Contributor) -> list[int]:
    """Rows of `[effective_from, effective_until)` that overlap none of the survivor's; the others stay."""
    columns = ("pk", "effective_from", "effective_until", *within)
    there = list(model.objects.filter(contributor=kept).values_list(*columns))
    ids = [
        row[0]
        for row in model.objects.filter(contributor=gone).order_by("pk").values_list(*columns)
        if not any(row[3:] == other[3:] and _overlap(row[1:3], other[1:3]) for other in there)
    ]
    model.objects.filter(pk__in=ids).update(contributor=kept)
    return ids


def _overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    return one[0] < (other[1] or date.max) and other[0] < (one[1] or date.max)


def _keep_a_unit(kept: Contributor, gone: Contributor) -> list[int]:
    """A survivor who belongs nowhere today goes where the merged row is, from the day on which it can."""
    today = clock.today()
    still = Q(effective_until__isnull=True) | Q(effective_until__gt=today)
    if Membership.objects.filter(still, contributor=kept).exists():
        return []
    current = Membership.objects.filter(still, contributor=gone, effective_from__lte=today).first()
    if current is None:
        return []
    ended = Membership.objects.filter(contributor=kept).order_by("-effective_until").first()
    since = max(current.effective_from, (ended and ended.effective_until) or current.effective_from)
    opened = Membership.objects.create(
        portal_id=kept.portal_id,
        contributor=kept,
        unit_id=current.unit_id,
        effective_from=since,
        effective_until=current.effective_until,
    )
    return [opened.pk]


def _fill_gaps(kept: Contributor, gone: Contributor) -> dict[str, Any]:
    """The survivor gets the account, phone and year of birth that it had not. Only their names are kept."""
    filled = [name for name, empty in FILLED.items() if getattr(kept, name) == empty and getattr(gone, name) != empty]
    for name in filled:
        setattr(kept, name, getattr(gone, name))
    account = kept.account_id is None and gone.account_id is not None
    if account:
        kept.account_id = gone.account_id
    kept.version += 1
    kept.save(update_fields=["account", "version", *filled])
    return {"filled": filled, "account": account}


def _take_back_gaps(row: Merge, kept: Contributor, gone: Contributor) -> None:
    changed = []
    for name in row.moved.get("filled", ()):
        if getattr(kept, name) == getattr(gone, name):  # corrected since: stays
            setattr(kept, name, FILLED[name])
            changed.append(name)
    if row.moved.get("account") and kept.account_id == gone.account_id:
        kept.account_id = None
    kept.version += 1
    kept.save(update_fields=["account", "version", *changed])


def _give_back(row: Merge, kept: Contributor, gone: Contributor) -> None:
    moved = row.moved
    for word, model, column in PLAIN:
        _return(model, column, moved.get(word, ()), kept, gone)
    _return(Credit, "contributor", moved.get("credits", ()), kept, gone)
    for joined in moved.get("credits_joined", ()):
        _part(kept, gone, joined)
    _return(Photo, "photographer", moved.get("photos", ()), kept, gone)
    Membership.objects.filter(pk__in=moved.get("memberships_opened", ()), contributor=kept).delete()
    for word, model, _ in (*UNLESS_THERE, *DATED):
        _return(model, "contributor", moved.get(word, ()), kept, gone)
    _return(Claim, "contributor", moved.get("claims", ()), kept, gone)
    _return(Contributor, "merged_into", moved.get("merged_before", ()), kept, gone)


def _return(model: Any, column: str, ids: Iterable[int], kept: Contributor, gone: Contributor) -> None:
    model.objects.filter(pk__in=list(ids), **{column: kept}).update(**{column: gone})
