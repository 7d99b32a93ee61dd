"""From commands to one committed transaction: keys, conflicts, and trying again."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from zhili.engine.decision import Decision
from zhili.engine.receipt import Kept, Receipt, Receipts, digest_of
from zhili.errors import (
    CaseNotFoundError,
    ConflictError,
    InputError,
    KeyReusedError,
    RefusalError,
    StoreError,
    UnreadableEventError,
    ZhiliError,
)
from zhili.projections.register import microseconds
from zhili.store.store import (
    AcknowledgementLostError,
    KeyTakenError,
    NumberTakenError,
    PoliciesChangedError,
    VersionTakenError,
)
from zhili.values import INSTANT_MAX, INSTANT_MIN, Line, new_case_id

if TYPE_CHECKING:
    from zhili.aggregates.clocks import ClockState
    from zhili.commands.command import Command
    from zhili.engine.casebook import Casebook
    from zhili.store import EventMapper, Store
    from zhili.store.policy_book import PolicyBook
    from zhili.values import Actor

__all__ = ["Order", "Transactions"]

_KEY: Final = TypeAdapter(Line)

CONFLICTS_MAX: Final = 2
STORMS_MAX: Final = 50

NO_RECEIPT: Final = Receipts(receipts=(), last=None).model_dump_json()
"""What is kept under the key of a clock: nobody asks for it."""


@dataclass
class Order:
    """Commands to be carried out together, and what has become of it so far."""

    commands: "Sequence[Command]"
    by: "Actor"
    at: datetime | None = None
    expect: int | None = None
    key: str | None = None
    name: str = ""
    digest: bytes = b""
    decision: Decision | None = None
    conflicts: int = 0
    storms: int = 0

    def __post_init__(self) -> None:
        """
        Give it a key of its own if it has none.

        Raises:
            InputError: If its time has no zone, or its key is none.
        """
        if self.key is not None:
            self.key = _checked(self.key)
        if self.at is not None:
            if self.at.tzinfo is None:
                message = "the time `at` has no zone; e.g. 2026-03-02T09:00:00+08:00"
                raise InputError(message, at=self.at)
            if not INSTANT_MIN <= self.at <= INSTANT_MAX:
                message = f"the time `at` lies in no year that every zone has: {self.at}"
                raise InputError(message, at=self.at)
            self.at = self.at.astimezone(UTC)
        # In the order of time, as case ids are: so it goes to the end of the index of keys, and not
        # to any of a million pages.
        self.name = self.key or new_case_id().hex
        self.digest = digest_of(self.commands, self.by, self.at)


class Transactions:
    """
    Carries orders out: decide in memory, write in one transaction.

    Every order has a key, so that its outcome is never unknown: after a conflict or a lost
    acknowledgement the key is looked up before anything is tried again.
    """

    def __init__(
        self,
        store: "Store",
        mapper: "EventMapper",
        book: "PolicyBook",
        cases: "Casebook",
        decide: Callable[[], Decision],
    ) -> None:
        """Write to *store* what *decide* begins."""
        self._store = store
        self._mapper = mapper
        self._book = book
        self._cases = cases
        self._begin = decide

    def carry_out(self, order: Order) -> tuple[Receipt, ...]:
        """
        Carry *order* out whole, or not at all.

        Raises:
            RefusalError: If the rules say no.
            CaseNotFoundError: If there is no such case.
            ConflictError: If somebody else was first, and again at the second try.
        """
        while True:
            try:
                return self._try(order)
            except ZhiliError as error:
                repeated = self._after(error, order)
                if repeated is not None:
                    return repeated

    def _try(self, order: Order) -> tuple[Receipt, ...]:
        order.decision = decision = self._begin()
        decision.trusting = order.conflicts == 0
        kept = [self._decide(decision, command, order) for command in order.commands]
        last = decision.events[-1] if decision.events else None
        place = (last.originator_id, last.originator_version) if last else None
        receipts = Receipts(receipts=tuple(kept), last=place)
        batch = decision.batch(self._mapper)
        batch.keys.append((order.name, order.digest, receipts.model_dump_json()))
        head = self._store.commit(batch)
        self._keep(decision)
        if batch.publishes:
            self._store.when_committed(self._book.refresh)
        return receipts.at(head.position, head.link, order.name, repeated=False)

    def _decide(self, decision: Decision, command: "Command", order: Order) -> Kept:
        begun = len(decision.events)
        case = decision.carry_out(
            command, order.by, at=order.at, expect=order.expect, key=order.key
        )
        own = [event for event in decision.events[begun:] if event.originator_id == case.id]
        return Kept(
            case_id=case.id,
            number=case.number,
            version=case.version,
            state=case.state or "",
            events=tuple(event.event_name for event in own),
        )

    def _after(self, error: ZhiliError, order: Order) -> tuple[Receipt, ...] | None:
        """Give what *order* had come to before; None to try it again; or raise *error*."""
        match error:
            case KeyReusedError():
                raise error
            case RefusalError() | CaseNotFoundError():
                repeated = self._repeated(order) if order.key else None
                if repeated is None and not (self._was_stale(order) and self._may_storm(order)):
                    raise error
                return repeated
            case PoliciesChangedError() | NumberTakenError() | AcknowledgementLostError():
                self._book.refresh()
                repeated = self._repeated(order)
                if repeated is None and not self._may_storm(order):
                    raise error
                return repeated
            case ConflictError():
                return self._after_conflict(error, order)
            case _:
                raise error

    def _after_conflict(self, error: ConflictError, order: Order) -> tuple[Receipt, ...] | None:
        order.conflicts += 1
        stale = self._was_stale(order)
        repeated = self._repeated(order)
        if repeated is not None:
            return repeated
        taken = isinstance(error, VersionTakenError | KeyTakenError)
        expected = order.expect is not None and (taken or not stale)
        if expected or order.conflicts >= CONFLICTS_MAX:
            message = "somebody else moved the case first; read it again and decide anew"
            raise ConflictError(message, **error.data) from error
        return None

    def fire(self, case_ids: Sequence[UUID], until: datetime) -> tuple[int, list[UUID]]:
        """
        Fire the due clocks of *case_ids* in one transaction, or one by one if somebody is first.

        Gives how many clocks fired, and the cases none of whose due clocks could.
        """
        decision = self._begin()
        keys: list[tuple[str, bytes, str]] = []
        stuck: list[UUID] = []
        try:
            self._cases.fetch(case_ids)
            for case_id in case_ids:
                fired = decision.fire_due(decision.touch(case_id), until)
                keys.extend(_timer_key(case_id, clock) for clock in fired)
                if not fired:
                    stuck.append(case_id)
        except UnreadableEventError:  # one of them, or a case that would follow it
            return (0, list(case_ids)) if len(case_ids) == 1 else self._fire_apart(case_ids, until)
        if not keys:
            stale = self._cases.forget_stale(decision)
            return 0, [] if stale else stuck
        batch = decision.batch(self._mapper)
        batch.keys.extend(keys)
        try:
            self._store.commit(batch)
        except (ConflictError, AcknowledgementLostError):
            self._book.refresh()
            self._cases.forget_stale(decision)
            if len(case_ids) == 1:
                return 0, []  # whoever was first has fired them; the next tick looks again
            return self._fire_apart(case_ids, until)
        self._keep(decision)
        return len(keys), stuck

    def _keep(self, decision: Decision) -> None:
        """Keep the cases that were written, once they are so for good."""
        cases, rows = tuple(decision.cases.values()), decision.rows
        self._store.when_committed(partial(self._cases.committed.put, cases, rows))

    def _fire_apart(self, case_ids: Sequence[UUID], until: datetime) -> tuple[int, list[UUID]]:
        parts = [self.fire((case_id,), until) for case_id in case_ids]
        return sum(count for count, _ in parts), [one for _, some in parts for one in some]

    def _may_storm(self, order: Order) -> bool:
        order.storms += 1
        return order.storms < STORMS_MAX

    def _was_stale(self, order: Order) -> bool:
        """Whether what was decided on is no longer so; forget what is stale."""
        if order.decision is None:
            return False
        self._book.refresh()
        changed = self._book.epoch != order.decision.epoch
        return self._cases.forget_stale(order.decision) or changed

    def _repeated(self, order: Order) -> tuple[Receipt, ...] | None:
        """
        Give the receipts kept under the order's key, if it was used before.

        Raises:
            KeyReusedError: If it was used for another command.
        """
        row = self._store.key(order.name)
        if row is None:
            return None
        if bytes(row.digest) != order.digest:
            message = f"the key {order.name!r} was used for another command; take a new one"
            raise KeyReusedError(message, key=order.name)
        receipts = _kept(row.receipt, order)
        place = self._store.place(*receipts.last) if receipts.last else None
        position, link = place or (0, bytes(32))
        return receipts.at(position, bytes(link), order.name, repeated=True)


def _kept(receipt: str, order: Order) -> Receipts:
    """
    Read what is kept under the key of *order*.

    Raises:
        StoreError: If it is no receipt of so many commands: keys stand in no log that is audited.
    """
    try:
        receipts = Receipts.model_validate_json(receipt)
        if len(receipts.receipts) == len(order.commands):
            return receipts
    except ValidationError:
        pass
    message = f"what is kept under the key {order.name!r} is no receipt; restore a backup"
    raise StoreError(message, key=order.name)


def _checked(key: str) -> str:
    try:
        return _KEY.validate_python(key)
    except ValidationError as error:
        message = f"a key is a text of 1 to 200 characters: {error.errors()[0]['msg']}"
        raise InputError(message, key=key) from error


def _timer_key(case_id: UUID, clock: "ClockState") -> tuple[str, bytes, str]:
    """Give the key under which a clock fires once: case, clock, due instant."""
    key = f"tick:{case_id}:{clock.name}:{microseconds(clock.due_at)}"
    return key, hashlib.sha256(key.encode()).digest(), NO_RECEIPT
