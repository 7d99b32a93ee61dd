"""The figures of hazards, against a count by hand; Chengdu's, by real commands and as published."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from pydantic import ValidationError

from tests.hazard.examples import (
    AT_CITY,
    AT_DISTRICT,
    AT_STREET,
    COMMUNITY,
    DAY,
    DISMISS,
    FIND,
    FIRE,
    FIX_LOCALLY,
    FOUND,
    HOME,
    RECTIFYING,
    REPORTED,
    SOLVED,
    STREET,
)
from zhili import Engine, publish
from zhili.aggregates import Hazard
from zhili.policies.hazard import Counted, HazardKind, HazardRules, PublishedTotal
from zhili.projections.statistics import HazardFigures, HazardGroup
from zhili.projections.worklist import Worklist
from zhili.testing import TICK, VirtualClock, actor
from zhili.values import Month, new_case_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIVES = (
    FOUND, AT_STREET, AT_DISTRICT, RECTIFYING, AT_CITY, REPORTED, SOLVED,
    (*FOUND, FIX_LOCALLY), (*FOUND, DISMISS), (*SOLVED, 31 * DAY, TICK),
    (*FOUND, DISMISS, 31 * DAY, TICK), (*RECTIFYING, 30 * DAY, TICK),
)  # fmt: skip
OTHER_HOME = "510104021003"
ADMINISTRATOR = actor("administrator")

CHENGDU = PublishedTotal(
    name="hundred-day campaign 百日攻坚, 2019",
    found=Counted(count=194_700, rounded_to=100),
    solved=Counted(count=192_300, rounded_to=100),
    source="Chengdu 2019: 19.47万 found, 19.23万 solved",
)


def opened(clock: VirtualClock) -> Engine:
    """Open an engine for hazards alone."""
    return Engine.open("memory:", clock=clock, case_types=(Hazard,), reactions=())


@pytest.fixture(scope="module")
def city() -> Iterator[Engine]:
    """Give two communities whose hazards stand wherever they may."""
    dice, clock = random.Random(7), VirtualClock()  # noqa: S311 - a city, no secret
    with opened(clock) as engine:
        for nth in range(80):
            case_id, home = new_case_id(), dice.choice((HOME, OTHER_HOME))
            kind = dice.choice(("fire", "facilities"))
            for step in LIVES[nth % len(LIVES)]:
                if step == TICK:
                    engine.tick()
                elif isinstance(step, timedelta):
                    clock.advance(step)
                else:
                    here = step.on(case_id)
                    if step.by == COMMUNITY:
                        here = here.by_actor(actor("community", home))
                    if step is FIND:
                        here = here.but(kind=kind, community=home)
                    engine.submit(here.build(clock.advance(step.after)), by=here.by)
        yield engine


KEYS: dict[str | None, Callable[[Hazard], str | None]] = {
    None: lambda _case: None,
    "kind": lambda case: case.kind,
    "community": lambda case: case.village,
    "unit": lambda case: case.unit,
    "month": lambda case: f"{case.opened_at + timedelta(hours=8):%Y-%m}",
}


@pytest.mark.parametrize("by", KEYS)
def test_the_figures_are_those_counted_by_hand(city: Engine, by: str | None) -> None:
    """Found, solved, open, overdue and dismissed, by kind, community, unit and month."""
    counts: dict[str | None, Counter[str]] = {}
    pages = city.ask(Worklist(case_type="hazard", open_only=False, size=200))
    cases = [city.case(UUID(str(row.case_id))) for row in pages.items]
    assert len(cases) == 80
    for case in cases:
        count = counts.setdefault(KEYS[by](case), Counter())
        dismissed = case.state == "dismissed" or (case.state == "archived" and not case.outcome)
        count["dismissed" if dismissed else "found"] += 1
        count["solved"] += case.outcome == "solved"
        is_open = not dismissed and case.outcome is None
        count["open"] += is_open
        late = case.due_at is not None and case.due_at < city.now()
        count["overdue"] += is_open and case.on_time is None and late
    groups = city.ask(HazardFigures(by=by)).groups
    named = ("found", "solved", "open", "overdue", "dismissed")
    told = {group.key: {name: getattr(group, name) for name in named} for group in groups}
    assert told == {key: {name: count[name] for name in named} for key, count in counts.items()}
    assert [g.found for g in groups] == sorted((g.found for g in groups), reverse=True)
    for group in groups:
        by_hand = Decimal(group.solved) / group.found if group.found else None
        assert (group.rate and round(group.rate, 20)) == (by_hand and round(by_hand, 20))


def test_the_open_ones_are_the_worklists_of_their_units(city: Engine) -> None:
    """The open list with the responsible unit is an ordinary worklist (§4.5)."""
    for group in city.ask(HazardFigures(by="unit")).groups:
        page = city.ask(Worklist(case_type="hazard", unit=group.key, open_only=True, size=200))
        assert len(page.items) == group.open
    assert city.ask(Worklist(case_type="hazard", unit=STREET, open_only=True)).items
    assert city.ask(Worklist(case_type="hazard", unit=FIRE, open_only=True)).items


def test_a_month_is_compared_with_the_one_before(city: Engine) -> None:
    """With `compare` the same figures of the month before stand beside those of the month."""
    march, april = (city.ask(HazardFigures(during=Month(2026, month))).groups for month in (3, 4))
    answer = city.ask(HazardFigures(during=Month(2026, 4), compare=True))
    assert (answer.groups, answer.previous) == (april, march)
    assert march[0].found > 0
    assert [group.found for group in answer.year_before or ()] == [0]


def test_no_hazards_are_no_data() -> None:
    """An empty denominator is None, and never nought."""
    with opened(VirtualClock()) as engine:
        answer = engine.ask(HazardFigures(during=Month(2026, 3)))
    empty = HazardGroup(key=None, found=0, solved=0, open=0, overdue=0, dismissed=0, rate=None)
    assert (answer.groups, answer.published) == ((empty,), ())


def test_chengdu_is_lived_through_by_real_commands() -> None:
    """A hundredth of 194,700 found and 192,300 solved: 1,947 and 1,923, which is 98.77 % (F2)."""
    clock = VirtualClock()
    with opened(clock) as engine:
        ids = [new_case_id() for _ in range(1947)]
        for start in range(0, len(ids), 500):
            batch = [FIND.on(one).build(clock.now) for one in ids[start : start + 500]]
            engine.submit_many(batch, by=FIND.by)
        for start in range(0, 1923, 500):
            solved = ids[start : min(start + 500, 1923)]
            batch = [FIX_LOCALLY.on(one).build(clock.now) for one in solved]
            engine.submit_many(batch, by=COMMUNITY)
        (group,) = engine.ask(HazardFigures()).groups
        assert engine.audit().clean
    assert (group.found, group.solved, group.open) == (1947, 1923, 24)
    assert round(group.rate * 100, 2) == Decimal("98.77")


def test_a_published_total_is_kept_as_it_was_given() -> None:
    """19.47万 and 19.23万 are kept with their rounding, and the rate with what it may have been."""
    clock = VirtualClock()
    with opened(clock) as engine:
        engine.submit(publish(HazardRules(published=(CHENGDU,))), by=ADMINISTRATOR)
        answer = engine.ask(HazardFigures())
        assert engine.audit().clean
    (figure,) = answer.published
    assert (figure.found, figure.solved) == (CHENGDU.found, CHENGDU.solved)
    assert figure.rounded_input is True
    assert round(figure.rate * 100, 2) == Decimal("98.77")
    assert figure.lowest < Decimal("0.9878") < figure.highest, "what the city's own page prints"
    assert (round(figure.lowest * 100, 2), round(figure.highest * 100, 2)) == (
        Decimal("98.72"),
        Decimal("98.82"),
    )
    assert answer.groups[0].found == 0, "what is published is no case"


def test_exact_counts_leave_no_doubt() -> None:
    """What was not rounded has one rate, and is not marked."""
    exact = PublishedTotal(
        name="one day", found=Counted(count=9), solved=Counted(count=8), source="its own page"
    )
    with opened(VirtualClock()) as engine:
        engine.submit(publish(HazardRules(published=(exact,))), by=ADMINISTRATOR)
        (figure,) = engine.ask(HazardFigures()).published
    assert figure.rounded_input is False
    assert figure.lowest == figure.rate == figure.highest


@pytest.mark.parametrize(
    ("count", "rounded_to", "lowest", "highest"),
    [(194_700, 100, 194_650, 194_749), (7, 1, 7, 7), (0, 10, 0, 4), (3, 3, 2, 4), (10, 2, 9, 10)],
)
def test_a_rounded_count_says_what_it_may_have_been(
    count: int, rounded_to: int, lowest: int, highest: int
) -> None:
    """The bounds are the whole numbers that are rounded to it, halves upwards."""
    counted = Counted(count=count, rounded_to=rounded_to)
    assert (counted.lowest, counted.highest) == (lowest, highest)


def test_a_catalogue_names_each_kind_once() -> None:
    """Two kinds of one code could not be told apart."""
    kind = HazardKind(code="fire", name="fire")
    with pytest.raises(ValidationError, match="names 'fire' more than once"):
        HazardRules(kinds=(kind, kind))
