"""The register brought into a warehouse: streamed as text, two tables at a time, through files."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self

from zhili.projections.holding import HELD
from zhili.projections.register import SPELLS, Table
from zhili.projections.warehouse import Warehouse
from zhili.store.store import Outflow, Store

__all__ = ["load", "refresh"]

FILE_BYTES: Final = 64 * 1024 * 1024
"""So much text lies in a file before DuckDB reads it."""


def load(store: Store, *, since: int) -> tuple[Warehouse, int]:
    """
    Give a new warehouse with the register of *store*, and the log position that it stands at.

    Args:
        store: The store.

        since: The earliest instant that anybody will ask about, in microseconds: spells that were
            over by then are left out.
    """
    warehouse = Warehouse()
    with tempfile.TemporaryDirectory(prefix="zhili-") as folder, ThreadPoolExecutor(2) as two:

        def bring(tables: Sequence[Table]) -> int:
            with ExitStack() as stack:
                inflows = [stack.enter_context(_Inflow(warehouse, it, folder)) for it in tables]
                outflows = [Outflow(each.table, each, _over(each.table, since)) for each in inflows]
                return store.copy_out(outflows)

        shares = [HELD] if store.one_thread else [HELD[:1], HELD[1:]]
        positions = set(map(bring, shares) if store.one_thread else two.map(bring, shares))
    # Each saw a moment of its own; what happened between the two is refreshed from the first.
    position = min(positions)
    if len(positions) > 1:
        position = refresh(store, warehouse, position, since=since)
    return warehouse, position


def refresh(store: Store, warehouse: Warehouse, after: int, *, since: int) -> int:
    """Put the rows of cases that have events above *after* in place; give the position then."""
    with tempfile.TemporaryDirectory(prefix="zhili-") as folder:
        paths = {table: Path(folder, table.name) for table in HELD}
        with ExitStack() as stack:
            files = {table: stack.enter_context(path.open("wb")) for table, path in paths.items()}
            outflows = [Outflow(table, file, _over(table, since)) for table, file in files.items()]
            position = store.copy_out(outflows, after)
        warehouse.replace(paths)
    return position


def _over(table: Table, since: int) -> str:
    """Give the condition that leaves out what was over by *since*."""
    return f"until IS NULL OR until > {since:d}" if table.name == SPELLS.name else ""


class _Inflow:
    """What takes rows on their way in; from time to time the warehouse reads what has come."""

    def __init__(self, warehouse: Warehouse, table: Table, folder: str) -> None:
        self.table = table
        self._warehouse = warehouse
        self._path = Path(folder, table.name)
        self._file = self._path.open("wb")

    def write(self, rows: bytes) -> None:
        """Take whole rows."""
        self._file.write(rows)
        if self._file.tell() >= FILE_BYTES:
            self._read()
            self._file.seek(0)
            self._file.truncate()

    def _read(self) -> None:
        self._file.flush()
        self._warehouse.take(self.table, self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._read()
        self._file.close()
