"""Rate schedules as files: read with line and column of what is wrong, drafted from, written back without loss."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import get_language

from contributors.actors import Actor
from payments import rates
from payments.access import require_money
from payments.errors import PaymentError
from payments.inherited_rates import check_own_keys, is_inherited
from payments.law import FOLDER
from payments.models import RateSchedule
from payments.rate_yaml import Place, ReadFile, UnsafeFileError, read_rate_yaml
from payments.royalty.schedule import Schedule
from payments.royalty.schedule_error import ScheduleError
from payments.royalty.schedule_mapping import schedule_from_mapping

SCHEMA = FOLDER / "schedule.schema.json"
SCHEMA_LINE = "# yaml-language-server: $schema="
MOST_PROBLEMS = 20
# The keys by which people know an entry of a list.
NAMES = ("genre", "role", "factor", "allowance", "pool", "grade", "scope")
# Problems that only follow from an entry that was left out to find the next problem.
FOLLOWING = {"no_photo_rate", "percent_of_nothing", "helper_above_author", "empty"}
NEEDED = {"code", "from", "unit", "genres"}
STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
ENTRY = re.compile(r"(\w+)\[(\d+)\]")

FILE_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "file_too_large": ("tệp lớn hơn {limit} kB", "the file is larger than {limit} kB"),
    "file_not_utf8": ("tệp không phải là chữ UTF-8", "the file is no UTF-8 text"),
    "file_not_yaml": ("không đọc được, sai cách viết YAML ({problem})", "cannot be read, wrong YAML ({problem})"),
    "file_not_mapping": ("tệp phải là một nhóm các mục", "the file must be a group of entries"),
    "file_has_anchor": ("không dùng dấu & và * để lặp lại", "repeating by & and * is not allowed"),
    "file_has_two": ("mỗi tệp chỉ có một quy định", "one schedule per file"),
    "file_too_deep": ("quá nhiều lớp lồng nhau", "entries lie too deep within each other"),
    "file_too_many": ("quá nhiều mục", "too many entries"),
    "file_has_tag": ("không dùng nhãn kiểu “{found}”", "the type mark “{found}” is not allowed"),
    "file_key_wrong": ("tên mục phải là chữ", "the name of an entry must be text"),
    "file_key_twice": ("mục “{found}” viết hai lần", "the entry “{found}” is written twice"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where an editor finds it; line 0 where no place can be named."""

    line: int
    column: int
    path: str
    sentence: str

    def __str__(self) -> str:
        words = ("line {0}, column {1}", "line {0}") if _language() == "en" else ("dòng {0}, cột {1}", "dòng {0}")
        if not self.line:
            return self.sentence
        where = words[0].format(self.line, self.column)
        return f"{where} ({self.path}): {self.sentence}" if self.path else f"{where}: {self.sentence}"


def _language() -> str:
    return (get_language() or "vi")[:2]


def read_schedule_file(content: bytes) -> dict[str, Any]:
    """The rules of a schedule file, as a draft takes them. Raises `schedule_file_wrong` with every problem found."""
    rules, problems = examine_file(content)
    if problems or rules is None:
        raise PaymentError(
            "schedule_file_wrong",
            field="file",
            count=len(problems),
            problem="; ".join(map(str, problems)),
            problems=problems,
        )
    return rules


def schedule_in_file(content: bytes) -> Schedule:
    """The whole schedule of a file. One that is based on its parent's table says too little: `schedule_wrong`."""
    rules = read_schedule_file(content)
    if is_inherited(rules):
        problem = ScheduleError("based_on", "parent_not_here").message(_language())
        raise PaymentError("schedule_wrong", field="based_on", problem=f"based_on: {problem}")
    return rates.read_schedule(rules)


