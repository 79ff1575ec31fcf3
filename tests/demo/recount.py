"""The demo's books, reckoned a second time from the source files alone.

Imports nothing of the product: csv, fractions and a YAML reader are enough. Rules as the portal's decision says
(demo/data/portal.yaml) and law as dated data (demo/data/law.yaml). Amounts are whole đồng.

    python tests/demo/recount.py            a table
    python tests/demo/recount.py --json     the same figures for a machine
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).resolve().parents[2] / "demo" / "data"
AUTHOR_LIKE = ("author", "videographer")  # they share the amount of the piece; photographers are paid per photo

Row = dict[str, str]


@dataclass(frozen=True)
class Line:
    """One amount of one person in one role on one piece."""

    piece: str
    person: str
    role: str
    amount: int


@dataclass(frozen=True)
class Person:
    """What decides whether someone can be paid, and how taxed. `held` is the reason, empty when payable."""

    ref: str
    name: str
    tax_status: str
    held: str
    payee_from: str


@dataclass
class Pay:
    lines: int = 0
    gross: int = 0
    tax: int = 0

    @property
    def net(self) -> int:
        return self.gross - self.tax


@dataclass
class Run:
    """`held` counts people and lines of this period; `waiting` all lines held so far, this period included."""

    ref: str
    label: str
    payment_date: date
    pieces: int
    people: dict[str, Pay] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    held_lines: int = 0
    held_gross: int = 0
    waiting: dict[str, str] = field(default_factory=dict)
    waiting_lines: int = 0
    waiting_gross: int = 0

    @property
    def total(self) -> Pay:
        pays = self.people.values()
        return Pay(sum(p.lines for p in pays), sum(p.gross for p in pays), sum(p.tax for p in pays))


class Source:
    """The files, read once."""

    def __init__(self, folder: Path) -> None:
        self.portal: dict[str, Any] = yaml.safe_load((folder / "portal.yaml").read_text(encoding="utf-8"))
        self.law: dict[str, Any] = yaml.safe_load((folder / "law.yaml").read_text(encoding="utf-8"))
        self.rows: dict[str, list[Row]] = {}
        for path in sorted(folder.glob("*/*.csv")):
            with path.open(encoding="utf-8", newline="") as opened:
                self.rows[f"{path.parent.name}/{path.stem}"] = list(csv.DictReader(opened))

    def people(self) -> dict[str, Person]:
        """Board and contributors. A `recorded` or `applied` person has nobody's consent to be paid yet."""
        found: dict[str, Person] = {}
        for row in [*self.portal["board"], *self.rows["second-half/contributors"]]:
            held = ""
            if row.get("state", "active") != "active":
                held = "not_registered"
            elif not row["bank_account"] or not row["personal_id"]:
                held = "no_payee_details"
            found[row["ref"]] = Person(row["ref"], row["name"], row["tax_status"], held, str(row["payee_confirmed_at"]))
        return found


def in_force(rules: list[dict[str, Any]], day: date) -> dict[str, Any]:
    """The one rule whose [from, until) holds the day; none or two is an error."""
    hits = [rule for rule in rules if rule["from"] <= day and (rule["until"] is None or day < rule["until"])]
    if len(hits) != 1:
        raise LookupError(f"{len(hits)} rules in force on {day}")
    return hits[0]


