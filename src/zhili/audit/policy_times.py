"""Which version of every policy was in force where in the log."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from zhili.commands.policy import policy_id
from zhili.policies import POLICIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhili.policies.rules import Rules
    from zhili.store import Store
    from zhili.store.policy_book import PolicyBook

__all__ = ["PolicyTimes"]

JUDGED_MAX: Final = 10_000
"""How many combinations of versions are remembered: a forged log may name any number of them."""


class PolicyTimes:
    """
    The policies in force at every position of a log.

    A commit insists that no policy was published since it was decided: so what was in force for an
    event is what was published before its position, and nothing else.
    """

    def __init__(self, store: Store, book: PolicyBook) -> None:
        """Find where every version of *book* was published."""
        self._book = book
        found: list[tuple[int, str, int]] = []
        for name in POLICIES:
            for version in book.versions(name):
                place = store.place(policy_id(name), version.version)
                if place is not None:
                    found.append((place[0], name, version.version))
        found.sort()
        self._positions = [position for position, _, _ in found]
        self._versions: list[dict[str, int]] = [{}]
        for _, name, number in found:
            self._versions.append({**self._versions[-1], name: number})
        self._judged: dict[tuple[int, tuple[tuple[str, int], ...]], tuple[Rules, str]] = {}

    def in_force(self, position: int) -> Mapping[str, int]:
        """Give the version of every policy that was in force for the event at *position*."""
        return self._versions[bisect_left(self._positions, position)]

    def rules(self, position: int) -> Rules:
        """Give the rules that were in force for the event at *position*."""
        return self._book.named(self.in_force(position))

    def named(self, named: Mapping[str, int], position: int) -> tuple[Rules, str]:
        """Give the rules that an event names, and what is wrong with naming them there, or ''."""
        turn = bisect_left(self._positions, position)
        key = (turn, tuple(named.items()))
        found = self._judged.get(key)
        if found is None:
            if len(self._judged) >= JUDGED_MAX:
                self._judged.clear()
            found = self._judged[key] = (self._book.named(named), self._wrong(named, turn))
        return found

    def _wrong(self, named: Mapping[str, int], turn: int) -> str:
        in_force = self._versions[turn]
        wrong = [
            f"{name} {version}, when {in_force.get(name, 'none')} was in force"
            for name, version in named.items()
            if in_force.get(name) != version
        ]
        return f"it names {'; '.join(wrong)}" if wrong else ""
