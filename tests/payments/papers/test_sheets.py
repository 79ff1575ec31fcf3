import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.papers.sheets import Payee, PaymentListSheet, SheetError, Signer, StatementSheet, sealed
from payments.papers.verification import is_well_formed
from payments.papers.words import in_words
from tests.payments.papers.samples import KEY, PAGE_URL, PAYEE, a_line, a_list, a_statement, an_entry

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Nd"]), max_size=40)


def test_statement_sheet_survives_json() -> None:
    sheet = a_statement(3, carried_in=37_950, tax=100, draft_mark="BẢN NHÁP", data_mark="SỐ LIỆU GIẢ ĐỊNH")

    assert StatementSheet.from_json(sheet.to_json()) == sheet
    assert StatementSheet.from_json(sheet.to_json()).to_json() == sheet.to_json()


def test_payment_list_sheet_survives_json() -> None:
    sheet = a_list([an_entry(1), an_entry(2, works=3, tax=10)])

    assert PaymentListSheet.from_json(sheet.to_json()) == sheet


def test_sheet_survives_a_json_column_that_reorders_keys() -> None:
    sheet = a_statement([a_line(published_on=None, unit_value=None, amount=-5), a_line(2)], issued_on=None)
    stored = json.loads(sheet.to_json())
    reordered = dict(sorted(stored.items(), reverse=True))

    assert StatementSheet.from_json(reordered).to_json() == sheet.to_json()


@given(name=ANY_TEXT, title=st.text(max_size=40), pen_names=st.lists(ANY_TEXT, max_size=3), when=st.dates())
def test_any_text_survives_json(name: str, title: str, pen_names: list[str], when: date) -> None:
    payee = Payee(full_name=name, pen_names=tuple(pen_names), unit="", masked_id="")
    sheet = a_statement([a_line(title=title, published_on=when)], payee=payee)

    assert StatementSheet.from_json(sheet.to_json()) == sheet


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("gross", "5"),
        ("gross", True),
        ("gross", 5.0),
        ("gross", None),
        ("number_label", 5),
        ("issued_on", "05/03/2026"),
        ("issued_on", 5),
        ("legal_basis", "one"),
        ("payee", "Nguyễn Thị Ánh Tuyết"),
        ("lines", [{"ordinal": 1}]),
        ("unknown", 1),
    ],
)
def test_frozen_copy_with_a_wrong_field_is_refused(field: str, value: object) -> None:
    frozen = json.loads(a_statement(1).to_json())
    frozen[field] = value

    with pytest.raises(SheetError):
        StatementSheet.from_json(frozen)


def test_frozen_copy_without_a_field_is_refused_and_without_a_later_one_is_not() -> None:
    frozen = json.loads(a_statement(1).to_json())
    older = {name: value for name, value in frozen.items() if name not in {"data_mark", "draft_mark"}}
    broken = {name: value for name, value in frozen.items() if name != "tax"}

    assert StatementSheet.from_json(older) == a_statement(1)
    with pytest.raises(SheetError, match="tax"):
        StatementSheet.from_json(broken)


@pytest.mark.parametrize(
    ("field", "by"), [("gross", 1), ("tax", 1), ("net", -1), ("carried_in", 5), ("carried_out", 5)]
)
def test_statement_that_does_not_add_up_is_refused(field: str, by: int) -> None:
    sheet = a_statement(2, tax=1000)

    with pytest.raises(SheetError):
        replace(sheet, **{field: getattr(sheet, field) + by})


def test_statement_whose_lines_are_not_its_gross_is_refused() -> None:
    sheet = a_statement(2)
    more = sheet.net + 1

    with pytest.raises(SheetError, match="gross"):
        replace(sheet, gross=more, net=more, net_in_words=in_words(more))


def test_words_that_say_another_amount_are_refused() -> None:
    sheet = a_statement(2)

    with pytest.raises(SheetError, match="in words"):
        replace(sheet, net_in_words=in_words(sheet.net + 1))


def test_words_of_the_south_are_accepted() -> None:
    sheet = a_statement([a_line(amount=1_205_000)], net_in_words="Một triệu hai trăm lẻ năm ngàn đồng")

    assert sheet.net == 1_205_000


def test_negative_net_is_refused() -> None:
    with pytest.raises(SheetError, match="can be paid"):
        a_statement([a_line(amount=-1)])


@pytest.mark.parametrize("shown", ["089123456789", "•••• 56789", "12345", "1•2•3•4•5"])
def test_personal_id_that_is_not_masked_is_refused(shown: str) -> None:
    with pytest.raises(SheetError, match="masked"):
        replace(PAYEE, masked_id=shown)


@pytest.mark.parametrize("number", ["089123456789", "351234567", "089 123 456 789", "351-234-567", "số 089123456789."])
def test_text_that_holds_a_personal_id_is_refused_without_repeating_it(number: str) -> None:
    for changed in (
        {"payee": replace(PAYEE, full_name=f"Nguyễn Văn A {number}")},
        {"payee": replace(PAYEE, pen_names=("Hương", number))},
        {"signers": (Signer(title="KẾ TOÁN", name=number),)},
        {"tax_explanation": number},
        {"number_label": number},
    ):
        with pytest.raises(SheetError) as refused:
            a_statement(1, **changed)
        assert number not in str(refused.value)


@pytest.mark.parametrize("harmless", ["0912345678", "253.000.000", "Ấp 1, tổ 12", "1234567890123", "số 45/QĐ-UBND"])
def test_text_with_other_numbers_is_printed(harmless: str) -> None:
    assert a_statement(1, tax_explanation=harmless).tax_explanation == harmless


def test_entry_that_does_not_add_up_is_refused() -> None:
    entry = an_entry(1, works=2, tax=7, carried_in=50, carried_out=20)

    assert entry.net == entry.amount - 7
    for field in ("tax", "net", "carried_in", "carried_out"):
        with pytest.raises(SheetError, match="net of an entry"):
            replace(entry, **{field: getattr(entry, field) + 1})


def test_name_that_no_column_holds_is_refused() -> None:
    for make in (lambda name: an_entry(1, full_name=name), lambda name: replace(PAYEE, full_name=name)):
        assert make("a" * 400).full_name == "a" * 400
        with pytest.raises(SheetError, match="400"):
            make("a" * 401)


def test_payment_list_that_does_not_add_up_is_refused() -> None:
    sheet = a_list([an_entry(1, tax=10)])

    with pytest.raises(SheetError):
        replace(sheet, tax=11)


def test_sealed_sheet_has_code_and_address_and_keeps_them() -> None:
    sheet = a_statement(2)

    assert is_well_formed(sheet.verification_code)
    assert sheet.verification_url == f"{PAGE_URL}/{sheet.verification_code.replace('-', '')}"
    assert sealed(sheet, key=KEY, base_url=PAGE_URL) == sheet


def test_code_changes_with_anything_printed() -> None:
    sheet = a_statement(2)
    others = [
        replace(sheet, number_label="Số: 13/PTT-2026"),
        replace(sheet, payee=replace(PAYEE, unit="Ấp 2")),
        replace(sheet, data_mark="SỐ LIỆU GIẢ ĐỊNH"),
        replace(sheet, template_version=2),
    ]

    codes = {sealed(other, key=KEY, base_url=PAGE_URL).verification_code for other in [sheet, *others]}

    assert len(codes) == 5


def test_address_that_is_too_long_for_a_code_is_refused() -> None:
    with pytest.raises(SheetError, match="300"):
        replace(a_statement(1), verification_url="https://" + "a" * 300)
