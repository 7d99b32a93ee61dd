"""A fingerprint of rows that does not depend on their order: do two files hold the same?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from zhili.store.store import LogRow

__all__ = ["Fingerprint"]

SPAN: Final = 2**256


class Fingerprint:
    """The sum of the digests of all rows, and how many there are."""

    def __init__(self) -> None:
        """Begin with none."""
        self.count = 0
        self._sum = 0

    def of_events(self, rows: Iterable[LogRow]) -> Iterator[LogRow]:
        """Pass events on, taking them in."""
        for row in rows:
            said = f"{row.position} {row.version} {row.oversize} {row.case_id!r} {row.topic!r} "
            self._take(said.encode(errors="backslashreplace") + row.link + b" " + row.state)
            yield row

    def of_rows(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """Pass rows of a table on, taking them in."""
        for row in rows:
            plain = [int(value) if isinstance(value, bool) else value for value in row]
            self._take(repr(plain).encode(errors="backslashreplace"))
            yield row

    def _take(self, said: bytes) -> None:
        self.count += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(said).digest())) % SPAN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fingerprint) and self._both() == other._both()

    def __hash__(self) -> int:
        return hash(self._both())

    def _both(self) -> tuple[int, int]:
        return self.count, self._sum
