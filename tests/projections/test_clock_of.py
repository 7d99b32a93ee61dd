"""A clock of a case: where its time went, and why it is due when it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.projections.small_record import (
    DAY,
    DISPATCHER,
    HOUR,
    MONDAY,
    SYSTEM,
    ZONE,
    SmallRecord,
    actor,
    closed,
    dispatched,
    handling,
    leader,
    ledgered,
    operator,
    replied,
)
from zhili.aggregates import Case, CaseEvent, Complaint
from zhili.aggregates.clocks import ClockMark, ClockState, turn
from zhili.commands import complaint
from zhili.errors import CaseNotFoundError, InputError
from zhili.policies.calendar import china
from zhili.policies.limit import Limit
from zhili.policies.presets import shanghai
from zhili.projections.clock_of import ClockAnswer, ClockOf, Span
from zhili.projections.clock_run import runs_of
from zhili.values import new_case_id
from zhili.workflows import role as roles

if TYPE_CHECKING:
    from collections.abc import Iterator

SECOND, MICROSECOND = timedelta(seconds=1), timedelta(microseconds=1)
ADJUDICATOR = actor(roles.DISPUTE_ADJUDICATOR, "12345")


@pytest.fixture
def record() -> Iterator[SmallRecord]:
    """Give a record without cases."""
    made = SmallRecord()
    yield made
    made.close()


def ask(record: SmallRecord, case: Case, clock: str = "handle", at: Any = None) -> ClockAnswer:
    """Ask for a clock, at the instant given or a good while later."""
    record.now = max(record.now, MONDAY + 200 * DAY)
    return ClockOf(case_id=case.id, clock=clock, at=at).answer(record)


def hours(answer: ClockAnswer) -> list[tuple[str, bool, float]]:
    """Give what began each segment, whether the clock ran in it, and its length in hours."""
    return [(s.event, s.running, float(s.length.hours)) for s in answer.segments]


def adds_up(answer: ClockAnswer, at: datetime) -> bool:
    """Say whether the segments follow one another without a gap and make up the elapsed time."""
    if answer.started_at is None:
        return not answer.segments and answer.elapsed.microseconds == 0
    end = answer.stopped_at or at
    lengths = {
        running: sum(s.length.microseconds for s in answer.segments if s.running is running)
        for running in (True, False)
    }
    return (
        answer.segments[0].since == answer.started_at
        and answer.segments[-1].until == end
        and all(earlier.until == later.since for earlier, later in pairwise(answer.segments))
        and all(s.length == Span.of(s.until - s.since) for s in answer.segments)
        and answer.running_time.microseconds == lengths[True]
        and answer.paused_time.microseconds == lengths[False]
        and answer.elapsed.microseconds == sum(lengths.values())
        and answer.elapsed == Span.of(end - answer.started_at)
    )


# — any history of marks at all —

MARKS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(("start", "pause", "resume", "move", "stop", "fire")),
        st.booleans(),
    ),
    max_size=12,
)


def history_of(marks: list[tuple[int, str, bool]]) -> list[CaseEvent]:
    """Give events that do such things to the clock `handle`, some seconds after one another."""
    case_id, at, events = new_case_id(), MONDAY, []
    for version, (gap, action, with_limit) in enumerate(marks, 1):
        at += gap * SECOND
        mark = ClockMark(
            name="handle",
            action=action,  # type: ignore[arg-type]  # one of the six
            due_at=at + version * HOUR,
            limit=Limit(amount=version, unit="hours") if with_limit else None,
        )
        other = ClockMark(name="contact", action="stop")
        event = Complaint.HandlerAssigned(
            originator_id=case_id, originator_version=version, timestamp=at, occurred_at=at,
            state="handling", by=operator(), person="li", marks=(other, mark, other)[version % 2 :],
        )  # fmt: skip
        events.append(event)
    return events


def state_after(events: list[CaseEvent], at: datetime) -> ClockState | None:
    """Fold the clock as the case does it."""
    clocks: tuple[ClockState, ...] = ()
    for event in events:
        if event.occurred_at <= at:
            clocks = turn(clocks, event.marks, event.occurred_at)
    return next((clock for clock in clocks if clock.name == "handle"), None)


@given(marks=MARKS, after=st.integers(-2, 30))
def test_the_spans_of_any_history_add_up(marks: list[tuple[int, str, bool]], after: int) -> None:
    """Whatever was done to a clock, its spans are without gaps and as long as the whole."""
    events, at = history_of(marks), MONDAY + after * SECOND
    state = state_after(events, at)
    runs = runs_of("handle", events, at)
    if state is None:
        assert runs == ()
        return
    run = runs[-1]
    spans = run.stretches(at)
    assert run.state == state
    assert all(earlier.until == later.since for earlier, later in pairwise(spans))
    assert sum((span.until - span.since for span in spans), timedelta()) == (
        run.until(at) - state.started_at
    )
    if spans:
        assert (spans[0].since, spans[-1].until) == (state.started_at, run.until(at))
    for earlier, later in pairwise(runs):
        assert earlier.ended_at == later.started_at
        if earlier.state.status != "stopped":
            assert earlier.stretches(at)[-1].until == earlier.until(at) == later.started_at


@given(marks=MARKS, after=st.integers(0, 30))
def test_a_span_runs_where_the_clock_ran_second_by_second(
    marks: list[tuple[int, str, bool]], after: int
) -> None:
    """Every second of a run lies in a running span exactly if the clock ran in that second."""
    events, at = history_of(marks), MONDAY + after * SECOND
    runs = runs_of("handle", events, at)
    for span in runs[-1].stretches(at) if runs else ():
        second = span.since
        while second < span.until:
            state = state_after(events, second)
            assert state is not None
            assert (state.status == "running") is (span.state.status == "running")
            assert state.due_at == span.state.due_at
            second += SECOND


# — the clocks of real cases —


def lived(record: SmallRecord) -> list[Case]:
    """Give cases with clocks that were paused, resumed, moved, restarted and stopped."""
    paused = ledgered(record, MONDAY, MONDAY + 3 * DAY)
    resumed = ledgered(record, MONDAY, MONDAY + 3 * DAY)
    activate = complaint.ActivateFromLedger(case_id=resumed.id, reason="spring")
    record.submit(activate, leader(), MONDAY + 30 * DAY)
    extended = extend(record, handling(record, MONDAY))
    disputed = dispatched(record, MONDAY)
    object_to = complaint.ObjectToDispatch(case_id=disputed.id, basis="no", suggest="110105002")
    record.submit(object_to, operator(), MONDAY + HOUR)
    uphold = complaint.UpholdDispatch(case_id=disputed.id, reason="it is yours")
    record.submit(uphold, ADJUDICATOR, MONDAY + 2 * HOUR)
    urgent = handling(record, MONDAY, grade="II")
    return [
        paused, resumed, extended, disputed, urgent,
        replied(record, MONDAY, MONDAY + 2 * DAY), closed(record, MONDAY, MONDAY + 9 * DAY),
    ]  # fmt: skip


def extend(record: SmallRecord, case: Case) -> Case:
    """Give a case more time, on the third day."""
    request = complaint.RequestExtension(case_id=case.id, reason="parts", complainant_told=True)
    record.submit(request, leader(), MONDAY + 3 * DAY)
    grant = complaint.GrantExtension(case_id=case.id)
    return record.submit(grant, DISPATCHER, MONDAY + 3 * DAY + HOUR)


def test_every_clock_adds_up_at_every_turn(record: SmallRecord) -> None:
    """At, just before and just after every event, for every clock of every case."""
    asked = 0
    for case in lived(record):
        instants = {event.occurred_at for event in record.events[case.id]}
        for instant in sorted(instants | {MONDAY + 50 * DAY}):
            for at in (instant - MICROSECOND, instant, instant + MICROSECOND):
                for clock in Complaint.workflow.clocks:
                    answer = ask(record, case, clock.name, at)
                    assert adds_up(answer, at), (clock.name, at)
                    asked += answer.status != "not started"
    assert asked > 300


def test_the_explanation_ends_on_the_due_day(record: SmallRecord) -> None:
    """Counted day by day from what the record says, every deadline comes out as recorded."""
    explained = 0
    for case in [record.cases[case.id] for case in lived(record)]:
        for state in case.clocks:
            answer = ask(record, case, state.name)
            assert (answer.due_at, answer.status) == (state.due_at, state.status)
            assert answer.explanation is not None
            if state.limit is None or answer.due_at is None:
                assert answer.explanation.days == ()
                continue
            last_moment = answer.due_at - (timedelta() if state.limit.is_exact else MICROSECOND)
            last = answer.explanation.days[-1]
            assert last.day == last_moment.astimezone(ZoneInfo(ZONE)).date(), (state.name, case)
            counted = [line.number for line in answer.explanation.days if line.counts]
            if not state.limit.is_exact and state.limit.unit != "months":
                assert counted == list(range(1, state.limit.amount + 1))
            explained += 1
    assert explained > 20


def test_a_ledgered_clock_stands_still(record: SmallRecord) -> None:
    """Three days of running, then none: no limit, no calendar, nothing left to count."""
    case = ledgered(record, MONDAY, MONDAY + 3 * DAY)
    answer = ask(record, case, at=MONDAY + 10 * DAY)
    assert hours(answer) == [("Dispatched", True, 72.0), ("Ledgered", False, 168.0)]
    assert (answer.status, answer.remaining, answer.overdue) == ("paused", None, False)
    first, second = answer.segments
    assert (first.limit, first.calendar and first.calendar.zh) == ("7 days", "自然日")
    assert (first.calendar_version, first.why.zh) == (1, "派单")
    assert (second.limit, second.calendar, second.due_at) == (None, None, None)


def test_a_clock_off_the_ledger_has_a_fresh_limit(record: SmallRecord) -> None:
    """It runs again from that instant, and says from which."""
    case = ledgered(record, MONDAY, MONDAY + 3 * DAY)
    spring = MONDAY + 30 * DAY
    activate = complaint.ActivateFromLedger(case_id=case.id, reason="spring")
    record.submit(activate, leader(), spring)
    answer = ask(record, case, at=spring + DAY)
    assert hours(answer) == [
        ("Dispatched", True, 72.0), ("Ledgered", False, 27 * 24.0), ("LedgerActivated", True, 24.0),
    ]  # fmt: skip
    assert answer.explanation is not None
    assert (answer.explanation.event, answer.explanation.counted_from) == (
        "LedgerActivated",
        spring,
    )
    assert answer.due_at == datetime(2026, 4, 8, 16, tzinfo=MONDAY.tzinfo)
    assert answer.remaining == Span.of(answer.due_at - spring - DAY)


def test_an_extension_says_from_when_to_when(record: SmallRecord) -> None:
    """The old due instant, the new one, and the last day of the old period as the day counted."""
    case = extend(record, handling(record, MONDAY))
    answer = ask(record, case, at=MONDAY + 4 * DAY)
    assert answer.explanation is not None
    assert [line.day for line in answer.explanation.days] == [
        date(2026, 3, day) for day in range(10, 17)
    ]
    assert answer.explanation.sentences[-1].en == (
        "2026-03-05 10:00: Grant the extension (event 7) moved the due instant of"
        " the clock 'to handle', which was 2026-03-10 00:00: 7 days (calendar days)"
        " from 2026-03-09 23:59:59.999999, due 2026-03-17 00:00"
        " (policy procedure version 1; policy calendar version 1)."
    )
    assert answer.explanation.sentences[-1].zh == (
        "2026-03-05 10:00：同意延期（第7条）变更“办理”的期限，"
        "原期限2026-03-10 00:00：自2026-03-09 23:59:59.999999起7日（自然日），期限2026-03-17 00:00"
        "（依据办理规程第1版；依据工作日历第1版）。"
    )


def test_the_first_sentence_names_the_policies(record: SmallRecord) -> None:
    """Which event set the clock going, its limit, its due instant, and under which rules."""
    answer = ask(record, handling(record, MONDAY))
    assert answer.explanation is not None
    assert answer.explanation.time_limits_version == 1
    assert answer.explanation.sentences[0].en == (
        "2026-03-02 09:00: Dispatch (event 3) started the clock 'to handle': 7 days"
        " (calendar days) from 2026-03-02 09:00, due 2026-03-10 00:00"
        " (policy time_limits version 1; policy calendar version 1)."
    )


def test_a_stopped_clock_says_whether_it_was_in_time(record: SmallRecord) -> None:
    """A reply signed off on the second day is in time, one on the ninth is not."""
    early = ask(record, replied(record, MONDAY, MONDAY + 2 * DAY))
    late = ask(record, replied(record, MONDAY, MONDAY + 9 * DAY))
    for answer, overdue, words in ((early, False, "in time"), (late, True, "after it was due")):
        assert (answer.status, answer.overdue, answer.remaining) == ("stopped", overdue, None)
        assert answer.explanation is not None
        assert answer.explanation.sentences[-1].en.endswith(f"'to handle', {words}.")
    assert hours(early) == [("Dispatched", True, 48.0)]
    assert early.stopped_at == MONDAY + 2 * DAY


def test_a_clock_is_overdue_after_its_due_instant_and_not_at_it(record: SmallRecord) -> None:
    """At the due instant nothing remains, and nothing is late."""
    case = handling(record, MONDAY)
    assert case.due_at is not None
    answer = ask(record, case, at=case.due_at)
    assert (answer.overdue, answer.remaining) == (False, Span.of(timedelta()))
    answer = ask(record, case, at=case.due_at + MICROSECOND)
    assert answer.overdue
    assert answer.remaining is not None
    assert answer.remaining.microseconds == -1


def test_what_happened_later_is_left_out(record: SmallRecord) -> None:
    """Asked of the past, the clock stands as it stood, also if it was stopped since."""
    case = replied(record, MONDAY, MONDAY + 2 * DAY)
    answer = ask(record, case, at=MONDAY + DAY)
    assert (answer.status, answer.as_of, answer.stopped_at) == ("running", MONDAY + DAY, None)
    before = ask(record, case, at=MONDAY - MICROSECOND)
    assert (before.status, before.segments, before.due_at) == ("not started", (), None)
    assert before.elapsed == before.running_time == Span.of(timedelta())
    assert before.explanation is None


def test_a_restarted_clock_keeps_its_earlier_runs(record: SmallRecord) -> None:
    """An objection stops the clock for signing; when the dispatch stands, it starts anew."""
    case = dispatched(record, MONDAY)
    object_to = complaint.ObjectToDispatch(case_id=case.id, basis="no", suggest="110105002")
    record.submit(object_to, operator(), MONDAY + HOUR)
    uphold = complaint.UpholdDispatch(case_id=case.id, reason="it is yours")
    record.submit(uphold, ADJUDICATOR, MONDAY + 3 * HOUR)
    answer = ask(record, case, "sign", MONDAY + 4 * HOUR)
    assert hours(answer) == [("ObjectionRejected", True, 1.0)]
    assert [(run.started_at, run.until, run.status) for run in answer.earlier] == [
        (MONDAY, MONDAY + HOUR, "stopped")
    ]


def test_a_clock_that_fell_due_says_so(record: SmallRecord) -> None:
    """What the tick found is told, and changes neither the spans nor the due instant."""
    case = dispatched(record, MONDAY)
    overdue = Complaint.verbs["mark_overdue"](case_id=case.id, clock="sign")
    record.submit(overdue, SYSTEM, MONDAY + 3 * HOUR)
    answer = ask(record, case, "sign", MONDAY + 4 * HOUR)
    assert (answer.fired, answer.overdue) == (True, True)
    assert hours(answer) == [("Dispatched", True, 4.0)]
    assert answer.explanation is not None
    assert answer.explanation.sentences[-1].zh.endswith("“签收”已到期。")


def test_a_date_that_was_named_is_not_counted(record: SmallRecord) -> None:
    """The ledger's review has the date that the request gave, and no limit behind it."""
    case = ledgered(record, MONDAY, MONDAY + 3 * DAY)
    answer = ask(record, case, "ledger_review")
    assert answer.due_at == MONDAY + 63 * DAY
    assert answer.explanation is not None
    assert (answer.explanation.limit, answer.explanation.days) == (None, ())
    assert "the date that the event names" in answer.explanation.sentences[0].en


