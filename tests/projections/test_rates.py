"""Closing, resolution and on-time rate, against counting case by case."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.projections.city import BASE, DAY, HOUR, Figures, Life, Model, Stand, at, city
from zhili.policies.organisation import Organisation
from zhili.policies.unit import Unit
from zhili.projections.percentile import quotient
from zhili.projections.statistics import ClosingRate, OnTimeRate, RateGroup, ResolutionRate
from zhili.values import Month, Period

RATES = {"closed": ClosingRate, "solved": ResolutionRate, "on_time": OnTimeRate}
DIMENSIONS = [
    None, "unit", "category", "type", "division", "channel", "kind", "month", "grade",
    "street", "district", "city", "province", "community",
]  # fmt: skip
NOW_US = BASE + 70 * DAY
NOW = at(NOW_US)

DEPARTED = Organisation(
    units=(
        Unit(id="110000", name="市", level="city"),
        Unit(id="east", name="东区", level="district", parent="110000"),
        Unit(id="west", name="西区", level="district", parent="110000"),
        Unit(id="12345", name="热线", level="centre", parent="110000"),
        Unit(id="110105001", name="甲", level="street", parent="east", valid_to=date(2026, 1, 20)),
        Unit(
            id="110105001", name="甲", level="street", parent="west", valid_from=date(2026, 1, 20)
        ),
        Unit(id="110105002", name="乙", level="street", parent="west"),
        Unit(id="110101001", name="丙", level="street", parent="east"),
        Unit(id="110101001003", name="丁", level="community", parent="110101001"),
        Unit(id="310115001", name="戊", level="street", valid_from=date(2026, 2, 1)),
        Unit(id="bureau-of-parks", name="园林", level="department", parent="110000"),
        Unit(id="PWD", name="PWD", level="department", parent="bureau-of-parks"),
    )
)
"""A street changes its district in January; two departments stand one under the other."""


@pytest.fixture(scope="module")
def figures() -> Figures:
    """Give the record of a city."""
    return Figures(city(7, 250), NOW)


def rows_of(groups: tuple[RateGroup, ...]) -> list[tuple[Any, ...]]:
    """Give the groups as plain rows."""
    return [
        (g.key, g.total, (g.figure.numerator, g.figure.denominator), g.counted_apart)
        for g in groups
    ]


def expected_rows(model: Model, what: str) -> list[tuple[Any, ...]]:
    """Give what the model says, in its order."""
    return [
        (
            key,
            len(model.groups.get(key, [])),
            model.rate(key, what)[:2],
            model.apart.get(key, {}),
        )
        for key in model.order()
    ]


QUESTIONS = st.fixed_dictionaries(
    {
        "by": st.sampled_from(DIMENSIONS),
        "on": st.sampled_from(["opened", "closed"]),
        "population": st.sampled_from(["counted", "counted", "all"]),
        "as_of": st.none() | st.integers(0, 80 * 24).map(lambda h: at(BASE + h * HOUR)),
        "during": st.none()
        | st.tuples(st.integers(1, 60), st.integers(1, 30)).map(
            lambda pair: Period(
                first=date.fromordinal(date(2026, 1, 1).toordinal() + pair[0]),
                after=date.fromordinal(date(2026, 1, 1).toordinal() + sum(pair)),
            )
        ),
    },
    optional={
        "unit": st.sampled_from(["110105001", "12345", "PWD", "nobody"]),
        "within": st.sampled_from(["110105", "110105000", "110101001", "110000", "PWD"]),
        "category": st.sampled_from(["noise", "parks/trees", "𡐓"]),
        "type": st.just("a"),
        "division": st.just("110105"),
        "channel": st.sampled_from(["hotline", "phone"]),
        "kind": st.just("help"),
        "source": st.just("elsewhere"),
    },
)


@pytest.mark.parametrize("what", RATES)
@given(asked=QUESTIONS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_rate_agrees_with_counting_case_by_case(
    what: str, asked: dict[str, Any], figures: Figures
) -> None:
    """Every dimension, filter, period and instant gives what counting gives."""
    question = RATES[what](**asked)
    answer = question.answer(figures)
    model = Model(question, figures)
    assert rows_of(answer.groups) == expected_rows(model, what)
    for group in answer.groups:
        rate = group.figure.rate
        expected = model.rate(group.key, what)[2]
        assert (rate is None) is (expected is None)
        assert rate is None or abs(rate - (expected or 0)) < Decimal("1e-20")
    unknown = sum(
        1
        for group in model.groups.values()
        for life in group
        if life.get("outcome_unknown") and model.closed(life)
    )
    assert sum(group.outcome_unknown for group in answer.groups) == unknown


@pytest.mark.parametrize("by", ["street", "district", "city", "department", "centre"])
@pytest.mark.parametrize("on", ["opened", "closed"])
def test_a_unit_counts_where_it_stood_on_that_day(figures: Figures, by: Any, on: Any) -> None:
    """A street that changed its district counts in both, each case by its own day."""
    moved = Figures(figures.lives, NOW, DEPARTED)
    question = ClosingRate(by=by, on=on, population="all")
    groups = question.answer(moved).groups
    assert rows_of(groups) == expected_rows(Model(question, moved), "closed")
    for group in groups:
        if group.key is not None:
            within = ClosingRate(within=group.key, on=on, population="all")
            assert rows_of(within.answer(moved).groups) == expected_rows(
                Model(within, moved), "closed"
            )


def test_two_departments_one_under_the_other_count_a_case_once() -> None:
    """The nearest unit of a level is the group; the upper one still contains the case."""
    stands = [Stand(BASE, "imported", "PWD")]
    life = Life("a", stands, {"zone": "UTC", "opened_at": BASE, "source": "s"})
    figures = Figures([life], NOW, DEPARTED)
    answer = ClosingRate(by="department").answer(figures)
    assert [(group.key, group.total) for group in answer.groups] == [("PWD", 1)]
    assert ClosingRate(within="bureau-of-parks").answer(figures).groups[0].total == 1


def test_a_period_is_compared_with_the_one_before_and_the_year_before(figures: Figures) -> None:
    """All three as of the same instant; each is what asking for it alone gives."""
    month = Month(2026, 2)
    answer = ClosingRate(by="unit", during=month, compare=True).answer(figures)
    assert answer.groups == ClosingRate(by="unit", during=month).answer(figures).groups
    assert answer.previous == ClosingRate(by="unit", during=Month(2026, 1)).answer(figures).groups
    assert answer.previous
    assert answer.year_before == ()
    alone = ClosingRate(during=month).answer(figures)
    assert (alone.previous, alone.year_before) == (None, None)
    empty = ClosingRate(during=month, compare=True).answer(figures).year_before
    assert empty is not None
    assert (empty[0].total, empty[0].figure.rate) == (0, None)


def test_comparing_nothing_is_refused() -> None:
    """Compare needs a period."""
    with pytest.raises(ValidationError, match="compare needs a period; name it with during"):
        ClosingRate(compare=True)


def test_the_future_is_answered_as_now(figures: Figures) -> None:
    """Nobody knows how cases will stand tomorrow."""
    later = ClosingRate(as_of=datetime(2050, 1, 1, tzinfo=UTC)).answer(figures)
    assert later == ClosingRate().answer(figures)
    assert later.as_of == NOW


def test_an_answer_says_what_it_is(figures: Figures) -> None:
    """Definition, version, position, filters and the fingerprint of its SQL."""
    answer = OnTimeRate(by="unit", channel="hotline").answer(figures)
    assert (answer.definition, answer.version) == ("on_time_rate", 1)
    assert (answer.position, answer.by, answer.on) == (250, "unit", "opened")
    assert answer.filters == {
        "case_type": "complaint",
        "population": "counted",
        "channel": "hotline",
    }
    assert len(answer.sql_sha256) == 64
    assert answer.sql_sha256 != ClosingRate().answer(figures).sql_sha256


def test_a_reopened_case_was_closed_when_it_was_closed() -> None:
    """Asked about the past, a case closed twice has the closing of that day and its month."""
    stands = [
        Stand(BASE, "accepted", "u"),
        Stand(BASE + 10 * DAY, "closed", "u", "not_solved", on_time=True),
        Stand(BASE + 15 * DAY, "archived", "u", "not_solved", on_time=True),
        Stand(BASE + 20 * DAY, "handling", "u"),
        Stand(BASE + 40 * DAY - HOUR, "closed", "u", "solved", on_time=False),
    ]
    fields = {"zone": "Asia/Shanghai", "opened_at": BASE, "accepted_at": BASE}
    figures = Figures([Life("a", stands, fields, BASE + 40 * DAY - HOUR)], NOW)

    def figure(kind: Any, days: int, **asked: Any) -> tuple[str | None, int]:
        (group,) = kind(as_of=at(BASE + days * DAY), **asked).answer(figures).groups
        return group.key, group.figure.numerator

    assert figure(ClosingRate, 9, by="month", on="closed") == (None, 0)
    assert figure(ClosingRate, 10, by="month", on="closed") == ("2026-01", 1)
    assert figure(ClosingRate, 16, by="month", on="closed") == ("2026-01", 1)
    assert figure(ResolutionRate, 16) == (None, 0)
    assert figure(OnTimeRate, 16) == (None, 1)
    assert figure(ClosingRate, 20, by="month", on="closed") == (None, 0)
    assert figure(ClosingRate, 40, by="month", on="closed") == ("2026-02", 1)
    assert figure(ResolutionRate, 40) == (None, 1)
    assert figure(OnTimeRate, 40) == (None, 0)
    january = Month(2026, 1)
    assert figure(ClosingRate, 16, during=january, on="closed") == (None, 1)
    assert figure(ClosingRate, 60, during=january, on="closed") == (None, 0)


def test_one_microsecond_decides() -> None:
    """Closed at the due instant is in time; the instant itself belongs to what begins at it."""
    due = BASE + DAY
    for late in (0, 1):
        stands = [
            Stand(BASE, "imported", "u"),
            Stand(due + late, "closed", "u", "solved", on_time=not late),
        ]
        fields = {"zone": "UTC", "opened_at": BASE, "due_at": due, "source": "s"}
        figures = Figures([Life("a", stands, fields, due + late)], NOW)

        def figure(kind: Any, when: int, figures: Figures = figures) -> tuple[int, int]:
            (group,) = kind(as_of=at(when)).answer(figures).groups
            return group.figure.numerator, group.figure.denominator

        assert figure(OnTimeRate, NOW_US) == (1 - late, 1)
        assert figure(ClosingRate, BASE - 1) == (0, 0)
        assert figure(ClosingRate, BASE) == (0, 1)
        assert figure(ClosingRate, due + late - 1) == (0, 1)
        assert figure(ClosingRate, due + late) == (1, 1)
        assert figure(OnTimeRate, due - 1) == (0, 0)
        assert figure(OnTimeRate, due) == ((0, 0) if late else (1, 1))


def test_only_an_open_case_is_past_due() -> None:
    """From one microsecond after the due instant on; what was withdrawn is never late."""
    lives = [
        Life(state, [Stand(BASE, "accepted", "u"), Stand(BASE + 5, state, "u")], {
            "zone": "UTC", "opened_at": BASE, "accepted_at": BASE, "due_at": BASE + DAY,
        })
        for state in ("handling", "withdrawn")
    ]  # fmt: skip
    figures = Figures(lives, NOW)
    for when, denominator in ((BASE + DAY, 0), (BASE + DAY + 1, 1)):
        (group,) = OnTimeRate(population="all", as_of=at(when)).answer(figures).groups
        assert (group.total, group.figure.denominator) == (2, denominator)


def test_a_rate_is_exact_to_many_digits() -> None:
    """One third has 34 threes, whatever context the host has set."""
    assert str(quotient(1, 3)) == "0." + "3" * 34
    assert quotient(0, 5) == 0
    assert quotient(0, 0) is None
