"""
Children that write into a store until somebody kills them.

Run as a program it keeps one warm process, with everything imported, that forks a child for every
line `URL SEED` on its standard input and says `born PID`. A child opens the store, submits one
command after the other, and tells each receipt after it has it, as
`PID CASE VERSION POSITION HEAD KEY`. Every line is one write, shorter than a pipe's buffer: it is
there whole, or not at all.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import traceback
from typing import TYPE_CHECKING
from uuid import UUID

from zhili import Complaint, Engine, complaint
from zhili.errors import ConflictError, RefusalError
from zhili.testing import controls

if TYPE_CHECKING:
    from zhili import Receipt
    from zhili.commands.command import Command
    from zhili.testing import Control

SHARED = tuple(UUID(int=(7 << 76) | (2 << 62) | n) for n in range(1, 5))
"""Cases for which all writers compete."""

WAY: dict[str, Control] = {
    "registered": controls.ACCEPT,
    "accepted": controls.DISPATCH,
    "dispatched": controls.SIGN,
    "signed": controls.RECORD_CONTACT,
    "handling": controls.ASSIGN_HANDLER,
}


def say(line: str) -> None:
    """Write one line at once."""
    os.write(1, f"{line}\n".encode())


def tell(receipts: tuple[Receipt, ...]) -> None:
    """Tell what was acknowledged."""
    for receipt in receipts:
        place = f"{receipt.case_id} {receipt.version} {receipt.position} {receipt.head}"
        say(f"{os.getpid()} {place} {receipt.key}")


def told_under(key: str, case_id: UUID) -> Command:
    """Give the command that a writer gives under a *key* of its own, and would give again."""
    return complaint.AppendFacts(case_id=case_id, facts="x" * (1 + int(key.split("-")[1]) % 4000))


def write(url: str, seed: int) -> None:
    """Open the store at *url* and write until the end."""
    generator = random.Random(seed)  # noqa: S311 - chance, not secrets
    engine = Engine.open(url)
    own: list[UUID] = []
    while True:
        try:
            tell(_one(engine, generator, own))
        except (ConflictError, RefusalError):
            continue  # another writer moved the case


def _one(engine: Engine, generator: random.Random, own: list[UUID]) -> tuple[Receipt, ...]:
    case_id = generator.choice((*SHARED, *own[-3:]))
    drawn = generator.random()
    if drawn < 0.2:
        opened = engine.submit_many([_register() for _ in range(3)], by=controls.INTAKE)
        own.extend(receipt.case_id for receipt in opened)
        return opened
    if drawn < 0.3 or engine.store.versions([case_id]) == {}:
        step = controls.REGISTER.on(generator.choice(SHARED))
        return (engine.submit(step.build(engine.now()), by=step.by),)
    if drawn < 0.6:
        key = f"{os.getpid()}-{generator.getrandbits(64)}"
        return (engine.submit(told_under(key, case_id), by=controls.INTAKE, key=key),)
    case = engine.case(case_id)
    assert isinstance(case, Complaint)
    step = WAY[case.state or "registered"].on(case_id)
    return (engine.submit(step.build(engine.now()), by=step.by, expect=case.version),)


def _register() -> complaint.Register:
    step = controls.REGISTER
    return complaint.Register(**{name: step.fields[name] for name in step.fields})


def main() -> None:
    """Fork a writer for every line that comes in."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    for line in sys.stdin:
        url, seed = line.split()
        if url == "-":  # only to hear that all before it was said
            say("born 0")
            continue
        child = os.fork()
        if child == 0:
            try:
                write(url, int(seed))
            except BaseException:  # noqa: BLE001 - whatever it is, the test wants to see it
                say("failed " + traceback.format_exc().replace("\n", "\t")[-3000:])
            os._exit(1)
        say(f"born {child}")


if __name__ == "__main__":
    main()
