"""What waits for a board member, oldest first."""

from __future__ import annotations

from datetime import timedelta

from django.http.response import HttpResponseBase

from contributors import clock
from contributors.access import holds
from contributors.crediting import disputed_credits
from contributors.deadlines import timing
from contributors.messaging import messages_to_tell
from contributors.output import waiting_desk
from contributors.watching import sightings_waiting
from web.board.messages import lines_of
from web.due import waiting
from web.notices import told_notices
from web.page import PageRequest, for_board, show

MOST_DISPUTED = 50
JUST_NOW = timedelta(minutes=10)


@for_board
def desk_page(request: PageRequest) -> HttpResponseBase:
    desk = waiting_desk(request.actor)
    when = timing(request.portal)
    disputed = list(disputed_credits()[:MOST_DISPUTED]) if holds(request.actor, "credit.settle") else []
    told = messages_to_tell(request.actor)
    context = {
        "desk": desk,
        "submitted": waiting(desk.submitted, when),
        "to_publish": waiting(desk.to_publish, when),
        "disputed": disputed,
        "notices": told_notices(request.actor.contributor_id),
        "to_tell": lines_of(request, told),
        # What was just decided is told first; what waits longer stands below the work.
        "to_tell_now": bool(told) and told[0].created_at > clock.now() - JUST_NOW,
        "today": clock.today(request.portal.time_zone),
        "nothing": not (desk.submitted or desk.to_publish or desk.applications or desk.practice or disputed),
        "sightings": sightings_waiting(request.actor).count() if holds(request.actor, "sighting.answer") else 0,
        "may_call": holds(request.actor, "call.write"),
        "may_enter": holds(request.actor, "piece.start_for_other"),
    }
    return show(request, "board/desk.html", context)
