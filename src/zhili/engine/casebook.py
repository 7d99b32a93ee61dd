"""Cases read from the log: folded, kept, and forgotten when somebody else has moved them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from zhili.aggregates import Case, CaseEvent
from zhili.engine.cache import Cache
from zhili.errors import CaseNotFoundError
from zhili.store.folding import folded

if TYPE_CHECKING:
    from zhili.engine.decision import Decision
    from zhili.store import EventMapper, Store

__all__ = ["Casebook"]

CASES_KEPT = 10_000


class Casebook:
    """The cases of a store. What it hands out as `load` is shared and not to be changed."""

    def __init__(
        self, store: "Store", mapper: "EventMapper", committed: Cache | None = None
    ) -> None:
        """Keep the cases used last; those that are committed later on, in *committed*."""
        self._store = store
        self._mapper = mapper
        self.cache = Cache(CASES_KEPT)
        self.committed = committed or self.cache

    def load(self, case_id: UUID) -> Case | None:
        """Give a case as it was when it was last read or committed; None if there is none."""
        case = self.cache.get(case_id)
        if case is None:
            case = self._fold(case_id, None)
            if case is not None:
                self.cache.put((case,))
        return case

    def fetch(self, case_ids: Sequence[UUID]) -> None:
        """Read those of the cases that are not kept yet, all at once; `load` gives them then."""
        missing = [case_id for case_id in case_ids if self.cache.get(case_id) is None]
        if len(missing) > 1:
            self.cache.put(list(self._fetched(missing)))

    def _fetched(self, case_ids: Sequence[UUID]) -> Iterator[Case]:
        for events in self._store.events_of(case_ids):
            case: Case | None = None
            for stored in events:
                case = folded(self._mapper, case, stored)
            if case is not None:
                yield case

    def case(self, case_id: UUID) -> Case:
        """
        Give a copy of a case as it stands now.

        Raises:
            CaseNotFoundError: If there is no such case.
        """
        case = self._fold(case_id, self.cache.get(case_id))
        if case is None:
            raise CaseNotFoundError(f"there is no case {case_id}", case_id=case_id)
        self.cache.put((case,))
        return case.copy()

    def several(self, case_ids: Sequence[UUID]) -> list[Case]:
        """Give copies of those of the cases that exist, as they stand now, read at once."""
        versions = self._store.versions(case_ids)
        kept = {case.id: case for case in map(self.cache.get, case_ids) if case is not None}
        moved = [each for each, case in kept.items() if case.version != versions.get(each)]
        self.cache.drop(moved)
        missing = [each for each in versions if each not in kept or each in moved]
        kept |= {case.id: case for case in self._fetched(missing)}
        self.cache.put(kept[case_id] for case_id in missing if case_id in kept)
        found = (kept.get(case_id) for case_id in case_ids)
        return [case.copy() for case in found if case is not None]

    def history(self, case_id: UUID) -> tuple[CaseEvent, ...]:
        """
        Give the events of a case, the first first.

        Raises:
            CaseNotFoundError: If there is no such case.
        """
        stored = self._store.events(case_id)
        if not stored:
            raise CaseNotFoundError(f"there is no case {case_id}", case_id=case_id)
        return tuple(self._mapper.to_domain_event(row) for row in stored)

    def forget_stale(self, decision: "Decision") -> bool:
        """Forget the cases that somebody has moved since *decision* read them; say if any was."""
        known = {case_id: case.version if case else 0 for case_id, case in decision.before.items()}
        versions = self._store.versions(known)
        stale = [case_id for case_id, was in known.items() if versions.get(case_id, 0) != was]
        self.cache.drop(stale)
        return bool(stale)

    def _fold(self, case_id: UUID, case: Case | None) -> Case | None:
        after = case.version if case else 0
        for stored in self._store.events(case_id, after=after):
            case = folded(
                self._mapper, case.copy() if case and case.version == after else case, stored
            )
        return case
