"""How a command becomes events: pure, in memory; nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID

from zhili.aggregates.case import Case, CaseEvent, Cause, Moment
from zhili.aggregates.clocks import marks_of
from zhili.aggregates.drafting import demand, drafted
from zhili.aggregates.timing import check_time
from zhili.errors import (
    CaseNotFoundError,
    ConflictError,
    EndlessReactionError,
    InputError,
    RefusalError,
    StateRefusedError,
)
from zhili.projections.register import TABLES, Rows, rows_of
from zhili.store import Batch, EventMapper
from zhili.values import SYSTEM_ACTOR, Actor
from zhili.workflows import check

if TYPE_CHECKING:
    from zhili.aggregates.clocks import ClockState
    from zhili.commands.command import Command
    from zhili.policies.rules import Rules
    from zhili.reactions import Reaction

__all__ = ["Decision"]

SKEW_MAX: Final = timedelta(minutes=5)
"""How far the clocks of two hosts with one store may differ."""

NO_ROWS: Final = Rows((), (), ())

CHAIN_MAX: Final = 8
"""How far one thing may follow from another in a transaction."""

Chain: TypeAlias = tuple[tuple[str, UUID], ...]
"""What followed from what, the first first: topics of events, and their cases."""


class Decision:
    """
    Everything that one transaction would do.

    Cases are copied before they are changed, so that a decision that comes to nothing leaves no
    trace in what it was given.
    """

    def __init__(  # noqa: PLR0913 - all that a decision depends on, and nothing hidden
        self,
        *,
        types: Mapping[str, type[Case]],
        load: Callable[[UUID], Case | None],
        rules: tuple[Rules, int],
        reactions: Mapping[str, Sequence[Reaction]],
        now: datetime,
        zone: str,
        rows_kept: Callable[[Case], Rows | None] = lambda _case: None,
    ) -> None:
        """
        Begin a decision at *now* under *rules*, read together with their epoch.

        `rows_kept` may know the register's rows of a case that was loaded, positions left out;
        `rows` are those of the cases that were decided on, once there is a batch.
        """
        self._types = types
        self._load = load
        self._rules, self.epoch = rules
        self._reactions = reactions
        self._zone = zone
        self.now = now
        self.trusting = True
        """Whether an id that was made is believed to be new; not after that has failed."""

        self.cases: dict[UUID, Case] = {}
        self.before: dict[UUID, Case | None] = {}
        self.events: list[CaseEvent] = []
        self.rows: dict[UUID, Rows] = {}
        self._rows_kept = rows_kept
        self._places: dict[UUID, int] = {}

    def carry_out(  # noqa: PLR0913 - a command and its circumstances
        self,
        command: Command,
        by: Actor,
        *,
        at: datetime | None = None,
        expect: int | None = None,
        key: str | None = None,
        cause: Cause | None = None,
        chain: Chain = (),
    ) -> Case:
        """
        Decide what *command* does, after the clocks of its case that are due.

        Raises:
            RefusalError: If the rules say no.
            CaseNotFoundError: If there is no such case.
            ConflictError: If the case is not at the version *expect*.
            InputError: If the command is for another case type.
        """
        case = self._case_for(command)
        if expect is not None and case.version != expect:
            message = f"the case is at version {case.version}, not {expect}"
            raise ConflictError(message, expected=expect, actual=case.version)
        self.fire_due(case)
        self._catch_up(case)
        rules = self._rules.fork()
        moment = Moment(self.now, command.told_at or at or self.now, by, rules)
        recorded = False
        for event_name, fields in case.decide(command, moment):
            self._record(case, event_name, fields, moment, cause=cause, key=key, chain=chain)
            recorded = True
        if not recorded:
            message = f"{command.verb} would change nothing in case {case.number or case.id}"
            raise StateRefusedError(message, case_type=command.case_type, state=case.state)
        return case

    def fire_due(self, case: Case, until: datetime | None = None) -> list[ClockState]:
        """Carry out what the clocks of *case* demand *until* then; give those clocks."""
        fired: list[ClockState] = []
        refused: set[str] = set()
        while (due := _first_due(case, until or self.now, refused)) is not None:
            recorded, now = len(self.events), self.now
            try:
                self._fire(case, due)
            except RefusalError:
                refused.add(due.name)
                self.now = now
                self._take_back(recorded)
            else:
                fired.append(due)
        return fired

    def _take_back(self, recorded: int) -> None:
        """Undo what was recorded after the first so many events: what follows was refused."""
        undone = self.events[recorded:]
        del self.events[recorded:]
        for case_id in {event.originator_id for event in undone}:
            before, case = self.before[case_id], self.cases[case_id]
            own = [event for event in self.events if event.originator_id == case_id]
            again = before.copy() if before else type(case).blank(case_id)
            for event in own:
                event.mutate(again)
            # Whoever fires the clock holds this very case.
            vars(case).clear()
            vars(case).update(vars(again))
            if not own:
                self._places.pop(case_id, None)
            if not own and before is None:
                del self.cases[case_id], self.before[case_id]
        for place, event in enumerate(self.events, 1):
            self._places[event.originator_id] = place

    def _catch_up(self, case: Case) -> None:
        """Come after the last event of *case*: somebody was first, or has a clock that is fast."""
        if case.last_at is not None and self.now < case.last_at <= self.now + SKEW_MAX:
            self.now = case.last_at

    def _fire(self, case: Case, due: ClockState) -> None:
        command, moment = demand(case, due, self.now, self._rules.fork())
        for event_name, fields in case.decide(command, moment):
            self._record(case, event_name, fields, moment, cause=None, key=None, chain=())

    def _case_for(self, command: Command) -> Case:
        case_type = self._types.get(command.case_type)
        if case_type is None or case_type.verbs.get(command.verb) is not type(command):
            known = ", ".join(sorted(self._types))
            name = type(command).__name__
            message = f"no case type here has the command {name}; the case types are: {known}"
            raise InputError(message, command=name)
        opens = command.verb in case_type.workflow.opening
        case = None if opens and self._is_new(command) else self._copy_of(command.case_id)
        if case is None:
            if not opens:
                message = f"there is no case {command.case_id}"
                raise CaseNotFoundError(message, case_id=command.case_id)
            case = case_type.blank(command.case_id)
            self.before[case.id] = None
            self.cases[case.id] = case
        if type(case) is not case_type:
            message = (
                f"{type(command).__name__} is for a {command.case_type}, but case "
                f"{case.number or case.id} is a {case.workflow.name}"
            )
            raise InputError(message, case_id=case.id, case_type=case.workflow.name)
        return case

    def _is_new(self, command: Command) -> bool:
        """Say whether nobody has to look for the case: its id was made for this very command."""
        named = "case_id" in command.model_fields_set or command.case_id in self.cases
        return self.trusting and not named

    def _copy_of(self, case_id: UUID) -> Case | None:
        if case_id not in self.cases:
            found = self._load(case_id)
            if found is None:
                return None
            self.before[case_id] = found
            self.cases[case_id] = found.copy()
        return self.cases[case_id]

    def touch(self, case_id: UUID) -> Case:
        """Give the decision's own copy of a case."""
        case = self._copy_of(case_id)
        if case is None:
            raise CaseNotFoundError(f"there is no case {case_id}", case_id=case_id)
        return case

    def _record(  # noqa: PLR0913 - one event and its circumstances
        self,
        case: Case,
        event_name: str,
        fields: Mapping[str, Any],
        moment: Moment,
        *,
        cause: Cause | None,
        key: str | None,
        chain: Chain,
    ) -> None:
        workflow, rules = case.workflow, moment.rules
        draft = drafted(case, event_name, fields, moment, cause=cause, key=key)
        verdict = check(workflow, case, draft, rules)
        check_time(case, draft, rules)
        state = verdict.step.destination(case.state)
        marks = marks_of(workflow, case, draft, state, rules, part_state=verdict.part_state)
        event = draft.as_decided(
            state=state,
            marks=marks,
            part_state=verdict.part_state,
            rules=dict(sorted(rules.used.items())),
        )
        event.mutate(case)
        self.events.append(event)
        self._places[case.id] = len(self.events)
        if event.topic in self._reactions:
            self._react(event, case, (*chain, (event.topic, case.id)))

    def _react(self, event: CaseEvent, case: Case, chain: Chain) -> None:
        _refuse_endless(chain)
        for reaction in self._reactions[event.topic]:
            cause = Cause(case_id=case.id, version=event.originator_version)
            for command in reaction.follow(event, case, self._rules.fork()):
                _refuse_chance(command, event)
                last_at = getattr(self._copy_of(command.case_id), "last_at", None)
                at = max(event.occurred_at, last_at) if last_at else event.occurred_at
                self.now = max(self.now, at)
                self.carry_out(command, SYSTEM_ACTOR, at=at, cause=cause, chain=chain)

    def batch(self, mapper: EventMapper) -> Batch:
        """Give what the transaction has to write."""
        batch = Batch(
            events=[mapper.to_stored_event(event) for event in self.events],
            epoch=self.epoch,
            publishes=sum(event.topic == "policy.published" for event in self.events),
        )
        for table in TABLES:
            batch.rows[table.name], batch.was[table.name] = [], []
        for case_id, place in self._places.items():
            case = self.cases[case_id]
            if case.registered:
                self._register(batch, case, self.before[case_id], place)
        return batch

    def _register(self, batch: Batch, case: Case, then: Case | None, place: int) -> None:
        """Put the rows of *case* into *batch*, those that differ from what they were *then*."""
        now = self.rows[case.id] = rows_of(case, self._zone)
        old = (self._rows_kept(then) or rows_of(then, self._zone)) if then else NO_ROWS
        for table, fresh, held in zip(TABLES, now, old, strict=True):
            if fresh == held:
                continue
            keys, at = len(table.key), table.names.index("position")
            before = {row[:keys]: row for row in held}
            for row in fresh:
                was = before.get(row[:keys])
                if row != was:
                    batch.rows[table.name].append((*row[:at], place, *row[at + 1 :]))
                    batch.was[table.name].append(was)


def _refuse_chance(command: Command, event: CaseEvent) -> None:
    """Insist that a reaction names the case that it opens: an audit asks it again."""
    if "case_id" not in command.model_fields_set:
        message = (
            f"what follows from {event.topic} must name the case that {command.verb} opens, the "
            "same each time it is asked: an id that the event carries, or a uuid5 of it"
        )
        raise InputError(message, topic=event.topic, command=command.verb)


def _refuse_endless(chain: Chain) -> None:
    told = " → ".join(f"{topic} of {case_id}" for topic, case_id in chain)
    if chain[-1] in chain[:-1]:
        message = f"an event of a case would follow from itself: {told}"
    elif len(chain) > CHAIN_MAX:
        message = f"more than {CHAIN_MAX} things would follow from each other: {told}"
    else:
        return
    raise EndlessReactionError(message, topics=[topic for topic, _ in chain])


def _first_due(case: Case, now: datetime, refused: set[str]) -> ClockState | None:
    waiting = [
        clock
        for clock in case.clocks
        if clock.waits and clock.due_at and clock.due_at <= now and clock.name not in refused
    ]
    return min(waiting, key=lambda clock: (clock.due_at, clock.name)) if waiting else None
