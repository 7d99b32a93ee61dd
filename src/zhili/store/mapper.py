"""The event mapper: canonical JSON, stable topics, validated on read, old versions upcast."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, cast
from uuid import UUID

from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from pydantic import ValidationError

from zhili.aggregates import Case, CaseEvent
from zhili.errors import DeclarationError, InputError, UnreadableEventError
from zhili.store.form import Form, canonical
from zhili.store.store import STATE_BYTES_MAX

__all__ = ["UNREADABLE", "EventMapper", "canonical", "first_line"]

UNREADABLE: Final = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError)
"""What bytes that are no event can make their reading raise; pydantic's own is a ValueError."""

ERRORS_SHOWN_MAX = 1000


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
        self.case_types: tuple[type[Case], ...] = tuple(case_types)
        self.events: dict[str, type[CaseEvent]] = {}
        self._forms: dict[str, Form] = {}
        for case_type in self.case_types:
            for event in case_type.events.values():
                if event.topic in self.events:
                    raise DeclarationError(f"two case types claim the topic {event.topic!r}")
                self.events[event.topic] = event

    def form(self, topic: str) -> Form | None:
        """Give the stored form of the events of *topic*, compiled once; None if it is not known."""
        found = self._forms.get(topic)
        if found is None and topic in self.events:
            found = self._forms[topic] = Form(self.events[topic])
        return found

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """
        Give the row of an event.

        Raises:
            InputError: If it is larger than any event may be.
        """
        form = self._forms.get(domain_event.topic) or self.form(domain_event.topic)
        assert form is not None
        state = form.write(domain_event)
        if len(state) > STATE_BYTES_MAX:
            message = f"an event of {len(state)} bytes is too large; {STATE_BYTES_MAX} is the most"
            raise InputError(message, topic=domain_event.topic)
        return StoredEvent(
            domain_event.originator_id, domain_event.originator_version, domain_event.topic, state
        )

    def to_domain_event(self, stored_event: StoredEvent) -> CaseEvent:
        """
        Read an event in the schema of its version.

        Raises:
            UnreadableEventError: If its topic is not known or its content does not fit.
        """
        case_id, topic = cast("UUID", stored_event.originator_id), stored_event.topic
        form = self._forms.get(topic) or self.form(topic)
        if form is None:
            why = f"no case type here has the topic {topic!r}"
            raise _unreadable(case_id, stored_event.originator_version, topic, why)
        return self.read(form, case_id, stored_event.originator_version, topic, stored_event.state)

    def read(self, form: Form, case_id: UUID, version: int, topic: str, state: bytes) -> CaseEvent:
        """
        Read the event in a row whose topic has this *form*.

        Raises:
            UnreadableEventError: If its content does not fit.
        """
        try:
            return form.read(state, case_id, version)
        except UNREADABLE as error:
            raise _unreadable(case_id, version, topic, first_line(error)) from error


def first_line(error: Exception) -> str:
    """Say in one line why bytes are no event."""
    if isinstance(error, ValidationError):
        if error.error_count() > ERRORS_SHOWN_MAX:  # each of them would be laid out in full
            return f"{error.error_count()} things in it do not fit"
        first = error.errors(include_url=False, include_context=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error).split("\n")[0][:200]


def _unreadable(case_id: UUID, version: int, topic: str, why: str) -> UnreadableEventError:
    return UnreadableEventError(
        f"event {version} of case {case_id} cannot be read: {why}",
        case_id=str(case_id),
        version=version,
        topic=topic,
        why=why,
    )
