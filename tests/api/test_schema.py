"""The OpenAPI document: without a warning, the same as the checked-in one, and readable in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.urls import URLPattern
from django.utils import translation

from api.v1.urls import urlpatterns
from tests.api.conftest import DOCUMENT, CheckedClient


def test_document_has_no_warning_and_is_the_checked_in_one(tmp_path: Path) -> None:
    made = tmp_path / "openapi.yaml"
    with translation.override("vi"):  # whatever an earlier request spoke
        call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(made))
    assert made.read_text(encoding="utf-8") == DOCUMENT.read_text(encoding="utf-8"), (
        "run: manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml"
    )


def test_every_address_is_in_the_document() -> None:
    paths = set(yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))["paths"])
    routes = {
        "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
        for pattern in urlpatterns
        if isinstance(pattern, URLPattern) and pattern.name not in {"schema", "docs", None}
    }
    assert paths == routes


def test_no_operation_names_a_database_id() -> None:
    document = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"].values()
    ids = [schema["properties"]["id"] for schema in schemas if "id" in schema.get("properties", {})]
    ids += [
        parameter["schema"]
        for path in document["paths"].values()
        for operation in path.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "path" and parameter["name"] not in {"code", "token"}  # what people type in
    ]
    assert len(ids) > 30
    # A person of an uploaded list has none.
    types = {tuple(each["type"]) if isinstance(each["type"], list) else (each["type"],) for each in ids}
    assert types == {("string",), ("string", "null")}
    assert {each["format"] for each in ids} == {"uuid"}


def test_document_is_served_without_login() -> None:
    response = CheckedClient().get("/api/v1/schema/")
    assert response.status_code == 200
    assert yaml.safe_load(response.content)["openapi"].startswith("3.1")


@pytest.fixture
def _plain_static(settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.mark.usefixtures("_plain_static")
def test_explorer_needs_no_script_from_elsewhere_and_none_inline() -> None:
    page = CheckedClient().get("/api/v1/docs/", HTTP_ACCEPT="text/html")
    html = page.content.decode()
    assert page.status_code == 200
    sources = re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL)
    assert len(sources) == 3
    assert [inline for _, inline in sources if inline.strip()] == []
    addresses = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert [address for address in addresses if not address.startswith("/")] == []
    policy = dict(
        rule.strip().partition(" ")[::2] for rule in page["Content-Security-Policy"].split(";") if rule.strip()
    )
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self' 'unsafe-inline'"
    script = CheckedClient().get("/api/v1/docs/?script=", HTTP_ACCEPT="*/*")
    assert script["Content-Type"].startswith("application/javascript")
    assert b"/api/v1/schema/" in script.content


@pytest.mark.usefixtures("_plain_static")
def test_looser_style_rule_is_the_explorers_alone(db: None) -> None:
    policy = CheckedClient().get("/api/v1/errors/")["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
