"""What the application's database role may do: read and write rows, and nothing else."""

from __future__ import annotations

import psycopg
from psycopg import sql

# Written by migrations only; a row added or removed here would hide a missing trigger.
_READ_ONLY = ("django_migrations",)


class RoleTooStrongError(Exception):
    """The application's role could switch off the database's own checks."""


def grant_application_role(owner_connection: psycopg.Connection, role: str) -> None:
    """Give `role` SELECT, INSERT, UPDATE, DELETE on the owner's tables, now and in future, and no more.

    Call it as the owner after every migration; a second call changes nothing. Raises `RoleTooStrongError`
    when the role is the owner itself, a superuser or a member of the owner: such a role could disable
    triggers, truncate or drop what the database must keep.
    """
    verdict = owner_connection.execute(
        "SELECT current_user = %(role)s OR rolsuper OR pg_has_role(%(role)s, current_user, 'MEMBER')"
        " FROM pg_roles WHERE rolname = %(role)s",
        {"role": role},
    ).fetchone()
    if verdict is None:
        raise RoleTooStrongError(f"there is no role {role!r}: create it first (CREATE ROLE … LOGIN)")
    if verdict[0]:
        raise RoleTooStrongError(f"role {role!r} is the owner, a superuser or a member of the owner")
    name = sql.Identifier(role)
    with owner_connection.transaction():
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {role}",
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
            "ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {role}",
        ):
            owner_connection.execute(sql.SQL(statement).format(role=name))
        for table in _READ_ONLY:
            if owner_connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,):
                owner_connection.execute(
                    sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name)
                )
