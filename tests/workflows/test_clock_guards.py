"""What clocks demand is refused in every case type while it is not due, or was never uncertain."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.branch_call.examples import ROWS as BRANCH_ROWS
from tests.complaint import examples as complaint
from tests.hazard.examples import ROWS as HAZARD_ROWS
from tests.wall import examples as wall
from tests.whistle import examples as whistle
from tests.workflows.rows import Row
from zhili import CASE_TYPES, BranchCall, Case, Complaint, Hazard, WallItem, Whistle
from zhili.errors import GuardRefusedError
from zhili.workflows import check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhili.testing import Taken

EXAMPLES: dict[type[Case], Iterable[Row]] = {
    Complaint: [Row(name, *example) for name, example in complaint.EXAMPLES],
    Whistle: [Row(name, *example) for name, example in whistle.EXAMPLES],
    WallItem: [row for _, row in wall.rows()],
    Hazard: HAZARD_ROWS,
    BranchCall: BRANCH_ROWS,
}
DEMANDED = [
    pytest.param(kind, verb, id=f"{kind.workflow.name}-{verb}")
    for kind in CASE_TYPES
    for verb in ("mark_overdue", "recalculate_deadline")
    if verb in kind.workflow.commands
]


def taken(kind: type[Case], verb: str) -> Taken:
    """Give the event of the example of *verb*."""
    row = next(each for each in EXAMPLES[kind] if each.command == verb)
    event = kind.workflow.events_of(verb)[0]
    return next(one for one in row.whole_life(kind) if one.event.event_name == event)


def refused(found: Taken, **changed: Any) -> str:
    """Give the guard that refuses the event once some of its fields are others."""
    forged = found.event.model_copy(update=changed)
    with pytest.raises(GuardRefusedError) as refusal:
        check(found.before.workflow, found.before, forged, found.rules)
    return str(refusal.value.data["guard"])


@pytest.mark.parametrize(("kind", "verb"), DEMANDED)
def test_a_clock_is_not_fired_early_and_none_that_is_not_running(
    kind: type[Case], verb: str
) -> None:
    """An instant before it was due, or a clock that the case has not, is refused by its guard."""
    found = taken(kind, verb)
    guard = "clock_is_due" if verb == "mark_overdue" else "deadline_was_provisional"
    check(found.before.workflow, found.before, found.event, found.rules)
    assert refused(found, clock="nobody's") == guard
    if verb == "mark_overdue":
        state = found.before.clock(vars(found.event)["clock"])
        assert state is not None
        assert state.due_at is not None
        early = state.due_at - timedelta(microseconds=1)
        assert refused(found, occurred_at=early) == guard
        assert refused(found, timestamp=early, occurred_at=early) == guard
    else:
        later = vars(found.event)["due_at"] + timedelta(seconds=1)
        assert refused(found, due_at=later) == guard
        assert refused(found, provisional=2027) == guard
