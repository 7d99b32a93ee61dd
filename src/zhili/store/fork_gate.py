"""
Nobody has a SQLite file open in the moment of a fork.

SQLite remembers within a process which locks that process holds. A child inherits the memory and
not the locks: it would believe in locks that it does not have, wait for some that nobody will ever
release, and lose what it wrote when the parent, knowing nothing of it, closes the file. So a fork
waits until no thread is using a file, and then every file is closed; whoever needs one afterwards
opens it anew.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, Protocol

__all__ = ["GATE", "ForkGate", "Forkable"]

WAIT_SECONDS: Final = 60
"""How long a fork waits for those inside; a commit that takes longer than that is stuck."""


class Forkable(Protocol):
    """What has a file open."""

    def let_go(self) -> None:
        """Close the file; the next use opens it again."""


class _Count:
    """Who is inside, in one process."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.inside = 0
        self.forking = False
        self.own = threading.local()

    @property
    def depth(self) -> int:
        """How often the present thread is inside."""
        return getattr(self.own, "depth", 0)


class ForkGate:
    """Counts who is using a file, and lets a fork happen while nobody is."""

    def __init__(self) -> None:
        """Let everybody in."""
        self._users: weakref.WeakSet[Forkable] = weakref.WeakSet()
        self._count = _Count()

    def add(self, user: Forkable) -> None:
        """Tell *user* to let go before every fork, for as long as it lives."""
        with self._count.changed:
            self._users.add(user)

    @contextmanager
    def inside(self) -> Generator[None]:
        """Be counted as using a file; wait while a fork is going on."""
        count = self._count
        with count.changed:
            while count.forking and not count.depth:
                count.changed.wait()
            count.inside += 1
            count.own.depth = count.depth + 1
        try:
            yield
        finally:
            with count.changed:
                count.own.depth -= 1
                count.inside -= 1
                if count.forking:
                    count.changed.notify_all()

    def close(self) -> None:
        """Keep newcomers out, wait until nobody else is inside, and close the files."""
        count = self._count
        count.changed.acquire()
        count.forking = True
        count.changed.wait_for(lambda: count.inside <= count.depth, WAIT_SECONDS)
        if count.inside == 0:
            for user in list(self._users):
                user.let_go()

    def open(self) -> None:
        """Let everybody in again, in the parent."""
        count = self._count
        count.forking = False
        count.changed.notify_all()
        count.changed.release()

    def open_anew(self) -> None:
        """Let everybody in, in the child, where nobody is inside yet."""
        self._count = _Count()


GATE: Final = ForkGate()
"""The gate of this process."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=GATE.close, after_in_parent=GATE.open, after_in_child=GATE.open_anew)
