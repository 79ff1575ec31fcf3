"""What every row of a portal has: the portal, a scoped reader, and keys that cannot point into another portal.

A foreign key between two tenant rows is written as `TenantForeignKey`. Django sees an ordinary
foreign key without a constraint of its own; in SQL it becomes
`FOREIGN KEY (portal_id, x_id) REFERENCES target (portal_id, id)`, not deferrable (a deferrable one makes
bulk writes several times slower).
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.backends.ddl_references import Statement, Table
from django_scopes.manager import DisabledQuerySet
from django_scopes.state import get_scope
from uuid_utils import compat


def new_public_id() -> uuid.UUID:
    """A UUIDv7: sorts by the time it was made, tells nobody how many there are."""
    return compat.uuid7()


class TableRule(models.BaseConstraint):
    """A constraint written as SQL (exclusion, composite key), known to migrations.

    `late` puts it at the end of the migration, when the tables that it names exist.
    """

    def __init__(self, *, name: str, sql: str, late: bool = False) -> None:
        super().__init__(name=name)
        self.sql = sql
        self.late = late

    def _add(self, model: type[models.Model], schema_editor: Any) -> Statement:
        return Statement(
            "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s %(sql)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
            sql=self.sql,
        )

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: Any) -> Any:
        if model is not None:
            schema_editor.deferred_sql.append(self._add(model, schema_editor))

    def create_sql(self, model: type[models.Model] | None, schema_editor: Any) -> Any:
        if model is None:
            return None
        if self.late:
            schema_editor.deferred_sql.append(self._add(model, schema_editor))
            return None
        return str(self._add(model, schema_editor))

    def remove_sql(self, model: type[models.Model] | None, schema_editor: Any) -> str:
        table = model._meta.db_table if model else ""
        return f"ALTER TABLE {schema_editor.quote_name(table)} DROP CONSTRAINT {schema_editor.quote_name(self.name)}"

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """The database alone decides: a check beforehand would race."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, TableRule):
            return (self.name, self.sql, self.late) == (other.name, other.sql, other.late)
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.name, self.sql))

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "sql": self.sql, "late": self.late}


def no_overlap(name: str, *columns: str, where: str = "") -> TableRule:
    """No two rows with equal whole-number `columns` whose [effective_from, effective_until) overlap."""
    equal = ", ".join(f"int8range({column}, {column}, '[]') WITH &&" for column in columns)
    rule = f"EXCLUDE USING gist ({equal}, daterange(effective_from, effective_until) WITH &&)"
    return TableRule(name=name, sql=f"{rule} WHERE ({where})" if where else rule)


def _declare(model: type[models.Model], constraint: models.BaseConstraint) -> None:
    """Add to Meta.constraints; the models of a migration's state have them from the migration itself."""
    if model.__module__ == "__fake__":
        return
    model._meta.constraints = [*model._meta.constraints, constraint]
    model._meta.original_attrs.setdefault("constraints", [])


class PortalKey(models.ForeignKey):
    """The tenant of a row; also declares unique (portal, id), which composite keys point to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("to", "contributors.Portal")
        kwargs.setdefault("on_delete", models.PROTECT)
        kwargs.setdefault("related_name", "+")
        kwargs.setdefault("db_index", False)
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: Any) -> None:  # type: ignore[override]
        super().contribute_to_class(cls, name, **kwargs)
        if not cls._meta.abstract:
            table = cls._meta.db_table or f"{cls._meta.app_label}_{cls._meta.model_name}"
            _declare(cls, models.UniqueConstraint(fields=[name, "id"], name=f"{table}_tenant"[:63]))


class TenantForeignKey(models.ForeignKey):
    """A foreign key between two rows of the same portal; kept by a composite key in the database."""

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("related_name", "+")
        super().__init__(to, on_delete, **kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: Any) -> None:  # type: ignore[override]
        super().contribute_to_class(cls, name, **kwargs)
        if cls._meta.abstract:
            return
        table = cls._meta.db_table or f"{cls._meta.app_label}_{cls._meta.model_name}"
        to: Any = self.remote_field.model  # a name until every model is loaded
        if to == "self":
            target = table
        elif isinstance(to, str):
            target = "_".join(to.lower().split(".")) if "." in to else f"{cls._meta.app_label}_{to.lower()}"
        else:
            target = to._meta.db_table
        _declare(
            cls,
            TableRule(
                name=f"{table}_{name}_same_portal"[:63],
                sql=f'FOREIGN KEY (portal_id, {name}_id) REFERENCES "{target}" (portal_id, id)',
                late=True,
            ),
        )


class PortalManager(models.Manager):
    """Rows of the active portal (or portals); every reading without one raises ScopeError.

    What django-scopes' own ScopedManager does, as a class that type checkers can see, and with its hole closed
    that a portal of None would mean every portal.
    """

    def get_queryset(self) -> models.QuerySet[Any]:
        current = get_scope()
        if not current.get("_enabled", True):
            return super().get_queryset()
        active = current.get("portal")
        if active is None:
            disabled: models.QuerySet[Any] = DisabledQuerySet(self.model, using=self._db, missing_scopes=["portal"])
            return disabled
        if isinstance(active, (list, tuple)):
            return super().get_queryset().filter(portal__in=active)
        return super().get_queryset().filter(portal=active)


class TenantModel(models.Model):
    """A row of one portal. `objects` raises unless a portal is active; `unscoped` is for sweepers."""

    portal = PortalKey()

    objects = PortalManager()
    unscoped = models.Manager()

    class Meta:
        abstract = True
