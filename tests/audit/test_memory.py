"""An audit takes no more memory for a longer log."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from benchmarks.fill import fill_log
from tests.audit.life import EVENTS

FULL: Final = os.environ.get("ZHILI_CAMPAIGN") == "full"
CASES: Final = 12_500 if FULL else 300
EVENTS_A_CASE: Final = 8

PEAK: Final = """
import re, sys
from pathlib import Path
from zhili import Engine
with Engine.open(sys.argv[1], create=False) as engine:
    report = engine.audit()
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(report.events, len(report.findings), peak)
"""
"""Not by `getrusage`: what it gives begins with what the parent took before the child was there."""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux says what a process took at most"
)


def peak_of(path: Path) -> tuple[int, int, int]:
    """Audit the store at *path* in a process of its own; give events, findings, peak memory."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, f"sqlite:///{path}"],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    events, findings, peak = map(int, done.stdout.split())
    return events, findings, peak


@pytest.mark.campaign
def test_ten_times_the_log_takes_the_same_memory(tmp_path: Path) -> None:
    """The resident memory at its peak stays within a fifth."""
    peaks = []
    for cases in (CASES, 10 * CASES):
        path = tmp_path / f"{cases}.db"
        fill_log(path, cases)
        events, findings, peak = peak_of(path)
        assert events > cases * EVENTS_A_CASE
        assert findings == 0
        peaks.append(peak)
        path.unlink()
    assert peaks[1] <= peaks[0] * 1.2, peaks


def test_what_stands_in_a_log_takes_no_memory_by_its_size(path: Path) -> None:
    """An event and a link of forty megabytes, a topic of two: looked at, and not read."""
    usual = peak_of(path)[2]
    with closing(sqlite3.connect(path)) as store, store:
        for position, column, value in (
            (EVENTS - 2, "link", "zeroblob(40000000)"),
            (EVENTS - 1, "topic", "hex(zeroblob(1000000))"),
            (EVENTS, "state", "zeroblob(40000000)"),
        ):
            store.execute(f"UPDATE stored_events SET {column} = {value} WHERE rowid = {position}")
    assert path.stat().st_size > 82_000_000
    _, findings, peak = peak_of(path)
    assert findings >= 3
    assert peak - usual < 20_000, (usual, peak)  # in kilobytes
