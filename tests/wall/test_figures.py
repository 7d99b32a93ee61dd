"""The figures of the wall (§5.4): the published ones, a naive count, and both databases."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.wall import steps as s
from tests.wall.lives import Wall as LivingWall
from zhili import Engine, Month
from zhili.projections.figure import run
from zhili.projections.holding import held
from zhili.projections.rate import Rate
from zhili.projections.register import TABLES, microseconds
from zhili.projections.statement import statement
from zhili.projections.wall_figures import WALL_STATEMENTS, WallFigures, WallGroup
from zhili.projections.warehouse import types_of
from zhili.testing import CASE, OTHER_CASE, Control, VirtualClock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhili.aggregates import CaseEvent

to = s.to


def wall_of(*lots: tuple[int, Sequence[Any]]) -> Engine:
    """Live each way with so many items, all by real commands, one item after the other."""
    clock = VirtualClock()
    engine = Engine.open("memory:", clock=clock)
    nth = 0
    for count, way in lots:
        for _ in range(count):
            nth += 1
            for step in way:
                if isinstance(step, Control):
                    on = step.on(UUID(int=CASE.int + nth))
                    engine.submit(on.build(clock.advance(seconds(1))), by=step.by)
    return engine


def seconds(count: int) -> timedelta:
    """Give some seconds."""
    return timedelta(seconds=count)


def percent(rate: Decimal | None) -> Decimal:
    """Give a rate as people print it."""
    assert rate is not None
    return (rate * 100).quantize(Decimal("0.01"))


def test_panlong() -> None:
    """F1: of 230 collected 58 are solved and 4 in progress; of 168 nothing was ever reported."""
    with wall_of((58, to("resolved")), (4, to("in_progress")), (168, to("posted"))) as engine:
        answer = engine.ask(WallFigures(by="category"))
        total = answer.total
        assert (total.collected, total.posted, total.resolved, total.in_progress) == (
            230, 230, 58, 4,
        )  # fmt: skip
        assert total.unreported == 168
        assert (total.refused, total.refused_by_reason) == (0, {})
        assert percent(total.resolution_of_collected.rate) == Decimal("25.22")
        handled = Decimal(total.resolved + total.in_progress) / total.collected
        assert percent(handled) == Decimal("26.96")
        assert [group.model_copy(update={"key": None}) for group in answer.groups] == [total]
        assert engine.audit().findings == ()


def test_linjiang() -> None:
    """F9: of 12 collected 9 are solved and 3 in progress: 75 %, and nothing is unaccounted for."""
    with wall_of((9, to("echoed")), (3, to("in_progress"))) as engine:
        total = engine.ask(WallFigures()).total
        assert (total.collected, total.resolved, total.in_progress) == (12, 9, 3)
        assert percent(total.resolution_of_collected.rate) == Decimal("75.00")
        assert percent(total.resolution_of_posted.rate) == Decimal("75.00")
        assert total.unreported == 0
        assert (total.echo_rate.numerator, total.echo_rate.denominator) == (9, 9)


def test_an_empty_wall_has_no_rates() -> None:
    """Nothing to divide by is no data, never 0."""
    with Engine.open("memory:") as engine:
        answer = engine.ask(WallFigures(by="village"))
        assert answer.groups == ()
        rates = [each.rate for each in vars(answer.total).values() if isinstance(each, Rate)]
        assert rates == [None] * 6
        assert answer.total.median_days_to_echo is None
        assert answer.total.collected == 0


def test_a_promise_is_broken_when_its_day_is_over() -> None:
    """Nobody has to mark it for the figure to know (§5.4)."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:
        for step in to("planned"):
            engine.submit(step.build(clock.advance(seconds(1))), by=step.by)
        total = engine.ask(WallFigures()).total
        assert (total.kept, total.broken, total.pending) == (0, 0, 1)
        assert total.promise_kept_rate.rate is None
        clock.advance(20 * s.DAY)
        total = engine.ask(WallFigures()).total
        assert (total.kept, total.broken, total.pending) == (0, 1, 0)
        assert total.promise_kept_rate.rate == 0


