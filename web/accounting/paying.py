"""Chi tiền: the payouts of a run, its batches, and what became of each."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from contributors.errors import DomainError
from contributors.spreadsheets import MOST_BYTES
from payments import bank_results, batches, paying, payouts
from payments.access import has_own_maker_line, holds_money, require_money
from payments.bank_files import MEDIA, cells_of
from payments.batch_checks import findings_of
from payments.models import BankResult, BatchState, Payout, PayoutBatch, PayoutMethod, ResultState, Run, RunState
from payments.payout_holds import sort_payable, unpaid_of
from web.accounting.pay_forms import DissolveForm, GatherForm, ResultFileForm, RevokeForm, TickForm
from web.downloads import made_answer
from web.forms import PageForm, SeenForm
from web.page import PageRequest, for_accounting, show

PEOPLE_ON_A_PAGE = 100
PREVIEW_ROWS = 3
RESULT_ROWS = 200
MOST_DIGITS = 9


@for_accounting
def payouts_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Everything about paying one run; gathering a batch is its only question."""
    run = _run(public_id)
    loose = list(batches.loose_payouts(run))
    kinds = {"cash"} if any(each.method == PayoutMethod.CASH for each in loose) else set()
    if any(each.method == PayoutMethod.TRANSFER for each in loose):
        kinds |= {"bank", "treasury"}
    form = GatherForm(request.POST or None, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        kind, template = form.chosen
        with form.refusals():
            made = batches.gather_batch(
                actor=request.actor, run=run, kind=kind, template=template, purpose=form.cleaned_data["purpose"]
            )
            return redirect("web:batch", public_id=made.public_id)
    return _payouts_shown(request, run, gather=form, loose=loose)


@for_accounting
@require_POST
def confirm_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The ticked people of a run have their money; from a batch's page, back to it."""
    run = _run(public_id)
    batch = _batch(uuid.UUID(request.POST["batch"])) if _is_id(request.POST.get("batch", "")) else None
    form = TickForm(request.POST)
    if form.is_valid():
        with form.refusals():
            if batch is not None and "all" in request.POST:
                chosen = Payout.objects.filter(items__batch=batch, items__live=True)
            else:
                ticked = [each for each in request.POST.getlist("payout") if _is_id(each)]
                chosen = Payout.objects.filter(statement__run=run, public_id__in=ticked)
            count = payouts.confirm_payouts(
                actor=request.actor,
                run=run,
                chosen=list(chosen.values_list("pk", flat=True)),
                happened_on=form.cleaned_data["happened_on"],
                received_by=form.cleaned_data["received_by"],
            )
            messages.success(
                request,
                ngettext("Đã ghi: %(count)d người nhận tiền.", "Đã ghi: %(count)d người nhận tiền.", count)
                % {"count": count},
            )
            if batch is not None:
                return redirect("web:batch", public_id=batch.public_id)
            return redirect("web:run_payouts", public_id=public_id)
    if batch is not None:
        return _batch_shown(request, batch, tick=form)
    return _payouts_shown(request, run, tick=form)


@for_accounting
@require_POST
def again_view(request: PageRequest, payout_id: uuid.UUID) -> HttpResponseBase:
    """A returned payout anew, to the account of today."""
    payout = _payout(payout_id)
    made = payouts.pay_again(actor=request.actor, payout=payout)
    messages.success(request, _("Đã lập lại lệnh chi cho %(name)s.") % {"name": payout.statement.contributor.full_name})
    return redirect("web:run_payouts", public_id=made.statement.run.public_id)


@for_accounting
def revoke_page(request: PageRequest, payout_id: uuid.UUID) -> HttpResponseBase:
    """A second person says that a confirmation was wrong."""
    require_money(request.actor, "payout.revoke")
    payout = _payout(payout_id)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            payouts.revoke_confirmation(actor=request.actor, payout=payout, reason=form.cleaned_data["reason"])
            messages.success(
                request,
                _("Đã rút xác nhận của %(name)s; khoản ấy lại chờ kết quả.")
                % {"name": payout.statement.contributor.full_name},
            )
            return redirect("web:run_payouts", public_id=payout.statement.run.public_id)
    context = {"payout": payout, "run": payout.statement.run, "row": paying.payout_rows([payout])[0]}
    return show(request, "accounting/pay/revoke.html", context, form=form)


@for_accounting
def batch_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One batch; sending a file of the bank's answer is its question."""
    batch = _batch(public_id)
    form = ResultFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            file = form.cleaned_data["file"]
            result = bank_results.check_result(
                actor=request.actor, batch=batch, content=file.read(MOST_BYTES + 1), file_name=file.name or ""
            )
            return redirect("web:bank_result", public_id=result.public_id)
    return _batch_shown(request, batch, upload=form)


@for_accounting
@require_POST
def batch_file(request: PageRequest, public_id: uuid.UUID, kind: str) -> HttpResponseBase:
    """The file itself: made now, kept nowhere, the taking on record."""
    batch = _batch(public_id)
    form = PageForm(request.POST)
    with form.refusals():
        file = batches.take_batch_file(actor=request.actor, batch=batch, kind=kind)
        return made_answer(file.content, kind=MEDIA[kind], name=file.name)
    return _batch_shown(request, batch, other=form)


@for_accounting
@require_POST
def batch_send(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    batch = _batch(public_id)
    form = SeenForm(request.POST)
    if form.is_valid():
        with form.refusals():
            batches.send_batch(actor=request.actor, batch=batch, seen_version=form.seen_version)
            messages.success(request, _("Đã ghi: đợt %(number)s đã gửi đi.") % {"number": batch})
            return redirect("web:batch", public_id=public_id)
    return _batch_shown(request, _batch(public_id), other=form)


@for_accounting
def batch_dissolve_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    require_money(request.actor, "run.pay")
    batch = _batch(public_id)
    form = DissolveForm(request.POST or None, initial={"version": batch.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            batches.dissolve_batch(
                actor=request.actor,
                batch=batch,
                seen_version=form.seen_version,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Đã bỏ đợt %(number)s; các khoản lại chờ vào đợt khác.") % {"number": batch})
            return redirect("web:run_payouts", public_id=batch.run.public_id)
        form.show_newest(_batch(public_id).version)
    return show(request, "accounting/pay/dissolve.html", {"batch": batch, "run": batch.run}, form=form)


@for_accounting
def result_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """What the bank's file would change; applied or discarded by one press."""
    require_money(request.actor, "run.pay")
    result = bank_results.result_of(public_id)
    form = PageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        with form.refusals():
            if "discard" in request.POST:
                bank_results.discard_result(actor=request.actor, result=result)
                messages.success(request, _("Đã bỏ tệp kết quả."))
            else:
                done = bank_results.apply_result(actor=request.actor, result=result)
                messages.success(request, _("Đã ghi kết quả của %(count)d người.") % {"count": done.applied})
            return redirect("web:batch", public_id=result.batch.public_id)
        result = bank_results.result_of(public_id)
    open_still = result.state == ResultState.CHECKED
    rows = bank_results.result_rows(result) if open_still else []
    counts = {verdict: sum(row.verdict == verdict for row in rows) for verdict in bank_results.VERDICTS}
    rows.sort(key=lambda row: (bank_results.VERDICTS.index(row.verdict), row.number))
    context = {
        "result": result,
        "batch": result.batch,
        "rows": rows[:RESULT_ROWS],
        "hidden": max(0, len(rows) - RESULT_ROWS),
        "counts": counts,
        "open": open_still,
        "silent": bank_results.silent_items(result, rows) if open_still else [],
    }
    return show(request, "accounting/pay/result.html", context, form=form)


def _payouts_shown(
    request: PageRequest,
    run: Run,
    *,
    gather: GatherForm | None = None,
    tick: TickForm | None = None,
    loose: list[Payout] | None = None,
) -> HttpResponseBase:
    if run.state not in {RunState.ISSUED, RunState.CLOSED}:
        raise DomainError("not_found")
    waiting = list(batches.loose_payouts(run)) if loose is None else loose
    chosen = request.GET.get("state", "")
    state = chosen if chosen in paying.STATES else ""
    may_pay = _may_pay(request, run)
    context = {
        "run": run,
        "figures": paying.paying_of(run),
        "states": [(key, str(word)) for key, word in paying.STATES.items()],
        "state": state,
        "batches": list(batches.batches_of(run)),
        "loose": _by_method(waiting),
        "gather": gather or GatherForm(kinds={"bank", "treasury", "cash"}),
        "may_pay": may_pay,
        "may_order": may_pay and bool(sort_payable(unpaid_of(run))[0]),
        "tick": tick or TickForm(),
        **_people(request, run, state=state, tickable=("waiting", "sent") if may_pay else ()),
    }
    refused = next((form for form in (gather, tick) if form is not None and form.is_bound), None)
    return show(request, "accounting/pay/payouts.html", context, form=refused or PageForm())


def _batch_shown(
    request: PageRequest,
    batch: PayoutBatch,
    *,
    tick: TickForm | None = None,
    upload: ResultFileForm | None = None,
    other: PageForm | None = None,
) -> HttpResponseBase:
    run, layout = batch.run, batches.layout_of(batch)
    prepared = batch.state == BatchState.PREPARED
    items = batches.items_of(batch, None if prepared else PREVIEW_ROWS)
    may_pay = _may_pay(request, run)
    sent = batch.state == BatchState.SENT or (batch.kind == "cash" and batch.state == BatchState.PREPARED)
    head = batches.head_of(batch)
    preview = [cells_of(row, head, layout) for row in batches.file_rows(items[:PREVIEW_ROWS], masked=True)]
    context = {
        "run": run,
        "batch": batch,
        "layout": layout,
        "figures": batches.figures_of(batch),
        "findings": findings_of(batch, items, layout) if prepared else [],
        "preview": preview,
        "may_pay": may_pay,
        "may_take": may_pay and batch.state != BatchState.DISSOLVED,
        "may_send": may_pay and batch.state == BatchState.PREPARED and batch.kind != "cash" and batch.file_sha256,
        "may_dissolve": may_pay and batch.state == BatchState.PREPARED,
        "may_answer": may_pay and batch.kind != "cash" and batch.state in {BatchState.SENT, BatchState.DONE},
        "results": BankResult.objects.filter(batch=batch).exclude(state=ResultState.DISCARDED).order_by("-pk"),
        "tick": tick or TickForm(),
        "upload": upload if upload is not None and upload.is_bound else ResultFileForm(),
        **_people(request, run, batch=batch, tickable=("waiting", "sent") if may_pay and sent else ()),
    }
    refused = next((form for form in (tick, upload, other) if form is not None and form.is_bound), None)
    return show(request, "accounting/pay/batch.html", context, form=refused or PageForm())


def _people(
    request: PageRequest, run: Run, *, tickable: tuple[str, ...], state: str = "", batch: PayoutBatch | None = None
) -> dict[str, Any]:
    page: Page[Payout] = Paginator(paying.payouts_listed(run, state, batch), PEOPLE_ON_A_PAGE).get_page(
        _page_number(request)
    )
    rows = paying.payout_rows(list(page))
    return {
        "page": page,
        "rows": rows,
        "tickable": tickable,
        "any_tickable": any(row.state in tickable and _answerable(row) for row in rows),
        "may_revoke": holds_money(request.actor, "payout.revoke") and run.state == RunState.ISSUED,
        "me": request.actor.account_id,
    }


def _answerable(row: paying.PayoutRow) -> bool:
    return row.batch is None or row.batch.kind == "cash" or row.batch.state != BatchState.PREPARED


def _page_number(request: PageRequest) -> str:
    said = request.GET.get("page", "1")
    return said if said.isascii() and said.isdigit() and len(said) <= MOST_DIGITS else "1"


def _by_method(loose: list[Payout]) -> list[tuple[str, int, int]]:
    """(method in words, people, đồng) of those that wait to be gathered."""
    found = []
    for method in PayoutMethod:
        amounts = [payout.amount for payout in loose if payout.method == method]
        if amounts:
            found.append((str(method.label), len(amounts), sum(amounts)))
    return found


def _may_pay(request: PageRequest, run: Run) -> bool:
    return (
        run.state == RunState.ISSUED
        and holds_money(request.actor, "run.pay")
        and not has_own_maker_line(request.actor, run)
    )


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _run(public_id: uuid.UUID) -> Run:
    run = Run.objects.select_related("fund").filter(public_id=public_id).first()
    if run is None:
        raise DomainError("not_found")
    return run


def _batch(public_id: uuid.UUID) -> PayoutBatch:
    return bank_results.batch_of(public_id)


def _payout(public_id: uuid.UUID) -> Payout:
    found = (
        Payout.objects.select_related("statement__contributor", "statement__run").filter(public_id=public_id).first()
    )
    if found is None:
        raise DomainError("not_found")
    return found
