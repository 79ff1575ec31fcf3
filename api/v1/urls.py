"""Addresses of version 1. Every one ends with a slash."""

from __future__ import annotations

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from api.bodies import BoundedForm
from api.v1.access_keys import AccessKeyView
from api.v1.after.balances import BalanceView
from api.v1.after.corrections import CorrectionView
from api.v1.after.unclaimed import UnclaimedView
from api.v1.after.waivers import WaiverView
from api.v1.applications import ApplicationView
from api.v1.banks import BankView
from api.v1.below import BelowView
from api.v1.board_work import BoardRulesView, BoardView, DelegationView, NoticeView
from api.v1.calls import CallView
from api.v1.claims import ClaimView
from api.v1.contributors.imports import ContributorImportView
from api.v1.contributors.unit_proposals import UnitProposalsView, UnitProposalView
from api.v1.contributors.views import ContributorView, MergeView
from api.v1.documents import DocumentSheetView, DocumentView
from api.v1.drafts import DraftView
from api.v1.error_codes import ErrorCodeView, no_such_address
from api.v1.events import EventView
from api.v1.funds import FundPolicyView, FundView
from api.v1.genres import GenreView
from api.v1.grants import GrantView
from api.v1.inspection_packs import InspectionPackView
from api.v1.invitations import InvitationView
from api.v1.join import JoinView
from api.v1.journal import JournalView
from api.v1.me import MeView
from api.v1.messages import MessageView
from api.v1.output import OutputView
from api.v1.output_accesses import AccessView
from api.v1.past_lists import PastListView
from api.v1.payee_details import PayeeDetailsView
from api.v1.payee_policy import PayeePolicyView
from api.v1.payouts.batches import BankResultView, BatchView
from api.v1.payouts.templates import TemplateView
from api.v1.payouts.views import PayoutView
from api.v1.pieces.media import AttachmentView, PhotoView
from api.v1.pieces.review import PieceReviewView
from api.v1.pieces.revisions import RevisionView
from api.v1.pieces.uploads import UploadView
from api.v1.pieces.views import PieceView
from api.v1.pledge import PledgeView
from api.v1.portals import OwnPortalView, PortalListView
from api.v1.rate_schedules import RateScheduleView
from api.v1.readiness import ReadinessView
from api.v1.run_papers import InternalRulesView, PaperView, RunPapersView, WithholdingView
from api.v1.runs.checks import ExceptionsView, OwnChecksView, RunChecksView
from api.v1.runs.views import RunView
from api.v1.runs.work import RunWorkView
from api.v1.search import SearchView
from api.v1.seats import SeatView
from api.v1.statements import StatementView
from api.v1.thanks import ThanksView
from api.v1.topics import TopicView
from api.v1.training import TrainingView
from api.v1.trials import TrialView
from api.v1.unit_sheets import UnitSheetView
from api.v1.units import UnitView
from api.v1.website import FeedKeyView, SavedViewView, SightingView, WebsiteView
from api.v1.whatif import WhatIfView
from api.v1.work import BooksCheckView, HealthView, JobView, OfficeNoticeView

router = SimpleRouter(use_regex_path=False)
router.register("pieces", PieceView, basename="piece")
router.register("pieces", PieceReviewView, basename="piece-review")
router.register("calls", CallView, basename="call")
router.register("delegations", DelegationView, basename="delegation")
router.register("runs", RunView, basename="run")
router.register("rate-schedules", RateScheduleView, basename="rate-schedule")
router.register("statements", StatementView, basename="statement")
router.register("corrections", CorrectionView, basename="correction")
router.register("waivers", WaiverView, basename="waiver")
router.register("unclaimed", UnclaimedView, basename="unclaimed")
router.register("payee-details", PayeeDetailsView, basename="payee-details")
router.register("payouts", PayoutView, basename="payout")
router.register("payout-batches", BatchView, basename="payout-batch")
router.register("bank-results", BankResultView, basename="bank-result")
router.register("payout-templates", TemplateView, basename="payout-template")
router.register("funds", FundView, basename="fund")
router.register("banks", BankView, basename="bank")
router.register("genres", GenreView, basename="genre")
router.register("topics", TopicView, basename="topic")
router.register("invitations", InvitationView, basename="invitation")
router.register("applications", ApplicationView, basename="application")
router.register("claims", ClaimView, basename="claim")
router.register("contributors", ContributorView, basename="contributor")
router.register("contributor-imports", ContributorImportView, basename="contributor-import")
router.register("merges", MergeView, basename="merge")
router.register("units", UnitView, basename="unit")
router.register("unit-sheets", UnitSheetView, basename="unit-sheet")
router.register("seats", SeatView, basename="seat")
router.register("grants", GrantView, basename="grant")
router.register("documents", DocumentView, basename="document")
router.register("past-lists", PastListView, basename="past-list")
router.register("document-sheets", DocumentSheetView, basename="document-sheet")
router.register("sightings", SightingView, basename="sighting")
router.register("feed-keys", FeedKeyView, basename="feed-key")
router.register("saved-views", SavedViewView, basename="saved-view")
router.register("training-sessions", TrainingView, basename="training-session")
router.register("messages", MessageView, basename="message")
router.register("events", EventView, basename="event")
router.register("access-keys", AccessKeyView, basename="access-key")
router.register("jobs", JobView, basename="job")
router.register("books-checks", BooksCheckView, basename="books-check")

