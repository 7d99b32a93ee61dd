"""What engines do in a forked child: begin anew, with nothing that the parent holds."""

from __future__ import annotations

import os
import weakref
from typing import Final, Protocol

__all__ = ["ENGINES"]


class _Forkable(Protocol):
    def after_fork(self) -> None: ...


ENGINES: Final[weakref.WeakSet[_Forkable]] = weakref.WeakSet()
"""The engines that are open in this process."""


def _child_begins() -> None:
    for engine in list(ENGINES):
        engine.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_child_begins)
