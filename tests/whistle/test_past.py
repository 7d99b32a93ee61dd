"""What is asked of the past of whistles is answered as it was then."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.engine.travel import Logged, happened_by, log_of, store_of
from tests.whistle import town
from zhili import Engine
from zhili.projections.summonses import Summonses
from zhili.projections.whistle_figures import WhistleFigures
from zhili.projections.whistle_rate import WhistleRate, WhistleRatings
from zhili.testing import VirtualClock
from zhili.values import Month

if TYPE_CHECKING:
    from collections.abc import Iterator

QUESTIONS = (
    WhistleFigures(by="department"),
    WhistleFigures(by="month", kind="EMERGENCY"),
    WhistleFigures(by="street", during=Month(2026, 3)),
    WhistleRate(),
    WhistleRatings(published_only=False),
    WhistleRatings(during=Month(2026, 3)),
    Summonses(),
    Summonses(open_only=False, missed=True, size=2),
)


@pytest.fixture(scope="module")
def lived() -> Iterator[tuple[Engine, list[Logged]]]:
    """Give a record of some whistles, and its log."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:
        town.live(engine, clock, 3, whistles=8, tries=40)
        yield engine, log_of(engine)


@pytest.mark.parametrize("share", [0.2, 0.6, 0.9])
def test_what_was_known_then(lived: tuple[Engine, list[Logged]], share: float) -> None:
    """As of a position of the log, the answer of a store that ends there."""
    engine, log = lived
    position = int(len(log) * share)
    known = [event for _, event in log[:position]]
    then = max(event.timestamp for event in known)
    with store_of(known, engine, then) as cut_off:
        for question in QUESTIONS:
            assert engine.ask(question, known_at=position) == cut_off.ask(question)


@pytest.mark.parametrize("hours", [1, 30, 90])
def test_what_had_happened_then(lived: tuple[Engine, list[Logged]], hours: int) -> None:
    """As of an instant, the answer of a store in which nothing later has happened."""
    engine, log = lived
    (opened, *_) = [event for _, event in log if event.event_name == "Blown"]
    instant = opened.occurred_at + timedelta(hours=hours)
    with store_of(happened_by(log, instant), engine, instant) as cut_off:
        for question in QUESTIONS:
            asked, right = engine.ask(question, as_of=instant), cut_off.ask(question)
            same = {"position": 0}
            assert asked.model_copy(update=same) == right.model_copy(update=same)