def test_a_provisional_deadline_is_told_and_then_explained_anew(record: SmallRecord) -> None:
    """It waits for next year's days off, and names the calendar that settled it (§13, 3)."""
    record.publish(shanghai(), MONDAY)
    winter = datetime(2026, 12, 21, 1, tzinfo=MONDAY.tzinfo)
    case = dispatched(record, winter, grade="IV")
    record.now = winter + DAY
    before = ClockOf(case_id=case.id, clock="handle").answer(record)
    assert before.explanation is not None
    assert before.provisional_year == 2027
    assert "2027 are not announced" in before.explanation.sentences[-1].en
    assert before.explanation.calendar_version == 1
    old = china()
    new_year = {date(2027, 1, 1): "元旦", date(2027, 1, 4): "元旦"}
    published = old.model_copy(
        update={"certain_until": date(2027, 12, 24), "off": {**old.off, **new_year}}
    )
    record.publish(published, winter + DAY)
    again = Complaint.verbs["recalculate_deadline"](case_id=case.id, clock="handle")
    record.submit(again, SYSTEM, winter + 2 * DAY)
    record.now = winter + 3 * DAY
    after = ClockOf(case_id=case.id, clock="handle").answer(record)
    assert after.explanation is not None
    assert (after.provisional_year, after.explanation.calendar_version) == (None, 2)
    assert after.explanation.counted_from == winter
    assert after.explanation.event == "DeadlineRecalculated"
    assert after.due_at is not None
    assert before.due_at is not None
    assert after.due_at == before.due_at + 2 * DAY  # two more days off
    assert after.explanation.days[-1].number == 15
    assert "holiday (元旦)" in {line.why for line in after.explanation.days}
    assert hours(after) == [("Dispatched", True, 48.0), ("DeadlineRecalculated", True, 24.0)]


