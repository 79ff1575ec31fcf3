"""What one statement costs, against whom: `python -m bench.statement_page`.

One run, interleaved, so read the ratios and not the milliseconds. Every rival draws the same strings, lines and
QR code at the places that our layout found; only ours also breaks lines and pages. The floor writes PDF by hand.
"""

from __future__ import annotations

import importlib.util
import io
import statistics
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import font_source_serif_pro
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from contributors.papers.fonts import Face, Faces, Setting, load_faces
from contributors.papers.layout.closing import qr_runs
from contributors.papers.layout.page import A4_PORTRAIT, Page, PaperFile
from contributors.papers.layout.table import dong
from payments.papers import statement
from payments.papers.sheets import Letterhead, Payee, Signer, StatementLine, StatementSheet, sealed
from payments.papers.words import in_words

ROWS = 20
SHEETS = 12
ROUNDS = 9
GOALS = {"floor": 3.0, "canvas": 2.0, "typst": 3.5, "WeasyPrint": 30.0}
QUIET, SIDE = 100.0, 56.0


def made_up(number: int) -> StatementSheet:
    """A statement of invented works; none of its titles comes in another one."""
    first = date(2026, 7, 1)
    lines = tuple(
        StatementLine(
            ordinal=place + 1,
            published_on=first + timedelta(days=place),
            title=f"Ấp Tân Hòa {number} trồng cây ven lộ, đợt {place + 1}",
            genre="Tin",
            role="",
            coefficient="1,5",
            unit_value=253_000,
            share="100 %",
            amount=379_500,
            explanation="",
        )
        for place in range(ROWS)
    )
    gross = sum(line.amount for line in lines)
    sheet = StatementSheet(
        letterhead=Letterhead(
            superior_body="ỦY BAN NHÂN DÂN XÃ TÂN AN", issuing_body="BAN BIÊN TẬP TRANG TTĐT", place="Tân An"
        ),
        number_label=f"Số: {number}/PTT-2026",
        issued_on=date(2026, 8, 5),
        run_label="Kỳ chi trả tháng 7 năm 2026",
        period="",
        net_in_words=in_words(gross - gross // 10),
        rate_schedule="Quyết định số 45/QĐ-UBND ngày 02/7/2026",
        legal_basis=("Nghị định số 161/2026/NĐ-CP",),
        signers=(
            Signer(title="KẾ TOÁN", name="Trần Thị Mỹ Hạnh"),
            Signer(title="TRƯỞNG BAN BIÊN TẬP", name="Lê Hoàng Phúc"),
            Signer(title="CHỦ TỊCH", name="Nguyễn Văn Đặng"),
        ),
        payee=Payee(full_name=f"Nguyễn Thị Ánh {number}", pen_names=(), unit="Ấp Tân Hòa", masked_id=""),
        lines=lines,
        gross=gross,
        tax=gross // 10,
        tax_explanation="",
        net=gross - gross // 10,
    )
    return sealed(sheet, key=b"a key for the bench, not a secret", base_url="https://tanan.example.vn/kiem-tra")


@dataclass
class Drawing:
    """What our layout drew on one page, by place: the input of the rivals."""

    texts: list[tuple[float, float, Setting, Face, float]] = field(default_factory=list)
    strokes: list[tuple[float, float, float, float]] = field(default_factory=list)


class Recorder(Page):
    """Our page, that also writes down what is drawn on it."""

    drawings: list[Drawing] = []

    def __init__(self, document: Any, size: tuple[float, float]) -> None:
        super().__init__(document, size)
        self.drawing = Drawing()
        self.drawings.append(self.drawing)

    def text(self, x: float, y: float, setting: Setting, face: Face, size: float) -> None:
        self.drawing.texts.append((x, self.height - y, setting, face, size))
        super().text(x, y, setting, face, size)

    def lines(
        self, x: float, y: float, settings: Sequence[Setting], face: Face, size: float, *, leading: float
    ) -> None:
        for place, setting in enumerate(settings):
            self.text(x, y + place * leading, setting, face, size)

    def horizontal(self, left: float, right: float, y: float, thickness: float = 0.4) -> None:
        self.drawing.strokes.append((left, self.height - y, right, self.height - y))
        super().horizontal(left, right, y, thickness)

    def verticals(self, edges: tuple[float, ...], top: float, bottom: float) -> None:
        self.drawing.strokes.extend((x, self.height - top, x, self.height - bottom) for x in edges)
        super().verticals(edges, top, bottom)


class RecordingFile(PaperFile):
    def page(self, size: tuple[float, float] | None = None) -> Page:
        return Recorder(self._document, size or self.size)


def recorded(sheet: StatementSheet) -> list[Drawing]:
    Recorder.drawings = []
    with patch.object(statement, "PaperFile", RecordingFile):
        statement.render_statement(sheet)
    return Recorder.drawings


class Floor:
    """A PDF written by hand: known places, prepared fonts, nothing but strings joined and compressed."""

    def __init__(self, faces: Faces) -> None:
        self._names = {faces.regular.font: b"/F1", faces.bold.font: b"/F2"}
        self._fonts = [faces.regular.font, faces.bold.font]

    def __call__(self, sheet: StatementSheet, drawings: list[Drawing]) -> bytes:
        objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
        for font in self._fonts:
            at = len(objects) + 1
            objects += [
                b"<</Type/Font/Subtype/TrueType/BaseFont/%d/FirstChar 0/LastChar 255/Widths %b"
                b"/FontDescriptor %d 0 R/ToUnicode %d 0 R>>" % (at, font._width_array.format(None), at + 1, at + 3),  # noqa: SLF001
                b"<</Type/FontDescriptor/FontName/%d/Flags 4/FontFile2 %d 0 R>>" % (at, at + 2),
                b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(font._file), font._file),  # noqa: SLF001
                b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(font._to_unicode), font._to_unicode),  # noqa: SLF001
            ]
        kids = []
        for number, drawing in enumerate(drawings):
            code = sheet.verification_url if number == len(drawings) - 1 else ""
            content = zlib.compress(self._content(drawing, code))
            kids.append(b"%d 0 R" % (len(objects) + 1))
            objects += [
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
                b"/Resources<</Font<</F1 3 0 R/F2 7 0 R>>>>>>" % (len(objects) + 2),
                b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(content), content),
            ]
        objects[1] = b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(kids), b" ".join(kids))
        out, offsets = bytearray(b"%PDF-1.4\n"), []
        for number, text in enumerate(objects, start=1):
            offsets.append(len(out))
            out += b"%d 0 obj\n%b\nendobj\n" % (number, text)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
        return bytes(out)

    def _content(self, drawing: Drawing, url: str) -> bytes:
        parts = [
            b"BT %b %g Tf 1 0 %.4f 1 %.2f %.2f Tm <%b> Tj ET"
            % (self._names[face.font], size, face.slant, x, y, (setting.codes or b"").hex().encode())
            for x, y, setting, face, size in drawing.texts
        ]
        parts += [b"%.2f %.2f m %.2f %.2f l S" % stroke for stroke in drawing.strokes]
        if url:
            runs, modules = qr_runs(url)
            unit = SIDE / modules
            parts += [
                b"%.2f %.2f %.2f %.2f re" % (QUIET + x * unit, QUIET - y * unit, wide * unit, unit)
                for x, y, wide in runs
            ]
            parts.append(b"f")
        return b"\n".join(parts)


