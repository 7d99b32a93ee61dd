"""The processes that share an audit, or the one that does it all."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from zhili.audit.links import follow
from zhili.audit.span import Replayer
from zhili.errors import InputError
from zhili.processes import Processes
from zhili.store import EventMapper, open_store
from zhili.store.policy_book import PolicyBook

if TYPE_CHECKING:
    from types import TracebackType

    from zhili.aggregates import Case
    from zhili.audit.replay import Subject
    from zhili.reactions import Reaction

__all__ = ["Team", "Work", "jobs_possible"]

AHEAD: Final = 4
"""How many pieces of work a process may be ahead of the one whose turn it is."""


class Work(NamedTuple):
    """One piece: `follow` a span of the chain, or `replay` a span of cases."""

    kind: str
    arguments: tuple[Any, ...]


class _Recipe(NamedTuple):
    """What another process needs to open the same store and read the same events."""

    address: str
    case_types: tuple[type[Case], ...]
    reactions: tuple[Reaction, ...]
    zone: str
    until: int


class Team:
    """Carries pieces of work out, in the order given, by itself or by several processes."""

    def __init__(self, subject: Subject, until: int, jobs: int) -> None:
        """
        Prepare *jobs* processes for the log up to *until*; one is this process itself.

        Raises:
            InputError: If there is no such number of jobs, or no other process can open the store.
        """
        if jobs < 1:
            raise InputError(f"{jobs} jobs do nothing; one does, and several go faster", jobs=jobs)
        self._jobs = jobs
        self._others: Processes | None = None
        self.replayer = Replayer(
            subject.store, subject.mapper, subject.book, subject.reactions, subject.zone, until
        )
        if jobs > 1:
            address = subject.store.address
            if address is None:
                message = f"{subject.store.url} is in this process alone; audit it with one job"
                raise InputError(message, jobs=jobs)
            types, reactions = subject.mapper.case_types, subject.reactions
            recipe = _Recipe(address, types, reactions, subject.zone, until)
            self._others = Processes(jobs, _begin, recipe)

    def carry_out(self, work: Sequence[Work]) -> Iterator[Any]:
        """
        Carry out *work*; give the results in its order, each as soon as its turn comes.

        Raises:
            InputError: If the other processes could not begin.
        """
        others = self._others
        if others is None:
            for piece in work:
                yield _carry_out(self.replayer, piece)
            return
        rest = iter(work)
        waiting: deque[Future[Any]] = deque()
        for piece in islice(rest, self._jobs * AHEAD):
            waiting.append(others.submit(_in_another_process, piece))
        while waiting:
            yield others.result(waiting.popleft())
            waiting.extend(others.submit(_in_another_process, p) for p in islice(rest, 1))

    def __enter__(self) -> Self:
        """Give the team itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Send everybody home; who was stopped half way waits for no piece to be finished."""
        if self._others is not None:
            self._others.close()


def _carry_out(replayer: Replayer, piece: Work) -> Any:
    if piece.kind == "follow":
        return follow(replayer.store, *piece.arguments)
    return replayer.replay(*piece.arguments)


_HERE: dict[str, Replayer] = {}
"""The replayer of this process, where it is one of several."""


def _begin(recipe: _Recipe) -> None:
    store = open_store(recipe.address, create=False)
    mapper = EventMapper(recipe.case_types)
    book = PolicyBook(store, mapper)
    book.refresh()
    _HERE["replayer"] = Replayer(store, mapper, book, recipe.reactions, recipe.zone, recipe.until)


def _in_another_process(piece: Work) -> Any:
    return _carry_out(_HERE["replayer"], piece)


def jobs_possible() -> int:
    """Give how many processes this machine can run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
