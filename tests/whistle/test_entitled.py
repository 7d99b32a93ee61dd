"""Who may do what: the street, the units each for itself; and what an auditor would find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.complaint.auditing import auditor_refuses
from tests.whistle import cast as w
from tests.whistle import examples as x
from zhili.aggregates.whistle import Rating
from zhili.testing import START, Control, actor

if TYPE_CHECKING:
    from zhili.testing import Taken
    from zhili.workflows import Step

BY_THE_STREET = {
    "submit", "blow", "blow_emergency", "confirm_emergency", "cancel", "consent_to_leave",
    "escalate", "reject_result", "close", "reblow",
}  # fmt: skip
BY_THE_UNIT = {
    "sign", "contact", "report_in", "object", "leave_scene", "report_done", "reply_to_rating",
}  # fmt: skip
ALONE = {
    "actor_is_of_the_street": BY_THE_STREET,
    "no_rating_yet": {"reject_result"},
    "copy_goes_to_the_district": {"mark_no_show"},
    "published_as_the_policy_says": {"rate_unit", "rate_blower"},
}
"""Guards that each row of these commands has by itself. Told here, and not by the table."""


def examples_of(commands: set[str]) -> list[object]:
    """Give the examples of the rows of *commands*."""
    return [
        pytest.param(example, id=f"{step.command}-{n}")
        for n, (step, example) in enumerate(x.rows())
        if step.command in commands
    ]


@pytest.mark.parametrize("example", examples_of(BY_THE_STREET))
def test_only_the_street_that_blew_does_it(example: x.Example) -> None:
    """Another street's people have nothing to do with it, whatever their rank."""
    assert isinstance(example.when, Control)
    stranger = actor(example.when.by.role, w.OTHER_STREET)
    example.given().when(example.when, by=stranger).then_refused(guard="actor_is_of_the_street")


@pytest.mark.parametrize("example", examples_of(BY_THE_UNIT))
def test_a_unit_speaks_for_itself_only(example: x.Example) -> None:
    """No unit signs, comes, objects, leaves, delivers or replies for another."""
    assert isinstance(example.when, Control)
    stranger = actor(example.when.by.role, w.FIRE)
    example.given().when(example.when, by=stranger).then_refused(guard="actor_speaks_for_the_unit")


ROWS = [pytest.param(*row, id=f"{row[0].event}-{n}") for n, row in enumerate(x.rows())]


def taken_by(step: Step, example: x.Example) -> Taken:
    """Give the event of the example that takes the row."""
    return next(one for one in example.given().world.live(example.when) if one.step == step)


@pytest.mark.parametrize(("step", "example"), ROWS)
def test_an_auditor_finds_what_no_command_could_have_recorded(
    step: Step, example: x.Example
) -> None:
    """Two events of one command each obey the rules by themselves."""
    taken = taken_by(step, example)
    rating = (Rating("police", w.POLICE, "x", (), START, published=False, changed_at=START),)
    for guard, event, case in (
        ("actor_is_of_the_street", {"by": actor(taken.event.by.role, w.FIRE)}, {}),
        ("no_rating_yet", {}, {"ratings": rating}),
        ("copy_goes_to_the_district", {"district": w.OTHER_DISTRICT}, {}),
        ("published_as_the_policy_says", {"published": True}, {}),
    ):
        if step.command in ALONE[guard]:
            auditor_refuses(taken, guard, event=event, case=case)
