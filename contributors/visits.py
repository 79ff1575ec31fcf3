"""What a session remembers of how its person came in: kept as plain values, read by both doors.

On one's own phone a visit lasts as long as the person is known on that device. On a shared one it ends with the
browser, or when nobody touched it for half an hour.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any

from contributors import clock
from contributors.actors import PROVE_AGAIN_AFTER
from contributors.devices import still_known

Session = MutableMapping[str, Any]
IDLE = timedelta(minutes=30)
WRITE_AFTER = timedelta(minutes=1)  # a session row need not be written with every page
ENTERED, PROVED, DEVICE, SHARED = "entered_at", "proved_at", "device_login", "shared_seen"


def begin_visit(session: Session, *, device_login: int | None) -> None:
    """Somebody came in; None: on a shared device, which is to forget them."""
    for name in (PROVED, DEVICE, SHARED):
        session.pop(name, None)
    session[ENTERED] = clock.now().timestamp()
    if device_login is None:
        session[SHARED] = clock.now().timestamp()
    else:
        session[DEVICE] = device_login


def goes_on(session: Session, account_id: int) -> bool:
    """Whether the visit is still good; on a shared device this counts as a touch."""
    device = session.get(DEVICE)
    if device is not None:
        return still_known(device, account_id)
    seen = _moment(session, SHARED)
    if seen is None:
        return True
    now = clock.now()
    if now - seen > IDLE:
        return False
    if now - seen > WRITE_AFTER:
        session[SHARED] = now.timestamp()
    return True


def note_entry(session: Session) -> None:
    """The person showed again who they are."""
    session[ENTERED] = clock.now().timestamp()


def entered_lately(session: Session) -> bool:
    """Whether the person showed lately who they are: what one changes of one's own login needs that."""
    moments = (_moment(session, ENTERED), _moment(session, PROVED))
    return any(moment is not None and clock.now() - moment < PROVE_AGAIN_AFTER for moment in moments)


def note_proof(session: Session) -> None:
    """The second factor was given now."""
    session[PROVED] = clock.now().timestamp()


def proved_at(session: Session) -> datetime | None:
    """When this visit last gave the second factor; for `actor_for`."""
    return _moment(session, PROVED)


def _moment(session: Session, name: str) -> datetime | None:
    kept = session.get(name)
    return datetime.fromtimestamp(kept, UTC) if isinstance(kept, int | float) else None
