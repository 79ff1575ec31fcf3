"""What of the newsroom's daily work does not go over when two portals become one (docs/adr/0014-portals-merge.md)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction

from contributors import clock, uploads
from contributors.files import open_kept
from contributors.models import (
    Assignment,
    AssignmentOffer,
    Attachment,
    Credit,
    CreditAnswer,
    Delegation,
    MovedRow,
    Notice,
    Piece,
    Pledge,
    PortalSuccession,
    SavedView,
    Upload,
)
from contributors.scopes import portal_scope
from contributors.succession import merge_portals
from tests.contributors import newsroom_rows
from tests.contributors.sending import send
from tests.factories.world import World, at, build_world, picture

NOW = at("2026-09-02T09:00")


@pytest.fixture
def two(fixed_hour, db, settings, tmp_path) -> Iterator[tuple[World, World]]:
    settings.MEDIA_ROOT = str(tmp_path)
    with transaction.atomic():
        yield build_world("xa-cu"), build_world("xa-moi")


def moved(step: PortalSuccession, kind: str) -> dict[int, int]:
    return dict(MovedRow.objects.filter(succession=step, kind=kind).values_list("from_id", "to_id"))


def test_daily_work_of_the_newsroom_stays_with_the_old_portal(two, django_capture_on_commit_callbacks):
    """Hand-overs, notices, calls, answers and kept filters are not copied; a file on its way is sent again."""
    old, new = two
    with portal_scope(old.portal):
        newsroom_rows.daily_work(old)
        piece = old.draft("lan", title="Nháp gửi ảnh dở")
        upload = send(old, piece, picture(7))
    with clock.at(NOW):
        step = merge_portals(
            from_portal=old.portal, to_portal=new.portal, on=date(2026, 9, 1), legal_basis="20/NQ-HĐND"
        )
    stays = (Assignment, AssignmentOffer, CreditAnswer, Delegation, Notice, SavedView, Upload)
    for model in stays:
        assert model.unscoped.filter(portal=old.portal).exists(), model
        assert not model.unscoped.filter(portal=new.portal).exists(), model
    assert upload.state == "processing"
    with clock.at(NOW), portal_scope(old.portal), django_capture_on_commit_callbacks(execute=True):
        uploads.work_upload(upload.job)
        after = old.fresh(upload)
    assert (after.state, after.problem, after.path) == ("failed", "wrong_state", "")
    assert not open_kept(upload.path).exists()
    copies = Piece.unscoped.filter(pk__in=moved(step, "piece").values())
    assert copies.get(title="Nháp gửi ảnh dở").photos(manager="unscoped").count() == 0
    assert Attachment.unscoped.filter(piece__in=copies, caption="Phim của Lan, tệp").count() == 1
    assert Pledge.unscoped.filter(piece__in=copies).count() == 2
    settled = Credit.unscoped.get(piece__in=copies, no_fee_reason=newsroom_rows.SETTLED)
    assert settled.contributor_id == moved(step, "contributor")[old.people["lan"].pk]
    with clock.at(NOW + timedelta(days=8)):
        assert uploads.end_old_uploads() == 3
    assert set(Upload.unscoped.values_list("state", "path")) == {("cancelled", "")}