# The explorer writes inline styles; its script comes from our own address.
explorer = csp_update({"style-src": [UNSAFE_INLINE]})(SpectacularSwaggerSplitView.as_view(url_name="schema"))

OF_PIECE = "pieces/<uuid:public_id>"
OF_RUN = "runs/<uuid:public_id>"
OF_PERSON = "contributors/<uuid:public_id>"

papers = [
    path(f"{OF_RUN}/papers/", RunPapersView.as_view({"get": "papers"}), name="run-papers"),
    path(f"{OF_RUN}/preflight/", RunPapersView.as_view({"get": "preflight"}), name="run-preflight"),
    path(f"{OF_RUN}/budget-code/", RunPapersView.as_view({"put": "budget_code"}), name="run-budget-code"),
    path(f"{OF_RUN}/preview/", RunPapersView.as_view({"get": "preview"}), name="run-preview"),
    path(f"{OF_RUN}/workbook/", RunPapersView.as_view({"get": "workbook"}), name="run-workbook"),
    path(f"{OF_RUN}/beneficiaries/", RunPapersView.as_view({"post": "beneficiaries"}), name="run-beneficiaries"),
    path(f"{OF_RUN}/decision/", RunPapersView.as_view({"get": "decision"}), name="run-decision"),
    path(f"{OF_RUN}/archive/", RunPapersView.as_view({"get": "archive", "post": "pack"}), name="run-archive"),
    path(f"{OF_RUN}/archive/file/", RunPapersView.as_view({"get": "archive_file"}), name="run-archive-file"),
    path("papers/<uuid:public_id>/file/", PaperView.as_view({"get": "file"}), name="paper-file"),
    path("papers/<uuid:public_id>/again/", PaperView.as_view({"post": "again"}), name="paper-again"),
    path("internal-rules/", InternalRulesView.as_view({"get": "retrieve"}), name="internal-rules"),
    path("withholding/", WithholdingView.as_view({"get": "people"}), name="withholding"),
    path("withholding/pdf/", WithholdingView.as_view({"get": "pdf"}), name="withholding-pdf"),
    path(
        "withholding/certificates/",
        WithholdingView.as_view({"post": "certificates"}),
        name="withholding-certificates",
    ),
]

