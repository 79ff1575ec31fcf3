"""Days and periods in an address: how the document names them, and how they are read."""

from __future__ import annotations

from datetime import date
from typing import cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.fields import DateField, empty
from rest_framework.request import Request
from rest_framework.serializers import ValidationError

from payments.report_periods import Period, asked_period


def day_parameter(name: str, meaning: str, *, required: bool = True) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.DATE, OpenApiParameter.QUERY, required=required, description=meaning)


PERIOD = [day_parameter("from", "The first day."), day_parameter("until", "The day after the last one.")]


def asked_day(request: Request, name: str) -> date:
    """A day that the address must name. Raises a 422 at its name where it is missing or none."""
    try:
        return cast("date", DateField().run_validation(request.query_params.get(name, empty)))
    except ValidationError as wrong:
        raise ValidationError({name: wrong.detail}) from None


def day_if_asked(request: Request, name: str) -> date | None:
    """The same, None where the address does not name it."""
    return asked_day(request, name) if name in request.query_params else None


def period_of(request: Request) -> Period:
    """`[from, until)`. Raises a 422 at the day that is wrong, `period_wrong` and `period_years`."""
    return asked_period(asked_day(request, "from"), asked_day(request, "until"))
