"""Cases of every type in one store, with reactions and ticks: whatever people do, it is right."""

from __future__ import annotations

import os
from collections import Counter
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.engine.neighbours import BEGINNINGS, beginning, begun, proposal
from tests.engine.sample import Life, register_of
from tests.store.sample import assert_unbroken
from zhili.aggregates import CASE_TYPES
from zhili.errors import ZhiliError
from zhili.projections.links import Links
from zhili.testing import Control

FULL = os.environ.get("ZHILI_CAMPAIGN") == "full"
CASES_MAX = 10
SEEN: Counter[str] = Counter()
"""Which events the random lives came to, so that somebody can look whether they go far."""


def _case_id(n: int) -> UUID:
    return UUID(int=(7 << 76) | (2 << 62) | n)


class WholeDistrict(RuleBasedStateMachine):
    """Random people with complaints, whistles, wall items, hazards and branch calls."""

    def __init__(self) -> None:
        """Begin with an empty store in memory."""
        super().__init__()
        self.life = Life("memory:")
        self.made = 0
        self.refusals: Counter[str] = Counter()

    @property
    def engine(self) -> Any:
        """The engine."""
        return self.life.engine

    @property
    def cases(self) -> list[UUID]:
        """Every case there is, those that reactions have opened too."""
        rows = self.engine.store.rows("SELECT case_id FROM cases ORDER BY case_id", {})
        return [UUID(case_id) for (case_id,) in rows]

    def fresh(self) -> UUID:
        """Give an id that no case has."""
        self.made += 1
        return _case_id(self.made)

    def step(self, control: Control) -> bool:
        """Carry a step out, or insist that its refusal has changed nothing."""
        before, cases = self.engine.head(), self.cases
        now = self.life.clock.advance(control.after)
        versions = self.engine.store.versions(cases)
        try:
            receipt = self.engine.submit(control.build(now), by=control.by)
        except ZhiliError as error:
            self.refusals[error.code] += 1
            assert not self.refusals["refused-endless"]
            assert self.engine.head() == before
            assert self.engine.store.versions(cases) == versions
            return False
        assert receipt.position > before.position
        return True

    @initialize(names=st.lists(st.sampled_from(sorted(BEGINNINGS)), min_size=3, max_size=5))
    def begin(self, names: list[str]) -> None:
        """Some matters have come some way already."""
        for name in names:
            self.life.live(*begun(name, self.fresh()))

    @precondition(lambda self: len(self.cases) < CASES_MAX)
    @rule(data=st.data())
    def come_up(self, data: st.DataObject) -> None:
        """One more matter comes up."""
        self.step(data.draw(beginning(self.fresh())))

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), times=st.sampled_from([4, 8, 12]))
    def handle(self, data: st.DataObject, times: int) -> None:
        """People work on a case for a while, mostly on one that is not over."""
        rows = self.engine.store.rows("SELECT case_id FROM cases WHERE NOT ended ORDER BY 1", {})
        case_id = data.draw(st.sampled_from([*(UUID(row[0]) for row in rows), *self.cases]))
        for _ in range(times):
            case = self.engine.case(case_id)
            now = self.life.clock()
            self.step(data.draw(proposal(case, self.cases, now, self.fresh())))

    @rule(hours=st.sampled_from([0.5, 5, 30, 24 * 8, 24 * 35]))
    def time_passes(self, hours: float) -> None:
        """Nobody does anything for a while."""
        self.life.clock.advance(hours=hours)

    @rule()
    def tick(self) -> None:
        """What the clocks demand is carried out; at once after that there is nothing left."""
        self.engine.tick()
        assert self.engine.tick().fired == 0

    @invariant()
    def every_case_is_in_its_state(self) -> None:
        """No state that the table does not have, and no entity in one that its table has not."""
        for case_id in self.cases:
            case = self.engine.case(case_id)
            assert case.state in case.workflow.states
            for part in case.parts:
                assert part.state in case.workflow.parts[part.kind].states

    def teardown(self) -> None:
        """At the end everything is looked at."""
        report = self.engine.audit()
        assert report.findings == ()
        assert_unbroken(self.engine.store)
        before = register_of(self.engine.store)
        self.engine.rebuild()
        assert register_of(self.engine.store) == before
        for case_id in self.cases:
            SEEN.update(event.topic for event in self.engine.history(case_id))
            self.one_unit_is_accountable(case_id)
            self.clocks_stop_at_the_end(case_id)
            self.the_family_knows_each_other(case_id)
        self.life.close()

    def one_unit_is_accountable(self, case_id: UUID) -> None:
        """From when it was taken on until it ended, exactly one unit answers at every instant."""
        case = self.engine.case(case_id)
        taken_on = case.accepted_at
        for spell, following in pairwise((*case.spells, None)):
            if following is not None:
                assert spell.until == following.since
            if taken_on is None or spell.state in case.workflow.ended or spell.until == spell.since:
                continue
            if spell.since >= taken_on:
                assert spell.unit, (case.workflow.name, spell)

    def clocks_stop_at_the_end(self, case_id: UUID) -> None:
        """In an ended state no clock runs that an ending did not start."""
        case = self.engine.case(case_id)
        if case.state in case.workflow.ended:
            ended_at = case.spells[-1].since
            running = [clock for clock in case.clocks if clock.status == "running"]
            assert all(clock.counted_from >= ended_at for clock in running), running

    def the_family_knows_each_other(self, case_id: UUID) -> None:
        """Whoever of a family is asked, the family and the leading case are the same."""
        family = self.engine.ask(Links(case_id))
        ids = {one.case_id for one in family.members}
        assert case_id in ids
        for other in ids:
            again = self.engine.ask(Links(other))
            assert {one.case_id for one in again.members} == ids


WholeDistrict.TestCase.settings = settings(
    max_examples=1500 if FULL else 25,
    stateful_step_count=50 if FULL else 25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestWholeDistrict = pytest.mark.slow(pytest.mark.campaign(WholeDistrict.TestCase))


def test_the_machine_knows_every_type() -> None:
    """Every case type of the library is among those that random people work on."""
    from tests.engine.neighbours import TABLES

    assert set(TABLES) == {kind.workflow.name for kind in CASE_TYPES}
