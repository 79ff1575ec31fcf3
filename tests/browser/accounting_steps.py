"""What the office does: a run from opening to issue, papers, paying, correcting."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pypdf

from tests.browser.walking import Walker
from tests.contributors.logins import totp


@dataclass
class Codes:
    """The code application on somebody's phone. A code is good once, so the next one is waited for by shifting."""

    secret: str = ""
    used: set[str] = field(default_factory=set)

    def next(self) -> str:
        code = next(each for shift in (0, 1, -1) if (each := totp(self.secret, shift)) not in self.used)
        self.used.add(code)
        return code


def set_second_factor(person: Walker, password: str) -> Codes:
    """From the security page to the recovery codes."""
    person.open("/security/totp/")
    if person.page.locator("#id_secret").count():
        person.write("#id_secret", password)
        person.press("Tiếp tục")
    person.press("Không quét được")
    codes = Codes(person.page.inner_text(".receipt-number").replace(" ", ""))
    person.write("#id_code", codes.next())
    person.press("Xong, dùng từ bây giờ")
    return codes


def enter_fund(accountant: Walker, year: int, amount: str) -> None:
    """Where the year has none yet."""
    accountant.open("/funds/")
    if f"{year}, " in accountant.text:
        return
    accountant.open("/funds/new/")
    accountant.write("#id_year", str(year))
    accountant.write("#id_cut_off", f"{year + 1}-01-31")
    accountant.write("#id_source", "Ngân sách xã")
    accountant.write("#id_amount", amount)
    accountant.write("#id_decision_number", f"9/QĐ-{year}")
    accountant.press("Nhập")


def open_run(accountant: Walker, label: str, first: date, last: date) -> str:
    """Returns the run's address."""
    accountant.open("/runs/open/")
    accountant.write("#id_label", label)
    accountant.write("#id_period_from", first.isoformat())
    accountant.write("#id_period_until", last.isoformat())
    accountant.write("#id_payment_date", (last + timedelta(days=1)).isoformat())
    fund = accountant.page.locator("#id_fund option", has_text=str(first.year)).first
    if fund.count():
        accountant.choose("#id_fund", fund.get_attribute("value"))
    accountant.press("Mở kỳ")
    return accountant.path


def step(person: Walker, run: str, word: str) -> None:
    """A button of the task list; one that asks once more is answered."""
    person.open(run)
    person.press(word)
    if person.path != run and person.page.locator("main form button").count():
        person.press(word)


def wait_for(person: Walker, words: str, seconds: int = 60) -> None:
    """Until the page says it, over reloads: what runs in the background survives them."""
    for _ in range(seconds * 2):
        if words in person.text:
            return
        person.page.wait_for_timeout(500)
        person.page.reload()
    raise AssertionError(f"{person.path} never said {words!r}")


def pdf_text(content: bytes) -> str:
    assert content[:5] == b"%PDF-"
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def bank_answer(order: Path, *, returned: int, reason: str) -> str:
    """Turn the file of a batch into what the bank sends back: everybody paid but for one row. Returns that name."""
    text = order.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    for place, row in enumerate(rows):
        row["Trạng thái"], row["Lý do"] = ("Không thành công", reason) if place == returned else ("Thành công", "")
    with order.with_name("ket-qua.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return rows[returned]["Tên người thụ hưởng"]


def check_own(contributor: Walker, title: str, *, wrong: str) -> None:
    """One line is said to be wrong, the others right."""
    contributor.open("/check/")
    card = contributor.page.locator("section.asked", has_text=title)
    card.get_by_text("Không phải của tôi").click()
    card.locator("textarea").fill(wrong)
    contributor.press("Gửi trả lời")
    if contributor.page.get_by_text("khoản còn lại đều đúng").count():
        contributor.press("Các khoản còn lại đều đúng")


def answer_disputes(accountant: Walker, run: str, reply: str) -> None:
    """Every open dispute of a run: the line stays as it is."""
    accountant.open(f"{run}checks/")
    for address in accountant.page.eval_on_selector_all(
        "table.people tbody tr:has(.tag.stop), table.people tbody tr:has(.tag.wait)",
        "rows => rows.map(row => row.querySelector('a').getAttribute('href'))",
    ):
        accountant.open(address)
        while accountant.page.locator("details[open] [name=reply]").count():
            accountant.page.locator("details[open] input[name=outcome]").first.check()
            accountant.page.locator("details[open] [name=reply]").first.fill(reply)
            accountant.press("Gửi trả lời")
