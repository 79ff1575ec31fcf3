"""A piece on its way: sending, returning, publishing, retracting.

Writing stands in `contributors.drafting`, approval in `contributors.approval`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from contributors import clock
from contributors.access import is_own, require
from contributors.actors import Actor
from contributors.autosave import seal_draft
from contributors.drafting import unit_id_on
from contributors.errors import DomainError
from contributors.likeness import promise_prints
from contributors.models import AUTHOR_LIKE, CountsAs, Credit, CreditSource, Piece, Pledge, Role
from contributors.names import plain_text
from contributors.needs import check_needs
from contributors.pledges import check_pledge
from contributors.receipts import new_receipt
from contributors.uploads import require_all_here
from contributors.workflow import TRANSITIONS, lock_piece, move_piece

URL_LIMIT = 1000  # the column's width


def submit_piece(*, actor: Actor, piece: Piece, seen_version: int, pledge: str | None = None) -> Piece:
    """Send in; the receipt number is on the piece. `pledge` is the version of the text that the sender agreed to.

    All of it must be here: text, author, shares of 100, what the genre asks for, every file (`uploads_waiting`,
    `uploads_failed`). Raises `pledge_missing`, `pledge_old` and what `needs.check_needs` raises.
    """
    with transaction.atomic():
        row = lock_piece(piece, seen_version)
        require(actor, "piece.submit", own=is_own(actor, row))
        if row.state not in TRANSITIONS["submit"].sources:
            move_piece(actor=actor, piece=row, action="submit")  # raises wrong_state
        if not row.title:
            raise DomainError("title_missing", field="title")
        if not row.body and row.genre.counts_as == CountsAs.PIECE:
            raise DomainError("text_missing", field="body")
        check_needs(row)
        require_all_here(row)
        check_shares(row)
        text = check_pledge(pledge)
        seal_draft(actor, row)
        Pledge.objects.create(
            portal_id=row.portal_id,
            piece=row,
            revision_number=row.revision_number,
            text_version=text.version,
            on_behalf=row.contributor_id != actor.contributor_id,
            given_by_id=actor.account_pk,
            given_at=clock.now(),
        )
        row.unit_id = unit_id_on(row.contributor_id, clock.today())
        row.submitted_at = row.submitted_at or clock.now()
        row.receipt_number = row.receipt_number or new_receipt("TB")
        promise_prints(row)
        return move_piece(actor=actor, piece=row, action="submit")


def return_piece(*, actor: Actor, piece: Piece, seen_version: int, reason: str) -> Piece:
    return _decide(actor, piece, seen_version, "return", reason)


def decline_piece(*, actor: Actor, piece: Piece, seen_version: int, reason: str) -> Piece:
    return _decide(actor, piece, seen_version, "decline", reason)


def withdraw_piece(*, actor: Actor, piece: Piece, seen_version: int) -> Piece:
    with transaction.atomic():
        row = lock_piece(piece, seen_version)
        require(actor, "piece.withdraw", own=is_own(actor, row))
        return move_piece(actor=actor, piece=row, action="withdraw")


def reopen_piece(*, actor: Actor, piece: Piece, seen_version: int) -> Piece:
    """A declined piece becomes a draft of its author again."""
    with transaction.atomic():
        row = lock_piece(piece, seen_version)
        require(actor, "piece.withdraw", own=is_own(actor, row))
        return move_piece(actor=actor, piece=row, action="reopen")


def schedule_piece(*, actor: Actor, piece: Piece, seen_version: int, at: datetime) -> Piece:
    """Fix the hour of publication, or another one. At that hour who posts is reminded; the website itself is theirs.

    Raises `time_past`.
    """
    with transaction.atomic():
        row = lock_piece(piece, seen_version)
        require(actor, "piece.schedule")
        if row.state in TRANSITIONS["schedule"].sources and at <= clock.now():
            raise DomainError("time_past", field="at")
        row.scheduled_for = at
        return move_piece(actor=actor, piece=row, action="schedule")


def publish_piece(*, actor: Actor, piece: Piece, seen_version: int, url: str, at: datetime | None = None) -> Piece:
    """Record the address and hour of publication; the log credits who posted it."""
    with transaction.atomic():
        row = lock_piece(piece, seen_version)
        require(actor, "piece.publish")
        published = _published(row, url, at)
        moved = _move_or_url_used(actor, published, "publish")
        credit_from_log(row, actor, Role.PUBLISHER)
        return moved


def publish_document(*, actor: Actor, piece: Piece, seen_version: int, url: str, at: datetime | None = None) -> Piece:
    """The deputy posts a document without review.

    Raises `document_only`, `practice_piece`, `document_number_missing`.
    """
    with transaction.atomic():
        row = lock_piece(piece, seen_version)
        require(actor, "document.publish")
        if row.genre.counts_as != CountsAs.DOCUMENT:
            raise DomainError("document_only")
        if row.practice:
            raise DomainError("practice_piece")
        if not row.document_number:
            raise DomainError("document_number_missing", field="document_number")
        moved = _move_or_url_used(actor, _published(row, url, at), "publish_document")
        credit_from_log(row, actor, Role.DATA_PROVIDER)
        return moved


def retract_piece(*, actor: Actor, piece: Piece, seen_version: int, reason: str) -> Piece:
    """Take down. The publication's date and address stay on the row."""
    with transaction.atomic():
        row = lock_piece(piece, seen_version)
        require(actor, "piece.retract")
        return move_piece(actor=actor, piece=row, action="retract", reason=reason)


