"""Erasing a person's values that no law keeps: the ground floor's part. Doors use `payments.erasing`.

The row stays, without a name: pieces, credits, events and papers point at it by number. What is gone and what is
kept, why and until when, is written down once in `Erasure`, in the words of the retention table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, QuerySet

from contributors import clock
from contributors.access import require
from contributors.access_keys import end_access_keys
from contributors.actors import Actor
from contributors.erasure_newsroom import erase_newsroom, newsroom_kept
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.kept_media import drop_attachments, unlink_on_commit
from contributors.merging import rows_of_person
from contributors.models import (
    Account,
    Attendance,
    Claim,
    Consent,
    Contributor,
    ContributorState,
    Credit,
    DeviceLogin,
    Erasure,
    EventDetail,
    Grant,
    Invitation,
    KeptAnswer,
    LoginCode,
    Merge,
    PenName,
    Photo,
    Piece,
    PieceState,
    Revision,
    Score,
    TextPrint,
    Upload,
)
from contributors.names import search_key, sort_key
from contributors.retention import NEVER_UP, rule_on

ERASED_NAME = "Người đã xoá tên"
ERASABLE = frozenset({ContributorState.LEFT, ContributorState.DECLINED, ContributorState.RECORDED})
ON_THE_WAY = (PieceState.SUBMITTED, PieceState.APPROVED, PieceState.SCHEDULED)
WENT_UP = (PieceState.PUBLISHED, PieceState.RETRACTED)
EMPTIED = (
    "title",
    "body",
    "search_key",
    "event_place",
    "source",
    "document_number",
    "document_signer",
    "document_issuer",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that a law keeps: its word in the retention table, and the first day without that law, if known."""

    what: str
    until: date | None = None


def erase_person(
    *,
    actor: Actor,
    contributor: Contributor,
    seen_version: int,
    confirmation: str,
    also_erased: Sequence[str] = (),
    also_kept: Sequence[Kept] = (),
) -> Erasure:
    """Erase name, phone, year of birth, pen names, login, personal values of events, drafts, practice pieces, photos
    and films that never went up, own reasons, notices, saved views; of rows merged into this one too. Only
    `payments.erasing.erase` calls this.

    `confirmation` is the full name, typed (tone marks apart). `also_erased` and `also_kept` are the upper floor's.
    Raises `erase_needs_leaving`, `erase_words_differ`, `erase_piece_open`, `person_erased`, `stale_version`.
    """
    if actor.kind != "system":
        require(actor, "contributor.erase", own=contributor.pk == actor.contributor_id)
    with transaction.atomic():
        row = Contributor.objects.select_for_update().filter(pk=contributor.pk, merged_into__isnull=True).first()
        if row is None:
            raise DomainError("not_found")
        check_erasable(row)
        if row.version != seen_version:
            raise DomainError("stale_version", field="version")
        if actor.kind != "system" and search_key(confirmation) != search_key(row.full_name):
            raise DomainError("erase_words_differ", field="confirmation")
        people = list(Contributor.objects.select_for_update().filter(pk__in=rows_of_person(row.pk)).order_by("pk"))
        kept = [*kept_of([person.pk for person in people]), *also_kept]
        erased = ["contact_details", *_erase_rows(actor, people), *also_erased]
        for account_id in sorted({person.account_id for person in people if person.account_id is not None}):
            if _close_account(account_id, people):
                erased.append("account")
            else:
                kept.append(Kept("account"))
        for person in people:
            _empty(person)
        return _written(actor, row, erased, kept)


def check_erasable(person: Contributor) -> None:
    """Raise `person_erased`, `erase_needs_leaving` or `erase_piece_open` where a person cannot be erased now."""
    if person.erased_at is not None:
        raise DomainError("person_erased")
    if person.state not in ERASABLE:
        raise DomainError("erase_needs_leaving")
    ids = rows_of_person(person.pk)
    open_pieces = Piece.objects.filter(
        Q(contributor__in=ids) | Q(credits__contributor__in=ids), state__in=ON_THE_WAY, practice=False
    ).distinct()
    count = open_pieces.count()
    if count:
        raise DomainError("erase_piece_open", count=count)


def empty_drafts(actor: Actor, pieces: QuerySet[Piece]) -> int:
    """Text, photos and credits of pieces that nobody published; the row stays, withdrawn. Returns how many."""
    rows = list(pieces.select_for_update(of=("self",)).order_by("pk"))
    ids = [piece.pk for piece in rows]
    drop_photos(Photo.objects.filter(piece__in=ids))
    drop_attachments(ids)
    Credit.objects.filter(piece__in=ids).delete()
    TextPrint.objects.filter(piece__in=ids).delete()
    now = clock.now()
    for piece in rows:
        for name in EMPTIED:
            setattr(piece, name, "")
        piece.event_on = None
        if piece.state in {PieceState.DRAFT, PieceState.SUBMITTED, PieceState.RETURNED}:
            piece.state, piece.state_since = PieceState.WITHDRAWN, now
        piece.version += 1
        piece.save()
        record_event(actor=actor, kind="piece.erased", subject=piece)
    return len(rows)


