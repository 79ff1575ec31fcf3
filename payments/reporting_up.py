"""Gửi cấp trên: a portal reports a period to the portal above it, with the figures as they stand then."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from contributors import clock
from contributors.actors import Actor
from contributors.errors import DomainError
from contributors.events import record_event
from contributors.models import Portal
from contributors.output_of_portals import PortalFigures, figures_of_portals
from payments.access import require_money
from payments.errors import PaymentError
from payments.models import SentReport
from payments.report_periods import Period
from payments.superiors import figures_as_sent, figures_kept, spent_of

RIGHT = "report.send"
SEE = "report.see"


@dataclass(frozen=True, slots=True)
class ToSend:
    """What a report would say now, beside what it said when it was sent last. `spent` in đồng."""

    figures: PortalFigures
    spent: int
    to: Portal | None
    last: SentReport | None

    @property
    def kept(self) -> dict[str, int]:
        return figures_kept(self.figures, self.spent)

    @property
    def changed(self) -> bool:
        """Whether sending would say anything new."""
        return self.last is None or figures_as_sent(self.last) != (self.figures, self.spent)

    @property
    def seen(self) -> str:
        """The figures in a row, so that a form can say which ones were looked at."""
        return "-".join(str(count) for count in self.kept.values())


def report_to_send(*, actor: Actor, portal: Portal, period: Period) -> ToSend:
    """What would be reported of the period now. Raises `not_allowed`."""
    require_money(actor, SEE)
    return _to_send(portal, period)


def reports_sent(*, actor: Actor) -> list[SentReport]:
    """What the portal has reported, newest first. One query. Raises `not_allowed`."""
    require_money(actor, SEE)
    return list(SentReport.objects.select_related("to_portal", "sent_by").order_by("-sent_at", "-pk"))


def send_report(*, actor: Actor, portal: Portal, period: Period, seen: str | None = None) -> SentReport:
    """Report the period. `seen`: the figures that the sender looked at, as `ToSend.seen`; None where nobody looked.

    Raises `not_allowed`, `no_portal_above`, `report_period_ahead`, `report_changed_meanwhile`, `report_sent_already`.
    """
    require_money(actor, RIGHT)
    if actor.portal_id != portal.pk:
        raise DomainError("not_allowed")
    with transaction.atomic():
        locked = Portal.objects.select_for_update(no_key=True).get(pk=portal.pk)
        made = _to_send(locked, period)
        if made.to is None:
            raise PaymentError("no_portal_above")
        if period.first > clock.today(portal.time_zone):
            raise PaymentError("report_period_ahead", field="first")
        if seen is not None and seen != made.seen:
            raise PaymentError("report_changed_meanwhile")
        if not made.changed:
            raise PaymentError("report_sent_already")
        row = SentReport.objects.create(
            portal_id=portal.pk,
            period_from=period.first,
            period_until=period.until,
            round=made.last.round + 1 if made.last else 1,
            to_portal=made.to,
            figures=made.kept,
            sent_by_id=actor.account_pk,
            sent_at=clock.now(),
        )
        facts = {"from": period.first.isoformat(), "until": period.until.isoformat(), "to": made.to.slug, **made.kept}
        record_event(actor=actor, kind="report.sent", subject=row, facts=facts)
    return row


def _to_send(portal: Portal, period: Period) -> ToSend:
    last = (
        SentReport.objects.filter(period_from=period.first, period_until=period.until)
        .select_related("sent_by", "to_portal")
        .order_by("-round")
        .first()
    )
    above = Portal.objects.filter(pk=portal.parent_id).first() if portal.parent_id is not None else None
    figures = figures_of_portals([portal], period.first, period.until)[portal.pk]
    return ToSend(figures, spent_of([portal], period).get(portal.pk, 0), above, last)
