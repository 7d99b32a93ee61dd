"""Every row of the table: it is taken, by each of its roles and by nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.complaint.examples import EXAMPLES, Example, rows
from zhili import Complaint
from zhili.errors import GuardRefusedError, RefusalError, RoleRefusedError, ZhiliError
from zhili.testing import CASE, Control, Taken, actor, controls, given, path_to
from zhili.testing.paths import PATHS
from zhili.workflows import Step, Workflow, check, role

if TYPE_CHECKING:
    from zhili.aggregates import CaseEvent

ROLES = sorted({getattr(role, name) for name in role.__all__})
ROWS = [
    pytest.param(step, example, id=f"{step.command}-{step.event}-{step.to}-{n}")
    for n, (step, example) in enumerate(rows())
]


def taken_by(step: Step, example: Example) -> Taken:
    """Give the event of the example that takes the row."""
    taken = example.given().world.live(example.when)
    (found,) = [one for one in taken if one.step is step][:1]
    return found


def test_every_row_has_an_example() -> None:
    """The examples are as many as the rows, and in their order."""
    assert [step.command for step in Complaint.workflow.steps] == [name for name, _ in EXAMPLES]


@pytest.mark.parametrize(("step", "example"), ROWS)
def test_the_row_is_taken(step: Step, example: Example) -> None:
    """The example takes its row, records its event and leads to its state."""
    taken = taken_by(step, example)
    assert taken.event.event_name == step.event
    assert taken.event.state == step.destination(taken.before.state)


@pytest.mark.parametrize(("step", "example"), ROWS)
def test_the_row_is_for_its_roles_only(step: Step, example: Example) -> None:
    """Each role of the row gets as far as its guards; every other role is refused as such."""
    taken = taken_by(step, example)
    table = taken.before.workflow
    entitled = {role for row in table.rows(taken.before.state, step.event) for role in row.roles}
    inner = table.parts[taken.event.part] if taken.event.part else None
    if inner is not None:
        part_rows = inner.rows(
            taken.before.part_state(taken.event.part, taken.event.part_id), step.event
        )
        entitled &= {role for row in part_rows for role in row.roles}
    for name in ROLES:
        somebody = taken.event.by.model_copy(update={"role": name})
        event = taken.event.model_copy(update={"by": somebody})
        if name in entitled:
            assert guard_that_refuses(taken, event) in (None, *ABOUT_THE_ROLE)
        else:
            with pytest.raises(RoleRefusedError):
                check(table, taken.before, event, taken.rules)


ABOUT_THE_ROLE = (
    "follows_from_an_event",  # the system registers what the wall hands over, and nothing else
    "reopen_window_is_over",  # the archivist files imported cases only
    "expected_date_has_come",
    "complainants_act_on_their_own_case",
    "complainants_speak_for_themselves",
    "actor_has_a_part_in_it",
    "the_unit_or_a_supervisor",
)
"""Guards that ask for more of one role than of another."""


def guard_that_refuses(taken: Taken, event: CaseEvent) -> str | None:
    """Give the guard that *event* would not pass in the place of the one taken, or None."""
    try:
        check(taken.before.workflow, taken.before, event, taken.rules)
    except GuardRefusedError as refusal:
        return str(refusal.data["guard"])
    return None


@pytest.mark.parametrize(("step", "example"), ROWS)
def test_rows_for_the_same_event_exclude_each_other(step: Step, example: Example) -> None:
    """Whichever of several rows is asked first, the same one is taken."""
    taken = taken_by(step, example)
    table = taken.before.workflow
    backwards = Workflow(
        name=table.name,
        steps=tuple(reversed(table.steps)),
        states=table.states,
        ended=table.ended,
        parts=table.parts,
    )
    verdict = check(backwards, taken.before, taken.event, taken.rules)
    assert verdict.step == step


@pytest.mark.parametrize("name", ROLES)
def test_a_stranger_opens_nothing(name: str) -> None:
    """Only complainant, intake agent and grid worker register (C1)."""
    example = rows()[0][1]
    when = example.given().when(example.when, by=actor(name, id="citizen-1"))
    if name in {"complainant", "intake_agent", "grid_worker"}:
        when.then("Registered", state="registered")
    elif name == "system":  # what the wall hands over, and nothing else
        when.then_refused(GuardRefusedError, guard="follows_from_an_event")
    else:
        when.then_refused(RoleRefusedError)


@pytest.mark.parametrize(("step", "example"), ROWS)
def test_the_row_leads_nowhere_else(step: Step, example: Example) -> None:
    """From a state that the row does not name, its event is refused (§2.7)."""
    taken = taken_by(step, example)
    table = taken.before.workflow
    for state in (None, *table.states):
        if table.rows(state, step.event):
            continue
        before = taken.before.copy()
        before.state = state
        with pytest.raises(RefusalError) as refusal:
            check(table, before, taken.event, taken.rules)
        assert refusal.value.code == "refused-state"


CONTROLS = [value for value in vars(controls).values() if isinstance(value, Control)]


@pytest.mark.parametrize("state", sorted(PATHS))
def test_whatever_is_asked_is_recorded_or_refused(state: str) -> None:
    """Every command, in every state, ends in a step or in a refusal with words, in no other way."""
    for control in CONTROLS:
        world = given(Complaint, *path_to(state)).world
        before = world.case.version
        try:
            recorded = world.live(control.on(CASE))
        except ZhiliError as refusal:
            recorded, words = [], refusal.message
        if recorded:
            assert recorded[0].step.command == control.command.verb
            assert state in recorded[0].step.sources
        else:
            assert words
            assert world.case.version == before
