"""A host's own case type is audited by its own table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from zhili import Case, Engine
from zhili.aggregates import CASE_TYPES, CaseEvent
from zhili.commands.command import Command, Opening
from zhili.testing import VirtualClock, actor
from zhili.values import Line, Role
from zhili.workflows import STAY, Clock, Label, Step, Workflow

ERRAND = UUID(int=77)
CLERK = Role("clerk")
WAIT = timedelta(hours=1)


class Begin(Opening, case_type="errand"):
    """Begin an errand."""

    number: Line
    muted: bool


class Note(Command, case_type="errand"):
    """Note something."""

    words: Line


class Remind(Command, case_type="errand"):
    """Remind of it."""


class Errand(Case):
    """An errand, of which somebody is reminded after an hour unless it is muted."""

    workflow = Workflow(
        name="errand",
        steps=(
            Step("begin", None, "Begun", "open", CLERK),
            Step("note", "open", "Noted", STAY, CLERK),
            Step("remind", "open", "Reminded", STAY, Role("system"), "is_not_muted"),
        ),
        states={"open": Label("Open", "进行中")},
        clocks=(
            Clock("wait", frozenset({"Begun"}), stops=frozenset({"Reminded"}), fires="remind"),
        ),
    )
    commands: ClassVar = (Begin, Note, Remind)

    muted: bool = False

    class Begun(CaseEvent):
        """It was begun."""

        number: Line
        muted: bool

        def apply(self, aggregate: Any) -> None:
            """Remember whether it is muted."""
            aggregate.muted = self.muted

    class Noted(CaseEvent):
        """Something was noted."""

        words: Line

    class Reminded(CaseEvent):
        """Somebody was reminded."""

    def is_not_muted(self, _event: Any, _rules: Any) -> bool:
        """Nobody is reminded of a muted errand."""
        return not self.muted

    def due_given(self, clock: Clock, event: CaseEvent) -> datetime | None:  # noqa: ARG002 - there is only one
        """Wait for an hour."""
        return event.occurred_at + WAIT


def lived(*, muted: bool) -> tuple[list[str], list[str]]:
    """Begin an errand, note something two hours later; give its events, and what is found."""
    clock, clerk = VirtualClock(), actor("clerk")
    with Engine.open("memory:", clock=clock, case_types=(*CASE_TYPES, Errand)) as engine:
        engine.submit(Begin(case_id=ERRAND, number="1", muted=muted), by=clerk)
        clock.advance(2 * WAIT)
        engine.submit(Note(case_id=ERRAND, words="still at it"), by=clerk)
        names = [event.event_name for event in engine.history(ERRAND)]
        return names, [finding.detail for finding in engine.audit().findings]


def test_a_clock_that_fires_is_expected() -> None:
    """Before anything else happens."""
    assert lived(muted=False) == (["Begun", "Reminded", "Noted"], [])


def test_a_clock_whose_command_is_refused_is_not_missed() -> None:
    """It is due, the table refuses what it demands, and so nothing is wrong."""
    assert lived(muted=True) == (["Begun", "Noted"], [])
