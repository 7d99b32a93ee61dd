"""
Many cases into the log at once: the same checks as `Engine.submit_many`, without its receipts.

Nobody waits for a receipt of an imported case, and an import knows which of its cases are new:
it has just asked. What it relied on is insisted on all the same when the batch is written, where
a version of a case that is there already refuses the whole of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from uuid import UUID, uuid4

from zhili.aggregates import Case
from zhili.commands.command import Command
from zhili.engine import Engine
from zhili.engine.decision import Decision
from zhili.engine.receipt import Receipts
from zhili.errors import CaseNotFoundError
from zhili.store.store import AcknowledgementLostError
from zhili.values import Actor

__all__ = ["carry_out"]


def carry_out(
    engine: Engine, commands: Sequence[Command], *, by: Actor, fresh: Collection[UUID]
) -> None:
    """
    Carry *commands* out in one transaction; the cases in *fresh* were not there a moment ago.

    Raises:
        RefusalError: If the rules say no to one of them.
        ConflictError: If somebody else brought in or moved one of the cases meanwhile.
        AcknowledgementLostError: If the connection broke before anything was written.
    """

    def load(case_id: UUID) -> Case | None:
        if case_id in fresh:
            return None
        try:
            return engine.case(case_id)
        except CaseNotFoundError:
            return None

    decision = Decision(
        types={kind.workflow.name: kind for kind in engine.case_types},
        load=load,
        rules=engine.book.snapshot(),
        reactions=engine.reactions,
        now=engine.now(),
        zone=engine.zone,
    )
    for command in commands:
        decision.carry_out(command, by)
    batch = decision.batch(engine.mapper)
    key = f"import:{uuid4().hex}"
    empty = Receipts(receipts=(), last=None).model_dump_json()
    batch.keys.append((key, hashlib.sha256(key.encode()).digest(), empty))
    try:
        engine.store.commit(batch)
    except AcknowledgementLostError:
        if engine.store.key(key) is None:
            raise
