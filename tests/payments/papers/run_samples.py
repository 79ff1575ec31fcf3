"""Invented sheets and rows of the papers about a whole run, each agreeing with the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from payments.papers.dossier import Contents
from payments.papers.run_sheet import BankName, BeneficiaryRow, Check, FileRow, PersonRow, RunSheet, WorkRow
from payments.papers.sheets import Payee, sealed
from payments.papers.words import in_words
from tests.payments.papers.samples import KEY, LETTERHEAD, PAGE_URL, SIGNERS, a_line, a_list, a_statement, an_entry

UNITS = ("Ấp Tân Hòa A", "Ấp Tân Hòa B", "")


def a_person(number: int = 1, **changed: Any) -> PersonRow:
    amount = changed.get("amount", 379_500 + number * 100)
    tax = changed.get("tax", 0)
    fields: dict[str, Any] = {
        "number": number,
        "name": f"Trần Văn Thứ {number}",
        "unit": UNITS[number % 3],
        "masked_id": f"•••••••• {number:04d}",
        "works": 1,
        "amount": amount,
        "tax": tax,
        "net": amount - tax,
        "tax_kind": "cá nhân cư trú không ký hợp đồng lao động",
        "tax_explanation": "Chưa đến mức khấu trừ.",
    }
    return PersonRow(**{**fields, **changed})


def a_sheet(people: Sequence[PersonRow], kind: str = "summary", *, cash: int = 0, **changed: Any) -> RunSheet:
    """`cash`: so many of the last people are paid in cash."""
    gross, tax = sum(row.amount for row in people), sum(row.tax for row in people)
    by_cash = sum(row.net for row in people[len(people) - cash :]) if cash else 0
    fields: dict[str, Any] = {
        "kind": kind,
        "letterhead": LETTERHEAD,
        "number_label": "Số: 07/2026/TH",
        "issued_on": date(2026, 3, 5),
        "run_label": "Kỳ chi trả tháng 02 năm 2026",
        "period": "từ ngày 01/02/2026 đến ngày 28/02/2026",
        "payment_date": date(2026, 3, 10),
        "net_in_words": in_words(gross - tax),
        "rate_schedule": "Quyết định số 45/QĐ-UBND ngày 02/01/2026",
        "legal_basis": ("Nghị định số 161/2026/NĐ-CP về mức lương cơ sở",),
        "signers": SIGNERS,
        "fund": "Ngân sách xã 2026",
        "budget_code": "1234567",
        "requester": "Trần Thị Mỹ Hạnh",
        "payees": len(people),
        "works": sum(row.works for row in people),
        "line_total": gross,
        "carried_in": 0,
        "carried_out": 0,
        "gross": gross,
        "tax": tax,
        "net": gross - tax,
        "transfers": len(people) - cash,
        "transfer_sum": gross - tax - by_cash,
        "cash": cash,
        "cash_sum": by_cash,
        "statements": f"1–{len(people)}/2026",
        "attached": ("Bảng kê chi trả nhuận bút số 07/2026/BK", f"Phiếu thanh toán số 1–{len(people)}/2026"),
        "banks": (BankName(bin="970405", name="Agribank"),),
        "checks": (
            Check(code="sum", state="ok", text="Số dòng, tổng số tiền và lệnh chuyển khớp nhau"),
            Check(code="names", state="warn", text="1 người có tên chủ tài khoản khác tên trên phiếu"),
        ),
    }
    return sealed(RunSheet(**{**fields, **changed}), key=KEY, base_url=PAGE_URL)


def beneficiaries_of(people: Sequence[PersonRow]) -> list[BeneficiaryRow]:
    return [
        BeneficiaryRow(
            holder=row.name,
            account=f"190345{row.number:08d}",
            bank="Agribank",
            amount=row.net,
            note=f"Phiếu {row.number}",
        )
        for row in people
    ]


def works_of(people: Sequence[PersonRow]) -> list[WorkRow]:
    return [
        WorkRow(unit=row.unit, genre=("Tin", "Bài phản ánh")[row.number % 2], role="Tác giả", amount=row.amount)
        for row in people
    ]


def file_rows(people: Sequence[PersonRow]) -> list[FileRow]:
    names = ("Giấy đề nghị thanh toán", "Bảng kê chi trả nhuận bút", *("Phiếu thanh toán" for _ in people))
    return [
        FileRow(name=name, number=f"{place:02d}/2026", code="7K4M-92QF-XD8B", sha256=f"{place:064x}")
        for place, name in enumerate(names, start=1)
    ]


def a_dossier(people: Sequence[PersonRow], **changed: Any) -> Contents:
    """Every part agrees with `people`."""
    kinds = ("cover", "payment_request", "summary", "beneficiaries", "withholding", "signing_sheets", "dossier")
    entries = [
        an_entry(row.number, lines=(replace(an_entry(row.number).lines[0], amount=row.amount),), tax=row.tax)
        for row in people
    ]
    statements = [
        (
            row.number,
            a_statement(
                [a_line(1, amount=row.amount)],
                tax=row.tax,
                payee=Payee(full_name=row.name, pen_names=(), unit=row.unit, masked_id=row.masked_id),
            ),
        )
        for row in people
    ]
    return Contents(
        sheets={kind: a_sheet(people, kind, **changed) for kind in kinds},
        payment_list=a_list(entries),
        files=lambda: file_rows(people),
        entries=lambda: entries,
        works=lambda: works_of(people),
        beneficiaries=lambda: beneficiaries_of(people),
        people=lambda: people,
        statements=lambda: statements,
    )
