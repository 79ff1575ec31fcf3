"""Questions about payee details, asked of payees and of accounting. Numbers on record are never filled in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.banks import banks_offered
from payments.models import PayeeDetails, TaxKind
from payments.payees import masked_account, masked_id
from web.forms import DayField, PageForm, SeenForm

TRANSFER, CASH = "transfer", "cash"
DIGITS = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class DetailsForm(SeenForm):
    """`details` are those on record: an empty number keeps theirs."""

    legal_name = forms.CharField(
        label=_("Họ và tên trên thẻ căn cước"),
        max_length=300,
        error_messages={"required": _("Hãy ghi họ và tên.")},
        widget=forms.TextInput(attrs=PLAIN),
    )
    personal_id = forms.CharField(
        label=_("Số định danh cá nhân"),
        help_text=_("12 chữ số trên thẻ căn cước; cũng là mã số thuế."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs=DIGITS),
    )
    method = forms.ChoiceField(
        label=_("Nhận tiền bằng cách nào?"),
        choices=[(TRANSFER, _("Chuyển khoản")), (CASH, _("Tiền mặt"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn cách nhận tiền.")},
    )
    bank_bin = forms.ChoiceField(
        label=_("Ngân hàng"),
        required=False,
        error_messages={"invalid_choice": _("Hãy chọn ngân hàng trong danh mục.")},
    )
    bank_account = forms.CharField(
        label=_("Số tài khoản"), required=False, max_length=60, widget=forms.TextInput(attrs=DIGITS)
    )
    account_name = forms.CharField(
        label=_("Tên chủ tài khoản"),
        help_text=_("Như ngân hàng ghi, thường là chữ in không dấu."),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs=PLAIN),
    )
    other_payee_name = forms.CharField(
        label=_("Người nhận thay (nếu có)"),
        help_text=_("Chỉ ghi khi tiền vào tài khoản của người khác, như vợ, chồng, con."),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs=PLAIN),
    )

    def __init__(self, *args: Any, details: PayeeDetails | None, name: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(details, name))
        super().__init__(*args, **kwargs)
        self.details = details
        banks = [(bank.bin, f"{bank.short_name} – {bank.name}") for bank in banks_offered()]
        self.fields["bank_bin"].choices = [("", _("Chọn ngân hàng")), *banks]  # type: ignore[attr-defined]
        if details is not None:
            self.fields["personal_id"].help_text = _("Đang lưu %(mask)s. Để trống nếu không đổi.") % {
                "mask": masked_id(details)
            }
            if details.bank_account_tail:
                self.fields["bank_account"].help_text = _("Đang lưu %(mask)s. Để trống nếu không đổi.") % {
                    "mask": masked_account(details)
                }

    def payee_fields(self) -> dict[str, Any]:
        """Arguments of `enter_payee_details`: None keeps a number, and the bank with its account."""
        given = self.cleaned_data
        known = self.details
        bank_bin, account = given["bank_bin"], given["bank_account"].strip()
        if given["method"] == CASH:
            bank_bin = account = ""
        elif known is not None and known.bank_account_tail and not account and bank_bin in {"", known.bank_bin}:
            account = None
        return {
            "legal_name": given["legal_name"],
            "other_payee_name": given["other_payee_name"],
            "personal_id": given["personal_id"].strip() or (None if known is not None else ""),
            "bank_bin": bank_bin,
            "bank_account": account,
            "account_name": given["account_name"] if given["method"] == TRANSFER else "",
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.details is None and not cleaned.get("personal_id", "").strip() and "personal_id" not in self.errors:
            self.add_error("personal_id", _("Hãy ghi số định danh cá nhân."))
        known = self.details is not None and self.details.bank_account_tail
        if cleaned.get("method") == TRANSFER and not cleaned.get("bank_account") and not known:
            self.add_error("bank_account", _("Hãy ghi số tài khoản, hoặc chọn nhận tiền mặt."))
        return cleaned


class OwnDetailsForm(DetailsForm):
    """The payee's own: with the consent."""

    agreed = forms.BooleanField(
        label=_("Tôi đồng ý"), error_messages={"required": _("Cần đánh dấu đồng ý thì mới lưu được.")}
    )


class SheetForm(DetailsForm):
    """What accounting reads from a sheet."""

    sheet_signed_on = DayField(
        label=_("Ngày người nhận ký trên giấy"),
        help_text=_("Để trống nếu chưa có giấy ký."),
        required=False,
    )


class ConfirmForm(PageForm):
    """The second person reads the sheet once more."""

    sheet_signed_on = DayField(label=_("Ngày người nhận ký trên giấy"), required=False)
    personal_id = forms.CharField(
        label=_("Số định danh cá nhân trên giấy"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs=DIGITS),
    )
    bank_account = forms.CharField(
        label=_("Số tài khoản trên giấy"),
        help_text=_("Để trống nếu người nhận lấy tiền mặt."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs=DIGITS),
    )


class RevealForm(PageForm):
    which = forms.ChoiceField(
        label=_("Cần xem số nào?"),
        choices=[("personal_id", _("Số định danh cá nhân")), ("bank_account", _("Số tài khoản"))],
        initial="bank_account",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Vì sao cần xem?"),
        help_text=_("Ví dụ: ngân hàng báo sai số tài khoản. Lý do, tên bạn và giờ xem được lưu vào nhật ký."),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class TaxForm(PageForm):
    kind = forms.ChoiceField(
        label=_("Diện thuế"),
        choices=TaxKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn diện thuế.")},
    )
    effective_from = DayField(label=_("Áp dụng từ ngày"), error_messages={"required": _("Hãy ghi ngày áp dụng.")})
    committed_year = forms.IntegerField(
        label=_("Năm có cam kết không khấu trừ"),
        help_text=_("Chỉ ghi khi người nhận đã nộp cam kết của năm đó; chỉ dành cho người không ký hợp đồng lao động."),
        required=False,
        min_value=2000,
        max_value=2200,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
        error_messages={"invalid": _("Hãy ghi năm như 2026.")},
    )

    withhold_asked = forms.BooleanField(
        label=_("Người nhận đề nghị khấu trừ cả khi dưới mức"),
        help_text=_("Chỉ đánh dấu khi người nhận tự đề nghị; chỉ dùng cho diện mà quy định cho phép."),
        required=False,
    )


class EndTaxForm(PageForm):
    effective_until = DayField(
        label=_("Không áp dụng nữa từ ngày"), error_messages={"required": _("Hãy ghi ngày kết thúc.")}
    )


class PolicyForm(PageForm):
    hold_days = forms.IntegerField(
        label=_("Số ngày giữ sau khi đổi"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
        error_messages={"required": _("Hãy ghi số ngày."), "invalid": _("Hãy ghi một số.")},
    )
    effective_from = DayField(label=_("Áp dụng từ ngày"), error_messages={"required": _("Hãy ghi ngày áp dụng.")})
    decision_number = forms.CharField(
        label=_("Số quyết định (nếu có)"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _initial(details: PayeeDetails | None, name: str) -> dict[str, Any]:
    if details is None:
        return {"version": 0, "legal_name": name, "method": TRANSFER}
    return {
        "version": details.version,
        "legal_name": details.legal_name,
        "other_payee_name": details.other_payee_name,
        "account_name": details.account_name,
        "bank_bin": details.bank_bin,
        "method": TRANSFER if details.bank_account_tail else CASH,
    }
