"""What is promised is held by tests: every row names some, and they exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "reference" / "guarantees.md"
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")

TEXT = PAGE.read_text(encoding="utf-8")
ROWS = [
    line
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith(("| --- ", "| Promise", "| Not promised"))
]
NAMES = sorted(set(NAMED.findall(TEXT)))


def test_the_page_has_rows_for_and_against() -> None:
    """It says what is promised and what is not."""
    promised, not_promised = TEXT.split("## What is not promised")
    assert promised.count("\n| ") > 30
    assert not_promised.count("\n| ") > 8


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:50])
def test_a_row_names_a_test(row: str) -> None:
    """No promise, and no limit of one, stands on its word alone."""
    assert NAMED.search(row.rpartition(" | ")[2])


@pytest.mark.parametrize(("file", "name"), NAMES, ids=str)
def test_a_test_that_is_named_exists(file: str, name: str) -> None:
    """The file has a function, a class or a name that pytest collects under this name."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    defined = {
        found
        for node in tree.body
        for found in (
            [node.name]
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            else [target.id for target in node.targets if isinstance(target, ast.Name)]
            if isinstance(node, ast.Assign)
            else []
        )
    }
    assert name in defined
    assert name.lower().startswith("test")
