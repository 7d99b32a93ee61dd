"""How long whoever has a case before them lets it lie."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from zhili.demo.complaint_life import ComplaintLife

__all__ = ["URGENT", "patience"]

WORK_HOURS: Final = {"I": 0.4, "II": 6.0, "III": 50.0, "IV": 140.0, "COMPLEX": 150.0}
"""How long the work itself takes, as a median, by grade."""

URGENT: Final = frozenset({"I", "II"})
PATIENCE: Final = {
    "registered": 0.05,
    "accepted": 0.12,
    "consulting": 8.0,
    "dispatched": 0.6,
    "disputed": 3.0,
    "signed": 4.0,
    "escalated": 16.0,
    "ledgered": 24.0 * 15,
    "replied": 3.0,
    "rework": 6.0,
}
"""How many hours a desk lets a case lie, as a median."""


def patience(life: ComplaintLife) -> timedelta:
    """Draw how long it is until somebody acts on the case."""
    case = life.case
    state, grade = case.state or "", case.grade or "III"
    urgent = grade in URGENT
    if state == "handling":
        work = WORK_HOURS[grade]
        wait = life.span(work, 0.6) if case.reply is None else life.span(min(1.5, work / 8))
        return wait if urgent else life.at_work(wait)
    if state == "callback":
        if case.tries and not case.tries[-1].reached:
            return life.tomorrow()
        return life.at_work(life.span(2 if case.tries else 12))
    wait = life.span(PATIENCE[state])
    if state == "signed" and grade == "I":
        return wait / 10
    return life.at_work(wait) if state in {"consulting", "disputed", "rework"} else wait
