"""Time travel: questions and cases answered from the record as it stood at a cut."""

from __future__ import annotations

import ctypes
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from zhili.commands.policy import policy_id
from zhili.engine.cut import Cut, Known, cut_at, happened, versions_at
from zhili.engine.moved import any_moved
from zhili.engine.past_register import PastRegister
from zhili.errors import CaseNotFoundError, InputError
from zhili.policies import POLICIES
from zhili.policies.calendar import Calendar
from zhili.policies.organisation import Organisation
from zhili.policies.rules import Rules
from zhili.projections.question import Question
from zhili.store.folding import stored_in

if TYPE_CHECKING:
    from zhili.aggregates import Case, CaseEvent
    from zhili.engine.engine import Engine
    from zhili.engine.reader import Reader
    from zhili.projections.question import Cursor, Record
    from zhili.store.policy_book import PolicyVersion

__all__ = ["Past", "folded"]

REGISTERS_KEPT: Final = 3
"""So many registers of the past are kept: what a dashboard compares costs one fold each."""

EVENTS_FOLLOWED_MAX: Final = 2000
"""After more events than these since it was kept, a register is made anew unseen."""

NEEDED: Final = (Organisation.name, Calendar.name)
"""Without these policies no question can be answered."""

TIME: Final = "%Y-%m-%d %H:%M:%S"

Found = TypeVar("Found")


class Past:
    """
    The record of an engine as it stood before.

    A question costs a fold of every case that has moved since, and a copy of the register beside
    it, once: the last few are kept, as long as nothing comes that changes them. Where nothing has
    moved since, the present register answers.
    """

    def __init__(self, engine: Engine, reader: Reader) -> None:
        """Look back over what *engine* has recorded; nothing is read until somebody asks."""
        self._engine = engine
        self._reader = reader
        self._lock = Lock()
        self._kept: OrderedDict[Cut, PastRegister] = OrderedDict()
        self._unmoved: Cut | None = None

    @property
    def zone(self) -> str:
        """The engine's time zone."""
        return self._engine.zone

    # — questions —

    def ask(
        self, question: Question, as_of: datetime | None, known_at: Known | None, position: int
    ) -> Any:
        """
        Answer *question* from the record at the cut; an instant of its own counts as `as_of`.

        `position` is the present one, just looked up.

        Raises:
            InputError: If an instant has no zone, the log has no such position, or no policy was
                in force there.
        """
        cut = self._cut(as_of, known_at)
        if cut is None:
            present = self._reader.record(position=position)
            named = question.named_instant(lambda: present)
            if named is None:
                return question.answer(present)
        else:
            named = self._on(cut, lambda record: question.named_instant(lambda: record))
        if named is not None:
            cut = self._cut(named if as_of is None else min(named, as_of), known_at)
        only = question.only_cases(self._reader.record())
        return self._on(cut, question.answer, only)

    def _cut(self, as_of: datetime | None, known_at: Known | None) -> Cut | None:
        engine = self._engine
        return cut_at(engine.store, engine.mapper, engine.now(), as_of=as_of, known_at=known_at)

    def _on(
        self,
        cut: Cut | None,
        work: Callable[[Record], Found],
        only: tuple[UUID, ...] | None = None,
    ) -> Found:
        if cut is None:
            return work(self._reader.record())
        if self._is_present(cut):
            found = work(self._reader.record(cut.now))
            # Unless somebody wrote meanwhile, this was the record at the cut.
            if self._engine.store.head().position == cut.position:
                return found
        return work(self._record(cut, only))

    def _is_present(self, cut: Cut) -> bool:
        """Say whether the register is still the one at *cut*."""
        if self._engine.store.head().position != cut.position:
            return False
        if self._unmoved == cut:
            return True
        # What had moved since an instant has moved since for good.
        if cut.happened_by in {kept.happened_by for kept in tuple(self._kept)}:
            return False
        if any_moved(self._engine.store, cut):
            return False
        self._unmoved = cut
        return True

    def _record(self, cut: Cut, only: tuple[UUID, ...] | None) -> Record:
        policies = self._policies(cut.position)
        rules = Rules({name: (v[-1].version, v[-1].document) for name, v in policies.items() if v})
        engine = self._engine
        register = PastRegister(
            engine.store, engine.mapper, zone=engine.zone, cut=cut, rules=rules.fork(), only=only
        )
        if only is None:
            register = self._kept_or(register, cut)
        return _PastRecord(self, cut, rules, policies, register)

    def _policies(self, position: int) -> dict[str, tuple[PolicyVersion, ...]]:
        """
        Give the versions that were published up to *position*.

        Raises:
            InputError: If those that every question needs were not yet.
        """
        book, store = self._engine.book, self._engine.store
        policies: dict[str, tuple[PolicyVersion, ...]] = {}
        for name in POLICIES:
            versions = book.versions(name)
            known = versions_at(store, policy_id(name), len(versions), position)
            policies[name] = versions[:known]
        if not all(policies.get(name) for name in NEEDED):
            message = f"at position {position} no policy was in force yet; ask of a later one"
            raise InputError(message, position=position)
        return policies

    def _kept_or(self, fresh: PastRegister, cut: Cut) -> PastRegister:
        """Give the register that is kept of *cut*, or keep a fresh one."""
        with self._lock:
            if cut not in self._kept:
                same = (kept for kept in self._kept if self._goes_on(kept, cut))
                fresh = self._kept.pop(next(same, cut), fresh)
            register = self._kept[cut] = self._kept.pop(cut, fresh)
            while len(self._kept) > REGISTERS_KEPT:
                self._kept.popitem(last=False)
        return register

    def _goes_on(self, kept: Cut, cut: Cut) -> bool:
        """Say whether nothing between two positions changed what had happened by an instant."""
        instant = cut.happened_by
        if instant is None or kept[1:] != cut[1:]:
            return False
        if not 0 < cut.position - kept.position <= EVENTS_FOLLOWED_MAX:
            return False
        read = self._engine.mapper.to_domain_event
        rows = self._engine.store.log(after=kept.position, until=cut.position)
        events = (read(stored_in(row)) for row in rows)
        return all(
            event.case_class.registered and next(happened((event,), instant), None) is None
            for event in events
        )

    # — cases —

    def history(
        self,
        case_id: UUID,
        *,
        version: int | None = None,
        as_of: datetime | None = None,
        known_at: Known | None = None,
    ) -> tuple[CaseEvent, ...]:
        """
        Give the events that a case had, up to a version or to a cut.

        Raises:
            CaseNotFoundError: If there is no such case, or was none then.
            InputError: If it never had that version, or the cut makes no sense.
        """
        if version is not None:
            if as_of is not None or known_at is not None:
                message = "name a version, or as_of and known_at; both at once say two things"
                raise InputError(message, version=version)
            return _up_to(self._engine.history(case_id), version)
        return self.until(self._cut(as_of, known_at), case_id)

    def until(self, cut: Cut | None, case_id: UUID) -> tuple[CaseEvent, ...]:
        """
        Give the events that a case had at *cut*.

        Raises:
            CaseNotFoundError: If there is no such case, or was none then.
        """
        events = self._engine.history(case_id)
        if cut is None:
            return events
        known = versions_at(self._engine.store, case_id, len(events), cut.position)
        found = tuple(happened(events[:known], cut.happened_by))
        if not found:
            raise _not_yet(case_id, cut, events[0], known=bool(known))
        return found

    # — keeping —

    def forget(self) -> None:
        """Let go of what was folded."""
        with self._lock:
            self._kept.clear()

    def after_fork(self) -> None:
        """Begin anew in a child."""
        self._lock = Lock()
        # What the parent has open is the parent's: it is kept for as long as this process lives.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._kept))
        self._kept = OrderedDict()


