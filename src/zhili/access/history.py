"""The timeline as somebody sees it: who reported, what names whom, and what is for the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pydantic import JsonValue

from zhili.access import mask
from zhili.access.fields import WORDS, field_of, personal_fields
from zhili.access.sight import Sight, Standing
from zhili.values import SYSTEM, Actor, Personal

if TYPE_CHECKING:
    from zhili.aggregates import Case, CaseEvent
    from zhili.projections.timeline import TimelineAnswer, TimelineEntry

__all__ = ["HIDDEN", "identifying", "seen_timeline"]

HIDDEN: Final = "…"
"""What stands for an id that is not shown."""

DESCRIBING: Final = frozenset({"title", "place"})
"""Fields that say where a matter is, which a correction names as well."""

NO_WORDS: Final = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|\d{4}-\d\d-\d\dT[\d:.]+Z?"
    r"|\d{6}-\w{5}-\w{5}-\w"
)
"""Ids, digests, instants and case numbers, whose digits belong to no telephone."""


def identifying(history: Iterable[CaseEvent]) -> tuple[Personal, ...]:
    """Give the personal values of a case by which somebody is known: names, numbers, addresses."""
    found = (one for one in personal_fields(history) if field_of(one.name).kind not in WORDS)
    return tuple({one.value.value: one.value for one in found}.values())


def seen_timeline(
    answer: TimelineAnswer, history: Sequence[CaseEvent], case: Case, sight: Sight
) -> TimelineAnswer:
    """Give the timeline of *case* as *sight* shows it; *answer* has nothing personal in it yet."""
    view = _View(history, case, sight)
    return answer.model_copy(update={"entries": tuple(map(view.entry, answer.entries))})


class _View:
    """One case's timeline seen by one person."""

    def __init__(self, history: Sequence[CaseEvent], case: Case, sight: Sight) -> None:
        self._sight = sight
        self._own = sight.actor.id if sight.actor else ""
        self._hidden = identifying(history)
        self._standing = Standing.of(case)
        self._knows = sight.knows_subject(self._standing)
        self._knows_place = sight.knows_place(self._standing)
        self._surnames = sight.knows_surname(self._standing)
        self._is_own = case.subject is not None and case.subject == self._own
        self._persons = _persons(history, case, sight) - {self._own}

    def entry(self, entry: TimelineEntry) -> TimelineEntry:
        """Give one entry as it is shown."""
        fields = entry.fields
        if self._sight.view.outside:
            told = set(self._sight.policy.told_outside)
            fields = {name: value for name, value in fields.items() if name in told}
        changed = {
            "by": self._actor(entry.by),
            "fields": {
                name: self._value(self._known(name, value, fields))
                for name, value in fields.items()
            },
        }
        return entry.model_copy(update=changed)

    def _actor(self, by: Actor) -> Actor:
        """Give who did it: whoever appealed is hidden from some, and the staff from outside."""
        if by.id == self._own or by.role == SYSTEM:
            return by
        is_hidden = self._sight.view.outside or (not self._knows and by.id in self._persons)
        return by.model_copy(update={"id": HIDDEN}) if is_hidden else by

    def _known(self, name: str, value: JsonValue, fields: Mapping[str, JsonValue]) -> JsonValue:
        """Give a field without the door where the matter is, and what somebody thought of it."""
        if isinstance(value, dict) and value.get("hidden") is True:
            kind, owner = field_of(name).kind, value.get("subject")
            own = isinstance(owner, str) and owner == self._own
            seen = own or self._sight.shade(kind, self._standing, owner=None) != "hidden"
            return value if kind != "evaluation" or seen else {"hidden": True}
        about = fields.get("field") if name in {"old", "new"} else name
        if isinstance(value, str) and about in DESCRIBING and not self._knows_place:
            return mask.without_door(str(about), value)
        return value

    def _value(self, value: JsonValue) -> JsonValue:
        if isinstance(value, list):
            return [self._value(one) for one in value]
        if isinstance(value, dict):
            hides = value.get("hidden") is True
            if hides and not self._knows and value.get("subject") != self._own:
                return {"hidden": True}
            return {name: self._value(one) for name, one in value.items()}
        return self._text(value) if isinstance(value, str) else value

    def _text(self, value: str) -> str:
        if not self._knows and value.rpartition("/")[2] in self._persons:
            return HIDDEN
        if self._is_own or value in self._persons or NO_WORDS.fullmatch(value):
            return value
        shown = mask.text(value, self._hidden, surnames=self._surnames)
        return HIDDEN if shown is None else shown


def _persons(history: Sequence[CaseEvent], case: Case, sight: Sight) -> frozenset[str]:
    """Give the ids of those who are in the case as persons and not by their office."""
    found = {case.subject} if case.subject is not None else set[str]()
    for event in history:
        if event.by.role != SYSTEM and sight.policy.view(event.by.role).outside:
            found.add(event.by.id)
    found |= {one.value.subject for one in personal_fields(history)}
    found |= {person for _, person in getattr(case, "supporters", ())}
    return frozenset(found)
