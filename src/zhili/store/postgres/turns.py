"""Threads that commit at the same moment: one of them commits for all who wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["Turns"]

_Work = TypeVar("_Work")
_Answer = TypeVar("_Answer")


class _Turn(Generic[_Work, _Answer]):
    """One thread's work: waiting, or answered, or called to lead."""

    def __init__(self, work: _Work) -> None:
        self.work = work
        self.answer: _Answer | Exception | None = None
        self.leads = False
        self.gate = Lock()
        self.gate.acquire()


class Turns(Generic[_Work, _Answer]):
    """
    A queue before one door.

    Whoever finds nobody at the door leads: takes with it what is waiting, up to a limit, carries
    all of it out at once, gives everybody their answer, and calls the next to lead. Who comes
    alone has nobody to wait for.
    """

    def __init__(
        self,
        carry_out: Callable[[Sequence[_Work]], Sequence[_Answer | Exception]],
        *,
        lost: Callable[[], Exception],
        together_max: int,
    ) -> None:
        """
        Make an empty queue.

        Args:
            carry_out: Does several works, and gives as many answers, or what each has to raise.

            lost: Makes what a thread has to raise if its leader was interrupted.

            together_max: How many works are carried out at once at most.
        """
        self._carry_out = carry_out
        self._lost = lost
        self._together_max = together_max
        self._lock = Lock()
        self._led = False
        self._waiting: list[_Turn[_Work, _Answer]] = []

    def take(self, work: _Work) -> _Answer:
        """Have *work* carried out, by this thread or by another, and give its answer."""
        turn: _Turn[_Work, _Answer] = _Turn(work)
        try:
            with self._lock:
                turn.leads = not self._led
                self._led = True
                self._waiting.append(turn)
            if not turn.leads:
                turn.gate.acquire()
            if turn.leads:
                self._lead(turn)
        except BaseException:  # an interruption: nobody may wait for one who is gone
            with self._lock:
                if turn in self._waiting:
                    self._waiting.remove(turn)
            if turn.leads:
                self._call_next(turn)
            raise
        if isinstance(turn.answer, Exception):
            raise turn.answer
        assert turn.answer is not None
        return turn.answer

    def _lead(self, turn: _Turn[_Work, _Answer]) -> None:
        together: list[_Turn[_Work, _Answer]] = []
        try:
            with self._lock:
                together = self._waiting[: self._together_max]
                del self._waiting[: len(together)]
            answers = self._carry_out([each.work for each in together])
            for each, answer in zip(together, answers, strict=True):
                each.answer = answer
        finally:
            self._call_next(turn)  # first: while the others go on, the next are being written
            for each in together:
                if each is not turn:
                    each.answer = self._lost() if each.answer is None else each.answer
                    each.gate.release()

    def _call_next(self, turn: _Turn[_Work, _Answer]) -> None:
        """Let whoever has waited longest lead after *turn*."""
        with self._lock:
            turn.leads = False
            self._led = bool(self._waiting)
            if self._waiting:
                first = self._waiting[0]
                first.leads = True
                first.gate.release()
