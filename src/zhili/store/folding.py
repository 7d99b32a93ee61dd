"""From a stored event to the case as it stands after it."""

from __future__ import annotations

from typing import Final

from eventsourcing.persistence import StoredEvent

from zhili.aggregates import Case
from zhili.errors import UnreadableEventError
from zhili.store.mapper import EventMapper
from zhili.store.store import LogRow

__all__ = ["folded", "stored_in"]

FORGED: Final = (AttributeError, ArithmeticError, LookupError, TypeError, ValueError)
"""What folding may raise where a log was tampered with: one case's event in another's stream."""


def folded(mapper: EventMapper, case: Case | None, stored: StoredEvent) -> Case:
    """
    Give *case*, which is changed, as it stands after the event in *stored*.

    Raises:
        UnreadableEventError: If the event cannot be read, or does not belong into this case.
    """
    event = mapper.to_domain_event(stored)
    try:
        if case is not None and event.case_class is not type(case):
            raise TypeError(f"a {case.workflow.name} has no event {event.topic}")
        result: Case = event.mutate(case)
    except FORGED as error:
        name, version = stored.originator_id, stored.originator_version
        why = f"it cannot be folded: {type(error).__name__}: {error}"
        message = f"event {version} of case {name}: {why}; `zhili audit` says what is wrong"
        raise UnreadableEventError(
            message, case_id=str(name), version=version, topic=stored.topic, why=why
        ) from error
    return result


def stored_in(row: LogRow) -> StoredEvent:
    """
    Give the event in a row of the log.

    Raises:
        UnreadableEventError: If what stands where a case id should stand is none.
    """
    try:
        return row.stored
    except ValueError as error:
        why = f"{row.case_id!r} is no case id"
        message = f"the event at position {row.position} cannot be read: {why}"
        raise UnreadableEventError(
            message, case_id=row.case_id, version=row.version, topic=row.topic, why=why
        ) from error
