"""The warehouse: rows of the register in an in-memory DuckDB, where statistics are computed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhili.projections.daybook import DAYS, day_rows
from zhili.projections.hierarchy import UNITS, unit_rows
from zhili.projections.holding import HELD, held
from zhili.projections.register import CASES, SPELLS, Table
from zhili.projections.row_text import read_statement, types_of, write_rows
from zhili.values import EPOCH

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from zhili.policies.calendar import Calendar
    from zhili.policies.organisation import Organisation

__all__ = ["Warehouse", "types_of"]

SETTINGS: Final = {
    "autoinstall_known_extensions": "false",  # nothing is fetched from anywhere
    "autoload_known_extensions": "false",
    "preserve_insertion_order": "false",  # rows have no order, and so all cores bring them in
}
YEAR_MIN: Final = 1900
YEARS_AHEAD_MAX: Final = 50
"""A wild year in somebody's data is no reason to lay out ten thousand of them."""


class _Present(NamedTuple):
    """What the rows speak of, and so `units` and `days` have to: it only grows."""

    units: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    days: tuple[int, ...] = ()
    """The first and the last day on which a case was opened or closed; nothing without cases."""

    newest: int | None = None
    """The latest instant that a case tells."""

    def and_also(self, other: _Present) -> _Present:
        """Give what both speak of."""
        days = (*self.days, *other.days)
        instants = [instant for instant in (self.newest, other.newest) if instant is not None]
        return _Present(
            self.units | other.units,
            self.zones | other.zones,
            (min(days), max(days)) if days else (),
            max(instants, default=None),
        )


