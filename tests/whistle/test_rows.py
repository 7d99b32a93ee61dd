"""Every row of both tables: it is taken, by each of its roles and by nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.whistle.examples import EXAMPLES, PART_EXAMPLES, Example, part_rows, rows
from tests.workflows.rows import (
    is_for_its_roles_only,
    is_the_only_one_that_fits,
    leads_from_nowhere_else,
)
from zhili.aggregates import Whistle
from zhili.workflows import Step, check
from zhili.workflows.workflow import Verdict

if TYPE_CHECKING:
    from zhili.testing import Taken

TABLE = Whistle.workflow
SUMMONS = TABLE.parts["summons"]
ROWS = [
    pytest.param(step, example, id=f"{step.command}-{step.event}-{step.to}-{n}")
    for n, (step, example) in enumerate((*rows(), *part_rows()))
]

ABOUT_THE_ROLE = {
    "rank_fits_the_kind",
    "street_or_reviewer",
    "rates_for_the_street",
    "participant_or_office",
    "follows_from_an_event",
    "acts_for_its_unit",
}
"""Guards that ask for more of one role than of another."""


def verdict_on(taken: Taken) -> Verdict:
    """Give the rows that the event took, of the whistle and of the unit."""
    return check(TABLE, taken.before, taken.event, taken.rules)


def taken_by(step: Step, example: Example) -> Taken:
    """Give the event of the example that takes the row."""
    taken = example.given().world.live(example.when)
    (found,) = [one for one in taken if step in verdict_on(one)[:2]][:1]
    return found


def test_every_row_has_an_example() -> None:
    """The examples are as many as the rows, and in their order."""
    assert [step.command for step in TABLE.steps] == [name for name, _ in EXAMPLES]
    assert [step.command for step in SUMMONS.steps] == [name for name, _ in PART_EXAMPLES]


@pytest.mark.parametrize(("step", "example"), ROWS)
def test_the_row_is_taken(step: Step, example: Example) -> None:
    """The example takes its row, records its event and leads to its state."""
    taken = taken_by(step, example)
    event = taken.event
    assert event.event_name == step.event
    if step in TABLE.steps:
        assert event.state == step.destination(taken.before.state)
    else:
        before = taken.before.part_state("summons", event.part_id)
        assert event.part_state == step.destination(before)


@pytest.mark.parametrize(("step", "example"), ROWS)
def test_the_row_is_for_its_roles_only(step: Step, example: Example) -> None:
    """Each role of the row gets as far as its guards; every other role is refused as such."""
    is_for_its_roles_only(taken_by(step, example), ABOUT_THE_ROLE)


@pytest.mark.parametrize(("step", "example"), ROWS)
def test_rows_for_the_same_event_exclude_each_other(step: Step, example: Example) -> None:
    """Whichever of several rows is asked first, the same ones are taken."""
    is_the_only_one_that_fits(taken_by(step, example))


@pytest.mark.parametrize(("step", "example"), ROWS)
def test_the_row_leads_nowhere_else(step: Step, example: Example) -> None:
    """From a state that the row does not name, its event is refused (§4.3)."""
    leads_from_nowhere_else(taken_by(step, example))
