"""What the clocks demand (§2.6): a late tick leaves the same history as a timely one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.complaint.auditing import auditor_refuses
from tests.complaint.examples import ANNOUNCED, DAY, YEAR_END, row_of, to
from tests.workflows.clock_lives import HOUR, Life, history, live, never, often
from zhili import Complaint, Engine, publish
from zhili.errors import GuardRefusedError
from zhili.policies.limit import Limit
from zhili.policies.presets import beijing, shanghai
from zhili.policies.procedure import Procedure
from zhili.policies.time_limits import LimitRow
from zhili.testing import CASE, TICK, Control, VirtualClock, actor, given
from zhili.testing import controls as c
from zhili.values import new_case_id

if TYPE_CHECKING:
    from uuid import UUID

    from zhili.policies import Policy

ADMINISTRATOR = actor("administrator")


def later(step: Control, **by: float) -> Control:
    """Give a step some time later."""
    return step.later(timedelta(**by))


LEDGERED = tuple(step for step in to("ledgered") if isinstance(step, Control))
LIVES = {
    "dispatch": Life(to("accepted"), DAY, (("dispatch", "accepted"),)),
    "sign, contact, handle, callback": Life(
        to("dispatched"),
        12 * DAY,
        (
            ("sign", "dispatched"),
            ("contact", "dispatched"),
            ("open_callback", "callback"),
            ("callback", "callback"),
        ),
    ),
    "ruling": Life(to("disputed"), 4 * DAY, (("contact", "disputed"), ("ruling", "disputed"))),
    "rework": Life(to("rework"), 6 * DAY, (("rework", "rework"),)),
    "callback after a reply": Life(to("callback"), 5 * DAY, (("callback", "callback"),)),
    "ledger review, ledger end, handle": Life(
        LEDGERED,
        72 * DAY,
        (
            ("ledger_review", "ledgered"),
            ("ledger_end", "handling"),
            ("open_callback", "callback"),
            ("callback", "callback"),
        ),
    ),
    "archive": Life(to("closed"), 40 * DAY, (("archive", "archived"),)),
    "somebody is late": Life(
        (*to("dispatched"), later(c.SIGN, hours=30), c.RECORD_CONTACT),
        DAY,
        (("sign", "dispatched"), ("contact", "dispatched")),
    ),
    "an extension": Life(
        (*to("handling"), c.REQUEST_EXTENSION, c.GRANT_EXTENSION),
        20 * DAY,
        (("open_callback", "callback"), ("callback", "callback")),
    ),
    "a directive after the ledger": Life(
        (*LEDGERED, later(c.ACTIVATE_FROM_LEDGER, days=10), c.ESCALATE, c.GIVE_DIRECTIVE),
        12 * DAY,
        (("open_callback", "callback"), ("callback", "callback")),
    ),
}
BY_SYSTEM = {"ClockExpired", "CallbackOpened", "LedgerActivated", "Archived"}


@pytest.mark.parametrize("name", LIVES)
def test_a_late_tick_leaves_the_same_history_as_a_timely_one(name: str) -> None:
    """Whether somebody ticks every hour or once in three months, the same happened (§2.6)."""
    life = LIVES[name]
    with live(life, often) as timely, live(life, never) as late:
        assert history(late) == history(timely)
        assert late.case(CASE).spells[-1].state == timely.case(CASE).spells[-1].state
        assert timely.audit().findings == ()
        assert late.audit().findings == ()


@pytest.mark.parametrize("name", LIVES)
def test_each_clock_fires_when_it_is_due(name: str) -> None:
    """Each in its turn, once, at its due instant and not when somebody looked (§2.6)."""
    life = LIVES[name]
    with live(life, never) as engine:
        events = engine.history(CASE)
        fired = []
        case = Complaint.blank(CASE)
        for event in events:
            if event.by == c.SYSTEM and event.event_name in BY_SYSTEM:
                due = case.next_due
                assert due is not None
                assert event.occurred_at == due.due_at
                fired.append((due.name, event.state))
            case = event.mutate(case)
        assert tuple(fired) == life.fired


def test_a_tick_fires_once() -> None:
    """The second tick of the same instant finds nothing to do."""
    with live(LIVES["sign, contact, handle, callback"], never) as engine:
        before = engine.head()
        report = engine.tick()
        assert (report.fired, report.more) == (0, False)
        assert engine.head() == before


def test_a_tick_does_no_more_than_it_is_allowed() -> None:
    """With a limit of two, five cases take three ticks, and the report says so."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:
        cases = [new_case_id() for _ in range(5)]
        for case_id in cases:
            for step in to("accepted"):
                engine.submit(step.on(case_id).build(clock.advance(minutes=1)), by=step.by)
        clock.advance(hours=2)
        reports = [engine.tick(limit=2) for _ in range(4)]
        assert [report.fired for report in reports] == [2, 2, 1, 0]
        assert [report.more for report in reports] == [True, True, False, False]


