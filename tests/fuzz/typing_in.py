"""What is typed: lines of the command line, with words left out, put in, and misspelt."""

from __future__ import annotations

import os
import shutil
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unittest import mock

from typer.testing import CliRunner

from tests.engine.sample import Life
from tests.fuzz.reading import CSV, MAPS, POLICY_DOCUMENTS, WORDS
from tests.fuzz.target import Target
from zhili.cli.application import application
from zhili.errors import InputError
from zhili.testing import CASE, path_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.target import Feed

__all__ = ["LINES"]

STORE: Final = "--store sqlite:///cases.db"
GOOD: Final = (
    f"audit {STORE} --format json",
    f"case C-1 {STORE} --language zh",
    f"case {CASE} {STORE} --format json",
    f"stats {STORE} --case-type whistle --by department",
    f"stats {STORE} --case-type wall --by village --format json",
    f"summonses 110105001 {STORE} --missed --size 3",
    f"wall {STORE} --side echoes --village 110105001001 --size 3",
    f"check {STORE}",
    "diagram complaint --page --language zh",
    "diagram complaint",
    "diagram whistle --page",
    f"import file.csv --map map.toml {STORE} --rejects out.csv --batch 2 --format json",
    "init sqlite:///new.db --zone UTC",
    f"migrate {STORE}",
    f"policy list {STORE} --format json",
    f"policy publish --preset SHANGHAI {STORE}",
    f"policy publish document.json --name time_limits {STORE}",
    f"policy show calendar --version 1 {STORE}",
    f"rebuild {STORE} --format json",
    f"stats {STORE} --by month --as-of max --format json",
    f"stats {STORE} --by district --as-of 2026-04-01",
    f"tick {STORE} --limit 5",
    f"worklist {STORE} --unit 110105001 --state handling --overdue --order opened --size 3",
    f"worklist {STORE} --within 110105 --due-before 2026-04-01T00:00:00+08:00 --with-ended",
    f"worklist {STORE} --title lamp --place gate --after x --subject citizen-1",
    "--version",
    "--help",
)
"""Good lines. Words are separated by spaces, and so none holds one."""

MISTYPED: Final = (
    b" --format", b" --format csv", b" --language fr", b" --store memory:", b" -h", b" --", b" -",
    b" --by", b" --size 0", b" --size 201", b" --limit 0", b" --as-of 2026-13-01", b" --after {}",
    b" sqlite:///gone/cases.db", b" sqlite:///map.toml", b" --zone Mars", b" policy", b" --batch 0",
    b" map.toml", b" document.json", b" file.csv", b" cases.db", b" --rejects file.csv", b" =",
)  # fmt: skip


@contextmanager
def _lines(home: Path) -> Iterator[Feed]:
    """Run each line in a directory with a store; it ends with 0, 1 or 2 and never a traceback."""
    base, here = home / "base", home / "here"
    base.mkdir()
    here.mkdir()
    life = Life(f"sqlite:///{base}/cases.db")
    life.live(*path_to("handling"))
    life.close()
    (base / "map.toml").write_bytes(MAPS.seeds[1])
    (base / "file.csv").write_bytes(CSV.seeds[1])
    (base / "document.json").write_bytes(POLICY_DOCUMENTS.seeds[-1])
    runner = CliRunner()
    given = 0

    def feed(data: bytes) -> None:
        nonlocal given
        if given % 25 == 0:
            for one in (*here.iterdir(), *base.iterdir()):
                one.unlink() if one.parent == here else shutil.copy(one, here)
        given += 1
        words = [word for word in data.decode(errors="surrogateescape").split() if _stays(word)]
        result = runner.invoke(application, words)
        assert result.exit_code in {0, 1, 2}, (words, result.output, result.exception)
        assert "Traceback" not in result.output
        assert "error [unexpected]" not in result.output, (words, result.output)
        if result.exit_code:
            raise InputError(result.output)

    without = {name: value for name, value in os.environ.items() if name != "ZHILI_STORE"}
    with chdir(here), mock.patch.dict(os.environ, without, clear=True):
        yield feed


def _stays(word: str) -> bool:
    """Whether a word leads to nothing outside the directory, no other machine, no long demo."""
    path = word.partition("sqlite:///")[2] or word
    outside = path.startswith(("/", "~")) or ".." in path or "//" in path
    return not (outside or "demo" in word or "postgres" in word.lower())


LINES: Final = Target(
    open=_lines,
    seeds=tuple(line.encode() for line in GOOD),
    words=(*WORDS, *MISTYPED),
    count=400,
)
