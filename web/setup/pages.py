"""Lập trang: a list of tasks that can be left and taken up again, one thing a page, each of them changed later too."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contributors import clock, founding, genres, places, portals, unit_sheets
from contributors.absences import if_one_is_away
from contributors.access import holds, require
from contributors.board import board_on, clashes, grants_on, waiting_grants
from contributors.handing import officers_to_let_in
from contributors.models import Capability, Letterhead, Mode, PaymentMode, Portal, Seat, Unit
from payments import setting_up
from payments.access import holds_money
from payments.fee_ranges import month_cost, shipped_ranges
from web.accounting.rate_forms import shipped_titles
from web.board.delegating import away_rows, step_words
from web.board.place_words import clash_words
from web.board.unit_forms import PlaceForm
from web.page import PageRequest, for_members, show
from web.public.entering import safe_next
from web.setup.forms import BoardForm, LetterheadForm, ModeForm, MonthForm, NameForm, OfficersForm, UnitNamesForm

TITLES: Mapping[str, Promise] = {
    "place": gettext_lazy("Địa bàn"),
    "letterhead": gettext_lazy("Tiêu đề giấy tờ"),
    "board": gettext_lazy("Ban biên tập"),
    "units": gettext_lazy("Ấp, ngành, đoàn thể"),
    "genres": gettext_lazy("Thể loại nhận bài"),
    "mode": gettext_lazy("Chi nhuận bút hay chưa"),
    "officers": gettext_lazy("Kế toán và thủ trưởng"),
    "schedule": gettext_lazy("Quy định mức chi"),
    "fund": gettext_lazy("Dự toán"),
    "invitations": gettext_lazy("Lời mời và tờ giới thiệu đầu tiên"),
}
PAGES = {
    "place": "web:setup_place",
    "letterhead": "web:setup_letterhead",
    "board": "web:setup_board",
    "units": "web:setup_units",
    "genres": "web:setup_genres",
    "mode": "web:setup_mode",
    "officers": "web:setup_officers",
    "schedule": "web:rates",
    "fund": "web:fund_new",
    "invitations": "web:invitations",
}
# Tables of other places by which a page that pays nothing is told what paying would cost.
EXAMPLES = ("ninh-thuan-2157-2020", "bac-giang-570-2013")
ROUGHLY = {"news_item": 20, "article": 4, "photo": 40}


@for_members
def setup_page(request: PageRequest) -> HttpResponseBase:
    state = setting_up.set_up_of(actor=request.actor)
    today = clock.today(request.portal.time_zone)
    away = if_one_is_away(today)
    unpaid = state.mode == Mode.UNPAID
    context = {
        "state": state,
        "tasks": [(task, TITLES[task.code], _address(request, task.code)) for task in state.tasks],
        "already": step_words(away.already, unpaid=unpaid),
        "people": away_rows(away, unpaid=unpaid),
        "clashes": clash_words(clashes(today)),
        "unpaid": unpaid,
    }
    return show(request, "setup/setup.html", context)


@for_members
def name_page(request: PageRequest) -> HttpResponseBase:
    require(request.actor, "portal.set_up")
    portal = Portal.objects.get(pk=request.portal.pk)
    form = NameForm(request.POST or None, initial={"name": portal.name, "time_zone": portal.time_zone})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            portals.name_portal(actor=request.actor, **form.cleaned_data)
            return _saved(request)
    return _asked(request, _("Tên trang"), form)


@for_members
def place_page(request: PageRequest) -> HttpResponseBase:
    """Found in the list, never typed; choosing again changes it."""
    require(request.actor, "portal.set_up")
    if request.method == "POST":
        portals.set_place(actor=request.actor, commune_code=request.POST.get("commune_code", "")[:5])
        return _saved(request)
    form = PlaceForm(request.GET if "words" in request.GET else None)
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    context = _frame(request) | {
        "words": words,
        "found": [(row.code, places.place_name(row.code)) for row in places.find_communes(words)],
        "here": places.place_name(Portal.objects.get(pk=request.portal.pk).commune_code),
        "wanted": request.GET.get("next", ""),
    }
    return show(request, "setup/place.html", context, form=form)


@for_members
def letterhead_page(request: PageRequest) -> HttpResponseBase:
    """What stands at the head of papers; proposed from the place where nothing is set yet."""
    require(request.actor, "portal.set_up")
    today = clock.today(request.portal.time_zone)
    row = Letterhead.objects.order_by("-effective_from").first()
    form = LetterheadForm(request.POST or None, initial={"effective_from": today} | _letterhead(request, row))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            portals.set_letterhead(actor=request.actor, **form.letterhead())
            return _saved(request)
    meaning = _("Phiếu thanh toán, bảng kê, giấy đề nghị in những dòng này ở đầu trang.")
    return _asked(request, _("Tiêu đề giấy tờ"), form, meaning)


@for_members
def board_page(request: PageRequest) -> HttpResponseBase:
    """The decision's names with their phones; seats that are taken stand above with a way back."""
    require(request.actor, "portal.set_up")
    today = clock.today(request.portal.time_zone)
    held = board_on(today)
    form = BoardForm(request.POST or None, taken=frozenset(row.seat for row in held), initial={"effective_from": today})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            founding.found_board(
                actor=request.actor,
                members=form.named(),
                effective_from=form.cleaned_data["effective_from"],
                decision_number=form.cleaned_data["decision_number"],
            )
            messages.success(request, _("Đã ghi Ban biên tập. Bây giờ trao đường vào cho từng người."))
            return redirect(f"{reverse('web:setup_board')}?{urlencode({'next': _back(request)})}")
    context = _frame(request) | {
        "held": held,
        "me": request.actor.contributor_id,
        "may_undo": not setting_up.is_working(request.portal),
    }
    return show(request, "setup/board.html", context, form=form)


