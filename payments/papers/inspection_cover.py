"""Phiếu bàn giao hồ sơ thanh tra: what was handed to whom, and the hash by which the whole pack is proven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reportlab.lib.units import mm

from contributors.papers.fonts import Face, Faces, load_faces
from contributors.papers.layout.flow import Block
from contributors.papers.layout.page import A4_PORTRAIT, PaperFile
from contributors.papers.layout.paragraph import gap, labelled
from payments.papers.ledger import LEFT, RIGHT_MARGIN, SMALL_SIZE, Heads, add_text_paper, closing, opening, paper_of
from payments.papers.sheets import PaperHead

TITLE = "PHIẾU BÀN GIAO HỒ SƠ THANH TRA"
_RIGHT = A4_PORTRAIT[0] - RIGHT_MARGIN
_INDENT = 4 * mm
_GROUP, _IN_A_LINE = 8, 4
_HOW = (
    "mở thư mục đã giải nén; Windows gõ certutil -hashfile SHA256SUMS SHA256, Linux gõ sha256sum SHA256SUMS; so với mã "
    "trên đây. Sau đó SHA256SUMS chứng minh mọi tệp còn lại: xem cach-kiem-tra.html trong gói."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionCover(PaperHead):
    """`facts` are labels and texts in order; hashes in hex."""

    facts: tuple[tuple[str, str], ...]
    manifest_sha256: str
    sha256: str


def render_inspection_cover(sheet: InspectionCover, *, faces: Faces | None = None) -> bytes:
    """The PDF, one page; equal sheets give equal bytes."""
    faces = faces or load_faces()

    def add(file: PaperFile) -> None:
        add_text_paper(file, sheet, _blocks(sheet, faces), faces=faces)

    return paper_of(sheet, "Phiếu bàn giao hồ sơ thanh tra", faces=faces, add=add)


def _blocks(sheet: InspectionCover, faces: Faces) -> Iterator[Block]:
    yield from opening(sheet, Heads(title=TITLE, subtitles=(sheet.period,), unit=""), faces=faces, right=_RIGHT)
    yield gap(4)
    for label, text in sheet.facts:
        yield from _said(label, text, faces)
    for label, digest in (("SHA-256 của SHA256SUMS:", sheet.manifest_sha256), ("SHA-256 của tệp .zip:", sheet.sha256)):
        yield gap(6, keep=True)
        yield from _line(label, faces.regular, faces, left=LEFT)
        for group in grouped(digest):
            yield from _line(group, faces.bold, faces, left=LEFT + _INDENT)
    yield gap(6)
    yield from closing(
        sheet, (("Cách đối chiếu:", _HOW),), paper="hồ sơ", signers=sheet.signers, faces=faces, right=_RIGHT
    )


def _said(label: str, text: str, faces: Faces) -> Iterator[Block]:
    yield from labelled(
        label, text, label_face=faces.regular, face=faces.bold, size=SMALL_SIZE + 1, left=LEFT, right=_RIGHT
    )


def _line(text: str, face: Face, faces: Faces, *, left: float) -> Iterator[Block]:
    yield from labelled(
        "", text, label_face=faces.regular, face=face, size=SMALL_SIZE + 1, left=left, right=_RIGHT, keep=True
    )


def grouped(digest: str) -> list[str]:
    """Two lines of four groups of eight: what two people can read to each other."""
    groups = [digest[start : start + _GROUP] for start in range(0, len(digest), _GROUP)]
    return [" ".join(groups[start : start + _IN_A_LINE]) for start in range(0, len(groups), _IN_A_LINE)]
