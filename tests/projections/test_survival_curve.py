"""The survival curve step by step: exact, and the same as a well-known library draws."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.projections.city import BASE, DAY, HOUR, Figures, Model, at, city
from zhili.projections import survival_curve
from zhili.projections.statistics import SurvivalCurve, TimeToClose
from zhili.projections.survival import Step, falls

NOW = at(BASE + 70 * DAY)


@given(
    st.lists(st.integers(0, 40), max_size=30),
    st.lists(st.integers(0, 40), max_size=30),
)
@settings(max_examples=200)
def test_the_curve_is_the_product_of_fractions(closed: list[int], open_: list[int]) -> None:
    """At every duration, to 34 digits; who is at risk is everybody who has not left before."""
    durations = sorted({*closed, *open_})
    steps = [Step(d, closed.count(d), closed.count(d) + open_.count(d)) for d in durations]
    share = Fraction(1)
    for step, fall in zip(steps, falls(steps), strict=True):
        at_risk = sum(d >= step.duration for d in (*closed, *open_))
        share *= Fraction(at_risk - step.events, at_risk)
        assert fall[:2] == (step.duration, at_risk)
        assert (fall.events, fall.censored) == (step.events, step.leaving - step.events)
        assert abs(Fraction(fall.survival) - share) <= Fraction(1, 10**33)


def test_nobody_censored_is_one_division() -> None:
    """Two of three remain: as many sixes as there is room for, and the last one rounded."""
    (first, *_) = falls([Step(1, 1, 1), Step(2, 1, 1), Step(3, 1, 1)])
    assert first.survival == Decimal("0." + "6" * 33 + "7")


@pytest.mark.parametrize("by", [None, "unit", "district", "month"])
def test_each_key_has_a_curve_of_its_own(by: str | None) -> None:
    """The points are those of the cases of the key, and end where its times say that they do."""
    figures = Figures(city(3, 260), NOW)
    question = SurvivalCurve.model_validate({"by": by})
    model = Model(question, figures)
    answer = question.answer(figures)
    times = {
        group.key: group for group in TimeToClose.model_validate({"by": by}).answer(figures).groups
    }
    assert {group.key for group in answer.groups} <= set(times)
    for group in answer.groups:
        closed, open_ = model.durations(group.key)
        assert (group.n, group.events, group.censored) == (
            len(closed) + len(open_), len(closed), len(open_),
        )  # fmt: skip
        assert sum(point.events for point in group.points) == len(closed)
        assert sum(point.censored for point in group.points) == len(open_)
        assert len(group.points) == len({*closed, *open_})
        half = next((p.hours for p in group.points if p.survival <= Decimal("0.5")), None)
        assert half == times[group.key].kaplan_meier.median_h


@pytest.mark.parametrize("seed", range(3))
def test_the_curve_agrees_with_lifelines(seed: int) -> None:
    """Survival, at risk, events and censored at every duration."""
    from lifelines import KaplanMeierFitter

    figures = Figures(city(100 + seed, 151), NOW)
    (group,) = SurvivalCurve().answer(figures).groups
    closed, open_ = Model(SurvivalCurve(), figures).durations(None)
    fitter = KaplanMeierFitter().fit(
        [d / HOUR for d in (*closed, *open_)], [1] * len(closed) + [0] * len(open_)
    )
    table = fitter.event_table.iloc[1:] if 0 not in (*closed, *open_) else fitter.event_table
    assert [p.at_risk for p in group.points] == list(table["at_risk"])
    assert [p.events for p in group.points] == list(table["observed"])
    assert [p.censored for p in group.points] == list(table["censored"])
    expected = fitter.survival_function_["KM_estimate"].loc[table.index]
    assert np.allclose([float(p.survival) for p in group.points], expected, atol=1e-9)


def test_a_long_curve_is_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer points, the same counts, and every point where the whole curve has it."""
    figures = Figures(city(7, 400), NOW)
    (whole,) = SurvivalCurve().answer(figures).groups
    monkeypatch.setattr(survival_curve, "POINTS_MAX", 20)
    (group,) = SurvivalCurve().answer(figures).groups
    assert whole.gathered_h is None
    assert group.gathered_h in {6, 24, 168}
    assert 5 < len(group.points) <= 20
    assert (group.n, group.events, group.censored) == (whole.n, whole.events, whole.censored)
    assert sum(p.events for p in group.points) == group.events
    assert sum(p.censored for p in group.points) == group.censored
    exact = {p.hours: p.survival for p in whole.points}
    for point in group.points:
        assert point.survival == exact[point.hours]
        start = point.hours // group.gathered_h * group.gathered_h
        first = next(p for p in whole.points if p.hours >= start)
        assert point.at_risk == first.at_risk


def test_nobody_has_no_curve() -> None:
    """Without a case there is one group, and nothing in it."""
    (group,) = SurvivalCurve(unit="nowhere").answer(Figures(city(1, 9), NOW)).groups
    assert (group.n, group.points) == (0, ())
