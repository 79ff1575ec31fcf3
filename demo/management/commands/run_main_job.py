"""manage.py run_main_job: plays the demo's last run through the real worker and prints what came of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from contributors.output import figures
from contributors.scopes import portal_scope
from demo import source
from demo.loader import demo_portal
from demo.main_job import WorkerSilentError, play, summary
from payments.runs import dong
from payments.whatif import would_have_cost

BAR = 24


class Command(BaseCommand):
    help = "Computes, confirms, approves and issues the demo's last run; prints the figures, the papers, the logins."

    def handle(self, *args: Any, **options: Any) -> None:
        portal = demo_portal()
        if portal is None:
            message = "the demo portal is not loaded: manage.py load_demo"
            raise CommandError(message)
        with portal_scope(portal):
            self._play(portal)
            self._tell(portal)

    def _play(self, portal: Any) -> None:
        said = ""
        live = sys.stdout.isatty()
        try:
            for word, progress in play(portal):
                bar = ""
                if progress.total:
                    full = BAR * progress.done // progress.total
                    bar = f" [{'#' * full}{'.' * (BAR - full)}] {progress.done}/{progress.total}"
                if live:
                    self.stdout.write(f"\r\033[K  … {word}{bar}", ending="")
                    self.stdout.flush()
                elif word != said:
                    self.stdout.write(f"  … {word}")
                said = word
        except WorkerSilentError as silent:
            message = f"tác vụ nền không trả lời ở bước “{silent}”; xem {settings.VAR}/log/worker.log"
            raise CommandError(message) from silent
        if live and said:
            self.stdout.write("\r\033[K", ending="")

    def _tell(self, portal: Any) -> None:
        told = summary()
        given = source.portal_file()
        first = given["halves"][0]
        half = figures(portal, first["from"], first["until"])
        cost = would_have_cost(portal=portal, period_from=first["from"], period_until=first["until"])
        counted = (
            f"{half.news} tin, bài · {half.photos} ảnh · {half.documents} văn bản · "
            f"{half.board:02d} người trong Ban biên tập · {half.contributors_registered} cộng tác viên"
        )
        lines = [
            "",
            f"  {portal.name}",
            f"  6 tháng đầu năm {first['from']:%Y}, theo báo cáo của xã: {counted}",
            f"  Nếu chi nhuận bút thì nửa năm ấy hết từ {dong(cost.low)} đến {dong(cost.high)} đ",
            "",
        ]
        if told:
            media = Path(settings.MEDIA_ROOT)
            lines += [
                f"  Kỳ chi trả {told.run_label} (số liệu giả định)",
                f"    Cộng tác viên và Ban biên tập   {told.contributors:>14}",
                f"    Tin, bài, văn bản đã đăng       {told.pieces:>14}",
                f"    Khoản nhuận bút                 {told.lines:>14}",
                f"    Tổng nhuận bút                  {dong(told.total):>14} đ",
                f"    Thực lĩnh sau thuế              {dong(told.net):>14} đ",
                f"    Phiếu thanh toán                {told.statements:>14}",
                f"    Bảng kê chi trả   {media / told.list_path}" if told.list_path else "",
                f"    Một phiếu         {media / told.statement_path}" if told.statement_path else "",
                f"    Tất cả            {media / 'papers'}",
                "",
            ]
        lines.append(f"  Đăng nhập ở {settings.BASE_URL}  (mật khẩu chung: {given['demo_password']})")
        lines += [f"    {login['phone']}   {login['page']}" for login in given["logins"]]
        self.stdout.write("\n".join(lines))
