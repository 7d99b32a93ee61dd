"""Time to close against numpy, lifelines and the calendar itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.projections.city import (
    BASE,
    DAY,
    HOUR,
    ZONE,
    Figures,
    Life,
    Model,
    Stand,
    at,
    city,
)
from zhili.policies.calendar import Calendar
from zhili.projections.figure import run
from zhili.projections.percentile import hours, interpolated
from zhili.projections.statement import statement
from zhili.projections.statistics import Spread, TimeToClose, TimeToCloseAnswer
from zhili.projections.survival import SHARES, Step, first_at_most

if TYPE_CHECKING:
    from zhili.projections.time_to_close import TimeGroup

NOW = at(BASE + 70 * DAY)
PERCENTS = (50, 75, 90, 95)
SIMPLE = Calendar(first=date(2000, 1, 1), certain_until=date(2030, 1, 1))


def curve_by_hand(closed: list[int], open_: list[int]) -> list[int | None]:
    """Multiply the curve with fractions, one duration after the other."""
    reached: list[int | None] = []
    for share in SHARES:
        value, found = Fraction(1), None
        for duration in sorted(set(closed)):
            at_risk = sum(d >= duration for d in closed) + sum(d >= duration for d in open_)
            value *= Fraction(at_risk - closed.count(duration), at_risk)
            if value <= share:
                found = duration
                break
        reached.append(found)
    return reached


def assert_group(group: TimeGroup, closed: list[int], open_: list[int]) -> None:
    """Compare every figure of a group with what its durations give."""
    time_, curve = group.time, group.kaplan_meier
    assert time_.n == len(closed)
    assert (curve.n, curve.events, curve.censored) == (
        len(closed) + len(open_),
        len(closed),
        len(open_),
    )
    for percent in PERCENTS:
        linear = getattr(time_, f"p{percent}_linear")
        nearest = getattr(time_, f"p{percent}_nearest")
        if not closed:
            assert (linear, nearest, time_.mean) == (None, None, None)
            continue
        in_hours = np.array(closed, dtype=np.longdouble) / HOUR
        assert float(linear) == pytest.approx(float(np.percentile(in_hours, percent)), abs=1e-9)
        rank = np.percentile(np.array(closed), percent, method="inverted_cdf")
        assert nearest == hours(int(rank))
        assert float(time_.mean or 0) == pytest.approx(float(np.mean(in_hours)), abs=1e-9)
    expected = [hours(duration) for duration in curve_by_hand(closed, open_)]
    assert [curve.time_S_le_0_75_h, curve.median_h, curve.time_S_le_0_25_h] == expected


@pytest.mark.parametrize("start", ["opened", "accepted", "dispatched"])
@pytest.mark.parametrize("by", [None, "unit", "category", "district", "month"])
def test_times_agree_with_numpy_and_with_multiplying_by_hand(start: str, by: Any) -> None:
    """Every figure of every group, at three instants."""
    figures = Figures(city(3, 260), NOW)
    for days in (0, 25, 70):
        question = TimeToClose.model_validate(
            {"from": start, "by": by, "as_of": at(BASE + days * DAY)}
        )
        model = Model(question, figures)
        answer = question.answer(figures)
        keys = [key for key in model.order() if key in model.groups or by is None]
        keys.sort(key=lambda key: -len(model.groups.get(key, [])))
        assert [group.key for group in answer.groups] == keys
        for group in answer.groups:
            members = model.groups.get(group.key, [])
            assert group.total == len(members)
            assert group.closed == sum(map(model.closed, members))
            assert group.closed == group.time.n + sum(group.time.left_out.values())
            assert_group(group, *model.durations(group.key, start))


def test_what_is_left_out_is_counted_by_reason() -> None:
    """Closed before it began; never accepted; before any calendar."""
    lives = [
        Life(name, [Stand(opened, "imported", "u"), Stand(BASE, "closed", "u", "solved")], {
            "zone": "UTC", "opened_at": opened, "source": "s", "accepted_at": accepted,
        }, closed)
        for name, opened, accepted, closed in (
            ("fine", BASE - DAY, BASE - HOUR, BASE),
            ("backwards", BASE - DAY, BASE - HOUR, BASE - 2 * DAY),
            ("never", BASE - DAY, None, BASE),
            ("ancient", BASE - 40_000 * DAY, BASE - 9000 * DAY, BASE),
        )
    ]  # fmt: skip
    figures = Figures(lives, NOW, SIMPLE.model_copy(update={"first": date(2010, 1, 1)}))

    def left_out(**asked: Any) -> tuple[int, dict[str, int]]:
        (group,) = TimeToClose.model_validate(asked).answer(figures).groups
        return group.time.n, group.time.left_out

    assert left_out() == (3, {"closed_before_opened": 1})
    assert left_out(**{"from": "accepted"}) == (2, {"closed_before_accepted": 1, "no_start": 1})
    assert left_out(hours="working") == (2, {"closed_before_opened": 1, "no_calendar": 1})
    assert left_out(**{"from": "accepted", "hours": "working"}) == (
        1,
        {"closed_before_accepted": 1, "no_start": 1, "no_calendar": 1},
    )
    assert left_out(**{"from": "dispatched"}) == (0, {"closed_before_dispatched": 0, "no_start": 4})


@pytest.mark.parametrize("start", ["opened", "dispatched"])
def test_working_hours_are_those_of_the_calendar(start: str) -> None:
    """The calendar measures each case itself, in the zone of the case."""
    figures = Figures(city(11, 200), NOW)
    question = TimeToClose.model_validate({"from": start, "hours": "working", "by": "unit"})
    model = Model(question, figures)
    calendar = figures.rules.calendar
    zones = {
        zone: calendar.model_copy(update={"zone": zone}) for zone in (ZONE, "America/New_York")
    }
    for group in question.answer(figures).groups:
        closed, open_ = [], []
        for life in model.groups[group.key]:
            begin, end = life.get(f"{start}_at"), life.closing(model.when)
            if begin is None or begin > model.when or (end is not None and end < begin):
                continue
            worked = zones[life.get("zone")].working_microseconds(
                at(begin), at(model.when if end is None else end)
            )
            (open_ if end is None else closed).append(worked)
        assert_group(group, closed, open_)


def test_a_day_on_which_the_clocks_change_has_its_business_hours() -> None:
    """Business hours are local: 9 o'clock is another instant on the day after the change."""
    calendar = SIMPLE.model_copy(update={"opens": time(0), "closes": time(12)})
    calendar = calendar.model_copy(update={"made_up": {date(2026, 3, 8): "clock change"}})
    opened = datetime(2026, 3, 8, 5, tzinfo=UTC)  # midnight in New York, an hour lost at two
    closed = datetime(2026, 3, 10, 3, 30, tzinfo=UTC)
    begin, end = (int(x.timestamp()) * 1_000_000 for x in (opened, closed))
    stands = [Stand(begin, "imported", "u"), Stand(end, "closed", "u", "solved")]
    fields = {"zone": "America/New_York", "opened_at": begin, "source": "s"}
    figures = Figures([Life("a", stands, fields, end)], NOW, calendar)
    (group,) = TimeToClose(hours="working").answer(figures).groups
    assert group.time.mean == 24


