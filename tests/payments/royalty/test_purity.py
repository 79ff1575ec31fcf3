import ast
from pathlib import Path

import pytest

import payments.royalty

SOURCES = sorted(Path(payments.royalty.__file__).parent.glob("*.py"))
ALLOWED = {
    "ast", "collections", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "heapq", "math",
    "payments", "re", "typing",
}  # fmt: skip


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_engine_knows_no_framework_no_clock_and_no_float(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] in ALLOWED
            assert not (node.module or "").startswith("payments") or (node.module or "").startswith("payments.royalty")
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= ALLOWED
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, float)
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "today", "utcnow"}
        if isinstance(node, ast.Name):
            assert node.id not in {"float", "round"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_engine_file_stays_under_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400
