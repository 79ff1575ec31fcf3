"""What a schedule leaves open, asked before it comes into force: each gap in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from contributors import clock
from contributors.actors import in_force
from contributors.models import CountsAs, Credit, Genre, Role, Seat
from payments.law import FOLDER, base_salaries, read_yaml
from payments.rate_words import dong, genre_name, role_name, seat_name, what_it_says
from payments.royalty.explanation import written_number
from payments.royalty.schedule import FixedCoefficient, Schedule, genre_rate, rate_for
from payments.royalty.schedule_check import above_caps, helpers_above_author
from payments.royalty.schedule_mapping import schedule_from_mapping
from payments.royalty.units import base_salary_on

# Which work a seat of the board does on a piece, as the log credits it.
WORK_OF_SEAT = {"head": "approver", "deputy": "approver", "editor": "editor", "publisher": "publisher"}
CREDITED_WITHIN = timedelta(days=365)
CAPS = "nd-18-2014-caps.yaml"


@dataclass(frozen=True, slots=True)
class Gap:
    """`code` names the kind, `subject` what it is about ("article", "editor"), the sentence is for people."""

    code: str
    subject: str
    sentence: str


def gaps_of(schedule: Schedule) -> list[Gap]:
    """Every gap of a schedule for the portal whose scope is open. Four queries, whatever its size."""
    return [
        *_decision(schedule),
        *_genres(schedule),
        *_roles(schedule),
        *_base_salary(schedule),
        *_law(schedule),
        *_doubts(schedule),
    ]


def _decision(schedule: Schedule) -> Iterator[Gap]:
    if not schedule.decision.number:
        yield Gap("no_decision", "", _("Chưa có số quyết định: chỉ tính thử được, chưa chi được."))


def _genres(schedule: Schedule) -> Iterator[Gap]:
    """Genres of the portal without a rate; documents earn nothing anyway."""
    for code, name in Genre.objects.exclude(counts_as=CountsAs.DOCUMENT).values_list("code", "name"):
        entry = genre_rate(schedule, code)
        if entry is None:
            yield Gap("genre_without_rate", code, _("Thể loại “%(genre)s” chưa có mức.") % {"genre": name})
        elif rate_for(entry, "") is None:
            sentence = _("Thể loại “%(genre)s” chỉ có mức cho từng dạng, chưa có mức chung.") % {"genre": name}
            yield Gap("genre_only_variants", code, sentence)


def _roles(schedule: Schedule) -> Iterator[Gap]:
    """Work that people of the portal do, by their seats or by what they were credited with in the last year."""
    ruled = {rate.role for rate in schedule.roles} | {role for entry in schedule.genres for role in entry.earners}
    ruled |= {"author", "photographer"}  # photos are always either included in the piece or paid each
    seated = {allowance.seat for allowance in schedule.allowances}
    seated |= {seat for pool in schedule.pools for seat, weight in pool.weights if weight}
    seats: dict[str, list[str]] = {}
    held = Seat.objects.filter(in_force(clock.today())).values_list("seat", flat=True).distinct()
    for seat in sorted(held):
        role = WORK_OF_SEAT.get(seat, "")
        if role and role not in ruled and seat not in seated:
            seats.setdefault(role, []).append(seat_name(seat))
    credited = set(
        Credit.objects.filter(piece__published_at__gte=clock.now() - CREDITED_WITHIN)
        .values_list("role", flat=True)
        .distinct()
    )
    # A board that is paid by its seats needs no rate by the piece.
    paid_by_seat = {role for seat, role in WORK_OF_SEAT.items() if seat in seated}
    for role in Role.values:
        if role in seats or (role in credited - ruled - paid_by_seat):
            names = {"role": role_name(role), "seats": ", ".join(seats.get(role, []))}
            sentence = (
                _("Phần việc “%(role)s” (%(seats)s) chưa có mức.") % names
                if role in seats
                else _("Phần việc “%(role)s” chưa có mức.") % names
            )
            yield Gap("role_without_rule", role, sentence)


def _base_salary(schedule: Schedule) -> Iterator[Gap]:
    if schedule.unit.percent_of_base_salary is None:
        return
    missing = first_day_without_salary(schedule)
    if missing is not None:
        yield Gap(
            "no_base_salary",
            missing.isoformat(),
            _("Chưa có mức lương cơ sở cho ngày %(day)s.") % {"day": f"{missing:%d/%m/%Y}"},
        )


def first_day_without_salary(schedule: Schedule) -> date | None:
    """The first day of the schedule on which no base salary is known; None where there is none."""
    salaries = base_salaries()
    day = schedule.from_day
    while schedule.until_day is None or day < schedule.until_day:
        salary = base_salary_on(salaries, day)
        if salary is None:
            return day
        if salary.until_day is None:
            return None
        day = salary.until_day
    return None


def _law(schedule: Schedule) -> Iterator[Gap]:
    """Rates that pass the decree's caps while it is in force, and helpers above the author."""
    caps = schedule_from_mapping(_file(CAPS))
    if caps.until_day is None or schedule.from_day < caps.until_day:
        for path, found, cap in above_caps(schedule, caps):
            entry = schedule.genres[int(path.partition("[")[2].partition("]")[0])]
            values = {
                "genre": genre_name(entry.genre, entry.label),
                "found": written_number(found),
                "cap": written_number(cap),
                "law": caps.decision.number,
            }
            sentence = _("“%(genre)s”: hệ số %(found)s cao hơn mức tối đa %(cap)s của %(law)s.") % values
            yield Gap("above_cap", entry.genre, sentence)
    for path, rate, highest in helpers_above_author(schedule):
        role = schedule.roles[int(path.partition("[")[2].partition("]")[0])]
        in_units = isinstance(role.basis, FixedCoefficient)
        values = {
            "role": role_name(role.role),
            "rate": written_number(rate) if in_units else dong(int(rate)),
            "author": written_number(highest) if in_units else dong(int(highest)),
        }
        sentence = _("Mức của “%(role)s” (%(rate)s) cao hơn mức cao nhất của tác giả (%(author)s).") % values
        yield Gap("helper_above_author", role.role, sentence)


def _doubts(schedule: Schedule) -> Iterator[Gap]:
    for said in what_it_says(schedule):
        if said.aspect == "doubt":
            yield Gap("in_doubt", f"{said.part}.{said.key}", f"{said.name}: {said.words}.")


def _file(name: str) -> Any:
    return read_yaml(FOLDER / "schedules" / name)
