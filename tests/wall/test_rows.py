"""Every row of the wall's table: it is taken, by each of its roles and by nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.wall import steps
from tests.wall.examples import EXAMPLES, rows
from tests.workflows.rows import (
    anything_is_recorded_or_refused,
    is_for_its_roles_only,
    is_the_only_one_that_fits,
    leads_from_nowhere_else,
    lived,
    taken_by,
)
from zhili import WallItem
from zhili.testing import Control, given

if TYPE_CHECKING:
    from tests.workflows.rows import Row
    from zhili.workflows import Step

ROWS = [
    pytest.param(step, row, id=f"{step.command}-{step.event}-{step.to}-{n}")
    for n, (step, row) in enumerate(rows())
]
ABOUT_THE_ROLE = {
    "posters_speak_for_themselves",  # a resident posts for oneself only
    "claims_for_its_unit",
    "claims_for_oneself",
    "follows_from_an_event",  # the system concludes what an event led to, in set words
    "tells_the_end_in_set_words",
    "actor_keeps_this_wall",  # and the keeper what no case here tells
    "target_is_kept_elsewhere",
}
"""Guards that ask for more of one role than of another."""

ALONE = [
    pytest.param(row, id=f"{row.command}-{n}")
    for n, (step, row) in enumerate(rows())
    if "follows_from_an_event" not in step.guards and row.command != "recalculate_deadline"
]
"""Rows that follow from no other case and no policy; those have lives of their own."""

CONTROLS = [value for value in vars(steps).values() if isinstance(value, Control)]


def test_every_row_has_an_example() -> None:
    """The examples are as many as the rows, and in their order."""
    commands = [step.command for step in WallItem.workflow.steps]
    assert commands == [row.command for row in EXAMPLES]


@pytest.mark.parametrize(("step", "row"), ROWS)
def test_the_row_is_taken(step: Step, row: Row) -> None:
    """The example takes its row, leads to its state, and only from there and by its roles."""
    taken = taken_by(WallItem, step, row)
    is_for_its_roles_only(taken, ABOUT_THE_ROLE)
    is_the_only_one_that_fits(taken)
    leads_from_nowhere_else(taken)


@pytest.mark.parametrize("row", ALONE)
def test_an_audit_finds_nothing(row: Row) -> None:
    """A life that takes the row holds in every respect."""
    assert lived(WallItem, row).audit().findings == ()


@pytest.mark.parametrize("state", sorted(steps.BEFORE))
def test_whatever_is_asked_is_recorded_or_refused(state: str) -> None:
    """Every command, in every state, ends in a step or in a refusal with words, in no other way."""
    anything_is_recorded_or_refused(WallItem, steps.to(state), CONTROLS)


def test_the_ways_lead_where_they_say() -> None:
    """Every state of the table has a way to it, and that is where it leads."""
    assert set(steps.BEFORE) == set(WallItem.workflow.states)
    for state, way in steps.BEFORE.items():
        assert given(WallItem, *way).case.state == state
