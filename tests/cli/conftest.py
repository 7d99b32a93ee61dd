"""What the tests of the command line share: a way to run it, and a store with a few cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from zhili import Actor, Engine, complaint, role
from zhili.cli.application import application
from zhili.testing import VirtualClock

Run = Callable[..., Result]

AGENT = Actor(id="intake-01", role=role.INTAKE_AGENT, unit="12345")
DISPATCHER = Actor(id="dispatch-01", role=role.DISPATCHER, unit="12345")
OPERATOR = Actor(id="street-operator", role=role.UNIT_OPERATOR, unit="110105002")
LEADER = Actor(id="street-leader", role=role.UNIT_LEADER, unit="110105002")
REVIEWER = Actor(id="review-01", role=role.REVIEWER, unit="12345")

DISPATCHED = UUID("01900000-0000-7000-8000-00000000000a")
CLOSED = UUID("01900000-0000-7000-8000-00000000000b")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command line in an empty directory, without a store in the environment."""
    monkeypatch.delenv("ZHILI_STORE", raising=False)
    monkeypatch.chdir(tmp_path)

    def run_with(*arguments: str, **environment: str) -> Result:
        return CliRunner().invoke(application, list(arguments), env=environment)

    return run_with


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Give the URL of a store with one case dispatched and one closed, in March 2026."""
    url = f"sqlite:///{tmp_path}/cases.db"
    clock = VirtualClock(datetime(2026, 3, 2, 1, tzinfo=UTC))
    with Engine.open(url, clock=clock) as engine:
        for case_id in (DISPATCHED, CLOSED):
            told = complaint.Register(
                case_id=case_id,
                kind="complaint",
                channel="hotline",
                title="路灯不亮",
                content="门口路灯三天不亮",
                category="roads/lighting",
                anonymous=True,
            )
            engine.submit(told, by=AGENT)
            engine.submit(complaint.Accept(case_id=case_id), by=AGENT)
            engine.submit(complaint.Dispatch(case_id=case_id, unit="110105002"), by=DISPATCHER)
        clock.advance(timedelta(hours=1))
        _close(engine, clock)
    return url


def _close(engine: Engine, clock: VirtualClock) -> None:
    engine.submit(complaint.Sign(case_id=CLOSED), by=OPERATOR)
    contact = complaint.RecordContact(
        case_id=CLOSED, result="anonymous", way="site", evidence="现场照片"
    )
    engine.submit(contact, by=OPERATOR)
    clock.advance(timedelta(hours=20))
    reply = complaint.SubmitReply(
        case_id=CLOSED,
        outcome="solved",
        public_text="路灯已修复",
        internal_note="更换灯泡",
        complainant_informed=False,
        centre_informed=True,
    )
    engine.submit(reply, by=OPERATOR)
    engine.submit(complaint.SignOffReply(case_id=CLOSED), by=LEADER)
    clock.advance(timedelta(hours=3))
    engine.submit(complaint.AcceptReply(case_id=CLOSED), by=REVIEWER)
