"""The warehouse: the register's rows in an in-memory DuckDB, where statistics are computed."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

from zhili.projections.daybook import DAYS, day_rows
from zhili.projections.hierarchy import UNITS, unit_rows
from zhili.projections.register import TABLES, Table
from zhili.values import EPOCH

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from zhili.policies.calendar import Calendar
    from zhili.policies.organisation import Organisation

__all__ = ["Warehouse", "types_of"]

TYPES: Final = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "instant": "BIGINT",
    "boolean": "BOOLEAN",
}
SETTINGS: Final = {
    "autoinstall_known_extensions": "false",  # nothing is fetched from anywhere
    "autoload_known_extensions": "false",
}
YEAR_MIN: Final = 1900
YEARS_AHEAD_MAX: Final = 50
"""A wild year in somebody's data is no reason to lay out ten thousand of them."""

READ: Final = """
    INSERT INTO {table}
    SELECT * FROM read_csv(
        $path, columns = {columns}, header = false, delim = ',', quote = '"', escape = '"',
        new_line = '\\r\\n', nullstr = '', allow_quoted_nulls = false, auto_detect = false,
        max_line_size = 16777216
    )
"""


class Warehouse:
    """
    The register and what statistics need beside it: `cases`, `spells`, `parts`, `units`, `days`.

    Safe from many threads: each asks through a cursor of its own, and sees every load or refresh
    whole or not at all. It lives in memory and in one process; a forked child makes a new one.
    """

    def __init__(self) -> None:
        """Make the tables, empty."""
        import duckdb  # noqa: PLC0415 - slow to import, and needed by statistics only

        self._lock = RLock()
        self._connection = duckdb.connect(":memory:", config=dict(SETTINGS))
        self._positions: dict[str, int] = {}
        self._units_of: tuple[Organisation, frozenset[str]] | None = None
        self._days_of: tuple[Calendar, frozenset[str], date, date] | None = None
        for table in (*TABLES, UNITS, DAYS):
            columns = ", ".join(f'"{name}" {kind}' for name, kind in types_of(table).items())
            self._connection.execute(f"CREATE TABLE {table.name} ({columns})")

    @property
    def positions(self) -> dict[str, int]:
        """The highest log position among the rows of every table that was loaded."""
        with self._lock:
            return dict(self._positions)

    def cursor(self) -> DuckDBPyConnection:
        """Give a cursor: one for each thread."""
        with self._lock:
            return self._connection.cursor()

    def load(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        """Replace all rows of *table*, with its columns in their order."""
        with self._lock, self._transaction() as connection:
            connection.execute(f"DELETE FROM {table.name}")  # noqa: S608 - a table of our own
            _read(connection, table, table.name, rows)
            self._positions[table.name] = _position(connection, table)

    def refresh(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        """Put *rows* in the place of those with the same key, or add them."""
        same = " AND ".join(f"new.{name} = {table.name}.{name}" for name in table.key)
        with self._lock, self._transaction() as connection:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE changed AS FROM {table.name} LIMIT 0")
            _read(connection, table, "changed", rows)
            connection.execute(f"DELETE FROM {table.name} USING changed AS new WHERE {same}")  # noqa: S608 - names of our own tables
            connection.execute(f"INSERT INTO {table.name} FROM changed")
            connection.execute("DROP TABLE changed")
            self._positions[table.name] = _position(connection, table)

    def load_units(self, organisation: Organisation) -> None:
        """Lay the organisation flat, for all units that had a case; nothing if all is as it was."""
        with self._lock:
            rows = self._connection.execute("SELECT DISTINCT unit FROM spells").fetchall()
            present = frozenset(unit for (unit,) in rows if unit is not None)
            if not organisation.open:
                present = frozenset()
            if self._units_of == (organisation, present):
                return
            self.load(UNITS, unit_rows(organisation, present))
            self._units_of = (organisation, present)

    def load_days(self, calendar: Calendar, until: date) -> None:
        """
        Lay the calendar flat, in every zone that cases have; nothing if all is as it was.

        It reaches from the first day of any case to the last, or to *until* if that is later.
        """
        with self._lock:
            zones = frozenset({calendar.zone, *self._zones()})
            first, last = self._reach(until)
            if self._days_of == (calendar, zones, first, last):
                return
            self.load(
                DAYS,
                (row for zone in sorted(zones) for row in day_rows(calendar, zone, first, last)),
            )
            self._days_of = (calendar, zones, first, last)

    def _zones(self) -> list[str]:
        rows = self._connection.execute("SELECT DISTINCT zone FROM cases").fetchall()
        return [zone for (zone,) in rows if zone is not None]

    def _reach(self, until: date) -> tuple[date, date]:
        """Give whole years, so that one more case or midnight seldom changes anything."""
        sql = """
            SELECT
                LEAST(MIN(opened_day), MIN(closed_day)), GREATEST(MAX(opened_day), MAX(closed_day))
            FROM cases
        """
        found = self._connection.execute(sql).fetchall()[0]
        years = [until.year + 1] + [
            (EPOCH + timedelta(days=day)).year + way
            for day, way in zip(found, (-1, 1), strict=True)
            if day is not None
        ]
        first = max(min(years), YEAR_MIN)
        last = min(max(years), until.year + YEARS_AHEAD_MAX)
        return date(first, 1, 1), date(last, 12, 31)

    @contextmanager
    def _transaction(self) -> Iterator[DuckDBPyConnection]:
        self._connection.execute("BEGIN TRANSACTION")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def types_of(table: Table) -> dict[str, str]:
    """Give the SQL type of every column: the same in DuckDB and in PostgreSQL."""
    return {column.name: TYPES[column.kind] for column in table.columns}


def _position(connection: DuckDBPyConnection, table: Table) -> int:
    if "position" not in table.names:
        return 0
    sql = f"SELECT COALESCE(MAX(position), 0) FROM {table.name}"  # noqa: S608 - a table of our own
    return int(connection.execute(sql).fetchall()[0][0])


def _read(
    connection: DuckDBPyConnection, table: Table, target: str, rows: Iterable[Sequence[Any]]
) -> None:
    """Bring rows in through a file: a thousand times faster than one INSERT for each."""
    handle, name = tempfile.mkstemp(prefix="zhili-", suffix=".csv")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            _write(file, rows)
        if path.stat().st_size:
            sql = READ.format(table=target, columns=types_of(table))
            connection.execute(sql, {"path": name})
    finally:
        path.unlink()


def _write(file: Any, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows so that nothing and an empty text differ: the one bare, the other quoted."""
    writer = csv.writer(file, lineterminator="\r\n")
    for row in rows:
        if "" in row:
            file.write(",".join(map(_quoted, row)) + "\r\n")
        else:
            writer.writerow(row)


def _quoted(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return str(value)
