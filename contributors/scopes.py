"""The wall between portals, opened for one portal at a time."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django_scopes import scope

from contributors.models import Portal


def portal_scope(portal: Portal | None) -> AbstractContextManager[Any]:
    """Read and write rows of `portal` only. Refuses None, which django-scopes would take as "every portal"."""
    if portal is None or portal.pk is None:
        message = "a portal is needed to open a scope"
        raise ValueError(message)
    opened: AbstractContextManager[Any] = scope(portal=portal)
    return opened
