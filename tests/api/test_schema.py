"""The OpenAPI document: without a warning, the same as the checked-in one, and readable in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.urls import URLPattern
from django.utils import translation
from jsonschema import Draft202012Validator, FormatChecker

from api.examples import NoExampleError, with_examples
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


def shown_values(document: dict[str, Any], content: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """(media type, schema, example) of each JSON or form body."""
    for media_type, described in content.items():
        if media_type.endswith(("json", "form-data")):
            pointed = described.get("examples", {}).get("example", {}).get("$ref", "").rpartition("/")[2]
            example = document["components"]["examples"][pointed]["value"] if pointed else described["example"]
            yield media_type, described["schema"], example


def test_every_operation_has_examples_that_fit_their_schema() -> None:
    document = yaml.load(DOCUMENT.read_text(encoding="utf-8"), yaml.CSafeLoader)
    wrong, seen = [], 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            without = [each["name"] for each in operation.get("parameters", []) if "example" not in each]
            wrong += [(method, path, name) for name in without]
            for body in (operation.get("requestBody", {}), *operation["responses"].values()):
                for media_type, schema, example in shown_values(document, body.get("content", {})):
                    seen += 1
                    if media_type == "multipart/form-data":  # a file is no JSON
                        continue
                    checked = Draft202012Validator(
                        schema | {"components": document["components"]}, format_checker=FormatChecker()
                    )
                    wrong += [(method, path, each.message) for each in checked.iter_errors(example)]
    assert wrong == []
    assert seen > 700


def test_a_text_without_an_example_of_its_own_is_an_error() -> None:
    rows = {"Row": {"type": "object", "properties": {"khong_co": {"type": "string"}}}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Row"}}}
    document = {"paths": {"/": {"get": {"responses": {"200": {"content": content}}}}}, "components": {"schemas": rows}}
    with pytest.raises(NoExampleError, match="khong_co"):
        with_examples(document, None, None, public=True)


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
