"""
A second opinion: what a complaint's events mean, worked out anew and as simply as can be.

It looks at nothing but the events, shares no line with the fold, the register or the SQL, and is
slow. If it and they agree, each has been checked by the other.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from zhili.aggregates import CaseEvent

__all__ = ["Rates", "Standing", "accountable", "rates", "standing"]

LEFT_OUT = {
    "Answered": "answered",
    "EmergencyTransferred": "referred_out",
    "Declined": "not_accepted",
    "Withdrawn": "withdrawn",
    "Terminated": "terminated",
    "Merged": "merged",
}
GIVES_A_UNIT = {"Accepted", "Dispatched", "SubDispatched", "Redispatched", "LeadDesignated"}


class Standing(NamedTuple):
    """What the events of one case come to."""

    taken_in: bool
    left_out: str | None
    excluded: bool
    closed: bool
    solved: bool
    unknown: bool


class Rates(NamedTuple):
    """Closing and resolution over all cases, and how many are counted apart under what."""

    closed: int
    solved: int
    unknown: int
    registered: int
    apart: Counter[str]


def standing(events: Iterable[CaseEvent]) -> Standing:
    """Say where a case stands by its events."""
    taken_in = excluded = closed = solved = unknown = False
    left_out: str | None = None
    for event in events:
        match event.event_name:
            case "Imported" | "Accepted":
                taken_in = True
            case "Closed":
                closed, solved = True, event.outcome == "solved"  # type: ignore[attr-defined]  # its own
            case "ImportedClosed":
                closed = solved = unknown = True
            case "Reopened":
                closed = solved = excluded = False
                left_out = None
            case "Unmerged":
                left_out = None
            case "ExclusionGranted":
                excluded = True
            case name if name in LEFT_OUT:
                left_out = LEFT_OUT[name]
    return Standing(taken_in, left_out, excluded, closed, solved, unknown)


def rates(histories: Iterable[Sequence[CaseEvent]]) -> Rates:
    """Count every case once."""
    closed = solved = unknown = registered = 0
    apart: Counter[str] = Counter()
    for events in histories:
        one = standing(events)
        if not one.taken_in or one.left_out or one.excluded:
            apart[one.left_out or ("excluded" if one.excluded else "not taken in")] += 1
            continue
        registered += 1
        closed += one.closed
        solved += one.solved
        unknown += one.unknown
    return Rates(closed, solved, unknown, registered, apart)


def accountable(events: Sequence[CaseEvent]) -> list[tuple[datetime, str | None]]:
    """Give who answered for a case from when on, from its acceptance to its end."""
    answers: list[tuple[datetime, str | None]] = []
    for event in events:
        told: Any = event
        unit: str | None = None
        if event.event_name in GIVES_A_UNIT or event.event_name in {"DirectiveGiven", "Unmerged"}:
            unit = told.unit
        ended = event.event_name in LEFT_OUT or event.event_name in {"Closed", "Archived"}
        if unit is not None and (not answers or answers[-1][1] != unit):
            answers.append((event.occurred_at, unit))
        if ended:
            answers.append((event.occurred_at, None))
        if event.event_name == "Reopened":
            last = [who for _, who in answers if who is not None][-1]
            answers.append((event.occurred_at, last))
    return answers
