"""The examples run by themselves, as their readers would run them, and print what they should."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from tokenize import COMMENT, DEDENT, ENDMARKER, INDENT, NEWLINE, NL, generate_tokens

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
LINES_MAX = 110
"""What a case type may cost a host, with imports, types and docstrings."""

PRINTED = {
    "hotline.py": [
        r"closing_rate: 1 of 2, apart: \{'answered': 1, 'withdrawn': 1\}",
        r"resolution_rate: 1 of 2, apart: \{'answered': 1, 'withdrawn': 1\}",
        r"110105002 has \d{6}-\S+ 'Blocked drain', dispatched, due \d{4}-\d\d-\d\d 16:00:00\+00:00",
        r"audit clean: True",
    ],
    "own_case_type.py": [
        r"refused: .*Whoever took the papers hands over the result\.",
        r"refused: .*Only what is on the agency list is carried\.",
        r"1 Entrust 委托: entrusted",
        r"2 Carry 代办: carrying",
        r"3 Deliver 送达: delivered",
        r"audit clean: True",
    ],
}
"""What each example prints, line by line."""

SERVED = {"asgi_host.py", "django_host.py", "fastapi_host.py", "flask_host.py", "district.py"}
"""Hosts, which are asked over HTTP in `integrations`, and what they share."""


@pytest.mark.parametrize("name", PRINTED)
def test_an_example_runs_and_prints(name: str, tmp_path: Path) -> None:
    """From any directory, in a process of its own, with no warning and nothing left behind."""
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    ran = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / name)],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": path,
            "PYTHONIOENCODING": "utf-8",
            "TMPDIR": str(temporary),
        },
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert len(lines) == len(PRINTED[name]), ran.stdout
    for line, pattern in zip(lines, PRINTED[name], strict=True):
        assert re.fullmatch(pattern, line), line
    assert [*tmp_path.rglob("*")] == [temporary]


def test_a_case_type_costs_about_a_hundred_lines() -> None:
    """The how-to says how long the example's case type is, all in, and how much of it is code."""
    text = (EXAMPLES / "own_case_type.py").read_text(encoding="utf-8").partition("\ndef main(")[0]
    lines = len(text.splitlines())
    silent = {COMMENT, ENDMARKER, DEDENT, INDENT, NEWLINE, NL}
    code = {
        line
        for token in generate_tokens(StringIO(f"{text}\n").readline)
        if token.type not in silent and not token.string.startswith('"""')
        for line in range(token.start[0], token.end[0] + 1)
    }
    how_to = (ROOT / "docs" / "how-to" / "add-a-case-type.md").read_text(encoding="utf-8")
    assert f"it is {lines} lines, {len(code)} of them code" in how_to
    assert lines <= LINES_MAX


def test_every_example_is_run_and_listed() -> None:
    """A new example gets its lines here and its row in the README, whose links lead somewhere."""
    assert {path.name for path in EXAMPLES.glob("*.py")} == {*PRINTED, *SERVED}
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    links = set(re.findall(r"\]\(([^)]+)\)", text))
    listed = {path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*.*")}
    assert listed - {"README.md"} <= links
    assert [link for link in links if not (EXAMPLES / link).exists()] == []