def canvas_as_it_comes(sheet: StatementSheet, drawings: list[Drawing], texts: list[list[str]]) -> bytes:
    """The drawString of reportlab with its dynamic fonts, and all its settings as they are."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4_PORTRAIT)
    for number, (drawing, strings) in enumerate(zip(drawings, texts, strict=True)):
        for (x, y, _, face, size), string in zip(drawing.texts, strings, strict=True):
            canvas.setFont("AsItComes-Bold" if "Bold" in face.font.fontName else "AsItComes", size)
            canvas.drawString(x, y, string)
        for stroke in drawing.strokes:
            canvas.line(*stroke)
        if number == len(drawings) - 1:
            runs, modules = qr_runs(sheet.verification_url)
            unit = SIDE / modules
            for x, y, wide in runs:
                canvas.rect(QUIET + x * unit, QUIET - y * unit, wide * unit, unit, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def platypus(sheet: StatementSheet, cell: Callable[[str], Any]) -> bytes:
    """A platypus Table of the lines alone: no letterhead, no totals, no QR code."""
    out = io.BytesIO()
    rows = [[cell(title) for title in ("STT", "Ngày đăng", "Tên tác phẩm", "Thể loại", "Hệ số", "Đơn giá", "Tiền")]]
    rows += [
        [
            cell(text)
            for text in (
                str(line.ordinal),
                f"{line.published_on:%d/%m/%Y}",
                line.title,
                line.genre,
                line.coefficient,
                dong(line.unit_value or 0),
                dong(line.amount),
            )
        ]
        for line in sheet.lines
    ]
    table = Table(rows, colWidths=[26, 56, 180, 68, 34, 50, 60])
    table.setStyle([("FONT", (0, 0), (-1, -1), "AsItComes", 10), ("GRID", (0, 0), (-1, -1), 0.4, "black")])
    SimpleDocTemplate(out, pagesize=A4_PORTRAIT).build([table])
    return out.getvalue()


def html(sheet: StatementSheet) -> str:
    rows = "".join(
        f"<tr><td>{line.ordinal}<td>{line.published_on:%d/%m/%Y}<td>{line.title}<td>{line.genre}"
        f"<td>{line.coefficient}<td>{dong(line.unit_value or 0)}<td>{dong(line.amount)}</tr>"
        for line in sheet.lines
    )
    return f"<h1>PHIẾU THANH TOÁN NHUẬN BÚT</h1><table border=1>{rows}</table>"


def typst_source(sheet: StatementSheet) -> bytes:
    cells = ", ".join(
        f"[{line.ordinal}], [{line.title}], [{line.genre}], [{line.coefficient}], [{dong(line.amount)}]"
        for line in sheet.lines
    )
    return f"= PHIẾU THANH TOÁN NHUẬN BÚT\n#table(columns: 5, {cells})".encode()


def rivals(faces: Faces, drawings: list[list[Drawing]]) -> dict[str, Callable[[int, StatementSheet], bytes]]:
    folder = font_source_serif_pro.font_directory
    for name, file in (("AsItComes", "SourceSerifPro-Regular.ttf"), ("AsItComes-Bold", "SourceSerifPro-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, f"{folder}/{file}"))
    strings = [
        [[face.font.text(setting) for _, _, setting, face, _ in drawing.texts] for drawing in of_sheet]
        for of_sheet in drawings
    ]
    floor = Floor(faces)
    style = ParagraphStyle("cell", fontName="AsItComes", fontSize=10)
    known: dict[str, Callable[[int, StatementSheet], bytes]] = {
        "ours": lambda _, sheet: statement.render_statement(sheet, faces=faces),
        "floor": lambda place, sheet: floor(sheet, drawings[place]),
        "canvas": lambda place, sheet: canvas_as_it_comes(sheet, drawings[place], strings[place]),
        "platypus, strings": lambda _, sheet: platypus(sheet, str),
        "platypus, paragraphs": lambda _, sheet: platypus(sheet, lambda text: Paragraph(text, style)),
    }
    if importlib.util.find_spec("typst"):
        typst = importlib.import_module("typst")
        known["typst"] = lambda _, sheet: typst.compile(typst_source(sheet))
    if importlib.util.find_spec("weasyprint"):
        weasyprint = importlib.import_module("weasyprint")
        known["WeasyPrint"] = lambda _, sheet: weasyprint.HTML(string=html(sheet)).write_pdf()
    return known


def main() -> int:
    faces = load_faces()
    warm = [made_up(number) for number in range(SHEETS)]
    drawings = [recorded(sheet) for sheet in warm]
    known = rivals(faces, drawings)
    spent: dict[str, list[float]] = {name: [] for name in known}
    sizes: dict[str, int] = {}
    for turn in range(ROUNDS):
        # New titles and names each round, at the same places: nothing but what a real run repeats is cached.
        sheets = [
            replace(made_up(number), payee=replace(made_up(number).payee, full_name=f"Lê Văn {turn} {number}"))
            for number in range(SHEETS)
        ]
        sheets = [
            replace(
                sheet, lines=tuple(replace(line, title=f"{line.title[:-6]} kỳ {turn}{place}") for line in sheet.lines)
            )
            for place, sheet in enumerate(sheets)
        ]
        for name, render in known.items():
            start = time.perf_counter()
            for place, sheet in enumerate(sheets):
                sizes[name] = len(render(place, sheet))
            spent[name].append((time.perf_counter() - start) / SHEETS)
    pages = len(drawings[0])
    print(f"One statement of {ROWS} rows on {pages} pages, {SHEETS * ROUNDS} of each; medians of {ROUNDS} rounds.")
    medians = {name: statistics.median(times) for name, times in spent.items()}
    for name, median in sorted(medians.items(), key=lambda pair: pair[1]):
        ratio = statistics.median(theirs / floor for theirs, floor in zip(spent[name], spent["floor"], strict=True))
        print(f"{name:22} {median * 1000:8.2f} ms  × floor {ratio:6.2f}  {sizes[name] / 1000:6.1f} kB")
    return report_goals(spent)


def report_goals(spent: dict[str, list[float]]) -> int:
    """How many goals were missed: ours at most so many times the floor, rivals at least so many times ours."""
    missed = 0
    for name, goal in GOALS.items():
        if name not in spent:
            continue
        pairs = zip(spent["ours"], spent[name], strict=True)
        ratio = statistics.median(ours / theirs if name == "floor" else theirs / ours for ours, theirs in pairs)
        kept = ratio <= goal if name == "floor" else ratio >= goal
        missed += not kept
        asked = f"ours / floor ≤ {goal}" if name == "floor" else f"{name} / ours ≥ {goal}"
        print(f"goal: {asked}: {ratio:.2f} {'ok' if kept else 'MISSED'}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
