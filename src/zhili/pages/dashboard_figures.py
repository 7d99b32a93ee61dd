"""All that one dashboard shows, asked of the engine in as few questions as it takes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from zhili.errors import PolicyRefusedError
from zhili.pages.dashboard_asked import Asked, month_of, organisation_of
from zhili.projections.backlog import Backlog, BacklogAnswer
from zhili.projections.statistics import (
    ClosingRate,
    CurveGroup,
    HazardFigures,
    HazardFiguresAnswer,
    OnTimeRate,
    Rate,
    RateAnswer,
    RateGroup,
    ResolutionRate,
    SurvivalCurve,
    TimeDistribution,
    TimeDistributionGroup,
    TimeGroup,
    TimeToClose,
    WhistleFigures,
    WhistleFiguresAnswer,
)
from zhili.projections.wall_figures import WallFigures, WallFiguresAnswer
from zhili.values import Period

if TYPE_CHECKING:
    from zhili.engine import Engine
    from zhili.projections.figure import FigureAnswer

__all__ = ["Compared", "Figures", "Gatherer", "Line", "gather"]

KEPT: Final = 32
"""So many dashboards are kept, until the log or the minute moves on."""

NOTHING: Final = Rate.of(0, 0)

WIDTHS: Final = (1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 720, 2160, 8760)
"""How many hours a band of the distribution may have."""

BANDS_MAX: Final = 15

RATES: Final = (ClosingRate, ResolutionRate, OnTimeRate)


@dataclass(frozen=True, slots=True)
class Compared:
    """A rate, that of the month before, and that of a year before; None where nobody asked."""

    now: Rate
    before: Rate | None
    year_before: Rate | None


@dataclass(frozen=True, slots=True)
class Line:
    """
    The figures of one group: a unit, a category, a month.

    `total` cases were registered. `n` closed ones have a time, `p50` and `p90` are in hours. `open`
    is the backlog of the group now, None where it is not asked for.
    """

    key: str | None
    total: int
    closing: Compared
    resolution: Compared
    on_time: Compared
    n: int
    p50: Decimal | None
    p90: Decimal | None
    open: int | None = None

    @property
    def rates(self) -> tuple[Compared, Compared, Compared]:
        """The three rates, in the order in which they are shown."""
        return self.closing, self.resolution, self.on_time


@dataclass(frozen=True, slots=True)
class Figures:
    """
    What one dashboard shows, in no language yet.

    `total` is the month asked for, `history` the 13 months up to it, `lines` its groups. Whistles,
    walls and hazards are None where the place asked for is none that they are counted by.
    """

    asked: Asked
    month: str
    months: tuple[str, ...]
    total: Line
    history: tuple[Line, ...]
    lines: tuple[Line, ...]
    bands: TimeDistributionGroup
    curve: CurveGroup
    median: Decimal | None
    backlog: BacklogAnswer
    whistles: WhistleFiguresAnswer | None
    wall: WallFiguresAnswer | None
    hazards: HazardFiguresAnswer
    answers: tuple[FigureAnswer, ...]


class Gatherer:
    """Gathers dashboards, and keeps the last of them for a minute, or until something happens."""

    def __init__(self, engine: Engine) -> None:
        """Ask *engine*."""
        self._engine = engine
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Asked, int, datetime], Figures] = OrderedDict()

    def figures(self, asked: Asked) -> Figures:
        """Give what *asked* is about, as it stood at most a minute ago."""
        minute = self._engine.now().replace(second=0, microsecond=0)
        key = (asked, self._engine.head().position, minute)
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            found = gather(self._engine, asked)
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return found


def gather(engine: Engine, asked: Asked) -> Figures:
    """Ask *engine* for all that a dashboard shows."""
    place = {"case_type": asked.case_type, "within": asked.within}
    closed: RateAnswer = engine.ask(ClosingRate.model_validate({**place, "by": "month"}))
    counted = {group.key: group for group in closed.groups if group.key is not None}
    month = asked.month or _usual_month(counted, engine)
    during = month_of(month)
    window = {**place, "by": "month", "during": _window(during)}
    timed = {"hours": asked.hours}
    monthly = [closed, *(engine.ask(kind.model_validate(window)) for kind in RATES[1:])]
    month_times = engine.ask(TimeToClose.model_validate({**window, **timed}))
    times = {group.key: group for group in month_times.groups}
    history = _history(during, monthly, times)
    groups = {**place, "by": asked.by, "during": during}
    grouped = [engine.ask(kind.model_validate({**groups, "compare": True})) for kind in RATES]
    group_times = engine.ask(TimeToClose.model_validate({**groups, **timed}))
    only = {**place, "during": during, **timed}
    bands = engine.ask(TimeDistribution.model_validate({**only, "bands": _bands(times.get(month))}))
    curve = engine.ask(SurvivalCurve.model_validate(only))
    backlog = engine.ask(Backlog.model_validate({**place, "by": asked.by}))
    open_now = {group.key: group.total for group in backlog.groups}
    by_key = {group.key: group for group in group_times.groups}
    whistles, wall = _others(engine, asked, during)
    hazards = engine.ask(HazardFigures(during=during, within=asked.within))
    answers = (*monthly, month_times, *grouped, group_times, bands, curve, backlog, hazards)
    chosen = times.get(month)
    return Figures(
        asked=asked,
        month=month,
        months=tuple(sorted({*counted, month}, reverse=True)),
        total=history[-1],
        history=history,
        lines=_lines(grouped, by_key, open_now),
        bands=bands.groups[0],
        curve=curve.groups[0],
        median=chosen.kaplan_meier.median_h if chosen else None,
        backlog=backlog,
        whistles=whistles,
        wall=wall,
        hazards=hazards,
        answers=(*answers, *(one for one in (whistles, wall) if one is not None)),
    )


def _usual_month(counted: Mapping[str, RateGroup], engine: Engine) -> str:
    """Give the last whole month that has cases; without any, the last whole one."""
    this = engine.now().astimezone(ZoneInfo(engine.zone)).date().replace(day=1)
    whole = f"{this - timedelta(days=1):%Y-%m}"
    with_cases = sorted(month for month, group in counted.items() if group.total)
    past = [month for month in with_cases if month <= whole]
    return (past or with_cases or [whole])[-1]


def _window(during: Period) -> Period:
    return Period(first=during.year_before().first, after=during.after)


def _history(
    during: Period, monthly: Sequence[RateAnswer], times: Mapping[str | None, TimeGroup]
) -> tuple[Line, ...]:
    """Give the 13 months up to *during*, each compared with the one before, the last with both."""
    rates = [{group.key: group for group in answer.groups} for answer in monthly]
    month, names = during, [_name(during)]
    while len(names) <= 12:  # noqa: PLR2004 - the months of a year
        month = month.before()
        names.append(_name(month))
    names.reverse()
    lines: list[Line] = []
    for place, name in enumerate(names):
        before = names[place - 1] if place else None
        year_before = names[0] if place == len(names) - 1 else None
        closing, resolution, on_time = (
            Compared(
                _rate(groups, name),
                _rate(groups, before) if before else None,
                _rate(groups, year_before) if year_before else None,
            )
            for groups in rates
        )
        total = rates[0][name].total if name in rates[0] else 0
        lines.append(_line(name, total, (closing, resolution, on_time), times.get(name)))
    return tuple(lines)


def _name(month: Period) -> str:
    return f"{month.first:%Y-%m}"


def _rate(groups: Mapping[str | None, RateGroup], key: str | None) -> Rate:
    return groups[key].figure if key in groups else NOTHING


def _line(
    key: str | None,
    total: int,
    rates: tuple[Compared, Compared, Compared],
    times: TimeGroup | None,
    open_now: int | None = None,
) -> Line:
    time = times.time if times else None
    return Line(
        key,
        total,
        *rates,
        n=time.n if time else 0,
        p50=time.p50_linear if time else None,
        p90=time.p90_linear if time else None,
        open=open_now,
    )


def _lines(
    grouped: Sequence[RateAnswer],
    times: Mapping[str | None, TimeGroup],
    open_now: Mapping[str | None, int],
) -> tuple[Line, ...]:
    """Give the groups of the month, the largest first, and after them those with a backlog only."""
    found: list[tuple[dict[str | None, RateGroup], ...]] = [
        tuple(
            {group.key: group for group in span or ()}
            for span in (answer.groups, answer.previous, answer.year_before)
        )
        for answer in grouped
    ]
    keys = [group.key for group in grouped[0].groups if group.total or group.key in open_now]
    keys += [key for key in open_now if key not in keys]
    lines: list[Line] = []
    for key in keys:
        closing, resolution, on_time = (
            Compared(*(_rate(span, key) for span in spans)) for spans in found
        )
        group = found[0][0].get(key)
        total = group.total if group else 0
        rates = (closing, resolution, on_time)
        lines.append(_line(key, total, rates, times.get(key), open_now.get(key, 0)))
    return tuple(lines)


def _bands(times: TimeGroup | None) -> tuple[int, ...]:
    """Give bands of equal width in which nearly all of the times lie."""
    longest = times.time.p95_nearest if times else None
    if longest is None:
        return (24, 48, 72)
    width = next((one for one in WIDTHS if one * BANDS_MAX >= longest), WIDTHS[-1])
    last = min(BANDS_MAX, max(3, ceil(longest / width)))
    return tuple(width * place for place in range(1, last + 1))


def _others(
    engine: Engine, asked: Asked, during: Period
) -> tuple[WhistleFiguresAnswer | None, WallFiguresAnswer | None]:
    """Ask for whistles and walls, which are counted by street and by village."""
    if asked.within is None:
        return engine.ask(WhistleFigures(during=during)), engine.ask(WallFigures(during=during))
    level = _level(engine, asked.within)
    if level == "street":
        return engine.ask(WhistleFigures(during=during, street=asked.within)), None
    if level == "community":
        return None, engine.ask(WallFigures(during=during, village=asked.within))
    return None, None


def _level(engine: Engine, unit: str) -> str | None:
    organisation = organisation_of(engine)
    today = engine.now().astimezone(ZoneInfo(engine.zone)).date()
    try:
        return organisation.level(unit, today) if organisation is not None else None
    except PolicyRefusedError:  # it is no unit today
        return None