@for_members
@require_POST
def unseat_view(request: PageRequest, public_id: uuid.UUID) -> HttpResponseBase:
    row = Seat.objects.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    founding.unseat(actor=request.actor, seat=row)
    return redirect("web:setup_board")


@for_members
def units_page(request: PageRequest) -> HttpResponseBase:
    """Names one a line; what they would do is shown before anything is written."""
    require(request.actor, "portal.set_up")
    form = UnitNamesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            sheet = unit_sheets.check_unit_names(
                actor=request.actor,
                kind=form.cleaned_data["kind"],
                names=form.cleaned_data["names"].splitlines(),
            )
            address = reverse("web:units_sheet_check", args=[sheet.public_id])
            return redirect(f"{address}?{urlencode({'next': reverse('web:setup_units')})}")
    there = Unit.objects.filter(closed__isnull=True).order_by("kind", "sort_key", "pk")
    return show(request, "setup/units.html", _frame(request) | {"there": list(there[:200])}, form=form)


@for_members
def genres_page(request: PageRequest) -> HttpResponseBase:
    """What people may send in: the proposed list with one press, changed afterwards on its own page."""
    require(request.actor, "portal.set_up")
    if request.method == "POST":
        genres.take_proposed(actor=request.actor)
        return _saved(request)
    offered = list(genres.offered_genres())
    there = {genre.code for genre in offered}
    context = _frame(request) | {
        "offered": offered,
        "proposed": [fields for code, fields in genres.proposed().items() if code not in there],
    }
    return show(request, "setup/genres.html", context)


@for_members
def mode_page(request: PageRequest) -> HttpResponseBase:
    """Unpaid, trial or paying from a day on, beside what a month would cost."""
    require(request.actor, "portal.set_up")
    today = clock.today(request.portal.time_zone)
    coming = PaymentMode.objects.order_by("-effective_from").first()
    form = ModeForm(
        request.POST or None, initial={"mode": coming.mode if coming else Mode.UNPAID, "effective_from": today}
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            portals.set_payment_mode(actor=request.actor, **form.cleaned_data)
            return _saved(request)
    month = MonthForm(request.GET if "article" in request.GET else ROUGHLY)
    works = month.works() if month.is_valid() else {}
    titles = dict(shipped_titles())
    context = _frame(request) | {
        "history": list(PaymentMode.objects.order_by("-effective_from")[:10]),
        "month": month,
        "costs": [(titles[name], name, month_cost(shipped_ranges(name), works)) for name in EXAMPLES if works],
        "wanted": request.GET.get("next", ""),
    }
    return show(request, "setup/mode.html", context, form=form)


@for_members
def officers_page(request: PageRequest) -> HttpResponseBase:
    """Accountant, account holder and a second administrator: proposed here, confirmed by the head."""
    require(request.actor, "portal.set_up")
    today = clock.today(request.portal.time_zone)
    held, waiting = grants_on(today), waiting_grants()
    taken = frozenset(row.capability for row in [*held, *waiting] if row.capability != Capability.ADMIN)
    form = OfficersForm(request.POST or None, taken=taken, initial={"effective_from": today})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            founding.propose_officers(
                actor=request.actor,
                officers=form.named(),
                effective_from=form.cleaned_data["effective_from"],
                decision_number=form.cleaned_data["decision_number"],
            )
            messages.success(request, _("Đã đề nghị. Trưởng ban đăng nhập rồi xác nhận thì quyền mới có hiệu lực."))
            return redirect(_back(request))
    context = _frame(request) | {"held": held, "waiting": waiting, "to_let_in": officers_to_let_in([*held, *waiting])}
    return show(request, "setup/officers.html", context, form=form)


def _asked(request: PageRequest, title: str, form: NameForm | LetterheadForm, meaning: str = "") -> HttpResponseBase:
    return show(request, "setup/form.html", _frame(request) | {"title": title, "meaning": meaning}, form=form)


def _frame(request: PageRequest) -> dict[str, object]:
    """Where the page leads back to: the list of tasks, or the settings from which it was opened."""
    back = _back(request)
    return {"back": back, "of_settings": back == reverse("web:settings")}


def _back(request: PageRequest) -> str:
    wanted = request.GET.get("next", "")
    return safe_next(request, wanted) if wanted else reverse("web:setup")


def _saved(request: PageRequest) -> HttpResponseBase:
    messages.success(request, _("Đã lưu."))
    return redirect(_back(request))


def _address(request: PageRequest, code: str) -> str:
    """Where a task is done; "" where somebody else does it."""
    if code == "fund" and not holds_money(request.actor, "fund.write"):
        return ""
    if code == "schedule" and not holds_money(request.actor, "whatif.see"):
        return ""
    if code == "invitations" and not holds(request.actor, "invitation.make"):
        return ""
    return reverse(PAGES[code])


def _letterhead(request: PageRequest, row: Letterhead | None) -> dict[str, str]:
    if row is not None:
        return {
            "issuing_body": row.issuing_body,
            "superior_body": row.superior_body,
            "place": row.place,
            "grounds": "\n".join(row.grounds),
            "recipients": "\n".join(row.recipients),
        }
    commune = places.commune(Portal.objects.get(pk=request.portal.pk).commune_code)
    if commune is None:
        return {}
    bare = commune.name.partition(" ")[2] if not commune.name.startswith("đặc khu") else commune.name[8:]
    return {"issuing_body": f"Uỷ ban nhân dân {commune.name}".upper(), "place": bare}
