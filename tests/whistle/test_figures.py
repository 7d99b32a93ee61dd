"""The figures of whistles, against plain Python over the folded cases; and fixture F8."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from tests.whistle import cast as w
from tests.whistle import examples as x
from tests.whistle import town
from zhili import Engine, complaint
from zhili.errors import InputError
from zhili.policies.whistle import WhistleRules
from zhili.projections.summonses import WAITING, Summons, Summonses
from zhili.projections.whistle_figures import WhistleFigures, WhistleGroup, WhistleTimes
from zhili.projections.whistle_rate import WhistleRate, WhistleRatings
from zhili.testing import Control, VirtualClock, actor, controls
from zhili.values import Month, Period, new_case_id
from zhili.workflows import role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from uuid import UUID

    from zhili.aggregates import Whistle
    from zhili.testing.world import Happening

OUT_OF_IT = {"released", "replaced"}


@pytest.fixture(scope="module")
def record() -> Iterator[tuple[Engine, list[Whistle]]]:
    """Give a town in which thirty whistles were blown over some weeks, with its cases."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:
        ids = town.live(engine, clock, 7, whistles=30, tries=45)
        yield engine, [engine.case(case_id) for case_id in ids]


def lived(engine: Engine, clock: VirtualClock, steps: Iterable[Happening]) -> UUID:
    """Live through the life of one whistle."""
    case_id = new_case_id()
    for step in steps:
        if isinstance(step, Control):
            clock.advance(step.after)
            engine.submit(step.on(case_id).build(clock.now), by=step.by)
        elif isinstance(step, timedelta):
            clock.advance(step)
        else:
            engine.tick()
    return case_id


