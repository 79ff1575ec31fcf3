"""The wall between portals, opened for one portal at a time."""

from __future__ import annotations

from collections.abc import Sequence
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


def portals_scope(portals: Sequence[Portal]) -> AbstractContextManager[Any]:
    """Read rows of several portals at once, for what a superior counts over the portals below it.

    Only questions that answer with figures open it (`output_of_portals`, `payments.superiors`), and they say which
    portals themselves. Refuses none at all and portals that are not kept.
    """
    chosen = tuple(portals)
    if not chosen or any(portal is None or portal.pk is None for portal in chosen):
        message = "portals are needed to open a scope"
        raise ValueError(message)
    opened: AbstractContextManager[Any] = scope(portal=chosen)
    return opened
