"""What a run does not pay and why, with the proof that nothing is forgotten."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http.response import HttpResponseBase

from contributors import clock
from contributors.errors import DomainError
from payments.access import holds_money
from payments.exceptions import BUCKETS, balance_of_run, changed_since_freeze, part_count, parts_of_bucket
from payments.exceptions_sheet import KINDS, exceptions_file
from payments.models import Run
from payments.run_findings import findings_of
from web.downloads import made_answer
from web.page import PageRequest, for_accounting, show

A_PAGE = 50


@for_accounting
def exceptions_page(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The balance, what needs a look, and one bucket's rows by pages."""
    run = run_of(public_id)
    bucket = request.GET.get("bucket", "")
    chosen = bucket if bucket in BUCKETS else ""
    page = Paginator(range(part_count(run, chosen) if chosen else 0), A_PAGE).get_page(request.GET.get("page"))
    rows = parts_of_bucket(run, chosen, page.start_index() - 1, A_PAGE) if chosen and page.object_list else []
    context = {
        "run": run,
        "balance": balance_of_run(run),
        "found": findings_of(run, clock.today(request.portal.time_zone)),
        "changed": changed_since_freeze(run),
        "bucket": chosen,
        "bucket_label": BUCKETS.get(chosen, ""),
        "rows": rows,
        "page": page,
        "may_see_payees": holds_money(request.actor, "payee.see"),
    }
    return show(request, "accounting/exceptions.html", context)


@for_accounting
def exceptions_download(request: PageRequest, public_id: uuid.UUID, kind: str) -> HttpResponseBase:
    content = exceptions_file(actor=request.actor, run=run_of(public_id), kind=kind)
    return made_answer(content, kind=KINDS[kind], name=f"khong-tinh-va-vi-sao.{kind}")


def run_of(public_id: uuid.UUID) -> Run:
    """The run of an address. Raises `not_found`."""
    run = Run.objects.select_related("fund", "portal").filter(public_id=public_id).first()
    if run is None:
        raise DomainError("not_found")
    return run