def test_f8_nine_received_eight_reported_in_and_closed() -> None:
    """Duchang: 8 of 9, 88.89 % (F8)."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:
        done = (*x.ALONE, w.REPORT_IN, w.START, w.DONE, w.RATE, w.CLOSE)
        for _ in range(8):
            lived(engine, clock, [step for step in done if step is not w.START])
        lived(engine, clock, (*x.ALONE, 2 * x.DAY, "tick"))
        answer = engine.ask(WhistleFigures())
        assert (answer.total.blown, answer.total.closed) == (9, 8)
        assert answer.total.completion.rate is not None
        assert round(answer.total.completion.rate * 100, 2) == Decimal("88.89")
        assert (answer.total.report_in.numerator, answer.total.report_in.denominator) == (8, 9)
        assert answer.total.no_shows == 1
        assert engine.audit().clean


# — against plain Python —


def summonses_of(case: Whistle) -> list[Any]:
    """Give the units that take part."""
    return [part for part in case.parts if part.state not in OUT_OF_IT]


KEYS: dict[str, Callable[[Whistle], list[str | None]]] = {
    "street": lambda case: [case.street],
    "kind": lambda case: [case.kind],
    "month": lambda case: [(case.accepted_at + timedelta(hours=8)).strftime("%Y-%m")],
    "department": lambda case: [part.id for part in summonses_of(case)],
}


def spread(durations: list[timedelta | None]) -> WhistleTimes:
    """Give count, mean and percentiles by the textbook."""
    known = sorted(Fraction(d // timedelta(microseconds=1), 3_600_000_000)
                   for d in durations if d is not None)  # fmt: skip

    def at(share: Fraction) -> Fraction:
        place = (len(known) - 1) * share
        low = int(place)
        high = min(low + 1, len(known) - 1)
        return known[low] + (known[high] - known[low]) * (place - low)

    def plain(value: Fraction) -> Decimal:
        return Decimal(value.numerator) / Decimal(value.denominator)

    return WhistleTimes(
        n=len(known),
        open=len(durations) - len(known),
        mean=plain(sum(known) / len(known)) if known else None,
        p50=plain(at(Fraction(1, 2))) if known else None,
        p90=plain(at(Fraction(9, 10))) if known else None,
    )


def rough(times: WhistleTimes) -> tuple[Any, ...]:
    """Give times to the millisecond: the model divides with fewer digits."""
    return (times.n, times.open, *(
        None if value is None else round(value, 9) for value in (times.mean, times.p50, times.p90)
    ))  # fmt: skip


def naive(cases: list[Whistle], department: str | None = None) -> dict[str, Any]:
    """Count one by one."""
    counted = [case for case in cases if case.state != "cancelled"]
    parts = [
        part
        for case in counted
        for part in case.parts
        if department is None or part.id == department
    ]
    taking = [part for part in parts if part.state not in OUT_OF_IT]
    came = [part for part in taking if part.arrived_at]
    return {
        "blown": len(counted),
        "settled": sum(case.settled_at is not None for case in counted),
        "closed": sum(case.state == "closed" for case in counted),
        "solved": sum(case.outcome == "solved" for case in counted),
        "cancelled": len(cases) - len(counted),
        "summoned": len(taking),
        "released": len(parts) - len(taking),
        "in_time": sum(bool(part.on_time) for part in came),
        "late": sum(not part.on_time for part in came),
        "absent": sum(part.missed for part in taking if not part.arrived_at),
        "awaited": sum(not part.missed for part in taking if not part.arrived_at),
        "no_shows": sum(part.missed for part in taking),
        "arrive": spread([p.arrived_at - p.since if p.arrived_at else None for p in taking]),
        "settle": spread([c.settled_at - c.accepted_at if c.settled_at else None for c in counted]),
    }


def same(group: WhistleGroup, wanted: dict[str, Any]) -> None:
    """Demand that a group says what the model does."""
    counts = {name: value for name, value in wanted.items() if name not in {"arrive", "settle"}}
    assert {name: getattr(group, name) for name in counts} == counts
    assert rough(group.time_to_arrive) == rough(wanted["arrive"])
    assert rough(group.time_to_settle) == rough(wanted["settle"])
    judged = wanted["in_time"] + wanted["late"] + wanted["absent"]
    assert (group.report_in.numerator, group.report_in.denominator) == (wanted["in_time"], judged)
    assert (group.completion.numerator, group.completion.denominator) == (
        wanted["closed"], wanted["blown"],
    )  # fmt: skip


def test_the_town_is_worth_counting(record: tuple[Engine, list[Whistle]]) -> None:
    """Whistles of every fate, units of every kind of absence."""
    _, cases = record
    model = naive(cases)
    assert {case.state for case in cases} >= {"closed", "cancelled"}
    for name in ("closed", "released", "in_time", "late", "absent", "no_shows"):
        assert model[name] > 0, name


@pytest.mark.parametrize("by", [None, *KEYS])
def test_the_figures_are_those_of_plain_python(
    record: tuple[Engine, list[Whistle]], by: str | None
) -> None:
    """All counts, rates and times, for everything and for each key."""
    engine, cases = record
    answer = engine.ask(WhistleFigures.model_validate({"by": by}))
    same(answer.total, naive(cases))
    if by is None:
        assert answer.groups == ()
        return
    keyed: dict[str | None, list[Whistle]] = defaultdict(list)
    for case in cases:
        for key in KEYS[by](case):
            keyed[key].append(case)
    if by == "department":
        # A unit that is released everywhere has a line of its own, with nothing but that.
        assert keyed.keys() <= {group.key for group in answer.groups}
    else:
        assert {group.key for group in answer.groups} == keyed.keys()
    for group in answer.groups:
        if by != "department":
            same(group, naive(keyed[group.key]))
        elif group.key in keyed:
            wanted = naive(keyed[group.key], group.key)
            wanted["released"] = sum(
                part.id == group.key and part.state in OUT_OF_IT
                for case in cases if case.state != "cancelled" for part in case.parts
            )  # fmt: skip
            same(group, wanted)


def test_figures_of_a_street_a_kind_and_a_period(record: tuple[Engine, list[Whistle]]) -> None:
    """Only what was asked for, by the local day of the blowing."""
    engine, cases = record
    first = date(2026, 3, 5)
    days = Period(first=first, after=date(2026, 3, 9))
    chosen = [c for c in cases if c.street == w.STREET]
    same(engine.ask(WhistleFigures(street=w.STREET)).total, naive(chosen))
    chosen = [c for c in cases if c.kind == "EMERGENCY"]
    same(engine.ask(WhistleFigures(kind="EMERGENCY")).total, naive(chosen))
    chosen = [
        c for c in cases
        if first <= (c.accepted_at + timedelta(hours=8)).date() < date(2026, 3, 9)
    ]  # fmt: skip
    assert 0 < len(chosen) < len(cases)
    same(engine.ask(WhistleFigures(during=days)).total, naive(chosen))
    empty = engine.ask(WhistleFigures(during=Month(2020, 1))).total
    assert (empty.blown, empty.completion.rate, empty.report_in.rate) == (0, None, None)
    assert empty.time_to_arrive == WhistleTimes(n=0, open=0, mean=None, p50=None, p90=None)


def test_a_whistle_that_was_blown_again_is_counted() -> None:
    """The new one counts, once it is blown."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:
        lived(engine, clock, (*x.CLOSED, w.REBLOW))
        assert engine.ask(WhistleFigures()).total.reblown == 0
        for step in (w.SUBMIT, w.BLOW):
            clock.advance(step.after)
            engine.submit(step.on(w.NEW_WHISTLE).build(clock.now), by=step.by)
        total = engine.ask(WhistleFigures()).total
        assert (total.reblown, total.blown) == (1, 2)
        assert engine.audit().clean


