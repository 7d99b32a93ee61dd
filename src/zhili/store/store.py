"""What every store can do: keep the log, the register and the keys in one transaction."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, StoredEvent

from zhili.errors import ConflictError, StoreError

__all__ = [
    "GENESIS",
    "AcknowledgementLostError",
    "Batch",
    "Head",
    "KeyRow",
    "KeyTakenError",
    "LogRow",
    "NumberTakenError",
    "PoliciesChangedError",
    "Store",
    "VersionTakenError",
    "link_of",
    "refuse_other_rebuild",
]

GENESIS: Final = bytes(32)
"""The link before the first event."""


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
    """One row of the log, as stored."""

    position: int
    case_id: str
    version: int
    topic: str
    state: bytes
    link: bytes

    @property
    def stored(self) -> StoredEvent:
        """The event in it, as the mapper reads it."""
        return StoredEvent(UUID(self.case_id), self.version, self.topic, bytes(self.state))

    def link_after(self, previous: bytes) -> bytes | None:
        """Give the link it should have after *previous*; None if the row is no event at all."""
        try:
            case_id = UUID(self.case_id)
            return link_of(previous, case_id, self.version, self.topic, bytes(self.state))
        except (ValueError, OverflowError):
            return None


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


def link_of(previous: bytes, case_id: UUID, version: int, topic: str, state: bytes) -> bytes:
    """
    Give the link of an event: SHA-256 of the link before it and all that it says.

    The bytes are: previous link (32) ‖ case id (16) ‖ version (8, big-endian) ‖ length of the
    topic in bytes (4, big-endian) ‖ topic in UTF-8 ‖ stored bytes.
    """
    name = topic.encode()
    body = case_id.bytes + version.to_bytes(8, "big") + len(name).to_bytes(4, "big") + name + state
    return hashlib.sha256(previous + body).digest()


def refuse_other_rebuild(found: str | None, own: str) -> None:
    """
    Insist that the fresh tables are still those of the rebuild that calls itself *own*.

    Raises:
        ConflictError: If somebody else has begun another; theirs goes on.
    """
    if found != own:
        message = "somebody else began to rebuild the register meanwhile; theirs goes on"
        raise ConflictError(message)


class Store(ABC):
    """Where the log, the register and the keys are kept."""

    url: str
    case_key: str
    """The register's `case_id` as SQL of the type of `stored_events.originator_id`."""

    event_case: str
    """The `originator_id` of `stored_events` as SQL that gives the register's `case_id`."""

    event_position: str
    """The column of `stored_events` that holds the position."""

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
    def log(self, after: int = 0, until: int | None = None) -> Iterator[LogRow]:
        """Give the log in its order, from above *after* up to and including *until*."""

    @abstractmethod
    def log_by_case(self, after: str = "") -> Iterator[LogRow]:
        """Give the log by case id and version, for cases whose id is above *after*."""

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
    def snapshot(self, sql: Sequence[str]) -> list[list[tuple[Any, ...]]]:
        """Run several SELECTs without parameters that all see the same moment."""

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
    def check(self) -> list[str]:
        """Examine the store itself; give what is wrong with it, in words."""

    @abstractmethod
    def close(self) -> None:
        """Let go of every connection."""
