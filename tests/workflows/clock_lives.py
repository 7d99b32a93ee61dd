"""Lives in which clocks fall due: ticked at often, or only at the end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from zhili import Engine
from zhili.testing import CASE, TICK, Control, VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable

HOUR = timedelta(hours=1)


class Life(NamedTuple):
    """What people do, how long it is watched afterwards, and what the clocks did by then."""

    steps: tuple[Any, ...]
    watched: timedelta
    fired: tuple[tuple[str, str], ...]


def never(_engine: Engine) -> None:
    """Do nothing: commands and the last tick find what is due."""


def often(engine: Engine) -> None:
    """Tick."""
    engine.tick()


def live(life: Life, tick: Callable[[Engine], None], every: timedelta = HOUR) -> Engine:
    """Live through a life, with a *tick* *every* hour or so, and one for sure at the end."""
    clock = VirtualClock()
    engine = Engine.open("memory:", clock=clock)

    def pass_by(time: timedelta) -> None:
        until = clock.now + time
        while clock.now + every < until:
            clock.advance(every)
            tick(engine)
        clock.set(until)

    for step in life.steps:
        if isinstance(step, Control):
            pass_by(step.after)
            engine.submit(step.build(clock.now), by=step.by)
        elif step != TICK:
            pass_by(step)
    pass_by(life.watched)
    while engine.tick().more:
        pass
    return engine


def history(engine: Engine) -> list[tuple[object, ...]]:
    """Give what happened, when and to what effect, but not when it was recorded."""
    return [
        (event.event_name, event.state, event.occurred_at, event.by, event.marks, event.rules)
        for event in engine.history(CASE)
    ]
