"""What an engine remembers of its store between two calls, and what works with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhili.engine.casebook import Casebook
from zhili.engine.decision import Decision
from zhili.engine.past import Past
from zhili.engine.reader import Reader
from zhili.engine.transaction import Transactions
from zhili.store.policy_book import PolicyBook

if TYPE_CHECKING:
    from zhili.engine.engine import Engine

__all__ = ["Memory"]


class Memory:
    """
    Policies, folded cases, the warehouse, registers of the past: all of it committed.

    Within a host's transaction that has written and may yet be rolled back nothing of this is true
    and nothing may enter it: there the engine works with one that is `apart`, for a single call.
    """

    def __init__(self, engine: Engine, kept: Memory | None = None) -> None:
        """Begin with nothing; or apart from what is *kept*, with no more than its policies."""
        self._engine = engine
        fresh = PolicyBook(engine.store, engine.mapper)
        self.book: PolicyBook = kept.book.apart() if kept else fresh
        self.cases: Casebook = Casebook(
            engine.store, engine.mapper, kept.cases.cache if kept else None
        )
        self.reader = Reader(engine)
        self.past = Past(engine, self.reader)
        self.transactions = Transactions(
            engine.store, engine.mapper, self.book, self.cases, self._decision
        )

    def apart(self) -> Memory:
        """Give one that sees what this thread has written, to be thrown away with it."""
        apart = Memory(self._engine, self)
        apart.book.refresh()
        return apart

    def _decision(self) -> Decision:
        engine = self._engine
        return Decision(
            types=engine.types,
            load=self.cases.load,
            rules=self.book.snapshot(),
            reactions=engine.answers,
            now=engine.now(),
            zone=engine.zone,
            rows_kept=self.cases.cache.rows,
        )

    def forget(self) -> None:
        """Let go of what is costly to keep."""
        self.past.forget()
        self.reader.close()

    def after_fork(self) -> None:
        """Begin anew in a child: nothing that the parent holds is used."""
        self.cases.cache.after_fork()
        self.past.after_fork()
        self.reader.after_fork()
        self.book.after_fork()
