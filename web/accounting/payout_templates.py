"""Mẫu tệp chi: the columns of batches' files, with a preview of what they write."""

from __future__ import annotations

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contributors import clock
from payments.access import holds_money, require_money
from payments.bank_files import sample_cells
from payments.batch_templates import (
    Template,
    read_template,
    retire_template,
    save_template,
    template_of,
    templates_offered,
)
from web.accounting.pay_forms import TemplateForm
from web.page import PageRequest, for_accounting, show


@for_accounting
def templates_page(request: PageRequest) -> HttpResponseBase:
    context = {"templates": templates_offered(), "may_write": holds_money(request.actor, "run.pay")}
    return show(request, "accounting/pay/templates.html", context)


@for_accounting
def template_page(request: PageRequest, code: str) -> HttpResponseBase:
    return _edited(request, template_of(code))


@for_accounting
def new_template_page(request: PageRequest) -> HttpResponseBase:
    require_money(request.actor, "run.pay")
    return _edited(request, None)


def _edited(request: PageRequest, template: Template | None) -> HttpResponseBase:
    """Looked at, tried out, saved as the portal's next version, or given up."""
    form = TemplateForm(request.POST or None, template=template)
    shown = template
    if request.method == "POST":
        require_money(request.actor, "run.pay")
        if "retire" in request.POST and template is not None:
            with form.refusals():
                retire_template(actor=request.actor, code=template.code)
                messages.success(request, _("Đã bỏ mẫu “%(title)s”.") % {"title": template.title})
                return redirect("web:payout_templates")
        elif form.is_valid():
            with form.refusals():
                if "preview" in request.POST:
                    shown = read_template(form.rules())
                else:
                    saved = save_template(actor=request.actor, rules=form.rules())
                    messages.success(
                        request,
                        _("Đã lưu “%(title)s”, bản %(version)d.") % {"title": saved.title, "version": saved.version},
                    )
                    return redirect("web:payout_templates")
    context = {
        "template": template,
        "may_write": holds_money(request.actor, "run.pay"),
        "preview_titles": [column.title for column in shown.columns] if shown else [],
        "preview": sample_cells(shown, clock.today(request.portal.time_zone)) if shown else [],
    }
    return show(request, "accounting/pay/template.html", context, form=form)
