"""When something may be said to have happened."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from zhili.errors import TimeRefusedError

if TYPE_CHECKING:
    from zhili.aggregates.case import Case, CaseEvent
    from zhili.policies.rules import Rules

__all__ = ["check_time"]


def check_time(case: Case, event: CaseEvent, rules: Rules) -> None:
    """
    Refuse an event whose time cannot be.

    Nothing happens in the future or before the case's last event; what is entered late keeps the
    limit of the late-entry policy, and is entered by a role that may. What a source tells of its
    own cases is taken as told.

    Raises:
        TimeRefusedError: If the time cannot be, with what it could be.
    """
    if event.from_source:
        return
    if event.occurred_at > event.timestamp:
        message = f"{event.occurred_at:%Y-%m-%d %H:%M:%S} UTC lies in the future"
        raise TimeRefusedError(message, at=event.occurred_at, latest=event.timestamp)
    if case.last_at is not None and event.occurred_at < case.last_at:
        message = (
            f"{event.occurred_at:%Y-%m-%d %H:%M:%S} UTC lies before the case's last event, "
            f"{case.last_at:%Y-%m-%d %H:%M:%S} UTC"
        )
        raise TimeRefusedError(message, at=event.occurred_at, earliest=case.last_at)
    if event.is_late:
        _check_late(event, rules)


def _check_late(event: CaseEvent, rules: Rules) -> None:
    policy = rules.late_entry
    if event.by.role not in policy.roles:
        message = f"{event.by.role} may not enter late; these may: {', '.join(policy.roles)}"
        raise TimeRefusedError(message, at=event.occurred_at, roles=policy.roles)
    earliest = event.timestamp - timedelta(hours=policy.hours_max)
    if event.occurred_at < earliest:
        message = (
            f"late entries reach back {policy.hours_max} hours at most, to "
            f"{earliest:%Y-%m-%d %H:%M:%S} UTC"
        )
        raise TimeRefusedError(message, at=event.occurred_at, earliest=earliest)
