"""Time travel: what had happened by then, and what was known then."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine import naive
from tests.engine.sample import Life, facts
from tests.engine.test_machine import ORGANISATION, POLICIES
from tests.engine.travel import (
    attempt,
    case_id_of,
    happened_by,
    live,
    log_of,
    outcome,
    questions,
    some,
    store_of,
)
from zhili import publish
from zhili.demo.simulation import simulate
from zhili.errors import CaseNotFoundError
from zhili.projections.backlog import Backlog
from zhili.projections.question import Question
from zhili.projections.rate import ClosingRate, ResolutionRate
from zhili.projections.readers import Readers
from zhili.testing import CASE, START, actor, controls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engine.travel import Logged
    from zhili import Engine
    from zhili.aggregates import CaseEvent

FULL = os.environ.get("ZHILI_CAMPAIGN") == "full"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = 6
"""So many events publish the default policies; before them nothing can be asked."""

few = settings(
    max_examples=500 if FULL else 5, deadline=None, suppress_health_check=list(HealthCheck)
)


def without_position(answer: Any) -> Any:
    """Leave out where the log stood: another log has the same events at other places."""
    if hasattr(answer, "model_dump"):
        return answer.model_dump(exclude={"position"})
    return answer


def folded(engine: Engine, case_id: UUID, **cut: Any) -> Any:
    """Give all that a case holds at a cut, or None if there is none."""
    try:
        case = engine.case(case_id, **cut)
    except CaseNotFoundError:
        return None
    assert len(engine.history(case_id, **cut)) == case.version
    return {name: value for name, value in vars(case).items() if name != "_pending_events"}


# — what was known then —


@pytest.mark.campaign
@few
@given(data=st.data())
def test_what_was_known_is_what_a_store_cut_off_there_answers(data: st.DataObject) -> None:
    """At any position every question has the answer of a store that holds no more than that."""
    life = Life("memory:")
    cases = live(life, data, POLICIES)
    log = log_of(life.engine)
    position = data.draw(st.integers(RULES, len(log)))
    life.clock.advance(hours=5)
    known_there_is_known_now(life.engine, log, position, cases, some(data, life.engine, cases))
    life.close()


def known_there_is_known_now(
    engine: Engine,
    log: list[Logged],
    position: int,
    cases: list[UUID],
    asked: list[Question],
) -> None:
    """Compare everything with a store cut off at *position*."""
    known = [event for _, event in log[:position]]
    then = max(event.timestamp for event in known)
    with store_of(known, engine, then) as cut_off:
        assert cut_off.head().link == engine.store.log(after=position - 1).__next__().link
        for question in asked:
            right = outcome(cut_off, question)
            assert outcome(engine, question, known_at=position) == right
        for case_id in cases:
            assert folded(engine, case_id, known_at=position) == folded(cut_off, case_id)


# — what had happened by then —


@pytest.mark.campaign
@few
@given(data=st.data())
def test_as_of_an_instant_only_what_had_happened_counts(data: st.DataObject) -> None:
    """Every question has the answer of a store in which nothing later has happened."""
    life = Life("memory:")
    cases = live(life, data, POLICIES)
    log = log_of(life.engine)
    life.clock.advance(hours=5)
    instant = data.draw(st.sampled_from([event.occurred_at for _, event in log[RULES:]] or [START]))
    instant += data.draw(st.sampled_from([timedelta(), -timedelta(microseconds=1), 7 * HOUR]))
    asked = some(data, life.engine, cases)
    happened_there_is_answered_now(life.engine, log, min(instant, life.clock()), cases, asked)
    life.close()


def happened_there_is_answered_now(
    engine: Engine,
    log: list[Logged],
    instant: datetime,
    cases: list[UUID],
    asked: list[Question],
) -> None:
    """Compare everything with a store that holds only what had happened by *instant*."""
    with store_of(happened_by(log, instant), engine, instant) as so_far:
        for question in asked:
            right = without_position(outcome(so_far, question))
            assert without_position(outcome(engine, question, as_of=instant)) == right
        for case_id in cases:
            assert folded(engine, case_id, as_of=instant) == folded(so_far, case_id)


@pytest.mark.campaign
@few
@given(data=st.data())
def test_both_cuts_hold_together(data: st.DataObject) -> None:
    """What was known at a position of what had happened by an instant."""
    life = Life("memory:")
    cases = live(life, data, POLICIES)
    log = log_of(life.engine)
    life.clock.advance(hours=5)
    position = data.draw(st.integers(RULES, len(log)))
    told = data.draw(st.sampled_from([event.occurred_at for _, event in log]))
    instant = min(told, life.clock())  # a source may tell of what lies ahead
    with store_of(happened_by(log[:position], instant), life.engine, instant) as both:
        for question in some(data, life.engine, cases):
            right = without_position(outcome(both, question))
            found = outcome(life.engine, question, as_of=instant, known_at=position)
            assert without_position(found) == right, question
    life.close()


@pytest.mark.campaign
@few
@given(data=st.data())
def test_as_of_now_is_no_cut(data: st.DataObject) -> None:
    """Now, and any later instant, give the answers that nothing gives."""
    life = Life("memory:")
    cases = live(life, data, POLICIES)
    engine, now = life.engine, life.clock()
    for question in some(data, engine, cases):
        right = outcome(engine, question)
        for cut in ({"as_of": now}, {"as_of": now + DAY}, {"known_at": now + DAY}):
            assert outcome(engine, question, **cut) == right
    for case_id in cases:
        assert folded(engine, case_id, as_of=now) == folded(engine, case_id)
    life.close()


@pytest.mark.campaign
@few
@given(data=st.data())
def test_a_figure_stays_what_it_was(data: st.DataObject) -> None:
    """Asked again at its position and instant, a figure is the same whatever came after it."""
    life = Life("memory:")
    cases = live(life, data, POLICIES)
    asked = some(data, life.engine, cases)
    life.clock.advance(hours=data.draw(st.integers(0, 100)))
    told = [outcome(life.engine, question) for question in asked]
    instant, position = life.clock(), life.engine.head().position
    live_on(life, cases)
    for question, was in zip(asked, told, strict=True):
        assert outcome(life.engine, question, as_of=instant, known_at=position) == was
    life.close()


def live_on(life: Life, cases: list[UUID]) -> None:
    """Let the rules change, something happen to every case, and a new one come."""
    life.clock.advance(hours=2)
    attempt(life, publish(ORGANISATION), actor("administrator"))
    for case_id in cases:
        control = facts(case_id=case_id)
        attempt(life, control.build(life.clock()), control.by)
    attempt(life, controls.REGISTER.on(case_id_of(9)).build(life.clock()), controls.REGISTER.by)


# — with a district's life —


@pytest.fixture(scope="module")
def district() -> Iterator[Engine]:
    """Give ten days of a simulated district."""
    simulated = simulate("memory:", days=10, seed=5)
    yield simulated.engine
    simulated.engine.close()


def so_far(events: list[CaseEvent], instant: datetime) -> list[CaseEvent]:
    """Give the events up to the first that had not happened."""
    return list(takewhile(lambda one: one.occurred_at <= instant, events))


def test_at_the_end_of_each_day_the_figures_are_those_of_a_naive_count(district: Engine) -> None:
    """Rates and backlog as of every evening are what somebody counts on their fingers."""
    streams: dict[UUID, list[CaseEvent]] = {}
    for _, event in log_of(district):
        if event.topic.startswith("complaint."):  # what the rates count, if not told otherwise
            streams.setdefault(event.originator_id, []).append(event)
    first, late = datetime(2026, 3, 2, tzinfo=UTC), 0
    for day in range(11):
        evening = first + timedelta(days=day, hours=16)
        histories = [seen for events in streams.values() if (seen := so_far(events, evening))]
        late += sum(event.timestamp > evening for events in histories for event in events)
        right = naive.rates(histories)
        for question, numerator in (
            (ClosingRate(), right.closed),
            (ResolutionRate(), right.solved),
        ):
            (group,) = district.ask(question, as_of=evening).groups
            assert (group.figure.numerator, group.figure.denominator) == (
                numerator, right.registered,
            )  # fmt: skip
            assert sum(group.counted_apart.values()) == right.apart.total()
        assert district.ask(Backlog(), as_of=evening).total.total == right.registered - right.closed
    assert late > 0, "no late entry: the days prove nothing"


@pytest.mark.postgres
def test_postgresql_remembers_the_same(district: Engine, postgres_url: str) -> None:
    """The same log on PostgreSQL gives the same past, to the last field."""
    log = log_of(district)
    events, now = [event for _, event in log], district.now()
    cases = list({event.originator_id for event in events if event.case_class.registered})[:2]
    with store_of(events, district, now, postgres_url) as server:
        asked = questions(server, cases)
        known_there_is_known_now(server, log, len(log) // 2, cases, asked)
        happened_there_is_answered_now(server, log, START + 6 * DAY, cases, asked)


def test_every_question_is_among_those_that_are_compared(district: Engine) -> None:
    """A new kind of question has to travel in time as well."""

    def kinds(of: type[Question]) -> Iterator[type[Question]]:
        for kind in of.__subclasses__():
            yield kind
            yield from kinds(kind)

    asked = {type(question) for question in questions(district, [CASE])}
    public = {
        kind for kind in kinds(Question) if kind.definition and kind.__module__.startswith("zhili.")
    }
    # Who has read what stands in no event, and is asked of the present only.
    assert public - {Readers} == asked
