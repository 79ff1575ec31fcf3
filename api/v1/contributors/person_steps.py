"""What is done to one person: registered, suspended, left, taken back, corrected; consents and rights."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import VersionBody
from api.portal_view import PortalView
from api.schema import IF_MATCH
from api.v1.contributors import person_bodies as bodies
from api.v1.contributors import shapes
from api.v1.contributors.answers import detail_answer
from contributors.consenting import consents_standing, give_consent, withdraw_consent
from contributors.correction import correct_details
from contributors.directory import person_seen, rows_shown
from contributors.handing import hand_over_code
from contributors.leaving import leave, resume
from contributors.models import Contributor
from contributors.own_units import require_for_person
from contributors.person_detail import person_detail
from contributors.registration import apply_again, apply_to_join, suspend_contributor
from contributors.thanks import want_thanks
from payments.erasing import erase, erasure_plan
from payments.own_data import own_data
from payments.own_file import take_own_file

ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PersonSteps(PortalView):
    """Steps of `ContributorView`; the verbs ask for the right."""

    def person(self) -> Contributor:
        """Oneself, or somebody of the directory."""
        mine = self.actor.contributor_id
        own = Contributor.objects.filter(public_id=self.kwargs["public_id"], pk=mine).first() if mine else None
        return own or person_seen(self.actor, self.kwargs["public_id"])

    @extend_schema(request=bodies.RegisterBody, responses={201: shapes.ContributorDetail})
    def create(self, request: Request) -> Response:
        """Registers somebody in their name. The board decides; the same `client_key` again is the same person."""
        body = self.read(bodies.RegisterBody)
        made = apply_to_join(actor=self.actor, consents=_pairs(body.pop("consents")), **body)
        return self.detail_of(made, status=201)

    @extend_schema(
        request=bodies.ApplyAgainBody, responses=shapes.ContributorDetail, parameters=[IF_MATCH], filters=False
    )
    @action(detail=True, methods=["post"], url_path="apply-again")
    def apply_again(self, request: Request, public_id: str) -> Response:
        """An application on the row that is there."""
        body = self.read(bodies.ApplyAgainBody)
        done = apply_again(
            actor=self.actor,
            contributor=self.person(),
            consents=_pairs(body.pop("consents")),
            seen_version=body.pop("version"),
            **body,
        )
        return self.detail_of(done)

    @extend_schema(request=bodies.StepBody, responses=shapes.ContributorDetail, parameters=[IF_MATCH], filters=False)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, public_id: str) -> Response:
        """For a while, with a reason."""
        return self.step(suspend_contributor, bodies.StepBody)

    @extend_schema(request=bodies.ResumeBody, responses=shapes.ContributorDetail, parameters=[IF_MATCH], filters=False)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, public_id: str) -> Response:
        """Takes back who was suspended or had left."""
        return self.step(resume, bodies.ResumeBody)

    @extend_schema(request=bodies.StepBody, responses=shapes.ContributorDetail, parameters=[IF_MATCH], filters=False)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, public_id: str) -> Response:
        """Ends a collaboration, with unit and seats; what is due stays due."""
        return self.step(leave, bodies.StepBody)

    @extend_schema(
        request=bodies.CorrectPersonBody, responses=shapes.ContributorDetail, parameters=[IF_MATCH], filters=False
    )
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, public_id: str) -> Response:
        """Names, phone, year of birth, category, pen names, unit."""
        return self.step(correct_details, bodies.CorrectPersonBody)

    @extend_schema(responses=bodies.StandingRow(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def consents(self, request: Request, public_id: str) -> Response:
        """Every purpose as it stands."""
        return self.standing(self.person())

    @extend_schema(
        request=bodies.AgreedBody,
        responses=bodies.StandingRow(many=True),
        filters=False,
        operation_id="contributors_give_consent",
    )
    @action(detail=True, methods=["post"], url_path="consents/give", pagination_class=None)
    def give_consent(self, request: Request, public_id: str) -> Response:
        """Agrees to a text later on. Twice is once."""
        person = self.person()
        give_consent(actor=self.actor, contributor=person, **self.read(bodies.AgreedBody))
        return self.standing(person)

    @extend_schema(
        request=bodies.PurposeBody,
        responses=bodies.StandingRow(many=True),
        filters=False,
        operation_id="contributors_withdraw_consent",
    )
    @action(detail=True, methods=["post"], url_path="consents/withdraw", pagination_class=None)
    def withdraw_consent(self, request: Request, public_id: str) -> Response:
        """Takes a consent back; no reason is asked."""
        person = self.person()
        withdraw_consent(actor=self.actor, contributor=person, **self.read(bodies.PurposeBody))
        return self.standing(person)

    @extend_schema(
        request=bodies.TakeDataBody,
        responses={(200, ZIP): OpenApiResponse(OpenApiTypes.BINARY, "Tables, a JSON file, papers.")},
        filters=False,
    )
    @action(detail=True, methods=["post"], url_path="take-data")
    def take_data(self, request: Request, public_id: str) -> FileResponse:
        """All data of the person. On record, so it is a POST."""
        person = self.person()
        content = own_data(actor=self.actor, contributor=person, **self.read(bodies.TakeDataBody))
        answer = FileResponse(
            content, as_attachment=True, filename=f"du-lieu-{person.receipt_number}.zip", content_type=ZIP
        )
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer

    @extend_schema(
        request=bodies.OwnFileBody,
        responses={
            (200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "The paper."),
            (200, XLSX): OpenApiResponse(OpenApiTypes.BINARY, "The workbook."),
        },
        filters=False,
    )
    @action(detail=True, methods=["post"], url_path="own-file")
    def own_file(self, request: Request, public_id: str) -> HttpResponse:
        """Pieces, parts, scores, statements and tax of the person, to read. On record, so it is a POST."""
        person, form = self.person(), self.read(bodies.OwnFileBody)["form"]
        content = take_own_file(actor=self.actor, contributor=person, form=form)
        answer = HttpResponse(content, content_type=XLSX if form == "xlsx" else "application/pdf")
        answer["Content-Disposition"] = f'attachment; filename="ho-so-{person.receipt_number}.{form}"'
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer

    @extend_schema(request=bodies.ThanksWishBody, responses=shapes.ContributorDetail, filters=False)
    @action(detail=True, methods=["post"])
    def thanks(self, request: Request, public_id: str) -> Response:
        """Whether the person wants to be thanked by name; of oneself, or noted for who said so. Twice is once."""
        done = want_thanks(actor=self.actor, contributor=self.person(), **self.read(bodies.ThanksWishBody))
        return self.detail_of(done)

    @extend_schema(request=bodies.HandOverCodeBody, responses={201: bodies.HandedCodeAnswer}, filters=False)
    @action(detail=True, methods=["post"], url_path="hand-over-code")
    def hand_over_code(self, request: Request, public_id: str) -> Response:
        """A single-use code to hand on to a person one knows; earlier ones end. It is answered this once."""
        handed = hand_over_code(actor=self.actor, contributor=self.person(), **self.read(bodies.HandOverCodeBody))
        answer = bodies.HandedCodeAnswer(handed).data
        return Response(answer, status=201, headers={"Cache-Control": "private, no-store"})

    @extend_schema(responses=bodies.ErasureRow, filters=False)
    @action(detail=True)
    def erasure(self, request: Request, public_id: str) -> Response:
        """What erasing would take and keep, before anything is done."""
        person = self.person()
        if person.pk != self.actor.contributor_id:
            require_for_person(self.actor, "contributor.erase", person)
        plan = erasure_plan(person)
        kept = [{"what": each.what, "until": each.until} for each in plan.kept]
        return Response(
            {"erased": list(plan.erased), "kept": kept, "blocked": plan.blocked.code if plan.blocked else None}
        )

    @extend_schema(request=bodies.EraseBody, responses=bodies.ErasureRow, parameters=[IF_MATCH], filters=False)
    @action(detail=True, methods=["post"])
    def erase(self, request: Request, public_id: str) -> Response:
        """Erases what no law keeps."""
        body = self.read(bodies.EraseBody)
        done = erase(
            actor=self.actor,
            contributor=self.person(),
            seen_version=body["version"],
            confirmation=body["confirmation"],
        )
        kept = [{"what": each["what"], "until": each["until"]} for each in done.kept]
        return Response({"erased": list(done.erased), "kept": kept, "blocked": None})

    def step(self, verb: Callable[..., Contributor], body: type[VersionBody]) -> Response:
        given = self.read(body)
        done = verb(actor=self.actor, contributor=self.person(), seen_version=given.pop("version"), **given)
        return self.detail_of(done)

    def detail_of(self, person: Contributor, *, status: int = 200) -> Response:
        row: Contributor = Contributor.objects.select_related("registered_by").get(pk=person.pk)
        answer = detail_answer(person_detail(row, rows_shown(self.actor, [row.pk])[0]))
        return Response(answer, status=status, headers={"ETag": f'"{row.version}"'})

    def standing(self, person: Contributor) -> Response:
        return Response(
            [
                {
                    "purpose": each.text.purpose,
                    "version": each.text.version,
                    "title": str(each.text.title),
                    "text": str(each.text.text),
                    "kept": str(each.text.kept),
                    "given": each.given,
                    "at": each.last.at if each.last else None,
                }
                for each in consents_standing(person)
            ]
        )


def _pairs(consents: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(given["purpose"], given["version"]) for given in consents]
