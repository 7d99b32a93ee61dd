"""Every row of the hazard's table is taken by those it is for, and every guard refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hazard.examples import (
    AT_DISTRICT,
    COMMUNITY,
    DISPATCH,
    FIND,
    FIRE,
    OTHER_DISTRICT,
    POWER,
    RECTIFYING,
    REFUSED,
    ROWS,
    TO_CITY,
    VOLUNTEER,
)
from tests.workflows import rows
from zhili.aggregates import Hazard
from zhili.errors import PolicyRefusedError
from zhili.policies.organisation import Organisation
from zhili.policies.unit import Unit
from zhili.testing import Coverage, actor, given

if TYPE_CHECKING:
    from tests.workflows.rows import Refused, Row
    from zhili.workflows import Step

TABLE = Hazard.workflow
STEPS = (*TABLE.parts["dispatched"].steps, *TABLE.steps)
CASES = [
    pytest.param(step, row, id=f"{step.command}-{step.event}-{n}")
    for n, (step, row) in enumerate(zip(STEPS, ROWS, strict=True))
]
ABOUT_THE_ROLE = {
    "communities_find_at_home",
    "actor_is_accountable",
    "actor_is_of_its_district",
    "actor_verifies_it",
}
"""Guards that ask for more of one role than of another."""


def test_every_row_has_an_example() -> None:
    """The examples are as many as the rows, and in their order."""
    assert [step.command for step in STEPS] == [row.command for row in ROWS]


@pytest.mark.parametrize(("step", "row"), CASES)
def test_the_row_is_taken_by_its_roles_and_nobody_else(step: Step, row: Row) -> None:
    """The example takes its row; other roles, other states and other rows do not fit it."""
    taken = rows.taken_by(Hazard, step, row)
    rows.is_for_its_roles_only(taken, ABOUT_THE_ROLE)
    rows.is_the_only_one_that_fits(taken)
    rows.leads_from_nowhere_else(taken)


@pytest.mark.parametrize("refused", REFUSED, ids=lambda one: one.guard)
def test_the_guard_refuses(refused: Refused) -> None:
    """What the guard asks for does not hold, and nothing is recorded."""
    refused.demand(Hazard)


def test_the_day_by_which_it_is_reported_is_checked_again() -> None:
    """An event that gives the community more time than the rules do is found by an audit."""
    (taken,) = given(Hazard).world.live(FIND)
    later = taken.event.report_by.replace(day=9)
    rows.auditor_refuses(taken, "report_day_follows_the_rules", report_by=later)


def test_a_department_that_was_not_named_is_not_called() -> None:
    """An event that calls a department beside those that were named is found by an audit."""
    _, _, taken = given(Hazard, *AT_DISTRICT, reactions=()).world.live(DISPATCH)
    assert taken.event.unit == POWER
    rows.auditor_refuses(taken, "was_named", unit="parks-bureau")


def test_another_district_releases_nobody() -> None:
    """An event by which a stranger releases a department is found by an audit."""
    released, *_ = given(Hazard, *RECTIFYING, reactions=()).world.live(TO_CITY)
    stranger = actor("district_coordinator", OTHER_DISTRICT)
    rows.auditor_refuses(released, "actor_is_of_its_district", by=stranger)


def test_a_department_must_exist() -> None:
    """Only units of the organisation are called."""
    known = Organisation(units=tuple(Unit(id=u, name=u) for u in ("510104", "510104021", FIRE)))
    case = given(Hazard, *AT_DISTRICT, known, reactions=())
    case.when(DISPATCH).then_refused(PolicyRefusedError, guard="unit_exists", unit=POWER)


def test_every_row_is_taken_and_every_guard_refuses() -> None:
    """No row that nobody takes, no guard that never refuses."""
    with Coverage() as seen:
        for step, row in zip(STEPS, ROWS, strict=True):
            rows.taken_by(Hazard, step, row)
        for refused in REFUSED:
            refused.demand(Hazard)
        test_the_day_by_which_it_is_reported_is_checked_again()
        test_a_department_that_was_not_named_is_not_called()
        test_a_department_must_exist()
    assert seen.rows_left(TABLE) == ()
    of_every_case = {"clock_is_due", "deadline_was_provisional"}
    assert set(seen.guards_left(TABLE)) == of_every_case


def test_no_state_is_a_dead_end() -> None:
    """From every open state people can bring a hazard to an end."""
    rows.every_state_has_a_way_out(TABLE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.command)
def test_exactly_one_unit_answers_from_finding_to_solving(row: Row) -> None:
    """Community, street, district or lead: somebody answers for it at every instant (§13, 10)."""
    for taken in row.whole_life(Hazard):
        case = taken.event.mutate(taken.before.copy())
        assert case.accepted_at is not None
        assert case.unit is not None
        expected = {
            "found": case.village,
            "at_street": case.street,
            "at_district": case.district,
            "at_city": case.district,
            "rectifying": case.lead,
        }
        assert case.unit == expected.get(case.state or "", case.unit)


def test_a_community_finds_like_a_volunteer() -> None:
    """Whoever finds it, the community in which it lies answers for it."""
    for finder in (COMMUNITY, VOLUNTEER):
        case = given(Hazard).when(FIND, by=finder).then("Found", state="found").case
        assert case.unit == case.village == COMMUNITY.unit
