"""The shape of a pack's pages: they open from a folder without a network, hold no script, ask nobody for anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.html import escape

LONGEST_WHOLE = 20  # letters of a word
STYLE = """:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1rem/1.55 "Segoe UI", Roboto, "Noto Sans", sans-serif;
  color: #1b2420; background: #fff; overflow-wrap: anywhere; }
header p.up { margin: 0; font-size: .9rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .4rem 0 .8rem; }
h2 { font-size: 1.15rem; margin: 1.8rem 0 .5rem; border-bottom: 2px solid #14532d; padding-bottom: .2rem; }
a { color: #14532d; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .3rem 1rem; margin: 0; }
dt { color: #4b5a52; }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .5rem; border-bottom: 1px solid #cfd8d2; }
thead th { border-bottom: 2px solid #14532d; }
th, .whole { overflow-wrap: normal; }
.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.note { border-left: 4px solid #b45309; background: #fdf6ec; padding: .6rem .9rem; margin: 1rem 0; }
.note.calm { border-color: #14532d; background: #eef5f0; }
code { font-family: Consolas, "Liberation Mono", monospace; font-size: .9em; }
ol.checks > li { margin-bottom: 1rem; }
.box { display: inline-block; width: 1.1rem; height: 1.1rem; border: 1.5px solid #1b2420; vertical-align: -.15rem;
  margin-right: .5rem; }
img { max-width: 100%; height: auto; display: block; }
figure { margin: 1rem 0; }
figcaption { color: #4b5a52; font-size: .9rem; }
@media (max-width: 40rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
  table.wide thead { position: absolute; left: -99rem; }
  table.wide tr { display: block; border-bottom: 2px solid #cfd8d2; padding: .4rem 0; }
  table.wide td, table.wide th { display: block; border: 0; padding: .1rem 0; text-align: left; white-space: normal; }
  table.wide td[data-name]::before { content: attr(data-name) ": "; color: #4b5a52; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  a { color: inherit; text-decoration: none; }
  h2 { break-after: avoid; }
  tr, figure, li { break-inside: avoid; }
}
"""


def page(title: str, body: str, *, depth: int = 0, up: str = "") -> bytes:
    """One whole page. `depth`: folders between it and the pack's own; `up`: what the way back is called."""
    home = "../" * depth
    back = f'<header><p class="up"><a href="{home}index.html">← {escape(up)}</a></p></header>' if up else ""
    return (
        f'<!doctype html>\n<html lang="vi">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src file: 'self'; "
        f"img-src file: 'self'\"><title>{escape(title)}</title>"
        f'<link rel="stylesheet" href="{home}kieu.css"></head>\n'
        f"<body>{back}<main><h1>{escape(title)}</h1>\n{body}\n</main></body>\n</html>\n"
    ).encode()


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """What is called how, and what it is; blank ones left out. Values are HTML already."""
    return f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{value}</dd>' for name, value in rows if value)}</dl>"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Iterable[int] = ()) -> str:
    """Cells are HTML already. On a phone each row becomes a small card."""
    right = set(numbers)
    head = "".join(
        f'<th scope="col"{_number(place in right)}>{escape(heading)}</th>' for place, heading in enumerate(headings)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-name="{escape(headings[place])}"{_kind(cell, place in right)}>{cell}</td>'
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f'<table class="wide"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def link(address: str, words: str) -> str:
    return f'<a href="{escape(address)}">{escape(words)}</a>'


def counted(number: int) -> str:
    """1265000 → "1.265.000"."""
    return f"{number:,}".replace(",", ".")


def _kind(cell: str, right: bool) -> str:  # noqa: FBT001
    """A long title beside them breaks no day and no number in two; a word that no column holds may break anywhere."""
    whole = "<" not in cell and max(map(len, cell.split()), default=0) <= LONGEST_WHOLE
    return _number(right) or (' class="whole"' if whole else "")


def _number(right: bool) -> str:  # noqa: FBT001
    return ' class="num"' if right else ""
