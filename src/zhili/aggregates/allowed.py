"""What somebody may do with a case as it stands: the buttons of a screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhili.errors import GuardRefusedError, RefusalError
from zhili.values import Actor, Value
from zhili.workflows import Label, Step, Workflow
from zhili.workflows.workflow import guard_refused

if TYPE_CHECKING:
    from zhili.aggregates.case import Case
    from zhili.policies.rules import Rules

__all__ = ["AllowedStep", "HeldBack", "allowed", "held_back", "may_open"]


class AllowedStep(Value):
    """A verb that the table has for somebody, and how it is called."""

    verb: str
    label: Label


class HeldBack(NamedTuple):
    """A verb that the table has for somebody, and why a guard refuses it as the case stands."""

    verb: str
    label: Label
    error: RefusalError


class _UnsaidError(Exception):
    """A guard asks for what nobody has said yet."""


class _Probe:
    """
    An event of which only is known who does it, when, and to which entity inside the case.

    A guard that asks for more cannot answer yet. It has no `__dict__`, so that nobody looks there.
    `by_was_asked` says whether a guard has asked who does it.
    """

    __slots__ = (
        "_by", "by_was_asked", "event_name", "occurred_at", "part", "part_id", "timestamp",
        "version",
    )  # fmt: skip

    def __init__(self, case: Case, step: Step, by: Actor, now: datetime, part_id: str) -> None:
        self._by = by
        self.by_was_asked = False
        self.event_name = step.event
        self.occurred_at = self.timestamp = now
        self.part = case.events[step.event].part
        self.part_id = part_id
        self.version = case.version + 1

    @property
    def by(self) -> Actor:
        """Who does it."""
        self.by_was_asked = True
        return self._by

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
    found = (
        verb
        for verb in case.workflow.allowed(case.state, by.role)
        if any(tried.held for tried in _tried(case, verb, by, rules, now))
    )
    return tuple(_told(case.workflow, verb) for verb in found)


def held_back(case: Case, by: Actor, rules: Rules, now: datetime) -> tuple[HeldBack, ...]:
    """
    Give what *by* could do with *case* if it stood otherwise, and which guard says no to it now.

    These are the verbs that `allowed` leaves out though a row has them from here for that role. A
    verb is not told if a guard that refuses it asks who acts: it is for others then, not for later.
    Of several rows the guard is that of the one that got furthest.
    """
    found: list[HeldBack] = []
    for verb in case.workflow.allowed(case.state, by.role):
        tried = list(_tried(case, verb, by, rules, now))
        if tried and not any(each.held or each.is_about_actor for each in tried):
            furthest = max(tried, key=lambda each: each.passed)
            told = _told(case.workflow, verb)
            if furthest.error is not None:
                found.append(HeldBack(verb, told.label, furthest.error))
    return tuple(found)


def may_open(case_type: type[Case], by: Actor) -> tuple[AllowedStep, ...]:
    """Give the verbs with which *by* may open a case of *case_type*."""
    workflow = case_type.workflow
    return tuple(_told(workflow, verb) for verb in workflow.allowed(None, by.role))


def _told(workflow: Workflow, verb: str) -> AllowedStep:
    return AllowedStep(verb=verb, label=Label(workflow.label(verb), workflow.label(verb, "zh")))


class _Tried(NamedTuple):
    """How far one row got, and why a guard said no whatever will be said, if any did."""

    passed: int
    error: RefusalError | None = None
    is_about_actor: bool = False

    @property
    def held(self) -> bool:
        """Whether no guard said no."""
        return self.error is None


def _tried(case: Case, verb: str, by: Actor, rules: Rules, now: datetime) -> Iterator[_Tried]:
    """Try every row of *verb*; one about an entity inside the case with each that there is."""
    for step in case.workflow.steps:
        if step.command != verb or case.state not in step.sources or by.role not in step.roles:
            continue
        part = case.events[step.event].part
        if part is None:
            yield _asked((step,), case, _Probe(case, step, by, now, ""), rules)
            continue
        for inner in case.workflow.parts[part].steps:
            if inner.event != step.event or by.role not in inner.roles:
                continue
            for part_id in _entities(case, part, inner):
                yield _asked((step, inner), case, _Probe(case, step, by, now, part_id), rules)


NOBODY_YET: Final = ("",)


def _entities(case: Case, part: str, inner: Step) -> tuple[str, ...]:
    """Give the entities inside the case that *inner* is possible for; one unnamed if it opens."""
    if None in inner.sources:
        return NOBODY_YET
    return tuple(
        each.id for each in case.parts if each.kind == part and each.state in inner.sources
    )


def _asked(steps: tuple[Step, ...], case: Case, probe: _Probe, rules: Rules) -> _Tried:
    """Ask the guards of *steps*, in their order, until one says no whatever will be said."""
    asked = [(step, guard) for step in steps for guard in step.guards]
    for passed, (step, guard) in enumerate(asked):
        probe.by_was_asked = False
        try:
            if getattr(case, guard)(probe, rules.fork()):
                continue
            error: RefusalError = guard_refused(case.workflow, case, step, guard)
        except _UnsaidError:
            continue
        except GuardRefusedError as refusal:  # the guard said no in its own words
            error = refusal
            refusal.name_guard(
                case_type=case.workflow.name, step=step.command, guard=guard, rule=step.rule
            )
        except RefusalError as refusal:
            error = refusal
        return _Tried(passed, error, probe.by_was_asked)
    return _Tried(len(asked))
