"""Invitations, joining, applications and claims through the API."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from contributors.invitations import make_invitation, token_of
from contributors.models import Contributor, Invitation
from contributors.scopes import portal_scope
from tests.api.conftest import EVERYBODY
from tests.contributors.joining import person_in
from tests.factories.world import World

INVITERS = {"head", "deputy", "admin", "focal_person"}


@pytest.fixture
def plain(world: World) -> Any:
    """Without the check against the document, which is written anew by whoever releases."""

    def client(name: str = "") -> APIClient:
        made = APIClient()
        made.default_format = "json"
        if name:
            made.force_authenticate(world.accounts[name])
        return made

    return client


@pytest.fixture
def invitation(world: World) -> Invitation:
    with portal_scope(world.portal):
        return make_invitation(actor=world.actor("head"), unit=world.unit, uses=2)


def application(token: str, **fields: Any) -> dict[str, Any]:
    return {
        "token": token,
        "client_key": str(uuid.uuid4()),
        "full_name": "Trần Thị Mới",
        "phone": "0912345678",
        "consents": [{"purpose": "registration", "version": "2026-01"}],
    } | fields


def post(client: APIClient, address: str, body: Any) -> Any:
    return client.post(address, body, format="json")


def test_invitation_is_made_listed_printed_and_revoked(world: World, plain: Any) -> None:
    head = plain("head")
    made = post(head, "/api/v1/invitations/", {"unit": str(world.unit.public_id), "uses": 5, "note": "Họp ấp"})
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["state"], row["uses_left"], row["unit"]["name"]) == ("open", 5, "Ấp Mẫu")
    assert row["url"].endswith(f"/j/{row['code'].replace('-', '')}/")
    listed = head.get("/api/v1/invitations/").json()["results"]
    assert [one["id"] for one in listed] == [row["id"]]
    assert "code" not in listed[0]
    for paper in (f"{row['id']}/poster", f"{row['id']}/cards", "posters", "card-sheets"):
        answer = head.get(f"/api/v1/invitations/{paper}/")
        assert (answer.status_code, answer.content[:4]) == (200, b"%PDF")
    revoked = post(head, f"/api/v1/invitations/{row['id']}/revoke/", None).json()
    assert (revoked["state"], revoked["code"], revoked["url"]) == ("revoked", None, None)
    again = post(head, "/api/v1/invitations/for-units/", {})
    assert [one["unit"]["name"] for one in again.json()] == ["Ấp Mẫu"]
    assert post(head, "/api/v1/invitations/for-units/", {}).json() == []


def test_who_may_do_what(world: World, plain: Any, invitation: Invitation) -> None:
    for name in EVERYBODY:
        client = plain(name)
        inviting = 200 if name in INVITERS else 403
        assert client.get("/api/v1/invitations/").status_code == inviting, name
        assert client.get(f"/api/v1/invitations/{invitation.public_id}/").status_code == inviting, name
        assert client.get("/api/v1/applications/").status_code == (200 if name in {"head", "deputy"} else 403), name
        assert client.get("/api/v1/claims/").status_code == 200, name


def test_other_portal_sees_nothing(world: World, elsewhere: World, plain: Any, invitation: Invitation) -> None:
    other = APIClient()
    other.force_authenticate(elsewhere.accounts["head"])
    assert other.get(f"/api/v1/invitations/{invitation.public_id}/").status_code == 404
    assert other.get("/api/v1/invitations/").json()["results"] == []


def test_visitor_looks_and_joins(world: World, plain: Any, invitation: Invitation) -> None:
    with portal_scope(world.portal):
        token = token_of(invitation)
    seen = plain().get(f"/api/v1/join/{token}/").json()
    assert (seen["portal"], seen["unit"], seen["invited"]) == (world.portal.name, "Ấp Mẫu", None)
    assert [one["purpose"] for one in seen["consents"]] == ["registration", "publication"]
    body = application(token)
    answers = [post(plain(), "/api/v1/join/", body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert set(answers[0].json()) == {"receipt_number", "state"}
    with portal_scope(world.portal):
        person = Contributor.objects.get(full_name="Trần Thị Mới")
        assert person.memberships.get().unit == world.unit
    assert post(plain(), "/api/v1/join/", application(token)).status_code == 201
    used_up = post(plain(), "/api/v1/join/", application(token))
    assert (used_up.status_code, used_up.json()["code"]) == (410, "invitation_used_up")


WRONG = (
    ({"full_name": ""}, "name_missing", "full_name"),
    ({"phone": "12"}, "phone_malformed", "phone"),
    ({"phone": ""}, "phone_missing", "phone"),
    ({"birth_year": 2090}, "birth_year_wrong", "birth_year"),
    ({"consents": []}, "consent_missing", "consents"),
    ({"consents": [{"purpose": "registration", "version": "x"}]}, "consent_unknown", "consents"),
)


def test_each_wrong_field_is_named(world: World, plain: Any, invitation: Invitation) -> None:
    with portal_scope(world.portal):
        token = token_of(invitation)
    for fields, code, field in WRONG:
        answer = post(plain(), "/api/v1/join/", application(token, **fields))
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["errors"][0]["field"] == field
    assert post(plain(), "/api/v1/join/", application(token, unit="x")).status_code == 422


def test_trying_codes_is_limited(world: World, plain: Any) -> None:
    codes = [plain().get(f"/api/v1/join/2222222222{one}{two}/").status_code for one in "2345" for two in "23456789"]
    assert codes == [404] * 30 + [429] * 2


def test_application_is_decided_with_the_version_seen(world: World, plain: Any, invitation: Invitation) -> None:
    with portal_scope(world.portal):
        token = token_of(invitation)
    post(plain(), "/api/v1/join/", application(token))
    (row,) = plain("head").get("/api/v1/applications/").json()["results"]
    assert (row["full_name"], row["unit"], row["registered_by"]) == ("Trần Thị Mới", "Ấp Mẫu", None)
    address = f"/api/v1/applications/{row['id']}/decide/"
    assert post(plain("lan"), address, {"version": 1, "accept": True}).status_code == 403
    assert post(plain("head"), address, {"version": 9, "accept": True}).status_code == 409
    assert post(plain("head"), address, {"version": 1, "accept": False}).json()["code"] == "reason_missing"
    decided = post(plain("head"), address, {"version": 1, "accept": True})
    assert (decided.status_code, decided.json()["state"], decided["ETag"]) == (200, "active", '"2"')


def test_claim_is_made_and_decided(world: World, plain: Any) -> None:
    with portal_scope(world.portal):
        recorded = person_in(world, "recorded", "Thị Lan")
    body = {"recorded": str(recorded.public_id)}
    assert post(plain("hoa"), "/api/v1/claims/", body).status_code == 404
    claim = post(plain("lan"), "/api/v1/claims/", body).json()
    assert (claim["state"], claim["recorded"]["name"]) == ("pending", "Thị Lan")
    assert [one["id"] for one in plain("lan").get("/api/v1/claims/").json()["results"]] == [claim["id"]]
    assert plain("hoa").get("/api/v1/claims/").json()["results"] == []
    address = f"/api/v1/claims/{claim['id']}/decide/"
    assert post(plain("writer"), address, {"version": claim["version"], "accept": True}).status_code == 403
    decided = post(plain("head"), address, {"version": claim["version"], "accept": True})
    assert (decided.status_code, decided.json()["state"]) == (200, "accepted")
