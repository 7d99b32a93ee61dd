"""The cases that have moved since a cut, folded up to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Final
from uuid import UUID

from zhili.engine.cut import Cut, happened, versions_at
from zhili.projections.register import Rows, microseconds, rows_of

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.store import EventMapper, Store

__all__ = ["MovedCases", "any_moved"]

CASES_A_READ: Final = 200

MOVED: Final = "(last_at > :instant OR (source IS NOT NULL AND version > 2))"
"""
Whether a case may have events that had not happened by an instant.

A source may tell of a closing that lies before what was recorded ahead of it; such cases are looked
at one by one.
"""


class MovedCases:
    """The cases whose rows in the register of now are, or may be, others than those at a cut."""

    def __init__(
        self,
        store: Store,
        mapper: EventMapper,
        *,
        zone: str,
        cut: Cut,
        only: tuple[UUID, ...] | None = None,
    ) -> None:
        """Look at all cases, or at *only* some, moved or not."""
        self._store = store
        self._mapper = mapper
        self._zone = zone
        self._cut = cut
        self._only = only

    def known(self) -> dict[str, int | None]:
        """Give them as of this moment, each with how many events of it to fold; None for all."""
        position = self._cut.position
        if self._only is not None:
            versions = self._store.versions(self._only)
            return {
                str(case_id): versions_at(self._store, case_id, last, position)
                for case_id, last in versions.items()
            }
        moved: dict[str, int | None] = {}
        if self._cut.happened_by is not None:
            asked = {"instant": microseconds(self._cut.happened_by) or 0}
            found = self._store.rows(f"SELECT case_id FROM cases WHERE {MOVED}", asked)
            moved = dict.fromkeys(case_id for (case_id,) in found)
        return moved | _grown(self._store, position)

    def rows(self, known: Mapping[str, int | None]) -> Iterator[Rows]:
        """Fold each of them up to the cut, and give its rows if it was there already."""
        waiting = iter(sorted(case_id for case_id, count in known.items() if count != 0))
        while ids := list(islice(waiting, CASES_A_READ)):
            streams = self._store.events_of([UUID(case_id) for case_id in ids])
            for case_id, stored in zip(ids, streams, strict=True):
                events = map(self._mapper.to_domain_event, stored[: known[case_id]])
                case: Case | None = None
                for event in happened(events, self._cut.happened_by):
                    case = event.mutate(case)
                if case is not None and case.registered:
                    yield rows_of(case, self._zone, self._cut.position)


def any_moved(store: Store, cut: Cut) -> bool:
    """Say whether a case may have events that had not happened by *cut*."""
    if cut.happened_by is None:
        return False
    sql = f"SELECT 1 FROM cases WHERE {MOVED} LIMIT 1"
    return bool(store.rows(sql, {"instant": microseconds(cut.happened_by) or 0}))


def _grown(store: Store, position: int) -> dict[str, int | None]:
    """Give every case that has events above *position*, with how many it has up to there."""
    sql = (
        f"SELECT {store.event_case}, MIN(originator_version) - 1 FROM stored_events "
        f"WHERE {store.event_position} > :position GROUP BY originator_id"
    )
    found = store.rows(sql, {"position": position})
    return {case_id: versions for case_id, versions in found if _is_id(case_id)}


def _is_id(text: str) -> bool:
    """Say whether a log row is a case's at all; an audit reports those that are not."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
