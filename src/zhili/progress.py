"""How long work tells how far it is; a caller stops it by raising."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "silent"]

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how much of it is done, and how much there is, if known."""


def silent(_what: str, _done: int, _total: int | None) -> None:
    """Say nothing."""