def closings(durations: list[int], open_: list[int]) -> Figures:
    """Make a record of cases with these durations; the open ones are that old now."""
    now = BASE + 60 * DAY
    lives = []
    for n, (duration, closed) in enumerate(
        [*((d, True) for d in durations), *((d, False) for d in open_)]
    ):
        opened = now - duration if not closed else BASE
        stands = [Stand(opened, "imported", "u")]
        if closed:
            stands.append(Stand(opened + duration, "closed", "u", "solved"))
        fields = {"zone": "UTC", "opened_at": opened, "source": "s"}
        lives.append(Life(f"c{n}", stands, fields, opened + duration if closed else None))
    return Figures(lives, at(now))


def times(figures: Figures) -> TimeToCloseAnswer:
    """Ask without a dimension."""
    return TimeToClose().answer(figures)


@pytest.mark.parametrize(
    ("durations", "open_"),
    [
        ([], []),
        ([5], []),
        ([], [5]),
        ([5, 5], []),
        ([1, 2, 3], []),
        ([1, 2, 3, 4], []),
        ([1, 1, 1, 4, 4], [1, 4, 9]),
        ([2, 3], [1, 5, 6]),
        ([2, 3, 4], [1, 2, 9, 9, 9]),
        (list(range(1, 101)), []),
        (list(range(1, 100)), [50]),
        ([0, 0, 7], [0]),
    ],
)
def test_small_samples(durations: list[int], open_: list[int]) -> None:
    """Nobody, one case, two equal ones, even and odd numbers, ties between closed and open."""
    durations, open_ = [d * HOUR for d in durations], [d * HOUR for d in open_]
    (group,) = times(closings(durations, open_)).groups
    assert_group(group, durations, open_)


@pytest.mark.parametrize(
    ("durations", "open_", "median"),
    [
        ([1, 2], [3, 3], 2),  # 3/4 · 2/3, nobody censored before
        ([2, 3], [1, 9, 9], 3),  # 3/4 · 2/3 after one was censored
        ([1, 2, 3, 4, 5, 6, 10, 11], [7, 8, 9, 12, 13, 14, 15], 10),
    ],
)
def test_a_curve_that_touches_one_half_has_reached_it(
    durations: list[int], open_: list[int], median: int
) -> None:
    """Exactly one half counts as reached; of the last product, floats make more than that."""
    (group,) = times(closings([d * HOUR for d in durations], [d * HOUR for d in open_])).groups
    assert group.kaplan_meier.median_h == median
    assert_group(group, [d * HOUR for d in durations], [d * HOUR for d in open_])