def test_the_handling_clock_pauses_on_the_ledger() -> None:
    """Ten days on the ledger are no days of handling; the first period begins anew (C27, C29)."""
    ledgered = given(Complaint, *to("ledgered"))
    first = ledgered.case.clock("handle")
    assert first.status == "paused"
    ledgered.when(10 * DAY).then().when(TICK).then()
    case = ledgered.when(c.ACTIVATE_FROM_LEDGER).then("LedgerActivated").case
    handling = case.clock("handle")
    assert (handling.status, handling.limit) == ("running", first.limit)
    assert handling.counted_from == case.last_at
    assert handling.due_at > first.due_at + 10 * DAY - DAY


def test_a_day_ends_at_midnight() -> None:
    """Seven days from 2 March end with 9 March in Shanghai: the start day does not count (§2.6)."""
    case = given(Complaint, *to("dispatched")).case
    assert case.due_at == datetime(2026, 3, 9, 16, tzinfo=UTC)


def test_hours_run_from_the_moment_itself() -> None:
    """Two hours to sign, twenty-four to contact (§2.6)."""
    case = given(Complaint, *to("dispatched")).case
    assert case.clock("sign").due_at == case.dispatched_at + 2 * HOUR
    assert case.clock("contact").due_at == case.dispatched_at + 24 * HOUR


def test_grades_have_their_own_limits() -> None:
    """Beijing: 2 hours, 24 hours, 7 days, 15 days (DB11-DRAFT)."""
    for grade, limit in (
        ("I", "2 hours"),
        ("II", "24 hours"),
        ("III", "7 days"),
        ("IV", "15 days"),
    ):
        case = given(Complaint, c.REGISTER, c.ACCEPT.but(grade=grade), c.DISPATCH).case
        assert str(case.clock("handle").limit) == limit
    urgent = given(Complaint, c.REGISTER, c.ACCEPT.but(grade="I"), c.DISPATCH).case
    assert urgent.clock("contact").due_at == urgent.dispatched_at + 2 * HOUR


def test_a_clock_is_marked_when_it_is_due_and_not_before() -> None:
    """Nobody can mark a unit overdue early, or twice (§2.6)."""
    guard = "clock_is_due"
    given(Complaint, *to("dispatched")).when(c.MARK_OVERDUE).then_refused(
        GuardRefusedError, guard=guard
    )
    given(Complaint, *to("dispatched"), 3 * HOUR, TICK).when(c.MARK_OVERDUE).then_refused(
        GuardRefusedError, guard=guard
    )
    (taken,) = row_of("mark_overdue").given().world.live(TICK)
    early = taken.event.occurred_at - HOUR
    auditor_refuses(taken, guard, event={"occurred_at": early})
    auditor_refuses(taken, guard, event={"clock": "handle"})


# — a year that is not announced —


