"""Events before they are decided on, and what a clock demands: for who records, and who audits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zhili.aggregates.case import Case, CaseEvent, Cause, Moment
from zhili.values import SYSTEM_ACTOR

if TYPE_CHECKING:
    from datetime import datetime

    from zhili.aggregates.clocks import ClockState
    from zhili.commands.command import Command
    from zhili.policies.rules import Rules

__all__ = ["demand", "drafted"]


def drafted(  # noqa: PLR0913 - an event and its circumstances
    case: Case,
    event_name: str,
    fields: Mapping[str, Any],
    moment: Moment,
    *,
    cause: Cause | None = None,
    key: str | None = None,
) -> CaseEvent:
    """
    Give the next event of *case* as its verb chose it, before the table was asked.

    An event that opens a case gets the case's number, if it has that field and the verb gave none.
    """
    kind = case.events[event_name]
    opens = case.workflow.rows(None, event_name)
    if opens and "number" in kind.model_fields and "number" not in fields:
        fields = {**fields, "number": case.number_on(moment)}
    return kind(
        originator_id=case.id,
        originator_version=case.version + 1,
        timestamp=moment.recorded_at,
        occurred_at=moment.occurred_at,
        state=case.state or "",
        by=moment.by,
        edition=case.workflow.edition,
        cause=cause,
        key=key,
        **fields,
    )


def demand(
    case: Case, clock: ClockState, recorded_at: datetime, rules: Rules
) -> tuple[Command, Moment]:
    """Give the command that a due *clock* of *case* demands, and its circumstances."""
    assert clock.due_at is not None, "a clock that waits is due some time"
    kind = case.verbs[clock.fires]
    _, _, part_id = clock.name.partition(":")
    told = {"clock": clock.name, "unit": part_id}
    named = {name: told[name] for name in told if told[name] and name in kind.model_fields}
    occurred_at = max(clock.due_at, case.last_at or clock.due_at)
    return kind(case_id=case.id, **named), Moment(recorded_at, occurred_at, SYSTEM_ACTOR, rules)
