"""The register as it stood at one position of the log, while others write on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from zhili.audit.judge import FORGED
from zhili.projections.register import CASES, TABLES, Rows, rows_of
from zhili.store.store import LogRow

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.store import EventMapper, Store

__all__ = ["RegisterAt"]

PAGE: Final = 2000


class RegisterAt:
    """
    The register's rows at one position.

    At the head they are those that are stored, faults included, but for the cases that moved while
    they were read: these are folded up to the position. At an earlier position all are folded.
    """

    def __init__(self, store: Store, mapper: EventMapper, *, zone: str, position: int) -> None:
        """Read from *store*; nothing is read before somebody asks for rows."""
        self._store = store
        self._mapper = mapper
        self._zone = zone
        self.position = position
        self._seen = position
        self.moved: set[str] = set()
        self.unfoldable: list[str] = []

    def follow(self) -> None:
        """Take in which cases have moved beyond the position since this was last asked."""
        head = self._store.head().position
        for row in self._store.log(after=self._seen, until=head):
            self.moved.add(row.case_id)
        self._seen = max(self._seen, head)

    def stored(self) -> Iterator[Rows]:
        """Give the rows as they are stored, some thousand cases at a time."""
        after = ""
        while True:
            cases = list(islice(self._store.register_by_case(CASES, after), PAGE))
            until = str(cases[-1][0]) if len(cases) == PAGE else ""
            spells, parts = (
                list(self._store.register_by_case(table, after, until)) for table in TABLES[1:]
            )
            # What anybody wrote before these were read is known after this.
            self.follow()
            yield self._as_of(cases, spells, parts, after, until)
            if not until:
                return
            after = until

    def _as_of(
        self,
        cases: list[tuple[Any, ...]],
        spells: list[tuple[Any, ...]],
        parts: list[tuple[Any, ...]],
        after: str,
        until: str,
    ) -> Rows:
        """Put the rows at the position in the place of those that moved meanwhile."""
        found = tuple(map(tuple, (cases, spells, parts)))
        moved = sorted(one for one in self.moved if one > after and (not until or one <= until))
        if not moved:
            return Rows(*found)
        kept = [[row for row in rows if row[0] not in self.moved] for rows in found]
        for case_id in moved:
            for rows, fresh in zip(kept, self._folded_case(case_id), strict=True):
                rows.extend(fresh)
        return _sorted(Rows(*map(tuple, kept)))

    def _folded_case(self, case_id: str) -> Rows:
        try:
            known = UUID(case_id)
        except ValueError:
            return NONE
        rows: list[LogRow] = []
        for stored in self._store.events(known):
            place = self._store.place(known, stored.originator_version)
            if place is None or place[0] > self.position:
                break
            row = LogRow(
                place[0], case_id, stored.originator_version, stored.topic, stored.state, place[1]
            )
            rows.append(row)
        return self._fold(case_id, rows)

    def folded(self) -> Iterator[Rows]:
        """Give the rows as the log gives them, some thousand cases at a time."""
        rest = groupby(self._store.log_by_case(), key=lambda row: row.case_id)
        folds = (
            self._fold(case_id, (row for row in rows if row.position <= self.position))
            for case_id, rows in rest
        )
        while some := list(islice(folds, PAGE)):
            tables = zip(*some, strict=True)
            yield Rows(*(tuple(row for rows in table for row in rows) for table in tables))

    def _fold(self, case_id: str, rows: Any) -> Rows:
        case: Case | None = None
        position = 0
        try:
            for row in rows:
                case = self._mapper.to_domain_event(row.stored).mutate(case)
                position = row.position
            if case is None or not case.registered:
                return NONE
            return _sorted(rows_of(case, self._zone, position))
        except FORGED:
            self.unfoldable.append(case_id)
            return NONE


def _sorted(rows: Rows) -> Rows:
    """Give rows in the order of their keys, as a store gives them."""
    return Rows(
        *(
            tuple(sorted(some, key=itemgetter(slice(len(table.key)))))  # its first columns
            for table, some in zip(TABLES, rows, strict=True)
        )
    )


NONE: Final = Rows((), (), ())
