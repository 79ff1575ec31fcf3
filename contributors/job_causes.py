"""Why a job did not succeed, as a code that people can be told in a sentence; the machine's words stay beside it."""

from __future__ import annotations

import errno
import hashlib
import traceback
from collections.abc import Mapping

from billiard.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributors.errors import DomainError

DIED = "died"
SENTENCES: Mapping[str, object] = {
    "disk_full": gettext_lazy("Ổ đĩa đã đầy nên không ghi được tệp. Hãy dọn chỗ rồi bấm làm lại."),
    "database_away": gettext_lazy("Máy không nối được với cơ sở dữ liệu. Khi nối lại được, hãy bấm làm lại."),
    "file_missing": gettext_lazy("Thiếu một tệp cần dùng. Hãy báo người quản trị tìm lại tệp rồi bấm làm lại."),
    "not_permitted": gettext_lazy("Máy không được phép ghi vào thư mục giấy tờ. Người quản trị cần sửa quyền thư mục."),
    "memory_full": gettext_lazy("Máy hết bộ nhớ khi làm việc này. Hãy làm lại lúc máy rảnh."),
    "took_too_long": gettext_lazy("Việc này lâu quá thời gian cho phép. Hãy làm lại lúc máy rảnh."),
    "rule_refused": gettext_lazy("Quy tắc của phần mềm không cho làm việc này nữa vì dữ liệu đã thay đổi."),
    DIED: gettext_lazy("Máy bị ngắt giữa chừng ba lần liền nên việc này được gác lại, các việc khác vẫn chạy."),
}
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def cause_of(problem: BaseException) -> str:
    """A code of `SENTENCES`, or "unknown:" with six signs that find the same fault again in logs and on the page."""
    seen: BaseException | None = problem
    while seen is not None:
        code = _known(seen)
        if code:
            return code
        seen = seen.__cause__ or seen.__context__
    frames = traceback.extract_tb(problem.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].name}" if frames else ""
    return f"unknown:{hashlib.sha256(f'{type(problem).__name__} {place}'.encode()).hexdigest()[:6]}"


_KINDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (DomainError, "rule_refused"),
    (FileNotFoundError, "file_missing"),
    (PermissionError, "not_permitted"),
    (MemoryError, "memory_full"),
    ((SoftTimeLimitExceeded, TimeLimitExceeded), "took_too_long"),
    ((OperationalError, InterfaceError), "database_away"),
)


def _known(problem: BaseException) -> str:
    full = isinstance(problem, OSError) and problem.errno in _NO_SPACE
    if full or (isinstance(problem, OperationalError) and "No space left" in str(problem)):
        return "disk_full"
    return next((code for kinds, code in _KINDS if isinstance(problem, kinds)), "")


def sentence_of(code: str) -> str:
    """What people read: a cause, and what to do about it. "" for none."""
    if not code:
        return ""
    if code in SENTENCES:
        return str(SENTENCES[code])
    return _("Máy gặp lỗi chưa rõ. Hãy bấm làm lại; nếu vẫn vậy, báo người quản trị mã %(code)s.") % {
        "code": code.partition(":")[2] or code
    }