def test_a_broken_promise_stays_broken() -> None:
    """Posting it again makes nobody forget it, even if the next promise is kept (P18)."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:

        def live(*steps: Any) -> None:
            for step in steps:
                if isinstance(step, Control):
                    engine.submit(step.build(clock.advance(seconds(1))), by=step.by)
                else:
                    clock.advance(step)
                    engine.tick()

        def promises() -> tuple[int, int, int, int]:
            total = engine.ask(WallFigures()).total
            return total.kept, total.kept_first, total.broken, total.pending

        live(*to("in_progress"), 20 * s.DAY, s.DECLARE_RESOLVED, s.POST_ECHO)
        live(s.VOTE_AGAINST, s.WINDOW, s.REPOST.but(ground="dissatisfied"))
        assert promises() == (0, 0, 1, 0)
        again = s.SET_PLAN.but(promised_on=date(2026, 5, 1), next_report_on=date(2026, 4, 10))
        live(s.CLAIM, again, s.START_WORK, s.DECLARE_RESOLVED)
        assert promises() == (0, 0, 1, 0)
        assert engine.case(CASE).on_time is True


def test_a_promise_kept_by_its_first_day() -> None:
    """What was promised anew and kept is kept, and not by the day that was promised first."""
    anew = to("in_progress", s.CHANGE_PROMISE, s.DECLARE_RESOLVED)
    with wall_of((2, to("resolved")), (1, anew)) as engine:
        total = engine.ask(WallFigures()).total
        assert (total.kept, total.kept_first, total.changed) == (3, 2, 1)


def test_what_nobody_promised_breaks_no_promise() -> None:
    """A day on which it has to be posted or taken on is due, and is no promise."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:
        for step in to("posted", s.COLLECT.on(OTHER_CASE)):
            engine.submit(step.build(clock.advance(seconds(1))), by=step.by)
        clock.advance(20 * s.DAY)
        total = engine.ask(WallFigures()).total
        assert (total.kept, total.broken, total.pending) == (0, 0, 0)


def test_refused_items_are_counted_by_reason() -> None:
    """Not posted, merged and waiting are each their own count, and none of them unreported."""
    with wall_of(
        (2, to("not_posted")),
        (1, to("screened", s.REFUSE.but(reason="libel"))),
        (1, to("screened")),
        (1, to("posted")),
    ) as engine:
        total = engine.ask(WallFigures()).total
        assert total.refused_by_reason == {"libel": 1, "not_public": 2}
        assert (total.collected, total.refused, total.waiting) == (5, 3, 1)
        assert (total.posted, total.unreported) == (1, 1)


# — a naive count —


