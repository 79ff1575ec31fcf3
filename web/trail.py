"""Where each page stands: the one place that knows the tree of pages, by the names of their addresses.

A page names its parent; where there are two, the first that the person may open counts. What stands above the page is
shown on it as a trail, so its own way back is not shown twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, ResolverMatch, reverse
from django.utils.translation import gettext_lazy as _

from contributors.access import holds
from contributors.actors import Actor
from contributors.messaging import may_tell
from payments.access import holds_money

May = Callable[[Actor], bool]


def _ground(right: str) -> May:
    return lambda actor: holds(actor, right)


def _money(right: str) -> May:
    return lambda actor: holds_money(actor, right)


def _board(actor: Actor) -> bool:
    return actor.on_board


def _contributor(actor: Actor) -> bool:
    return actor.contributor_id is not None


def _writer(actor: Actor) -> bool:
    return holds(actor, "piece.start") or holds(actor, "piece.start_for_other")


def _anybody(_actor: Actor) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Place:
    """A page that has pages below it: what it is called, who may open it, and (`of`) the thing whose own name says
    it better: a name of the page's context and the attribute that holds it.
    """

    label: object
    may: May
    of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    label: object
    url: str
    of: tuple[str, str] | None


PLACES: Mapping[str, Place] = {
    "desk": Place(_("Việc cần làm"), _board),
    "review": Place(_("Xem bài"), _board, ("piece", "title")),
    "publish": Place(_("Đăng bài"), _ground("piece.publish"), ("piece", "title")),
    "archive": Place(_("Tra cứu"), _ground("piece.list")),
    "calls": Place(_("Đặt bài"), _ground("call.write")),
    "absences": Place(_("Nếu một người vắng"), lambda actor: actor.on_board or holds(actor, "grant.give")),
    "board_rules": Place(_("Hạn và lịch làm việc"), _ground("board.rules")),
    "output": Place(_("Thống kê"), _board),
    "dashboard": Place(_("Bảng theo dõi"), _money("report.see")),
    "past_lists": Place(_("Nhập sổ cũ"), _ground("past.import")),
    "past_list": Place(_("Sổ cũ"), _ground("past.import"), ("sheet", "file_name")),
    "report": Place(_("Báo cáo"), _money("report.see")),
    "document": Place(_("Văn bản"), _ground("document.publish")),
    "documents_sheet": Place(_("Nhập văn bản từ bảng tính"), _ground("document.publish")),
    "website": Place(_("Trang web"), _ground("website.write")),
    "sightings": Place(_("Bài thấy trên trang"), _ground("sighting.answer")),
    "genres": Place(_("Thể loại, chuyên mục"), _ground("portal.set_up")),
    "applications": Place(_("Đăng ký chờ duyệt"), lambda actor: actor.on_board and holds(actor, "contributor.decide")),
    "application": Place(_("Đơn đăng ký"), lambda actor: actor.on_board and holds(actor, "contributor.decide")),
    "invitations": Place(_("Mời"), _ground("invitation.make")),
    "invitation": Place(_("Lời mời"), _ground("invitation.make")),
    "claims": Place(_("Nhận bài đã nêu tên"), _ground("contributor.see")),
    "messages": Place(_("Tin báo"), may_tell),
    "call_sheets": Place(_("Phiếu gọi"), _ground("message.see")),
    "network": Place(_("Cộng tác viên"), _ground("contributor.see")),
    "network_person": Place(_("Một người"), _ground("contributor.see"), ("person", "full_name")),
    "network_imports": Place(_("Nhập danh sách từ tệp"), _ground("contributor.import")),
    "network_duplicates": Place(_("Có thể trùng"), _ground("contributor.see")),
    "units": Place(_("Ấp, ngành"), _ground("contributor.see")),
    "unit": Place(_("Một đơn vị"), _ground("contributor.see"), ("unit", "name")),
    "units_sheet": Place(_("Nạp đơn vị từ bảng tính"), _ground("unit.write")),
    "training": Place(_("Tập huấn"), _ground("training.write")),
    "training_session": Place(_("Một buổi"), _ground("training.write"), ("session", "title")),
    "rights": Place(_("Ban biên tập"), _ground("grant.give")),
    "settings": Place(_("Cài đặt"), _money("settings.see")),
    "setup": Place(_("Lập trang"), _ground("portal.set_up")),
    "setup_board": Place(_("Ban biên tập"), _ground("portal.set_up")),
    "setup_officers": Place(_("Kế toán và thủ trưởng"), _ground("portal.set_up")),
    "my_pieces": Place(_("Tin, bài"), _contributor),
    "piece": Place(_("Bài"), _anybody, ("piece", "title")),
    "send": Place(_("Gửi tin, bài"), _writer),
    "my_calls": Place(_("Bài đang đặt"), _contributor),
    "my_fees": Place(_("Nhuận bút"), _contributor),
    "my_payee": Place(_("Nhận tiền"), _contributor),
    "details": Place(_("Thông tin của tôi"), _contributor),
    "security": Place(_("Đăng nhập và bảo mật"), _anybody),
    "access_keys": Place(_("Khoá truy cập cho phần mềm"), _anybody),
    "runs": Place(_("Kỳ chi trả"), _money("run.see")),
    "run": Place(_("Một kỳ"), _money("run.see"), ("run", "label")),
    "run_papers": Place(_("Giấy tờ của kỳ"), _money("run.see")),
    "run_checks": Place(_("Kiểm tra trước khi chi"), _money("run.see")),
    "run_payouts": Place(_("Chi tiền"), _money("run.see")),
    "payout_templates": Place(_("Mẫu tệp chi"), _money("run.see")),
    "tell": Place(_("Kiểm tra nhuận bút"), _money("check.deliver")),
    "funds": Place(_("Dự toán"), _money("run.see")),
    "fund": Place(_("Một nguồn"), _money("run.see"), ("fund", "source")),
    "journal": Place(_("Bút toán"), _money("journal.see")),
    "payees": Place(_("Người nhận tiền"), _money("payee.see")),
    "payee": Place(_("Một người"), _money("payee.see"), ("person", "full_name")),
    "rates": Place(_("Mức chi"), _money("whatif.see")),
    "rate": Place(_("Một quy định"), _money("whatif.see"), ("row", "title")),
    "what_if": Place(_("Nếu chi thì tốn bao nhiêu"), _money("whatif.see")),
    "after": Place(_("Sau khi phát hành"), _money("correction.confirm")),
    "after_statements": Place(_("Chọn phiếu"), _money("correction.write")),
    "balances": Place(_("Số dư chuyển kỳ"), _money("balance.see")),
    "waivers": Place(_("Từ chối nhận"), _money("waiver.see")),
    "unclaimed": Place(_("Chưa ai nhận"), _money("unclaimed.see")),
    "books": Place(_("Kiểm tra sổ"), _money("books.check")),
    "inspection": Place(_("Hồ sơ thanh tra"), _money("inspection.pack")),
}
# The first page of each kind of work, in the bar: nothing stands above them.
TOP = frozenset(
    {
        *("desk", "enter", "document", "archive", "output", "website", "network", "training", "invitations", "units"),
        *("runs", "tell", "after", "rates", "payees", "books", "jobs", "health", "genres", "rights", "events"),
        *("retention", "my_pieces", "my_fees", "my_payee", "details", "messages", "notices", "search", "security"),
        *("send", "my_calls", "my_check", "settings", "inspection", "below"),
    }
)
# Parts of pages that are swapped in, files, and what stands alone while somebody logs in or joins.
ALONE = frozenset(
    {
        *("review_amounts", "photo", "media_file", "photos_zip", "document_file", "documents_template"),
        *("posters", "cards", "invitation_poster", "invitation_cards", "consent_pdf", "units_template"),
        *("network_template", "network_import_progress", "run_progress", "run_exceptions_file", "run_decision"),
        *("run_preview_pdf", "run_workbook", "run_zip", "run_packing", "run_packed", "internal_rules"),
        *("withholding_pdf", "payee_sheets", "tax_year_file", "paper_pdf", "try_template", "rate_schema", "rate_file"),
        *("inspection_progress", "inspection_file", "inspection_cover"),
        *("books_progress", "batch_file", "journal_file", "statement_pdf", "statement_notice"),
        *("accesses_template", "card_paper", "card_picture", "report_file", "dashboard_file"),
        *("past_template", "below_docx", "below_pdf", "below_xlsx", "below_csv"),
        *("call_sheet_pdf", "prove", "demand_second_factor", "login_again"),
    }
)


def _below(parent: str, *names: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(parent.split()) for name in names}


# Two pages of one name are told apart by the first part of their address.
PARENTS: Mapping[str, tuple[str, ...]] = {
    **_below("desk", "calendar", "summary", "urgent"),
    **_below("desk", "fund_ahead", "calls", "review", "publish", "applications", "sightings", "credit_settle"),
    **_below("desk rights", "absences"),
    **_below("review", "retract", "review_alike"),
    **_below("publish", "schedule", "readers"),
    **_below("review_alike review", "compare"),
    **_below("calls", "call_new", "call_week", "call_cancel"),
    **_below("absences", "absences:hand_over"),
    **_below("desk", "photo_blur"),
    **_below("rights", "board_rules", "seat_give", "seat_end", "grant_propose", "grant_decline", "grant_end"),
    **_below("settings", "settings_name", "setup"),
    **_below("setup", "setup_place", "setup_letterhead", "setup_board", "setup_units", "setup_genres", "setup_mode"),
    **_below("setup", "setup_officers"),
    **_below("setup_board", "setup_unseat"),
    **_below("setup_officers", "officer_code"),
    **_below("board_rules", "board_rules_edit"),
    **_below("output settings", "report", "accesses", "dashboard"),
    **_below("dashboard", "dashboard_money"),
    **_below("output", "timeliness", "report_words", "thanks"),
    **_below("report", "report_send"),
    **_below("output", "past_lists"),
    **_below("past_lists", "past_list"),
    **_below("past_list", "past_undo"),
    **_below("document", "documents_sheet"),
    **_below("documents_sheet", "documents_check"),
    **_below("website", "feed_key_make"),
    **_below("genres", "genre_new", "genre_edit", "topic_new", "topic_edit"),
    **_below("applications", "application"),
    **_below("application", "welcome"),
    **_below("invitations", "invitation_new", "invitation_many", "invitation"),
    **_below("invitation", "invitation_revoke"),
    **_below("messages", "call_sheets"),
    **_below("call_sheets", "call_sheet"),
    **_below("network details", "registered"),
    **_below("network", "register", "claims", "network_person", "network_units", "network_imports"),
    **_below("network", "network_duplicates"),
    **_below("network details", "consent"),
    **_below("claims", "claim"),
    **_below("network_person", "people:correct", "person_consents", "person_data", "person_erase"),
    **_below("network", "people:hand_over"),
    **_below("network_imports", "network_import"),
    **_below("network_duplicates", "network_compare", "network_undo"),
    **_below("units", "unit", "unit_open", "units_merge", "units_sheet", "place"),
    **_below("units_sheet", "units_sheet_check"),
    **_below("unit", "unit_rename", "unit_correct", "unit_move", "unit_close"),
    **_below("training", "training_new", "training_needed", "training_session"),
    **_below("training_session", "training_edit", "training_cancel", "training_paper"),
    **_below("my_pieces", "my_credits", "my_claims", "my_thanks"),
    **_below("archive my_pieces", "piece"),
    **_below("piece", "card", "credits", "versions", "withdraw", "reopen"),
    **_below("my_pieces send", "send_text", "send_piece_text", "send_photos", "send_photo", "send_media"),
    **_below("my_pieces send", "send_begin", "send_check", "send_done"),
    **_below("my_calls", "call"),
    **_below("my_payee", "my_payee_change"),
    **_below("details", "details_edit", "details_unit", "consent_withdraw", "my_leaving", "my_erasure"),
    **_below("security", "my_pin", "my_password", "my_totp", "my_passkey", "my_recovery", "remove_factor"),
    **_below("security", "access_keys"),
    **_below("access_keys", "access_key_new"),
    **_below("my_fees", "my_waive", "my_waiver_withdraw"),
    **_below("my_fees after", "statement"),
    **_below("tell", "others_check"),
    **_below("runs", "open_run", "run", "payout_templates", "funds", "journal", "paper", "paper_again", "batch"),
    **_below("runs", "batch_dissolve", "bank_result", "payout_revoke", "withholding"),
    **_below("run", "run_cancel", "run_person", "payout_return", "run_exceptions", "run_review_start", "run_step"),
    **_below("run", "run_checks", "run_payouts", "run_papers"),
    **_below("run_checks", "run_review_end", "run_check"),
    **_below("run_papers", "run_preflight", "run_accounts", "run_preview", "run_statements"),
    **_below("payout_templates", "payout_template_new", "payout_template"),
    **_below("funds", "fund_new", "fund_policy", "fund"),
    **_below("fund", "fund_change"),
    **_below("journal", "journal_accounts"),
    **_below("payees rates", "payee_policy"),
    **_below("payees", "missing", "payee"),
    **_below("payee", "payee_enter", "payee_confirm", "payee_reveal", "payee_tax"),
    **_below("rates", "rate_draft", "try_list", "what_if", "rate_shipped", "rate"),
    **_below("rate", "rate_edit", "rate_force", "rate_close", "rate_discard"),
    **_below("what_if", "what_if_list", "proposal"),
    **_below("after", "after_statements", "correction", "balances", "waivers", "unclaimed", "tax_year"),
    **_below("after_statements", "correct"),
    **_below("balances", "balance"),
    **_below("balances rates", "balance_policy"),
    **_below("waivers", "waive", "waiver"),
    **_below("unclaimed", "unclaimed_one"),
    **_below("books", "books_check"),
    **_below("inspection", "inspection_pack"),
}


def trail_of(request: HttpRequest, actor: Actor | None) -> list[Step]:
    """What stands above the page of a request, topmost first; nothing for pages that stand on top or alone."""
    match = request.resolver_match
    if actor is None or match is None:
        return []
    steps: list[Step] = []
    name = _parent(name_of(match), actor)
    while name:
        step = _step(name, match.kwargs)
        if step is not None:
            steps.append(step)
        name = _parent(name, actor)
    return steps[::-1]


def name_of(match: ResolverMatch) -> str:
    """A page's name in the tree."""
    longer = f"{match.route.split('/')[0]}:{match.url_name}"
    return longer if longer in PARENTS else match.url_name or ""


def _parent(name: str, actor: Actor) -> str:
    """The first of a page's parents that the actor may open; one that may not be opened is passed over."""
    for parent in PARENTS.get(name, ()):
        if parent in PLACES and PLACES[parent].may(actor):
            return parent
    first = PARENTS.get(name, ("",))[0]
    return _parent(first, actor) if first else ""


def _step(name: str, kwargs: Mapping[str, object]) -> Step | None:
    """The address of a place, with what the page's own address says of it; None where that is not enough."""
    place = PLACES[name]
    for known in ({}, {"public_id": kwargs.get("public_id")}):
        try:
            return Step(place.label, reverse(f"web:{name}", kwargs=known), place.of if known else None)
        except NoReverseMatch:
            continue
    return None
