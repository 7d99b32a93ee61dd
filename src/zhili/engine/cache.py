"""The engine's own cache of folded cases: only what is committed ever enters it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhili.aggregates import Case
    from zhili.projections.register import Rows

__all__ = ["Cache"]

NONE: Final[Mapping[UUID, Rows]] = MappingProxyType({})


class Cache:
    """The cases used last, never more than a given number of them."""

    def __init__(self, size_max: int) -> None:
        """Keep *size_max* cases at most."""
        self._size_max = size_max
        self._cases: OrderedDict[UUID, Case] = OrderedDict()
        self._rows: dict[UUID, tuple[Case, Rows]] = {}
        self._lock = threading.Lock()

    def get(self, case_id: UUID) -> Case | None:
        """Give a case as it was when it was last committed or read. Not to be changed."""
        with self._lock:
            case = self._cases.get(case_id)
            if case is not None:
                self._cases.move_to_end(case_id)
            return case

    def rows(self, case: Case) -> Rows | None:
        """Give the register's rows of *case*, which `get` gave, if they were kept with it."""
        kept = self._rows.get(case.id)
        return kept[1] if kept is not None and kept[0] is case else None

    def put(self, cases: Iterable[Case], rows: Mapping[UUID, Rows] = NONE) -> None:
        """Keep *cases* and their *rows*, unless a later version is kept already."""
        with self._lock:
            for case in cases:
                kept = self._cases.get(case.id)
                if kept is None or kept.version < case.version:
                    self._cases[case.id] = case
                    self._cases.move_to_end(case.id)
                    if case.id in rows:
                        self._rows[case.id] = (case, rows[case.id])
            while len(self._cases) > self._size_max:
                self._rows.pop(self._cases.popitem(last=False)[0], None)

    def drop(self, case_ids: Iterable[UUID]) -> None:
        """Forget cases."""
        with self._lock:
            for case_id in case_ids:
                self._cases.pop(case_id, None)
                self._rows.pop(case_id, None)

    def after_fork(self) -> None:
        """Begin anew in a child: the parent's lock may be held by a thread that is not here."""
        self._lock = threading.Lock()
        self._cases = OrderedDict()
        self._rows = {}
