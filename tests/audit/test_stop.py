"""An audit can be stopped, and says how far it is."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.audit.fault import audited
from zhili import Engine
from zhili.audit import replay
from zhili.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("stage", ["links", "cases"])
def test_an_interruption_ends_it(
    path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int, stage: str
) -> None:
    """Nobody is left at work, and the engine can be asked again."""
    monkeypatch.setattr(replay, "SPAN", 7)

    def stop(what: str, _done: int, _total: int | None) -> None:
        if what == stage:
            raise KeyboardInterrupt

    with Engine.open(f"sqlite:///{path}", create=False) as engine:
        with pytest.raises(KeyboardInterrupt):
            engine.audit(jobs=jobs, progress=stop)
        assert multiprocessing.active_children() == []
        assert engine.audit().clean


def test_an_interruption_from_the_terminal_ends_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control-C reaches every process of the terminal; the one that asked is interrupted."""
    monkeypatch.setattr(replay, "SPAN", 7)

    def stop(what: str, _done: int, _total: int | None) -> None:
        if what == "cases":
            for child in multiprocessing.active_children():
                assert child.pid is not None
                os.kill(child.pid, signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        audited(path, jobs=2, progress=stop)
    assert multiprocessing.active_children() == []


def test_progress_goes_forward_to_the_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links first, then cases, each to the number of events; with the same steps by any jobs."""
    monkeypatch.setattr(replay, "SPAN", 20)
    told: list[tuple[str, int, int | None]] = []
    report = audited(path, progress=lambda *step: told.append(step))
    for what in ("links", "cases"):
        done = [step[1] for step in told if step[0] == what]
        assert len(done) >= 5
        assert done == sorted(done)
        assert done[-1] == report.events
        assert {step[2] for step in told if step[0] == what} == {report.events}
    assert [step[0] for step in told] == sorted((s[0] for s in told), reverse=True)


def test_no_jobs_are_refused(path: Path) -> None:
    """One job does it; none does nothing."""
    with pytest.raises(InputError, match="0 jobs"):
        audited(path, jobs=0)


def test_a_store_in_memory_has_one_job() -> None:
    """No other process can see it."""
    with Engine.open("memory:") as engine:
        assert engine.audit(jobs=1).clean
        with pytest.raises(InputError, match="in this process alone"):
            engine.audit(jobs=2)
