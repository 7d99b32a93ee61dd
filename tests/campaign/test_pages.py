"""A SQLite file in which pages are damaged: reported, never misread, and never a crash."""

from __future__ import annotations

import os
import random
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.campaign.test_tamper import live_small
from tests.engine.sample import Life, registered
from zhili import Engine
from zhili.errors import ZhiliError
from zhili.projections.worklist import Worklist
from zhili.testing import CASE, OTHER_CASE, VirtualClock, controls
from zhili.testing.clock import START

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhili.audit import Report

FULL = os.environ.get("ZHILI_CAMPAIGN") == "full"
TIMES = 10_000 if FULL else 300
WORKERS = 2
SEED = 20260302
PAGE = 4096
NOW = START + timedelta(days=90)

pytestmark = pytest.mark.campaign


class Truth(NamedTuple):
    """What an undamaged store answers."""

    whole: bytes
    answers: dict[str, Any]
    report: Report


QUESTIONS: dict[str, Callable[[Engine], Any]] = {
    "head": lambda engine: engine.head(),
    "a case": lambda engine: vars(engine.case(CASE)),
    "another": lambda engine: vars(engine.case(OTHER_CASE)),
    "a history": lambda engine: engine.history(CASE),
    "a list": lambda engine: engine.ask(Worklist()).model_dump(),
    "the log": lambda engine: list(engine.store.log()),
}


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    """Make a small store, and ask it everything while it is whole."""
    path = tmp_path_factory.mktemp("whole") / "cases.db"
    life = Life(f"sqlite:///{path}")
    live_small(life)
    life.close()
    with closing(sqlite3.connect(path)) as store:
        store.execute("PRAGMA journal_mode = DELETE")
    whole = path.read_bytes()
    with Engine.open(f"sqlite:///{path}", create=False, clock=VirtualClock(NOW)) as engine:
        answers = {name: ask(engine) for name, ask in QUESTIONS.items()}
        return Truth(whole, answers, engine.audit())


def damaged(whole: bytes, generator: random.Random) -> bytes:
    """Give a copy with random bytes, zeros or another page in one or two of its pages."""
    data = bytearray(whole)
    for _ in range(generator.choice((1, 1, 2))):
        page = generator.randrange(len(data) // PAGE) * PAGE
        match generator.randrange(4):
            case 0:
                data[page : page + PAGE] = generator.randbytes(PAGE)
            case 1:
                data[page : page + PAGE] = bytes(PAGE)
            case 2:
                other = generator.randrange(len(data) // PAGE) * PAGE
                data[page : page + PAGE] = data[other : other + PAGE]
            case _:
                for _ in range(generator.choice((1, 1, 8, 64))):
                    data[page + generator.randrange(PAGE)] = generator.randrange(256)
    return bytes(data)


@pytest.mark.parametrize("worker", range(WORKERS))
def test_damage_is_reported_or_does_no_harm(truth: Truth, tmp_path: Path, worker: int) -> None:
    """Either somebody is told (an error, a finding, a problem), or every answer is right."""
    generator = random.Random(SEED + worker)  # noqa: S311 - chance, not secrets
    ends: Counter[str] = Counter()
    for n in range(TIMES // WORKERS):
        path = tmp_path / f"{n}.db"
        path.write_bytes(damaged(truth.whole, generator))
        ends[look_at(f"sqlite:///{path}", truth)] += 1
        for leftover in tmp_path.glob(f"{n}.db*"):
            leftover.unlink()
    assert set(ends) == {"refused", "found", "harmless"}


def look_at(url: str, truth: Truth) -> str:
    """Open a damaged store, audit it and ask it everything; say how it ended."""
    try:
        with Engine.open(url, create=False, clock=VirtualClock(NOW)) as engine:
            report = engine.audit()
            wrong = ask_all(engine, truth)
            problems = engine.store.check()
            try:
                engine.submit(registered(0), by=controls.INTAKE)
                engine.rebuild()
            except ZhiliError:
                problems.append("it cannot be written")
    except ZhiliError:
        return "refused"
    if report.clean and not problems:
        assert wrong == []
        assert report.digest == truth.report.digest
        return "harmless"
    # What the audit calls clean is right, whatever else is broken beside the log and the register.
    if report.clean:
        assert [name for name in wrong if name in {"head", "the log", "a history"}] == []
    return "found"


def ask_all(engine: Engine, truth: Truth) -> list[str]:
    """Ask everything; give what was answered, and answered wrongly."""
    wrong = []
    for name, ask in QUESTIONS.items():
        try:
            if ask(engine) != truth.answers[name]:
                wrong.append(name)
        except ZhiliError:
            continue
    return wrong
