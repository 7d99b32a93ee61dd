"""The record as questions see it: one position, the register, a warehouse kept fresh."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from zhili.projections.register import TABLES

if TYPE_CHECKING:
    from zhili.aggregates import Case, CaseEvent
    from zhili.engine.engine import Engine
    from zhili.policies.rules import Rules
    from zhili.projections.question import Cursor
    from zhili.projections.warehouse import Warehouse

__all__ = ["Reader"]


class Reader:
    """Gives questions their record, and keeps the warehouse behind it."""

    def __init__(self, engine: Engine) -> None:
        """Read for *engine*; nothing is loaded until somebody asks."""
        self._engine = engine
        self._lock = threading.Lock()
        self._warehouse: Warehouse | None = None
        self._position = -1
        self._epoch = -1

    def record(self) -> _Record:
        """Give the record at the present position."""
        return _Record(self._engine, self)

    def warehouse(self) -> tuple[Warehouse, int]:
        """Give the warehouse, refreshed to the present position, and that position."""
        from zhili.projections.warehouse import Warehouse  # noqa: PLC0415 - duckdb is heavy

        with self._lock:
            if self._warehouse is None:
                self._warehouse, self._position, self._epoch = Warehouse(), -1, -1
            if self._position != self._engine.store.head().position:
                self._follow(self._warehouse)
            self._follow_policies(self._warehouse)
            return self._warehouse, self._position

    def _follow(self, warehouse: Warehouse) -> None:
        """Read what has changed since, all of it as of one moment."""
        store, first = self._engine.store, self._position < 0
        changed = (
            f" WHERE case_id IN (SELECT {store.event_case} FROM stored_events "
            f"WHERE {store.event_position} > {self._position})"
        )
        head, *tables = store.snapshot(
            [
                "SELECT position FROM log_head",
                *(
                    f"SELECT {', '.join(table.names)} FROM {table.name}{'' if first else changed}"
                    for table in TABLES
                ),
            ]
        )
        for table, rows in zip(TABLES, tables, strict=True):
            if first:
                warehouse.load(table, rows)
            else:
                warehouse.refresh(table, rows)
        self._position = int(head[0][0])

    def _follow_policies(self, warehouse: Warehouse) -> None:
        self._engine.book.refresh()
        if self._epoch != self._engine.book.epoch:
            rules, self._epoch = self._engine.book.snapshot()
            warehouse.load_units(rules.organisation)
            warehouse.load_days(rules.calendar, self._engine.now().date())

    def reload(self) -> None:
        """Forget what was loaded: the register was rebuilt."""
        with self._lock:
            self._warehouse = None

    def after_fork(self) -> None:
        """Begin anew in a child."""
        self._lock = threading.Lock()
        if self._warehouse is not None:
            # DuckDB's threads are the parent's. Letting go of it here would wait for them in vain,
            # or crash, so it is kept for as long as this process lives, and past its end.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._warehouse))
        self._warehouse = None

    def close(self) -> None:
        """Let go of the warehouse."""
        self._warehouse = None


class _Record:
    """One question's view; see `zhili.projections.question.Record`."""

    def __init__(self, engine: Engine, reader: Reader) -> None:
        self._engine = engine
        self._reader = reader
        self.now: datetime = engine.now()
        self.position: int = engine.store.head().position

    @property
    def zone(self) -> str:
        return self._engine.zone

    @property
    def rules(self) -> Rules:
        return self._engine.book.current()

    def policies(self, name: str) -> list[tuple[int, datetime, Any]]:
        return [(v.version, v.published_at, v.document) for v in self._engine.book.versions(name)]

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return self._engine.store.rows(sql, parameters)

    def warehouse(self) -> Cursor:
        warehouse, self.position = self._reader.warehouse()
        return cast("Cursor", warehouse.cursor())

    def case(self, case_id: UUID) -> Case:
        return self._engine.case(case_id)

    def history(self, case_id: UUID) -> list[CaseEvent]:
        return list(self._engine.history(case_id))
