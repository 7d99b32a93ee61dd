"""How the times to close are distributed, against counting case by case."""

from __future__ import annotations

from bisect import bisect_right

import pytest
from pydantic import ValidationError

from tests.projections.city import BASE, DAY, HOUR, Figures, Model, at, city
from zhili.projections.statistics import TimeDistribution, TimeToClose
from zhili.values import Month

NOW = at(BASE + 70 * DAY)


@pytest.mark.parametrize("start", ["opened", "dispatched"])
@pytest.mark.parametrize("by", [None, "unit", "category", "month"])
def test_bands_are_counted_case_by_case(start: str, by: str | None) -> None:
    """Each closed case stands in the one band that its duration lies in."""
    figures = Figures(city(3, 260), NOW)
    asked = {"from": start, "by": by}
    question = TimeDistribution.model_validate({**asked, "bands": (1, 24, 100, 101, 200)})
    model = Model(question, figures)
    spreads = {g.key: g.time for g in TimeToClose.model_validate(asked).answer(figures).groups}
    groups = question.answer(figures).groups
    assert groups
    for group in groups:
        closed, _ = model.durations(group.key, start)
        counts = [0] * 6
        for duration in closed:
            counts[bisect_right([1, 24, 100, 101, 200], duration / HOUR)] += 1
        assert [band.count for band in group.bands] == counts
        assert (group.bands[0].hours, group.bands[-1].before) == (0, None)
        assert group.n == sum(counts) == spreads[group.key].n
        assert group.left_out == sum(spreads[group.key].left_out.values())


def test_the_month_before_has_its_own_bands() -> None:
    """A period, the one before and the year before."""
    figures = Figures(city(5, 200), NOW)
    answer = TimeDistribution(during=Month(2026, 2), compare=True).answer(figures)
    assert answer.previous == TimeDistribution(during=Month(2026, 1)).answer(figures).groups
    assert answer.year_before is not None
    assert answer.year_before[0].n == 0
    assert [band.count for band in answer.year_before[0].bands] == [0] * 11


@pytest.mark.parametrize("bands", [(), (24, 24), (48, 24), (0,), tuple(range(1, 27))])
def test_bands_that_are_none_are_refused(bands: tuple[int, ...]) -> None:
    """None, one that does not rise, one that begins at nothing, more than there is room for."""
    with pytest.raises(ValidationError):
        TimeDistribution(bands=bands)
