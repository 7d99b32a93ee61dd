"""The engine: commands are carried out, questions answered, the log audited."""

from __future__ import annotations

import hashlib
import os
import weakref
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from zhili.aggregates import CASE_TYPES, Case, CaseEvent, PolicyStream
from zhili.aggregates.clocks import ClockState
from zhili.audit import Report, audit
from zhili.commands.command import Command
from zhili.commands.policy import publish
from zhili.engine.cache import Cache
from zhili.engine.decision import SYSTEM_ACTOR, Decision
from zhili.engine.reader import Reader
from zhili.engine.receipt import Kept, Receipt, Receipts, digest_of
from zhili.engine.rebuilding import rebuild
from zhili.engine.ticking import TickReport, tick
from zhili.errors import (
    CaseNotFoundError,
    ConflictError,
    InputError,
    KeyReusedError,
    RefusalError,
    StoreError,
)
from zhili.policies import defaults
from zhili.projections.question import Question
from zhili.projections.register import microseconds
from zhili.progress import Progress, silent
from zhili.reactions import REACTIONS, Reaction
from zhili.store import EventMapper, Head, open_store
from zhili.store.policy_book import PolicyBook
from zhili.store.store import (
    AcknowledgementLostError,
    KeyTakenError,
    NumberTakenError,
    PoliciesChangedError,
    Store,
    VersionTakenError,
)
from zhili.values import Actor

__all__ = ["Engine"]

CASES_KEPT = 10_000
TRIES_MAX = 2
STORMS_MAX = 50


