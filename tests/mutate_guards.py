"""
Replace every guard of the complaint's table by `True`, one at a time, and see who notices.

    python -m tests.mutate_guards [--only WORD] [--workers N]

Every mutant is a child process that runs the scenarios of the complaint until one fails. A mutant
that survives is a guard that no scenario needs: its name is printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import inspect
import os
import sys
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from tests.complaint.test_coverage import Scenario, scenarios
from zhili import Complaint
from zhili.workflows import Step, Workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMPLAINT_TESTS: Final = Path(__file__).parent / "complaint"
THOROUGH: Final = ("test_rows.py", "test_invariants.py")
"""What a mutant must pass besides the scenarios of the topics: slower, and asked last."""

SCENARIOS: Final = tuple(scenarios())
KILLED, SURVIVED, BROKEN = 0, 1, 2


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


def campaign(chosen: list[Mutant], workers: int) -> dict[int, list[str]]:
    """Run every mutant in a forked child, *workers* at a time."""
    waiting, running = list(reversed(chosen)), {}
    found: dict[int, list[str]] = {KILLED: [], SURVIVED: [], BROKEN: []}
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            child = os.fork()
            if child == 0:
                code = BROKEN
                try:
                    code = run(mutant)
                finally:
                    os._exit(code)
            running[child] = mutant
        child, status = os.wait()
        mutant = running.pop(child)
        code = os.waitstatus_to_exitcode(status)
        found[code if code in found else BROKEN].append(mutant.name)
        done = sum(map(len, found.values()))
        print(f"\r{done}/{len(chosen)}", end="", file=sys.stderr, flush=True)  # noqa: T201 - progress
    return found


def main() -> int:
    """Run the campaign and report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--only", default="", help="mutants whose name has this in it")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    every = list(mutants(Complaint.workflow))
    chosen = [mutant for mutant in every if asked.only in mutant.name]
    began = time.monotonic()
    if campaign([NOTHING], 1)[SURVIVED] != [NOTHING.name]:
        print("\nthe tests of the complaint fail although no guard is replaced")  # noqa: T201 - the report of a script
        return 1
    found = campaign(chosen, asked.workers)
    print(  # noqa: T201 - the report of a script
        f"\n{len(chosen)} guards replaced, {len(found[KILLED])} noticed, "
        f"{time.monotonic() - began:.0f} s"
    )
    for word, code in (("not noticed", SURVIVED), ("could not be run", BROKEN)):
        for name in found[code]:
            print(f"{word}: {name}")  # noqa: T201 - the report of a script
    return 1 if found[SURVIVED] or found[BROKEN] or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
