"""What the clocks demand, carried out: one indexed query, then ordinary transactions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from zhili.errors import ConflictError, InputError, RefusalError
from zhili.projections.register import microseconds
from zhili.values import Value

if TYPE_CHECKING:
    from zhili.engine.engine import Engine

__all__ = ["TickReport", "tick"]

CASES_A_BATCH: Final = 100


class TickReport(Value):
    """What a tick did: clocks fired, deadlines recalculated, cases that refused, what is left."""

    fired: int = 0
    recalculated: int = 0
    refused: tuple[UUID, ...] = ()
    more: bool = False


def tick(engine: Engine, now: datetime | None, *, limit: int) -> TickReport:
    """Fire what is due by *now* and recalculate what waited for a calendar, *limit* at most."""
    present = engine.now()
    try:
        at = (now or present).astimezone(UTC)
    except OverflowError as error:
        raise InputError("a tick cannot run at the end of time; leave now out", now=now) from error
    if at > present:
        message = f"a tick cannot run ahead of the clock: it is {present:%Y-%m-%d %H:%M:%S} UTC"
        raise InputError(message, now=at)
    recalculated, waiting = _recalculate(engine, limit)
    due = engine.store.rows(
        "SELECT case_id FROM cases WHERE next_due_at <= :now "
        "ORDER BY next_due_at, case_id LIMIT :limit",
        {"now": microseconds(at), "limit": limit},
    )
    ids = [UUID(str(row[0])) for row in due]
    fired = 0
    refused: list[UUID] = []
    for start in range(0, len(ids), CASES_A_BATCH):
        some = ids[start : start + CASES_A_BATCH]
        done, stuck = engine.fire(some, at)
        fired += done
        refused.extend(stuck)
    # Where a whole tick did nothing another one would not either: that is not more to do.
    more = (len(ids) >= limit and fired > 0) or (waiting and recalculated > 0)
    return TickReport(fired=fired, recalculated=recalculated, refused=tuple(refused), more=more)


def _recalculate(engine: Engine, limit: int) -> tuple[int, bool]:
    """
    Compute anew the deadlines that waited for a calendar which is published now.

    Gives how many were, and whether there may be cases left that wait.
    """
    rules = engine.book.current()
    most = min(limit, rules.procedure.recalculations_per_tick_max)
    waiting = engine.store.rows(
        "SELECT case_id FROM cases WHERE provisional_year <= :year "
        "ORDER BY provisional_year, case_id LIMIT :limit",
        {"year": rules.calendar.certain_until.year, "limit": most},
    )
    done = 0
    for (case_id,) in waiting:
        case = engine.case(UUID(str(case_id)))
        kind = case.verbs.get("recalculate_deadline")
        if kind is None:
            continue
        for clock in case.provisional_clocks:
            key = f"recalculate:{case.id}:{clock.name}:{rules.version('calendar')}"
            command = kind.model_validate({"case_id": case.id, "clock": clock.name})
            try:
                engine.submit_as_system((command,), key=key)
            except (ConflictError, RefusalError):
                continue  # somebody else moved the case; the next tick looks again
            done += 1
    return done, len(waiting) >= most
