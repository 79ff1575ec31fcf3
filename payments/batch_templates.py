"""Column templates of a batch's file: those that ship as YAML, and those that a portal keeps of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributors import clock
from contributors.access import require_proof
from contributors.actors import Actor
from contributors.events import record_event
from contributors.models import Portal
from contributors.names import plain_text
from payments.access import require_money
from payments.errors import PaymentError
from payments.models import BatchKind, PayoutTemplate

FOLDER = Path(__file__).with_name("payout_templates")
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MOST_COLUMNS = 20
LONGEST_TITLE = 60
LONGEST_VALUE = 100
NAME_LENGTHS = (10, 300)
TEXT, NUMBER = "text", "number"
# What a column may hold. The account number stands in a file only while it is being written.
SOURCES: Mapping[str, str | Promise] = {
    "position": gettext_lazy("số thứ tự"),
    "name": gettext_lazy("tên chủ tài khoản hoặc người nhận"),
    "legal_name": gettext_lazy("họ và tên trên thẻ căn cước"),
    "account": gettext_lazy("số tài khoản"),
    "bank_name": gettext_lazy("tên ngân hàng"),
    "bank_bin": gettext_lazy("mã ngân hàng (BIN)"),
    "amount": gettext_lazy("số tiền"),
    "purpose": gettext_lazy("nội dung chi"),
    "purpose_ascii": gettext_lazy("nội dung chi, không dấu"),
    "reference": gettext_lazy("mã tham chiếu"),
    "statement": gettext_lazy("số phiếu thanh toán"),
    "unit": gettext_lazy("ấp, ngành"),
    "day": gettext_lazy("ngày lập đợt"),
    "vietqr": gettext_lazy("chữ của mã VietQR"),
    "fixed": gettext_lazy("chữ cố định"),
}
NUMERIC = frozenset({"position", "amount"})
NEEDED: Mapping[str, tuple[str, ...]] = {
    BatchKind.CASH: ("name", "amount"),
    BatchKind.BANK: ("account", "amount"),
    BatchKind.TREASURY: ("name", "account", "amount"),
}
DATE_FORMATS: Mapping[str, str] = {
    "dd/mm/yyyy": "%d/%m/%Y",
    "yyyy-mm-dd": "%Y-%m-%d",
    "ddmmyyyy": "%d%m%Y",
    "yyyymmdd": "%Y%m%d",
}
SEPARATORS = (";", ",", "|", "\t")
ENCODINGS = ("utf-8-bom", "utf-8", "windows-1258")
RESULT_COLUMNS = ("reference", "account", "name", "amount", "status", "reason")
RESULT_KEYS = (*RESULT_COLUMNS, "paid_words", "returned_words")


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    source: str
    kind: str = TEXT
    value: str = ""
    date_format: str = "dd/mm/yyyy"


@dataclass(frozen=True, slots=True)
class Template:
    """One layout. `version` 0 is what ships; `result` names the columns of the bank's answer."""

    code: str
    title: str
    kind: str
    version: int
    columns: tuple[Column, ...]
    unaccented: bool
    capitals: bool
    longest_name: int
    separator: str
    encoding: str
    total: bool
    result: Mapping[str, Sequence[str]]
    rules: Mapping[str, Any]

    @property
    def own(self) -> bool:
        return self.version > 0

    @property
    def kind_label(self) -> str:
        return str(BatchKind(self.kind).label)


@cache
def shipped_templates() -> Mapping[str, Template]:
    """By code, in the order of their files."""
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        with path.open(encoding="utf-8") as source:
            template = read_template(yaml.safe_load(source))
        found[template.code] = template
    return found


def read_template(rules: Mapping[str, Any], *, version: int = 0) -> Template:
    """A layout from plain values. Raises `template_wrong` with every mistake in the user's words."""
    problems: list[str] = []
    code = str(rules.get("code", ""))
    title = plain_text(str(rules.get("title", "")))[:LONGEST_VALUE]
    kind = str(rules.get("kind", ""))
    if not CODE.fullmatch(code):
        problems.append(_("mã mẫu gồm chữ thường không dấu, số và gạch nối."))
    if not title:
        problems.append(_("mẫu chưa có tên."))
    if kind not in BatchKind.values:
        problems.append(_("chưa chọn loại đợt chi."))
    names, text = rules.get("names") or {}, rules.get("csv") or {}
    longest = names.get("longest", 100)
    if not isinstance(longest, int) or not NAME_LENGTHS[0] <= longest <= NAME_LENGTHS[1]:
        problems.append(_("tên dài nhất phải từ %(low)d đến %(high)d ký tự.") % dict(_bounds()))
        longest = NAME_LENGTHS[1]
    separator, encoding = text.get("separator", ";"), text.get("encoding", ENCODINGS[0])
    if separator not in SEPARATORS:
        problems.append(_("dấu ngăn cột không nhận được."))
    if encoding not in ENCODINGS:
        problems.append(_("bảng mã không nhận được."))
    columns = _columns(rules.get("columns") or [], problems)
    present = {column.source for column in columns}
    for needed in NEEDED.get(kind, ()):
        if needed not in present and not (needed == "name" and "legal_name" in present):
            problems.append(_("thiếu cột “%(source)s”.") % {"source": SOURCES[needed]})
    if problems:
        raise PaymentError("template_wrong", field="columns", count=len(problems), problem=" ".join(problems))
    return Template(
        code=code,
        title=title,
        kind=kind,
        version=version,
        columns=columns,
        unaccented=bool(names.get("unaccented", False)),
        capitals=bool(names.get("capitals", False)),
        longest_name=longest,
        separator=separator,
        encoding=encoding,
        total=bool(rules.get("total", False)),
        result=_result(rules.get("result") or {}),
        rules=dict(rules),
    )


