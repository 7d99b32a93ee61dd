"""The engine: commands are carried out, questions answered, the log audited."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from zhili.access import SeenField
from zhili.aggregates import CASE_TYPES, Case, CaseEvent, PolicyStream
from zhili.audit import Report, Subject, audit
from zhili.commands.command import Command
from zhili.commands.policy import publish
from zhili.engine.cut import Known
from zhili.engine.forks import ENGINES
from zhili.engine.memory import Memory
from zhili.engine.past import folded
from zhili.engine.reading import read_personal
from zhili.engine.rebuilding import rebuild
from zhili.engine.receipt import Receipt
from zhili.engine.strangers import refuse_no_question, refuse_strangers
from zhili.engine.ticking import TickReport, tick
from zhili.engine.transaction import Order
from zhili.errors import (
    ConflictError,
    InputError,
    PolicyRefusedError,
    RefusalError,
    RoleRefusedError,
    StoreError,
)
from zhili.policies import defaults
from zhili.progress import Progress, silent
from zhili.projections.question import Question
from zhili.reactions import REACTIONS, Reaction, by_topic
from zhili.store import AccessHead, EventMapper, Head, open_store
from zhili.store.policy_book import PolicyBook
from zhili.store.store import Store
from zhili.values import SYSTEM, SYSTEM_ACTOR, Actor

__all__ = ["Engine"]


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
        self.types = {kind.workflow.name: kind for kind in self.case_types}
        self.mapper = EventMapper(self.case_types)
        self.reactions = tuple(reactions)
        self.answers = by_topic(self.reactions)
        self._clock = clock or _utc_now
        self._kept = Memory(self)
        self._rebuilding = threading.Lock()
        self._pid = os.getpid()
        ENGINES.add(self)

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
            engine = cls(store, zone=zone, case_types=case_types, reactions=reactions, clock=clock)
            engine.prepare(create=create or store.address is None)  # in memory all is new
        except BaseException:
            store.close()
            raise
        return engine

    @property
    def _memory(self) -> Memory:
        """What may be used and added to now; see `Memory`."""
        return self._kept.apart() if self.store.unsettled else self._kept

    @property
    def book(self) -> PolicyBook:
        """The policies of the store."""
        return self._memory.book

    def _publish_defaults(self) -> None:
        """Publish those default policies that the store has none of; once, whoever comes first."""
        missing = [policy for policy in defaults(self.zone) if not self.book.versions(policy.name)]
        names = "" if self.book.epoch == 0 else ":" + ",".join(policy.name for policy in missing)
        # Another engine may be first: then these have been published, and once is enough.
        with suppress(ConflictError, RefusalError):
            self.submit_as_system([publish(one) for one in missing], key=f"zhili:defaults{names}")
        self.book.refresh()

    def prepare(self, *, create: bool = True) -> None:
        """See to it that a new store has policies, and that it keeps its days in this zone."""
        self.book.refresh()
        if self.book.epoch == 0 and create:
            self._publish_defaults()
        try:
            zone = self.book.current().calendar.zone
        except PolicyRefusedError:
            return  # it cannot be read: every command is told so, and the audit says where
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
        refuse_strangers(commands, by)
        if by.role == SYSTEM:
            message = "nobody acts as the system: clocks and reactions do, by themselves"
            raise RoleRefusedError(message, roles=())
        if not self.book.complete:  # whoever only looks at a store writes nothing into it
            self._publish_defaults()
        order = Order(commands=commands, by=by, at=at, expect=expect, key=key)
        return self._memory.transactions.carry_out(order)

    def submit_as_system(self, commands: Sequence[Command], *, key: str) -> tuple[Receipt, ...]:
        """Carry out what the library itself demands; no host calls this for anybody."""
        order = Order(commands=commands, by=SYSTEM_ACTOR, key=key)
        return self._memory.transactions.carry_out(order)

    # — reading —

    def case(
        self,
        case_id: UUID,
        *,
        version: int | None = None,
        as_of: datetime | None = None,
        known_at: Known | None = None,
    ) -> Case:
        """
        Give a case as it stands, or as it stood. The copy is the caller's.

        Args:
            case_id: The case.

            version: As it was after so many events; or else:

            as_of: As of what had happened by then.

            known_at: As it was known then; see `ask` for both.

        Raises:
            CaseNotFoundError: If there is no such case, or was none then.
            InputError: If it never had that version, or the cut makes no sense.
        """
        if version is None and as_of is None and known_at is None:
            return self._memory.cases.case(case_id)
        return folded(self.history(case_id, version=version, as_of=as_of, known_at=known_at))

    def several(self, case_ids: Sequence[UUID]) -> list[Case]:
        """Give those of the cases that exist as they stand, in the order asked, read at once."""
        return self._memory.cases.several(case_ids)

    def history(
        self,
        case_id: UUID,
        *,
        version: int | None = None,
        as_of: datetime | None = None,
        known_at: Known | None = None,
    ) -> tuple[CaseEvent, ...]:
        """
        Give the events of a case, the first first, up to where `case` would fold them.

        Raises:
            CaseNotFoundError: If there is no such case, or was none then.
            InputError: If it never had that version, or the cut makes no sense.
        """
        if version is None and as_of is None and known_at is None:
            return self._memory.cases.history(case_id)
        return self._memory.past.history(case_id, version=version, as_of=as_of, known_at=known_at)

    def ask(
        self, question: Question, *, as_of: datetime | None = None, known_at: Known | None = None
    ) -> Any:
        """
        Answer *question* from the record as it is now, or as it was.

        Args:
            question: What to ask. An instant `as_of` of its own means the same as the one here;
                of two the earlier holds.

            as_of: What had happened by then, as we know it today: late entries count. In the
                future means now.

            known_at: What we knew then: the log up to this position, or what was recorded by this
                instant. Both: what we knew then of what had happened by `as_of`.

        The policies are those that were known. What it costs, see `Past`.

        Raises:
            InputError: If it is no question, an instant has no zone, or there is no such position.
        """
        refuse_no_question(question)
        return self._memory.past.ask(question, as_of, known_at, self.book.refresh().position)

    def head(self) -> Head:
        """Give the end of the log: position and link."""
        return self.store.head()

    def now(self) -> datetime:
        """Give the present, in UTC."""
        return self._clock().astimezone(UTC)

    def read_personal(
        self, case_id: UUID, *, fields: Sequence[str], by: Actor, purpose: str
    ) -> tuple[SeenField, ...]:
        """Give *fields* of a case unmasked to *by*, once it is recorded; see `engine.reading`."""
        return read_personal(self, case_id, fields, by, purpose)

    def access_head(self) -> AccessHead:
        """Give the end of the access log: position and link."""
        return self.store.access_head()

    # — keeping —

    def audit(
        self,
        *,
        expect: str | None = None,
        expect_access: str | None = None,
        case: UUID | None = None,
        jobs: int = 1,
        progress: Progress = silent,
    ) -> Report:
        """
        Replay the log and check every claim again. Never raises for what it finds: it reports.

        Args:
            expect: A head that was kept, `POSITION:LINK`: the log must end in it or go on from it.

            expect_access: The same of the access log.

            case: Look at this case only.

            jobs: How many processes share the work; a script needs `if __name__ == "__main__":`.

            progress: Told how far it is.

        Raises:
            InputError: If what is expected is no head, or no other process can open the store.
            CaseNotFoundError: If *case* is named, and neither log nor register knows it.
        """
        subject = Subject(self.store, self.mapper, self.book, self.reactions, self.zone)
        heads = {"expect": expect, "expect_access": expect_access}
        return audit(subject, **heads, case=case, jobs=jobs, progress=progress)

    def tick(self, now: datetime | None = None, *, limit: int = 1000) -> TickReport:
        """
        Carry out what the clocks demand by now, at most *limit* of them.

        Call it again while the report says that there is more; from cron, Celery beat, a task.
        """
        self.book.refresh()
        return tick(self, now, limit=limit)

    def fire(self, case_ids: Sequence[UUID], until: datetime) -> tuple[int, list[UUID]]:
        """Fire the due clocks of *case_ids*; give how many fired, and the cases that refused."""
        return self._memory.transactions.fire(case_ids, until)

    def rebuild(self, *, progress: Progress = silent) -> int:
        """
        Fold the log into a fresh register and put it in place; give the number of cases.

        Raises:
            ConflictError: If another program began the same meanwhile, or writers were too fast.
        """
        with self._rebuilding:
            cases = rebuild(self.store, self.mapper, zone=self.zone, progress=progress)
        self._kept.reader.reload()
        return cases

    def close(self) -> None:
        """Let go of the store."""
        ENGINES.discard(self)
        self._kept.forget()
        self.store.close()

    def __enter__(self) -> Self:
        """Give the engine itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def after_fork(self) -> None:
        """Begin anew in a child: nothing that the parent holds is used."""
        self._rebuilding = threading.Lock()
        self._kept.after_fork()


def _utc_now() -> datetime:
    return datetime.now(UTC)
