"""Every effect of a reaction, exactly once: a tally that needs no memory of the cases."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import permutations
from typing import TYPE_CHECKING, Final

from zhili.aggregates import CaseEvent
from zhili.reactions import by_topic
from zhili.store import canonical

if TYPE_CHECKING:
    from uuid import UUID

    from zhili.aggregates import Case
    from zhili.aggregates.event import Cause
    from zhili.audit.notes import Notes
    from zhili.audit.policy_times import PolicyTimes
    from zhili.commands.command import Command
    from zhili.reactions import Reaction
    from zhili.store.store import LogRow

__all__ = ["Effects", "Seen", "report"]

BUCKETS: Final = 4096
SEEN_MAX: Final = 50_000
"""How many effects are looked at one by one where the tally does not come out even."""


@dataclass
class Seen:
    """One effect that does not come out even: how often it should be there, and how often it is."""

    should: int = 0
    found: int = 0
    cause: tuple[str, int, int] | None = None
    place: tuple[str, int, int] | None = None
    what: str = ""


@dataclass
class Effects:
    """
    A tally of effects: those that the reactions demand are added, those found are taken away.

    An effect is named by a hash of its cause, its case, its event and what that says. The hashes
    are summed by the bucket, so the tally has one size for any log, and that of a log in spans is
    the sum of theirs. It comes out even if and only if every effect is there exactly once; where it
    does not, a second look at the buckets in question says which.
    """

    times: PolicyTimes
    reactions: Iterable[Reaction]
    types: Collection[type[Case]]
    wanted: frozenset[int] | None = None
    sums: Counter[int] = field(default_factory=Counter[int])
    seen: dict[int, Seen] = field(default_factory=dict[int, Seen])

    def __post_init__(self) -> None:
        """Sort the reactions by what they answer, and the verbs by what they record."""
        self._by_topic = by_topic(self.reactions)
        self.answered = frozenset(self._by_topic)
        self._types = {kind.workflow.name: kind for kind in self.types}

    def take(self, case: Case, event: CaseEvent, before: CaseEvent | None, row: LogRow) -> None:
        """
        Count *event*, which was just folded into *case*.

        Args:
            case: The case after the event.

            event: What was recorded.

            before: The event before it in the same case.

            row: Where it stands.

        Raises:
            RefusalError: If the policies in force refuse to say what follows from it.
        """
        if event.cause is not None and _begins(event, before, type(case)):
            token = _token(event.cause, case.id, event.event_name, _said_by(event, type(case)))
            self._count(token, -1, event.event_name, row)
        for reaction in self._by_topic.get(event.topic, ()):
            cause = _Cause(case.id, event.originator_version)
            for command in reaction.follow(event, case, self.times.rules(row.position)):
                kind = self._types[command.case_type]
                name = kind.workflow.events_of(command.verb)[0]
                token = _token(cause, command.case_id, name, _said_in(command, kind))
                self._count(token, +1, f"{name} in case {command.case_id}", row)

    def _count(self, token: int, sign: int, what: str, row: LogRow) -> None:
        bucket = token % BUCKETS
        self.sums[bucket] += sign * token
        if self.wanted is None or bucket not in self.wanted:
            return
        if token not in self.seen and len(self.seen) >= SEEN_MAX:
            return
        seen = self.seen.setdefault(token, Seen())
        place = (row.case_id, row.version, row.position)
        if sign > 0:
            seen.should += 1
            seen.cause, seen.what = place, what
        else:
            seen.found += 1
            seen.place, seen.what = place, seen.what or what

    @property
    def uneven(self) -> frozenset[int]:
        """The buckets that do not come out even."""
        return frozenset(bucket for bucket, total in self.sums.items() if total)

    def join(self, sums: Counter[int], seen: dict[int, Seen]) -> None:
        """Add the tally of another span."""
        for bucket, total in sums.items():
            self.sums[bucket] += total
        for token, other in seen.items():
            mine = self.seen.setdefault(token, Seen())
            mine.should += other.should
            mine.found += other.found
            mine.cause = mine.cause or other.cause
            mine.place = other.place or mine.place
            mine.what = mine.what or other.what


def report(seen: dict[int, Seen], notes: Notes) -> None:
    """Note what is missing, doubled, or follows from nothing."""
    for one in sorted(seen.values(), key=lambda one: (one.cause or one.place or ("", 0, 0))[2]):
        if one.should == one.found:
            continue
        place = one.cause if one.found < one.should else one.place
        case_id, version, position = place or one.cause or ("", 0, 0)
        if one.found < one.should:
            code, detail = "missing-effect", f"nothing in the log says that it led to {one.what}"
        elif one.should:
            detail = f"{one.what} follows {one.found} times, and should {one.should}"
            code = "doubled-effect"
        else:
            code, detail = "uncaused-effect", f"nothing in the log leads to this {one.what}"
        notes.add(code, detail, case_id=case_id, version=version, position=position)


@dataclass(frozen=True)
class _Cause:
    case_id: UUID
    version: int


def _begins(event: CaseEvent, before: CaseEvent | None, kind: type[Case]) -> bool:
    """Say whether *event* is the first that its command recorded: one command may record more."""
    if before is None or before.cause != event.cause:
        return True
    return (before.event_name, event.event_name) not in _together(kind)


@cache
def _together(kind: type[Case]) -> frozenset[tuple[str, str]]:
    """Give the pairs of different events that one command may record; only a verb's method can."""
    verbs = {step.command for step in kind.workflow.steps if hasattr(kind, step.command)}
    return frozenset(
        pair for verb in verbs for pair in permutations(kind.workflow.events_of(verb), 2)
    )


def _token(cause: Cause | _Cause, case_id: UUID, name: str, said: bytes) -> int:
    """Give the number of an effect: 256 bits of its cause, its case, its event and its words."""
    place = cause.case_id.bytes + cause.version.to_bytes(8, "big") + case_id.bytes
    return int.from_bytes(hashlib.sha256(place + name.encode() + b"\0" + said).digest(), "big")


def _said_in(command: Command, kind: type[Case]) -> bytes:
    """Give what the command makes its event say; nothing where a verb chooses that by itself."""
    if hasattr(kind, command.verb):
        return b""
    (event_name,) = kind.workflow.events_of(command.verb)
    return canonical(command.model_dump(mode="json", include=_told(kind, event_name)))


def _said_by(event: CaseEvent, kind: type[Case]) -> bytes:
    """Give what the event says that its command said; nothing where a verb chose it."""
    if _is_chosen(kind, event.event_name):
        return b""
    return canonical(event.model_dump(mode="json", include=_told(kind, event.event_name)))


@cache
def _is_chosen(kind: type[Case], event_name: str) -> bool:
    """Say whether a verb's method may choose what an event of that name says."""
    steps = [step for step in kind.workflow.steps if step.event == event_name]
    return any(hasattr(kind, step.command) for step in steps)


@cache
def _told(kind: type[Case], event_name: str) -> set[str]:
    """Name the fields that such an event has from its command, and not from the base."""
    told = set(kind.events[event_name].model_fields) - set(CaseEvent.model_fields)
    for step in kind.workflow.steps:
        if step.event == event_name:
            told &= kind.verbs[step.command].model_fields.keys()
    return told
