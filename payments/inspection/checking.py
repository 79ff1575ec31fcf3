"""A pack read again: every file, every hash, every link of the log, every sum. Asks nothing but the archive itself.

What the archive says of itself proves nothing against someone who writes all of it anew: only the hash of SHA256SUMS,
from the signed cover sheet or from the event log (`logged`), does.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from contributors.events import link_hash
from payments.inspection.building import ABOUT, FORMAT, MANIFEST
from payments.inspection.chain import JSON_LINES
from payments.inspection.draft import PART
from payments.inspection.money_tables import LINES, STATEMENTS

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)
_SUMS = {
    "line_total": "Cộng các khoản",
    "carried_in": "Kỳ trước chuyển sang",
    "carried_out": "Chuyển kỳ sau",
    "gross": "Thu nhập",
    "tax": "Thuế TNCN",
    "net": "Thực lĩnh",
}
_DIGEST = 64


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that does not hold. `code` for programs, `about` the file, link or statement, `sentence` for people."""

    code: str
    about: str
    sentence: str


@dataclass(slots=True)
class Checked:
    """What a check found. `manifest_sha256` "" where there is no list of files; `about` as the pack says it."""

    files: int = 0
    links: int = 0
    statements: int = 0
    manifest_sha256: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def fail(self, code: str, about: str, sentence: str) -> None:
        self.failures.append(Failure(code, about, sentence))


def check_archive(path: Path) -> Checked:
    """Everything that the archive itself can prove or contradict. Memory holds names and sums, never a file."""
    found = Checked()
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN:
        found.fail("not_an_archive", path.name, _("Không mở được: tệp này không phải gói nén hoặc đã hỏng."))
        return found
    with archive:
        _check_files(archive, found)
        found.about = _about(archive, found)
        if found.about:
            _check_links(archive, found)
            _check_sums(archive, found)
    return found


def _check_files(archive: zipfile.ZipFile, found: Checked) -> None:
    names = Counter(info.filename for info in archive.infolist() if not info.is_dir())
    for name, times in names.items():
        if times > 1:
            found.fail("twice", name, _("%(name)s có hai bản trong gói.") % {"name": name})
    listed = _manifest(archive, names, found)
    for name, digest in listed.items():
        if name not in names:
            found.fail("missing", name, _("Thiếu tệp %(name)s.") % {"name": name})
        elif _digest(archive, name) != digest:
            found.fail("changed", name, _("Tệp %(name)s đã bị sửa: mã không khớp.") % {"name": name})
        else:
            found.files += 1
    for name in names:
        if name not in listed and name != MANIFEST:
            found.fail("added", name, _("Thừa tệp %(name)s, không có trong danh sách.") % {"name": name})


def _manifest(archive: zipfile.ZipFile, names: Mapping[str, int], found: Checked) -> dict[str, str]:
    """Hashes by name, as coreutils writes them."""
    if MANIFEST not in names:
        found.fail("missing", MANIFEST, _("Thiếu tệp %(name)s.") % {"name": MANIFEST})
        return {}
    try:
        content = archive.read(MANIFEST)
        lines = content.decode().splitlines()
    except (*_BROKEN, UnicodeDecodeError):
        found.fail("changed", MANIFEST, _("Tệp %(name)s đã bị sửa: mã không khớp.") % {"name": MANIFEST})
        return {}
    found.manifest_sha256 = hashlib.sha256(content).hexdigest()
    listed: dict[str, str] = {}
    for line in lines:
        digest, separator, name = line.partition("  ")
        if len(digest) != _DIGEST or not separator or not name or name in listed:
            said = _("Dòng “%(line)s” của %(name)s không đúng dạng.") % {"line": line[:80], "name": MANIFEST}
            found.fail("line_wrong", MANIFEST, said)
        else:
            listed[name] = digest
    return listed


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    """In hex; nothing for a file that the archive itself cannot read any more."""
    digest = hashlib.sha256()
    try:
        with archive.open(name) as source:
            while part := source.read(PART):
                digest.update(part)
    except _BROKEN:
        return ""
    return digest.hexdigest()


