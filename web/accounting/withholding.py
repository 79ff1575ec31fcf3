"""Tax withheld in a year: who, how much; the list to print and the data of certificates."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from payments import withholding_years
from payments.access import holds_money, require_money
from web.accounting.papers import A_PAGE, XLSX
from web.downloads import made_answer, pdf_answer
from web.page import PageRequest, for_accounting, show


@for_accounting
def withholding_page(request: PageRequest) -> HttpResponseBase:
    """One year, the newest unless another one is chosen; fifty people a page, the sums are of all."""
    require_money(request.actor, "statement.see")
    years = withholding_years.years_paid()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked[:4]) in years else (years[0] if years else None)
    people = withholding_years.people_of_year(actor=request.actor, year=year) if year else []
    context = {
        "years": years,
        "year": year,
        "page": Paginator(people, A_PAGE).get_page(request.GET.get("page")),
        "count": len(people),
        "taxed": sum(1 for one in people if one.tax),
        "gross": sum(one.gross for one in people),
        "tax": sum(one.tax for one in people),
        "net": sum(one.net for one in people),
        "may_take": holds_money(request.actor, "paper.certificates"),
    }
    return show(request, "accounting/papers/withholding.html", context)


@for_accounting
@require_GET
def withholding_pdf(request: PageRequest, year: int) -> HttpResponseBase:
    content = withholding_years.year_list(actor=request.actor, year=year)
    return pdf_answer(content, name=f"khau-tru-thue-{year}", shown="show" in request.GET)


@for_accounting
@never_cache
@require_POST
def certificates_view(request: PageRequest, year: int) -> HttpResponseBase:
    """Tax codes in full, so it is pressed and never a link."""
    content = withholding_years.certificate_data(actor=request.actor, year=year)
    return made_answer(content, kind=XLSX, name=f"chung-tu-khau-tru-{year}.xlsx")