def test_an_unknown_clock_is_refused_with_the_clocks_there_are(record: SmallRecord) -> None:
    """The message says what could have been asked."""
    case = handling(record, MONDAY)
    with pytest.raises(InputError, match="no clock 'lunch'; its clocks are: dispatch, sign, "):
        ask(record, case, "lunch")


def test_the_future_is_not_asked_of(record: SmallRecord) -> None:
    """A record knows what happened, not what will."""
    case = handling(record, MONDAY)
    with pytest.raises(InputError, match="lies in the future"):
        ask(record, case, at=MONDAY + 999 * DAY)
    with pytest.raises(CaseNotFoundError):
        ClockOf(case_id=new_case_id(), clock="handle").answer(record)


def test_the_answer_survives_json(record: SmallRecord) -> None:
    """An answer can be sent, stored and read back as it was."""
    answer = ask(record, extend(record, handling(record, MONDAY)))
    assert ClockAnswer.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize(
    ("microseconds", "hours_shown"), [(3_600_000_000, "1.000000"), (1, "0.000000"),
                                      (1800, "0.000001"), (-5_400_000_000, "-1.500000")],
)  # fmt: skip
def test_hours_are_for_display_and_microseconds_exact(microseconds: int, hours_shown: str) -> None:
    """A span keeps every microsecond; its hours are rounded half up to six places."""
    span = Span.of(timedelta(microseconds=microseconds))
    assert (span.microseconds, str(span.hours)) == (microseconds, hours_shown)
