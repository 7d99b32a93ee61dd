"""The replay: links and head, readability, lawfulness, the register against the fold."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from zhili.aggregates.clocks import marks_of
from zhili.aggregates.timing import check_time
from zhili.audit.report import Finding, Report
from zhili.errors import RefusalError, StoreError, UnreadableEventError
from zhili.projections.register import CASES, TABLES, Table, rows_of
from zhili.store import GENESIS, canonical
from zhili.workflows import check

if TYPE_CHECKING:
    from zhili.aggregates import Case, CaseEvent
    from zhili.progress import Progress
    from zhili.store import EventMapper, Store
    from zhili.store.policy_book import PolicyBook
    from zhili.store.store import LogRow

__all__ = ["audit"]

KEPT_MAX: Final = 1000
"""How many findings are kept in words; the rest is counted."""

EVERY: Final = 5000

DIGESTED: Final = (
    "case_type", "number", "state", "unit", "outcome", "opened_at", "accepted_at", "closed_at",
    "due_at", "on_time", "counted",
)  # fmt: skip
"""What the digest says of every case, beside its id and version; never changed."""

_FACTS: Final = tuple(CASES.names.index(name) for name in DIGESTED)

BEFORE_ALL: Final = -(2**62)
AFTER_ALL: Final = 2**62

CATCH_UPS_MAX: Final = 20
"""How often a case that is moved all the time is folded on before it is left uncompared."""

FORGED: Final = (
    TypeError,
    ValueError,
    AttributeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    UnreadableEventError,
)
"""What a forged event can make a fold, a guard or a register row raise."""


class _Notes:
    """Findings or remarks: the first ones in words, all of them counted."""

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.count = 0

    def add(self, code: str, detail: str, row: LogRow | None = None, **place: Any) -> None:
        self.count += 1
        if len(self.kept) < KEPT_MAX:
            if row is not None:
                place = {"case_id": row.case_id, "version": row.version, "position": row.position}
            self.kept.append(Finding(code=code, detail=detail, **place))


class _Audit:
    """One run over one log."""

    def __init__(
        self, store: Store, mapper: EventMapper, book: PolicyBook, zone: str, progress: Progress
    ) -> None:
        self.store = store
        self.mapper = mapper
        self.book = book
        self.zone = zone
        self.progress = progress
        self.findings = _Notes()
        self.remarks = _Notes()
        self.digest = hashlib.sha256()
        self.chain = GENESIS
        self.events = self.cases = 0

    def run(self) -> Report:
        head = self.store.head()
        self.book.refresh()  # after the head, so that no event up to it names what is not read yet
        self._links(head.position, head.link)
        self._beyond(head.position)
        for case_id, rows in groupby(self.store.log_by_case(), key=lambda row: row.case_id):
            self._case(case_id, [row for row in rows if row.position <= head.position])
        self._strangers()
        self.digest.update(self.chain)
        return Report(
            events=self.events,
            cases=self.cases,
            position=head.position,
            head=bytes(head.link).hex(),
            findings=tuple(self.findings.kept),
            remarks=tuple(self.remarks.kept),
            findings_left_out=self.findings.count - len(self.findings.kept),
            remarks_left_out=self.remarks.count - len(self.remarks.kept),
            digest=self.digest.hexdigest(),
        )

    def _links(self, position: int, head: bytes) -> None:
        """Follow the chain from the first event to the head."""
        link, expected = GENESIS, 1
        for row in self.store.log(after=BEFORE_ALL, until=position):
            if row.position < 1:
                detail = f"no transaction writes at position {row.position}"
                self.findings.add("foreign-position", detail, row)
                continue
            if row.position != expected:
                detail = f"positions {expected} to {row.position - 1} are missing"
                self.findings.add("missing-position", detail, row)
            # The digest is of what the log says, so its chain never trusts a stored link.
            self.chain = row.link_after(self.chain) or hashlib.sha256(self.chain).digest()
            if row.link_after(link) != bytes(row.link):
                detail = "the link does not follow from the link before it and the event"
                self.findings.add("broken-link", detail, row)
            link, expected = bytes(row.link), row.position + 1
            if row.position % EVERY == 0:
                self.progress("links", row.position, position)
        if expected != position + 1:
            detail = f"the log ends at {expected - 1}, its head says {position}"
            self.findings.add("truncated-log", detail, position=expected)
        elif link != bytes(head):
            detail = "the head's link is not that of the last event"
            self.findings.add("wrong-head", detail, position=position)

    def _beyond(self, position: int) -> None:
        """Look for rows that lie beyond the head; a transaction moves it together with its rows."""
        last = deque(self.store.log(after=position, until=AFTER_ALL), maxlen=KEPT_MAX)
        head = self.store.head().position  # read after the rows: what came meanwhile is within it
        for row in last:
            if row.position > head:
                detail = f"the log's head says {head}; nothing lies beyond it"
                self.findings.add("beyond-head", detail, row)

    def _case(self, case_id: str, rows: list[LogRow]) -> None:
        case: Case | None = None
        position = 0
        for row in rows:
            self.events += 1
            if self.events % EVERY == 0:
                self.progress("cases", self.events, None)
            if row.version != (case.version if case else 0) + 1:
                detail = f"version {row.version} follows version {case.version if case else 0}"
                self.findings.add("version-gap", detail, row)
                return
            event = self._read(row)
            if event is None:
                return
            try:
                case = self._step(case, event, row)
            except FORGED as error:
                detail = f"it cannot be folded: {type(error).__name__}: {error}"
                self.findings.add("unfoldable-event", detail, row)
                return
            position = row.position
        if case is None:
            return
        self.cases += case.registered
        try:
            expected = rows_of(case, self.zone, position).cases if case.registered else ()
        except FORGED as error:
            detail = f"it gives no register row: {type(error).__name__}: {error}"
            self.findings.add("unfoldable-event", detail, rows[-1])
            return
        self._register(case, case_id, position)
        facts = [[row[n] for n in _FACTS] for row in expected]
        plain = canonical([case_id, case.version, facts])
        self.digest.update(hashlib.sha256(plain).digest())

    def _read(self, row: LogRow) -> CaseEvent | None:
        try:
            stored = row.stored
            event = self.mapper.to_domain_event(stored)
        except UnreadableEventError as error:
            self.findings.add("unreadable-event", error.data["why"], row)
            return None
        except ValueError:
            self.findings.add("unreadable-event", f"{row.case_id!r} is no case id", row)
            return None
        if event.class_version == 1 and self.mapper.to_stored_event(event).state != stored.state:
            detail = "the stored bytes are not the canonical form of what they say"
            self.findings.add("not-canonical", detail, row)
        return event

    def _step(self, case: Case | None, event: CaseEvent, row: LogRow) -> Case:
        """Ask of a recorded event what was asked when it was recorded, then fold it."""
        stands = case if case is not None else event.case_class.blank(event.originator_id)
        if event.case_class is not type(stands):
            detail = f"a {event.case_class.workflow.name} event in a {stands.workflow.name} case"
            self.findings.add("foreign-event", detail, row)
            return stands
        workflow = stands.editions.get(event.edition)
        if workflow is None:
            self.findings.add("unknown-edition", f"edition {event.edition} is not known", row)
        else:
            self._lawful(workflow, stands, event, row)
        if event.is_late:
            detail = f"entered {event.timestamp - event.occurred_at} late"
            self.remarks.add("late-entry", detail, row)
        for mark in event.marks:
            if mark.provisional:
                detail = f"{mark.name} waits for the calendar of {mark.provisional}"
                self.remarks.add("provisional-deadline", detail, row)
        for flag in getattr(event, "flags", ()):
            self.remarks.add("flag", str(flag), row)
        result: Case = event.mutate(case)
        return result

    def _lawful(self, workflow: Any, case: Case, event: CaseEvent, row: LogRow) -> None:
        rules = self.book.named(event.rules)
        try:
            verdict = check(workflow, case, event, rules)
            check_time(case, event, rules)
            state = verdict.step.destination(case.state)
            marks = marks_of(workflow, case, event, state, rules)
        except RefusalError as error:
            self.findings.add(error.code, error.message, row)
            return
        except FORGED as error:
            detail = f"the step cannot be judged: {type(error).__name__}: {error}"
            self.findings.add("unjudgeable-step", detail, row)
            return
        if state != event.state:
            detail = f"it leads to {state!r}, the event says {event.state!r}"
            self.findings.add("wrong-destination", detail, row)
        part = verdict.part.to if verdict.part else None
        if part != event.part_state:
            detail = f"{event.part} leads to {part!r}, the event says {event.part_state!r}"
            self.findings.add("wrong-destination", detail, row)
        if marks != event.marks:
            self.findings.add("wrong-deadline", _difference(marks, event.marks), row)

    def _register(self, case: Case, case_id: str, position: int) -> None:
        """Compare the register with the fold; where the case has moved meanwhile, fold on first."""
        for _ in range(CATCH_UPS_MAX):
            differences = self._differences(case, case_id, position)
            newer = self.store.events(case.id, after=case.version) if differences else ()
            if not newer:
                for detail in differences:
                    self.findings.add("register-differs", detail, case_id=case_id)
                return
            case = case.copy()
            try:
                for n, stored in enumerate(newer, case.version + 1):
                    if stored.originator_version != n:
                        return  # a hole, and found as such where the log is followed by case
                    case = self.mapper.to_domain_event(stored).mutate(case)
            except FORGED as error:
                detail = f"it cannot be folded: {type(error).__name__}: {error}"
                self.findings.add("unfoldable-event", detail, case_id=case_id)
                return
            place = self.store.place(case.id, case.version)
            position = place[0] if place else position
        self.remarks.add("not-compared", "the case moved faster than it was read", case_id=case_id)

    def _differences(self, case: Case, case_id: str, position: int) -> list[str]:
        expected = rows_of(case, self.zone, position) if case.registered else None
        found: list[str] = []
        for n, table in enumerate(TABLES):
            try:
                found.extend(self._compare(case_id, table, expected[n] if expected else ()))
            except StoreError as error:
                found.append(f"{table.name} cannot be read: {error.message}")
        return found

    def _compare(
        self, case_id: str, table: Table, expected: tuple[tuple[Any, ...], ...]
    ) -> Iterator[str]:
        sql = f"SELECT {', '.join(table.names)} FROM {table.name} WHERE case_id = :case_id"
        kept = {_key(table, row): row for row in self.store.rows(sql, {"case_id": case_id})}
        for row in expected:
            stored = kept.pop(_key(table, row), None)
            if stored is None:
                yield f"{table.name} lacks the row {_key(table, row)}"
                continue
            for column, right, found in zip(table.names, row, stored, strict=True):
                free = column == "position" and table.name != "cases"
                if not free and right != found and (right is not None or found is not None):
                    yield f"{table.name}.{column} is {found!r}, the log gives {right!r}"
        for key in kept:
            yield f"{table.name} has a row {key} that the log does not give"

    def _strangers(self) -> None:
        """Look for register rows of cases that the log does not know."""
        for table in TABLES:
            try:
                unknown = [str(row[0]) for row in self._unknown(table)]
            except StoreError as error:  # PostgreSQL compares ids, and one of these is none
                detail = f"{table.name} has rows that are of no case: {error.message}"
                self.findings.add("register-differs", detail)
                continue
            for case_id in unknown:
                detail = f"{table.name} has rows of a case that is not in the log"
                self.findings.add("register-differs", detail, case_id=case_id)

    def _unknown(self, table: Table) -> Iterator[tuple[Any, ...]]:
        known = self.store.case_key
        yield from self.store.rows(
            f"SELECT DISTINCT case_id FROM {table.name} WHERE NOT EXISTS "
            f"(SELECT 1 FROM stored_events WHERE originator_id = {known}) LIMIT 100",
            {},
        )


def audit(
    store: Store, mapper: EventMapper, book: PolicyBook, *, zone: str, progress: Progress
) -> Report:
    """Replay the log of *store*. Never raises for what the log says: it reports."""
    return _Audit(store, mapper, book, zone, progress).run()


def _key(table: Table, row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(row[table.names.index(name)] for name in table.key)


def _difference(right: tuple[Any, ...], found: tuple[Any, ...]) -> str:
    clocks = {mark.name: mark for mark in right}
    for mark in found:
        if clocks.pop(mark.name, None) != mark:
            return f"clock {mark.name}: the event says {mark.action} {mark.due_at}"
    return f"the event says nothing of the clocks {', '.join(clocks)}"
