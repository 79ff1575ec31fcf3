"""What a worker does for a pack: small steps, as many in a job as fit in its time, then the next job goes on.

The plan (which rows belong to the pack) is made once and kept beside the draft, so every table speaks of the same rows.
Tables come first, as parts of files; the archive is written from them. Memory is bounded by one batch.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import translation

from contributors import clock
from contributors.actors import Actor
from contributors.events import record_event
from contributors.files import fsynced, open_kept
from contributors.jobs import schedule_job
from contributors.models import Piece, Portal
from contributors.packages import BYTE_ORDER_MARK, plain_name
from payments.envelope import derived_key
from payments.inspection import chain as log
from payments.inspection import contents, money_tables, newsroom_tables
from payments.inspection.checklist import checklist_page, readme
from payments.inspection.draft import Draft
from payments.inspection.markup import STYLE
from payments.inspection.plan import Plan, planned
from payments.inspection.tables import Context, Table, part_of, piece_folders, whole_csv, write_workbook
from payments.models import InspectionPack, Paper, RateSchedule, Run
from payments.papers.verification import verification_code
from payments.rate_files import export_schedule

TASK = "payments.build_inspection_pack"
FORMAT = 1
MANIFEST, ABOUT = "SHA256SUMS", "thong-tin.json"
TABLES: tuple[Table, ...] = (
    newsroom_tables.PIECES,
    newsroom_tables.CREDITS,
    newsroom_tables.SCORES,
    newsroom_tables.DECISIONS,
    money_tables.RUNS,
    money_tables.STATEMENTS,
    money_tables.LINES,
    money_tables.PAYOUTS,
    log.EVENTS,
)
_FOLDER = "inspection"
_COPIES, _PAPERS = 100, 200  # in one step
_PART_OF_LEASE = 3  # of a job's time is spent on steps; the rest is for the last one to end

Do = Callable[[], None]


def build(*, pack_id: int) -> bool:
    """Do as many steps as fit, and promise a job for the others. True once the pack is whole; twice is once."""
    pack = InspectionPack.objects.select_related("requested_by").get(pk=pack_id)
    if pack.built_at is not None:
        return True
    until = time.monotonic() + settings.JOB_LEASE_SECONDS / _PART_OF_LEASE
    draft = Draft(work_folder(pack), moment=pack.requested_at)
    with draft.held() as alone, translation.override("vi"):
        if not alone:
            return False
        building = _Building(pack, draft, _plan(pack, draft))
        total = len(building.steps)
        while (done := draft.done) < total:
            building.steps[done]()
            if done + 1 < total and time.monotonic() > until:
                with transaction.atomic():
                    _note(pack, done + 1, total)
                    schedule_job(portal_id=pack.portal_id, task=TASK, pack_id=pack.pk)
                return False
            _note(pack, done + 1, total)
        building.finish()
    draft.drop()
    return True


def work_folder(pack: InspectionPack) -> Path:
    return Path(settings.MEDIA_ROOT) / _FOLDER / "work" / str(pack.public_id)


def _note(pack: InspectionPack, done: int, total: int) -> None:
    InspectionPack.objects.filter(pk=pack.pk, built_at__isnull=True).update(done=done, total=total)


def _plan(pack: InspectionPack, draft: Draft) -> Plan:
    kept = draft.folder / "plan.json"
    if not kept.exists():
        draft.keep("plan.json", planned(pack).to_json())
    return Plan.from_json(kept.read_bytes())


class _Building:
    """The steps of one pack, always the same for the same plan."""

    def __init__(self, pack: InspectionPack, draft: Draft, plan: Plan) -> None:
        self._pack, self._draft, self._plan = pack, draft, plan
        titles = Piece.objects.filter(pk__in=plan.pieces).values_list("pk", "title")
        self._context = Context(Portal.objects.get(pk=pack.portal_id), plan, piece_folders(plan, titles))
        self.steps: list[Do] = [
            *chain.from_iterable(self._of_table(table) for table in TABLES),
            partial(self._put_events),
            *(partial(self._put_copies, part) for part in _batches(plan.pieces, _COPIES)),
            *(partial(self._put_papers, part) for part in _batches(plan.papers, _PAPERS)),
            self._put_rules,
            self._put_lists,
            self._put_first,
            self._put_manifest,
        ]

    def finish(self) -> None:
        """The archive gets its name; its row and the event log tell the hashes."""
        whole = self._draft.path
        fsynced(whole)
        with whole.open("rb") as source:
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        relative = f"{_FOLDER}/{sha256}.zip"
        kept = Path(settings.MEDIA_ROOT) / relative
        if not kept.exists():
            kept.hardlink_to(whole)  # the draft stays until the row is there: a worker that dies here begins here again
        pack, counts = self._pack, self._counts()
        listed = self._draft.last_sum()
        code = verification_code(derived_key("verification"), f"inspection pack {pack.public_id} {listed}".encode())
        found = {"manifest": listed, "sha256": sha256, "files": counts["files"], "size": whole.stat().st_size}
        with transaction.atomic():
            built = InspectionPack.objects.filter(pk=pack.pk, built_at__isnull=True).update(
                path=relative,
                sha256=sha256,
                manifest_sha256=listed,
                size=found["size"],
                files=found["files"],
                counts=counts,
                code=code,
                built_at=clock.now(),
                done=len(self.steps),
                total=len(self.steps),
            )
            if built:
                actor = Actor(kind="system", portal_id=pack.portal_id)
                record_event(actor=actor, kind="inspection_pack.built", subject=pack, facts=found)

    def _of_table(self, table: Table) -> Iterator[Do]:
        batches = _batches(table.ids(self._plan), table.batch)
        for number, ids in enumerate(batches):
            yield partial(self._read_rows, table, number, ids)
        yield partial(self._put_table, table)
        if table.workbook:
            yield partial(self._put_workbook, table)

    def _read_rows(self, table: Table, number: int, ids: Sequence[int]) -> None:
        content, count = part_of(table, self._context, ids)
        self._draft.keep(f"rows/{table.name}-{number:06d}.csv", content)
        self._draft.keep(f"rows/{table.name}-{number:06d}.count", str(count).encode())
        if table is log.EVENTS:
            self._draft.keep(f"rows/links-{number:06d}.jsonl", log.json_lines(ids))
        self._draft.skip()

    def _put_table(self, table: Table) -> None:
        with self._draft.step() as step:
            step.put(table.csv, whole_csv(table, self._parts(table)))

    def _put_workbook(self, table: Table) -> None:
        book = self._draft.folder / "book.xlsx"
        write_workbook(table, self._parts(table), book, made=self._pack.requested_at)
        with self._draft.step() as step:
            step.put(table.xlsx, book)

    def _put_events(self) -> None:
        with self._draft.step() as step:
            step.put(log.JSON_LINES, (part.read_bytes() for part in self._rows("links-*.jsonl")))

    def _put_copies(self, ids: Sequence[int]) -> None:
        with self._draft.step() as step:
            for name, content in contents.copies(self._context, ids, with_photos=self._pack.with_photos):
                step.put(name, content)

    def _put_papers(self, papers: Sequence[tuple[str, int]]) -> None:
        rows = Paper.objects.in_bulk([paper for _name, paper in papers])
        with self._draft.step() as step:
            for name, paper in papers:
                step.put(name, open_kept(rows[paper].path))

    def _put_rules(self) -> None:
        """Decisions on rates as files that the product reads, and what each run froze of them."""
        with self._draft.step() as step:
            for name, content in rules(self._plan):
                step.put(name, content)

    def _put_lists(self) -> None:
        with self._draft.step() as step:
            for name, content in chain(contents.piece_lists(self._context), contents.statement_lists(self._context)):
                step.put(name, content)

    def _put_first(self) -> None:
        told = contents.Told(
            {table.name: self._rows_of(table) for table in TABLES}, log.anchors(self._plan), rule_names(self._plan)
        )
        with self._draft.step() as step:
            step.put("index.html", contents.first_page(self._context, self._pack, TABLES, told))
            step.put("cach-kiem-tra.html", checklist_page())
            step.put("kieu.css", STYLE.encode())
            step.put("DOC-TRUOC.txt", BYTE_ORDER_MARK + readme().replace("\n", "\r\n").encode())
            step.put(ABOUT, json.dumps(self._about(told), ensure_ascii=False, indent=1).encode())

    def _put_manifest(self) -> None:
        lines = sorted(self._draft.manifest(), key=lambda line: line.split("  ", 1)[1])
        with self._draft.step() as step:
            step.put(MANIFEST, "".join(lines).encode())

    def _about(self, told: contents.Told) -> Mapping[str, Any]:
        """For programs: what the pack is about, its sums, and where its part of the chain hangs."""
        pack, portal = self._pack, self._context.portal
        return {
            "format": FORMAT,
            "pack": str(pack.public_id),
            "portal": {"slug": portal.slug, "name": portal.name},
            "period": {"from": pack.period_from.isoformat(), "until": pack.period_until.isoformat()},
            "made_at": pack.requested_at.isoformat(),
            "rows": dict(told.rows),
            "totals": self._plan.totals,
            "chain": dict(told.anchors),
        }

    def _counts(self) -> dict[str, Any]:
        plan = self._plan
        return {
            "rows": {table.name: self._rows_of(table) for table in TABLES},
            "papers": len(plan.papers),
            "missing": len(plan.missing),
            "unsealed": plan.unsealed,
            "files": sum(1 for _line in self._draft.manifest()) - 1,  # all but the list of files itself
        }

    def _parts(self, table: Table) -> list[Path]:
        return self._rows(f"{table.name}-*.csv")

    def _rows_of(self, table: Table) -> int:
        return sum(int(part.read_text()) for part in self._rows(f"{table.name}-*.count"))

    def _rows(self, pattern: str) -> list[Path]:
        return sorted((self._draft.folder / "rows").glob(pattern))


def rule_names(plan: Plan) -> list[tuple[str, str]]:
    """Files of rules and what each is."""
    schedules, runs = RateSchedule.objects.in_bulk(plan.schedules), Run.objects.in_bulk(plan.runs)
    named = [
        (f"quy-dinh/{schedules[pk].effective_from:%Y%m%d}-{plain_name(schedules[pk].title)[:40]}-{number:02d}.yaml", pk)
        for number, pk in enumerate(plan.schedules, start=1)
    ]
    decided = [
        (name, " ".join(filter(None, (schedules[pk].title, schedules[pk].decision_number)))) for name, pk in named
    ]
    frozen = [
        (f"quy-dinh/da-dung-{runs[pk].period_from:%Y%m%d}-{plain_name(runs[pk].label)[:40]}.yaml", runs[pk].label)
        for pk in plan.runs
        if runs[pk].snapshot_id is not None
    ]
    return decided + [(name, f"Quy định, lương cơ sở đã dùng để tính {label}") for name, label in frozen]


def rules(plan: Plan) -> Iterator[tuple[str, bytes]]:
    """Name and content of the files that `rule_names` lists."""
    schedules = RateSchedule.objects.in_bulk(plan.schedules)
    runs = Run.objects.select_related("snapshot").in_bulk(plan.runs)
    texts = [export_schedule(schedules[pk]) for pk in plan.schedules]
    texts += [
        yaml.safe_dump(frozen.content, allow_unicode=True, sort_keys=False)
        for pk in plan.runs
        if (frozen := runs[pk].snapshot) is not None
    ]
    for (name, _title), text in zip(rule_names(plan), texts, strict=True):
        yield name, text.encode()


def _batches(ids: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
