"""A clock that goes when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = ["START", "VirtualClock"]

START: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Where scenarios begin: 9 in the morning in Shanghai, Monday, 2 March 2026, a working day."""


class VirtualClock:
    """
    A present that a test sets; give it to `Engine.open(url, clock=…)`.

    >>> clock = VirtualClock()
    >>> clock.advance(hours=2).isoformat()
    '2026-03-02T03:00:00+00:00'
    >>> clock() == clock.now
    True
    """

    def __init__(self, start: datetime = START) -> None:
        """Begin at *start*."""
        self.now = _with_zone(start)

    def __call__(self) -> datetime:
        """Give the present."""
        return self.now

    def advance(
        self, by: timedelta = timedelta(), *, days: float = 0, hours: float = 0, minutes: float = 0
    ) -> datetime:
        """
        Let time pass, and give the present.

        Raises:
            ValueError: If it would go backwards; `set` does that.
        """
        step = by + timedelta(days=days, hours=hours, minutes=minutes)
        if step < timedelta():
            message = f"a clock advances forwards, not by {step}; set it to go back"
            raise ValueError(message)
        self.now += step
        return self.now

    def set(self, at: datetime) -> datetime:
        """Make it *at*, earlier or later, and give the present."""
        self.now = _with_zone(at)
        return self.now


def _with_zone(at: datetime) -> datetime:
    if at.tzinfo is None:
        message = "the time has no zone; give an offset, e.g. 2026-03-02T09:00:00+08:00"
        raise ValueError(message)
    return at.astimezone(UTC)
