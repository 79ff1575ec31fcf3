"""Bút toán: the entries of a period, proven against statements and payouts, and their files."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contributors import clock
from payments.access import holds_money, require_money
from payments.bank_files import MEDIA
from payments.journal_accounts import PARTS, accounts_on, set_journal_accounts
from payments.journal_files import journal_for, take_journal
from web.accounting.fund_forms import AccountsForm, JournalForm
from web.downloads import made_answer
from web.page import PageRequest, for_accounting, show

SHOWN_ENTRIES = 100


@for_accounting
def journal_page(request: PageRequest) -> HttpResponseBase:
    require_money(request.actor, "journal.see")
    return _shown(request, _asked(request))


@for_accounting
@require_POST
def journal_file(request: PageRequest, kind: str) -> HttpResponseBase:
    require_money(request.actor, "journal.see")
    form = JournalForm(request.POST)
    if form.is_valid():
        with form.refusals():
            journal = journal_for(actor=request.actor, since=form.period[0], until=form.period[1])
            name, content = take_journal(
                actor=request.actor, journal=journal, kind=kind, separator=request.POST.get("separator", "semicolon")
            )
            return made_answer(content, kind=MEDIA[kind], name=name)
    return _shown(request, form)


@for_accounting
def accounts_page(request: PageRequest) -> HttpResponseBase:
    require_money(request.actor, "journal.write")
    today = clock.today(request.portal.time_zone)
    accounts = accounts_on(today)
    form = AccountsForm(request.POST or None, accounts=accounts, today=today)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            set_journal_accounts(
                actor=request.actor,
                accounts=form.accounts(),
                effective_from=form.cleaned_data["effective_from"],
                decision_number=form.cleaned_data["decision_number"],
            )
            messages.success(request, _("Đã lưu số hiệu tài khoản."))
            return redirect("web:journal")
    return show(request, "accounting/journal/accounts.html", {"accounts": accounts}, form=form)


def _asked(request: PageRequest) -> JournalForm:
    if "first" in request.GET:
        return JournalForm(request.GET)
    last = clock.today(request.portal.time_zone)
    return JournalForm({"first": _first_of_last_month(last).isoformat(), "last": last.isoformat()})


def _first_of_last_month(today: date) -> date:
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def _shown(request: PageRequest, form: JournalForm) -> HttpResponseBase:
    accounts = accounts_on(clock.today(request.portal.time_zone))
    context: dict[str, object] = {
        "may_write": holds_money(request.actor, "journal.write"),
        "accounts": accounts,
        "accounts_rows": [(str(word), accounts.of(part)) for part, word in PARTS.items()],
    }
    if form.is_valid():
        since, until = form.period
        journal = journal_for(actor=request.actor, since=since, until=until)
        context |= {
            "journal": journal,
            "shown": journal.entries[:SHOWN_ENTRIES],
            "hidden": max(0, len(journal.entries) - SHOWN_ENTRIES),
            "first": since.isoformat(),
            "last": (until - timedelta(days=1)).isoformat(),
        }
    return show(request, "accounting/journal/journal.html", context, form=form)
