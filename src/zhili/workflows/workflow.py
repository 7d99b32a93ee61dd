"""The table of a case type: which event may follow which, by whom, and only if what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Protocol

from zhili.errors import (
    DeclarationError,
    GuardRefusedError,
    RefusalError,
    RoleRefusedError,
    StateRefusedError,
)
from zhili.values import SYSTEM, Role

if TYPE_CHECKING:
    from transitions import Machine

    from zhili.workflows.clock import Clock, Ear

__all__ = ["STAY", "Label", "Step", "Verdict", "Workflow", "check", "guard_refused"]

STAY: Final = "*"
"""The destination of a step that leaves the state alone."""


@dataclass(frozen=True)
class Label:
    """How a state or a step is called in front of people, in English and in Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class Step:
    """
    One row: a command, the states it is possible from, the event it records, where that leads.

    Args:
        command: The verb, as in `complaint.Dispatch` → `dispatch`.

        source: A state, a set of states, or None for the step that opens a case.

        event: The name of the event class nested in the case.

        to: The state it leads to, or STAY.

        by: The role or roles that may take it.

        only_if: Guards, methods of the case; all must hold. Tried in order.

        rule: The row of the rulebook.
    """

    command: str
    source: str | AbstractSet[str] | None
    event: str
    to: str
    by: Role | AbstractSet[Role]
    only_if: str | tuple[str, ...] = ()
    rule: str = ""
    sources: frozenset[str | None] = field(init=False, repr=False)
    roles: frozenset[Role] = field(init=False, repr=False)
    guards: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Give every column one shape, whatever was convenient to write."""
        sources: Iterable[str | None] = (
            (self.source,) if self.source is None or isinstance(self.source, str) else self.source
        )
        object.__setattr__(self, "sources", frozenset(sources))
        roles = {self.by} if isinstance(self.by, str) else self.by
        object.__setattr__(self, "roles", frozenset(roles))
        guards = (self.only_if,) if isinstance(self.only_if, str) else self.only_if
        object.__setattr__(self, "guards", tuple(guard for guard in guards if guard))

    def destination(self, state: str | None) -> str:
        """Give the state in which this step leaves a case that stands in *state*."""
        return (state or "") if self.to == STAY else self.to


class Checked(Protocol):
    """What `check` needs of a case."""

    @property
    def state(self) -> str | None:
        """Where the case stands; None before it is opened."""

    def part_state(self, part: str, part_id: str) -> str | None:
        """Where an entity inside the case stands; None if there is none."""


class CheckedEvent(Protocol):
    """What `check` needs of an event."""

    event_name: ClassVar[str]
    part: ClassVar[str | None]

    @property
    def by(self) -> Any:
        """Who did it."""

    @property
    def part_id(self) -> str:
        """Which entity inside the case the event is about."""
        ...


class Workflow:
    """
    A table of steps, its clocks, and the tables of the entities that live inside a case.

    The index that is asked at run time, the machine that checks it, the diagram and the reference
    page are all derived from the same rows.
    """

    def __init__(  # noqa: PLR0913 - a declaration; every argument is a part of the table
        self,
        *,
        name: str,
        steps: tuple[Step, ...],
        states: Mapping[str, Label],
        ended: frozenset[str] = frozenset(),
        clocks: tuple[Clock, ...] = (),
        parts: Mapping[str, Workflow] | None = None,
        closed: frozenset[str] = frozenset({"closed"}),
        left_out: frozenset[str] = frozenset(),
        always: tuple[str, ...] = (),
        labels: Mapping[str, Label] | None = None,
        edition: int = 1,
    ) -> None:
        """
        Compile the table. The guards in *always* come first in every row that people take.

        Of its states, *closed* are those in which the matter is done, and *left_out* those that
        are counted apart and stand in no denominator (rulebook §13).

        Raises:
            DeclarationError: If a row names a state that is not declared.
        """
        self.name = name
        self.edition = edition
        self.steps = tuple(_with_guards(step, always) for step in steps)
        self.states = dict(states)
        self.ended = ended
        self.clocks = clocks
        self.parts = dict(parts or {})
        self.closed = closed & states.keys()
        self.left_out = left_out
        self.labels = dict(labels or {})
        self._refuse_unknown_states()
        self._rows: dict[tuple[str | None, str], tuple[Step, ...]] = {}
        self._events_of: dict[str, tuple[str, ...]] = {}
        self._ears: dict[tuple[str, str, bool], tuple[Ear, ...]] = {}
        for step in self.steps:
            known = self._events_of.get(step.command, ())
            if step.event not in known:
                self._events_of[step.command] = (*known, step.event)
            for source in step.sources:
                key = (source, step.event)
                self._rows[key] = (*self._rows.get(key, ()), step)
        self.part_clocks: Mapping[str, Clock] = {
            clock.name: clock for part in self.parts.values() for clock in part.clocks
        }
        """The clocks of the entities inside the case: there is one of each for every entity."""

        every_clock = (*clocks, *self.part_clocks.values())
        self.starting: frozenset[str] = frozenset(
            event for clock in every_clock for event in clock.starts | clock.restarts
        )
        self.fired: frozenset[str] = frozenset(clock.fires for clock in every_clock if clock.fires)
        """The commands that clocks demand."""

        self.opening: frozenset[str] = frozenset(
            step.command for step in self.steps if None in step.sources
        )
        """The commands that open a case."""

    def _refuse_unknown_states(self) -> None:
        named = {source for step in self.steps for source in step.sources if source is not None}
        named |= {step.to for step in self.steps if step.to != STAY} | self.ended | self.left_out
        unknown = sorted(named - set(self.states))
        if unknown:
            message = f"the table of {self.name} names states it does not declare: {unknown}"
            raise DeclarationError(message, case_type=self.name, states=unknown)

    def rows(self, state: str | None, event: str) -> tuple[Step, ...]:
        """Give the rows for *event* from *state*, in the order in which their guards are tried."""
        return self._rows.get((state, event), ())

    def ears(self, event: str, state: str, *, entered: bool) -> tuple[Ear, ...]:
        """
        Give what the clocks make of *event*, those to which it is something, in their order.

        Args:
            event: What happened.

            state: The state that the case is in after it.

            entered: Whether it was in another one before.
        """
        found = self._ears.get((event, state, entered))
        if found is None:
            ended = state in self.ended
            made = (clock.ear(event, state, entered=entered, ended=ended) for clock in self.clocks)
            found = self._ears[event, state, entered] = tuple(ear for ear in made if ear)
        return found

    def events_of(self, command: str) -> tuple[str, ...]:
        """Give the events that *command* may record."""
        return self._events_of.get(command, ())

    @property
    def commands(self) -> tuple[str, ...]:
        """Every verb of the table, in its order."""
        return tuple(self._events_of)

    @property
    def events(self) -> tuple[str, ...]:
        """Every event of the table, in its order."""
        return tuple(dict.fromkeys(step.event for step in self.steps))

    @property
    def guards(self) -> tuple[str, ...]:
        """Every guard of the table and of the tables inside it, in order."""
        own = [guard for step in self.steps for guard in step.guards]
        inner = [guard for part in self.parts.values() for guard in part.guards]
        return tuple(dict.fromkeys(own + inner))

    def allowed(self, state: str | None, role: Role | None = None) -> tuple[str, ...]:
        """Give the verbs that the table has from *state*, for *role* or for anybody."""
        found = (
            step.command
            for step in self.steps
            if state in step.sources and (role is None or role in step.roles)
        )
        return tuple(dict.fromkeys(found))

    def label(self, name: str, language: str = "en") -> str:
        """Give the words for a state or a verb in *language*: `en` or `zh`."""
        label = self.states.get(name) or self.labels.get(name)
        if label is None:
            return name.replace("_", " ")
        return label.zh if language == "zh" else label.en

    def machine(self) -> Machine:
        """
        Build a `transitions` machine from the same rows, independent of the index.

        Triggers are named by events. A model that is added to it must have the guards as methods.
        """
        from transitions import Machine  # noqa: PLC0415 - a case never needs it: keeps import quick

        start = "start"
        table = [
            {
                "trigger": step.event,
                "source": [source or start for source in sorted(step.sources, key=str)],
                "dest": None if step.to == STAY else step.to,
                "conditions": [*step.guards, f"by_{'_or_'.join(sorted(step.roles))}"],
            }
            for step in self.steps
        ]
        return Machine(
            model=None,
            states=[start, *self.states],
            transitions=table,
            initial=start,
            auto_transitions=False,
            send_event=True,
        )


class Verdict(NamedTuple):
    """The row that lets an event happen; with that of the entity inside the case, if any."""

    step: Step
    part: Step | None = None
    part_state: str | None = None
    """Where the event leaves that entity."""


def _with_guards(step: Step, always: tuple[str, ...]) -> Step:
    if step.source is None or step.roles == frozenset({SYSTEM}):
        return step
    return replace(step, only_if=(*always, *step.guards))


def check(workflow: Workflow, case: Checked, event: CheckedEvent, rules: object) -> Verdict:
    """
    Say which row lets *event* happen to *case*, or refuse.

    Asked twice with the same answer: of the event about to be recorded, and of every recorded
    event in an audit. The first row whose role and guards hold wins.

    Raises:
        StateRefusedError: If there is no row for the event from where the case stands.
        RoleRefusedError: If no row lets this role take it.
        GuardRefusedError: If a guard does not hold; of several rows, the one that got furthest.
    """
    step = _first_that_holds(workflow, case.state, case, event, rules)
    if not event.part:
        return Verdict(step)
    state = case.part_state(event.part, event.part_id)
    inner = _first_that_holds(workflow.parts[event.part], state, case, event, rules)
    return Verdict(step, inner, inner.destination(state))


def _first_that_holds(
    workflow: Workflow, state: str | None, case: Checked, event: CheckedEvent, rules: object
) -> Step:
    rows = workflow.rows(state, event.event_name)
    if not rows:
        raise _no_such_step(workflow, state, event)
    furthest, refusal = -1, None
    role = event.by.role
    for step in rows:
        if role not in step.roles:
            continue
        passed = 0
        try:
            for guard in step.guards:
                if not getattr(case, guard)(event, rules):
                    why: RefusalError = guard_refused(workflow, case, step, guard)
                    break
                passed += 1
            else:
                return step
        except GuardRefusedError as error:  # the guard said no in its own words
            error.name_guard(
                case_type=workflow.name,
                step=step.command,
                guard=step.guards[passed],
                rule=step.rule,
            )
            why = error
        if passed > furthest:
            furthest, refusal = passed, why
    raise refusal or _role_refused(workflow, state, event, rows)


def _no_such_step(workflow: Workflow, state: str | None, event: CheckedEvent) -> RefusalError:
    possible = workflow.allowed(state, event.by.role)
    where = "before it is opened" if state is None else f"in state {state!r}"
    message = (
        f"{workflow.name}: {event.event_name} cannot happen {where}; "
        f"{event.by.role} may: {', '.join(possible) or 'nothing'}"
    )
    return StateRefusedError(
        message, case_type=workflow.name, state=state, event=event.event_name, possible=possible
    )


def _role_refused(
    workflow: Workflow, state: str | None, event: CheckedEvent, rows: tuple[Step, ...]
) -> RefusalError:
    roles = sorted({role for step in rows for role in step.roles})
    message = (
        f"{workflow.name}: {event.event_name} from {state!r} is not for {event.by.role}; "
        f"it is for: {', '.join(roles)}"
    )
    return RoleRefusedError(
        message, case_type=workflow.name, state=state, event=event.event_name, roles=roles
    )


def guard_refused(workflow: Workflow, case: Checked, step: Step, guard: str) -> GuardRefusedError:
    """Give the refusal of a *guard* that has no words of its own: those that declare it."""
    why = (getattr(type(case), guard).__doc__ or "").strip().split("\n")[0]
    message = f"{workflow.name}: {step.command} needs {guard.replace('_', ' ')}: {why}"
    return GuardRefusedError(
        message,
        case_type=workflow.name,
        state=case.state,
        event=step.event,
        step=step.command,
        guard=guard,
        rule=step.rule,
    )
