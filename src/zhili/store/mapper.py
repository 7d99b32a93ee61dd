"""The event mapper: canonical JSON, stable topics, validated on read, old versions upcast."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from pydantic import ValidationError
from pydantic_core import from_json

from zhili.aggregates import Case, CaseEvent
from zhili.errors import DeclarationError, UnreadableEventError

__all__ = ["EventMapper", "canonical"]

ENVELOPE_OUTSIDE = {"originator_id", "originator_version"}


def canonical(value: Any) -> bytes:
    """Give *value* as canonical JSON: UTF-8, keys in order, no space that says nothing."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


class EventMapper(Mapper[UUID]):
    """
    Turns events into stored rows and back.

    Topics resolve only in the table of the case types given: a log cannot name code to import.
    """

    def __init__(self, case_types: Iterable[type[Case]]) -> None:
        """
        Know the events of *case_types*.

        Raises:
            DeclarationError: If two of them claim the same topic.
        """
        super().__init__(JSONTranscoder())
        self.events: dict[str, type[CaseEvent]] = {}
        for case_type in case_types:
            for event in case_type.events.values():
                if event.topic in self.events:
                    raise DeclarationError(f"two case types claim the topic {event.topic!r}")
                self.events[event.topic] = event

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Give the row of an event."""
        state = domain_event.model_dump(
            mode="json", exclude=ENVELOPE_OUTSIDE, exclude_defaults=True
        )
        if domain_event.class_version > 1:
            state["class_version"] = domain_event.class_version
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=domain_event.topic,
            state=canonical(state),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> CaseEvent:
        """
        Read an event in the schema of its version.

        Raises:
            UnreadableEventError: If its topic is not known or its content does not fit.
        """
        event = self.events.get(stored_event.topic)
        if event is None:
            why = f"no case type here has the topic {stored_event.topic!r}"
            raise _unreadable(stored_event, why)
        try:
            state = from_json(stored_event.state, allow_inf_nan=False)
            state = _upcast(event, state)
            state["originator_id"] = stored_event.originator_id
            state["originator_version"] = stored_event.originator_version
            return event.model_validate(state)
        except (ValidationError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise _unreadable(stored_event, _first_line(error)) from error


def _upcast(event: type[CaseEvent], state: Any) -> dict[str, Any]:
    if not isinstance(state, dict):
        raise TypeError("an event is a JSON object")
    fields = cast("dict[str, Any]", state)
    version = fields.pop("class_version", 1)
    if not isinstance(version, int) or not 1 <= version <= event.class_version:
        raise ValueError(
            f"it is of version {version}; this program reads 1 to {event.class_version}"
        )
    for step in range(version, event.class_version):
        getattr(event, f"upcast_v{step}_v{step + 1}")(fields)
    return fields


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error).split("\n")[0][:200]


def _unreadable(stored: StoredEvent, why: str) -> UnreadableEventError:
    return UnreadableEventError(
        f"event {stored.originator_version} of case {stored.originator_id} cannot be read: {why}",
        case_id=str(stored.originator_id),
        version=stored.originator_version,
        topic=stored.topic,
        why=why,
    )
