"""Every version of every policy in a log, and the rules that an event names."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from pydantic import ValidationError

from zhili.aggregates import PolicyStream
from zhili.commands.policy import policy_id
from zhili.errors import UnreadableEventError
from zhili.policies import POLICIES
from zhili.policies.policy import Policy
from zhili.policies.rules import Rules
from zhili.values import EPOCH, LINE_LENGTH_MAX, Line

if TYPE_CHECKING:
    from eventsourcing.persistence import StoredEvent

    from zhili.store.mapper import EventMapper
    from zhili.store.store import Head, Store

__all__ = ["PolicyBook", "PolicyVersion"]

NAMED_MAX: Final = 10_000
"""How many combinations of versions are remembered: a forged log may name any number of them."""


class PolicyVersion(NamedTuple):
    """One version of a policy: its number, when it was published, what it says."""

    version: int
    published_at: datetime
    document: Policy


class Unreadable(Policy):
    """What stands in place of a version that cannot be read; whoever needs it is refused."""

    name: ClassVar[str] = "unreadable"

    why: Line


class PolicyBook:
    """The policies of a store, read once and then only as far as they have grown."""

    def __init__(self, store: Store, mapper: EventMapper) -> None:
        """Begin with nothing; `refresh` reads."""
        self._store = store
        self._mapper = mapper
        self._lock = threading.Lock()
        self._versions: dict[str, tuple[PolicyVersion, ...]] = {}
        self._named: dict[tuple[tuple[str, int], ...], Rules] = {}
        self._current: tuple[Rules, int] = (Rules({}), -1)
        self.complete = False
        """Whether there is a version of every policy that this edition knows."""

    @property
    def epoch(self) -> int:
        """How many policies had been published when this was read."""
        return self._current[1]

    def refresh(self) -> Head:
        """Read what was published since, and give the end of the log that was looked at."""
        with self._lock:
            head = self._store.head()
            if head.epoch == self.epoch:
                return head
            for name, kind in POLICIES.items():
                known = self._versions.get(name, ())
                for stored in self._store.events(policy_id(name), after=len(known)):
                    known = (*known, self._read(stored, len(known) + 1, kind))
                self._versions[name] = known
            self.complete = all(self._versions.values())
            self._current = (self._latest(), head.epoch)
            return head

    def _read(self, stored: StoredEvent, version: int, kind: type[Policy]) -> PolicyVersion:
        """Read one version; one that was tampered with refuses every decision, not the audit."""
        try:
            event = self._mapper.to_domain_event(stored)
            if not isinstance(event, PolicyStream.Published) or event.policy != kind.name:
                return PolicyVersion(version, EPOCH, Unreadable(why="it publishes no such policy"))
            if event.originator_version != version:
                return PolicyVersion(version, EPOCH, Unreadable(why="it is missing"))
            return PolicyVersion(version, event.timestamp, kind.model_validate(event.document))
        except (UnreadableEventError, ValidationError, ArithmeticError, LookupError) as error:
            return PolicyVersion(version, EPOCH, Unreadable(why=str(error)[:LINE_LENGTH_MAX]))

    def apart(self) -> PolicyBook:
        """Give one that has read as much, and goes on by itself."""
        book = PolicyBook(self._store, self._mapper)
        with self._lock:
            book._versions = dict(self._versions)
            book._current = self._current
            book.complete = self.complete
        return book

    def after_fork(self) -> None:
        """Begin with a lock of one's own in a child."""
        self._lock = threading.Lock()

    def _latest(self) -> Rules:
        return Rules(
            {
                name: (versions[-1].version, versions[-1].document)
                for name, versions in self._versions.items()
                if versions
            }
        )

    def current(self) -> Rules:
        """Give the rules in force."""
        return self._current[0].fork()

    def snapshot(self) -> tuple[Rules, int]:
        """Give the rules in force and the epoch they are of, both of one moment."""
        rules, epoch = self._current
        return rules.fork(), epoch

    def named(self, versions: Mapping[str, int]) -> Rules:
        """Give the rules in the versions that an event names; it may ask for no other."""
        key = tuple(sorted(versions.items()))
        found = self._named.get(key)
        if found is None:
            documents = {
                name: (version, self._versions[name][version - 1].document)
                for name, version in key
                if 0 < version <= len(self._versions.get(name, ()))
            }
            if len(self._named) >= NAMED_MAX:
                self._named.clear()
            found = self._named[key] = Rules(documents)
        return found.fork()

    def versions(self, name: str) -> tuple[PolicyVersion, ...]:
        """Give every version of a policy, the oldest first."""
        return self._versions.get(name, ())
