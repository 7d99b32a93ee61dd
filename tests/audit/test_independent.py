"""
What an audit finds right is right by other code too.

Deadlines by the lists of holidays, figures by plain SQL over the stored events: nothing here
imports the calendar or reads the register.
"""

from __future__ import annotations

import calendar
import csv
import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.engine.sample import Life
from zhili import Engine
from zhili.commands.policy import publish
from zhili.demo import simulate
from zhili.policies.presets import jinan, qinglong, shanghai, weifang
from zhili.projections.rate import ClosingRate, ResolutionRate
from zhili.projections.time_to_close import TimeToClose
from zhili.testing import CASE, TICK, actor, controls, path_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

CHINA = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
MORNINGS = [
    datetime(2026, month, day, 1, tzinfo=UTC)
    for month, day in ((3, 30), (4, 29), (6, 17), (9, 18), (9, 24), (9, 29), (12, 10), (12, 21))
]
"""Days before which, or after which, the working week is not the usual one."""


class Stored(NamedTuple):
    """An event as it stands in the file."""

    case_id: str
    topic: str
    says: dict[str, Any]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulate a district for a fortnight."""
    path = tmp_path_factory.mktemp("district") / "cases.db"
    simulate(f"sqlite:///{path}", days=14).engine.close()
    return path


@pytest.fixture(scope="module")
def holidays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dispatch cases around all holidays of a year, under the limits of four cities in turn."""
    path = tmp_path_factory.mktemp("holidays") / "cases.db"
    life = Life(f"sqlite:///{path}")
    cities = (shanghai(), jinan(), qinglong(), weifang())
    for n, morning in enumerate(MORNINGS):
        life.clock.set(morning)
        life.engine.submit(publish(cities[n % len(cities)]), by=actor("administrator"))
        for m, state in enumerate(("ledgered", "closed", "rework", "disputed")):
            _live(life, state, _case(100 * n + m))
        extended = (controls.REQUEST_EXTENSION, controls.GRANT_EXTENSION)
        _live(life, "handling", _case(100 * n + 50), *extended)
    life.live(TICK)
    assert life.engine.audit().findings == ()
    life.close()
    return path


def _case(n: int) -> UUID:
    return type(CASE)(int=CASE.int + 5000 + n)


def _live(life: Life, state: str, case_id: UUID, *more: Any) -> None:
    life.live(*(step.on(case_id) for step in (*path_to(state), *more)))  # type: ignore[union-attr]  # no tick


def stored(path: Path) -> list[Stored]:
    """Read the events of complaints, in the order of cases and versions."""
    sql = (
        "SELECT originator_id, topic, state FROM stored_events WHERE topic LIKE 'complaint.%' "
        "ORDER BY originator_id, originator_version"
    )
    with closing(sqlite3.connect(path)) as store:
        return [Stored(row[0], row[1], json.loads(row[2])) for row in store.execute(sql)]


def certain_until(path: Path) -> dict[int, date]:
    """Read the day up to which each version of the calendar was announced."""
    sql = "SELECT originator_version, state FROM stored_events WHERE topic = 'policy.published'"
    with closing(sqlite3.connect(path)) as store:
        said = [(row[0], json.loads(row[1])) for row in store.execute(sql)]
    return {
        version: date.fromisoformat(event["document"]["certain_until"])
        for version, event in said
        if event["policy"] == "calendar"
    }


# — deadlines —