def drop_photos(photos: QuerySet[Photo]) -> int:
    """Rows and files of photos; a row that a score names stays without its file. Returns how many."""
    rows = list(photos.order_by("pk").values_list("pk", "path", "small_path"))
    ids = [pk for pk, *_ in rows]
    scored = set(Score.objects.filter(photo__in=ids).values_list("photo_id", flat=True))
    Upload.objects.filter(photo__in=ids).update(photo=None)
    Photo.objects.filter(pk__in=scored).update(path="", small_path="", caption="", removed_at=clock.now())
    Photo.objects.filter(pk__in=set(ids) - scored).delete()
    unlink_on_commit(path for _, *paths in rows for path in paths)
    return len(rows)


def kept_of(ids: Sequence[int]) -> list[Kept]:
    """What the ground floor would keep of these rows of a person; asked before anything is erased."""
    pieces = Piece.objects.filter(contributor__in=ids)
    sent = pieces.filter(submitted_at__isnull=False, practice=False)
    there = {
        "published_pieces": Credit.objects.filter(contributor__in=ids, piece__state__in=WENT_UP).exists(),
        "unpublished_pieces": sent.exclude(state__in=WENT_UP).exists(),
        "draft_versions": Revision.objects.filter(piece__in=_unsent(ids)).exists(),
        "consents": Consent.objects.filter(contributor__in=ids).exists(),
        "attendance": Attendance.objects.filter(contributor__in=ids).exists(),
        "event_log": True,
    } | newsroom_kept(ids)
    return [Kept(what) for what, is_there in there.items() if is_there]


def _unsent(ids: Sequence[int]) -> QuerySet[Piece]:
    """Drafts that were never sent in, and whatever was written to learn."""
    never = Q(submitted_at__isnull=True, state__in=[PieceState.DRAFT, PieceState.WITHDRAWN])
    rows: QuerySet[Piece] = Piece.objects.filter(Q(practice=True) | never, contributor__in=ids)
    return rows


def _erase_rows(actor: Actor, people: Sequence[Contributor]) -> list[str]:
    """What hangs on the person; returns the words of what was there."""
    ids = [person.pk for person in people]
    practice = empty_drafts(actor, _unsent(ids).filter(practice=True))
    drafts = empty_drafts(actor, _unsent(ids).filter(practice=False).exclude(title="", body=""))
    photos = drop_photos(Photo.objects.filter(piece__contributor__in=ids, piece__state__in=NEVER_UP))
    newsroom = erase_newsroom(ids)
    details, _ = EventDetail.objects.filter(event__subject_type="contributor", event__subject_id__in=ids).delete()
    invited = any(person.invitation_id is not None for person in people)
    PenName.objects.filter(contributor__in=ids).delete()
    Claim.objects.filter(Q(contributor__in=ids) | Q(recorded__in=ids)).update(reason="")
    Merge.objects.filter(Q(survivor__in=ids) | Q(merged__in=ids)).update(reason="")
    named = Invitation.objects.filter(contributor__in=ids)
    named.filter(revoked_at__isnull=True).update(revoked_at=clock.now())
    named.update(note="")
    counts = {
        "event_details": details + newsroom.pop("event_details"),
        "drafts": drafts,
        "practice_pieces": practice,
        "unpublished_photos": photos,
        "invitation_use": invited,
    } | newsroom
    return [what for what, count in counts.items() if count]


def _close_account(account_id: int, people: Sequence[Contributor]) -> bool:
    """Empty the login, unless it is used in another portal or holds a right; the person is parted from it anyway."""
    ids = [person.pk for person in people]
    elsewhere = Contributor.unscoped.filter(account_id=account_id).exclude(pk__in=ids)  # a login is of every portal
    rights = Grant.unscoped.filter(account_id=account_id, declined_at__isnull=True)
    rights = rights.filter(Q(effective_until__isnull=True) | Q(effective_until__gt=clock.today()))
    if elsewhere.exists() or rights.exists():
        return False
    account = Account.objects.select_for_update().get(pk=account_id)
    phones = {phone for phone in (account.login_phone, *(person.phone for person in people)) if phone}
    LoginCode.objects.filter(Q(account=account) | Q(contributor__in=ids) | Q(phone__in=phones)).delete()
    DeviceLogin.objects.filter(account=account).delete()
    end_access_keys(account)
    KeptAnswer.unscoped.filter(account=account).update(body=None)
    Authenticator.objects.filter(user=account).delete()
    account.login_phone = None
    account.name = ERASED_NAME
    account.is_active = False
    account.second_factor_since = None
    account.set_unusable_password()
    account.save()
    return True


def _empty(person: Contributor) -> None:
    person.full_name = ERASED_NAME
    person.sort_key = sort_key(ERASED_NAME)
    person.search_key = search_key(ERASED_NAME)
    person.phone = ""
    person.birth_year = None
    person.state_reason = ""
    person.account = None
    person.invitation = None
    person.registered_by = None
    person.messages_off_since = None
    person.thanks_off_since = None
    person.erased_at = clock.now()
    person.version += 1
    person.save()


def _written(actor: Actor, person: Contributor, erased: Sequence[str], kept: Sequence[Kept]) -> Erasure:
    today = clock.today()
    row = Erasure.objects.create(
        portal_id=person.portal_id,
        contributor=person,
        at=clock.now(),
        by_id=actor.account_id,
        erased=list(dict.fromkeys(erased)),
        kept=[
            {
                "what": each.what,
                "why": rule_on(each.what, today).legal_basis.vi,
                "until": each.until.isoformat() if each.until else None,
            }
            for each in kept
        ],
    )
    record_event(
        actor=actor,
        kind="contributor.erased",
        subject=person,
        facts={"erasure": row.pk, "erased": row.erased, "kept": [each.what for each in kept]},
    )
    return row
