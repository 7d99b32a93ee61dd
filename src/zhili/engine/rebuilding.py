"""Folding the log into a fresh register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from zhili.errors import ConflictError
from zhili.projections.register import TABLES, rows_of
from zhili.store.folding import folded, stored_in

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.progress import Progress
    from zhili.store import EventMapper, Store
    from zhili.store.store import LogRow

__all__ = ["rebuild"]

CASES_A_BATCH: Final = 1000
CATCH_UPS_MAX: Final = 100


def rebuild(store: Store, mapper: EventMapper, *, zone: str, progress: Progress) -> int:
    """
    Fold the log into fresh tables, catch up with what came meanwhile, and swap them in.

    Commands go on while it works: only the swap holds the writers up. Stopped half way, it leaves
    the register as it was.

    Raises:
        ConflictError: If writers were faster than the catching up, again and again.
    """
    at = store.head().position
    store.fresh_register()
    done = _write(store, zone, _cases(store.log_by_case(), mapper), progress, at)
    for _ in range(CATCH_UPS_MAX):
        now = store.head().position
        if now == at and store.swap_register(at):
            return done
        changed = {row.case_id for row in store.log(after=at, until=now)}
        fold = (_fold_one(store, mapper, UUID(case_id)) for case_id in sorted(changed))
        _write(store, zone, fold, progress, now)
        at = now
    message = "the log grew faster than the register could be rebuilt; try at a quieter time"
    raise ConflictError(message, position=at)


def _cases(rows: Iterable[LogRow], mapper: EventMapper) -> Iterator[tuple[Case, int]]:
    case: Case | None = None
    position = 0
    for row in rows:
        if case is not None and str(case.id) != row.case_id:
            yield case, position
            case = None
        case = folded(mapper, case, stored_in(row))
        position = row.position
    if case is not None:
        yield case, position


def _fold_one(store: Store, mapper: EventMapper, case_id: UUID) -> tuple[Case, int]:
    case: Case | None = None
    for stored in store.events(case_id):
        case = folded(mapper, case, stored)
    assert case is not None
    place = store.place(case_id, case.version)
    assert place is not None
    return case, place[0]


def _write(
    store: Store,
    zone: str,
    cases: Iterable[tuple[Case, int]],
    progress: Progress,
    total: int,
) -> int:
    done = read = 0
    rows: dict[str, list[tuple[Any, ...]]] = {table.name: [] for table in TABLES}
    for case, position in cases:
        read += case.version
        if not case.registered:
            continue
        done += 1
        for table, fresh in zip(TABLES, rows_of(case, zone, position), strict=True):
            rows[table.name].extend(fresh)
        if done % CASES_A_BATCH == 0:
            store.write_fresh(rows)
            rows = {table.name: [] for table in TABLES}
            progress("rebuild", read, total)
    store.write_fresh(rows)
    progress("rebuild", read, total)
    return done
