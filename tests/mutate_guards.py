"""
Replace every guard of the complaint's table by `True`, one at a time, and see who notices.

    python -m tests.mutate_guards [--only WORD] [--workers N]

Every mutant is a child process that runs the scenarios of the complaint until one fails. A mutant
that survives is a guard that no scenario needs: its name is printed, and the exit code is 1.
"""

from __future__ import annotations

import inspect
import os
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from tests.complaint.test_coverage import Scenario, scenarios
from tests.mutation import BROKEN, KILLED, SURVIVED, report
from zhili import Complaint
from zhili.workflows import Step, Workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMPLAINT_TESTS: Final = Path(__file__).parent / "complaint"
THOROUGH: Final = ("test_rows.py", "test_invariants.py")
"""What a mutant must pass besides the scenarios of the topics: slower, and asked last."""

SCENARIOS: Final = tuple(scenarios())


class Mutant(NamedTuple):
    """A guard in a row, or in every row if it always holds, that lets everything pass."""

    name: str
    guard: str
    row: tuple[str, int] | None
    """The table (a part's name, or nothing) and the place of the row in it."""


NOTHING: Final = Mutant("nothing", "", None)
"""A table compiled anew with all its guards: it must survive, or the others die for nothing."""


def mutants(workflow: Workflow) -> Iterator[Mutant]:
    """Give every mutant of the table and of the tables inside it."""
    people = [set(step.guards) for step in workflow.steps if step.source is not None]
    always = tuple(
        guard
        for guard in workflow.guards
        if sum(guard in guards for guards in people) > len(people) // 2
    )
    for guard in always:
        yield Mutant(f"{guard} (always)", guard, None)
    for part, table in (("", workflow), *workflow.parts.items()):
        for place, step in enumerate(table.steps):
            for guard in step.guards:
                if guard not in always:
                    name = f"{guard} in {step.command} → {step.to} ({step.rule})"
                    yield Mutant(name, guard, (part, place))


def apply(mutant: Mutant, workflow: Workflow) -> None:
    """Compile the table anew without the guard, in place: everything refers to this one."""
    if mutant.row is None:
        _compile(workflow, tuple(_without(step, mutant.guard) for step in workflow.steps))
        return
    part, place = mutant.row
    table = workflow.parts[part] if part else workflow
    steps = list(table.steps)
    steps[place] = _without(steps[place], mutant.guard)
    _compile(table, tuple(steps))


def _without(step: Step, guard: str) -> Step:
    return replace(step, only_if=tuple(name for name in step.guards if name != guard))


def _compile(table: Workflow, steps: tuple[Step, ...]) -> None:
    fresh = Workflow(
        name=table.name,
        steps=steps,
        states=table.states,
        ended=table.ended,
        clocks=table.clocks,
        parts=table.parts,
        labels=table.labels,
        edition=table.edition,
    )
    vars(table).update(vars(fresh))


def run(mutant: Mutant) -> int:
    """Try the scenarios on a mutant, in this process, and say what became of it."""
    apply(mutant, Complaint.workflow)
    # Whoever names the guard is asked first: most mutants are noticed there.
    ordered = sorted(SCENARIOS, key=lambda one: mutant.guard not in _source(one.test))
    if any(_fails(one) for one in ordered):
        return KILLED
    quietly = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quietly, 1)
    os.dup2(quietly, 2)
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-o"]
    files = [str(COMPLAINT_TESTS / name) for name in THOROUGH]
    code = pytest.main([*options, "addopts=--import-mode=importlib", *files])
    if code == pytest.ExitCode.TESTS_FAILED:
        return KILLED
    return SURVIVED if code == pytest.ExitCode.OK else BROKEN


def _fails(scenario: Scenario) -> bool:
    try:
        scenario.test(**scenario.parameters)
    except (Exception, pytest.fail.Exception):  # noqa: BLE001 - whatever it is, somebody noticed
        return True
    return False


@cache
def _source(test: Callable[..., None]) -> str:
    return inspect.getsource(test)


if __name__ == "__main__":
    every = list(mutants(Complaint.workflow))
    sys.exit(report(__doc__ or "", every, NOTHING, run, "guards replaced"))
