"""What somebody may do with a case as it stands: the buttons of a screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from zhili.errors import RefusalError
from zhili.values import Actor, Value
from zhili.workflows import Label, Step, Workflow

if TYPE_CHECKING:
    from zhili.aggregates.case import Case
    from zhili.policies.rules import Rules

__all__ = ["AllowedStep", "allowed", "may_open"]


class AllowedStep(Value):
    """A verb that the table has for somebody, and how it is called."""

    verb: str
    label: Label


class _UnsaidError(Exception):
    """A guard asks for what nobody has said yet."""


class _Probe:
    """
    An event of which only is known who does it, when, and to which entity inside the case.

    A guard that asks for more cannot answer yet. It has no `__dict__`, so that nobody looks there.
    """

    __slots__ = ("by", "event_name", "occurred_at", "part", "part_id", "timestamp", "version")

    def __init__(self, case: Case, step: Step, by: Actor, now: datetime, part_id: str) -> None:
        self.by = by
        self.event_name = step.event
        self.occurred_at = self.timestamp = now
        self.part = case.events[step.event].part
        self.part_id = part_id
        self.version = case.version + 1

    def __getattr__(self, name: str) -> Any:
        """Give the entity's id as its unit, which it is; of all else nothing was said."""
        if name == "unit" and self.part_id:
            return self.part_id
        raise _UnsaidError(name)


def allowed(case: Case, by: Actor, rules: Rules, now: datetime) -> tuple[AllowedStep, ...]:
    """
    Give what *by* may do now with *case*, in the order of the table.

    A verb is left out if no row has it from where the case stands for that role, or if a guard of
    each of its rows says no whatever the command would say. What depends on the command itself is
    judged when it is submitted.
    """
    workflow = case.workflow
    found = (
        verb
        for verb in workflow.allowed(case.state, by.role)
        if any(_holds(case, step, by, rules, now) for step in _rows(workflow, case, verb, by))
    )
    return tuple(_told(workflow, verb) for verb in found)


def may_open(case_type: type[Case], by: Actor) -> tuple[AllowedStep, ...]:
    """Give the verbs with which *by* may open a case of *case_type*."""
    workflow = case_type.workflow
    return tuple(_told(workflow, verb) for verb in workflow.allowed(None, by.role))


def _told(workflow: Workflow, verb: str) -> AllowedStep:
    return AllowedStep(verb=verb, label=Label(workflow.label(verb), workflow.label(verb, "zh")))


def _rows(workflow: Workflow, case: Case, verb: str, by: Actor) -> Iterator[Step]:
    for step in workflow.steps:
        if step.command == verb and case.state in step.sources and by.role in step.roles:
            yield step


def _holds(case: Case, step: Step, by: Actor, rules: Rules, now: datetime) -> bool:
    """Say whether *step* may be taken as far as is known: of one entity, if it is about some."""
    part = case.events[step.event].part
    if part is None:
        return not _refused(case, step, _Probe(case, step, by, now, ""), rules)
    for inner in case.workflow.parts[part].steps:
        if inner.event != step.event or by.role not in inner.roles:
            continue
        for part_id in _entities(case, part, inner):
            probe = _Probe(case, step, by, now, part_id)
            if not _refused(case, step, probe, rules) and not _refused(case, inner, probe, rules):
                return True
    return False


NOBODY_YET: Final = ("",)


def _entities(case: Case, part: str, inner: Step) -> tuple[str, ...]:
    """Give the entities inside the case that *inner* is possible for; one unnamed if it opens."""
    if None in inner.sources:
        return NOBODY_YET
    return tuple(
        each.id for each in case.parts if each.kind == part and each.state in inner.sources
    )


def _refused(case: Case, step: Step, probe: _Probe, rules: Rules) -> bool:
    """Say whether a guard of *step* says no whatever will be said."""
    for guard in step.guards:
        try:
            if not getattr(case, guard)(probe, rules.fork()):
                return True
        except _UnsaidError:
            continue
        except RefusalError:
            return True
    return False