def round_half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def split(amount: int, shares: list[tuple[str, Fraction]]) -> list[tuple[str, int]]:
    """Whole đồng by percent shares: down first, then a đồng each to the largest remainders. Ties are refused."""
    if sum(share for _, share in shares) != 100:
        raise ValueError(f"shares {shares} are not 100")
    exact = [(key, amount * share / 100) for key, share in shares]
    floors = {key: part.numerator // part.denominator for key, part in exact}
    short = amount - sum(floors.values())
    by_remainder = sorted(exact, key=lambda item: item[1] - floors[item[0]], reverse=True)
    if 0 < short < len(exact):
        last_in, first_out = by_remainder[short - 1], by_remainder[short]
        if last_in[1] - floors[last_in[0]] == first_out[1] - floors[first_out[0]]:
            raise ValueError("two equal remainders: the source must avoid ties")
    for key, _ in by_remainder[:short]:
        floors[key] += 1
    return [(key, floors[key]) for key, _ in shares]


def lines_of(source: Source, piece: Row) -> list[Line]:
    """All lines of one published piece; a genre outside the rules has none."""
    schedule = source.portal["rate_schedule"]
    if piece["genre"] in schedule["outside_rules"]:
        return []
    published = date.fromisoformat(piece["published_at"][:10])
    salary = in_force(source.law["base_salaries"], published)["amount"]
    unit = Fraction(salary) * Fraction(schedule["unit_percent_of_base_salary"]) / 100
    unit = unit * Fraction(schedule["level_percent"]) / 100

    lines: list[Line] = []
    creators = [
        row for row in source.rows["second-half/credits"] if row["piece"] == piece["ref"] and row["role"] in AUTHOR_LIKE
    ]
    if creators:
        amount = round_half_up(Fraction(piece["coefficient"]) * unit)
        parts = split(amount, [(row["person"], Fraction(row["share"])) for row in creators])
        lines += [
            Line(piece["ref"], person, row["role"], part) for row, (person, part) in zip(creators, parts, strict=True)
        ]

    taken: dict[str, Fraction] = defaultdict(Fraction)
    for photo in source.rows["second-half/photos"]:
        if photo["piece"] == piece["ref"]:
            taken[photo["photographer"]] += Fraction(photo["coefficient"])
    for person, coefficient in taken.items():
        lines.append(Line(piece["ref"], person, "photographer", round_half_up(coefficient * unit)))

    for role in schedule["roles"]:
        if role["basis"] != "vnd_per_piece":
            raise ValueError(f"basis {role['basis']} is not known here")
        done_by = {"approver": "approved_by", "publisher": "published_by"}[role["role"]]
        lines.append(Line(piece["ref"], piece[done_by], role["role"], int(role["amount"])))
    return lines


def tax_withheld(source: Source, *, gross: int, status: str, paid_on: date) -> int:
    """On the whole gross of one payment to one person, by the payment date."""
    rule = in_force(source.law["tax_rules"], paid_on)
    if status in rule["not_here"]:
        return 0
    if status not in rule["withheld"]:
        raise ValueError(f"tax status {status!r} has no rule")
    return round_half_up(gross * Fraction(rule["percent"]) / 100) if gross >= rule["threshold"] else 0


def recount_runs(source: Source) -> list[Run]:
    """Each run by itself: the pieces published in its period. Held lines of earlier periods stay held."""
    people = source.people()
    waiting: list[Line] = []
    runs: list[Run] = []
    for stated in source.portal["runs"]:
        pieces = [
            row
            for row in source.rows["second-half/pieces"]
            if stated["from"] <= date.fromisoformat(row["published_at"][:10]) < stated["until"]
        ]
        run = Run(stated["ref"], stated["label"], stated["payment_date"], len(pieces))
        for line in (line for piece in pieces for line in lines_of(source, piece)):
            person = people[line.person]
            if person.held:
                run.held[person.ref] = person.held
                run.held_lines += 1
                run.held_gross += line.amount
                waiting.append(line)
                continue
            if person.payee_from > stated["frozen_at"]:
                raise ValueError(f"{person.ref}: details came after the freeze of {run.ref}")
            pay = run.people.setdefault(person.ref, Pay())
            pay.lines += 1
            pay.gross += line.amount
        for ref, pay in run.people.items():
            pay.tax = tax_withheld(source, gross=pay.gross, status=people[ref].tax_status, paid_on=run.payment_date)
        run.waiting = {line.person: people[line.person].held for line in waiting}
        run.waiting_lines = len(waiting)
        run.waiting_gross = sum(line.amount for line in waiting)
        runs.append(run)
    return runs


def count_half(source: Source, folder: str) -> dict[str, int]:
    """Published pieces, their photos, documents; seats and registered contributors (not of the board) at the end."""
    half = next(half for half in source.portal["halves"] if half["folder"] == folder)
    published = {
        row["ref"]
        for row in source.rows[f"{folder}/pieces"]
        if half["from"] <= date.fromisoformat(row["published_at"][:10]) < half["until"]
    }
    documents = [
        row
        for row in source.rows[f"{folder}/documents"]
        if half["from"] <= date.fromisoformat(row["published_at"][:10]) < half["until"]
    ]
    registered = [
        row
        for row in source.rows["second-half/contributors"]
        if row["activated_at"] and date.fromisoformat(row["activated_at"][:10]) < half["until"]
    ]
    return {
        "pieces": len(published),
        "photos": sum(row["piece"] in published for row in source.rows[f"{folder}/photos"]),
        "documents": len(documents),
        "board_members": sum(seat["from"] < half["until"] for seat in source.portal["board"]),
        "contributors": len(registered),
    }


def figures(source: Source) -> dict[str, Any]:
    """Everything, as one tree of plain numbers and strings."""
    runs = recount_runs(source)
    gross = sum(run.total.gross for run in runs)
    tax = sum(run.total.tax for run in runs)
    return {
        "first_half": count_half(source, "first-half"),
        "second_half": count_half(source, "second-half"),
        "runs": [
            {
                "ref": run.ref,
                "label": run.label,
                "payment_date": run.payment_date.isoformat(),
                "pieces": run.pieces,
                "lines": run.total.lines,
                "gross": run.total.gross,
                "tax": run.total.tax,
                "net": run.total.net,
                "statements": len(run.people),
                "held": dict(sorted(run.held.items())),
                "held_lines": run.held_lines,
                "held_gross": run.held_gross,
                "waiting": dict(sorted(run.waiting.items())),
                "waiting_lines": run.waiting_lines,
                "waiting_gross": run.waiting_gross,
                "people": {
                    ref: {"lines": pay.lines, "gross": pay.gross, "tax": pay.tax, "net": pay.net}
                    for ref, pay in sorted(run.people.items())
                },
            }
            for run in runs
        ],
        "total": {
            "pieces": sum(run.pieces for run in runs),
            "lines": sum(run.total.lines for run in runs),
            "gross": gross,
            "tax": tax,
            "net": gross - tax,
            "statements": sum(len(run.people) for run in runs),
            "fund_left": source.portal["fund"]["amount"] - gross,
        },
    }


def dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def as_text(tree: dict[str, Any], names: dict[str, str]) -> str:
    out: list[str] = []
    for key, title in (("first_half", "6 tháng đầu năm 2024"), ("second_half", "6 tháng cuối năm 2024 (giả định)")):
        half = tree[key]
        out.append(
            f"{title}: {half['pieces']} tin, bài · {half['photos']} ảnh · {half['documents']} văn bản · "
            f"Ban Biên tập {half['board_members']} người · {half['contributors']} cộng tác viên"
        )
    head = f"{'Kỳ':<14}{'Tin, bài':>9}{'Khoản':>7}{'Phiếu':>7}{'Nhuận bút':>14}{'Thuế':>12}"
    out += ["", head + f"{'Thực lĩnh':>14}{'Giữ lại':>20}"]
    for run in tree["runs"]:
        held = f"{run['held_lines']} khoản {dong(run['held_gross'])}" if run["held"] else "–"
        out.append(
            f"{run['label']:<14}{run['pieces']:>9}{run['lines']:>7}{run['statements']:>7}"
            f"{dong(run['gross']):>14}{dong(run['tax']):>12}{dong(run['net']):>14}{held:>20}"
        )
    total = tree["total"]
    out.append(
        f"{'Cộng':<14}{total['pieces']:>9}{total['lines']:>7}{total['statements']:>7}"
        f"{dong(total['gross']):>14}{dong(total['tax']):>12}{dong(total['net']):>14}"
    )
    out.append(f"Dự toán còn lại: {dong(total['fund_left'])} đ")
    for run in tree["runs"]:
        out += ["", f"{run['label']}, chi ngày {run['payment_date']}"]
        for ref, pay in run["people"].items():
            out.append(
                f"  {ref:<13}{names[ref]:<24}{pay['lines']:>4}{dong(pay['gross']):>13}"
                f"{dong(pay['tax']):>11}{dong(pay['net']):>13}"
            )
        for ref, why in run["held"].items():
            out.append(f"  {ref:<13}{names[ref]:<24} giữ lại: {why}")
    return "\n".join(out)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Tính lại sổ sách của trang mẫu từ số liệu nguồn.")
    parser.add_argument("--json", action="store_true", help="in dạng JSON")
    parser.add_argument("--source", type=Path, default=SOURCE, help="thư mục số liệu nguồn")
    asked = parser.parse_args(argv)
    source = Source(asked.source)
    tree = figures(source)
    if asked.json:
        print(json.dumps(tree, ensure_ascii=False, indent=2))
    else:
        print(as_text(tree, {ref: person.name for ref, person in source.people().items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
