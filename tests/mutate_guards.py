"""
Replace every guard of every table by `True`, one at a time, and see who notices.

    python -m tests.mutate_guards [--only WORD] [--workers N]

Every mutant is a child process that runs the scenarios of its case type until one fails. A mutant
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
from zhili.aggregates import CASE_TYPES
from zhili.workflows import Step, Workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE: Final = Path(__file__).parent
THOROUGH: Final = {"complaint": ("test_rows.py", "test_invariants.py")}
"""What a mutant must pass besides the scenarios of the topics: slower, and asked last."""

SCENARIOS: Final = tuple(scenarios())
TABLES: Final = {kind.workflow.name: kind.workflow for kind in CASE_TYPES}


class Mutant(NamedTuple):
    """A guard in a row, or in every row if it always holds, that lets everything pass."""

    case_type: str
    name: str
    guard: str
    row: tuple[str, int] | None
    """The table (a part's name, or nothing) and the place of the row in it."""


NOTHING: Final = Mutant("complaint", "nothing", "", None)
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
        yield Mutant(workflow.name, f"{guard} (always)", guard, None)
    for part, table in (("", workflow), *workflow.parts.items()):
        for place, step in enumerate(table.steps):
            for guard in step.guards:
                if guard not in always:
                    where = f"{workflow.name}.{step.command}"
                    name = f"{guard} in {where} → {step.to} ({step.rule})"
                    yield Mutant(workflow.name, name, guard, (part, place))


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
        closed=table.closed,
        left_out=table.left_out,
        labels=table.labels,
        edition=table.edition,
    )
    vars(table).update(vars(fresh))


def run(mutant: Mutant) -> int:
    """Try the scenarios on a mutant, in this process, and say what became of it."""
    apply(mutant, TABLES[mutant.case_type])
    if mutant.case_type == "complaint":
        # Whoever names the guard is asked first: most mutants are noticed there.
        ordered = sorted(SCENARIOS, key=lambda one: mutant.guard not in _source(one.test))
        if any(_fails(one) for one in ordered):
            return KILLED
    quietly = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quietly, 1)
    os.dup2(quietly, 2)
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-o"]
    folder = HERE / mutant.case_type
    names = THOROUGH.get(mutant.case_type) or [path.name for path in folder.glob("test_*.py")]
    files = [str(folder / name) for name in sorted(names)]
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
    every = [mutant for table in TABLES.values() for mutant in mutants(table)]
    sys.exit(report(__doc__ or "", every, NOTHING, run, "guards replaced"))
