"""The clocks of a workflow: what starts, stops, pauses and moves them, and what they demand."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Clock"]


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
