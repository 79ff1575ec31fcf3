"""manage.py check_pack FILE.zip [--manifest SHA256] [--without-database]: proves a pack for inspectors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import translation

from payments.inspection.checking import check_archive
from payments.inspection.recorded import compare_with_records


class Command(BaseCommand):
    help = (
        "Kiểm tra gói hồ sơ thanh tra: đủ tệp, không thừa tệp, đúng mã, chuỗi nhật ký liền, phiếu bằng tổng các khoản, "
        "đúng gói đã ghi trong sổ. Sai chỗ nào nêu tên chỗ ấy; mã thoát 1."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.zip")
        parser.add_argument("--manifest", metavar="SHA256", help="mã của SHA256SUMS, như trên phiếu bàn giao")
        parser.add_argument("--without-database", action="store_true", help="không so với sổ của nơi lập")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"không có tệp {path}")
        with translation.override("vi"):
            found = check_archive(path)
            compared = ""
            if not options["without_database"] and found.about:
                try:
                    compared = "đã so với sổ của nơi lập" if compare_with_records(found) else ""
                except OperationalError:
                    compared = "không mở được cơ sở dữ liệu nên CHƯA so với sổ của nơi lập"
            printed = "".join((options["manifest"] or "").split()).lower()
            if printed and printed != found.manifest_sha256:
                found.fail("manifest_differs", "SHA256SUMS", "Mã của SHA256SUMS khác mã trên phiếu bàn giao.")
        self.stdout.write(f"{path.name}: {found.files} tệp đúng, {found.links} mắt xích, {found.statements} phiếu")
        self.stdout.write(f"SHA-256 của SHA256SUMS: {found.manifest_sha256 or '(không có)'}")
        if compared:
            self.stdout.write(compared)
        for failure in found.failures:
            self.stdout.write(f"  SAI  {failure.code}: {failure.sentence}")
        if found.failures:
            raise CommandError(f"{len(found.failures)} chỗ không đúng")
        self.stdout.write("Không thấy chỗ nào sai.")
