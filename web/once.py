"""The second of two quick presses finds what the first one made.

For verbs that have no key of their own. Only a convenience, kept in the cache for an hour: where a double
entry would cost something, the database itself refuses it.
"""

from __future__ import annotations

import logging
import uuid
from typing import TypeVar

from django.core.cache import cache
from redis.exceptions import RedisError

from contributors.models.tenancy import TenantModel

log = logging.getLogger(__name__)
Row = TypeVar("Row", bound=TenantModel)
KEPT_SECONDS = 3600


class FirstPress:
    """What was made under the key of one shown form."""

    def __init__(self, client_key: uuid.UUID) -> None:
        self.key = f"once:{client_key.hex}"

    def kept(self, model: type[Row]) -> Row | None:
        """The row that the first press made, inside the open portal."""
        try:
            found = cache.get(self.key)
        except RedisError as problem:
            log.warning("first press not looked up: %s", type(problem).__name__)
            return None
        return model.objects.filter(pk=found).first() if found else None

    def keep(self, row: TenantModel) -> None:
        try:
            cache.set(self.key, row.pk, KEPT_SECONDS)
        except RedisError as problem:
            log.warning("first press not kept: %s", type(problem).__name__)
