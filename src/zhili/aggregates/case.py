"""The case: a stream of events, folded; and the events' common envelope."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, cast
from uuid import UUID

from eventsourcing.domain import BaseAggregate

from zhili.aggregates.case_guards import CaseGuards
from zhili.aggregates.clocks import ClockState, next_due, part_clock, turn
from zhili.aggregates.declaration import complete, inherit
from zhili.aggregates.event import CaseEvent, Cause
from zhili.aggregates.number import number_of
from zhili.values import EPOCH, Actor, Attachment, Instant, Line, Text

if TYPE_CHECKING:
    from zhili.commands.command import Command
    from zhili.policies.limit import Limit
    from zhili.policies.rules import Rules
    from zhili.workflows import Clock, Workflow

__all__ = ["Case", "CaseEvent", "Cause", "Draft", "Moment", "Part", "Spell"]

Draft = tuple[str, dict[str, Any]]
"""What a verb chooses: the name of an event and its fields, without the envelope."""


class Moment(NamedTuple):
    """When, by whom and under which rules a command is carried out."""

    recorded_at: datetime
    occurred_at: datetime
    by: Actor
    rules: "Rules"


class Spell(NamedTuple):
    """A span in which a case stood in one state, with one unit, with one outcome."""

    seq: int
    state: str
    unit: str | None
    outcome: str | None
    on_time: bool | None
    since: datetime
    until: datetime | None
    since_recorded: datetime
    until_recorded: datetime | None


class Part(NamedTuple):
    """An entity inside a case that lives a life of its own: a co-handler, a summoned unit."""

    kind: str
    id: str
    state: str
    due_at: datetime | None
    since: datetime
    changed_at: datetime
    unit: str | None = None
    role: str | None = None
    arrived_at: datetime | None = None
    done_at: datetime | None = None
    on_time: bool | None = None
    missed: bool = False
    points: int | None = None


class Case(CaseGuards, BaseAggregate[UUID]):
    """
    A matter and all that happened to it.

    Every attribute is an immutable value that `apply` replaces and never changes in place, so that
    a copy of a case costs a copy of its names. Nothing but state may be set on a case.
    """

    workflow: ClassVar["Workflow"]
    editions: ClassVar[Mapping[int, "Workflow"]] = {}
    commands: ClassVar[tuple[type["Command"], ...]] = ()
    verbs: ClassVar[Mapping[str, type["Command"]]] = {}
    events: ClassVar[Mapping[str, type[CaseEvent]]] = {}
    registered: ClassVar[bool] = True
    judging: ClassVar[frozenset[str]] = frozenset({"handle"})

    state: str | None = None
    number: str = ""
    opened_at: datetime | None = None
    last_at: datetime | None = None
    unit: str | None = None
    person: str | None = None
    clocks: tuple[ClockState, ...] = ()
    spells: tuple[Spell, ...] = ()
    parts: tuple[Part, ...] = ()
    late_entries: int = 0
    attachments: tuple[Attachment, ...] = ()

    kind: str | None = None
    title: str | None = None
    category: str | None = None
    type: str | None = None
    division: str | None = None
    place: str | None = None
    channel: str | None = None
    grade: str | None = None
    subject: str | None = None
    confidentiality: int = 0
    accepted_at: datetime | None = None
    dispatched_at: datetime | None = None
    contacted_at: datetime | None = None
    settled_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    outcome_unknown: bool = False
    source_due_at: datetime | None = None
    zone: str | None = None
    merged_into: UUID | None = None
    origin: UUID | None = None
    origin_type: str | None = None
    relation: str | None = None
    village: str | None = None
    excluded: bool = False
    returns: int = 0
    reworks: int = 0
    extensions: int = 0
    repeats: int = 0
    source: str | None = None
    source_id: str | None = None
    source_status: str | None = None
    flags: tuple[str, ...] = ()

    Event = CaseEvent

    class ClockExpired(CaseEvent):
        """A clock fell due with its work undone."""

        clock: Line

    class DeadlineRecalculated(CaseEvent):
        """The calendar that a deadline was waiting for was published."""

        clock: Line
        due_at: Instant
        was_due_at: Instant
        provisional: int | None = None

    class HandlerAssigned(CaseEvent):
        """The unit named the person in charge."""

        copies = ("person",)
        person: Line

    class AttachmentAdded(CaseEvent):
        """A file was added to the record: its metadata, never its bytes."""

        attachment: Attachment

        def apply(self, aggregate: Any) -> None:
            """Add it."""
            aggregate.attachments = (*aggregate.attachments, self.attachment)

    class Corrected(CaseEvent):
        """A field of the record was corrected; the old value stays in the log."""

        field: Line
        old: Line | None
        new: Line | None
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Put the new value in place."""
            setattr(aggregate, self.field, self.new)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """
        Give nested and inherited events their names and topics, and compare them with the table.

        Raises:
            DeclarationError: If table, commands and events do not fit together.
        """
        # The library makes every event anew for a base event class of its own: this one serves all.
        cls.Event = CaseEvent
        inherit(cls, CaseEvent)
        super().__init_subclass__(**kwargs)
        if "workflow" in cls.__dict__:
            complete(cls)

    @classmethod
    def blank(cls, case_id: UUID) -> Self:
        """Give the case before its first event."""
        case = cls.__new__(cls)
        case.__base_init__(case_id, 0, EPOCH)
        return case

    def copy(self) -> Self:
        """Give a case in the same state that can go its own way."""
        twin = type(self).__new__(type(self))
        state = vars(twin)
        state.update(vars(self))
        state["_pending_events"] = []
        return twin

    def take(self, event: CaseEvent) -> None:
        """Copy the envelope of *event* into the case, after its own fields were applied."""
        opening = self.state is None
        self._version = event.originator_version
        self._modified_on = event.timestamp
        self.state = event.state
        if opening:
            self._created_on = event.timestamp
            self.opened_at = event.occurred_at
            self.number = vars(event).get("number", "")
        self.last_at = event.occurred_at
        if event.is_late:
            self.late_entries += 1
        if event.marks:
            self.clocks = turn(self.clocks, event.marks, event.occurred_at)
        if event.part and event.part_state:
            self._take_part(event)
        self._take_spell(event)

    def _take_part(self, event: CaseEvent) -> None:
        kind, part_id = cast("str", event.part), event.part_id
        state, at = cast("str", event.part_state), event.occurred_at
        old = self.part_of(kind, part_id)
        part = old or Part(kind, part_id, state, None, since=at, changed_at=at, unit=part_id)
        told = {"due_at": vars(event).get("part_due_at") or part.due_at, **event.part_facts(self)}
        part = part._replace(state=state, changed_at=at, **told)
        others = tuple(p for p in self.parts if (p.kind, p.id) != (kind, part_id))
        self.parts = (*others, part)

    def _take_spell(self, event: CaseEvent) -> None:
        last = self.spells[-1] if self.spells else None
        # What was decided about its being in time changes with its clocks, or the source's times.
        same = last is not None and not event.marks and self.source_due_at is None
        on_time = last.on_time if last is not None and same else self.on_time
        now = (event.state, self.unit, self.outcome, on_time)
        if last is not None:
            if now == (last.state, last.unit, last.outcome, last.on_time):
                return
            since = max(last.since, event.occurred_at)
            last = Spell(*last[:6], since, last.since_recorded, event.timestamp)
        else:
            since = event.occurred_at
        earlier = (*self.spells[:-1], last) if last else ()
        spell = Spell(len(earlier) + 1, *now, since, None, event.timestamp, None)
        self.spells = (*earlier, spell)

    def clock(self, name: str) -> ClockState | None:
        """Give the clock called *name*, if it has ever run."""
        for state in self.clocks:
            if state.name == name:
                return state
        return None

    @property
    def due_at(self) -> datetime | None:
        """When the matter itself is due: the handling clock, or what the source said."""
        handling = self.clock("handle")
        return handling.due_at if handling else self.source_due_at

    @property
    def on_time(self) -> bool | None:
        """Whether it was answered in time; None while that is not decided (rulebook §13)."""
        handling = self.clock("handle")
        if handling is not None:
            return handling.in_time
        if self.source_due_at is None or self.closed_at is None:
            return None
        return self.closed_at <= self.source_due_at

    @property
    def next_due(self) -> ClockState | None:
        """The clock that will demand something first."""
        return next_due(self.clocks)

    def part_of(self, kind: str, part_id: str) -> Part | None:
        """Give an entity inside the case."""
        return next((p for p in self.parts if p.kind == kind and p.id == part_id), None)

    def entities(self) -> Iterable[Part]:
        """Give the entities inside the case that the register has a row of, as clocks have it."""
        for part in self.parts:
            yield part._replace(due_at=self.part_due_at(part), on_time=self.part_on_time(part))

    def part_due_at(self, part: Part) -> datetime | None:
        """Give when an entity is due: by that of its running clocks that is first, or as told."""
        running = (clock for clock in self.clocks_of(part) if clock.status == "running")
        return min((clock.due_at for clock in running if clock.due_at), default=part.due_at)

    def part_on_time(self, part: Part) -> bool | None:
        """Say whether an entity was in time; the clock that judged it may be recalculated."""
        if part.on_time is None or part.missed:
            return part.on_time
        told = [clock.in_time for clock in self.clocks_of(part) if self.is_judging(clock)]
        return told[0] if told and told[0] is not None else part.on_time

    def clocks_of(self, part: Part) -> list[ClockState]:
        """Give the clocks of an entity inside the case, those that have ever run."""
        names = {part_clock(one.name, part.id) for one in self.workflow.parts[part.kind].clocks}
        return [clock for clock in self.clocks if clock.name in names]

    def is_judging(self, clock: ClockState) -> bool:
        """Whether *clock* says that something was in time, even after it has stopped."""
        return clock.name.partition(":")[0] in self.judging

    @property
    def provisional_clocks(self) -> list[ClockState]:
        """The clocks that wait for their calendar, and on which something depends yet."""
        return [
            clock
            for clock in self.clocks
            if clock.provisional and (clock.status == "running" or self.is_judging(clock))
        ]

    def part_state(self, part: str, part_id: str) -> str | None:
        """Where an entity inside the case stands; None if there is none."""
        found = self.part_of(part, part_id)
        return found.state if found else None

    def limit_of(self, clock: "Clock", event: CaseEvent, rules: "Rules") -> "Limit | None":
        """Give the limit of *clock* when *event* starts it; None leaves it alone."""
        grade = vars(event).get("grade") or self.grade
        return rules.time_limits.limit(
            clock.limit_name, kind=self.kind, grade=grade, category=self.category
        )

    def due_given(self, clock: "Clock", event: CaseEvent) -> datetime | None:  # noqa: ARG002 - for those that override it
        """Give the due instant that *event* itself names for *clock*, instead of a limit."""
        return None

    def decide(self, command: "Command", moment: Moment) -> Iterable[Draft]:
        """
        Choose what *command* would record.

        A verb that merely records its row's event with the command's fields has no method.
        """
        method = getattr(self, command.verb, None)
        if method is not None:
            return cast("Iterable[Draft]", method(command, moment))
        (event,) = self.workflow.events_of(command.verb)
        return ((event, command.own_fields()),)

    def number_on(self, moment: Moment) -> str:
        """Give the case's number for people, by the local day of its opening."""
        return number_of(self.id, moment.rules.day_of(moment.occurred_at))

    def recalculate_deadline(self, command: Any, moment: Moment) -> Iterable[Draft]:
        """Compute the deadline of a clock anew, now that its calendar is published."""
        state = self.clock(command.clock)
        if state is None or state.limit is None or state.due_at is None:
            return
        deadline = moment.rules.calendar.deadline(state.counted_from, state.limit)
        yield (
            "DeadlineRecalculated",
            {
                "clock": command.clock,
                "due_at": deadline.due_at,
                "was_due_at": state.due_at,
                "provisional": deadline.provisional_year,
            },
        )
