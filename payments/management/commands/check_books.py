"""manage.py check_books [--portal slug] [--full] [--json]: proves the money invariants of every portal."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contributors.models import Portal
from contributors.scopes import portal_scope
from payments.books import BookFinding, check_books
from payments.books.checks import record_check
from payments.books.registry import sentence_of
from payments.models import CheckOccasion


class Command(BaseCommand):
    help = "Checks the books of every portal; exit code 1 if an invariant is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--portal", help="only the portal of this slug")
        parser.add_argument("--full", action="store_true", help="read every file and the whole log, not what is new")
        parser.add_argument("--json", action="store_true", help="for machines: one object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        portals = Portal.objects.order_by("slug")
        if options["portal"]:
            portals = portals.filter(slug=options["portal"])
            if not portals:
                message = f"there is no portal {options['portal']!r}"
                raise CommandError(message)
        broken = 0
        found: dict[str, list[BookFinding]] = {}
        for portal in portals:
            with portal_scope(portal):
                findings = check_books(portal, full=options["full"])
                record_check(portal=portal, occasion=CheckOccasion.COMMAND, findings=findings, full=options["full"])
            found[portal.slug] = findings
            broken += sum(not finding.ok for finding in findings)
            if not options["json"]:
                self._tell(portal, findings)
        if options["json"]:
            self.stdout.write(_machine(found, broken))
        if broken:
            message = f"{broken} invariants are broken"
            raise CommandError(message)

    def _tell(self, portal: Portal, findings: list[BookFinding]) -> None:
        bad = [finding for finding in findings if not finding.ok]
        spent = sum(finding.ms for finding in findings)
        verdict = "the books agree" if not bad else f"{len(bad)} of {len(findings)} do not hold"
        self.stdout.write(f"{portal.slug}: {portal.name}: {len(findings)} invariants, {spent} ms, {verdict}")
        for finding in findings:
            mark = "ok " if finding.ok else "BAD"
            self.stdout.write(f"  {mark} {finding.ms:>6} ms  {finding.name}: {sentence_of(finding.name)}")
            if not finding.ok:
                self.stdout.write(f"                 rows: {finding.detail}")


def _machine(found: dict[str, list[BookFinding]], broken: int) -> str:
    return json.dumps(
        {
            "broken": broken,
            "portals": {
                slug: [
                    {"code": finding.name, "ok": finding.ok, "rows": finding.detail, "ms": finding.ms}
                    for finding in findings
                ]
                for slug, findings in found.items()
            },
        },
        ensure_ascii=False,
        indent=2,
    )
