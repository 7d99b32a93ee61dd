"""Others write while an audit runs: nothing is found that is not there."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from tests.audit.fault import Log
from tests.audit.life import LONELY
from tests.engine.sample import execute, facts, register_of, registered
from zhili import Engine
from zhili.audit import replay
from zhili.commands.policy import publish
from zhili.policies.procedure import Procedure
from zhili.testing import actor, controls
from zhili.values import new_case_id

if TYPE_CHECKING:
    from pathlib import Path

LATER = datetime(2027, 6, 1, tzinfo=UTC)
WRITERS = 3
AUDITS = 4


def write(engine: Engine, n: int, done: Event, written: list[int]) -> None:
    """Open cases and move them on until told to stop; publish a policy now and then."""
    cases = 0
    while not done.is_set():
        case_id = new_case_id()
        for step in (controls.REGISTER, controls.ACCEPT, controls.DISPATCH, facts(n)):
            engine.submit(step.on(case_id).build(LATER), by=step.by)
        cases += 1
        if n == 0 and cases % 5 == 1:
            policy = Procedure(reworks_max=8 + cases % 2 * 3 + cases % 7)
            engine.submit(publish(policy), by=actor("administrator"))
        written[n] = cases


def test_nothing_false_is_found_while_others_write(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cases are opened and moved, policies published, all the time; each audit is clean."""
    monkeypatch.setattr(replay, "SPAN", 50)
    done, written = Event(), [0] * WRITERS
    with Engine.open(store_url, clock=lambda: LATER) as engine:
        writers = [Thread(target=write, args=(engine, n, done, written)) for n in range(WRITERS)]
        for writer in writers:
            writer.start()
        try:
            reports = []
            while len(reports) < AUDITS or min(written) < 3:
                reports.append(engine.audit())
        finally:
            done.set()
            for writer in writers:
                writer.join()
        assert [report.findings for report in reports] == [()] * len(reports)
        positions = [report.position for report in reports]
        assert positions == sorted(positions)
        assert positions[-1] > positions[0]
        last = engine.audit()
        assert last.findings == ()
        assert last.cases == sum(written)


@pytest.mark.parametrize("stage", ["links", "cases"])
def test_a_log_that_grows_under_it_is_audited_to_where_it_ended(path: Path, stage: str) -> None:
    """What comes after the head with which the audit began is no part of it, and no fault."""
    with Engine.open(f"sqlite:///{path}", create=False, clock=lambda: LATER) as engine:
        before = engine.audit()

        def move(what: str, _done: int, _total: int | None) -> None:
            if what == stage:
                step = facts("meanwhile", LONELY)
                engine.submit(step.build(LATER), by=step.by)
                engine.submit(registered(1), by=controls.REGISTER.by)

        report = engine.audit(progress=move)
        assert engine.head().position > report.position == before.position
        assert report == before
        assert engine.audit(expect=f"{report.position}:{report.head}").clean


def test_a_case_that_moves_while_its_register_is_wrong_is_found(path: Path) -> None:
    """It is folded on to where it is by then, and compared again."""
    url = f"sqlite:///{path}"
    with Engine.open(url, create=False, clock=lambda: LATER) as engine:

        def move(what: str, _done: int, _total: int | None) -> None:
            if what == "links":
                step = facts("meanwhile", LONELY)
                engine.submit(step.build(LATER), by=step.by)
                execute(engine.store, f"UPDATE cases SET grade = 'I' WHERE case_id = '{LONELY}'")

        report = engine.audit(progress=move)
        assert [finding.code for finding in report.findings] == ["register-differs"]
        assert "cases.grade" in report.findings[0].detail
        rows = register_of(engine.store)
        engine.rebuild()
        assert register_of(engine.store) != rows
        assert engine.audit().clean


def test_a_case_that_is_forged_while_it_is_audited_is_found(path: Path) -> None:
    """What comes in between cannot be folded: said of that case, and the audit goes on."""
    with Engine.open(f"sqlite:///{path}", create=False) as engine:

        def forge(what: str, _done: int, _total: int | None) -> None:
            if what == "links":
                log = Log(path)
                last = log.of(LONELY)[-1]
                corrected = last.but(field="__class__", old="x", new="y", reason="because")
                del corrected.says["facts"]
                corrected.topic = "complaint.corrected"
                log.insert(corrected, after=last)
                log.folds = False
                log.write()
                execute(engine.store, f"UPDATE cases SET version = 5 WHERE case_id = '{LONELY}'")

        report = engine.audit(progress=forge)
        assert [(f.code, f.case_id) for f in report.findings] == [("unfoldable-event", str(LONELY))]


def test_what_another_program_published_is_known(path: Path) -> None:
    """A policy that came into force after the auditor had opened the store, and a step under it."""
    url = f"sqlite:///{path}"
    with (
        Engine.open(url, create=False) as auditor,
        Engine.open(url, create=False, clock=lambda: LATER) as writer,
    ):
        policy = Procedure(reworks_max=9)
        writer.submit(publish(policy), by=actor("administrator"))
        opened = controls.REGISTER.on(new_case_id())
        writer.submit(opened.build(LATER), by=opened.by)
        assert auditor.audit().findings == ()
