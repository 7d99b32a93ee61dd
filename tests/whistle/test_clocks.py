"""What the clocks demand (§4.2): a late tick leaves the same history as a timely one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.whistle import cast as w
from tests.whistle import examples as x
from tests.workflows.clock_lives import Life, history, live, never, often
from zhili.aggregates import Whistle
from zhili.policies.calendar import china
from zhili.testing import CASE, TICK, Control, given

HOUR, DAY = x.HOUR, x.DAY


KEY_WORK = (w.DRAFT.but(kind="KEY_WORK"), w.SUBMIT, w.BLOW.by_actor(w.SECRETARY))

LIVES = {
    "nobody comes": Life(
        x.ISSUED,
        5 * DAY,
        (
            ("sign:police", "issued"),
            ("sign:water", "issued"),
            ("report_in:police", "issued"),
            ("report_in:water", "issued"),
            ("assign", "issued"),
        ),
    ),
    "an emergency": Life(
        (*x.EMERGENCY, w.ASSIGN_LEAD, w.REPORT_IN),
        2 * DAY,
        (("report_in:water", "joint_handling"), ("confirmation", "joint_handling")),
    ),
    "key work": Life(
        (*KEY_WORK, w.ASSIGN_LEAD, w.SIGN, w.REPORT_IN, w.START),
        20 * DAY,
        (
            ("sign:water", "joint_handling"),
            ("contact:water", "joint_handling"),
            ("report_in:water", "joint_handling"),
            ("handle", "joint_handling"),
        ),
    ),
    "an objection": Life(x.OBJECTED, 3 * DAY, (
        ("sign:police", "mustering"),
        ("report_in:police", "mustering"),
        ("report_in:water", "mustering"),
    )),
    "somebody is late": Life(
        (*x.POLICE_IN, w.WATER_IN.later(2 * DAY)),
        5 * DAY,
        (("sign:water", "mustering"), ("report_in:water", "joint_handling")),
    ),
    "settled by a no-show": Life(
        (*x.EARLY, w.DONE),
        3 * DAY,
        (("sign:water", "joint_handling"), ("report_in:water", "settled")),
    ),
    "cancelled": Life((*x.ISSUED, w.CANCEL), 5 * DAY, ()),
    "all is well": Life(tuple(s for s in x.CLOSED if isinstance(s, Control)), 5 * DAY, ()),
}  # fmt: skip


@pytest.mark.parametrize("name", LIVES)
def test_a_late_tick_leaves_the_same_history_as_a_timely_one(name: str) -> None:
    """Whether somebody ticks every hour or once, the same happened; and the audit is clean."""
    with live(LIVES[name], often) as timely, live(LIVES[name], never) as late:
        assert history(late) == history(timely)
        assert late.case(CASE).parts == timely.case(CASE).parts
        assert timely.audit().findings == ()
        assert late.audit().findings == ()


@pytest.mark.parametrize("name", LIVES)
def test_the_clocks_fire_once_and_in_order(name: str) -> None:
    """Each at its due instant, and into the state that the table says."""
    with live(LIVES[name], never) as engine:
        due = {}
        fired = []
        for event in engine.history(CASE):
            due.update({mark.name: mark.due_at for mark in event.marks if mark.due_at})
            if event.by.role == "system":
                clock = vars(event).get("clock") or f"report_in:{vars(event).get('unit')}"
                fired.append((clock, event.state))
                assert event.occurred_at == due[clock]
        assert tuple(fired) == LIVES[name].fired


def test_time_to_report_in_counts_from_the_whistle() -> None:
    """Half an hour in an emergency, to the second (PINGGU)."""
    minute = timedelta(minutes=1)
    for after, in_time in ((29 * minute, True), (30 * minute, False), (31 * minute, False)):
        late = (*x.EMERGENCY, w.REPORT_IN.later(after - minute))
        (part,) = [p for p in given(Whistle, *late).case.parts if p.id == w.POLICE]
        # At the due instant the time is over: who comes then was marked as missed first.
        assert (part.state, part.on_time, part.missed) == ("arrived", in_time, not in_time)


def test_a_rejected_result_keeps_its_deadline() -> None:
    """Nothing is won by a poor one; whoever is late is marked again (W19)."""
    life = (*KEY_WORK, w.ASSIGN_LEAD, w.REPORT_IN, w.WATER_IN, w.DONE, w.WATER_DONE)
    settled = given(Whistle, *life)
    due = settled.case.due_at
    assert (settled.case.on_time, due is not None) == (True, True)
    again = settled.when(w.REJECT.later(days=1)).then(
        "UnitRecalled", "UnitRecalled", "ResultRejected"
    )
    assert (again.case.due_at, again.case.on_time) == (due, None)
    late = given(Whistle, *life, w.REJECT, 20 * DAY).when(TICK)
    outcome = late.then(("ClockExpired", {"clock": "handle"}))
    outcome = outcome.when(w.DONE).then("UnitDelivered").when(w.WATER_DONE).then("UnitDelivered")
    assert outcome.case.on_time is False


def test_an_extra_unit_is_not_waited_for_before_its_time() -> None:
    """A unit that is added later has its own time from then on (W13)."""
    added = (*x.JOINT, w.ADD_UNIT.later(days=1))
    case = given(Whistle, *added, timedelta(hours=2), TICK).case
    assert case.part_state("summons", w.PARKS) == "summoned"
    late = given(Whistle, *added, 2 * DAY, TICK).case
    assert late.part_state("summons", w.PARKS) == "no_show"


def test_a_deadline_waits_for_its_calendar() -> None:
    """The clocks of units too are computed anew when next year's holidays are announced."""
    life = (*KEY_WORK, x.ANNOUNCED)
    before = given(Whistle, *KEY_WORK, at=x.YEAR_END).case
    outcome = given(Whistle, *life, at=x.YEAR_END).when(TICK)
    outcome = outcome.then(*["DeadlineRecalculated"] * 4)
    for name in ("assign", "handle", "report_in:police", "report_in:water"):
        old, new = before.clock(name), outcome.case.clock(name)
        assert (old.provisional, new.provisional) == (2027, None)
        assert new.due_at > old.due_at
    assert outcome.case.clock("assign").due_at == datetime(2027, 1, 5, 16, tzinfo=UTC)


def test_whether_a_unit_came_in_time_waits_for_the_calendar_too() -> None:
    """Announced make-up days bring the limit forward: who came in time then has come late."""
    made_up = {**china().made_up, date(2027, 1, 2): "元旦", date(2027, 1, 3): "元旦"}
    earlier = x.ANNOUNCED.model_copy(update={"off": china().off, "made_up": made_up})
    life = (*KEY_WORK, w.ASSIGN_LEAD, w.REPORT_IN.later(days=4))
    for steps, in_time in ((life, True), ((*life, earlier, TICK), False)):
        case = given(Whistle, *steps, at=x.YEAR_END).case
        (police,) = [part for part in case.entities() if part.id == w.POLICE]
        limit = case.clock("report_in:police")
        assert (limit.status, limit.in_time, police.on_time) == ("stopped", in_time, in_time)