class Days:
    """The working days of China, from the lists of the State Council."""

    def __init__(self, file: Path) -> None:
        """Read `days.csv`: days that are off, or are made up for, although the week says else."""
        with file.open(encoding="utf-8") as lines:
            self.listed = {
                date.fromisoformat(line["date"]): line["is_off_day"] == "true"
                for line in csv.DictReader(lines)
            }

    def working(self, day: date) -> bool:
        """Say whether people work on *day*."""
        return not self.listed[day] if day in self.listed else day.isoweekday() <= 5

    def due(self, since: datetime, limit: dict[str, Any]) -> tuple[datetime, date | None]:
        """Give when *limit* ends that counts from *since*, and the last day that was looked up."""
        amount, unit = limit["amount"], limit["unit"]
        if unit in {"minutes", "hours"}:
            return since + timedelta(**{unit: amount}), None
        first = since.astimezone(CHINA).date()
        last, looked = self._last(first, amount, unit)
        if limit.get("roll_forward"):
            looked = last
            while not self.working(last):
                last += DAY
                looked = last
        midnight = datetime.combine(last + DAY, time(0), tzinfo=CHINA)
        return midnight, looked

    def _last(self, first: date, amount: int, unit: str) -> tuple[date, date | None]:
        if unit == "working_days":
            last = first
            while amount:
                last += DAY
                amount -= self.working(last)
            return last, last
        if unit == "days":
            return first + amount * DAY, None
        assert unit == "months"
        years, month = divmod(first.month - 1 + amount, 12)
        year = first.year + years
        day = min(first.day, calendar.monthrange(year, month + 1)[1])
        return date(year, month + 1, day), None