urlpatterns = [
    *router.urls,
    *papers,
    path("search/", SearchView.as_view({"get": "find"}), name="search"),
    path(f"{OF_PIECE}/uploads/", UploadView.as_view({"get": "list", "post": "create"}), name="upload-list"),
    path(
        f"{OF_PIECE}/uploads/<uuid:upload_id>/",
        UploadView.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="upload-detail",
    ),
    path(f"{OF_PIECE}/photos/order/", PhotoView.as_view({"put": "order"}), name="photo-order"),
    path(f"{OF_PIECE}/photos/<uuid:photo_id>/", PhotoView.as_view({"patch": "partial_update"}), name="photo-detail"),
    path(f"{OF_PIECE}/photos/<uuid:photo_id>/remove/", PhotoView.as_view({"post": "remove"}), name="photo-remove"),
    path(f"{OF_PIECE}/photos/<uuid:photo_id>/blur/", PhotoView.as_view({"post": "blur"}), name="photo-blur"),
    path(f"{OF_PIECE}/attachments/", AttachmentView.as_view({"post": "create"}), name="attachment-list"),
    path(
        f"{OF_PIECE}/attachments/<uuid:attachment_id>/remove/",
        AttachmentView.as_view({"post": "remove"}),
        name="attachment-remove",
    ),
    path(f"{OF_PIECE}/revisions/", RevisionView.as_view({"get": "list"}), name="revision-list"),
    path(f"{OF_PIECE}/difference/", RevisionView.as_view({"get": "difference"}), name="revision-difference"),
    path(f"{OF_RUN}/exceptions/", ExceptionsView.as_view({"get": "retrieve"}), name="run-exceptions"),
    path(f"{OF_RUN}/exceptions/file/", ExceptionsView.as_view({"get": "download"}), name="run-exceptions-file"),
    path(f"{OF_RUN}/checks/", RunChecksView.as_view({"get": "people"}), name="run-checks"),
    path(f"{OF_RUN}/checks/<uuid:person_id>/", RunChecksView.as_view({"get": "retrieve"}), name="run-check"),
    path(f"{OF_RUN}/deliveries/", RunChecksView.as_view({"post": "deliver"}), name="run-deliveries"),
    path("line-checks/<uuid:public_id>/reply/", RunChecksView.as_view({"post": "reply"}), name="line-check-reply"),
    path("checks/", OwnChecksView.as_view({"get": "asked"}), name="checks"),
    path("checks/<uuid:public_id>/", OwnChecksView.as_view({"get": "retrieve"}), name="check"),
    path("checks/<uuid:public_id>/answers/", OwnChecksView.as_view({"post": "answer"}), name="check-answers"),
    path("unit-proposals/", UnitProposalsView.as_view({"get": "list"}), name="unit-proposals"),
    path(
        f"{OF_PERSON}/unit-proposal/",
        UnitProposalView.as_view({"get": "waiting", "post": "propose"}),
        name="unit-proposal",
    ),
    path(f"{OF_PERSON}/unit-proposal/accept/", UnitProposalView.as_view({"post": "accept"}), name="unit-accept"),
    path(f"{OF_PERSON}/unit-proposal/decline/", UnitProposalView.as_view({"post": "refuse"}), name="unit-decline"),
    path("readiness/", ReadinessView.as_view({"get": "retrieve"}), name="readiness"),
    path("drafts/<uuid:client_key>/", DraftView.as_view({"put": "update"}), name="draft"),
    path("pledge/", PledgeView.as_view({"get": "retrieve"}), name="pledge"),
    path("join/", JoinView.as_view({"post": "create"}), name="join"),
    path("join/<str:token>/", JoinView.as_view({"get": "retrieve"}), name="join-look"),
    path("board-rules/", BoardRulesView.as_view({"get": "retrieve", "post": "create"}), name="board-rules"),
    path("own-days/", BoardRulesView.as_view({"get": "days", "post": "set_day"}), name="own-days"),
    path("absences/", BoardView.as_view({"get": "absences"}), name="absences"),
    path("timeliness/", BoardView.as_view({"get": "timeliness"}), name="timeliness"),
    path("output/", OutputView.as_view({"get": "figures"}), name="output"),
    path("output/report/", OutputView.as_view({"get": "report"}), name="report"),
    path("output/report/docx/", OutputView.as_view({"get": "docx"}), name="report-docx"),
    path("output/report/pdf/", OutputView.as_view({"get": "pdf"}), name="report-pdf"),
    path("output/report/sent/", BelowView.as_view({"get": "sent", "post": "send"}), name="reports-sent"),
    path("below/", BelowView.as_view({"get": "side_by_side"}), name="below"),
    path("below/docx/", BelowView.as_view({"get": "docx"}), name="below-docx"),
    path("below/pdf/", BelowView.as_view({"get": "pdf"}), name="below-pdf"),
    path("below/xlsx/", BelowView.as_view({"get": "xlsx"}), name="below-xlsx"),
    path("output/words/", OutputView.as_view({"get": "words", "patch": "set_words"}), name="report-words"),
    path("thanks/", ThanksView.as_view({"get": "people"}), name="thanks"),
    path("thanks/mine/", ThanksView.as_view({"get": "mine"}), name="thanks-mine"),
    path("thanks/papers/", ThanksView.as_view({"post": "papers"}), name="thanks-papers"),
    path("output/accesses/", AccessView.as_view({"get": "accesses", "post": "record"}), name="accesses"),
    path(
        "output/accesses/sheet/",
        AccessView.as_view({"post": "load"}, parser_classes=[BoundedForm]),
        name="accesses-sheet",
    ),
    path("output/accesses/template/", AccessView.as_view({"get": "template"}), name="accesses-template"),
    path("notices/", NoticeView.as_view({"get": "list"}), name="notices"),
    path("notices/read/", NoticeView.as_view({"post": "read_all"}), name="notices-read"),
    path("runs/<uuid:public_id>/background/", RunWorkView.as_view({"get": "retrieve"}), name="run-work"),
    *[
        path(f"runs/<uuid:public_id>/background/{word}/", RunWorkView.as_view({"post": word}), name=f"run-work-{word}")
        for word in ("pause", "resume", "retry", "cancel", "render")
    ],
    path("health/", HealthView.as_view({"get": "retrieve"}), name="health"),
    path("office-notices/", OfficeNoticeView.as_view({"get": "list"}), name="office-notices"),
    path("office-notices/read/", OfficeNoticeView.as_view({"post": "read_all"}), name="office-notices-read"),
    path("payee-policy/", PayeePolicyView.as_view({"get": "retrieve", "post": "create"}), name="payee-policy"),
    path("fund-policy/", FundPolicyView.as_view({"get": "retrieve", "post": "create"}), name="fund-policy"),
    path("inspection-packs/", InspectionPackView.as_view({"get": "list", "post": "create"}), name="inspection-packs"),
    path(
        "inspection-packs/contents/",
        InspectionPackView.as_view({"get": "contents"}),
        name="inspection-pack-contents",
    ),
    path("inspection-packs/<uuid:public_id>/", InspectionPackView.as_view({"get": "retrieve"}), name="inspection-pack"),
    path(
        "inspection-packs/<uuid:public_id>/file/",
        InspectionPackView.as_view({"get": "file"}),
        name="inspection-pack-file",
    ),
    path(
        "inspection-packs/<uuid:public_id>/cover/",
        InspectionPackView.as_view({"get": "cover"}),
        name="inspection-pack-cover",
    ),
    path("journal/", JournalView.as_view({"get": "retrieve"}), name="journal"),
    path("journal/file/", JournalView.as_view({"post": "file"}), name="journal-file"),
    path(
        "journal/accounts/",
        JournalView.as_view({"get": "accounts", "post": "set_accounts"}),
        name="journal-accounts",
    ),
    path("balances/", BalanceView.as_view({"get": "list"}), name="balances"),
    path("balances/<uuid:public_id>/", BalanceView.as_view({"get": "ledger"}), name="balance-ledger"),
    path("balance-policy/", BalanceView.as_view({"get": "policy", "post": "set_policy"}), name="balance-policy"),
    path("tax-year/", BalanceView.as_view({"get": "tax_year"}), name="tax-year"),
    path("portals/", PortalListView.as_view({"get": "list"}), name="portals"),
    path("portal/", OwnPortalView.as_view({"get": "retrieve"}), name="portal"),
    path("portal/name/", OwnPortalView.as_view({"put": "rename"}), name="portal-name"),
    path("portal/place/", OwnPortalView.as_view({"put": "set_place"}), name="portal-place"),
    path("portal/letterhead/", OwnPortalView.as_view({"post": "set_letterhead"}), name="portal-letterhead"),
    path("portal/mode/", OwnPortalView.as_view({"post": "set_mode"}), name="portal-mode"),
    path("me/", MeView.as_view({"get": "retrieve"}), name="me"),
    path("website/", WebsiteView.as_view({"get": "retrieve", "put": "update"}), name="website"),
    path("what-if/", WhatIfView.as_view({"get": "retrieve"}), name="what-if"),
    path("what-if/schedules/", WhatIfView.as_view({"get": "schedules"}), name="what-if-schedules"),
    path("what-if/comparison/", WhatIfView.as_view({"get": "comparison"}), name="what-if-comparison"),
    path("what-if/list/", WhatIfView.as_view({"post": "of_list"}), name="what-if-list"),
    path("what-if/trial/", TrialView.as_view({"post": "create"}), name="what-if-trial"),
    path("what-if/proposal/", WhatIfView.as_view({"post": "proposal"}), name="what-if-proposal"),
    path("errors/", ErrorCodeView.as_view({"get": "list"}), name="error-list"),
    path("errors/<slug:code>/", ErrorCodeView.as_view({"get": "retrieve"}), name="error-detail"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", explorer, name="docs"),
    re_path(r"^(?P<path>(?s:.*))\Z", no_such_address),  # also for an address with a line break in it
]