def examine_file(content: bytes) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The rules, or what is wrong with them, each with line and column."""
    try:
        read = read_rate_yaml(content)
    except UnsafeFileError as unsafe:
        sentence = FILE_PROBLEMS[unsafe.code][_language() == "en"].format(**unsafe.values)
        return None, [Problem(unsafe.line, unsafe.column, "", sentence)]
    problems = _own_problems(read) if is_inherited(read.values) else _problems(read)
    return (None, problems) if problems else (read.values, [])


def _own_problems(read: ReadFile) -> list[Problem]:
    """Of a file that is based on the parent's table. What the table makes of it is seen when it is drafted."""
    try:
        check_own_keys(read.values)
    except PaymentError as wrong:
        path = wrong.field or ""
        place = read.place_of(path)
        return [Problem(place.line, place.column, path, str(wrong.values["sentence"]))]
    return []


def _problems(read: ReadFile) -> list[Problem]:
    """One after the other: what is wrong is left out, and the rest is looked at again."""
    rules = dict(read.values)
    # Entries of lists go with the number that they have in the file.
    numbers = {key: list(range(len(value))) for key, value in rules.items() if isinstance(value, list)}
    problems: list[Problem] = []
    while len(problems) < MOST_PROBLEMS:
        try:
            schedule_from_mapping(rules)
        except ScheduleError as wrong:
            if problems and wrong.code in FOLLOWING:
                break
            entry = ENTRY.match(wrong.path)
            key, number = (entry[1], int(entry[2])) if entry else (wrong.path.partition(".")[0], None)
            path = wrong.path
            if entry and number is not None:
                path = f"{key}[{numbers[key][number]}]{wrong.path[entry.end() :]}"
            problems.append(_problem(read, path, wrong))
            if number is not None:
                del numbers[key][number]
                rules[key] = [each for nth, each in enumerate(rules[key]) if nth != number]
            elif key == ".":
                del rules[str(wrong.values["found"])]
            elif key in rules and key not in NEEDED:
                del rules[key]
            else:
                break
        else:
            break
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def _problem(read: ReadFile, path: str, wrong: ScheduleError) -> Problem:
    path = "" if path == "." else path
    place = read.place_of(path)
    if wrong.code == "unknown_key":
        key = str(wrong.values["found"])
        place = read.names.get(f"{path}.{key}" if path else key, place)
    return Problem(place.line, place.column, _spoken(read.values, path), wrong.message(_language()))


def _spoken(values: Any, path: str) -> str:
    """The path with names in place of numbers: `genres.news_item.rates[1].high`."""
    spoken = ""
    here = values
    for key, number in STEP.findall(path):
        try:
            here = here[key] if key else here[int(number)]
        except (KeyError, IndexError, TypeError):
            here = None
        if key:
            spoken += f".{key}" if spoken else key
        else:
            name = next((here[each] for each in NAMES if isinstance(here, Mapping) and each in here), None)
            spoken += f".{name}" if isinstance(name, str) else f"[{number}]"
    return spoken


def draft_from_file(*, actor: Actor, content: bytes) -> RateSchedule:
    """A draft of what somebody wrote in a file. Raises `schedule_file_wrong`; nothing is stored then."""
    if actor.kind != "system":
        require_money(actor, "schedule.write")
    return rates.draft_schedule(actor=actor, rules=read_schedule_file(content))


def schedule_text(rules: Mapping[str, Any], *, schema: str = SCHEMA.name) -> str:
    """A schedule as a file that `read_schedule_file` reads back to the same values in the same order."""
    body = yaml.dump(
        dict(rules), Dumper=_Writer, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110
    )
    return f"{SCHEMA_LINE}{schema}\n{body}"


class _Writer(yaml.SafeDumper):
    """Lists in lists keep their indent, as in the files that come with the product; nothing is said by reference."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, _value: Any) -> bool:
        return True


def export_schedule(row: RateSchedule) -> str:
    """A stored schedule as a file, with the dates that it has now."""
    rules = dict(row.rules)
    if row.effective_until is not None:
        rules["until"] = row.effective_until.isoformat()
    return schedule_text(rules)


__all__ = [
    "SCHEMA",
    "Place",
    "Problem",
    "draft_from_file",
    "examine_file",
    "export_schedule",
    "read_schedule_file",
    "schedule_in_file",
    "schedule_text",
]