def instant(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("record", ["district", "holidays"])
def test_every_deadline_is_what_the_lists_of_holidays_give(
    request: pytest.FixtureRequest, shared_data: Path, record: str
) -> None:
    """Start, resume and move: each due instant counted anew, and its doubt as well."""
    days = Days(shared_data / "cn_holidays" / "days.csv")
    path = request.getfixturevalue(record)
    certain = certain_until(path)
    counted: dict[str, int] = {}
    running: dict[tuple[str, str], tuple[dict[str, Any], datetime]] = {}
    for event in stored(path):
        for mark in event.says.get("marks", ()):
            if mark["action"] not in {"start", "resume", "move"}:
                continue
            clock = (event.case_id, mark["name"])
            since = instant(mark.get("since") or event.says["occurred_at"])
            if mark["action"] == "move":
                limit, before = running[clock]
                limit = mark.get("limit") or limit
                since = since if "since" in mark else before
            elif "limit" not in mark:  # the event itself says when
                assert mark["due_at"] in {
                    event.says.get("review_at"),
                    event.says.get("expected_at"),
                }
                continue
            else:
                limit = mark["limit"]
            running[clock] = limit, since
            due, looked = days.due(since, limit)
            assert instant(mark["due_at"]) == due, (event, mark)
            doubtful = looked is not None and looked > certain[event.says["rules"]["calendar"]]
            assert ("provisional" in mark) is doubtful, (event, mark)
            counted[limit["unit"]] = counted.get(limit["unit"], 0) + 1
    assert sum(counted.values()) > 200
    if record == "holidays":
        assert {"hours", "minutes", "days", "working_days"} <= counted.keys()


# — figures —

CASES_SQL = """
WITH said AS (
    SELECT
        originator_id AS id, originator_version AS version, topic,
        json_extract(CAST(state AS TEXT), '$.state') AS state,
        json_extract(CAST(state AS TEXT), '$.occurred_at') AS at,
        CASE topic
            WHEN 'complaint.imported-closed' THEN 'solved'
            ELSE json_extract(CAST(state AS TEXT), '$.outcome')
        END AS outcome
    FROM stored_events
    WHERE topic LIKE 'complaint.%'
),
reopened AS (
    SELECT id, MAX(version) AS version FROM said WHERE topic = 'complaint.reopened' GROUP BY id
),
since AS (  -- what a reopening took back is not there
    SELECT said.* FROM said LEFT JOIN reopened USING (id)
    WHERE said.version > COALESCE(reopened.version, 0)
),
lives AS (
    SELECT
        id,
        (SELECT at FROM said s WHERE s.id = o.id AND s.version = 1) AS opened_at,
        (SELECT at FROM since s WHERE s.id = o.id AND topic LIKE '%closed') AS closed_at,
        (SELECT outcome FROM since s WHERE s.id = o.id AND topic LIKE '%closed') AS outcome,
        (SELECT state FROM said s WHERE s.id = o.id ORDER BY version DESC LIMIT 1) AS state,
        EXISTS (
            SELECT 1 FROM said s
            WHERE s.id = o.id AND topic IN ('complaint.accepted', 'complaint.imported')
        ) AS taken,
        EXISTS (
            SELECT 1 FROM since s WHERE s.id = o.id AND topic = 'complaint.exclusion-granted'
        ) AS excluded
    FROM (SELECT DISTINCT id FROM said) o
)
SELECT opened_at, closed_at, outcome, state FROM lives
WHERE taken AND NOT excluded
    AND state NOT IN (
        'answered', 'not_accepted', 'referred_out', 'withdrawn', 'terminated', 'merged'
    )
    AND NOT (state = 'archived' AND closed_at IS NULL)
"""


class Closed(NamedTuple):
    """The figures, counted without the library."""

    total: int
    closed: int
    solved: int
    hours: tuple[Fraction, ...]


@pytest.fixture(scope="module")
def plain(district: Path) -> Closed:
    """Count in plain SQL over the stored events."""
    with closing(sqlite3.connect(district)) as store:
        rows = store.execute(CASES_SQL).fetchall()
    closed = [row for row in rows if row[3] in {"closed", "archived"}]
    took = sorted(instant(row[1]) - instant(row[0]) for row in closed)
    hours = tuple(Fraction(span // timedelta(microseconds=1), 3_600_000_000) for span in took)
    return Closed(len(rows), len(closed), sum(row[2] == "solved" for row in closed), hours)


@pytest.fixture(scope="module")
def engine(district: Path) -> Iterator[Engine]:
    """Open the district's store."""
    later = datetime(2026, 6, 1, tzinfo=UTC)
    with Engine.open(f"sqlite:///{district}", create=False, clock=lambda: later) as opened:
        yield opened


def test_the_closing_rate_is_that_of_plain_sql(engine: Engine, plain: Closed) -> None:
    """So many closed of so many."""
    (group,) = engine.ask(ClosingRate()).groups
    assert (group.figure.numerator, group.figure.denominator) == (plain.closed, plain.total)
    assert plain.total > plain.closed > 5


def test_the_resolution_rate_is_that_of_plain_sql(engine: Engine, plain: Closed) -> None:
    """So many solved of so many."""
    (group,) = engine.ask(ResolutionRate()).groups
    assert (group.figure.numerator, group.figure.denominator) == (plain.solved, plain.total)
    assert plain.closed > plain.solved > 0


def test_the_time_to_close_is_that_of_plain_sql(engine: Engine, plain: Closed) -> None:
    """How many, the mean, and the percentiles both ways."""
    (group,) = engine.ask(TimeToClose()).groups
    spread = group.time
    assert spread.n == len(plain.hours) == plain.closed
    assert near(spread.mean, sum(plain.hours) / spread.n)
    for percent in (50, 75, 90, 95):
        assert near(getattr(spread, f"p{percent}_linear"), linear(plain.hours, percent))
        rank = -(-spread.n * percent // 100)
        assert near(getattr(spread, f"p{percent}_nearest"), plain.hours[rank - 1])


def linear(values: tuple[Fraction, ...], percent: int) -> Fraction:
    """Give a percentile by linear interpolation (type 7)."""
    place = Fraction((len(values) - 1) * percent, 100)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


def near(figure: Decimal | None, exact: Fraction) -> bool:
    """Say whether *figure* is *exact* as far as it goes."""
    assert figure is not None
    digits = -int(figure.as_tuple().exponent)
    assert digits >= 4 or Fraction(figure) == exact, "few digits, though more are needed"
    return abs(Fraction(figure) - exact) <= Fraction(1, 10**digits)
