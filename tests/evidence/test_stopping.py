"""Commands over folders that are stopped: no scratch file with personal data stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

WORDS = {"audit": "nothing was changed", "import-log": "nothing was taken in"}
"""What is said of each that was stopped."""

BEGINS_STOPPED = """
import os, signal, sys

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "zhili.cli.application":
            os.kill(os.getpid(), signal.%s)

sys.meta_path.insert(0, Slow())
from zhili.cli import main
main()
"""


def environment(home: Path) -> dict[str, str]:
    """Give the environment of a program whose scratch files go to *home*."""
    source = str(ROOT / "src")
    return {**os.environ, "PYTHONPATH": source, "PYTHONUTF8": "1", "TMPDIR": str(home)}


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.parametrize("command", WORDS)
def test_stopped_it_clears_up(
    exported: Path, tmp_path: Path, sent: int, code: int, command: str
) -> None:
    """As soon as there is a scratch file it is stopped: one line, its exit code, nothing stays."""
    home = tmp_path / "scratch"
    home.mkdir()
    more = [f"sqlite:///{tmp_path}/new.db"] if command == "import-log" else []
    process = subprocess.Popen(
        [sys.executable, "-m", "zhili", command, str(exported), *more],
        env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not list(home.glob("zhili-*/*")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.002)
    process.send_signal(sent)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout, stderr.count("\n")) == (code, "", 1), stderr
    assert stderr.startswith(f"stopped; {WORDS[command]}")
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(("sent", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_stopped_while_it_begins(tmp_path: Path, sent: str, code: int) -> None:
    """Before any command is at work: one line and the exit code, no traceback."""
    told = subprocess.run(
        [sys.executable, "-c", BEGINS_STOPPED % sent, "audit", "."],
        env=environment(tmp_path), capture_output=True, check=False, text=True, timeout=60,
    )  # fmt: skip
    assert (told.returncode, told.stdout) == (code, "")
    assert told.stderr == "stopped; nothing was begun\n"
