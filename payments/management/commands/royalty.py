"""manage.py royalty --schedule FILE --work FILE.csv|xlsx: nhuận bút from files alone. No database is asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contributors.errors import DomainError
from payments import royalty_list_cells as cells
from payments.rate_files import schedule_in_file
from payments.rate_words import dong
from payments.royalty.schedule import Schedule
from payments.royalty_list import read_list
from payments.royalty_trial import Trial, shipped_base_salaries, try_list
from payments.royalty_trial_sheet import as_csv, as_xlsx

WRITERS = {".csv": as_csv, ".xlsx": as_xlsx}


class Command(BaseCommand):
    help = (
        "Tính nhuận bút từ tệp, không dùng cơ sở dữ liệu: mỗi dòng kèm cách tính, cộng theo người, chỗ bảng cộng sai. "
        "Còn dòng không đọc được thì không tính dòng nào. Các cột: docs/tinh-thu-tu-bang.md."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--schedule", required=True, action="append", metavar="FILE", help="quy định mức chi, YAML")
        parser.add_argument("--work", required=True, metavar="FILE", help="danh sách, .csv hoặc .xlsx")
        parser.add_argument("--on", metavar="DATE", help="ngày đăng của những dòng không ghi ngày")
        parser.add_argument("--out", metavar="FILE", help="ghi kết quả ra tệp .csv hoặc .xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        out = Path(options["out"]) if options["out"] else None
        if out is not None and out.suffix.lower() not in WRITERS:
            raise CommandError("--out: tệp phải có đuôi .csv hoặc .xlsx")
        schedules = [self._schedule(Path(name)) for name in options["schedule"]]
        trial = self._trial(Path(options["work"]), schedules, _day(options["on"]))
        if trial.problems:
            lines = "\n".join(f"  {problem}" for problem in trial.problems)
            raise CommandError(f"{options['work']}: còn {len(trial.problems)} chỗ sai, chưa tính dòng nào.\n{lines}")
        if out is not None:
            out.write_bytes(WRITERS[out.suffix.lower()](trial))
        self._show(trial)

    def _schedule(self, path: Path) -> Schedule:
        try:
            return schedule_in_file(_bytes(path))
        except DomainError as refused:
            raise CommandError(f"{path}: {refused.message('vi')}") from None

    def _trial(self, path: Path, schedules: list[Schedule], on: date | None) -> Trial:
        try:
            read = read_list(content=_bytes(path), file_name=path.name, schedules=schedules)
        except DomainError as refused:
            raise CommandError(f"{path}: {refused.message('vi')}") from None
        return try_list(read, schedules=schedules, salaries=shipped_base_salaries(), on=on)

    def _show(self, trial: Trial) -> None:
        for line in trial.lines:
            what = " · ".join(part for part in (line.role, line.genre, line.title) if part)
            self.stdout.write(f"Dòng {line.row}: {line.person} ({what}): {dong(line.amount)}\n    {line.explanation}")
        self.stdout.write("\nCộng theo người")
        for person in trial.people:
            self.stdout.write(f"  {person.person}: {dong(person.amount)} ({person.lines} khoản)")
        self.stdout.write(f"Tổng cộng: {dong(trial.total)}")
        if trial.differences:
            self.stdout.write(f"\nBảng ghi khác ở {len(trial.differences)} chỗ")
        for difference in trial.differences:
            self.stdout.write(f"  {difference.sentence}")
        if trial.remarks:
            self.stdout.write("\nLưu ý")
        for remark in trial.remarks:
            self.stdout.write(f"  {remark}")


def _day(text: str | None) -> date | None:
    try:
        return cells.day(text) if text else None
    except cells.CellError as wrong:
        raise CommandError(f"--on: {wrong}") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise CommandError(f"{path}: không mở được tệp ({problem.strerror})") from None
