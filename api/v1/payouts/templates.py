"""Column templates of batches' files over HTTP."""

# ruff: noqa: ARG002
# The framework calls these by its own signatures.

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.portal_view import PortalView
from api.v1.payouts import shapes
from contributors import clock
from payments.access import require_money
from payments.bank_files import sample_cells
from payments.batch_templates import read_template, retire_template, save_template, template_of, templates_offered
from payments.models import PayoutTemplate


class TemplateView(PortalView):
    """Mẫu tệp chi: the portal's own first, then those that ship."""

    money = True
    queryset = PayoutTemplate.unscoped.none()
    lookup_field = "code"
    lookup_value_converter = "slug"
    pagination_class = None

    @extend_schema(responses=shapes.TemplateRow(many=True))
    def list(self, request: Request) -> Response:
        """Each in its newest version."""
        require_money(self.actor, "run.see")
        return Response([shapes.template_shown(each) for each in templates_offered()])

    @extend_schema(responses=shapes.TemplateRow)
    def retrieve(self, request: Request, code: str) -> Response:
        """One template."""
        require_money(self.actor, "run.see")
        return Response(shapes.template_shown(template_of(code)))

    @extend_schema(request=shapes.TemplateBody, responses={201: shapes.TemplateRow})
    def create(self, request: Request) -> Response:
        """The next version of the portal's own template of this code."""
        require_money(self.actor, "run.pay")
        rules = shapes.template_rules(self.read(shapes.TemplateBody))
        return Response(shapes.template_shown(save_template(actor=self.actor, rules=rules)), status=201)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, code: str) -> Response:
        """Gives the portal's own up; one that ships comes back."""
        require_money(self.actor, "run.pay")
        retire_template(actor=self.actor, code=code)
        return Response(status=204)

    @extend_schema(request=shapes.TemplateBody, responses=shapes.TemplatePreview)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """What the file would look like; nothing is kept."""
        require_money(self.actor, "run.see")
        template = read_template(shapes.template_rules(self.read(shapes.TemplateBody)))
        rows = sample_cells(template, clock.today(self.portal.time_zone))
        return Response(
            {
                "headings": [column.title for column in template.columns],
                "rows": [[str(cell) for cell in row] for row in rows],
            }
        )
