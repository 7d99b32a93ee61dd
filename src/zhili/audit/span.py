"""Replaying a span of cases: every event read, judged and folded; every case compared."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from zhili.audit.effects import Effects, Seen
from zhili.audit.judge import FORGED, Judge, fold, raise_interruption
from zhili.audit.links import BEFORE_ALL
from zhili.audit.notes import Notes
from zhili.audit.policy_times import PolicyTimes
from zhili.audit.register_check import RegisterCheck
from zhili.errors import RefusalError
from zhili.projections.register import CASES, rows_of
from zhili.store import canonical
from zhili.store.mapper import UNREADABLE, first_line

if TYPE_CHECKING:
    from zhili.aggregates import Case, CaseEvent
    from zhili.reactions import Reaction
    from zhili.store import EventMapper, Store
    from zhili.store.policy_book import PolicyBook
    from zhili.store.store import LogRow

__all__ = ["VERSIONS_MAX", "Cases", "Replayer", "spans"]

DIGESTED: Final = (
    "case_type", "number", "state", "unit", "outcome", "opened_at", "accepted_at", "closed_at",
    "due_at", "on_time", "counted",
)  # fmt: skip
"""What the digest says of every case, beside its id and version; never changed."""

_FACTS: Final = tuple(CASES.names.index(name) for name in DIGESTED)

VERSIONS_MAX: Final = 100_000
"""How many events of one case are replayed; a fold copies what a case has gathered."""


@dataclass
class Cases:
    """What was seen of a span of cases. Those of several spans, in order, make up the whole."""

    events: int = 0
    cases: int = 0
    digests: bytearray = field(default_factory=bytearray)
    findings: Notes = field(default_factory=Notes)
    remarks: Notes = field(default_factory=Notes)
    sums: Counter[int] = field(default_factory=Counter[int])
    seen: dict[int, Seen] = field(default_factory=dict[int, Seen])


class Replayer:
    """Replays spans of cases of one store, up to the position at which the audit began."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that a replay depends on
        self,
        store: Store,
        mapper: EventMapper,
        book: PolicyBook,
        reactions: Iterable[Reaction],
        zone: str,
        until: int,
    ) -> None:
        """Read the policies of *book* once for all spans."""
        self.store = store
        self.mapper = mapper
        self.reactions = tuple(reactions)
        self.zone = zone
        self.until = until
        self.times = PolicyTimes(store, book)

    def replay(
        self, after: str = "", until: str = "", wanted: frozenset[int] | None = None
    ) -> Cases:
        """
        Replay the cases with ids above *after*, up to *until*.

        Args:
            after: A case id, or nothing for the first case.

            until: A case id, or nothing for the last case.

            wanted: Buckets of effects to be looked at one by one. A look at effects is a second
                look: it compares no register, and its notes are those of the first.
        """
        seen = Cases()
        effects = Effects(self.times, self.reactions, self.mapper.case_types, wanted)
        register = (
            RegisterCheck(
                self.store, self.mapper, self.zone, seen.findings, seen.remarks, (after, until)
            )
            if wanted is None
            else None
        )
        run = _Run(self, seen, effects, register)
        for row in self.store.log_by_case(after, until):
            if row.position <= self.until:
                run.take(row)
        run.end_case()
        if register is not None:
            register.end()
        seen.sums, seen.seen = effects.sums, effects.seen
        return seen

    def splits(self, events: int) -> list[str]:
        """Give case ids that cut the log into spans of about so many events each."""
        store, column = self.store, self.store.event_position
        sql = (
            f"SELECT {column}, {store.event_case} FROM stored_events "
            f"WHERE {column} >= :at ORDER BY {column} LIMIT 1"
        )
        found: set[str] = set()
        at = events
        # From row to row: a head that stands somewhere in the billions takes no billions of steps.
        while at < self.until and (rows := store.rows(sql, {"at": at})):
            position, name = rows[0]
            found.add(str(name))
            at = position + events
        return sorted(name for name in found if _is_id(name))


