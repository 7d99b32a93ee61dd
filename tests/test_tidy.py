"""The house style, as far as a program can check it."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import subprocess
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PROGRAMS = sorted(
    path
    for room in ("src", "tests", "docs", "benchmarks", "examples")
    for path in (ROOT / room).rglob("*.py")
)
WRITTEN = sorted(
    path
    for path in (
        *ROOT.glob("*.*"),
        ROOT / "Makefile",
        *(ROOT / ".ci").rglob("*"),
        *PROGRAMS,
        *(ROOT / "src").rglob("*.sql"),
        *(ROOT / "docs").rglob("*.md"),
    )
    if path.is_file() and path.suffix in {"", ".md", ".py", ".sql", ".toml", ".txt"}
)

LINES_MAX = 400
LINES_ALLOWED: dict[str, int] = {
    "src/zhili/aggregates/complaint.py": 1050,
    "src/zhili/aggregates/complaint_guards.py": 700,
    "src/zhili/aggregates/whistle.py": 650,
    "src/zhili/aggregates/whistle_guards.py": 500,
    "src/zhili/aggregates/wall.py": 600,
    "src/zhili/commands/complaint.py": 650,
}
"""Tables and lists of events that need more lines than others, and how many they may have."""

FUNCTION_LINES_MAX = 60
"""The aim is 40. The docstring is not counted: it is there to be long when it has to be."""

NAMES_BANNED = {"utils", "helpers", "common", "manager", "base"}
WORDS_BANNED = re.compile(r"\b([T]ODO|[F]IXME|[X]XX)\b")
HEAVY = ("chinese_calendar", "duckdb", "psycopg", "rich", "transitions", "typer")

EXCUSE = re.compile(r"#\s*(?:noqa|(?:type|pyright):\s*ignore)", re.IGNORECASE)
EXCUSE_WITH_REASON = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|(?:type|pyright):\s*ignore\[[\w, -]+\])"
    r"\s+[-\u2013\u2014#]\s*\S+"
)


def name_of(path: Path) -> str:
    """Give *path* as it is written in a message: from the project's root, with slashes."""
    return path.relative_to(ROOT).as_posix()


def long_functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Find the functions of more than `FUNCTION_LINES_MAX` lines, with their lengths."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if ast.get_docstring(node) is not None:
                docstring = node.body[0]
                lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                yield node.name, lines


def bare_excuses(source: str) -> Iterator[tuple[int, str]]:
    """Find the comments that silence a checker without a code and a reason."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            for excuse in EXCUSE.finditer(token.string):
                if not EXCUSE_WITH_REASON.match(token.string, excuse.start()):
                    yield token.start[0], token.string


def test_there_is_something_to_check() -> None:
    """A search that finds no files would find no fault either."""
    assert ROOT / "src" / "zhili" / "values.py" in SOURCES
    assert Path(__file__).resolve() in PROGRAMS
    assert ROOT / "pyproject.toml" in WRITTEN


def test_a_file_fits_a_head() -> None:
    """No source file is longer than 400 lines unless it is a table or a list of events."""
    too_long = {
        name_of(path): lines
        for path in SOURCES
        if (lines := len(path.read_text(encoding="utf-8").splitlines()))
        > LINES_ALLOWED.get(name_of(path), LINES_MAX)
    }
    assert too_long == {}


def test_the_list_of_long_files_is_honest() -> None:
    """A file that may be long exists and is long; otherwise it leaves the list."""
    idle = [
        name
        for name in LINES_ALLOWED
        if not (ROOT / name).is_file()
        or len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= LINES_MAX
    ]
    assert idle == []


def test_a_function_does_one_thing() -> None:
    """No function has more than 60 lines besides its docstring."""
    too_long = [
        (name_of(path), *found)
        for path in SOURCES
        for found in long_functions(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert too_long == []


def test_every_module_says_what_it_is() -> None:
    """Every module has a docstring, tests and scripts too."""
    silent = [
        name_of(path)
        for path in PROGRAMS
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_no_module_is_a_drawer() -> None:
    """No module or package has a name that says nothing about what is in it."""
    drawers = [
        name_of(path)
        for path in PROGRAMS
        if NAMES_BANNED & {*path.relative_to(ROOT).parts[:-1], path.stem}
    ]
    assert drawers == []


def test_nothing_is_left_for_later() -> None:
    """No file holds a mark that says it is unfinished."""
    marks = [
        (name_of(path), number, line.strip())
        for path in WRITTEN
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if WORDS_BANNED.search(line)
    ]
    assert marks == []


def test_every_excuse_has_a_reason() -> None:
    """A comment that silences a checker names the rule and says why."""
    bare = [
        (name_of(path), *found)
        for path in PROGRAMS
        for found in bare_excuses(path.read_text(encoding="utf-8"))
    ]
    assert bare == []


def test_development_packages_are_pinned_without_an_address() -> None:
    """Every line of the requirements file is a name and one version, nothing else."""
    lines = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins
    assert [line for line in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_importing_zhili_loads_nothing_heavy() -> None:
    """`import zhili` loads no database, no command line, no machine and no calendar."""
    program = (
        "import json, sys, zhili; "
        f"print(json.dumps([zhili.__file__, [name for name in {HEAVY!r} if name in sys.modules]]))"
    )
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        check=False,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    file, loaded = json.loads(answer.stdout)
    assert file is not None, "zhili is no package: src/zhili/__init__.py is missing"
    assert loaded == []


@pytest.mark.parametrize(("lines", "found"), [(60, []), (61, [("f", 61)])])
def test_a_function_is_measured_without_its_docstring(
    lines: int, found: list[tuple[str, int]]
) -> None:
    """The measure counts the line of `def` and the body, and leaves the docstring out."""
    source = 'def f():\n    """One.\n\n    Two.\n    """\n' + "    x = 1\n" * (lines - 1)
    assert list(long_functions(ast.parse(source))) == found


@pytest.mark.parametrize(
    ("comment", "bare"),
    [
        ("# noqa: S101 - an invariant", False),
        ("# noqa: S101, E501 - an invariant", False),
        ("# type: ignore[arg-type]  # the library types it too narrowly", False),
        ("# noqa", True),
        ("# noqa: S101", True),
        ("# type: ignore", True),
        ("# type: ignore[arg-type]", True),
        ("# pyright: ignore", True),
        ("# a comment", False),
    ],
)
def test_an_excuse_is_told_from_a_comment(comment: str, *, bare: bool) -> None:
    """Only a code and a reason together are enough."""
    assert bool(list(bare_excuses(f"x = 1  {comment}\n"))) is bare
