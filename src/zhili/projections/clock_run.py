"""One run of a clock, folded from a case's history: its segments, and what was done to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from zhili.aggregates.case import CaseEvent
from zhili.aggregates.clocks import ClockMark, ClockState, turn

__all__ = ["ClockRun", "Stretch", "Touch", "runs_of"]


class Touch(NamedTuple):
    """What one event did to the clock, and how the clock stood before and after it."""

    event: CaseEvent
    mark: ClockMark
    before: ClockState | None
    after: ClockState
    counted_from: datetime

    @property
    def sets_due(self) -> bool:
        """Whether it says anew when the clock is due."""
        return self.begins or self.mark.action in {"resume", "move"}

    @property
    def begins(self) -> bool:
        """Whether a run begins with it: a clock that never ran begins with whatever comes."""
        return self.mark.action == "start" or self.before is None

    @property
    def ran_out(self) -> bool:
        """Whether the clock stops with what it demands when it falls due."""
        before, event = self.before, self.event
        if self.mark.action != "stop" or before is None or before.due_at is None:
            return False
        demanded = event.case_class.workflow.events_of(before.fires)
        return event.event_name in demanded and event.occurred_at >= before.due_at


class Stretch(NamedTuple):
    """A span in which nothing was done to the clock, how it stood, and what began it."""

    since: datetime
    until: datetime
    state: ClockState
    touch: Touch


@dataclass(frozen=True)
class ClockRun:
    """A run of the clock, from one start to the next."""

    touches: tuple[Touch, ...]
    ended_at: datetime | None = None
    """When the next run began, if one did."""

    @property
    def state(self) -> ClockState:
        """How the clock stands after the last thing that was done to it."""
        return self.touches[-1].after

    @property
    def started_at(self) -> datetime:
        """When the run began."""
        return self.state.started_at

    @property
    def due_touch(self) -> Touch:
        """What said last when it is due."""
        return next(touch for touch in reversed(self.touches) if touch.sets_due)

    @property
    def turning(self) -> tuple[Touch, ...]:
        """What changed how it runs or when it is due; that it fell due changes neither."""
        return tuple(touch for touch in self.touches if touch.begins or touch.mark.action != "fire")

    def until(self, at: datetime) -> datetime:
        """Give the instant up to which the run reaches: its stop, the next run's start, or *at*."""
        if self.state.status == "stopped":
            return self.turning[-1].event.occurred_at
        return self.ended_at or at

    def stretches(self, at: datetime) -> tuple[Stretch, ...]:
        """Give the spans from the start to `until(at)`, each beginning where the last one ended."""
        ends = [touch.event.occurred_at for touch in self.turning[1:]]
        if self.state.status != "stopped":
            ends.append(self.until(at))
        # A run that was stopped has one turn more than it has spans: the stop.
        return tuple(
            Stretch(touch.event.occurred_at, end, touch.after, touch)
            for touch, end in zip(self.turning, ends, strict=False)
        )


def runs_of(name: str, history: Iterable[CaseEvent], at: datetime) -> tuple[ClockRun, ...]:
    """Give every run of the clock called *name* that had begun by *at*, the first one first."""
    runs: list[ClockRun] = []
    before: ClockState | None = None
    counted_from: datetime | None = None
    for event in history:
        if event.occurred_at > at:
            break
        for mark in event.marks:
            if mark.name != name:
                continue
            clocks = (before,) if before else ()
            (after,) = turn(clocks, (mark,), event.occurred_at)
            counted_from = _counted_from(event, mark, after, counted_from)
            touch = Touch(event, mark, before, after, counted_from)
            if touch.begins:
                if runs:
                    runs[-1] = ClockRun(runs[-1].touches, event.occurred_at)
                runs.append(ClockRun((touch,)))
            else:
                runs[-1] = ClockRun((*runs[-1].touches, touch))
            before = after
    return tuple(runs)


def _counted_from(
    event: CaseEvent, mark: ClockMark, after: ClockState, before: datetime | None
) -> datetime:
    """Give the instant from which the limit counts after *event*."""
    if mark.action != "move":
        return after.counted_from
    # An extension counts from within the last day of the old period, and says so itself.
    told: datetime | None = getattr(event, "counted_from", None)
    return told or mark.since or before or after.counted_from
