"""Whether a pack is the one that the database recorded when it was built: its list of files, its part of the log."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from contributors.models import Event, EventSeal
from payments.inspection.checking import Checked
from payments.models import InspectionPack


def compare_with_records(found: Checked) -> bool:
    """Adds what differs from the rows and from the event log of the portal; False where nobody here knows the pack."""
    pack = _pack(found)
    if pack is None:
        found.fail("unknown_pack", str(found.about.get("pack", "")), _("Ở đây không có hồ sơ nào mang số này."))
        return False
    logged = (
        Event.unscoped.filter(portal_id=pack.portal_id, kind="inspection_pack.built")
        .filter(subject_type="inspectionpack", subject_id=pack.pk)
        .values_list("facts__manifest", flat=True)
    )
    if found.manifest_sha256 not in logged or found.manifest_sha256 != pack.manifest_sha256:
        words = _("SHA256SUMS khác bản đã ghi trong sổ lúc lập hồ sơ: gói này không phải gói đã lập.")
        found.fail("manifest_differs", "SHA256SUMS", words)
    anchors = found.about["chain"]
    ends = [anchors["before"], anchors["end"], anchors["after"]] if anchors else []
    said = {end["position"]: end["hash"] for end in ends if end and end["position"] > 0}
    kept = {
        position: bytes(hashed).hex()
        for position, hashed in EventSeal.unscoped.filter(
            portal_id=pack.portal_id, position__in=list(said)
        ).values_list("position", "hash")
    }
    for position, hashed in said.items():
        if kept.get(position) != hashed:
            words = _("Mắt xích %(place)d trong gói khác mắt xích trong sổ.") % {"place": position}
            found.fail("anchor_differs", str(position), words)
    return True


def _pack(found: Checked) -> InspectionPack | None:
    try:
        public_id = UUID(str(found.about.get("pack", "")))
    except ValueError:
        return None
    row: InspectionPack | None = InspectionPack.unscoped.filter(public_id=public_id).first()
    return row
