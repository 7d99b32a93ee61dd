"""The program as it is started: `python -m zhili`, with and without its extra, and stopped."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from zhili.progress import silent

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}

WELL_UNDER_WAY = 300
"""So many events that everything has been loaded that is loaded late."""

WITHOUT = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {%s}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
from zhili.cli import main
main()
"""


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env=ENVIRONMENT,
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


def test_the_module_is_the_program(tmp_path: Path) -> None:
    """A store is made and asked; the answer is JSON on stdout and nothing on stderr."""
    url = f"sqlite:///{tmp_path}/cases.db"
    assert _run("-m", "zhili", "init", url).returncode == 0
    asked = _run("-m", "zhili", "stats", "--store", url, "--format", "json")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert json.loads(asked.stdout)["counts"]["total"] == 0


def test_a_refusal_is_one_line_on_stderr(tmp_path: Path) -> None:
    """And nothing on stdout."""
    refused = _run("-m", "zhili", "stats", "--store", f"sqlite:///{tmp_path}/none.db")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("error [store]: ")
    assert refused.stderr.count("\n") == 1


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    """Neither a text nor a directory is one."""
    (tmp_path / "text.db").write_text("not a database, but long enough to be one" * 50)
    for path in (tmp_path / "text.db", tmp_path):
        refused = _run("-m", "zhili", "stats", "--store", f"sqlite:///{path}")
        assert refused.returncode == 1
        assert refused.stderr.startswith("error [store]: ")
        assert "Traceback" not in refused.stderr


def test_help_names_every_command() -> None:
    """A newcomer sees what there is."""
    told = _run("-m", "zhili", "--help")
    assert told.returncode == 0
    for name in (
        "init", "migrate", "check", "demo", "import", "stats", "worklist", "case", "tick",
        "audit", "rebuild", "policy", "diagram",
    ):  # fmt: skip
        assert f" {name} " in told.stdout


def test_a_terminal_without_chinese_is_served(tmp_path: Path) -> None:
    """JSON in ASCII, tables with code points; never an error."""
    environment = {**ENVIRONMENT, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    url = f"sqlite:///{tmp_path}/cases.db"
    assert _run("-m", "zhili", "init", url).returncode == 0
    for arguments in (("policy", "show", "calendar"), ("stats",)):
        told = subprocess.run(
            [sys.executable, "-m", "zhili", *arguments, "--store", url],
            env=environment,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert (told.returncode, told.stderr) == (0, b"")
        assert told.stdout.isascii()


def test_the_version_is_told() -> None:
    """As every program does."""
    told = _run("-m", "zhili", "--version")
    assert (told.returncode, told.stdout.split()[0]) == (0, "zhili")


def test_no_command_is_wrong_usage() -> None:
    """And so is an unknown one."""
    assert _run("-m", "zhili").returncode == 2
    assert _run("-m", "zhili", "nonsense").returncode == 2


@pytest.mark.parametrize("missing", ["'typer'", "'rich'", "'typer', 'rich'"])
def test_without_the_extra_it_says_what_to_install(missing: str) -> None:
    """Exit code 2, one line, no traceback."""
    told = _run("-c", WITHOUT % missing)
    assert told.returncode == 2
    assert told.stderr == "the command line needs the extra `cli`: pip install 'zhili[cli]'\n"


def test_another_missing_module_is_not_blamed_on_the_extra() -> None:
    """Only the packages of the extra are."""
    told = _run("-c", WITHOUT % "'duckdb', 'zoneinfo'")
    assert "pip install" not in told.stderr
    assert told.returncode == 1


def _events(file: Path) -> int:
    """Give how many events are in the store, 0 while there is none."""
    if not file.exists():
        return 0
    with closing(sqlite3.connect(file)) as connection, suppress(sqlite3.Error):
        return int(connection.execute("SELECT position FROM log_head").fetchone()[0])
    return 0


def test_ctrl_c_stops_it(tmp_path: Path) -> None:
    """A message, exit code 130, no traceback; what was done stays, and is sound."""
    file = tmp_path / "cases.db"
    process = subprocess.Popen(
        [sys.executable, "-m", "zhili", "demo", "--store", f"sqlite:///{file}"],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while _events(file) < WELL_UNDER_WAY:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (130, "")
    assert stderr == "stopped; what was done stays\n"
    assert _run("-m", "zhili", "audit", "--store", f"sqlite:///{file}").returncode == 0


def test_progress_is_drawn_on_a_terminal_only() -> None:
    """Where nobody looks nothing is drawn."""
    from zhili.cli.screen import progress_bar

    with progress_bar() as progress:
        assert progress is silent
