"""The record as questions see it: one position, the register, a warehouse kept fresh."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from zhili.projections.register import DAY, microseconds

if TYPE_CHECKING:
    from zhili.aggregates import Case, CaseEvent
    from zhili.engine.engine import Engine
    from zhili.policies.rules import Rules
    from zhili.projections.question import Cursor
    from zhili.projections.warehouse import Warehouse

__all__ = ["Reader"]

EARLIER: Final = DAY
"""How long before the present questions may ask without a new load: hosts' clocks differ."""

EVENTS_REFRESHED_MAX: Final = 50_000
"""After more events than these everything is loaded anew: that is sooner done."""


class Reader:
    """Gives questions their record, and keeps the warehouse behind it."""

    def __init__(self, engine: Engine) -> None:
        """Read for *engine*; nothing is loaded until somebody asks."""
        self._engine = engine
        self._lock = threading.Lock()
        self._warehouse: Warehouse | None = None
        self._position = -1
        self._epoch = -1
        self._since = 0

    def record(self, now: datetime | None = None, position: int | None = None) -> _Record:
        """
        Give the record at the present position.

        Args:
            now: Another instant for the present.

            position: The present position, if it was just looked up.
        """
        return _Record(self._engine, self, now, position)

    def warehouse(self, now: datetime) -> tuple[Warehouse, int]:
        """Give the warehouse, refreshed to the present position for *now*, and that position."""
        asked = microseconds(now) or 0
        with self._lock:
            warehouse = self._fresh(asked)
            self._follow_policies(warehouse)
            return warehouse, self._position

    def _fresh(self, asked: int) -> Warehouse:
        """Give the warehouse with all that has changed in it, or a new one where that is needed."""
        from zhili.engine import loading  # noqa: PLC0415 - duckdb is heavy

        store, warehouse = self._engine.store, self._warehouse
        head = store.head().position
        if warehouse is not None and head - self._position <= EVENTS_REFRESHED_MAX:
            if head != self._position:
                self._position = loading.refresh(
                    store, warehouse, self._position, since=self._since
                )
            # Where no case tells of anything later, its last spell is all there is to know.
            if asked >= self._since or asked >= (warehouse.newest or 0):
                return warehouse
        since = asked - EARLIER
        warehouse, position = loading.load(store, since=since)
        self._warehouse, self._position, self._since, self._epoch = warehouse, position, since, -1
        return warehouse

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

    def __init__(
        self, engine: Engine, reader: Reader, now: datetime | None, position: int | None
    ) -> None:
        self._engine = engine
        self._reader = reader
        self.now: datetime = now or engine.now()
        self.position: int = engine.store.head().position if position is None else position

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

    def reads(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        store = self._engine.store
        return store.rows(sql, parameters) if store.keeps_access_log else []

    def warehouse(self) -> Cursor:
        warehouse, self.position = self._reader.warehouse(self.now)
        return cast("Cursor", warehouse.cursor())

    def case(self, case_id: UUID) -> Case:
        return self._engine.case(case_id)

    def several(self, case_ids: Sequence[UUID]) -> list[Case]:
        return self._engine.several(case_ids)

    def history(self, case_id: UUID) -> list[CaseEvent]:
        return list(self._engine.history(case_id))
