"""What holds in every life of a whistle, whatever people try."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.whistle import town
from zhili import Engine
from zhili.testing import VirtualClock

if TYPE_CHECKING:
    from zhili.aggregates import CaseEvent, Whistle

CALLED = {"issued", "mustering", "joint_handling", "escalated"}
DONE = {"settled", "evaluated", "closed"}


class Watch:
    """Somebody who looks on, and demands after every event what must be so."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.may_go: set[str] = set()
        self.rated: Counter[tuple[str, str]] = Counter()

    def see(self, case: Whistle, event: CaseEvent) -> None:
        """Look at a whistle as it stands after *event*."""
        self.nobody_leaves_early(event)
        self.nobody_rates_itself_or_twice(event)
        self.one_unit_answers(case, event)
        if case.state in DONE:
            states = {part.state for part in case.parts}
            assert not states & {"summoned", "signed", "contacted"}
        if case.state in {"evaluated", "closed"}:
            assert {part.state for part in case.parts} <= {"rated", "released", "replaced"}

    def nobody_leaves_early(self, event: CaseEvent) -> None:
        """Demand that a unit has delivered before it leaves, or the street has consented."""
        unit = vars(event).get("unit", "")
        if event.event_name in {"UnitDelivered", "LeaveConsented"}:
            self.may_go.add(unit)
        elif event.event_name in {"UnitRecalled", "UnitSummoned"}:
            self.may_go.discard(unit)
        elif event.event_name == "UnitLeft":
            assert unit in self.may_go

    def nobody_rates_itself_or_twice(self, event: CaseEvent) -> None:
        """Demand that a rating is of another, and the only one."""
        if event.event_name in {"UnitRated", "BlowerRated"}:
            unit = vars(event)["unit"]
            assert event.by.unit != unit
            self.rated[unit, vars(event).get("rater", "")] += 1
            assert max(self.rated.values()) == 1

    def one_unit_answers(self, case: Whistle, event: CaseEvent) -> None:
        """Demand the street, or one that takes part; the street again when it is settled."""
        if case.state in CALLED:
            next_one = vars(event).get("substitute")  # summoned by the very next event
            assert case.unit in {case.street, *case.taking_part, next_one} - {None}
        if case.state in DONE:
            assert case.unit == case.street
            assert case.settled_at is not None


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_what_holds_in_every_life(seed: int) -> None:
    """One unit answers, nobody leaves early, nobody rates itself, the audit finds nothing."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:
        (case_id,) = town.live(engine, clock, seed, tries=40)
        watch = Watch()
        for case, event in town.unfolding(engine, case_id):
            watch.see(case, event)
        assert engine.audit().clean