class Engine:
    """
    Cases in a store: `submit` commands, `ask` questions, `audit` the log, `tick` the clocks.

    Safe to use from many threads; several engines, in as many processes as one likes, may share a
    store. Use it as a context manager, or `close` it.
    """

    def __init__(
        self,
        store: Store,
        *,
        zone: str,
        case_types: Sequence[type[Case]],
        reactions: Iterable[Reaction],
        clock: Callable[[], datetime] | None,
    ) -> None:
        """Use `Engine.open`."""
        self.store = store
        self.zone = zone
        self.case_types: tuple[type[Case], ...] = (*case_types, PolicyStream)
        self._types = {kind.workflow.name: kind for kind in self.case_types}
        self.mapper = EventMapper(self.case_types)
        self.book = PolicyBook(store, self.mapper)
        self._reactions = tuple(reactions)
        self._clock = clock or _utc_now
        self._cache = Cache(CASES_KEPT)
        self._reader = Reader(self)
        self._pid = os.getpid()
        _ENGINES.add(self)

    @classmethod
    def open(  # noqa: PLR0913 - each says something about the store or the host
        cls,
        url: str,
        *,
        zone: str = "Asia/Shanghai",
        case_types: Sequence[type[Case]] = CASE_TYPES,
        reactions: Iterable[Reaction] = REACTIONS,
        clock: Callable[[], datetime] | None = None,
        create: bool = True,
    ) -> Self:
        """
        Open the store at *url*, making it and publishing the default policies if there is none.

        Args:
            url: `memory:`, `sqlite:///file`, or `postgresql://…`.

            zone: The time zone of local days; fixed when the store is made.

            case_types: The case types that live in it: `(*CASE_TYPES, Petition)` adds one.

            reactions: What follows from what: `(*REACTIONS, mine)` adds one.

            clock: Where the present comes from; the system's clock by default.

            create: Whether to make a store where there is none.

        Raises:
            InputError: If the URL or the zone cannot be understood.
            StoreError: If the store is missing, of another version or zone, or not a store.
        """
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as error:
            message = f"there is no time zone {zone!r}; e.g. Asia/Shanghai, UTC"
            raise InputError(message, zone=zone) from error
        store = open_store(url, create=create)
        try:
            engine = cls(
                store, zone=zone, case_types=case_types, reactions=reactions, clock=clock
            )
            engine._prepare()
        except BaseException:
            store.close()
            raise
        return engine

    def _prepare(self) -> None:
        """Publish the default policies exactly once, whoever comes first."""
        self.book.refresh()
        if self.book.epoch == 0:
            commands = [publish(policy) for policy in defaults(self.zone)]
            # Another engine may be first: then these have been published, and once is enough.
            with suppress(ConflictError, RefusalError):
                self.submit_many(commands, by=SYSTEM_ACTOR, key="zhili:defaults")
            self.book.refresh()
        zone = self.book.current().calendar.zone
        if zone != self.zone:
            message = f"the store keeps its days in {zone}, not in {self.zone}; open it so"
            raise StoreError(message, zone=zone)

    # — carrying out —

    def submit(
        self,
        command: Command,
        *,
        by: Actor,
        at: datetime | None = None,
        expect: int | None = None,
        key: str | None = None,
    ) -> Receipt:
        """
        Carry out *command* for *by*, or refuse it and record nothing.

        Args:
            command: What to do.

            by: Who wants it, as the host system has authenticated them.

            at: When it happened, if that was before now; late entry keeps a policy's limit.

            expect: The version of the case that the caller decided on, if it matters.

            key: The caller's idempotency key: the same key carries the same command out once.

        Raises:
            RefusalError: If the rules say no.
            CaseNotFoundError: If there is no such case.
            ConflictError: If somebody else moved the case first.
            InputError: If the command cannot be understood here.
        """
        return self.submit_many((command,), by=by, at=at, expect=expect, key=key)[0]

    def submit_many(
        self,
        commands: Sequence[Command],
        *,
        by: Actor,
        at: datetime | None = None,
        expect: int | None = None,
        key: str | None = None,
    ) -> tuple[Receipt, ...]:
        """
        Carry out *commands* in one transaction: all of them, or none.

        Raises:
            RefusalError: If the rules say no to one of them; see `submit` for the rest.
        """
        if at is not None and at.tzinfo is None:
            raise InputError("the time `at` has no zone; e.g. 2026-03-02T09:00:00+08:00", at=at)
        name = key or uuid4().hex
        digest = digest_of(commands, by, at)
        tries = storms = 0
        while True:
            decision: Decision | None = None
            try:
                decision = self._decision()
                kept = self._decide(decision, commands, by, at, expect, key)
                return self._commit(decision, kept, name, digest)
            except (RefusalError, CaseNotFoundError):
                if key is not None and (repeated := self._repeated(key, digest)):
                    return repeated
                storms += 1
                if storms >= STORMS_MAX or not self._was_stale(decision):
                    raise
            except KeyTakenError:
                if repeated := self._repeated(name, digest):
                    return repeated
                raise
            except (PoliciesChangedError, NumberTakenError, AcknowledgementLostError):
                storms += 1
                self.book.refresh()
                if repeated := self._repeated(name, digest):
                    return repeated
                if storms >= STORMS_MAX:
                    raise
            except ConflictError as error:
                tries += 1
                stale = self._was_stale(decision)
                if repeated := self._repeated(name, digest):
                    return repeated
                own = expect is not None and not (stale and not isinstance(error, VersionTakenError))
                if own or tries >= TRIES_MAX:
                    raise ConflictError(
                        "somebody else moved the case first; read it again and decide anew",
                        **error.data,
                    ) from error

    def _decision(self) -> Decision:
        return Decision(
            types=self._types,
            load=self._load,
            rules=self.book.snapshot(),
            reactions=self._reactions,
            now=self.now(),
            zone=self.zone,
        )

    def _decide(  # noqa: PLR0913 - a submit and its circumstances
        self,
        decision: Decision,
        commands: Sequence[Command],
        by: Actor,
        at: datetime | None,
        expect: int | None,
        key: str | None,
    ) -> list[Kept]:
        kept = []
        for command in commands:
            begun = len(decision.events)
            case = decision.carry_out(
                command, by, at=at.astimezone(UTC) if at else None, expect=expect, key=key
            )
            names = tuple(
                event.event_name for event in decision.events[begun:] if event.originator_id == case.id
            )
            kept.append(
                Kept(
                    case_id=case.id,
                    number=case.number,
                    version=case.version,
                    state=case.state or "",
                    events=names,
                )
            )
        return kept

    def _commit(
        self, decision: Decision, kept: list[Kept], name: str, digest: bytes
    ) -> tuple[Receipt, ...]:
        batch = decision.batch(self.mapper)
        last = decision.events[-1] if decision.events else None
        place = (last.originator_id, last.originator_version) if last else None
        receipts = Receipts(receipts=tuple(kept), last=place)
        batch.keys.append((name, digest, receipts.model_dump_json()))
        head = self.store.commit(batch)
        self._cache.put(decision.cases.values())
        if batch.publishes:
            self.book.refresh()
        return _receipts(receipts, head.position, head.link, name, repeated=False)

    def _repeated(self, key: str, digest: bytes) -> tuple[Receipt, ...] | None:
        """Give the receipts kept under *key*, if it was used before."""
        row = self.store.key(key)
        if row is None:
            return None
        if bytes(row.digest) != digest:
            message = f"the key {key!r} was used for another command; take a new one"
            raise KeyReusedError(message, key=key)
        receipts = Receipts.model_validate_json(row.receipt)
        position, link = 0, bytes(32)
        if receipts.last is not None:
            position, link = self.store.place(*receipts.last) or (position, link)
        return _receipts(receipts, position, bytes(link), key, repeated=True)

    def _was_stale(self, decision: Decision | None) -> bool:
        """Whether what was decided on is no longer so; forget what is stale."""
        if decision is None:
            return False
        before = decision.epoch
        self.book.refresh()
        known = {case_id: case.version if case else 0 for case_id, case in decision.before.items()}
        versions = self.store.versions(known)
        stale = [case_id for case_id, version in known.items() if versions.get(case_id, 0) != version]
        self._cache.drop(stale)
        return bool(stale) or self.book.epoch != before

    def _load(self, case_id: UUID) -> Case | None:
        case = self._cache.get(case_id)
        if case is None:
            case = self._fold(case_id, None)
            if case is not None:
                self._cache.put((case,))
        return case

    def _fold(self, case_id: UUID, case: Case | None) -> Case | None:
        after = case.version if case else 0
        for stored in self.store.events(case_id, after=after):
            event = self.mapper.to_domain_event(stored)
            case = event.mutate(case.copy() if case and case.version == after else case)
        return case

    # — reading —

    def case(self, case_id: UUID) -> Case:
        """
        Give a case as it stands. The copy is the caller's.

        Raises:
            CaseNotFoundError: If there is no such case.
        """
        case = self._fold(case_id, self._cache.get(case_id))
        if case is None:
            raise CaseNotFoundError(f"there is no case {case_id}", case_id=case_id)
        self._cache.put((case,))
        return case.copy()

    def history(self, case_id: UUID) -> tuple[CaseEvent, ...]:
        """
        Give the events of a case, the first first.

        Raises:
            CaseNotFoundError: If there is no such case.
        """
        stored = self.store.events(case_id)
        if not stored:
            raise CaseNotFoundError(f"there is no case {case_id}", case_id=case_id)
        return tuple(self.mapper.to_domain_event(row) for row in stored)

    def ask(self, question: Question) -> Any:
        """Answer *question* from the record as it is now."""
        self.book.refresh()
        return question.answer(self._reader.record())

    def head(self) -> Head:
        """Give the end of the log: position and link."""
        return self.store.head()

    def now(self) -> datetime:
        """Give the present, in UTC."""
        return self._clock().astimezone(UTC)

    # — keeping —

    def audit(self, *, progress: Progress = silent) -> Report:
        """Replay the log and check every claim again. Never raises: it reports."""
        self.book.refresh()
        return audit(self.store, self.mapper, self.book, zone=self.zone, progress=progress)

    def tick(self, now: datetime | None = None, *, limit: int = 1000) -> TickReport:
        """
        Carry out what the clocks demand by now, at most *limit* of them.

        Call it again while the report says that there is more; from cron, Celery beat, a task.
        """
        self.book.refresh()
        return tick(self, now, limit=limit)

    def fire(self, case_ids: Sequence[UUID], until: datetime) -> tuple[int, list[UUID]]:
        """
        Fire the due clocks of *case_ids* in one transaction, or one by one if somebody is first.

        Gives how many clocks fired, and the cases none of whose due clocks could.
        """
        decision = self._decision()
        batch_keys: list[tuple[str, bytes, str]] = []
        stuck = []
        for case_id in case_ids:
            fired = decision.fire_due(decision.touch(case_id), until)
            batch_keys.extend(_timer_key(case_id, clock) for clock in fired)
            if not fired:
                stuck.append(case_id)
        if not batch_keys:
            self._was_stale(decision)
            return 0, stuck
        batch = decision.batch(self.mapper)
        batch.keys.extend(batch_keys)
        try:
            self.store.commit(batch)
        except (ConflictError, AcknowledgementLostError):
            self._was_stale(decision)
            if len(case_ids) == 1:
                return 0, []  # whoever was first has fired them; the next tick looks again
            parts = [self.fire((case_id,), until) for case_id in case_ids]
            return sum(count for count, _ in parts), [one for _, some in parts for one in some]
        self._cache.put(decision.cases.values())
        return len(batch_keys), stuck

    def rebuild(self, *, progress: Progress = silent) -> int:
        """Fold the log into a fresh register and put it in place; give the number of cases."""
        cases = rebuild(self.store, self.mapper, zone=self.zone, progress=progress)
        self._reader.reload()
        return cases

    def close(self) -> None:
        """Let go of the store."""
        _ENGINES.discard(self)
        self._reader.close()
        self.store.close()

    def __enter__(self) -> Self:
        """Give the engine itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def _after_fork(self) -> None:
        self._cache.after_fork()
        self._reader.after_fork()
        self.book.after_fork()


def _timer_key(case_id: UUID, clock: ClockState) -> tuple[str, bytes, str]:
    """Give the key under which a clock fires once: case, clock, due instant."""
    key = f"tick:{case_id}:{clock.name}:{microseconds(clock.due_at)}"
    empty = Receipts(receipts=(), last=None)
    return key, hashlib.sha256(key.encode()).digest(), empty.model_dump_json()


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _receipts(
    kept: Receipts, position: int, link: bytes, key: str, *, repeated: bool
) -> tuple[Receipt, ...]:
    return tuple(
        Receipt(
            case_id=one.case_id,
            number=one.number,
            version=one.version,
            state=one.state,
            events=one.events,
            position=position,
            head=link.hex(),
            key=key,
            repeated=repeated,
        )
        for one in kept.receipts
    )


_ENGINES: weakref.WeakSet[Engine] = weakref.WeakSet()


def _child_begins() -> None:
    for engine in list(_ENGINES):
        engine._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_child_begins)