class Naive:
    """What the figures should be, counted event by event in plain Python."""

    def __init__(self, histories: Iterable[Sequence[CaseEvent]], at: datetime) -> None:
        self.at = at
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.taken: list[int] = []
        for history in histories:
            known = [event for event in history if event.occurred_at <= at]
            if known:
                self._count(known)

    def _count(self, events: Sequence[Any]) -> None:
        named = [event.event_name for event in events]
        state = events[-1].state
        self.counts["collected"] += 1
        self.counts["refused"] += "PostingRefused" in named
        self.counts["merged"] += "Merged" in named
        self.reasons.update(e.reason for e in events if e.event_name == "PostingRefused")
        self.counts["posted"] += "Posted" in named
        self.counts["claimed"] += "Claimed" in named or "Assigned" in named
        self.counts["changed"] += "PromiseChanged" in named
        self.counts["in_progress"] += state in {"in_progress", "transferred"}
        self.counts["transferred"] += state == "transferred"
        for event in events:
            if event.event_name == "EchoEvaluated":
                self.counts[event.vote] += 1
        begins = [0, *(n for n, name in enumerate(named) if name == "Reposted"), len(events)]
        *earlier, now = [
            {event.event_name: event for event in events[first:after]}
            for first, after in pairwise(begins)
        ]
        broken = any(self._is_broken(past) for past in earlier)
        self._count_round(events, now, broken=broken)

    def _is_broken(self, taken: dict[str, Any]) -> bool:
        """Say whether a round ended after the day that was promised last."""
        promise = taken.get("PromiseChanged") or taken.get("PlanSet")
        told = taken.get("Resolved") or taken.get("Explained") or taken.get("Transferred")
        return promise is not None and (told.occurred_at if told else self.at) > promise.due_at

    def _count_round(self, events: Sequence[Any], now: dict[str, Any], *, broken: bool) -> None:
        told = now.get("Resolved") or now.get("Explained")
        self.counts["resolved"] += "Resolved" in now
        self.counts["explained"] += "Explained" in now
        told_elsewhere = now.get("TransferConcluded")
        if told_elsewhere is not None:
            self.counts["resolved"] += told_elsewhere.outcome == "solved"
            self.counts["explained"] += told_elsewhere.outcome == "explained"
        echo = now.get("EchoPosted") or told_elsewhere
        if echo is not None:
            self.counts["echoed"] += 1
            posted = next(e for e in events if e.event_name == "Posted")
            self.taken.append((echo.occurred_at - posted.occurred_at) // MICRO)
        if broken or self._is_broken(now):
            self.counts["broken"] += 1
            return
        promise = now.get("PromiseChanged") or now.get("PlanSet")
        if promise is None:
            return
        told = told or now.get("Transferred")
        if "Resolved" in now:
            self.counts["kept"] += 1
            self.counts["kept_first"] += all(e.event_name != "PromiseChanged" for e in events)
        elif told is None:
            self.counts["pending"] += 1


MICRO = timedelta(microseconds=1)
COUNTED = (
    "collected", "refused", "merged", "posted", "claimed", "resolved", "explained", "in_progress",
    "transferred", "echoed", "kept", "kept_first", "broken", "pending", "changed", "satisfied",
    "basically_satisfied", "dissatisfied",
)  # fmt: skip


def same(group: WallGroup, naive: Naive) -> None:
    """Demand that a group says what the naive count says."""
    assert {name: getattr(group, name) for name in COUNTED} == {
        name: naive.counts[name] for name in COUNTED
    }
    assert group.refused_by_reason == dict(naive.reasons)
    days = median(map(Fraction, naive.taken)) / 86_400_000_000 if naive.taken else None
    told = group.median_days_to_echo
    assert (told is None) == (days is None)
    if told is not None and days is not None:
        assert abs(Fraction(told) - days) < Fraction(1, 10**20)
    assert group.unreported == (group.posted - group.resolved - group.in_progress - group.explained)


def living(seed: int) -> LivingWall:
    """Give a wall that has lived at random."""
    wall = LivingWall(Random(seed), 12)  # noqa: S311 - a made-up life
    wall.live(300)
    return wall


@pytest.mark.parametrize("seed", range(3))
def test_figures_are_those_of_a_naive_count(seed: int) -> None:
    """Now and at earlier instants, in all, by category, by village and by month (§5.4)."""
    wall = living(seed)
    with wall.engine as engine:
        cases = [engine.case(case_id) for case_id in wall.ids]
        histories = {case.id: engine.history(case.id) for case in cases}
        opened = min(history[0].occurred_at for history in histories.values())
        span = wall.clock.now - opened
        for at in (wall.clock.now, opened + span / 3, opened + span / 40):
            total = engine.ask(WallFigures(as_of=at)).total
            same(total, Naive(histories.values(), at))
        for by in ("category", "village"):
            for group in engine.ask(WallFigures(by=by)).groups:
                own = [histories[case.id] for case in cases if getattr(case, by) == group.key]
                same(group, Naive(own, wall.clock.now))
        (month,) = engine.ask(WallFigures(by="month")).groups
        assert month.key == "2026-03"
        other = engine.ask(WallFigures(village=s.OTHER_VILLAGE, category="environment")).total
        own = [
            histories[case.id]
            for case in cases
            if (case.village, case.category) == (s.OTHER_VILLAGE, "environment")
        ]
        same(other, Naive(own, wall.clock.now))
        assert engine.ask(WallFigures(during=Month(2026, 4))).total.collected == 0
        assert engine.ask(WallFigures(during=Month(2026, 3))).total.collected == len(cases)
        assert engine.audit().findings == ()


# — both databases —


ASKED: tuple[dict[str, Any], ...] = (
    {},
    {"by": "category"},
    {"by": "village", "category": "environment"},
    {"by": "month", "village": s.VILLAGE},
    {"by": "category", "first_day": date(2026, 3, 1).toordinal() - date(1970, 1, 1).toordinal()},
)


@pytest.mark.postgres
def test_every_statement_says_the_same_on_both_databases(postgres_url: str) -> None:
    """Same text, same rows, same answer: whoever has the register can check a figure."""
    import psycopg

    wall = living(5)
    filled = set()
    with wall.engine as engine, psycopg.connect(postgres_url) as server:
        cursor = engine._memory.reader.record().warehouse()
        for table in TABLES:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in types_of(held(table)).items())
            server.execute(f"CREATE TABLE {table.name} ({columns})".encode())
            rows = cursor.execute(f"SELECT * FROM {table.name}").fetchall()
            with server.cursor().copy(f"COPY {table.name} FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)
        now = microseconds(wall.clock.now)
        nothing = dict.fromkeys(("by", "village", "category", "first_day", "after_day"))
        for name in WALL_STATEMENTS:
            sql = statement(name)
            for asked in ASKED:
                values = {**nothing, "as_of": now, **asked}
                values = {key: values[key] for key in sql.parameters}
                ours = run(cursor, sql, values)
                theirs = server.execute(sql.psycopg.encode(), values).fetchall()
                assert plain(ours) == plain(theirs), (name, asked)
                if len(ours) > 1:
                    filled.add(name)
    assert filled == set(WALL_STATEMENTS)


def plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Give rows with whole numbers as such and in one order."""
    whole = [tuple(int(v) if isinstance(v, Decimal) else v for v in row) for row in rows]
    return sorted(whole, key=repr)
