"""Schedule, fund and runs of the demo portal, through the verbs of payments."""

from __future__ import annotations

from datetime import date
from typing import Any

from contributors.models import JobState
from demo.people import People
from demo.source import moment
from demo.timeline import Timeline
from payments import funds, issuing, payouts, rates, runs
from payments.models import Fund, RateSchedule, Run
from payments.tasks import task_compute_run

SCHEDULE = "demo-tan-thanh-2024"


class Money:
    """The accountant's deeds by the files' references."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.content = people.content
        self.runs: dict[str, Run] = {}
        self._fund: Fund | None = None

    def schedule(self, timeline: Timeline) -> None:
        """Put decision, fund and the issued runs on the timeline; the last run stays open."""
        fund = self.content["fund"]
        timeline.add(moment(f"{fund['decision_date']}T15:00"), self._decide_rates)
        timeline.add(moment(f"{fund['decision_date']}T15:30"), self._enter_fund)
        for row in self.content["runs"]:
            self._schedule_run(timeline, row)

    def _schedule_run(self, timeline: Timeline, row: dict[str, Any]) -> None:
        opened = moment(f"{row['from']}T08:00")
        timeline.add(opened, lambda: self._open(row))
        if row["state"] == "open":
            return
        timeline.add(moment(row["frozen_at"]), lambda: self._freeze(row))
        timeline.add(moment(row["computed_at"]), lambda: self._compute(row))
        timeline.add(moment(row["confirmed_at"]), lambda: self._confirm(row))
        timeline.add(moment(row["approved_at"]), lambda: self._approve(row))
        timeline.add(moment(row["issued_at"]), lambda: self._issue(row))
        timeline.add(moment(row["paid_at"]), lambda: self._pay(row))

    def _decide_rates(self) -> None:
        decided = self.content["rate_schedule"]
        rules = dict(rates.shipped_schedule(SCHEDULE))
        rules["code"] = decided["ref"]
        rules["title"] = {"vi": decided["name"], "en": "Rates of the demo portal"}
        rules["from"] = decided["from"].isoformat()
        rules["decision"] = {
            "number": decided["decision_number"],
            "issued_on": decided["decision_date"].isoformat(),
            "signer": decided["decision_signer"],
        }
        actor = self.people.actor("o-holder")
        draft: RateSchedule = rates.draft_schedule(actor=actor, rules=rules)
        rates.put_in_force(actor=actor, schedule=draft, gaps_reason="Biểu minh hoạ, số liệu giả định")

    def _enter_fund(self) -> None:
        fund = self.content["fund"]
        self._fund = funds.enter_fund(
            actor=self.people.actor("o-accountant"),
            year=fund["budget_year"],
            source=fund["source"],
            amount=fund["amount"],
            cut_off=fund["cut_off"],
            decision_number=fund["decision_number"],
        )

    def _open(self, row: dict[str, Any]) -> None:
        self.runs[row["ref"]] = runs.open_run(
            actor=self.people.actor(row["prepared_by"]),
            label=row["label"],
            period_from=_day(row["from"]),
            period_until=_day(row["until"]),
            payment_date=_day(row["payment_date"]),
            fund=self._fund,
        )

    def _now(self, row: dict[str, Any]) -> Run:
        run = self.runs[row["ref"]]
        run.refresh_from_db()
        return run

    def _freeze(self, row: dict[str, Any]) -> None:
        run = self._now(row)
        runs.freeze_run(actor=self.people.actor(row["prepared_by"]), run=run, seen_version=run.version)

    def _compute(self, row: dict[str, Any]) -> None:
        run = self._now(row)
        job = runs.compute_run(actor=self.people.actor(row["prepared_by"]), run=run, seen_version=run.version)
        task_compute_run(job_id=job.pk)  # records of the past are computed here and now, not by the worker
        job.refresh_from_db()
        if job.state != JobState.DONE:
            raise RuntimeError(job.error)

    def _confirm(self, row: dict[str, Any]) -> None:
        run = self._now(row)
        runs.confirm_run(actor=self.people.actor(row["confirmed_by"]), run=run, seen_version=run.version)

    def _approve(self, row: dict[str, Any]) -> None:
        run = self._now(row)
        runs.approve_run(actor=self.people.actor(row["approved_by"]), run=run, seen_version=run.version)

    def _issue(self, row: dict[str, Any]) -> None:
        run = self._now(row)
        issuing.issue_run(actor=self.people.actor(row["issued_by"]), run=run, seen_version=run.version)

    def _pay(self, row: dict[str, Any]) -> None:
        actor = self.people.actor(row["paid_by"])
        run = self._now(row)
        payouts.prepare_payouts(actor=actor, run=run, seen_version=run.version)
        payouts.confirm_payouts(actor=actor, run=run)
        run = self._now(row)
        payouts.close_run(actor=actor, run=run, seen_version=run.version)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
