"""The same log gives the same report: on any store, in any order, by any number of processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.audit.fault import audited
from tests.audit.life import EVENTS, MAIN, live
from tests.engine.sample import execute
from zhili import Engine
from zhili.audit import replay

if TYPE_CHECKING:
    from pathlib import Path

    from zhili.audit import Report
    from zhili.store import Store

EXPECT: Final = f"60:{'ab' * 32}"

AUDIT: Final = """
import sys
from zhili import Engine
with Engine.open(sys.argv[1], create=False) as engine:
    print(engine.audit(expect=sys.argv[2]).model_dump_json())
"""


def tamper(store: Store) -> None:
    """Leave a hole, an altered link, a stolen payload and a false register in any store."""
    at = store.event_position
    for name, position, other in (("link", 70, 3), ("state", EVENTS - 1, EVENTS - 2)):
        taken = f"(SELECT {name} FROM stored_events WHERE {at} = {other})"
        execute(store, f"UPDATE stored_events SET {name} = {taken} WHERE {at} = {position}")
    execute(
        store,
        f"DELETE FROM stored_events WHERE {at} IN (40, 62)",
        f"UPDATE cases SET outcome = 'partly' WHERE case_id = '{MAIN}'",
    )


def tampered(path: Path) -> Path:
    """Tamper with the store at *path*."""
    with Engine.open(f"sqlite:///{path}", create=False) as engine:
        tamper(engine.store)
    return path


def plain(report: Report) -> dict[str, Any]:
    """Give a report as plain data."""
    return report.document()


def test_it_is_the_same_on_every_store(path: Path, store_url: str) -> None:
    """One life on memory, SQLite and PostgreSQL: the same head, digest, findings and remarks."""
    life = live(store_url)
    try:
        assert plain(life.engine.audit()) == plain(audited(path))
        tamper(life.engine.store)
        there, here = life.engine.audit(expect=EXPECT), audited(tampered(path), expect=EXPECT)
        assert plain(there) == plain(here)
        assert len(there.findings) > 8
    finally:
        life.close()


@pytest.mark.parametrize("span", [1, 7, 100])
def test_it_is_the_same_in_any_spans(
    path: Path, monkeypatch: pytest.MonkeyPatch, span: int
) -> None:
    """However the log is cut: also where an end of a span was deleted."""
    clean = plain(audited(path))
    whole = plain(audited(tampered(path), expect=EXPECT))
    monkeypatch.setattr(replay, "SPAN", span)
    assert plain(audited(path, expect=EXPECT)) == whole
    assert whole["digest"] != clean["digest"]


@pytest.mark.parametrize("jobs", [2, 3])
def test_it_is_the_same_by_any_number_of_processes(
    path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    """Whoever is first."""
    alone = plain(audited(tampered(path), expect=EXPECT))
    monkeypatch.setattr(replay, "SPAN", 9)
    assert plain(audited(path, expect=EXPECT, jobs=jobs)) == alone


@pytest.mark.parametrize(
    "setting",
    [
        {"PYTHONHASHSEED": "1", "TZ": "America/St_Johns", "LC_ALL": "C"},
        {
            "PYTHONHASHSEED": "77",
            "TZ": "Asia/Kathmandu",
            "LC_ALL": "tr_TR.UTF-8",
            "PYTHONUTF8": "0",
        },
    ],
)
def test_it_is_the_same_wherever_it_is_done(path: Path, setting: dict[str, str]) -> None:
    """In another zone, another language, with sets in another order."""
    here = plain(audited(tampered(path), expect=EXPECT))
    done = subprocess.run(
        [sys.executable, "-c", AUDIT, f"sqlite:///{path}", EXPECT],
        env={**os.environ, **setting},
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == here


def test_every_change_changes_the_digest(path: Path) -> None:
    """An event, a link, a hole: the digest is of what the log says, never of what it claims."""
    seen = {audited(path).digest}
    url = f"sqlite:///{path}"
    for sql, differs in (
        (f"UPDATE stored_events SET state = state || ' ' WHERE rowid = {EVENTS}", True),
        (f"UPDATE stored_events SET topic = 'complaint.signed' WHERE rowid = {EVENTS}", True),
        ("UPDATE stored_events SET link = zeroblob(32) WHERE rowid = 50", False),
        ("UPDATE log_head SET link = zeroblob(32)", False),
        ("UPDATE cases SET outcome = 'partly'", False),
        (f"DELETE FROM stored_events WHERE rowid = {EVENTS}", True),
        ("DELETE FROM stored_events WHERE rowid = 50", True),
    ):
        with Engine.open(url, create=False) as engine:
            execute(engine.store, sql)
        digest = audited(path).digest
        assert (digest not in seen) is differs, sql
        seen.add(digest)