def test_the_figures_of_the_past_are_those_of_then() -> None:
    """Before the units came nobody had come; before it was blown there was nothing."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:
        case_id = lived(engine, clock, x.CLOSED)
        events = {event.event_name: event.occurred_at for event in engine.history(case_id)}
        then = engine.ask(WhistleFigures(as_of=events["LeadAssigned"])).total
        assert (then.blown, then.closed, then.awaited, then.in_time) == (1, 0, 2, 0)
        drafted = engine.ask(WhistleFigures(as_of=events["Submitted"])).total
        assert drafted.blown == 0
        assert engine.ask(WhistleFigures()).total.closed == 1


# — ratings —


def test_ratings_are_means_of_what_is_published(record: tuple[Engine, list[Whistle]]) -> None:
    """Exact, by unit and dimension; the rest only for the district."""
    engine, cases = record
    for published_only in (True, False):
        sums: dict[tuple[str, str], list[int]] = defaultdict(list)
        for case in cases:
            for rating in case.ratings:
                if rating.published or not published_only:
                    for dimension, points in rating.points:
                        sums[rating.unit, dimension].append(points)
        answer = engine.ask(WhistleRatings(published_only=published_only))
        found = {(s.unit, s.dimension): (s.n, s.points, s.mean) for s in answer.scores}
        assert found.keys() == sums.keys()
        for key, points in sums.items():
            n, total, mean = found[key]
            assert (n, total) == (len(points), sum(points))
            assert mean is not None
            assert abs(mean - Decimal(sum(points)) / len(points)) < Decimal("1e-20")
    assert any(key[0] in town.STREETS for key in sums)


def test_an_unpublished_rating_shows_nowhere() -> None:
    """Until the district publishes it (§4.4)."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:
        case_id = lived(engine, clock, x.EVALUATED)
        assert engine.ask(WhistleRatings()).scores == ()
        (score, *_) = engine.ask(WhistleRatings(unit=w.POLICE, published_only=False)).scores
        assert (score.dimension, score.mean) == ("handling", Decimal(4))
        clock.advance(w.PUBLISH.after)
        engine.submit(w.PUBLISH.on(case_id).build(clock.now), by=w.PUBLISH.by)
        assert len(engine.ask(WhistleRatings()).scores) == 8
        assert engine.ask(WhistleRatings(during=Month(2026, 4))).scores == ()
        assert len(engine.ask(WhistleRatings(during=Month(2026, 3))).scores) == 8


# — the whistle rate —


