"""What a background job is called by people. A task without words here shows its code; a test names those."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contributors.models import Job

TASKS: Mapping[str, Promise] = {
    "contributors.import_people": _("nhập danh sách cộng tác viên"),
    "contributors.print_piece": _("so bài mới với bài đã gửi"),
    "contributors.send_message": _("gửi tin nhắn"),
    "contributors.look_at_website": _("xem trang web có bài mới"),
    "contributors.work_upload": _("xử lý ảnh, tệp tải lên"),
    "payments.compute_run": _("tính nhuận bút"),
    "payments.render_statements": _("in phiếu thanh toán"),
    "payments.render_payment_list": _("in bảng kê"),
    "payments.render_run_paper": _("in giấy tờ của kỳ"),
    "payments.build_inspection_pack": _("lập hồ sơ thanh tra"),
    "payments.pack_archive": _("đóng gói hồ sơ của kỳ"),
    "payments.check_books": _("kiểm tra sổ"),
}


def words_of(job: Job) -> str:
    return str(TASKS.get(job.task, job.task))
