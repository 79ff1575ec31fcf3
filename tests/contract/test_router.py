"""The document and the router name the same operations."""

from __future__ import annotations

from tests.contract.matrix import document, operations, routed


def test_every_method_of_the_router_is_an_operation_of_the_document() -> None:
    named = {operation.label for operation in operations(document())}
    assert sorted(set(routed()) - named) == []
    assert sorted(named - set(routed())) == []