def test_a_street_that_never_blows_and_one_that_always_does_are_warned() -> None:
    """Both counts stand in the answer; no complaints, no rate (CHINA-2018)."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:
        for n in range(12):
            street = w.OTHER_STREET if n < 9 else w.STREET
            _complain(engine, clock, street)
        lived(engine, clock, x.ISSUED)
        lived(engine, clock, (*x.ISSUED, w.CANCEL))
        own = actor(role.UNIT_OPERATOR, "110105003")
        lived(engine, clock, _by_another(own))
        answer = engine.ask(WhistleRate())
        found = {one.street: (one.whistles, one.complaints, one.warning) for one in answer.streets}
        assert found == {
            w.STREET: (1, 3, "high"),
            w.OTHER_STREET: (0, 9, "low"),
            "110105003": (1, 0, None),
        }
        assert (answer.low, answer.high) == (WhistleRules().rate_low, WhistleRules().rate_high)
        (only,) = engine.ask(WhistleRate(street=w.STREET, during=Month(2026, 3))).streets
        assert (only.whistles, only.rate.numerator, only.rate.denominator) == (1, 1, 3)
        assert engine.ask(WhistleRate(during=Month(2026, 4))).streets == ()


def _by_another(by: Any) -> list[Control]:
    leader = actor(role.UNIT_LEADER, by.unit)
    draft = w.DRAFT.by_actor(by).but(street=by.unit, division=by.unit)
    return [draft, w.SUBMIT.by_actor(by), w.BLOW.by_actor(leader)]


def _complain(engine: Engine, clock: VirtualClock, street: str) -> None:
    case_id = new_case_id()
    dispatch = Control(complaint.Dispatch, controls.DISPATCHER, {"unit": street})
    for step in (controls.REGISTER, controls.ACCEPT, dispatch):
        clock.advance(step.after)
        engine.submit(step.on(case_id).build(clock.now), by=step.by)


# — the worklist of a department —


def test_the_summonses_are_those_that_wait(record: tuple[Engine, list[Whistle]]) -> None:
    """Of one unit or of all, open or ever, missed or not: page by page, by due instant."""
    engine, cases = record
    for unit in (None, *town.DEPARTMENTS):
        for open_only in (True, False):
            for missed in (None, True, False):
                wanted = {
                    (case.id, part.id, part.state)
                    for case in cases
                    for part in case.parts
                    if unit in {None, part.id}
                    and (missed is None or part.missed is missed)
                    and (not open_only or _waits(case, part))
                }
                found = _all(engine, Summonses(unit=unit, open_only=open_only, missed=missed))
                assert {(s.case_id, s.unit, s.state) for s in found} == wanted
                assert len(found) == len(wanted)
                due = [s.due_at for s in found if s.due_at]
                assert due == sorted(due)
                assert not any(s.due_at for s in found[len(due) :])


def _waits(case: Whistle, part: Any) -> bool:
    ended = case.state in case.workflow.ended
    return part.state in WAITING and not ended and case.settled_at is None


def _all(engine: Engine, question: Summonses) -> list[Summons]:
    found: list[Summons] = []
    after = None
    while True:
        page = engine.ask(question.model_copy(update={"size": 3, "after": after}))
        found.extend(page.items)
        after = page.next
        if after is None:
            return found


def test_a_summons_says_when_its_next_step_is_due() -> None:
    """First to sign, then to come; on the scene when the whole matter is due."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:
        key_work = (w.DRAFT.but(kind="KEY_WORK"), w.SUBMIT, w.BLOW.by_actor(w.SECRETARY))
        case_id = lived(engine, clock, (*key_work, w.ASSIGN_LEAD))

        def due() -> tuple[Any, Any]:
            (one,) = engine.ask(Summonses(unit=w.POLICE, kind="KEY_WORK")).items
            return one.due_at, one.role

        case = engine.case(case_id)
        assert due() == (case.clock("sign:police").due_at, "lead")
        for step, name in ((w.SIGN, "contact:police"), (w.CONTACT, "report_in:police")):
            clock.advance(step.after)
            engine.submit(step.on(case_id).build(clock.now), by=step.by)
            assert due()[0] == case.clock(name).due_at
        clock.advance(w.REPORT_IN.after)
        engine.submit(w.REPORT_IN.on(case_id).build(clock.now), by=w.REPORT_IN.by)
        assert due()[0] == case.due_at


@pytest.mark.parametrize("after", ["", "x", "1/2", "99999999999999999999999/a/b", "//"])
def test_a_cursor_of_another_list_is_refused(after: str) -> None:
    """A page goes on where one of the same list ended."""
    with Engine.open("memory:", clock=VirtualClock()) as engine, pytest.raises(InputError):
        engine.ask(Summonses(after=after))
