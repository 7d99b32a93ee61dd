"""What only the source says: the docstrings under constants."""

from __future__ import annotations

import ast
from inspect import cleandoc, getsource
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def constants(module: ModuleType) -> dict[str, str]:
    """Give the docstring under each constant of *module*, in the order of the file."""
    body = ast.parse(getsource(module)).body
    found: dict[str, str] = {}
    for statement, below in pairwise(body):
        name = _assigned(statement)
        if name and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            text = below.value.value
            if isinstance(text, str):
                found[name] = " ".join(cleandoc(text).split())
    return found


def _assigned(statement: ast.stmt) -> str | None:
    target = None
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    return target.id if isinstance(target, ast.Name) else None
