"""What every store can do: keep the log, the register and the keys in one transaction."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from struct import Struct
from struct import error as StructError  # noqa: N812 - it is an exception's class
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, StoredEvent

from zhili.errors import ConflictError, StoreError
from zhili.store.access_log import (
    ACCESS_META,
    SELECT_ACCESS,
    SELECT_ACCESS_HEAD,
    AccessHead,
    AccessRow,
    access_head_in,
)

if TYPE_CHECKING:
    from zhili.projections.register import Table
    from zhili.store.access_log import SensitiveDataRead

__all__ = [
    "GENESIS",
    "STATE_BYTES_MAX",
    "AcknowledgementLostError",
    "Batch",
    "Head",
    "KeyRow",
    "KeyTakenError",
    "LogRow",
    "NumberTakenError",
    "Outflow",
    "PoliciesChangedError",
    "Sink",
    "Store",
    "VersionTakenError",
    "link_of",
    "refuse_no_access_log",
    "refuse_other_rebuild",
]

_NUMBERS: Final = Struct(">QI")
UUID_BYTES: Final = 16

GENESIS: Final = bytes(32)
"""The link before the first event."""

STATE_BYTES_MAX: Final = 8 * 1024 * 1024
"""No event is larger: none is written, and of one that is in a log nonetheless no byte is read."""


class VersionTakenError(ConflictError):
    """Another transaction has written this version of the case."""


class KeyTakenError(ConflictError):
    """Another transaction has used this key."""


class NumberTakenError(ConflictError):
    """Another case has this number."""


class PoliciesChangedError(ConflictError):
    """A policy was published since this was decided."""


class AcknowledgementLostError(StoreError):
    """The connection broke while a transaction was written: its outcome is unknown."""


class Head(NamedTuple):
    """The end of the log: its position, its link, and how many policies were ever published."""

    position: int
    link: bytes
    epoch: int


class KeyRow(NamedTuple):
    """What became of a key: the digest of its command, and the receipt."""

    digest: bytes
    receipt: str


class LogRow(NamedTuple):
    """
    One row of the log, as stored.

    Where the stored bytes are more than `STATE_BYTES_MAX`, `state` is empty and `oversize` says
    how many they are; otherwise that is 0.
    """

    position: int
    case_id: str
    version: int
    topic: str
    state: bytes
    link: bytes
    oversize: int = 0

    @property
    def stored(self) -> StoredEvent:
        """The event in it, as the mapper reads it."""
        return StoredEvent(UUID(self.case_id), self.version, self.topic, bytes(self.state))

    def link_after(self, previous: bytes) -> bytes | None:
        """Give the link it should have after *previous*; None if the row is no event at all."""
        try:
            case_id = bytes.fromhex(self.case_id.replace("-", ""))
            name = self.topic.encode()
            numbers = _NUMBERS.pack(self.version, len(name))
        except (ValueError, StructError):
            return None
        if len(case_id) != UUID_BYTES:
            return None
        body = b"".join((previous, case_id, numbers, name, self.state))
        return hashlib.sha256(body).digest()


@dataclass
class Batch:
    """
    All that one transaction writes.

    In `rows` the column `position` counts from 1 for the first event of the batch; the store adds
    the position at which the batch begins. `was` may say, row by row, what the register holds now:
    None for a row that is new. A store may then write less; it may as well ignore it.
    """

    events: list[StoredEvent] = field(default_factory=list[StoredEvent])
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict[str, list[tuple[Any, ...]]])
    was: dict[str, list[tuple[Any, ...] | None]] = field(
        default_factory=dict[str, list[tuple[Any, ...] | None]]
    )
    keys: list[tuple[str, bytes, str]] = field(default_factory=list[tuple[str, bytes, str]])
    epoch: int = 0
    publishes: int = 0


class Sink(Protocol):
    """What takes rows as text, always whole rows at a time: a file, for one."""

    def write(self, rows: bytes, /) -> object:
        """Take them."""
        ...


class Outflow(NamedTuple):
    """
    Rows of the register on their way out.

    They are those of `table`, with its columns, that fulfil `condition`, which is SQL; all of them
    if it is empty.
    """

    table: Table
    into: Sink
    condition: str = ""


def link_of(previous: bytes, case_id: UUID, version: int, topic: str, state: bytes) -> bytes:
    """
    Give the link of an event: SHA-256 of the link before it and all that it says.

    The bytes are: previous link (32) ‖ case id (16) ‖ version (8, big-endian) ‖ length of the
    topic in bytes (4, big-endian) ‖ topic in UTF-8 ‖ stored bytes.
    """
    name = topic.encode()
    numbers = _NUMBERS.pack(version, len(name))
    return hashlib.sha256(b"".join((previous, case_id.bytes, numbers, name, state))).digest()


def refuse_other_rebuild(found: str | None, own: str) -> None:
    """
    Insist that the fresh tables are still those of the rebuild that calls itself *own*.

    Raises:
        ConflictError: If somebody else has begun another; theirs goes on.
    """
    if found != own:
        message = "somebody else began to rebuild the register meanwhile; theirs goes on"
        raise ConflictError(message)


def refuse_no_access_log(store: Store) -> None:
    """
    Insist that *store* keeps an access log.

    Raises:
        StoreError: If it is of an earlier day and was never opened for writing since.
    """
    if not store.keeps_access_log:
        message = f"{store.url} keeps no access log yet; open it once for writing, which makes it"
        raise StoreError(message, url=store.url)


class Store(ABC):
    """Where the log, the register and the keys are kept."""

    url: str
    """Where it is, as it may be shown."""

    address: str | None
    """Where it is, secrets included, for another process to open; None if none can."""

    case_key: str
    """The register's `case_id` as SQL of the type of `stored_events.originator_id`."""

    event_case: str
    """The `originator_id` of `stored_events` as SQL that gives the register's `case_id`."""

    event_position: str
    """The column of `stored_events` that holds the position."""

    one_thread: bool = False
    """Whether another thread may see another record: one that is in another transaction."""

    @property
    def unsettled(self) -> bool:
        """Whether this thread has written what a host may yet roll back."""
        return False

    def when_committed(self, action: Callable[[], object]) -> None:
        """Do *action* once what this thread has written is there for good: mostly, now."""
        action()

    @property
    def changed_cases(self) -> str:
        """The SELECT of the ids of cases that have events above the position `:position`."""
        above = f"{self.event_position} > :position"
        return f"SELECT {self.event_case} FROM stored_events WHERE {above}"

    @property
    @abstractmethod
    def recorder(self) -> ApplicationRecorder:
        """Give the library's recorder over the same log, for what reads it: notification logs."""

    @abstractmethod
    def commit(self, batch: Batch) -> Head:
        """
        Write *batch* in one transaction and give the new head.

        Raises:
            PoliciesChangedError: If a policy was published since `batch.epoch`.
            VersionTakenError: If a version of a case is there already.
            KeyTakenError: If a key is there already.
            NumberTakenError: If a case number is there already.
        """

    @abstractmethod
    def head(self) -> Head:
        """Give the end of the log."""

    @abstractmethod
    def events(self, case_id: UUID, after: int = 0) -> Sequence[StoredEvent]:
        """Give the stored events of a case with versions above *after*, in order."""

    @abstractmethod
    def events_of(self, case_ids: Sequence[UUID]) -> Iterator[Sequence[StoredEvent]]:
        """Give all stored events of each of some cases, in their order."""

    @abstractmethod
    def log(self, after: int = 0, until: int | None = None) -> Iterator[LogRow]:
        """Give the log in its order, from above *after* up to and including *until*."""

    @abstractmethod
    def log_by_case(self, after: str = "", until: str = "") -> Iterator[LogRow]:
        """
        Give the log by case id and version, for cases with ids above *after*, up to *until*.

        Both are case ids in their usual form; empty, they leave that end open. Rows whose case id
        is none, which only tampering makes, come too, wherever they fall in the order.
        """

    @abstractmethod
    def register_by_case(
        self, table: Table, after: str = "", until: str = ""
    ) -> Iterator[tuple[Any, ...]]:
        """Give the rows of *table*, all columns in order, sorted by its key; bounds as above."""

    @abstractmethod
    def key(self, key: str) -> KeyRow | None:
        """Give what became of *key*."""

    @abstractmethod
    def place(self, case_id: UUID, version: int) -> tuple[int, bytes] | None:
        """Give position and link of one event."""

    @abstractmethod
    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a SELECT whose parameters are written `:name`."""

    @abstractmethod
    def copy_out(self, wanted: Sequence[Outflow], after: int = 0) -> int:
        """
        Write rows of the register as text (`projections.row_text`), as they stand at one moment.

        Args:
            wanted: Which rows, and what takes them.

            after: Only rows of cases that have events above this position; 0 means all.

        Returns:
            The position of the log at that moment.
        """

    @abstractmethod
    def versions(self, case_ids: Iterable[UUID]) -> dict[UUID, int]:
        """Give the versions of those of the cases that exist."""

    @abstractmethod
    def meta(self, name: str) -> str | None:
        """Give a fact about the store itself."""

    @abstractmethod
    def fresh_register(self) -> None:
        """Make empty tables beside the register, to be filled by `write_fresh`."""

    @abstractmethod
    def write_fresh(self, rows: Mapping[str, Sequence[tuple[Any, ...]]]) -> None:
        """
        Write rows into the fresh tables; positions are the log's.

        Raises:
            ConflictError: If another `fresh_register` came after this store's own.
        """

    @abstractmethod
    def swap_register(self, at: int) -> bool:
        """Put the fresh tables in place, unless the log has grown beyond position *at*."""

    @abstractmethod
    def record_access(self, entries: Sequence[SensitiveDataRead]) -> AccessHead:
        """
        Append *entries* to the access log in one transaction, and give its new head.

        Raises:
            StoreError: If the store keeps no access log, or it has lost its head.
        """

    @property
    def keeps_access_log(self) -> bool:
        """Whether it has one: a store of an earlier day gets it when it is opened for writing."""
        return self.meta(ACCESS_META) is not None

    def access_head(self) -> AccessHead:
        """Give the end of the access log; that of an empty one if the store keeps none."""
        if not self.keeps_access_log:
            return AccessHead(0, GENESIS)
        return access_head_in(self.rows(SELECT_ACCESS_HEAD, {}))

    def access_log(self, after: int = 0, until: int = 2**63 - 1) -> Iterator[AccessRow]:
        """Give the access log in its order, from above *after* up to and including *until*."""
        if not self.keeps_access_log:
            return
        while page := self.rows(SELECT_ACCESS, {"after": after, "until": until}):
            yield from map(AccessRow._make, page)
            after = page[-1][0]

    @abstractmethod
    def check(self) -> list[str]:
        """Examine the store itself; give what is wrong with it, in words."""

    @abstractmethod
    def close(self) -> None:
        """Let go of every connection."""