class _PastRecord:
    """One question's view of a cut; see `zhili.projections.question.Record`."""

    def __init__(
        self,
        past: Past,
        cut: Cut,
        rules: Rules,
        policies: Mapping[str, tuple[PolicyVersion, ...]],
        register: PastRegister,
    ) -> None:
        self._past = past
        self._cut = cut
        self._rules = rules
        self._policies = policies
        self._register = register
        self.zone = past.zone
        self.now = cut.now
        self.position = cut.position

    @property
    def rules(self) -> Rules:
        return self._rules.fork()

    def policies(self, name: str) -> list[tuple[int, datetime, Any]]:
        return [(v.version, v.published_at, v.document) for v in self._policies.get(name, ())]

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return self._register.rows(sql, parameters)

    def reads(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:  # noqa: ARG002 - the protocol's
        raise InputError("who has read what is asked of the present; every entry says when it was")

    def warehouse(self) -> Cursor:
        return self._register.warehouse()

    def case(self, case_id: UUID) -> Case:
        return folded(self.history(case_id))

    def several(self, case_ids: Sequence[UUID]) -> list[Case]:
        # Those that the register of the cut names were there, so none of them is missing.
        return [self.case(case_id) for case_id in case_ids]

    def history(self, case_id: UUID) -> list[CaseEvent]:
        return list(self._past.until(self._cut, case_id))


def folded(events: Sequence[CaseEvent]) -> Case:
    """Fold the first events of a case; there is at least one."""
    case: Case | None = None
    for event in events:
        case = event.mutate(case)
    assert case is not None, "a history holds at least one event"
    return case


def _up_to(events: tuple[CaseEvent, ...], version: int) -> tuple[CaseEvent, ...]:
    """
    Give the events up to *version*.

    Raises:
        InputError: If the case never had that version.
    """
    if isinstance(version, bool) or not 1 <= version <= len(events):
        case_id = events[0].originator_id
        message = f"case {case_id} has the versions 1 to {len(events)}, not {version!r}"
        raise InputError(message, case_id=case_id, versions=len(events))
    return events[:version]


def _not_yet(case_id: UUID, cut: Cut, first: CaseEvent, *, known: bool) -> CaseNotFoundError:
    """Say why there was no such case at the cut."""
    if known:
        why = f"by {cut.happened_by:{TIME}} UTC: it begins at {first.occurred_at:{TIME}}"
    else:
        why = f"known at position {cut.position}: it was recorded at {first.timestamp:{TIME}}"
    message = f"there was no case {case_id} {why} UTC"
    return CaseNotFoundError(message, case_id=case_id)