def check_shares(piece: Piece) -> None:
    """Shares of each author-like role sum to 100. Raises `shares_not_hundred`, `author_missing`."""
    totals: dict[str, Decimal] = {}
    for credit in piece.credits.filter(source=CreditSource.DECLARED):
        if credit.role in AUTHOR_LIKE:
            totals[credit.role] = totals.get(credit.role, Decimal(0)) + (credit.share or Decimal(0))
    if not totals and piece.genre.counts_as == CountsAs.PIECE:
        raise DomainError("author_missing", field="credits")
    for role, total in totals.items():
        if total != Decimal(100):
            raise DomainError(
                "shares_not_hundred",
                field="credits",
                role=Role(role).label,
                total=f"{total.normalize():f}".replace(".", ","),
            )


def credit_from_log(piece: Piece, actor: Actor, role: str) -> None:
    """What the log knows to be true: who approved, who posted. Never bars anybody, never drops an approval."""
    if actor.contributor_id is None:
        return
    Credit.objects.get_or_create(
        piece=piece,
        contributor_id=actor.contributor_id,
        role=role,
        portal_id=piece.portal_id,
        defaults={
            "source": CreditSource.LOG,
            "unit_id": unit_id_on(actor.contributor_id, clock.today()),
        },
    )


def _decide(actor: Actor, piece: Piece, seen_version: int, action: str, reason: str) -> Piece:
    with transaction.atomic():
        row = lock_piece(piece, seen_version)
        require(actor, f"piece.{action}")
        return move_piece(actor=actor, piece=row, action=action, reason=reason)


def _published(row: Piece, url: str, at: datetime | None) -> Piece:
    now = clock.now()
    moment = at or now
    if moment > now:
        raise DomainError("time_ahead", field="published_at")
    address = url.strip()
    if not address:
        raise DomainError("url_missing", field="published_url")
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that are no IPv6 address
        raise DomainError("url_malformed", field="published_url") from None
    fits = len(address) <= URL_LIMIT and address == "".join(plain_text(address).split())
    if parts.scheme not in {"http", "https"} or not parts.hostname or not fits:
        raise DomainError("url_malformed", field="published_url")
    row.published_url = address
    row.published_at = moment
    return row


def _move_or_url_used(actor: Actor, row: Piece, action: str) -> Piece:
    try:
        with transaction.atomic():
            return move_piece(actor=actor, piece=row, action=action)
    except IntegrityError as refused:
        if "piece_published_url" in str(refused):
            raise DomainError("url_used", field="published_url") from None
        raise
