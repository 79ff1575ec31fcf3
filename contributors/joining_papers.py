"""What posters, cards and consent sheets say, read from the portal's rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings

from contributors import clock
from contributors.actors import Actor, in_force
from contributors.applications import consents_given
from contributors.consents import JOINING, ConsentText, consent_text, current_consents
from contributors.errors import DomainError
from contributors.invitations import invitation_state, invitation_url, shown_token, token_of
from contributors.message_words import words_for
from contributors.models import (
    Capability,
    Consent,
    Contributor,
    Grant,
    Invitation,
    Letterhead,
    Membership,
    Mode,
    Portal,
    UnitKind,
)
from contributors.own_units import require_for_person, require_for_unit
from contributors.papers.cards import render_cards
from contributors.papers.consent_sheet import ConsentSheet, Purpose, render_consent_sheet
from contributors.papers.fonts import Faces, load_faces
from contributors.papers.heads import Letterhead as Head
from contributors.papers.invitation_sheets import InvitationSheet
from contributors.papers.poster import render_posters
from contributors.portals import payment_mode_on

ASSUMED = "Số liệu giả định"
GREETED = {UnitKind.HAMLET: "bà con", UnitKind.COMMUNE: "bà con", UnitKind.SCHOOL: "thầy cô"}
PLACES = ("xã", "phường", "đặc khu", "tỉnh")


def posters_pdf(actor: Actor, invitations: Sequence[Invitation], *, with_phones: bool = False) -> bytes:
    """An A4 poster for each; those that have ended have none. Raises `not_allowed`, `not_found`."""
    return render_posters(_sheets(actor, invitations, with_phones=with_phones), faces=_faces())


def cards_pdf(actor: Actor, invitations: Sequence[Invitation]) -> bytes:
    """A sheet of ten cards for each. Raises as `posters_pdf`."""
    return render_cards(_sheets(actor, invitations, with_phones=False), faces=_faces())


def zalo_text(invitation: Invitation, portal: Portal) -> str:
    """What a focal person pastes into the hamlet's group."""
    where = invitation.unit.name if invitation.unit else ""
    who = invitation.contributor
    greeted = who.full_name if who else f"{_greeted(invitation)} {where}"
    return words_for(
        "invitation_paid" if _pays(portal) else "invitation",
        name=greeted,
        portal=portal.name,
        link=invitation_url(invitation),
        day=f"{_last_day(invitation, portal):%d/%m/%Y}",
    )


def consent_pdf(person: Contributor) -> bytes:
    """The sheet to sign. Whoever calls has made sure that it is the person's own, or asked `require_consent_sheet`."""
    return render_consent_sheet(consent_sheet(person), faces=_faces())


def require_consent_sheet(actor: Actor, person: Contributor) -> None:
    """The person, the board and focal persons of the unit print it. Raises `not_allowed`."""
    if actor.contributor_id != person.pk:
        require_for_person(actor, "contributor.see", person)


def consent_sheet(person: Contributor) -> ConsentSheet:
    """As agreed to when applying: the wording is that of the version shown then, whatever is in force today."""
    rows = Consent.objects.filter(contributor=person, given=True).order_by("at", "pk")
    first: dict[str, Consent] = {}
    for row in rows:
        first.setdefault(row.purpose, row)
    version, day = _version_of(first), person.state_since.astimezone(ZoneInfo(person.portal.time_zone)).date()
    if first:
        day = min(row.at for row in first.values()).astimezone(ZoneInfo(person.portal.time_zone)).date()
    now_given = {agreed.text.purpose for agreed in consents_given(person)}
    texts = _texts(version)
    member = Membership.objects.filter(in_force(clock.today()), contributor=person).select_related("unit").first()
    return ConsentSheet(
        letterhead=printed_letterhead(person.portal, day),
        receipt=person.receipt_number,
        applied_on=day,
        full_name=person.full_name,
        pen_name=", ".join(person.pen_names.filter(effective_until__isnull=True).values_list("name", flat=True)),
        unit=member.unit.name if member else "",
        phone=written_phone(person.phone),
        birth_year=str(person.birth_year or ""),
        registered_by=person.registered_by.name if person.registered_by else "",
        purposes=tuple(
            Purpose(
                title=text.title.vi,
                text=text.text.vi,
                kept=text.kept.vi,
                agreed=text.purpose in first.keys() & now_given,
            )
            for text in texts
        ),
        rights=texts[0].rights.vi,
        legal_basis=texts[0].legal_basis.vi,
        version=version,
        data_mark=ASSUMED if _assumed(person.portal) else "",
    )


