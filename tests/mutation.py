"""Switching one thing off at a time, and counting how often somebody notices."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

__all__ = ["BROKEN", "KILLED", "SURVIVED", "report"]

KILLED, SURVIVED, BROKEN = 0, 1, 2


class Mutant(Protocol):
    """One thing that can be switched off."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        ...


_Mutant = TypeVar("_Mutant", bound=Mutant)


def campaign(
    chosen: Sequence[_Mutant], workers: int, run: Callable[[_Mutant], int]
) -> dict[int, list[str]]:
    """Run every mutant in a forked child, *workers* at a time."""
    waiting, running = list(reversed(chosen)), dict[int, _Mutant]()
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


def report(
    description: str,
    mutants: Sequence[_Mutant],
    nothing: _Mutant,
    run: Callable[[_Mutant], int],
    what: str,
) -> int:
    """
    Run the campaign that the command line asks for, print what it found, and give an exit code.

    Args:
        description: What `--help` says.

        mutants: Everything that can be switched off.

        nothing: What switches nothing off: it must survive, or the others die for nothing.

        run: Gives KILLED, SURVIVED or BROKEN; in a process of its own.

        what: What was done to the mutants, as in "guards replaced".
    """
    parser = argparse.ArgumentParser(description=description.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--only", default="", help="mutants whose name has this in it")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    chosen = [mutant for mutant in mutants if asked.only in mutant.name]
    began = time.monotonic()
    if campaign([nothing], 1, run)[SURVIVED] != [nothing.name]:
        print("\nthe tests fail although nothing is switched off")  # noqa: T201 - the report of a script
        return 1
    found = campaign(chosen, asked.workers, run)
    seconds = time.monotonic() - began
    print(f"\n{len(chosen)} {what}, {len(found[KILLED])} noticed, {seconds:.0f} s")  # noqa: T201 - as above
    for word, code in (("not noticed", SURVIVED), ("could not be run", BROKEN)):
        for name in found[code]:
            print(f"{word}: {name}")  # noqa: T201 - as above
    return 1 if found[SURVIVED] or found[BROKEN] or not chosen else 0
