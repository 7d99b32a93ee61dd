"""Made-up cities: lives of cases, their register rows, and a naive model of every figure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from zhili.errors import CaseNotFoundError, PolicyRefusedError
from zhili.policies import defaults
from zhili.policies.rules import Rules
from zhili.projections.register import CASES, PARTS, SPELLS
from zhili.projections.warehouse import Warehouse

if TYPE_CHECKING:
    from zhili.aggregates import Case, CaseEvent
    from zhili.policies import Policy
    from zhili.projections.question import Cursor
    from zhili.projections.statistics import Statistic

ZONE = "Asia/Shanghai"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3_600_000_000
DAY = 24 * HOUR
BASE = 1_767_225_600_000_000  # 2026-01-01T00:00Z
CLOSED = {"closed", "archived"}
APART = {"answered", "not_accepted", "referred_out", "withdrawn", "terminated", "merged"}
ENDED = CLOSED | APART
STREETS = ("110105001", "110105002", "110101001", "110101001003", "310115001", "bureau-of-parks")


def us(when: datetime) -> int:
    """Give an instant as the register keeps it."""
    return (when - EPOCH) // timedelta(microseconds=1)


def at(value: int) -> datetime:
    """Give the instant of a number."""
    return EPOCH + timedelta(microseconds=value)


def local(value: int, zone: str) -> datetime:
    """Give the local time of a number."""
    return at(value).astimezone(ZoneInfo(zone))


def day_of(value: int, zone: str) -> int:
    """Give the local day of a number."""
    return (local(value, zone).date() - EPOCH.date()).days


@dataclass
class Stand:
    """How a case stands from an instant on."""

    since: int
    state: str
    unit: str | None
    outcome: str | None = None
    on_time: bool | None = None


@dataclass
class Life:
    """One case: what it is, and how it stood from when to when."""

    id: str
    stands: list[Stand]
    fields: dict[str, Any] = field(default_factory=dict)
    closed_at: int | None = None

    def get(self, name: str) -> Any:
        """Give a column."""
        return self.fields.get(name)

    def stand(self, when: int) -> Stand | None:
        """Give how it stood at an instant, None before it was there."""
        found = None
        for stand in self.stands:
            if stand.since <= when:
                found = stand
        return found

    def closing(self, when: int) -> int | None:
        """Give the last closing at or before an instant at which it is closed."""
        stand = self.stand(when)
        if stand is None or stand.state not in CLOSED:
            return None
        if self.get("source"):
            return self.closed_at
        closings = [
            later.since
            for earlier, later in zip(self.stands, self.stands[1:], strict=False)
            if later.state in CLOSED and earlier.state not in CLOSED and later.since <= when
        ]
        return closings[-1]

    def counted(self, when: int) -> bool:
        """Tell whether it is in the default population at an instant."""
        stand = self.stand(when)
        if stand is None or stand.state in APART or self.get("excluded"):
            return False
        accepted = self.get("accepted_at")
        return bool(self.get("source")) or (accepted is not None and stand.since >= accepted)

    def case_row(self, position: int) -> tuple[Any, ...]:
        """Give the row of `cases`."""
        last, zone = self.stands[-1], self.fields["zone"]
        opened, closed = self.fields["opened_at"], self.closed_at
        row: dict[str, Any] = {
            "case_id": self.id,
            "case_type": "complaint",
            "number": f"N{self.id}",
            "version": len(self.stands),
            "position": position,
            "state": last.state,
            "ended": last.state in ENDED,
            "unit": last.unit,
            "confidentiality": 0,
            "outcome": last.outcome,
            "on_time": last.on_time,
            "closed_at": closed,
            "opened_month": f"{local(opened, zone):%Y-%m}",
            "opened_day": day_of(opened, zone),
            "opened_clock": 0,
            "counted": self.counted(2**62),
            "excluded": False,
            "outcome_unknown": False,
            **self.fields,
        }
        if closed is not None:
            row["closed_month"] = f"{local(closed, zone):%Y-%m}"
            row["closed_day"] = day_of(closed, zone)
        return tuple(row.get(name) for name in CASES.names)

    def spell_rows(self, position: int) -> list[tuple[Any, ...]]:
        """Give the rows of `spells`."""
        ends = [stand.since for stand in self.stands[1:]] + [None]
        rows = []
        for seq, (stand, until) in enumerate(zip(self.stands, ends, strict=True), 1):
            taken = bool(self.get("source")) or (
                self.get("accepted_at") is not None and stand.since >= self.fields["accepted_at"]
            )
            counted = taken and stand.state not in APART and not self.get("excluded")
            filed = stand.state == "archived" and stand.outcome is not None
            closed = stand.state == "closed" or filed
            rows.append((
                self.id, seq, position, stand.state, stand.unit, stand.outcome, stand.on_time,
                counted, closed, stand.state in ENDED, stand.since, until, stand.since, until,
            ))  # fmt: skip
        return rows


def live(rng: random.Random, number: int, span: int) -> Life:  # noqa: PLR0911 - a life may end anywhere
    """Make the life of a complaint: answered, left out, in work, closed, reopened, archived."""
    grain = rng.choice([HOUR, HOUR // 7, 1])

    def wait(hours: int) -> int:
        return rng.randrange(0, hours * HOUR + 1) // grain * grain

    opened = BASE + rng.randrange(0, span) // grain * grain
    unit = rng.choice(STREETS)
    fields = {
        "zone": ZONE,
        "opened_at": opened,
        "kind": rng.choice(["complaint", "help", "enquiry"]),
        "category": rng.choice(["noise", " noise ", "parks/trees", "", "  ", None, "é", "𡐓"]),
        "type": rng.choice(["a", "b", None]),
        "division": rng.choice(["110105", "110101", None]),
        "channel": rng.choice(["hotline", "wechat"]),
        "grade": rng.choice(["I", "II", None]),
        "excluded": rng.random() < 0.05,
    }
    stands = [Stand(opened, "registered", None)]
    when = opened + wait(5)
    if rng.random() < 0.15:
        stands.append(Stand(when, rng.choice(["answered", "not_accepted", "referred_out"]), None))
        return Life(f"live-{number}", stands, fields)
    fields["accepted_at"] = when
    stands.append(Stand(when, "accepted", "12345"))
    if rng.random() < 0.1:
        stands.append(Stand(when + wait(3), rng.choice(["withdrawn", "merged"]), "12345"))
        return Life(f"live-{number}", stands, fields)
    when += wait(4)
    fields["dispatched_at"] = when
    fields["due_at"] = due = when + rng.choice([24 * HOUR, 120 * HOUR, 240 * HOUR])
    life = Life(f"live-{number}", stands, fields)
    stands.append(Stand(when, "dispatched", unit))
    for _ in range(rng.choice([0, 1, 1, 1, 2])):
        when += wait(60)
        stands.append(Stand(when, "handling", unit))
        if rng.random() < 0.15:
            when += wait(30)
            stands.append(Stand(when, "ledgered", unit))
            if rng.random() < 0.5:
                return life
        when += wait(200)
        on_time = when <= due
        stands.append(Stand(when, "replied", unit, "solved", on_time=on_time))
        if rng.random() < 0.2:
            return life
        when += wait(80)
        outcome = rng.choice(["solved", "solved", "explained", "not_solved"])
        stands.append(Stand(when, "closed", unit, outcome, on_time=on_time))
        life.closed_at = when
        if rng.random() < 0.3:
            stands.append(Stand(when + wait(9), "archived", unit, outcome, on_time=on_time))
            return life
        if rng.random() < 0.4:
            when += wait(100)
            unit = rng.choice(STREETS)
            stands.append(Stand(when, "handling", unit))
            life.closed_at = None
        else:
            return life
    return life


def imported(rng: random.Random, number: int, span: int) -> Life:
    """Make a case that lived elsewhere: open, closed, or closed before it was opened."""
    opened = BASE + rng.randrange(0, span) // HOUR * HOUR
    due = opened + rng.randrange(-5, 200) * HOUR if rng.random() < 0.7 else None
    unit = rng.choice(["PWD", " PWD", "ISD", None, "  "])
    closed = None
    if rng.random() < 0.7:
        closed = opened + rng.randrange(-40, 300) * HOUR
    stands = [Stand(opened, "imported", unit)]
    if closed is not None:
        on_time = None if due is None else closed <= due
        stands.append(Stand(max(opened, closed), "closed", unit, "solved", on_time=on_time))
    fields = {
        "zone": "America/New_York",
        "opened_at": opened,
        "due_at": due,
        "source": "elsewhere",
        "outcome_unknown": closed is not None,
        "channel": "phone",
        "flags": rng.choice([None, None, "closed-before-opened", "a b", "b"]),
    }
    return Life(f"import-{number}", stands, fields, closed)


def city(seed: int, size: int, span: int = 60 * DAY) -> list[Life]:
    """Make a city: two thirds of its cases live, the others brought in."""
    rng = random.Random(seed)  # noqa: S311 - a figure needs no secret
    return [(imported if n % 3 == 2 else live)(rng, n, span) for n in range(size)]


class Figures:
    """A record for statistics: a warehouse of real rows, and the default policies."""

    def __init__(
        self, lives: list[Life], now: datetime, *policies: Policy, until: date | None = None
    ) -> None:
        """Load the rows of *lives*; *policies* take the place of the defaults."""
        documents = {document.name: (1, document) for document in (*defaults(ZONE), *policies)}
        self.lives = lives
        self.zone, self.now, self.position = ZONE, now, len(lives)
        self.rules = Rules(documents)
        self.store = Warehouse()
        self.store.load(CASES, (life.case_row(n) for n, life in enumerate(lives, 1)))
        self.store.load(SPELLS, (r for n, life in enumerate(lives, 1) for r in life.spell_rows(n)))
        self.store.load(PARTS, ())
        self.store.load_units(self.rules.organisation)
        self.store.load_days(self.rules.calendar, until or now.date())

    def warehouse(self) -> Cursor:
        """Give a cursor."""
        return self.store.cursor()

    def policies(self, name: str) -> list[tuple[int, datetime, Any]]:
        """Give the one version of a policy."""
        return [(self.rules.version(name), EPOCH, getattr(self.rules, name))]

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Ask the warehouse; there is no other store."""
        return self.warehouse().execute(sql, dict(parameters)).fetchall()

    def case(self, case_id: UUID) -> Case:
        """Find nothing: these cases have rows and no events."""
        raise CaseNotFoundError(f"no case {case_id}")

    def several(self, case_ids: Sequence[UUID]) -> list[Case]:  # noqa: ARG002 - none of them is there
        """Find nothing, as above."""
        return []

    def history(self, case_id: UUID) -> list[CaseEvent]:
        """Find nothing, as above."""
        raise CaseNotFoundError(f"no case {case_id}")


