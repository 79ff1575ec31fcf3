"""The newsroom's rows when a person is erased: which go, which stay as proof of what was decided and paid."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, Q, QuerySet

from contributors import clock
from contributors.calls import NOT_SENT
from contributors.kept_media import drop_attachments, unlink_on_commit
from contributors.models import (
    Assignment,
    Credit,
    CreditAnswer,
    Delegation,
    EventDetail,
    Message,
    MessageState,
    Notice,
    Piece,
    Pledge,
    SavedView,
    Upload,
    UploadState,
)
from contributors.own_newsroom import accounts_of
from contributors.retention import NEVER_UP

# Events whose personal values are the words of who did it.
OWN_WORDS = ("credit.confirmed", "credit.disputed", "delegation.made", "grant.declined")


def newsroom_kept(ids: Sequence[int]) -> dict[str, bool]:
    """Words of the retention table, and whether anything of these rows of a person would be kept by them."""
    accounts = accounts_of(ids)
    answered = Q(contributor__in=ids) | Q(by_board=True, answered_by__in=accounts)
    return {
        "credit_answers": CreditAnswer.objects.filter(answered).exists()
        or Credit.objects.filter(contributor__in=ids).exclude(no_fee_reason="").exists(),
        "hand_overs": Delegation.objects.filter(Q(giver__in=ids) | Q(receiver__in=ids)).exists(),
        "pledges": Pledge.objects.filter(Q(given_by__in=accounts) | Q(piece__contributor__in=ids)).exists(),
        "calls_handed_in": Assignment.objects.filter(taken_by__in=ids, piece__isnull=False)
        .exclude(piece__state__in=NOT_SENT)
        .exists(),
    }


def erase_newsroom(ids: Sequence[int]) -> dict[str, int]:
    """Erase the rest; counts by the words of the retention table."""
    accounts = accounts_of(ids)
    answers = CreditAnswer.objects.filter(contributor__in=ids, by_board=False).exclude(reason="").update(reason="")
    given = Delegation.objects.filter(giver__in=ids).exclude(reason="").update(reason="")
    said = Q(event__kind__in=OWN_WORDS, event__actor_account__in=accounts)
    of_them = Q(event__kind="credit.settled", event__facts__contributor__in=list(ids))  # the answer's row keeps it
    return {
        "own_reasons": answers + given,
        "event_details": EventDetail.objects.filter(said | of_them).delete()[0],
        "unpublished_films": drop_attachments(
            Piece.objects.filter(contributor__in=ids, state__in=NEVER_UP).values_list("pk", flat=True)
        ),
        "uploads": _erase_uploads(accounts),
        "notices": Notice.objects.filter(contributor__in=ids).delete()[0] + _erase_messages(ids),
        "saved_views": SavedView.objects.filter(created_by__in=accounts).delete()[0],
        "calls_taken": _calls_without_a_piece(ids).update(
            taken_by=None, taken_at=None, piece=None, version=F("version") + 1
        ),
    }


def _erase_uploads(accounts: Sequence[int]) -> int:
    """Files on their way are let go, in whose piece ever; of those that came the names and captions go."""
    mine = Upload.objects.filter(created_by__in=accounts)
    under_way = mine.filter(state__in=[UploadState.RECEIVING, UploadState.PROCESSING])
    unlink_on_commit(mine.exclude(path="").values_list("path", flat=True))
    under_way.update(state=UploadState.CANCELLED, ended_at=clock.now())
    return mine.exclude(path="", file_name="", caption="").update(path="", file_name="", caption="")


def _erase_messages(ids: Sequence[int]) -> int:
    """The words of every message go, and what was not told yet is told no more; that something was told stays."""
    mine = Message.objects.filter(contributor__in=ids)
    waiting = [MessageState.BY_HAND, MessageState.QUEUED, MessageState.FAILED]
    mine.filter(state__in=waiting).update(state=MessageState.REPLACED, ended_at=clock.now())
    return mine.exclude(text="").update(text="")


def _calls_without_a_piece(ids: Sequence[int]) -> QuerySet[Assignment]:
    """Calls that they took and sent nothing for: somebody else may have them."""
    rows: QuerySet[Assignment] = Assignment.objects.filter(
        Q(piece__isnull=True) | Q(piece__state__in=NOT_SENT), taken_by__in=ids
    )
    return rows
