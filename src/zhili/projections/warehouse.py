"""The warehouse: the register's rows in an in-memory DuckDB, where statistics are computed."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

from zhili.projections.daybook import DAYS, day_rows
from zhili.projections.hierarchy import UNITS, unit_rows
from zhili.projections.register import CASES, SPELLS, TABLES, Table
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
        self._organisation: Organisation | None = None
        self._units: frozenset[str] = frozenset()
        self._calendar: Calendar | None = None
        self._until = date.min
        self._span: tuple[frozenset[str], date, date] | None = None
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
        with self._lock:
            with self._transaction() as connection:
                connection.execute(f"DELETE FROM {table.name}")
                _read(connection, table, table.name, rows)
                self._positions[table.name] = _position(connection, table)
            self._follow(table)

    def refresh(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        """Put *rows* in the place of those with the same key, or add them."""
        same = " AND ".join(f"new.{name} = {table.name}.{name}" for name in table.key)
        with self._lock:
            with self._transaction() as connection:
                connection.execute(
                    f"CREATE OR REPLACE TEMP TABLE changed AS FROM {table.name} LIMIT 0"
                )
                _read(connection, table, "changed", rows)
                connection.execute(f"DELETE FROM {table.name} USING changed AS new WHERE {same}")
                connection.execute(f"INSERT INTO {table.name} FROM changed")
                connection.execute("DROP TABLE changed")
                self._positions[table.name] = _position(connection, table)
            self._follow(table)

    def load_units(self, organisation: Organisation) -> None:
        """
        Lay the organisation flat, for all units that had a case.

        Units that come with later rows are added with them.
        """
        with self._lock:
            self._organisation, self._units = organisation, self._units_present()
            self.load(UNITS, unit_rows(organisation, self._units))

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
            zones, first, last = self._span = self._span_present(calendar)
            self.load(
                DAYS,
                (row for zone in sorted(zones) for row in day_rows(calendar, zone, first, last)),
            )

    def _follow(self, table: Table) -> None:
        """Lay out what the new rows of *table* need, if they need more than is there."""
        organisation, calendar = self._organisation, self._calendar
        open_to_all = organisation if organisation is not None and organisation.open else None
        if table is SPELLS and open_to_all and self._units_present() - self._units:
            self.load_units(open_to_all)
        if table is CASES and calendar is not None and self._span_present(calendar) != self._span:
            self.load_days(calendar, self._until)

    def _units_present(self) -> frozenset[str]:
        rows = self._connection.execute("SELECT DISTINCT unit FROM spells").fetchall()
        return frozenset(unit for (unit,) in rows if unit is not None)

    def _span_present(self, calendar: Calendar) -> tuple[frozenset[str], date, date]:
        """Give the zones, and the first and the last day in whole years."""
        rows = self._connection.execute("SELECT DISTINCT zone FROM cases").fetchall()
        zones = frozenset({calendar.zone, *(zone for (zone,) in rows if zone is not None)})
        sql = """
            SELECT
                LEAST(MIN(opened_day), MIN(closed_day)), GREATEST(MAX(opened_day), MAX(closed_day))
            FROM cases
        """
        found = self._connection.execute(sql).fetchall()[0]
        years = [self._until.year - 1, self._until.year + 1] + [
            (EPOCH + timedelta(days=day)).year + way
            for day, way in zip(found, (-1, 1), strict=True)
            if day is not None
        ]
        first = max(min(years), YEAR_MIN)
        last = min(max(years), self._until.year + YEARS_AHEAD_MAX)
        return zones, date(first, 1, 1), date(last, 12, 31)

    @contextmanager
    def _transaction(self) -> Generator[DuckDBPyConnection, None, None]:
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
    sql = f"SELECT COALESCE(MAX(position), 0) FROM {table.name}"
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
