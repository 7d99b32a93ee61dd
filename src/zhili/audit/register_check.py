"""The register against the fold, case by case, both read in the order of the cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from zhili.audit.judge import FORGED, fold, raise_interruption
from zhili.errors import StoreError
from zhili.projections.register import TABLES, Table, rows_of

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.audit.notes import Notes
    from zhili.projections.register import Rows
    from zhili.store import EventMapper, Store

__all__ = ["RegisterCheck"]

CATCH_UPS_MAX: Final = 20
"""How often a case that is moved all the time is folded on before it is left uncompared."""

_FREE: Final = {
    table.name: table.names.index("position") for table in TABLES if table.name != "cases"
}
"""Where a row may say any position: a spell is written when it changes, not with every event."""


class RegisterCheck:
    """Compares the register's rows of a span of cases with what the log gives."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it reads, and where it notes
        self,
        store: Store,
        mapper: EventMapper,
        zone: str,
        findings: Notes,
        remarks: Notes,
        span: tuple[str, str],
    ) -> None:
        """Read the register of the cases in *span*: ids above the first, up to the second."""
        self._store = store
        self._mapper = mapper
        self._zone = zone
        self._findings = findings
        self._remarks = remarks
        self._rows = [self._peekable(table, span) for table in TABLES]
        self._ahead: list[tuple[Any, ...] | None] = [next(rows, None) for rows in self._rows]

    def _peekable(self, table: Table, span: tuple[str, str]) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._store.register_by_case(table, *span)
        except StoreError as error:
            detail = f"{table.name} cannot be read: {error.message}"
            self._findings.add("register-differs", detail)

    def compare(self, case: Case, position: int, expected: Rows | None) -> None:
        """Compare the rows of *case*, which has none if it stands in no register."""
        case_id = str(case.id)
        differs = False
        for n, table in enumerate(TABLES):
            found = self._take(n, table, case_id)
            right = expected[n] if expected else ()
            differs = differs or not _equal(table, right, found)
        if differs:
            self._look_again(case, case_id, position)

    def end(self) -> None:
        """Note what is left: rows of cases that the log does not know."""
        for n, table in enumerate(TABLES):
            self._take(n, table, None)

    def _take(self, n: int, table: Table, case_id: str | None) -> list[tuple[Any, ...]]:
        """Give the rows of *case_id*; those of cases before it belong to nobody in the log."""
        taken: list[tuple[Any, ...]] = []
        row, stranger = self._ahead[n], None
        # A case id that is no text, as only tampering makes it, comes in no order with the others.
        while row is not None and (
            case_id is None or not isinstance(row[0], str) or row[0] <= case_id
        ):
            if row[0] == case_id:
                taken.append(row)
            elif row[0] != stranger:
                stranger = row[0]
                self._note_stranger(table, str(stranger))
            row = next(self._rows[n], None)
        self._ahead[n] = row
        return taken

    def _note_stranger(self, table: Table, case_id: str) -> None:
        try:
            if self._store.versions([UUID(case_id)]):
                return  # it was opened while the log was read, or its events could not be read
        except ValueError:
            pass  # what is no id of a case is in no log
        detail = f"{table.name} has rows of a case that is not in the log"
        self._findings.add("register-differs", detail, case_id=case_id)

    def _look_again(self, case: Case, case_id: str, position: int) -> None:
        """Say what differs; where the case has moved meanwhile, fold on and compare again."""
        for _ in range(CATCH_UPS_MAX):
            differences = self._differences(case, case_id, position)
            newer = self._store.events(case.id, after=case.version) if differences else ()
            if not newer:
                for detail in differences:
                    self._findings.add("register-differs", detail, case_id=case_id)
                return
            try:
                case = case.copy()
                for n, stored in enumerate(newer, case.version + 1):
                    if stored.originator_version != n:
                        return  # a hole, and found as such where the log is followed by case
                    case = fold(case, self._mapper.to_domain_event(stored))
            except FORGED as error:
                raise_interruption(error)
                detail = f"it cannot be folded: {type(error).__name__}: {error}"
                self._findings.add("unfoldable-event", detail, case_id=case_id)
                return
            place = self._store.place(case.id, case.version)
            position = place[0] if place else position
        detail = "the case moved faster than it was read"
        self._remarks.add("not-compared", detail, case_id=case_id)

    def _differences(self, case: Case, case_id: str, position: int) -> list[str]:
        expected = rows_of(case, self._zone, position) if type(case).registered else None
        found: list[str] = []
        for n, table in enumerate(TABLES):
            try:
                found.extend(self._differing(case_id, table, expected[n] if expected else ()))
            except StoreError as error:
                found.append(f"{table.name} cannot be read: {error.message}")
        return found

    def _differing(
        self, case_id: str, table: Table, expected: tuple[tuple[Any, ...], ...]
    ) -> Iterator[str]:
        sql = f"SELECT {', '.join(table.names)} FROM {table.name} WHERE case_id = :case_id"
        kept = {_key(table, row): row for row in self._store.rows(sql, {"case_id": case_id})}
        for row in expected:
            stored = kept.pop(_key(table, row), None)
            if stored is None:
                yield f"{table.name} lacks the row {_key(table, row)}"
                continue
            for column, right, found in zip(table.names, row, stored, strict=True):
                free = column == "position" and table.name != "cases"
                if not free and right != found and (right is not None or found is not None):
                    yield f"{table.name}.{column} is {found!r}, the log gives {right!r}"
        for key in kept:
            yield f"{table.name} has a row {key} that the log does not give"


def _equal(table: Table, right: tuple[tuple[Any, ...], ...], found: list[tuple[Any, ...]]) -> bool:
    if len(right) != len(found):
        return False
    free, keys = _FREE.get(table.name), len(table.key)
    if free is None:
        return list(right) == found
    ordered = sorted(right, key=lambda row: row[:keys]) if len(right) > 1 else right
    after = free + 1
    return all(
        one[:free] == other[:free] and one[after:] == other[after:]
        for one, other in zip(ordered, found, strict=True)
    )


def _key(table: Table, row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(row[table.names.index(name)] for name in table.key)
