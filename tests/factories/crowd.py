"""Very many people and pieces, straight into the tables: copies of one person whom the product's own verbs made."""

from __future__ import annotations

from django.db import connection

from contributors.models import Contributor
from payments.models import PayeeDetails
from payments.payee_cipher import Which, opened, sealed
from tests.factories.world import World

_COPY = """
INSERT INTO {table}
SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(model) || jsonb_build_object(
         'id', nextval(pg_get_serial_sequence('{table}', 'id'))) || ({changed}))).*
  FROM {table} model, {numbers}
 WHERE model.{of} = %(model)s {more}
"""
_PEOPLE = "generate_series(1, %(people)s) n"
_COPIES = (
    "(SELECT id AS copy FROM contributors_contributor WHERE search_key LIKE 'thu %%' AND portal_id = %(portal)s) c"
)


def crowd(world: World, people: int, *, pieces_each: int = 1, model: str = "lan") -> None:
    """So many contributors like `model`, with payee details and tax status, each with published pieces in July 2026
    that are scored 1.5. Nobody else has a credit in them.
    """
    names = {
        "portal": world.portal.pk,
        "model": world.people[model].pk,
        "people": people,
        "pieces": pieces_each,
        "genre": world.genres["news_item"].pk,
        "unit": world.unit.pk,
        "account": world.accounts[model].pk,
        "head": world.people["head"].pk,
    }
    copies = (
        (
            "contributors_contributor",
            "id",
            _PEOPLE,
            """jsonb_build_object('public_id', gen_random_uuid(), 'account_id', NULL, 'full_name', 'Nguyễn Thị Thứ ' || n,
               'receipt_number', 'T' || n || '-' || %(portal)s, 'search_key', 'thu ' || n,
               'sort_key', to_char(n, 'FM00000000'))""",
            "",
        ),
        (
            "contributors_membership",
            "contributor_id",
            _COPIES,
            "jsonb_build_object('contributor_id', copy)",
            "",
        ),
        ("payments_taxstatus", "contributor_id", _COPIES, "jsonb_build_object('contributor_id', copy)", ""),
    )
    with connection.cursor() as cursor:
        for table, of, numbers, changed, more in copies:
            cursor.execute(_COPY.format(table=table, of=of, numbers=numbers, changed=changed, more=more), names)
        _give_details(world, model)
        cursor.execute(
            f"""
            INSERT INTO contributors_piece (portal_id, public_id, client_key, genre_id, title, body, search_key, origin,
              source, language, state, state_since, state_reason, version, revision_number, approved_revision,
              created_by_id, contributor_id, unit_id, created_at, submitted_at, approved_at, published_at,
              leader_activity, event_place, document_number, document_type, document_signer, document_issuer, practice)
            SELECT %(portal)s, gen_random_uuid(), gen_random_uuid(), %(genre)s,
              'Ấp Tân Hòa ra quân trồng cây ven lộ, đợt ' || n || ', tổ ' || copy, '', 'ap tan hoa ' || n, 'original', '',
              'vi', 'published', moment, '', 1, 1, 1, %(account)s, copy, %(unit)s, moment, moment, moment, moment, false,
              '', '', '', '', '', false
            FROM {_COPIES}, (SELECT n, timestamptz '2026-07-02 08:00+07' + n %% 28 * interval '1 day' AS moment
                    FROM generate_series(1, %(pieces)s) n) AS numbered
            """,
            names,
        )
        cursor.execute(
            """
            INSERT INTO contributors_credit (portal_id, piece_id, contributor_id, role, share, state, source,
              no_fee_reason, unit_id)
            SELECT portal_id, id, contributor_id, 'author', 100, 'confirmed', 'declared', '', unit_id
              FROM contributors_piece WHERE portal_id = %(portal)s
            """,
            names,
        )
        cursor.execute(
            """
            INSERT INTO contributors_score (portal_id, piece_id, scorer_id, revision_number, coefficient, grade, reason,
              accepted, at)
            SELECT portal_id, id, %(head)s, 1, 1.5, '', '', true, published_at
              FROM contributors_piece WHERE portal_id = %(portal)s
            """,
            names,
        )
        cursor.execute("ANALYZE")


def _give_details(world: World, model: str) -> None:
    """The model's payee details for each copy, sealed for its own row: in another's they do not open."""
    details = PayeeDetails.objects.select_related("data_key").get(contributor=world.people[model], current=True)
    numbers: dict[Which, str] = {
        "personal_id": opened(details, "personal_id"),
        "bank_account": opened(details, "bank_account"),
    }
    copies = Contributor.objects.filter(portal=world.portal, search_key__startswith="thu ").order_by("pk")
    rows = []
    for copy, name in copies.values_list("pk", "full_name"):
        row = PayeeDetails(
            **{field.attname: getattr(details, field.attname) for field in details._meta.concrete_fields}
        )
        row.pk, row.contributor_id, row.legal_name = None, copy, name
        for column, number in numbers.items():
            if number:
                made = sealed(number, key=details.data_key, contributor_id=copy, version=details.version, column=column)
                setattr(row, column, made)
        rows.append(row)
    PayeeDetails.objects.bulk_create(rows, batch_size=2000)
