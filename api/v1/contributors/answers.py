"""Answers as plain dictionaries."""

from __future__ import annotations

from typing import Any

from contributors.directory import PersonRow, UnitCount
from contributors.importing import import_progress
from contributors.models import Contributor, Merge, SheetImport
from contributors.people_sheet import Preview, RowVerdict
from contributors.person_detail import PersonDetail


def person_answer(row: PersonRow) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "full_name": row.full_name,
        "pen_names": list(row.pen_names),
        "unit": {"id": row.unit_id, "name": row.unit} if row.unit_id else None,
        "category": row.category,
        "state": row.state,
        "state_since": row.since,
        "phone": row.phone,
        "birth_year": row.birth_year,
        "last_piece_on": row.last_piece_on,
        "published_this_year": row.published_this_year,
    }


def detail_answer(detail: PersonDetail) -> dict[str, Any]:
    person = detail.person
    dates = ("effective_from", "effective_until")
    return person_answer(detail.row) | {
        "version": person.version,
        "receipt_number": person.receipt_number,
        "state_reason": person.state_reason,
        "has_account": person.account_id is not None,
        "registered_by": person.registered_by.name if person.registered_by else None,
        "units": [
            {"unit": {"id": stay.unit.public_id, "name": stay.unit.name}}
            | {name: getattr(stay, name) for name in dates}
            for stay in detail.memberships
        ],
        "seats": [{name: getattr(seat, name) for name in ("seat", *dates, "decision_number")} for seat in detail.seats],
        "consents": [
            {name: getattr(consent, name) for name in ("purpose", "text_version", "given", "at")}
            for consent in detail.consents
        ],
        "merges": [merge_answer(merge) for merge in detail.merges],
    }


def _named(person: Contributor) -> dict[str, Any]:
    return {"id": person.public_id, "name": person.full_name}


def merge_answer(merge: Merge) -> dict[str, Any]:
    return {
        "id": merge.public_id,
        "survivor": _named(merge.survivor),
        "merged": _named(merge.merged),
        "reason": merge.reason,
        "merged_at": merge.merged_at,
        "undone_at": merge.undone_at,
    }


def unit_answer(unit: UnitCount) -> dict[str, Any]:
    return {
        "unit": {"id": unit.unit_id, "name": unit.name},
        "kind": unit.kind,
        "parent": unit.parent,
        "people": unit.people,
    }


def import_answer(made: SheetImport) -> dict[str, Any]:
    same = ("file_name", "state", "rows", "wrong_rows", "written", "error", "created_at", "ended_at")
    return {"id": made.public_id, "failed": import_progress(made).failed} | {name: getattr(made, name) for name in same}


def preview_answer(made: SheetImport, preview: Preview | None) -> dict[str, Any]:
    """With nothing to look at once the import is over."""
    return import_answer(made) | {
        "seen": preview.seen if preview else None,
        "to_write": preview.to_write if preview else None,
        "counts": dict(preview.counts) if preview else {},
        "unknown_columns": preview.unknown_columns if preview else [],
    }


def verdict_answer(row: RowVerdict) -> dict[str, Any]:
    return {
        "number": row.number,
        "cells": dict(row.cells),
        "verdict": row.verdict,
        "problems": [
            {"field": wrong.field or "", "code": wrong.code, "detail": wrong.message()} for wrong in row.problems
        ],
        "hints": list(row.hints),
        "alike": {"id": row.alike.public_id, "name": row.alike.full_name, "reason": row.alike.reason}
        if row.alike
        else None,
        "twin": row.twin,
        "choice": row.choice,
        "offered": list(row.offered),
    }
