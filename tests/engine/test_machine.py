"""The whole engine driven by random people: whatever they do, the record is right."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.engine import naive
from tests.engine.proposals import UNITS, openings, proposal
from tests.engine.sample import Life, register_of
from tests.store.sample import assert_unbroken
from zhili import Receipt, publish
from zhili.commands.complaint import imported_id
from zhili.errors import ZhiliError
from zhili.policies.late_entry import LateEntry
from zhili.policies.organisation import Organisation
from zhili.policies.presets import PRESETS
from zhili.policies.procedure import Procedure
from zhili.policies.unit import Unit
from zhili.projections.rate import ClosingRate, ResolutionRate
from zhili.testing import START, Control, actor, controls, path_to
from zhili.testing.paths import PATHS

FULL = os.environ.get("ZHILI_CAMPAIGN") == "full"
CASES_MAX = 8
HOUR = timedelta(hours=1)
BEGINNINGS = sorted(set(PATHS) - {"merged", "not_accepted", "referred_out", "withdrawn"})
SEEN: Counter[str] = Counter()
"""Which events the random lives came to, so that somebody can look whether they go far."""
ADMINISTRATOR = actor("administrator")

ORGANISATION = Organisation(
    units=(
        Unit(id="12345", name="受理中心", level="centre"),
        Unit(id="110105", name="甲区", level="district", division="110105"),
        Unit(id="110106", name="乙区", level="district", division="110106"),
        Unit(id="110105001", name="一街道", level="street", parent="110105"),
        Unit(id="110105002", name="二街道", level="street", parent="110105"),
        Unit(id="110106001", name="三街道", level="street", parent="110106"),
        Unit(id="parks-bureau", name="园林局", level="department", valid_to=date(2026, 6, 1)),
    )
)
POLICIES = (
    *(make() for make in PRESETS.values()),
    Procedure(extensions_max=0, returns_max=1, callback_tries_max=2),
    Procedure(extensions_max=3, reworks_max=1, redispatch_restarts_handling=True),
    LateEntry(hours_max=1),
    LateEntry(hours_max=100),
    ORGANISATION,
    Organisation(),
)


class WholeEngine(RuleBasedStateMachine):
    """Random commands by random people, ticks, time, policies, imports, repetitions, rebuilds."""

    keys = Bundle("keys")

    def __init__(self) -> None:
        """Begin with an empty store in memory."""
        super().__init__()
        self.life = Life("memory:")
        self.cases: list[UUID] = []
        self.receipts: list[Receipt] = []
        self.refusals: Counter[str] = Counter()

    @property
    def engine(self) -> Any:
        """The engine."""
        return self.life.engine

    def submit(self, command: Any, by: Any, **how: Any) -> Receipt | None:
        """Carry a command out, or insist that its refusal has changed nothing."""
        before = self.engine.head()
        versions = self.engine.store.versions(self.cases)
        try:
            receipt: Receipt = self.engine.submit(command, by=by, **how)
        except ZhiliError as error:
            self.refusals[error.code] += 1
            assert self.engine.head() == before
            assert self.engine.store.versions(self.cases) == versions
            return None
        head = self.engine.head()
        assert (receipt.position, receipt.head) == (head.position, head.link.hex())
        assert head.position > before.position
        self.receipts.append(receipt)
        return receipt

    def step(self, control: Control, **how: Any) -> Receipt | None:
        """Carry a step out after its pause."""
        now = self.life.clock.advance(control.after)
        return self.submit(control.build(now), control.by, **how)

    @initialize(states=st.lists(st.sampled_from(BEGINNINGS), min_size=2, max_size=4))
    def begin(self, states: list[str]) -> None:
        """Some cases have come some way already."""
        for n, state in enumerate(states, 1):
            case_id = _case_id(n)
            for step in path_to(state):
                self.life.live(step.on(case_id) if isinstance(step, Control) else step)
            self.cases.append(case_id)
        self.receipts.extend(self.life.receipts)

    @precondition(lambda self: len(self.cases) < CASES_MAX)
    @rule(data=st.data())
    def register(self, data: st.DataObject) -> None:
        """An appeal comes in."""
        case_id = _case_id(len(self.cases) + 1)
        if self.step(data.draw(openings(case_id))) is not None:
            self.cases.append(case_id)

    def propose(self, data: st.DataObject, times: int) -> None:
        """Somebody asks something of a case, several times over."""
        case_id = data.draw(st.sampled_from(self.cases))
        for _ in range(times):
            case = self.engine.case(case_id)
            self.step(data.draw(proposal(case, self.cases)))

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def handle(self, data: st.DataObject) -> None:
        """People work on a case for a while."""
        self.propose(data, 6)

    @precondition(lambda self: self.cases)
    @rule(data=st.data())
    def handle_more(self, data: st.DataObject) -> None:
        """The same; most of what happens is this."""
        self.propose(data, 12)

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), hours=st.sampled_from([-1, 1, 3, 30, 200]))
    def enter_late(self, data: st.DataObject, hours: int) -> None:
        """Somebody enters what happened earlier, or claims that it will."""
        case = self.engine.case(data.draw(st.sampled_from(self.cases)))
        control = data.draw(proposal(case, self.cases))
        self.step(control, at=self.life.clock() - hours * HOUR)

    @precondition(lambda self: len(self.cases) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        """A dispatcher takes two cases for one."""
        one, other = data.draw(st.permutations(self.cases))[:2]
        self.step(controls.MERGE_INTO.on(one).but(main=other))

    @precondition(lambda self: self.cases)
    @rule(target=keys, data=st.data())
    def under_a_key(self, data: st.DataObject) -> Any:
        """Somebody asks under a key of their own."""
        case = self.engine.case(data.draw(st.sampled_from(self.cases)))
        control = data.draw(proposal(case, self.cases))
        command = control.build(self.life.clock())
        key = (
            f"key-{len(self.receipts)}-{self.engine.head().position}-{sum(self.refusals.values())}"
        )
        return key, command, control.by, self.submit(command, control.by, key=key)

    @rule(kept=keys)
    def repeat(self, kept: Any) -> None:
        """They ask again under the same key: if it was carried out, nothing changes."""
        key, command, by, receipt = kept
        if receipt is None:
            return
        before = self.engine.head()
        again = self.engine.submit(command, by=by, key=key)
        assert again == receipt.model_copy(update={"repeated": True})
        assert self.engine.head() == before

    @rule(n=st.integers(1, 4), closing=st.booleans(), days=st.integers(0, 60))
    def bring_in(self, n: int, days: int, *, closing: bool) -> None:
        """A case from elsewhere is brought in, or its closing."""
        case_id = imported_id("elsewhere", str(n))
        if closing:
            control = controls.BRING_IN_CLOSING.on(case_id)
            control = control.but(closed_at=START - timedelta(days=days))
        else:
            control = controls.BRING_IN.on(case_id).but(source_id=str(n), unit=UNITS[n])
        self.step(control)

    @rule(policy=st.sampled_from(POLICIES))
    def publish(self, policy: Any) -> None:
        """The rules change."""
        self.submit(publish(policy), ADMINISTRATOR)

    @rule(hours=st.sampled_from([0.5, 5, 30, 24 * 8, 24 * 35]))
    def time_passes(self, hours: float) -> None:
        """Nobody does anything for a while."""
        self.life.clock.advance(hours=hours)

    @rule()
    def tick(self) -> None:
        """What the clocks demand is carried out; at once after that there is nothing left."""
        self.engine.tick()
        assert self.engine.tick().fired == 0

    @rule()
    def rebuild(self) -> None:
        """The register made anew is the register that was."""
        before = register_of(self.engine.store)
        self.engine.rebuild()
        assert register_of(self.engine.store) == before

    @invariant()
    def every_number_is_a_cases(self) -> None:
        """The register knows each case once, at the version that the log gives."""
        rows = self.engine.store.rows("SELECT case_id, version FROM cases", {})
        ids = [UUID(case_id) for case_id, _ in rows]
        assert len(set(ids)) == len(ids)
        assert self.engine.store.versions(ids) == {UUID(case_id): v for case_id, v in rows}

    def teardown(self) -> None:
        """At the end everything is looked at."""
        report = self.engine.audit()
        assert report.findings == ()
        assert_unbroken(self.engine.store)
        self.nothing_acknowledged_is_lost()
        histories = self.histories()
        self.figures_agree(list(histories.values()))
        for case_id, events in histories.items():
            if case_id in self.cases:
                self.one_unit_is_accountable(case_id, events)
        for events in histories.values():
            SEEN.update(event.event_name for event in events)
        self.life.close()

    def histories(self) -> dict[UUID, Any]:
        """Give the events of every complaint."""
        sql = "SELECT case_id FROM cases WHERE case_type = 'complaint'"
        rows = self.engine.store.rows(sql, {})
        return {UUID(row[0]): self.engine.history(UUID(row[0])) for row in rows}

    def nothing_acknowledged_is_lost(self) -> None:
        """Every receipt is in the log, with the link that it was given."""
        links = {row.position: row.link.hex() for row in self.engine.store.log()}
        for receipt in self.receipts:
            assert links[receipt.position] == receipt.head
            event = self.engine.history(receipt.case_id)[receipt.version - 1]
            assert event.state == receipt.state or receipt.case_id not in self.cases

    def figures_agree(self, histories: list[Any]) -> None:
        """The rates are those of somebody who counts on their fingers."""
        right = naive.rates(histories)
        for question, numerator in (
            (ClosingRate(), right.closed),
            (ResolutionRate(), right.solved),
        ):
            (group,) = self.engine.ask(question).groups
            assert group.figure.numerator == numerator
            assert group.figure.denominator == group.total == right.registered
        assert group.outcome_unknown == right.unknown
        assert sum(group.counted_apart.values()) == right.apart.total()

    def one_unit_is_accountable(self, case_id: UUID, events: Any) -> None:
        """At every instant from acceptance to the end exactly one unit answers for the case."""
        if any(event.event_name == "Merged" for event in events):
            return
        spells = self.engine.store.rows(
            "SELECT since, until, unit, ended, state FROM spells "
            "WHERE case_id = :case_id ORDER BY seq",
            {"case_id": str(case_id)},
        )
        assert spells[-1][1] is None
        for (_, until, *_rest), (since, *_other) in pairwise(spells):
            assert until == since
        answers = naive.accountable(events)
        for since, until, unit, ended, state in spells:
            if ended or state == "registered" or since == until:
                continue
            known = [who for at, who in answers if _microseconds(at) <= since]
            assert unit is not None
            assert known
            assert unit == known[-1]


def _case_id(n: int) -> UUID:
    return UUID(int=(7 << 76) | (2 << 62) | n)


def _microseconds(at: Any) -> int:
    from zhili.projections.register import microseconds

    value = microseconds(at)
    assert value is not None
    return value


WholeEngine.TestCase.settings = settings(
    max_examples=2000 if FULL else 40,
    stateful_step_count=60 if FULL else 30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestWholeEngine = pytest.mark.slow(pytest.mark.campaign(WholeEngine.TestCase))
