"""From the browser inside a chat application to the phone's own one, with the login: by a link that works once.

Only for people who decide about nothing: whoever holds money or rights logs in again. Looking at the link spends
nothing, the button behind it does; the page says whose login it is.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from contributors.actors import Actor
from contributors.attempts import count_attempt
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.handing import TOKEN_BYTES, link_hash
from contributors.identity import deciding_portals
from contributors.models import Account, CodeChannel, CodePurpose, Contributor, LoginCode

LIVES = timedelta(minutes=5)
MOST = (10, timedelta(hours=1))


def may_take_along(actor: Actor) -> bool:
    """Whether the login of this person may go along; else only the address does."""
    if actor.contributor_id is None or actor.account_id is None or actor.on_board:
        return False
    account = Account.objects.get(pk=actor.account_id)
    return account.second_factor_since is None and not deciding_portals(account.pk)


def open_elsewhere(*, actor: Actor) -> str:
    """The token of a link that logs the person in once within five minutes; an earlier one ends.

    Raises `not_allowed`, `too_many_attempts`.
    """
    if not may_take_along(actor):
        raise DomainError("not_allowed")
    count_attempt(kind="login.taken", what=f"{actor.account_pk}", most=MOST[0], within=MOST[1])
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        person = Contributor.objects.select_for_update().get(pk=actor.contributor_pk)
        now = timezone.now()
        LoginCode.objects.filter(contributor=person, channel=CodeChannel.BROWSER, used_at=None, revoked_at=None).update(
            revoked_at=now
        )
        LoginCode.objects.create(
            purpose=CodePurpose.LOGIN,
            channel=CodeChannel.BROWSER,
            phone=person.phone,
            account_id=actor.account_pk,
            contributor=person,
            code_hash=link_hash(token),
            created_at=now,
            expires_at=now + LIVES,
            issued_by_id=actor.account_pk,
        )
        record_event(actor=actor, kind="code.taken_along", subject=person)
    return token
