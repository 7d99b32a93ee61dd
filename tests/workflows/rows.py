"""What the table of every case type owes its tests, asked of one good example for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from zhili import Engine
from zhili.errors import GuardRefusedError, RefusalError, RoleRefusedError, ZhiliError
from zhili.testing import CASE, START, Control, Coverage, VirtualClock, given
from zhili.workflows import Workflow, check, role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from zhili import Case
    from zhili.aggregates import CaseEvent
    from zhili.policies import Policy
    from zhili.testing import Given, Taken
    from zhili.workflows import Step

ROLES = sorted({getattr(role, name) for name in role.__all__})


class Row(NamedTuple):
    """A row of a table: what has to have happened, and one step that takes it."""

    command: str
    before: tuple[object, ...]
    when: object
    policies: tuple[Policy, ...] = ()
    at: datetime = START

    def given(self, case_type: type[Case]) -> Given:
        """Live through what has to have happened; what follows in other cases is not asked."""
        return given(case_type, *self.before, policies=self.policies, at=self.at, reactions=())

    def whole_life(self, case_type: type[Case]) -> list[Taken]:
        """Give everything that is recorded, from the first event on."""
        world = given(case_type, policies=self.policies, at=self.at, reactions=()).world
        return [taken for step in (*self.before, self.when) for taken in world.live(step)]


class Refused(NamedTuple):
    """What has to have happened, one step more, and the guard that refuses it."""

    guard: str
    before: tuple[object, ...]
    when: Control

    def demand(self, case_type: type[Case]) -> None:
        """See it refused."""
        case = given(case_type, *self.before, reactions=())
        case.when(self.when).then_refused(GuardRefusedError, guard=self.guard)


def taken_by(case_type: type[Case], step: Step, row: Row) -> Taken:
    """Give the event of the example that takes the row, checked against what the row says."""
    world = row.given(case_type).world
    with Coverage() as seen:
        recorded = world.live(row.when)
    assert seen.has(step), f"{row.command} took {[one.command for one in seen.rows]}"
    taken = next(one for one in recorded if one.event.event_name == step.event)
    if taken.step is step:
        assert taken.event.state == step.destination(taken.before.state)
    else:
        assert taken.event.part_state == step.to
    return taken


def is_for_its_roles_only(taken: Taken, about_the_role: Iterable[str]) -> None:
    """Demand that each entitled role gets as far as its guards, and any other is refused."""
    before, event = taken.before, taken.event
    table = before.workflow
    entitled = {name for row in table.rows(before.state, event.event_name) for name in row.roles}
    if event.part:
        state = before.part_state(event.part, event.part_id)
        inner = table.parts[event.part].rows(state, event.event_name)
        entitled &= {name for row in inner for name in row.roles}
    for name in ROLES:
        somebody = event.by.model_copy(update={"role": name})
        other = event.model_copy(update={"by": somebody})
        if name not in entitled:
            with pytest.raises(RoleRefusedError):
                check(table, before, other, taken.rules)
        else:
            assert _guard_that_refuses(taken, other) in {None, *about_the_role}


def _guard_that_refuses(taken: Taken, event: CaseEvent) -> str | None:
    try:
        check(taken.before.workflow, taken.before, event, taken.rules)
    except GuardRefusedError as refusal:
        return str(refusal.data["guard"])
    return None


def is_the_only_one_that_fits(taken: Taken) -> None:
    """Demand that whichever of several rows is asked first, the same one is taken."""
    table, before, event = taken.before.workflow, taken.before, taken.event
    verdict = check(table, before, event, taken.rules)
    assert verdict.step == taken.step
    assert check(_backwards(table), before, event, taken.rules) == verdict


def _backwards(table: Workflow) -> Workflow:
    """Give the same table, and the tables inside it, with the last row first."""
    return Workflow(
        name=table.name,
        steps=tuple(reversed(table.steps)),
        states=table.states,
        ended=table.ended,
        parts={name: _backwards(inner) for name, inner in table.parts.items()},
    )


def leads_from_nowhere_else(taken: Taken) -> None:
    """Demand that from a state which no row names the event is refused."""
    table, event = taken.before.workflow, taken.event
    for state in (None, *table.states):
        if table.rows(state, event.event_name):
            continue
        before = taken.before.copy()
        before.state = state
        with pytest.raises(RefusalError) as refusal:
            check(table, before, event, taken.rules)
        assert refusal.value.code == "refused-state"
    part = taken.before.part_of(event.part, event.part_id) if event.part else None
    if part is None:
        return
    inner = table.parts[part.kind]
    for state in inner.states:
        if inner.rows(state, event.event_name):
            continue
        before = taken.before.copy()
        others = tuple(one for one in before.parts if one is not part)
        before.parts = (*others, part._replace(state=state))
        with pytest.raises(RefusalError):
            check(table, before, event, taken.rules)


def anything_is_recorded_or_refused(
    case_type: type[Case], way: Iterable[object], controls: Iterable[Control]
) -> None:
    """Demand that each command ends in a step or in a refusal with words, in no other way."""
    way = tuple(way)
    for control in controls:
        world = given(case_type, *way).world
        state, version = world.case.state, world.case.version
        try:
            recorded = world.live(control.on(CASE))
        except ZhiliError as refusal:
            recorded, words = [], refusal.message
        if recorded:
            assert recorded[0].step.command == control.command.verb
            assert state in recorded[0].step.sources
        else:
            assert words
            assert world.case.version == version


def every_state_has_a_way_out(table: Workflow) -> None:
    """Demand that people can bring a case from every open state to an ended one."""
    leads = set(table.ended)
    while True:
        more = {
            source
            for step in table.steps
            if step.to in leads and step.roles != {role.SYSTEM}
            for source in step.sources
            if source is not None
        }
        if more <= leads:
            break
        leads |= more
    assert set(table.states) - leads == set()


def lived(case_type: type[Case], row: Row) -> Engine:
    """Live the row's whole life in an engine, ticking in between; what people and clocks did."""
    clock = VirtualClock(row.at)
    engine = Engine.open("memory:", clock=clock, case_types=(case_type,), reactions=())
    for step in (*row.before, row.when):
        if isinstance(step, Control):
            engine.submit(step.build(clock.advance(step.after)), by=step.by)
        elif step == "tick":
            engine.tick()
        else:
            clock.advance(step)
    return engine


def auditor_refuses(taken: Taken, guard: str, **forged: object) -> None:
    """Demand that *taken* would not have been lawful with other fields, which no command gives."""
    other = taken.event.model_copy(update=forged)
    with pytest.raises(GuardRefusedError) as refusal:
        check(taken.before.workflow, taken.before, other, taken.rules)
    assert refusal.value.data["guard"] == guard
    Coverage.refused(taken.before.workflow.name, guard)