def _bounds() -> list[tuple[str, int]]:
    return [("low", NAME_LENGTHS[0]), ("high", NAME_LENGTHS[1])]


def _columns(given: Sequence[Mapping[str, Any]], problems: list[str]) -> tuple[Column, ...]:
    if not given:
        problems.append(_("mẫu chưa có cột nào."))
    if len(given) > MOST_COLUMNS:
        problems.append(_("nhiều nhất %(most)d cột.") % {"most": MOST_COLUMNS})
    columns: list[Column] = []
    for place, each in enumerate(given[:MOST_COLUMNS], start=1):
        title = plain_text(str(each.get("title", "")))[:LONGEST_TITLE]
        source, kind = str(each.get("source", "")), str(each.get("as", TEXT))
        shape = str(each.get("date_format") or "dd/mm/yyyy")
        where = {"place": place, "title": title or "?"}
        if not title:
            problems.append(_("cột %(place)d chưa có tên.") % where)
        elif title.casefold() in {column.title.casefold() for column in columns}:
            problems.append(_("cột %(place)d trùng tên “%(title)s”.") % where)
        if source not in SOURCES:
            problems.append(_("cột %(place)d (“%(title)s”) chưa chọn nội dung.") % where)
        if kind not in {TEXT, NUMBER} or (kind == NUMBER and source not in NUMERIC):
            problems.append(_("cột %(place)d (“%(title)s”) chỉ ghi được dạng chữ.") % where)
        if shape not in DATE_FORMATS:
            problems.append(_("cột %(place)d (“%(title)s”) có cách ghi ngày không nhận được.") % where)
        columns.append(Column(title, source, kind, plain_text(str(each.get("value") or ""))[:LONGEST_VALUE], shape))
    return tuple(columns)


def _result(given: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """Headings of the bank's answer; what is not named is read as the fullest shipped template has it."""
    return {
        key: tuple(plain_text(str(word))[:LONGEST_TITLE] for word in given.get(key) or () if str(word).strip())
        for key in RESULT_KEYS
    }


def result_headings(template: Template) -> Mapping[str, Sequence[str]]:
    usual = shipped_templates()["bank-full"].result
    return {key: template.result[key] or usual[key] for key in RESULT_KEYS}


def templates_offered(kind: str | None = None) -> list[Template]:
    """The portal's own first, then what ships, each in its newest version. One query."""
    newest: dict[str, PayoutTemplate] = {}
    for row in PayoutTemplate.objects.order_by("code", "version"):
        newest[row.code] = row
    own = [read_template(row.rules, version=row.version) for row in newest.values() if not row.retired]
    shipped = [each for each in shipped_templates().values() if each.code not in newest or newest[each.code].retired]
    return [each for each in (*own, *shipped) if kind is None or each.kind == kind]


def template_of(code: str) -> Template:
    """Raises `template_unknown`."""
    for each in templates_offered():
        if each.code == code:
            return each
    raise PaymentError("template_unknown", field="template")


def save_template(*, actor: Actor, rules: Mapping[str, Any]) -> Template:
    """The next version of a portal's own template; one that ships is overlaid by the portal's of the same code.

    Batches that were gathered keep the columns that they copied. Raises `template_wrong`.
    """
    require_money(actor, "run.pay")
    require_proof(actor)
    template = read_template(rules)
    return _next_version(actor, template, retired=False)


def retire_template(*, actor: Actor, code: str) -> None:
    """The portal gives its own layout up; one that ships comes back. Raises `template_unknown`, `template_shipped`."""
    require_money(actor, "run.pay")
    require_proof(actor)
    template = template_of(code)
    if not template.own:
        raise PaymentError("template_shipped")
    _next_version(actor, template, retired=True)


def _next_version(actor: Actor, template: Template, *, retired: bool) -> Template:
    with transaction.atomic():
        Portal.objects.select_for_update().get(pk=actor.portal_id)  # one version at a time
        last = PayoutTemplate.objects.filter(code=template.code).order_by("-version").first()
        row = PayoutTemplate.objects.create(
            portal_id=actor.portal_id,
            code=template.code,
            version=last.version + 1 if last else 1,
            rules=dict(template.rules),
            retired=retired,
            created_by_id=actor.account_pk,
            created_at=clock.now(),
        )
        record_event(
            actor=actor,
            kind="payout_template.retired" if retired else "payout_template.saved",
            subject=row,
            facts={"code": row.code, "version": row.version},
        )
    return read_template(row.rules, version=row.version)