class _Run:
    """One span: the case at hand, and what was seen so far."""

    def __init__(
        self, replayer: Replayer, seen: Cases, effects: Effects, register: RegisterCheck | None
    ) -> None:
        self.mapper = replayer.mapper
        self.zone = replayer.zone
        self.seen = seen
        self.effects = effects
        self.register = register
        self.judge = Judge(replayer.times, seen.findings, seen.remarks)
        self.case_id = ""
        self.id: UUID | None = None
        self.case: Case | None = None
        self.before: CaseEvent | None = None
        self.last: LogRow | None = None
        self.broken = False

    def take(self, row: LogRow) -> None:
        """Take the next row of the log, in the order of cases and versions."""
        if row.case_id != self.case_id or self.last is None:
            self.end_case()
            self._begin(row)
        self.last = row
        self.seen.events += 1
        if row.position == BEFORE_ALL and self.register is not None:
            self.seen.findings.add("foreign-position", "no transaction writes there", row)
        if self.broken:
            return
        version = self.case.version if self.case else 0
        if row.version != version + 1:
            detail = f"version {row.version} follows version {version}"
            self._break("version-gap", detail, row)
        elif row.version > VERSIONS_MAX:
            detail = f"a case has at most {VERSIONS_MAX} events"
            self._break("endless-case", detail, row)
        elif row.oversize:
            detail = f"it is of {row.oversize} bytes, which no event may be"
            self._break("oversize-event", detail, row)
        else:
            self._event(row)

    def _begin(self, row: LogRow) -> None:
        self.case_id, self.case, self.before, self.broken = row.case_id, None, None, False
        # In any other form it would be the same case once more, and no row of it a row twice.
        if _is_id(row.case_id):
            self.id = UUID(row.case_id)
        else:
            self._break("unreadable-event", f"{row.case_id!r} is no case id", row)

    def _break(self, code: str, detail: str, row: LogRow) -> None:
        """Note what makes it impossible to follow this case any further."""
        self.seen.findings.add(code, detail, row)
        self.broken = True

    def _event(self, row: LogRow) -> None:
        """Read an event, ask of it what was asked when it was recorded, and fold it."""
        form = self.mapper.form(row.topic)
        if form is None:
            detail = f"no case type here has the topic {row.topic!r}"
            self._break("unreadable-event", detail, row)
            return
        assert self.id is not None
        try:
            event = form.read(row.state, self.id, row.version)
        except UNREADABLE as error:
            raise_interruption(error)
            self._break("unreadable-event", first_line(error), row)
            return
        case = self.case if self.case is not None else event.case_class.blank(self.id)
        if event.case_class is not type(case):
            detail = f"a {event.case_class.workflow.name} event in a {case.workflow.name} case"
            self._break("foreign-event", detail, row)
            return
        try:
            if self.register is not None:
                if form.version == 1 and form.write(event) != row.state:
                    detail = "the stored bytes are not the canonical form of what they say"
                    self.seen.findings.add("not-canonical", detail, row)
                self.judge.judge(case, event, row)
            self.case = fold(case, event)
            if event.cause is not None or row.topic in self.effects.answered:
                self.effects.take(case, event, self.before, row)
        except RefusalError as error:
            self.seen.findings.add(error.code, f"what follows from it: {error.message}", row)
        except FORGED as error:
            raise_interruption(error)
            detail = f"it cannot be folded: {type(error).__name__}: {error}"
            self._break("unfoldable-event", detail, row)
        self.before = event

    def end_case(self) -> None:
        """Compare the case at hand with its rows in the register, and digest it."""
        case, row = self.case, self.last
        if self.broken or case is None or row is None or self.register is None:
            return
        registered = type(case).registered
        self.seen.cases += registered
        try:
            expected = rows_of(case, self.zone, row.position) if registered else None
        except FORGED as error:
            raise_interruption(error)
            detail = f"it gives no register row: {type(error).__name__}: {error}"
            self.seen.findings.add("unfoldable-event", detail, row)
            return
        self.register.compare(case, row.position, expected)
        facts = [[one[n] for n in _FACTS] for one in (expected.cases if expected else ())]
        plain = canonical([self.case_id, case.version, facts])
        self.seen.digests += hashlib.sha256(plain).digest()


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def spans(splits: list[str]) -> Iterator[tuple[str, str]]:
    """Give the bounds of the spans that *splits* cut."""
    yield from zip(["", *splits], [*splits, ""], strict=True)