def printed_letterhead(portal: Portal, day: date) -> Head:
    """What stands at the head of a paper of that day. One query."""
    head = Letterhead.objects.filter(effective_from__lte=day).order_by("-effective_from").first()
    return Head(
        superior_body=(head.superior_body if head else "").upper(),
        issuing_body=(head.issuing_body if head else portal.name).upper(),
        place=head.place if head else "………",
    )


def _version_of(first: dict[str, Consent]) -> str:
    return next((row.text_version for row in first.values()), current_consents()[0].version)


def _texts(version: str) -> tuple[ConsentText, ...]:
    """All questions put at joining in a version."""
    purposes = [text.purpose for text in current_consents(JOINING)]
    return tuple(consent_text(version, purpose) for purpose in purposes)


def _sheets(actor: Actor, invitations: Sequence[Invitation], *, with_phones: bool) -> list[InvitationSheet]:
    for invitation in invitations:
        if invitation.contributor is not None:
            require_for_person(actor, "invitation.make", invitation.contributor)
        else:
            require_for_unit(actor, "invitation.make", invitation.unit_id)
    living = [invitation for invitation in invitations if invitation_state(invitation) == "open"]
    if not living:
        raise DomainError("not_found")
    portal = Portal.objects.get(pk=actor.portal_id)
    head = Letterhead.objects.filter(effective_from__lte=clock.today()).order_by("-effective_from").first()
    asked = _focal_persons(with_phones=with_phones)
    place = urlsplit(settings.BASE_URL)
    return [
        InvitationSheet(
            portal_name=portal.name,
            issuing_body=head.issuing_body if head else "",
            unit=invitation.unit.name if invitation.unit else invitation.contributor.full_name,  # type: ignore[union-attr]
            label="Dành cho bà con, anh chị ở" if invitation.unit else "Dành riêng cho",
            call=f"Mời {_greeted(invitation)} viết tin,\ngửi ảnh cho {_our_site(portal)}",
            url=invitation_url(invitation),
            code=shown_token(token_of(invitation)),
            typed_at=f"{place.netloc}{place.path}/j",
            last_day=_last_day(invitation, portal),
            ask=(*asked.get(invitation.unit_id, ()), *asked.get(None, ()))[:2],
            fee_line="Tin, bài, ảnh được đăng có nhuận bút theo quy định." if _pays(portal) else "",
            data_mark=ASSUMED if _assumed(portal) else "",
        )
        for invitation in living
    ]


def _focal_persons(*, with_phones: bool) -> dict[int | None, tuple[tuple[str, str], ...]]:
    """By unit (None: of all): the name to turn to; the phone only where whoever prints wants it on the wall."""
    rows = (
        Grant.objects.filter(in_force(clock.today()), capability=Capability.FOCAL_PERSON, confirmed_at__isnull=False)
        .select_related("account")
        .order_by("effective_from", "pk")
    )
    found: dict[int | None, tuple[tuple[str, str], ...]] = {}
    for row in rows:
        phone = written_phone(row.account.login_phone or "") if with_phones else ""
        found[row.unit_id] = (*found.get(row.unit_id, ()), (f"{row.account.name} (đầu mối)", phone))
    return found


def _greeted(invitation: Invitation) -> str:
    kind = invitation.unit.kind if invitation.unit else UnitKind.HAMLET
    return GREETED.get(UnitKind(kind), "anh chị")


def _our_site(portal: Portal) -> str:
    """The commune's site, where the portal's name says that it is one; else simply ours."""
    words = portal.name.lower()
    return next((f"trang của {place}" for place in PLACES if f" {place} " in f" {words} "), "trang của mình")


def _last_day(invitation: Invitation, portal: Portal) -> date:
    return (invitation.expires_at - timedelta(seconds=1)).astimezone(ZoneInfo(portal.time_zone)).date()


def _pays(portal: Portal) -> bool:
    return payment_mode_on(portal.pk, clock.today()) == Mode.PAYING


def _assumed(portal: Portal) -> bool:
    return portal.assumed_from is not None and portal.assumed_from <= clock.today()


def written_phone(phone: str) -> str:
    """`0912 345 678` of an E.164 number."""
    digits = f"0{phone[3:]}" if phone.startswith("+84") else phone
    return " ".join((digits[:4], digits[4:7], digits[7:])).strip()


def _faces() -> Faces:
    return load_faces(settings.FONT_FOLDER or None)
