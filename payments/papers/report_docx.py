"""A report as an editable .docx by Nghị định 30/2020/NĐ-CP. Pure: blocks in, bytes out."""

from __future__ import annotations

from io import BytesIO

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from payments.papers.chart_picture import chart_png
from payments.papers.docx_official import TABLE, OfficialDocx
from payments.papers.report_blocks import Block, Drawn, Part, Report, Said, Table

TEXT_WIDTH = 165
NUMBER_WIDTH = 13
CHART = Mm(150)


def report_docx(report: Report) -> bytes:
    """The file's bytes depend on the report and nothing else."""
    return _Written(report).written()


class _Written(OfficialDocx):
    def __init__(self, report: Report) -> None:
        super().__init__(f"Báo cáo {report.summary}", report.letterhead.issuing_body)
        self.report = report

    def written(self) -> bytes:
        report = self.report
        self.head(report.letterhead, report.number_label, report.dated)
        addressee = f"Kính gửi: {report.addressee}" if report.addressee else ""
        self.kind("BÁO CÁO", report.summary, data_mark=report.data_mark, addressee=addressee)
        self.grounds(report.grounds, last=";")
        self.body(report.opening)
        for block in report.blocks:
            self._write(block)
        self.body(report.closing)
        self.foot(report.signer, report.copies)
        return self.packed()

    def _write(self, block: Block) -> None:
        if isinstance(block, Part):
            self.body(block.text, bold=True)
        elif isinstance(block, Said):
            self.body(f"- {block.text}" if block.listed else block.text)
        elif isinstance(block, Table):
            self._table(block)
        else:
            self._draw(block)

    def _table(self, table: Table) -> None:
        caption = self.paragraph(table.caption, italic=True, size=TABLE, center=True, before=Pt(6), after=Pt(2))
        caption.paragraph_format.keep_with_next = True
        count = len(table.names) - 1
        figures = 26 if count > 1 else 36
        widths = (Mm(NUMBER_WIDTH), Mm(TEXT_WIDTH - NUMBER_WIDTH - figures * count), *[Mm(figures)] * count)
        last = len(table.rows)
        rows = [
            ("" if table.total and place == last else str(place), *row) for place, row in enumerate(table.rows, start=1)
        ]
        self.ruled(("STT", *table.names), rows, widths, total=table.total)

    def _draw(self, drawn: Drawn) -> None:
        paragraph = self.file.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        picture = paragraph.add_run().add_picture(BytesIO(chart_png(drawn.chart)), width=CHART)
        # What a reader of the screen hears where the picture stands.
        picture._inline.docPr.set("descr", f"{drawn.caption}: {drawn.chart.spoken}")  # noqa: SLF001 - no word for it
        self.paragraph(drawn.caption, italic=True, size=TABLE, center=True, after=Pt(6))