class Model:
    """What a statistic should say, worked out case by case in plain Python."""

    def __init__(self, question: Statistic, figures: Figures) -> None:
        """Take the cases of the record that the question is about."""
        self.question, self.figures = question, figures
        self.when = us(min(question.as_of or figures.now, figures.now))
        self.groups: dict[str | None, list[Life]] = {}
        self.apart: dict[str | None, dict[str, int]] = {}
        for life in figures.lives:
            if self._asked(life):
                self._sort_in(life)

    def _day(self, life: Life) -> int | None:
        when = life.get("opened_at")
        if self.question.on == "closed":
            when = life.closing(self.when)
        return None if when is None else day_of(when, life.get("zone"))

    def _asked(self, life: Life) -> bool:
        question, stand, day = self.question, life.stand(self.when), self._day(life)
        if stand is None or (question.unit and stand.unit != question.unit):
            return False
        for name in ("category", "type", "division", "channel", "kind", "source"):
            if getattr(question, name) and life.get(name) != getattr(question, name):
                return False
        if question.within and not self._is_within(stand.unit, question.within, day):
            return False
        if question.during:
            first = (question.during.first - EPOCH.date()).days
            after = (question.during.after - EPOCH.date()).days
            return day is not None and first <= day < after
        return True

    def _is_within(self, unit: str | None, above: str, day: int | None) -> bool:
        if unit is None or day is None:
            return False
        on = EPOCH.date() + timedelta(days=day)
        try:
            return self.figures.rules.organisation.is_within(unit, above, on)
        except (PolicyRefusedError, ValidationError):  # there is no such unit on that day
            return False

    def _ancestor(self, unit: str, level: str, day: int) -> str | None:
        on = EPOCH.date() + timedelta(days=day)
        try:
            return self.figures.rules.organisation.ancestor(unit, level, on)
        except (PolicyRefusedError, ValidationError):  # as above
            return None

    def _key(self, life: Life) -> str | None:
        by, stand, day = self.question.by, life.stand(self.when), self._day(life)
        assert stand is not None
        if by is None:
            return None
        if by == "unit":
            key = stand.unit
        elif by == "month":
            when = life.get("opened_at")
            when = life.closing(self.when) if self.question.on == "closed" else when
            key = None if when is None else f"{local(when, life.get('zone')):%Y-%m}"
        elif by in ("category", "type", "division", "channel", "kind", "grade"):
            key = life.get(by)
        elif stand.unit is None or day is None or not stand.unit.strip():
            key = None
        else:
            key = self._ancestor(stand.unit, by, day)
        return (key or "").strip(" ") or None

    def _sort_in(self, life: Life) -> None:
        key, stand = self._key(life), life.stand(self.when)
        assert stand is not None
        if self.question.population == "all" or life.counted(self.when):
            self.groups.setdefault(key, []).append(life)
        else:
            excluded = life.get("excluded") and stand.state not in APART
            name = "excluded" if excluded else stand.state
            apart = self.apart.setdefault(key, {})
            apart[name] = apart.get(name, 0) + 1

    def closed(self, life: Life) -> bool:
        """Tell whether it is closed."""
        return life.closing(self.when) is not None

    def solved(self, life: Life) -> bool:
        """Tell whether it is closed and solved."""
        stand = life.stand(self.when)
        return self.closed(life) and stand is not None and stand.outcome == "solved"

    def on_time(self, life: Life) -> bool | None:
        """Tell whether it was answered in time; open and past due is not, else None."""
        stand = life.stand(self.when)
        assert stand is not None
        if stand.on_time is not None:
            return stand.on_time
        due, closed = life.get("due_at"), life.closing(self.when)
        if due is not None and closed is not None:
            return bool(closed <= due)
        open_ = stand.state not in ENDED and stand.state != "ledgered"
        return False if due is not None and open_ and due < self.when else None

    def order(self) -> list[str | None]:
        """Give the keys as an answer lists them."""
        totals = dict.fromkeys(self.apart, 0) | {k: len(g) for k, g in self.groups.items()}
        if self.question.by is None:
            totals.setdefault(None, 0)
        named = sorted(key for key in totals if key is not None)
        keys: list[str | None] = [*named, *([None] if None in totals else [])]
        return sorted(keys, key=lambda key: -totals[key])

    def rate(self, key: str | None, what: str) -> tuple[int, int, Decimal | None]:
        """Give numerator, denominator and rate of a key."""
        group = self.groups.get(key, [])
        if what == "on_time":
            decided = [self.on_time(life) for life in group]
            up, down = decided.count(True), len(decided) - decided.count(None)
        else:
            up, down = sum(map(getattr(self, what), group)), len(group)
        return up, down, None if not down else Decimal(up) / Decimal(down)

    def durations(self, key: str | None, start: str = "opened") -> tuple[list[int], list[int]]:
        """Give how long the closed cases took and how long the open ones have been open."""
        closed, open_ = [], []
        for life in self.groups.get(key, []):
            begin, end = life.get(f"{start}_at"), life.closing(self.when)
            if begin is None or begin > self.when:
                continue
            if end is None:
                open_.append(self.when - begin)
            elif end >= begin:
                closed.append(end - begin)
        return closed, open_
