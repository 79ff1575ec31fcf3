"""The payment list alone, each size in a process of its own: rows a second and peak memory.

python -m bench.payment_list [rows …]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from payments.papers.sheets import Letterhead, PaymentListEntry, PaymentListLine, PaymentListSheet, Signer, sealed
from payments.papers.words import in_words

ROWS = [2_000, 5_000]
LINES_EACH = 5
AMOUNT, TAX = 379_500, 189_750
GOAL_ROWS, GOAL_MB, GOAL_GROWTH = 10_000, 150, 1.25


def entries(rows: int) -> Iterator[PaymentListEntry]:
    """Invented people with five works each; nobody's titles come in another's."""
    for person in range(rows // LINES_EACH):
        lines = tuple(
            PaymentListLine(
                pen_name="",
                title=f"Ấp Tân Hòa ra quân trồng cây ven lộ, đợt {place}, tổ {person}",
                genre="Tin",
                role="Tác giả",
                published_on=date(2026, 7, 1 + person % 28),
                coefficient="1,5",
                unit_value=253_000,
                amount=AMOUNT,
            )
            for place in range(LINES_EACH)
        )
        amount = AMOUNT * LINES_EACH
        yield PaymentListEntry(
            full_name=f"Nguyễn Thị Thứ {person}", lines=lines, tax=TAX, net=amount - TAX, carried_in=0, carried_out=0
        )


def sheet(rows: int) -> PaymentListSheet:
    people = rows // LINES_EACH
    amount, tax = AMOUNT * LINES_EACH * people, TAX * people
    made = PaymentListSheet(
        letterhead=Letterhead(
            superior_body="ỦY BAN NHÂN DÂN XÃ TÂN AN", issuing_body="BAN BIÊN TẬP TRANG TTĐT", place="Tân An"
        ),
        number_label="Số: 01/2026/BK",
        issued_on=date(2026, 8, 5),
        run_label="Kỳ chi trả tháng 7 năm 2026",
        period="từ ngày 01/07/2026 đến ngày 31/07/2026",
        net_in_words=in_words(amount - tax),
        rate_schedule="Quyết định số 45/QĐ-UBND ngày 02/7/2026",
        legal_basis=("Nghị định mẫu",),
        signers=(Signer(title="KẾ TOÁN", name="Trần Thị Mỹ Hạnh"), Signer(title="CHỦ TỊCH", name="Lê Hoàng Phúc")),
        data_mark="",
        fund="Ngân sách xã 2026",
        payees=people,
        works=rows,
        amount=amount,
        tax=tax,
        net=amount - tax,
    )
    return sealed(made, key=b"a key for the bench, not a secret", base_url="https://tanan.example.vn/kiem-tra")


def one(rows: int) -> None:
    """In the child: render to nowhere, print seconds and peak memory in MB."""
    from contributors.papers.fonts import load_faces
    from payments.papers.payment_list import write_payment_list

    faces = load_faces()
    began = time.perf_counter()
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device
        write_payment_list(sheet(rows), entries(rows), nowhere, faces=faces)
    spent = time.perf_counter() - began
    # Not getrusage: its peak begins with that of the process that we were forked from.
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(spent, int(peak.split()[1]) / 1024)


def measure(sizes: list[int]) -> int:
    """How many goals were missed."""
    print("\nPayment list, each size in a process of its own:")
    paces = []
    heaviest = 0.0
    for rows in sizes:
        done = subprocess.run(
            [sys.executable, "-m", "bench.payment_list", "--one", str(rows)], check=True, capture_output=True, text=True
        )
        spent, memory = map(float, done.stdout.split())
        paces.append(rows / spent)
        heaviest = max(heaviest, memory)
        print(f"  {rows:,} rows: {spent:.2f} s, {rows / spent:,.0f} rows/s, peak {memory:.0f} MB")
    growth = max(paces) / paces[-1]
    kept = {
        f"rows a second ≥ {GOAL_ROWS:,}: {min(paces):,.0f}": min(paces) >= GOAL_ROWS,
        f"peak memory < {GOAL_MB} MB: {heaviest:.0f}": heaviest < GOAL_MB,
        f"linear, the longest at most {GOAL_GROWTH} × the fastest's time a row: {growth:.2f}": growth <= GOAL_GROWTH,
    }
    for text, ok in kept.items():
        print(f"goal: {text} {'ok' if ok else 'MISSED'}")
    return sum(not ok for ok in kept.values())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(int(sys.argv[2]))
    else:
        measure([int(size) for size in sys.argv[1:]] or ROWS)
