"""Every row of the table: it is taken, by each of its roles and by nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.complaint.examples import EXAMPLES, Example, rows
from tests.workflows.rows import (
    ROLES,
    anything_is_recorded_or_refused,
    is_for_its_roles_only,
    is_the_only_one_that_fits,
    leads_from_nowhere_else,
)
from zhili import Complaint
from zhili.errors import GuardRefusedError, RoleRefusedError
from zhili.testing import Control, Taken, actor, controls, path_to
from zhili.testing.paths import PATHS

if TYPE_CHECKING:
    from zhili.workflows import Step

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
    is_for_its_roles_only(taken_by(step, example), ABOUT_THE_ROLE)


ABOUT_THE_ROLE = (
    "follows_from_an_event",  # the system registers what the wall hands over, and nothing else
    "reopen_window_is_over",  # the archivist files imported cases only
    "expected_date_has_come",
    "complainants_act_on_their_own_case",
    "complainants_speak_for_themselves",
    "actor_has_a_part_in_it",
    "the_unit_or_a_supervisor",
    "actor_belongs_to_unit",  # of those who contact, the centre belongs to none
    "contact_goes_through_the_centre",
)
"""Guards that ask for more of one role than of another."""


@pytest.mark.parametrize(("step", "example"), ROWS)
def test_rows_for_the_same_event_exclude_each_other(step: Step, example: Example) -> None:
    """Whichever of several rows is asked first, the same one is taken."""
    is_the_only_one_that_fits(taken_by(step, example))


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
    leads_from_nowhere_else(taken_by(step, example))


CONTROLS = [value for value in vars(controls).values() if isinstance(value, Control)]


@pytest.mark.parametrize("state", sorted(PATHS))
def test_whatever_is_asked_is_recorded_or_refused(state: str) -> None:
    """Every command, in every state, ends in a step or in a refusal with words, in no other way."""
    anything_is_recorded_or_refused(Complaint, path_to(state), CONTROLS)