def test_floats_would_miss_one_half() -> None:
    """The example above is one of those."""
    at_risk, share = 15, 1.0
    for closed in (True,) * 6 + (False,) * 3 + (True,):
        share *= (at_risk - closed) / at_risk
        at_risk -= 1
    assert share > 0.5


def test_floats_leave_the_decision_to_whole_numbers() -> None:
    """Where the curve touches a share after a censored case, the SQL itself does not decide."""
    figures = closings([2 * HOUR, 3 * HOUR], [HOUR, 9 * HOUR, 9 * HOUR])
    question = TimeToClose()
    values = {**question.values(figures, None), "start": "opened", "hours": "clock"}
    ((_, n, events, *bounds),) = run(figures.warehouse(), statement("survival"), values)
    assert (n, events) == (5, 2)
    assert bounds[2:4] == [3 * HOUR, None]  # one half: maybe here, surely nowhere


@given(
    st.lists(st.integers(0, 40), max_size=30),
    st.lists(st.integers(0, 40), max_size=30),
)
@settings(max_examples=300)
def test_the_exact_curve_is_the_product_of_fractions(closed: list[int], open_: list[int]) -> None:
    """Telescoping and 60 digits change nothing."""
    steps = [
        Step(d, closed.count(d), closed.count(d) + open_.count(d))
        for d in sorted({*closed, *open_})
    ]
    assert [first_at_most(steps, share) for share in SHARES] == curve_by_hand(closed, open_)


def test_sixty_digits_would_miss_one_half() -> None:
    """14/15 · 6/7 · 5/6 · 3/4 is one half, and a little more if each quotient is rounded."""
    lasting = [True, *[False] * 7, True, True, False, True, *[False] * 3]
    steps = [Step(n, int(closed), 1) for n, closed in enumerate(lasting, 1)]
    assert first_at_most(steps, Fraction(1, 2)) == 12


def test_the_exact_curve_is_exact_where_sixty_digits_are_not() -> None:
    """A quotient that misses one half by one part in 10^40 is on the side where it is."""
    half = Fraction(1, 2)
    big = 10**40
    for staying, reached in ((big, 7), (big + 1, None), (big - 1, 7)):
        steps = [Step(7, 2 * big - staying, 2 * big - staying), Step(9, 0, staying)]
        assert first_at_most(steps, half) == reached
        before = [Step(1, 0, 3), *steps]  # three are censored first: the curve is the same
        assert first_at_most(before, half) == reached


@pytest.mark.parametrize("seed", range(6))
def test_the_median_agrees_with_lifelines(seed: int) -> None:
    """
    The survival curve of a well-known library comes down at the same times.

    It multiplies floats and misses a share that is touched exactly (with the last seed 3/4), so it
    is asked for a hair more.
    """
    from lifelines import KaplanMeierFitter
    from lifelines.utils import qth_survival_times

    figures = Figures(city(100 + seed, 151), NOW)
    (group,) = times(figures).groups
    closed, open_ = Model(TimeToClose(), figures).durations(None)
    fitter = KaplanMeierFitter().fit(
        [d / HOUR for d in (*closed, *open_)], [1] * len(closed) + [0] * len(open_)
    )
    for share, found in (
        (0.75, group.kaplan_meier.time_S_le_0_75_h),
        (0.5, group.kaplan_meier.median_h),
        (0.25, group.kaplan_meier.time_S_le_0_25_h),
    ):
        expected = qth_survival_times(share + 1e-12, fitter.survival_function_)
        assert (float(found) if found is not None else np.inf) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.integers(0, 10**14), min_size=1, max_size=60), st.sampled_from(PERCENTS))
def test_linear_interpolation_is_exact(values: list[int], percent: int) -> None:
    """Type 7 in whole numbers: h = (n - 1) p."""
    values.sort()
    place = Fraction((len(values) - 1) * percent, 100)
    low, high = values[int(place)], values[-int(-place // 1)]
    exact = low + (place - int(place)) * (high - low)
    assert interpolated(len(values), percent, low, high) == exact


def test_a_spread_names_every_figure() -> None:
    """The ten figures that are promised, and what was left out."""
    assert list(Spread.model_fields) == [
        "n",
        "mean",
        *(f"p{percent}_linear" for percent in PERCENTS),
        *(f"p{percent}_nearest" for percent in PERCENTS),
        "left_out",
    ]


def test_times_are_compared_with_the_period_before() -> None:
    """A period, the one before and the year before, as of one instant."""
    from zhili.values import Month

    figures = Figures(city(5, 200), NOW + timedelta(days=3))
    answer = TimeToClose(during=Month(2026, 2), compare=True).answer(figures)
    assert answer.previous == TimeToClose(during=Month(2026, 1)).answer(figures).groups
    assert answer.previous
    assert answer.previous[0].time.n > 0
    assert answer.year_before
    assert answer.year_before[0].total == 0
    assert answer.model_dump(by_alias=True)["from"] == "opened"
