"""The warehouse follows the register: whatever happens, a figure is that of a fresh engine."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from zhili import Actor, Engine, complaint, role
from zhili.engine import loading, reader
from zhili.projections.backlog import Backlog
from zhili.projections.overview import Overview
from zhili.projections.statistics import ClosingRate, OnTimeRate, TimeToClose
from zhili.testing import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from zhili.projections.question import Question

AGENT = Actor(id="agent-1", role=role.INTAKE_AGENT, unit="12345")
DISPATCHER = Actor(id="dispatcher-1", role=role.DISPATCHER, unit="12345")
OPERATOR = Actor(id="operator-1", role=role.UNIT_OPERATOR, unit="110105001")
QUESTIONS: tuple[Question, ...] = (
    ClosingRate(by="unit", population="all"),
    OnTimeRate(by="district"),
    TimeToClose(by="unit"),
    Overview(by="unit"),
    Backlog(by="state"),
)


class Place:
    """An engine under a clock, with cases that move."""

    def __init__(self, url: str) -> None:
        """Open the store at *url*."""
        self.url, self.clock = url, VirtualClock()
        self.engine = Engine.open(url, clock=self.clock)

    def open(self, unit: str = "110105001") -> UUID:
        """Register a case and send it to a unit."""
        case_id = self.engine.submit(
            complaint.Register(
                kind="complaint", channel="hotline", title="路灯不亮", content="三天不亮。",
                phone="13800000000", subject="person-1",
            ),
            by=AGENT,
        ).case_id  # fmt: skip
        self.engine.submit(complaint.Accept(case_id=case_id, grade="III"), by=AGENT)
        self.engine.submit(complaint.Dispatch(case_id=case_id, unit=unit), by=DISPATCHER)
        return case_id

    def answers(self) -> list[Any]:
        """Ask everything."""
        return [self.engine.ask(question) for question in QUESTIONS]

    def fresh_answers(self) -> list[Any]:
        """Ask an engine that has loaded nothing yet."""
        with Engine.open(self.url, clock=self.clock) as fresh:
            return [fresh.ask(question) for question in QUESTIONS]


@pytest.fixture
def place(shared_url: str) -> Iterator[Place]:
    """Begin with a case in each of two units."""
    opened = Place(shared_url)
    opened.open()
    opened.open("110101001")
    yield opened
    opened.engine.close()


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Note how the warehouse is brought up to date."""
    noted: list[str] = []
    with monkeypatch.context() as patch:
        for name in ("load", "refresh"):
            was = getattr(loading, name)

            def noting(*given: Any, _name: str = name, _was: Any = was, **named: Any) -> Any:
                noted.append(_name)
                return _was(*given, **named)

            patch.setattr(loading, name, noting)
        yield noted


def test_what_changed_is_refreshed_and_nothing_else_read(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New cases, new units and cases that have left a state: as if all were loaded again."""
    place.answers()
    with counted(monkeypatch) as noted:
        case_id = place.open("310115001")
        place.clock.advance(hours=1)
        place.engine.submit(complaint.Sign(case_id=case_id), by=OPERATOR_OF["310115001"])
        found = place.answers()
    assert noted == ["refresh"]
    assert found == place.fresh_answers()
    backlog = {group.key: group.total for group in found[-1].groups}
    assert backlog == {"dispatched": 2, "signed": 1}


OPERATOR_OF = {"310115001": OPERATOR.model_copy(update={"unit": "310115001"})}


def test_after_very_many_events_everything_is_loaded_anew(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refresh of most rows would take longer than a load."""
    place.answers()
    monkeypatch.setattr(reader, "EVENTS_REFRESHED_MAX", 5)
    place.open()
    place.open()
    with counted(monkeypatch) as noted:
        found = place.answers()
    assert noted[0] == "load"
    assert found == place.fresh_answers()


def test_a_clock_that_went_back_is_answered_for_its_own_present(place: Place) -> None:
    """Spells that were over long ago are not held, until somebody's present lies before that."""
    started = place.clock.now
    place.clock.advance(days=2)
    place.engine.tick()
    place.clock.advance(days=40)
    place.engine.tick()
    late = place.answers()
    place.clock.set(started)
    assert place.answers() == place.fresh_answers() != late


def test_rows_that_come_between_two_looks_are_there(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables are read side by side, each at a moment of its own; the answer is of one."""
    copy_out = type(place.engine.store).copy_out
    written: list[UUID] = []

    def and_somebody_writes(store: Any, wanted: Any, after: int = 0) -> int:
        if wanted[0].table.name == "spells" and not written:
            with Engine.open(place.url, clock=place.clock) as other:
                here = Place.__new__(Place)
                here.engine = other
                written.append(here.open("310115001"))
        return copy_out(store, wanted, after)

    with monkeypatch.context() as patch:
        patch.setattr(type(place.engine.store), "copy_out", and_somebody_writes)
        found = place.answers()
    assert written
    assert found == place.fresh_answers()
    assert found[0].groups[0].total == 1
    assert len(found[0].groups) == 3