def year_end(*policies: Policy, cases: int = 1) -> tuple[Engine, VirtualClock, list[UUID]]:
    """Open an engine in the last week of 2026, with *cases* that were dispatched."""
    clock = VirtualClock(YEAR_END)
    engine = Engine.open("memory:", clock=clock)
    for policy in policies:
        engine.submit(publish(policy), by=ADMINISTRATOR)
    ids = [new_case_id() for _ in range(cases)]
    for case_id in ids:
        for step in to("dispatched"):
            engine.submit(step.on(case_id).build(clock.advance(minutes=1)), by=step.by)
    return engine, clock, ids


def test_a_deadline_in_a_year_not_announced_is_provisional() -> None:
    """It is computed by plain weekends and marked so, never guessed silently (§2.6)."""
    engine, _, (case_id,) = year_end(shanghai())
    with engine:
        handling = engine.case(case_id).clock("handle")
        assert handling.provisional == 2027
        assert handling.due_at == datetime(2027, 1, 4, 16, tzinfo=UTC)
        assert engine.case(case_id).clock("contact").provisional is None


def test_calendar_days_need_no_announcement() -> None:
    """Beijing's seven days are the same days whatever is a holiday (§2.6)."""
    engine, _, (case_id,) = year_end(beijing().model_copy(update={"city": "Peking"}))
    with engine:
        assert engine.case(case_id).clock("handle").provisional is None


def test_publishing_the_calendar_recalculates_at_the_next_tick() -> None:
    """The new deadline is another event; the old one stays in the log (§2.6, §13-3)."""
    engine, clock, (case_id,) = year_end(shanghai())
    with engine:
        assert engine.tick().recalculated == 0
        engine.submit(publish(ANNOUNCED), by=ADMINISTRATOR)
        clock.advance(minutes=1)
        report = engine.tick()
        assert report.recalculated == 3
        case = engine.case(case_id)
        assert case.due_at == datetime(2027, 1, 6, 16, tzinfo=UTC)
        assert case.clock("handle").provisional is None
        recalculated = [
            event
            for event in engine.history(case_id)
            if isinstance(event, Complaint.DeadlineRecalculated)
        ]
        assert {event.clock for event in recalculated} == {"objection", "handle", "open_callback"}
        assert all(event.rules["calendar"] == 2 for event in recalculated)
        (moved,) = [event for event in recalculated if event.clock == "handle"]
        assert moved.was_due_at == datetime(2027, 1, 4, 16, tzinfo=UTC)
        assert engine.tick().recalculated == 0
        assert engine.audit().findings == ()


def test_recalculation_is_bounded_per_tick() -> None:
    """One case a tick, and the report says that there is more (§13-3)."""
    one = Procedure(recalculations_per_tick_max=1)
    engine, clock, ids = year_end(shanghai(), one, cases=3)
    with engine:
        engine.submit(publish(ANNOUNCED), by=ADMINISTRATOR)
        clock.advance(minutes=1)
        reports = [engine.tick() for _ in range(4)]
        assert [report.recalculated for report in reports] == [3, 3, 3, 0]
        assert [report.more for report in reports] == [True, True, True, False]
        assert all(engine.case(case_id).clock("handle").provisional is None for case_id in ids)


def test_nothing_is_recalculated_before_the_year_is_announced() -> None:
    """Neither by a tick nor at the system's command; half a list moves half of it (§13-3)."""
    waiting = given(Complaint, *to("dispatched"), policies=(shanghai(),), at=YEAR_END)
    waiting.when(TICK).then()
    for clock in ("handle", "objection"):
        waiting.when(c.RECALCULATE_DEADLINE.but(clock=clock)).then_refused(
            GuardRefusedError, guard="deadline_was_provisional"
        )
    engine, now, (case_id,) = year_end(shanghai())
    with engine:
        half = ANNOUNCED.model_copy(update={"certain_until": date(2027, 1, 2)})
        engine.submit(publish(half), by=ADMINISTRATOR)
        now.advance(minutes=1)
        assert engine.tick().recalculated == 1  # the objection ends in what was announced
        report = engine.tick()
        assert (report.recalculated, report.more) == (0, False)
        assert engine.case(case_id).clock("handle").provisional == 2027


