"""The simulation: lives in a queue, a clock that only goes forward, and a tick every hour."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from zhili.aggregates import Complaint
from zhili.commands.policy import publish
from zhili.demo import people
from zhili.demo.coverage import Coverage, coverage
from zhili.demo.district import STREETS, VILLAGE, starting_policies, whole_calendar
from zhili.demo.life import Course, Stage
from zhili.demo.ordinary import ORDINARY
from zhili.demo.story import STORIES
from zhili.engine import Engine
from zhili.errors import InputError
from zhili.progress import Progress, silent
from zhili.testing.clock import VirtualClock

__all__ = ["DAYS", "Simulated", "simulate", "was_moved"]

ZONE: Final = ZoneInfo("Asia/Shanghai")
START: Final = datetime(2026, 3, 2, tzinfo=ZONE)
DAYS: Final = 91
"""From Monday, 2 March to Sunday, 31 May 2026."""

DAYS_MAX: Final = 180
"""A longer one takes minutes, and leaves the year whose days off are known."""

CALENDAR_COMES: Final = timedelta(days=25, hours=10)
HOUR: Final = timedelta(hours=1)


class Simulated(NamedTuple):
    """The district after the last day: its engine, the rows taken, what is worth a look."""

    engine: Engine
    coverage: Coverage
    street: str
    village: str
    case_id: UUID | None
    first: datetime
    after: datetime


def simulate(
    url: str = "memory:",
    *,
    seed: int = 12345,
    days: int = DAYS,
    progress: Progress = silent,
    clock: VirtualClock | None = None,
) -> Simulated:
    """
    Simulate the district for *days* from 2 March 2026 in a new store at *url*.

    The same seed gives the same log, to the last byte. The engine goes by *clock*, which stands
    where the last day ended.

    Raises:
        InputError: If the store holds cases already, or the days are too many.
    """
    if not 1 <= days <= DAYS_MAX:
        raise InputError(f"simulate 1 to {DAYS_MAX} days, not {days}", days=days)
    clock = clock or VirtualClock()
    clock.set(START)
    engine = Engine.open(url, clock=clock)
    try:
        _refuse_used(engine)
        _Simulation(engine, clock, seed, days).run(progress)
        found = coverage(engine)
        case_id = _telling_case(engine)
    except BaseException:
        engine.close()
        raise
    street = _busiest_street(engine)
    return Simulated(engine, found, street, VILLAGE, case_id, START, clock.now)


def _refuse_used(engine: Engine) -> None:
    if engine.store.rows("SELECT COUNT(*) FROM cases", {})[0][0]:
        message = "the store holds cases already; name one that does not exist yet"
        raise InputError(message)


class _Simulation:
    """Lives that wait for their next act, the soonest first."""

    def __init__(self, engine: Engine, clock: VirtualClock, seed: int, days: int) -> None:
        self.engine = engine
        self.clock = clock
        self.end = (START + timedelta(days=days)).astimezone(UTC)
        self.days = days
        self.stage = Stage(engine, whole_calendar(), seed, self.begin)
        self.queue: list[tuple[datetime, int, Course]] = []
        self.order = count()
        self.next_tick = clock.now + HOUR

    def begin(self, life: Course, at: datetime | None = None) -> None:
        """Let *life* act at an instant; now if none is given."""
        when = (at or self.clock.now).astimezone(UTC)
        # The number keeps those of the same instant in the order of their coming.
        heapq.heappush(self.queue, (when, next(self.order), life))

    def run(self, progress: Progress) -> None:
        """Play every life to its end, or to the last day."""
        for policy in starting_policies():
            self.engine.submit(publish(policy), by=people.PUBLISHER)
        self._plan()
        while self.queue and self.queue[0][0] < self.end:
            when, _, life = heapq.heappop(self.queue)
            self._pass_until(when, progress)
            self.engine.tick()
            self.stage.turn += 1
            wait = next(life, None)
            if wait is not None:
                self.begin(life, self.clock.now + wait)
        self._pass_until(self.end, progress)
        self.engine.tick()

    def _pass_until(self, when: datetime, progress: Progress) -> None:
        while self.next_tick <= when:
            self.clock.set(self.next_tick)
            self.engine.tick()
            self.next_tick += HOUR
            progress("simulate", self.days - (self.end - self.clock.now).days, self.days)
        self.clock.set(when)

    def _plan(self) -> None:
        chance = Random(f"{self.stage.seed}:plan")  # noqa: S311 - chance, not a secret
        self.begin(self._calendar(), START + CALENDAR_COMES)
        for story in STORIES:
            for place in range(story.times):
                span = story.last_day - story.first_day
                day = story.first_day + span * (place + chance.random()) / story.times
                name = f"{story.name}:{place}"
                self._enter(story.play, name, START + timedelta(days=int(day)), chance)
        for ordinary in ORDINARY:
            for place in range(round(self.days * ordinary.a_day)):
                day = chance.randrange(self.days)
                name = f"{ordinary.play.__name__}:{place}"
                self._enter(ordinary.play, name, START + timedelta(days=day), chance)

    def _enter(
        self, play: Callable[[Stage, str], Course], name: str, day: datetime, chance: Random
    ) -> None:
        """Let a life begin at some hour of *day*; most people call in the morning."""
        hour = 7 + 15 * chance.betavariate(1.6, 2.4)
        at = day + timedelta(seconds=round(hour * 3600))
        self.begin(play(self.stage, name), at)

    def _calendar(self) -> Course:
        """Publish the list of days off that the district had missed."""
        self.engine.submit(publish(whole_calendar()), by=people.PUBLISHER)
        yield from ()


def _busiest_street(engine: Engine) -> str:
    """Give the street with the most open cases."""
    sql = (
        "SELECT unit, COUNT(*) FROM cases WHERE NOT ended AND case_type = 'complaint' GROUP BY unit"
    )
    found = {str(unit): int(number) for unit, number in engine.store.rows(sql, {})}
    return max(STREETS, key=lambda street: (found.get(street, 0), street))


def _telling_case(engine: Engine) -> UUID | None:
    """Give a complaint with a whistle, whose deadline a calendar moved; or what comes nearest."""
    sql = (
        "SELECT c.case_id FROM cases c LEFT JOIN cases w ON w.origin = c.case_id "
        "AND w.case_type = 'whistle' AND w.closed_at IS NOT NULL "
        "WHERE c.case_type = 'complaint' AND c.kind IS NOT NULL "
        "ORDER BY CASE WHEN w.case_id IS NULL THEN 1 ELSE 0 END, "
        "CASE WHEN c.closed_at IS NULL THEN 1 ELSE 0 END, "
        "CASE WHEN c.grade = 'COMPLEX' THEN 0 ELSE 1 END, c.opened_at, c.case_id"
    )
    ids = [UUID(str(case_id)) for (case_id,) in engine.store.rows(sql, {})]
    return next((case_id for case_id in ids if was_moved(engine, case_id)), ids[0] if ids else None)


def was_moved(engine: Engine, case_id: UUID) -> bool:
    """Tell whether a calendar that came late gave the handling of the case another day."""
    return any(
        isinstance(event, Complaint.DeadlineRecalculated)
        and event.clock == "handle"
        and event.due_at != event.was_due_at
        for event in engine.history(case_id)
    )
