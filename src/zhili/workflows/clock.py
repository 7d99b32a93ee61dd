"""The clocks of a workflow: what starts, stops, pauses and moves them, and what they demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

__all__ = ["EXPIRED", "Clock", "Ear"]

EXPIRED: Final = "ClockExpired"
RECALCULATED: Final = "DeadlineRecalculated"
"""Events that every case has, and that name the clock they are about."""


@dataclass(frozen=True)
class Clock:
    """
    One clock of a case type.

    Names in `starts`, `restarts`, `moves` and the keys and values of `pauses` are events. Names in
    `stops` are events or states: entering the state stops the clock. Every clock stops in every
    ended state, except one that the same event starts.

    Args:
        name: What the clock is called in events, questions and policies.

        starts: Events that start it if it has never run.

        restarts: Events that start it anew, even when it has run before.

        stops: Events and states that stop it.

        pauses: Event that pauses it → event that resumes it with a fresh limit.

        moves: Events that carry a new `due_at` for it.

        limit: The row of the time-limit policy that gives its length; its own name if empty.

        fires: The command that is carried out when it falls due; empty if it only guards.
    """

    name: str
    starts: frozenset[str] = frozenset()
    restarts: frozenset[str] = frozenset()
    stops: frozenset[str] = frozenset()
    pauses: tuple[tuple[str, str], ...] = ()
    moves: frozenset[str] = frozenset()
    limit: str = ""
    fires: str = ""

    @property
    def limit_name(self) -> str:
        """The name under which the time-limit policy knows this clock."""
        return self.limit or self.name

    @property
    def events(self) -> frozenset[str]:
        """Every event this clock listens to."""
        pausing = {name for pair in self.pauses for name in pair}
        return self.starts | self.restarts | self.moves | pausing

    def ear(self, event: str, state: str, *, entered: bool, ended: bool) -> Ear | None:
        """
        Say what the clock makes of an event; None if it is nothing to it.

        Args:
            event: The event's name.

            state: The state that the case is in after it.

            entered: Whether it was in another one before.

            ended: Whether *state* is an ended one.
        """
        stops = event in self.stops or (entered and (state in self.stops or ended))
        blocked = event in self.stops or state in self.stops
        pausing = any(event == one for one, _ in self.pauses)
        resuming = any(event == one for _, one in self.pauses)
        named = event in {EXPIRED, RECALCULATED}
        if not (stops or named or event in self.events):
            return None
        return Ear(
            clock=self,
            starts=event in self.starts and not blocked,
            restarts=event in self.restarts and not blocked,
            stops=stops,
            pauses=pausing,
            resumes=resuming,
            moves=event in self.moves,
            expires=event == EXPIRED,
            recalculates=event == RECALCULATED and event in self.moves,
        )


class Ear(NamedTuple):
    """What one clock makes of one event that leads to one state; worked out once."""

    clock: Clock
    starts: bool
    restarts: bool
    stops: bool
    pauses: bool
    resumes: bool
    moves: bool
    expires: bool
    recalculates: bool

    @classmethod
    def ending(cls, clock: Clock) -> Ear:
        """Give what *clock* makes of the end of its case: it stops."""
        return cls(
            clock, starts=False, restarts=False, stops=True, pauses=False, resumes=False,
            moves=False, expires=False, recalculates=False,
        )  # fmt: skip
