"""The comparison of a case type's table, commands and events, made once when it is declared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn, cast

from zhili.commands.command import DEMANDED, made_for
from zhili.errors import DeclarationError
from zhili.workflows.clock import EXPIRED, RECALCULATED

if TYPE_CHECKING:
    from zhili.aggregates.case import Case, CaseEvent
    from zhili.commands.command import Command
    from zhili.workflows import Clock, Step, Workflow

__all__ = ["complete", "kebab"]


def kebab(name: str) -> str:
    """Give *name* in kebab case: `DispatchObjected` → `dispatch-objected`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def inherit(case_type: type[Case], base: type[CaseEvent]) -> None:
    """Give *case_type* events of its own for those of its base classes, with its own topics."""
    for parent in case_type.__mro__[1:]:
        for name, value in list(vars(parent).items()):
            own = isinstance(value, type) and issubclass(value, base) and value is not base
            if own and name not in vars(case_type):
                body: dict[str, Any] = {
                    "__module__": case_type.__module__,
                    "__doc__": value.__doc__,
                }
                event = cast("type[CaseEvent]", type(name, (cast("type[CaseEvent]", value),), body))
                event.__qualname__ = f"{case_type.__qualname__}.{name}"
                setattr(case_type, name, event)


def complete(case_type: type[Case]) -> None:
    """
    Give the events of *case_type* their names and topics, and compare them with its table.

    Raises:
        DeclarationError: If anything is missing on either side.
    """
    workflow = case_type.workflow
    if not case_type.__dict__.get("editions"):
        case_type.editions = {workflow.edition: workflow}
    case_type.events = _events(case_type)
    case_type.commands = (*case_type.commands, *_demanded(case_type))
    case_type.verbs = {command.verb: command for command in case_type.commands}
    _compare_commands(case_type)
    _compare_guards(case_type)
    _compare_clocks(case_type)


def _demanded(case_type: type[Case]) -> list[type[Command]]:
    """Give what its clocks demand, where the table has the row and no command of its own."""
    own = {command.verb for command in case_type.commands}
    wanted = [verb for verb in DEMANDED if verb in case_type.workflow.commands and verb not in own]
    return [made_for(case_type.workflow.name, DEMANDED[verb]) for verb in wanted]


def _events(case_type: type[Case]) -> dict[str, type[CaseEvent]]:
    name = case_type.workflow.name
    of_every_edition = dict.fromkeys(
        event for table in case_type.editions.values() for event in table.events
    )
    events: dict[str, type[CaseEvent]] = {}
    for event in of_every_edition:
        declared: type[CaseEvent] | None = getattr(case_type, event, None)
        if declared is None:
            _fail(case_type, f"the table records {event}, but there is no such event class")
        declared.event_name = event
        declared.topic = f"{name}.{kebab(event)}"
        declared.case_class = case_type
        _refuse_upcaster_gap(case_type, declared)
        _compare_copies(case_type, declared)
        events[event] = declared
    inherited = {event for parent in case_type.__mro__[1:] for event in vars(parent)}
    for event, value in vars(case_type).items():
        is_event = isinstance(value, type) and hasattr(value, "event_name") and event != "Event"
        if is_event and event not in events and event not in inherited:
            _fail(case_type, f"the event {event} stands in no row of the table")
    return events


def _refuse_upcaster_gap(case_type: type[Case], event: type[CaseEvent]) -> None:
    for version in range(1, event.class_version):
        step = f"upcast_v{version}_v{version + 1}"
        if not hasattr(event, step):
            _fail(
                case_type,
                f"{event.event_name} is at version {event.class_version} but has no {step}",
            )


def _compare_copies(case_type: type[Case], event: type[CaseEvent]) -> None:
    for field in event.copies:
        if field not in event.model_fields or not hasattr(case_type, field):
            _fail(case_type, f"{event.event_name} copies {field}, which event and case must have")


