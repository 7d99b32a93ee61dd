"""Every row of the branch call's table is taken by those it is for, and every guard refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.branch_call.examples import AT_STREET, BRANCH, DECIDED, REFUSED, ROWS, STREET
from tests.branch_call.examples import TO_DISTRICT as DISTRICT_STEP
from tests.branch_call.examples import TO_STREET as STREET_STEP
from tests.workflows import rows
from zhili.aggregates import BranchCall
from zhili.errors import PolicyRefusedError
from zhili.policies.organisation import Organisation
from zhili.policies.unit import Unit
from zhili.testing import Coverage, given

if TYPE_CHECKING:
    from tests.workflows.rows import Refused, Row
    from zhili.workflows import Step

TABLE = BranchCall.workflow
CASES = [
    pytest.param(step, row, id=f"{step.command}-{step.event}-{n}")
    for n, (step, row) in enumerate(zip(TABLE.steps, ROWS, strict=True))
]


def test_every_row_has_an_example() -> None:
    """The examples are as many as the rows, and in their order."""
    assert [step.command for step in TABLE.steps] == [row.command for row in ROWS]


@pytest.mark.parametrize(("step", "row"), CASES)
def test_the_row_is_taken_by_its_roles_and_nobody_else(step: Step, row: Row) -> None:
    """The example takes its row; other roles, other states and other rows do not fit it."""
    taken = rows.taken_by(BranchCall, step, row)
    rows.is_for_its_roles_only(taken, {"actor_is_of_the_branch"})
    rows.is_the_only_one_that_fits(taken)
    rows.leads_from_nowhere_else(taken)


@pytest.mark.parametrize("refused", REFUSED, ids=lambda one: one.guard)
def test_the_guard_refuses(refused: Refused) -> None:
    """What the guard asks for does not hold, and nothing is recorded."""
    refused.demand(BranchCall)


@pytest.mark.parametrize(("before", "step"), [(DECIDED, STREET_STEP), (AT_STREET, DISTRICT_STEP)])
def test_it_is_reported_to_a_unit_that_exists(before: tuple[object, ...], step: object) -> None:
    """A report goes to a unit of the organisation."""
    known = Organisation(units=tuple(Unit(id=unit, name=unit) for unit in (BRANCH, STREET)))
    case = given(BranchCall, *before, known)
    case.when(step.but(unit="nowhere")).then_refused(PolicyRefusedError, guard="unit_exists")


def test_every_row_is_taken_and_every_guard_refuses() -> None:
    """No row that nobody takes, no guard that never refuses."""
    with Coverage() as seen:
        for step, row in zip(TABLE.steps, ROWS, strict=True):
            rows.taken_by(BranchCall, step, row)
        for refused in REFUSED:
            refused.demand(BranchCall)
        test_it_is_reported_to_a_unit_that_exists(DECIDED, STREET_STEP)
    assert seen.rows_left(TABLE) == ()
    of_every_case = {"clock_is_due", "deadline_was_provisional"}
    assert set(seen.guards_left(TABLE)) == of_every_case


def test_no_state_is_a_dead_end() -> None:
    """From every open state people can bring a call to an end."""
    rows.every_state_has_a_way_out(TABLE)