class Warehouse:
    """
    What statistics need: `cases`, `spells` and `parts` as far as `HELD` says, `units` and `days`.

    Safe from many threads: each asks through a cursor of its own, and sees every load or refresh
    whole or not at all. It lives in memory and in one process; a forked child makes a new one.
    """

    def __init__(self) -> None:
        """Make the tables, empty."""
        import duckdb  # noqa: PLC0415 - slow to import, and needed by statistics only

        self._lock = RLock()
        self._connection = duckdb.connect(":memory:", config=dict(SETTINGS))
        self._organisation: Organisation | None = None
        self._units: frozenset[str] = frozenset()
        self._calendar: Calendar | None = None
        self._until = date.min
        self._span: tuple[frozenset[str], date, date] | None = None
        self._present: _Present | None = _Present()
        for table in (*HELD, UNITS, DAYS):
            columns = ", ".join(f'"{name}" {kind}' for name, kind in types_of(table).items())
            self._connection.execute(f"CREATE TABLE {table.name} ({columns})")

    @property
    def newest(self) -> int | None:
        """The latest instant that a case tells, in microseconds; None if there is none."""
        with self._lock:
            return self._speaks_of().newest

    def cursor(self) -> DuckDBPyConnection:
        """Give a cursor: one for each thread."""
        with self._lock:
            return self._connection.cursor()

    def load(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        """Replace all rows of *table*; they have its columns in their order."""
        with self._lock:
            with _file_of(table, rows) as path, self._transaction() as connection:
                connection.execute(f"DELETE FROM {table.name}")
                _read(connection, table, table.name, path)
            self._follow(None)

    def take(self, table: Table, path: Path) -> None:
        """
        Add the rows in a text file, all of them new.

        It does not wait for others, and nothing is laid out: call `load_units` and `load_days` when
        all is in. Whoever takes in several files keeps the warehouse to himself meanwhile.
        """
        _read(self.cursor(), held(table), table.name, path)
        with self._lock:
            self._present = None

    def replace(self, files: Mapping[Table, Path]) -> None:
        """
        Put the rows in *files* in the place of all rows of the same cases.

        Args:
            files: The text file for every table of the register. A case that is not in that of
                `cases` is left alone.
        """
        with self._lock:
            with self._transaction() as connection:
                for table, path in files.items():
                    target = f"changed_{table.name}"
                    connection.execute(f"CREATE TEMP TABLE {target} AS FROM {table.name} LIMIT 0")
                    _read(connection, held(table), target, path)
                for table in files:
                    connection.execute(
                        f"DELETE FROM {table.name} "
                        "WHERE case_id IN (SELECT case_id FROM changed_cases)"
                    )
                    connection.execute(f"INSERT INTO {table.name} FROM changed_{table.name}")
                changed = self._spoken_of("changed_")
                for table in files:
                    connection.execute(f"DROP TABLE changed_{table.name}")
            self._follow(changed)

    def load_units(self, organisation: Organisation) -> None:
        """
        Lay the organisation flat, for all units that had a case.

        Units that come with later rows are added with them.
        """
        with self._lock:
            self._organisation, self._units = organisation, self._speaks_of().units
            self._lay(UNITS, unit_rows(organisation, self._units))

    def load_days(self, calendar: Calendar, until: date | None = None) -> None:
        """
        Lay the calendar flat, in its own zone and those that cases have.

        Args:
            calendar: The calendar in force.

            until: The last day that anybody may ask about; today, if nobody says. Days of cases
                are always covered, of later rows too.
        """
        with self._lock:
            today = datetime.now(UTC).date()
            self._calendar, self._until = calendar, max(until or today, today)
            zones, first, last = self._span = self._span_of(calendar)
            rows = (row for zone in sorted(zones) for row in day_rows(calendar, zone, first, last))
            self._lay(DAYS, rows)

    def _lay(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        with _file_of(table, rows) as path, self._transaction() as connection:
            connection.execute(f"DELETE FROM {table.name}")
            _read(connection, table, table.name, path)

    def _follow(self, changed: _Present | None) -> None:
        """Lay out what the rows need that is not there; look at all of them, or at what changed."""
        self._present = self._speaks_of().and_also(changed) if changed else None
        organisation, calendar = self._organisation, self._calendar
        open_to_all = organisation is not None and organisation.open
        if organisation and open_to_all and self._speaks_of().units - self._units:
            self.load_units(organisation)
        if calendar is not None and self._span_of(calendar) != self._span:
            self.load_days(calendar, self._until)

    def _speaks_of(self) -> _Present:
        if self._present is None:
            self._present = self._spoken_of("")
        return self._present

    def _spoken_of(self, prefix: str) -> _Present:
        """Look at all rows of the tables whose names begin so."""
        cases, spells = f"{prefix}{CASES.name}", f"{prefix}{SPELLS.name}"
        ask = self._connection.execute
        units = ask(f"SELECT DISTINCT unit FROM {spells} WHERE unit IS NOT NULL").fetchall()
        zones = ask(f"SELECT DISTINCT zone FROM {cases} WHERE zone IS NOT NULL").fetchall()
        ((first, last, newest),) = ask(
            "SELECT LEAST(MIN(opened_day), MIN(closed_day)), "
            f"GREATEST(MAX(opened_day), MAX(closed_day)), MAX(last_at) FROM {cases}"
        ).fetchall()
        return _Present(
            frozenset(unit for (unit,) in units),
            frozenset(zone for (zone,) in zones),
            () if first is None else (first, last),
            newest,
        )

    def _span_of(self, calendar: Calendar) -> tuple[frozenset[str], date, date]:
        """Give the zones, and the first and the last day in whole years."""
        present = self._speaks_of()
        years = [self._until.year - 1, self._until.year + 1] + [
            (EPOCH + timedelta(days=day)).year + way
            for day, way in zip(present.days, (-1, 1), strict=False)
        ]
        first = max(min(years), YEAR_MIN)
        last = min(max(years), self._until.year + YEARS_AHEAD_MAX)
        return present.zones | {calendar.zone}, date(first, 1, 1), date(last, 12, 31)

    @contextmanager
    def _transaction(self) -> Generator[DuckDBPyConnection, None, None]:
        self._connection.execute("BEGIN TRANSACTION")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


@contextmanager
def _file_of(table: Table, rows: Iterable[Sequence[Any]]) -> Generator[Path, None, None]:
    """Write rows into a file: a thousand times faster than one INSERT for each."""
    handle, name = tempfile.mkstemp(prefix="zhili-", suffix=".csv")
    kept = [table.names.index(name) for name in held(table).names]
    try:
        with os.fdopen(handle, "wb") as file:
            write_rows(file, ([row[at] for at in kept] for row in rows))
        yield Path(name)
    finally:
        Path(name).unlink()


def _read(connection: DuckDBPyConnection, table: Table, target: str, path: Path) -> None:
    if path.stat().st_size:
        connection.execute(read_statement(held(table), target), {"path": str(path)})
