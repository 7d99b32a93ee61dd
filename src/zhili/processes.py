"""Other processes that share a piece of work, and what is common to all who use them."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Generator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker
from typing import Any, TypeVar

from zhili.errors import InputError

__all__ = ["Processes"]

_Result = TypeVar("_Result")


class Processes:
    """
    So many processes, each begun once and then asked again and again.

    They are spawned and not forked: nobody knows which threads of a host hold which locks.
    """

    def __init__(self, number: int, begin: Callable[[Any], None], recipe: object) -> None:
        """Let each of *number* processes `begin(recipe)` when it is first needed."""
        self._number = number
        self._pool = ProcessPoolExecutor(
            number, mp_context=get_context("spawn"), initializer=_begin, initargs=(begin, recipe)
        )

    def submit(self, work: Callable[..., _Result], *arguments: object) -> Future[_Result]:
        """
        Have `work(*arguments)` carried out by one of them.

        Raises:
            InputError: If they could not begin.
        """
        try:
            with _without_interrupts():
                return self._pool.submit(_carry_out, work, arguments)
        except BrokenProcessPool as error:
            raise self._broken() from error

    def result(self, future: Future[_Result]) -> _Result:
        """
        Wait for what `submit` gave.

        Raises:
            InputError: If they could not begin, or one of them was ended from outside.
        """
        try:
            return future.result()
        except BrokenProcessPool as error:
            raise self._broken() from error

    def _broken(self) -> InputError:
        message = (
            "the other processes ended before their work was done; a script that asks for several "
            'jobs needs `if __name__ == "__main__":` around what it does, and must be a file; or '
            "use one job"
        )
        return InputError(message, jobs=self._number)

    def close(self) -> None:
        """Send everybody home; what has not begun is not begun any more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _without_interrupts() -> Generator[None]:
    """Let a process that begins here know nothing of Ctrl-C, from its birth."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows, where nobody inherits a mask
        yield
        return
    resource_tracker.ensure_running()  # beginning later, it would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(begin: Callable[[Any], None], recipe: object) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is interrupted is the process that asked
    begin(recipe)
    # What a piece of work leaves behind are no rings, but for its errors: one look after each does.
    gc.freeze()
    gc.disable()


def _carry_out(work: Callable[..., _Result], arguments: tuple[object, ...]) -> _Result:
    try:
        return work(*arguments)
    finally:
        gc.collect()