def test_an_ended_case_has_deadlines_too() -> None:
    """An appeal window in working days is recalculated after closing (§13-3)."""
    limits = shanghai().model_copy(
        update={
            "rows": (
                *(row for row in shanghai().rows if row.clock != "appeal"),
                LimitRow(clock="appeal", limit=Limit(amount=10, unit="working_days")),
            )
        }
    )
    closed = given(Complaint, *to("closed"), policies=(limits,), at=YEAR_END)
    assert closed.case.clock("appeal").provisional == 2027
    closed.when(ANNOUNCED).then()
    closed.when(TICK).then(
        ("DeadlineRecalculated", {"clock": "handle"}),
        ("DeadlineRecalculated", {"clock": "appeal"}),
        state="closed",
    )


def test_an_answered_case_waits_for_the_calendar_too() -> None:
    """Whether a reply was in time follows the calendar that is published later (§13-3)."""
    drafted = to("handling", c.SUBMIT_REPLY)
    handling = given(Complaint, *drafted, policies=(shanghai(),), at=YEAR_END)
    provisional = handling.case.due_at
    late = provisional - handling.case.last_at + HOUR
    replied = handling.when(c.SIGN_OFF_REPLY.later(late)).then("CallbackOpened", "ReplySignedOff")
    assert replied.case.on_time is False
    assert replied.case.clock("handle").status == "stopped"
    replied.when(ANNOUNCED).then()
    case = (
        replied.when(TICK)
        .then(
            ("DeadlineRecalculated", {"clock": "handle", "was_due_at": provisional}),
            state="callback",
            on_time=True,
        )
        .case
    )
    assert case.clock("handle").status == "stopped"
    replied.when(TICK).then()


@pytest.mark.parametrize("archived", [False, True])
def test_an_engine_recalculates_what_was_answered_until_it_is_filed(*, archived: bool) -> None:
    """The tick finds a stopped handling clock in the register, until it is filed (§13-2)."""
    clock = VirtualClock(YEAR_END)
    with Engine.open("memory:", clock=clock) as engine:
        engine.submit(publish(shanghai()), by=ADMINISTRATOR)
        for step in to("closed"):
            engine.submit(step.build(clock.advance(step.after)), by=step.by)
        if archived:
            clock.advance(days=31)
            engine.tick()
        waiting = engine.store.rows("SELECT provisional_year FROM cases WHERE kind <> ''", {})
        assert waiting == [(None if archived else 2027,)]
        engine.submit(publish(ANNOUNCED), by=ADMINISTRATOR)
        assert engine.tick().recalculated == (0 if archived else 1)
        assert engine.tick().recalculated == 0
        assert engine.case(CASE).clock("handle").provisional == (2027 if archived else None)
        assert engine.audit().findings == ()


def test_an_auditor_recalculates_too() -> None:
    """A recalculated deadline that does not follow from the calendar is found (§13-3)."""
    taken = row_of("recalculate_deadline").given().world.live(TICK)[0]
    moved = taken.event.due_at + DAY
    auditor_refuses(taken, "deadline_was_provisional", event={"due_at": moved})
    auditor_refuses(taken, "deadline_was_provisional", event={"provisional": 2028})


def test_the_same_limit_ends_where_the_rulebook_says() -> None:
    """Five working days over the Spring Festival of 2026 (§2.6)."""
    friday = datetime(2026, 2, 13, 1, tzinfo=UTC)
    case = given(Complaint, *to("dispatched"), policies=(shanghai(),), at=friday).case
    assert case.due_at == datetime(2026, 2, 27, 16, tzinfo=UTC)
