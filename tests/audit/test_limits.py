"""However much there is to find, what is kept of it is bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tests.audit.fault import Log, audited
from tests.audit.life import LATE, LONELY
from tests.engine.sample import execute
from zhili import Engine
from zhili.audit import effects, replay
from zhili.audit.notes import DETAIL_MAX, KEPT_MAX

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_so_many_findings_are_kept_and_all_are_counted(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand in words; the same thousand however the log is cut."""
    with Engine.open(f"sqlite:///{path}", create=False) as engine:
        for n in range(600):
            for case_id in (LATE, LONELY):
                execute(
                    engine.store,
                    f"INSERT INTO parts (case_id, kind, part_id) VALUES ('{case_id}', 'x', '{n}')",
                )
    report = audited(path)
    assert (len(report.findings), report.findings_left_out) == (KEPT_MAX, 200)
    assert report.counts["register-differs"] == 1200
    monkeypatch.setattr(replay, "SPAN", 10)
    assert audited(path) == report


def test_what_a_log_says_is_quoted_in_part(path: Path) -> None:
    """A finding is no place for a megabyte."""
    log = Log(path)
    log.folds = False
    last = log.of(LONELY)[-1]
    last.topic = "t" * 1_000_000
    last.says["facts"]["value"] = "x" * 1_000_000
    log.write()
    report = audited(path)
    assert report.findings
    assert all(len(finding.detail) <= DETAIL_MAX for finding in report.findings)


def test_effects_are_looked_at_one_by_one_up_to_a_number(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With more of them amiss than that, some are still named; the log is never called clean."""
    log = Log(path)
    for entry in list(log.entries):
        if entry.topic == "complaint.copied-to-district" and entry.case_id == LATE:
            for n in range(9):
                cause = {"case_id": str(UUID(int=n)), "version": 1}
                log.insert(entry.but(cause=cause), after=entry)
    log.write()
    assert audited(path).counts["uncaused-effect"] == 9
    monkeypatch.setattr(effects, "SEEN_MAX", 4)
    report = audited(path)
    assert 0 < report.counts["uncaused-effect"] <= 4