def _about(archive: zipfile.ZipFile, found: Checked) -> Mapping[str, Any]:
    try:
        about = json.loads(archive.read(ABOUT))
        known = about["format"] == FORMAT and {"pack", "totals", "chain", "rows"} <= about.keys()
    except (*_BROKEN, KeyError, TypeError, ValueError):
        known = False
    if not known:
        found.fail("unreadable", ABOUT, _("Không đọc được %(name)s.") % {"name": ABOUT})
        return {}
    return dict(about)


def _check_links(archive: zipfile.ZipFile, found: Checked) -> None:
    """Each link follows from its own event and the one before; the first and the last hang where the pack says."""
    anchors = found.about["chain"]
    try:
        wanted = anchors["first"] if anchors else 1
        previous = anchors["before"]["hash"] if anchors else ""
        for line in _lines(archive, JSON_LINES):
            link = json.loads(line)
            place = link["position"]
            if place != wanted or link["previous"] != previous or not _holds(link):
                _broken_at(found, wanted)
                return
            wanted, previous = wanted + 1, link["hash"]
            found.links += 1
        if anchors and not _hangs(anchors, wanted, previous):
            _broken_at(found, wanted)
    except (*_BROKEN, KeyError, TypeError, ValueError):
        found.fail("unreadable", JSON_LINES, _("Không đọc được %(name)s.") % {"name": JSON_LINES})


def _hangs(anchors: Mapping[str, Any], following: int, last: str) -> bool:
    """Whether the chain ends where the pack says, and the link that follows it in the log goes on from there."""
    after = anchors["after"]
    goes_on = after is None or (after["position"], after["previous"]) == (following, last)
    return goes_on and bool((anchors["last"], anchors["end"]["hash"]) == (following - 1, last))


def _holds(link: Mapping[str, Any]) -> bool:
    return bool(link_hash(bytes.fromhex(link["previous"]), link["body"]).hex() == link["hash"])


def _broken_at(found: Checked, place: int) -> None:
    said = _("Chuỗi nhật ký đứt ở vị trí %(place)d: mã tính lại không khớp.") % {"place": place}
    found.fail("chain_broken", str(place), said)


def _check_sums(archive: zipfile.ZipFile, found: Checked) -> None:
    """Lines add up to their statements, statements to the pack's totals; paper by paper the kept hash."""
    try:
        of_statement: dict[str, int] = defaultdict(int)
        for row in _rows(archive, LINES.csv):
            of_statement[row["Phiếu số"]] += int(row["Số tiền"])
        totals: dict[str, int] = dict.fromkeys(_SUMS, 0)
        for row in _rows(archive, STATEMENTS.csv):
            said = {name: int(row[heading]) for name, heading in _SUMS.items()}
            _check_statement(found, row["Phiếu số"], said, of_statement.pop(row["Phiếu số"], 0))
            for name, amount in said.items():
                totals[name] += amount
            found.statements += 1
        for number in of_statement:
            words = _("Có khoản của phiếu %(number)s nhưng không có phiếu ấy.") % {"number": number}
            found.fail("statement_missing", number, words)
        if totals != found.about["totals"]:
            found.fail("totals_differ", STATEMENTS.csv, _("Tổng các phiếu khác tổng ghi ở trang đầu."))
    except (*_BROKEN, KeyError, TypeError, ValueError):
        found.fail("unreadable", STATEMENTS.csv, _("Không đọc được %(name)s.") % {"name": "bang/phieu.csv, khoan.csv"})


def _check_statement(found: Checked, number: str, said: Mapping[str, int], lines: int) -> None:
    whole = said["line_total"] + said["carried_in"] - said["carried_out"] == said["gross"]
    if lines != said["line_total"] or not whole or said["gross"] - said["tax"] != said["net"]:
        words = _("Phiếu %(number)s không khớp với các khoản của nó.") % {"number": number}
        found.fail("statement_differs", number, words)


def _rows(archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, str]]:
    with archive.open(name) as source:
        yield from csv.DictReader(io.TextIOWrapper(source, encoding="utf-8-sig", newline=""))


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as source:
        yield from source
