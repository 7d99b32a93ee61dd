"""Noticing, in constant memory, that a walk through the pages of a store goes in a circle."""

from __future__ import annotations

from zhili.errors import StoreError

__all__ = ["Walk"]


class Walk:
    """
    A walk from place to place, each of them beyond the one before.

    In a damaged file an index may lead back to where it came from, for ever. A place is remembered
    after one, two, four, eight … steps; whoever goes in a circle comes by it again (R. P. Brent).
    """

    def __init__(self) -> None:
        """Begin somewhere."""
        self._kept: object = None
        self._steps = 0
        self._until = 1

    def come_by(self, place: object) -> None:
        """
        Note where a page ended.

        Raises:
            StoreError: If the walk has been there before.
        """
        if self._kept is not None and place == self._kept:
            message = f"reading comes back to {place}: the file is damaged; restore a backup"
            raise StoreError(message, place=place)
        self._steps += 1
        if self._steps == self._until:
            self._kept, self._steps, self._until = place, 0, 2 * self._until