def _compare_commands(case_type: type[Case]) -> None:
    workflow, verbs = case_type.workflow, case_type.verbs
    for verb in set(workflow.commands) - set(verbs):
        _fail(case_type, f"the table has the command {verb}, but no command class has that verb")
    taken = _names_of_every_case()
    for verb, command in verbs.items():
        if verb in taken:
            _fail(case_type, f"the verb {verb} is taken: every case has something of that name")
        if verb not in workflow.commands:
            _fail(case_type, f"the command {command.__name__} stands in no row of the table")
        if command.case_type != workflow.name:
            _fail(case_type, f"{command.__name__} says it is for {command.case_type!r}")
        if not hasattr(case_type, verb):
            _compare_fields(case_type, command)


def _names_of_every_case() -> set[str]:
    from zhili.aggregates.case import Case  # noqa: PLC0415 - case.py declares with this module

    return set(dir(Case)) - {"recalculate_deadline"}


def _compare_fields(case_type: type[Case], command: type[Any]) -> None:
    names = case_type.workflow.events_of(command.verb)
    if len(names) != 1:
        _fail(case_type, f"{command.verb} may record {names}: it needs a method that chooses")
    event = case_type.events[names[0]]
    given = set(command.model_fields) - {"case_id"}
    own = {name for name in event.model_fields if name not in _envelope()}
    needed = {name for name in own if event.model_fields[name].is_required()}
    if case_type.workflow.rows(None, names[0]):
        needed.discard("number")  # which the base fills in
    if given - own or needed - given:
        odd = sorted((given - own) | (needed - given))
        _fail(case_type, f"{command.__name__} and {names[0]} differ in the fields {odd}")


def _envelope() -> set[str]:
    from zhili.aggregates.case import CaseEvent  # noqa: PLC0415 - case.py declares with this module

    return set(CaseEvent.model_fields)


def _compare_guards(case_type: type[Case]) -> None:
    for guard in case_type.workflow.guards:
        if not callable(getattr(case_type, guard, None)):
            _fail(case_type, f"the guard {guard} is not a method of {case_type.__name__}")


def _compare_clocks(case_type: type[Case]) -> None:
    workflow = case_type.workflow
    inner = workflow.parts.values()
    names = [clock.name for table in (workflow, *inner) for clock in table.clocks]
    for name in names:
        if ":" in name or names.count(name) > 1:
            _fail(case_type, f"the clock {name} needs a name of its own, without a colon")
    for table in (workflow, *inner):
        for clock in table.clocks:
            _compare_clock(case_type, table, clock)


def _compare_clock(case_type: type[Case], table: Workflow, clock: Clock) -> None:
    workflow = case_type.workflow
    for_every_case = {EXPIRED, RECALCULATED} & set(workflow.events)
    unknown = clock.events - set(table.events) - for_every_case
    unknown |= clock.stops - set(table.events) - set(table.states)
    if unknown:
        _fail(case_type, f"the clock {clock.name} names what is not there: {sorted(unknown)}")
    if clock.fires and clock.fires not in workflow.commands:
        _fail(case_type, f"the clock {clock.name} fires {clock.fires}, which is no command")
    steps = [step for step in table.steps if step.command == clock.fires]
    if clock.fires and not steps and EXPIRED not in workflow.events_of(clock.fires):
        _fail(case_type, f"the clock {clock.name} fires {clock.fires}, not a row of {table.name}")
    for step in steps:
        if not _quiets(table, clock, step):
            message = (
                f"the clock {clock.name} fires {clock.fires}, but {step.event} leaves it as it "
                "was, and it would fire for ever; let it stop, move or pause the clock"
            )
            _fail(case_type, message)


def _quiets(workflow: Workflow, clock: Clock, step: Step) -> bool:
    """Say whether the event of *step* stops, moves or pauses *clock*, or says that it expired."""
    touched = clock.stops | clock.moves | {pausing for pausing, _ in clock.pauses} | {EXPIRED}
    return step.event in touched or step.to in clock.stops or step.to in workflow.ended


def _fail(case_type: type[Case], message: str) -> NoReturn:
    raise DeclarationError(f"{case_type.__name__}: {message}", case_type=case_type.__name__)
