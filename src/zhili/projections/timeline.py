"""The timeline of a case 办理轨迹: everything that happened, and nothing that is personal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from inspect import cleandoc
from typing import ClassVar, cast
from uuid import UUID

from pydantic import BaseModel, JsonValue
from pydantic_core import to_jsonable_python

from zhili.aggregates.case import CaseEvent, Cause
from zhili.aggregates.clocks import ClockMark
from zhili.projections.question import Answer, Question, Record
from zhili.values import Actor, Instant, Personal, Value
from zhili.workflows import Label, Workflow

__all__ = ["Timeline", "TimelineAnswer", "TimelineEntry", "label_of", "shown"]


class TimelineEntry(Value):
    """
    One event of the case.

    `label` names the step that was taken, `what` says what the event means. `late` is whether
    somebody entered it after it happened. `fields` holds the event's own fields, with
    `{"subject": …, "hidden": true}` in place of everything personal, and `{"hidden": true}` in
    place of what is not for everybody yet: a rating that the district has not published.
    """

    version: int
    event: str
    topic: str
    label: Label
    what: str
    state: str
    state_label: Label
    part: str | None
    part_state: str | None
    by: Actor
    occurred_at: Instant
    recorded_at: Instant
    late: bool
    fields: dict[str, JsonValue]
    marks: tuple[ClockMark, ...]
    rules: dict[str, int]
    edition: int
    cause: Cause | None


class TimelineAnswer(Answer):
    """Everything that happened to one case, in its order."""

    case_id: UUID
    case_type: str
    entries: tuple[TimelineEntry, ...]


class Timeline(Question):
    """What happened to a case, who did it, and what it did to the clocks."""

    definition: ClassVar[str] = "timeline"

    case_id: UUID

    def __init__(self, case_id: UUID) -> None:
        """Ask `Timeline(case_id)`, with or without its name."""
        super().__init__(case_id=case_id)  # type: ignore[call-arg] # its fields

    def answer(self, record: Record) -> TimelineAnswer:
        """
        Read the events of the case.

        Raises:
            CaseNotFoundError: If there is no such case.
        """
        history = record.history(self.case_id)
        return TimelineAnswer(
            definition=self.definition,
            version=self.version,
            position=record.position,
            as_of=record.now,
            case_id=self.case_id,
            case_type=history[0].case_class.workflow.name,
            entries=tuple(_entry(event, history[n:]) for n, event in enumerate(history, 1)),
        )


def label_of(event: CaseEvent) -> Label:
    """Give the words for the step that recorded *event*, by the table that it obeyed."""
    workflow = _table(event)
    verbs = (step.command for step in workflow.steps if step.event == event.event_name)
    verb = next(verbs, event.event_name)
    return Label(workflow.label(verb, "en"), workflow.label(verb, "zh"))


def shown(value: object) -> JsonValue:
    """
    Give *value* as JSON that anybody may read who may know that the case exists.

    The only place where it is decided what becomes of personal words: whose they are is shown,
    what they say is not, sealed or open.
    """
    if isinstance(value, Personal):
        return {"subject": value.subject, "hidden": True}
    if isinstance(value, BaseModel):
        return {name: shown(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {str(key): shown(item) for key, item in items}
    if isinstance(value, list | tuple):
        return [shown(item) for item in cast("Sequence[object]", value)]
    if isinstance(value, AbstractSet):
        return sorted((shown(item) for item in cast("AbstractSet[object]", value)), key=str)
    plain: JsonValue = to_jsonable_python(value)
    return plain


def _entry(event: CaseEvent, later: Sequence[CaseEvent]) -> TimelineEntry:
    workflow, withheld = _table(event), event.withheld(later)
    own = (name for name in type(event).model_fields if name not in CaseEvent.model_fields)
    return TimelineEntry(
        version=event.originator_version,
        event=event.event_name,
        topic=event.topic,
        label=label_of(event),
        what=cleandoc(type(event).__doc__ or "").split("\n", maxsplit=1)[0],
        state=event.state,
        state_label=Label(workflow.label(event.state, "en"), workflow.label(event.state, "zh")),
        part=event.part,
        part_state=event.part_state,
        by=event.by,
        occurred_at=event.occurred_at,
        recorded_at=event.timestamp,
        late=event.is_late,
        fields={
            name: {"hidden": True} if name in withheld else shown(getattr(event, name))
            for name in own
        },
        marks=event.marks,
        rules=event.rules,
        edition=event.edition,
        cause=event.cause,
    )


def _table(event: CaseEvent) -> Workflow:
    """Give the edition of the table that *event* obeyed, the newest if it is not there any more."""
    case_type = event.case_class
    return case_type.editions.get(event.edition, case_type.workflow)
