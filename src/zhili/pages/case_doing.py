"""What somebody may do with a case: which step is due first, and why others are not possible."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from zhili.face.operation import given_by_people
from zhili.pages.case_clocks import is_duty
from zhili.pages.refusal_words import refusal_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zhili.aggregates import Case
    from zhili.aggregates.allowed import AllowedStep, HeldBack
    from zhili.face.request import Language
    from zhili.pages.site import Site
    from zhili.projections.clock_of import ClockAnswer
    from zhili.workflows import Clock, Label

__all__ = ["NotNow", "not_now", "primary_verb"]


class NotNow(NamedTuple):
    """Steps that are not possible as the case stands, and what they need."""

    steps: tuple[Label, ...]
    needs: str


def not_now(
    site: Site, kind: type[Case], held: Sequence[HeldBack], language: Language
) -> list[NotNow]:
    """Give what of *held* people could do themselves, with what it needs in *language*."""
    people = {command.verb for command in given_by_people(kind)}
    found: dict[str, tuple[Label, ...]] = {}
    for one in held:
        if one.verb in people:
            needs = refusal_in_words(one.error, language, site)
            found[needs] = (*found.get(needs, ()), one.label)
    return [NotNow(steps, needs) for needs, steps in found.items()]


def primary_verb(
    kind: type[Case],
    state: str,
    steps: Sequence[AllowedStep],
    clocks: Sequence[ClockAnswer],
    own: str | None,
) -> str | None:
    """
    Give the verb that stops the running clock that is due first; None if none of *steps* does.

    Args:
        kind: The case type.

        state: Where the case stands.

        steps: What whoever looks may do.

        clocks: The clocks of the case; a window that just ends is no duty, and counts for nothing.

        own: Their unit: the clocks of other units inside the case are not theirs to stop.
    """
    first = next(_running(kind, clocks, own), None)
    if first is None:
        return None
    stopping = [step.verb for step in steps if _stops(kind, state, step.verb, first)]
    # What the clock is named after comes before another way to be rid of it.
    return min(stopping, key=lambda verb: verb != first.name, default=None)


def _running(kind: type[Case], clocks: Sequence[ClockAnswer], own: str | None) -> Iterator[Clock]:
    """Give the clocks of duties that run, the one due first coming first."""
    tables = {one.name: one for one in kind.workflow.clocks} | dict(kind.workflow.part_clocks)
    due: list[tuple[datetime, Clock]] = []
    for clock in clocks:
        name, _, part = clock.clock.partition(":")
        table = tables.get(name)
        if table is None or not is_duty(table) or part not in {"", own}:
            continue
        if clock.status == "running" and clock.due_at is not None:
            due.append((clock.due_at, table))
    yield from (table for _, table in sorted(due, key=lambda each: each[0]))


def _stops(kind: type[Case], state: str, verb: str, clock: Clock) -> bool:
    """Say whether *verb* from *state* stops *clock*: by its event, or by where that leads."""
    workflow = kind.workflow
    for step in workflow.steps:
        if step.command != verb or state not in step.sources:
            continue
        part = kind.events[step.event].part
        inner = workflow.parts[part].steps if part is not None else ()
        reached = {one.to for one in inner if one.event == step.event} | {step.event}
        if step.destination(state) != state:
            reached.add(step.destination(state))
        if reached & clock.stops:
            return True
    return False
