"""The audit: the chain by position, then every case, in spans that any number of jobs share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from zhili.audit import links
from zhili.audit.access import Accesses, follow_access
from zhili.audit.effects import Effects, report
from zhili.audit.expected import Expected
from zhili.audit.notes import Notes
from zhili.audit.report import Report
from zhili.audit.span import spans
from zhili.audit.team import Team, Work
from zhili.errors import CaseNotFoundError
from zhili.store.store import GENESIS

if TYPE_CHECKING:
    from zhili.progress import Progress
    from zhili.reactions import Reaction
    from zhili.store import EventMapper, Head, Store
    from zhili.store.policy_book import PolicyBook

__all__ = ["Subject", "audit"]

SPAN: Final = 20_000
"""About how many events stand in one span: what one job takes at a time."""


@dataclass
class Subject:
    """What is audited: a store, what reads its events, its policies, what follows from what."""

    store: Store
    mapper: EventMapper
    book: PolicyBook
    reactions: tuple[Reaction, ...]
    zone: str


@dataclass
class _Audit:
    """One run over one log."""

    subject: Subject
    team: Team
    progress: Progress
    findings: Notes = field(default_factory=Notes)
    remarks: Notes = field(default_factory=Notes)

    def run(self, head: Head, expected: Expected | None, access: Expected | None) -> Report:
        """Check everything up to *head*; the logs must go through what is expected of each."""
        chain = self._chain(head, expected)
        links.look_beyond(self.subject.store, head.position, self.findings)
        events, cases, digest = self._cases(head.position)
        digest.update(chain)
        accesses = follow_access(self.subject.store, self.findings, self.progress, access)
        return self._report(events, cases, head, digest, accesses=accesses)

    def _report(  # noqa: PLR0913 - all that was seen
        self,
        events: int,
        cases: int,
        head: Head,
        digest: Any,
        *,
        case_id: str | None = None,
        accesses: Accesses | None = None,
    ) -> Report:
        return Report(
            reads=accesses.reads if accesses else 0,
            access_head=accesses.head if accesses and accesses.reads else None,
            events=events,
            cases=cases,
            case_id=case_id,
            position=head.position,
            head=bytes(head.link).hex(),
            findings=tuple(self.findings.kept),
            remarks=tuple(self.remarks.kept),
            findings_left_out=self.findings.left_out,
            remarks_left_out=self.remarks.left_out,
            counts=dict(sorted((self.findings.counts + self.remarks.counts).items())),
            digest=digest.hexdigest(),
        )

    def _chain(self, head: Head, expected: Expected | None) -> bytes:
        """Follow the chain to *head*; give what the log says it is, never a stored link."""
        store, until = self.subject.store, head.position
        cuts = links.bounds(store, until, SPAN)
        kept = expected.position if expected else None
        work = [
            Work("follow", (after, upto, kept))
            for after, upto in zip([0, *cuts], [*cuts, until], strict=True)
        ]
        seen: list[links.Links] = []
        for span in self.team.carry_out(work):
            seen.append(span)
            self.progress("links", span.until, until)
        links.close_chain(seen, head, self.findings)
        if expected is not None:
            expected.compare(head, seen, self.findings)
        broken = next((span.first_broken for span in seen if span.first_broken), None)
        if broken is None:
            return seen[-1].link if seen else GENESIS
        return links.chain_from(store, broken, until, self.progress)

    def _cases(self, until: int) -> tuple[int, int, Any]:
        """Replay every case; give how many events and cases there were, and their digest."""
        digest = hashlib.sha256()
        effects = self._effects()
        events = cases = 0
        for seen in self.team.carry_out([Work("replay", span) for span in self._spans()]):
            events += seen.events
            cases += seen.cases
            digest.update(seen.digests)
            self.findings.join(seen.findings)
            self.remarks.join(seen.remarks)
            effects.join(seen.sums, seen.seen)
            self.progress("cases", events, until)
        if effects.uneven:
            self._look_at(effects.uneven)
        return events, cases, digest

    def _look_at(self, uneven: frozenset[int]) -> None:
        """Look at the effects that do not come out even one by one."""
        effects = self._effects()
        done = 0
        for seen in self.team.carry_out(
            [Work("replay", (*span, uneven)) for span in self._spans()]
        ):
            effects.join(seen.sums, seen.seen)
            done += seen.events
            self.progress("effects", done, None)
        report(effects.seen, self.findings)

    def run_case(
        self, case_id: UUID, head: Head, expected: Expected | None, access: Expected | None
    ) -> Report:
        """
        Check one case: the link of each of its events, its steps, its rows in the register.

        Raises:
            CaseNotFoundError: If neither the log nor the register knows it.
        """
        name = str(case_id)
        digest = hashlib.sha256()
        for row in self.subject.store.log_by_case(_before(name), name):
            digest.update(row.link_after(GENESIS) or GENESIS)
            if 1 <= row.position <= head.position:
                seen_links = links.follow(self.subject.store, row.position - 1, row.position)
                self.findings.join(seen_links.notes)
            elif row.position > self.subject.store.head().position:
                detail = f"the log's head says {head.position}; nothing lies beyond it"
                self.findings.add("beyond-head", detail, row)
        if expected is not None:
            expected.look(self.subject.store, head, self.findings)
        if access is not None:
            access.look_at_access(self.subject.store, self.findings)
        seen = self.team.replayer.replay(_before(name), name)
        if not seen.events and not seen.findings.counts:
            raise CaseNotFoundError(f"there is no case {name}", case_id=case_id)
        self.findings.join(seen.findings)
        self.remarks.join(seen.remarks)
        digest.update(seen.digests)
        return self._report(seen.events, seen.cases, head, digest, case_id=name)

    def _spans(self) -> list[tuple[str, str]]:
        return list(spans(self.team.replayer.splits(SPAN)))

    def _effects(self) -> Effects:
        return Effects(self.team.replayer.times, (), ())


def _before(case_id: str) -> str:
    """Give the id just before *case_id*, or nothing for the first of all."""
    number = UUID(case_id).int
    return str(UUID(int=number - 1)) if number else ""


def audit(  # noqa: PLR0913 - what is audited, what is expected of it, and how
    subject: Subject,
    *,
    expect: str | None = None,
    expect_access: str | None = None,
    case: UUID | None = None,
    jobs: int = 1,
    progress: Progress,
) -> Report:
    """
    Replay a log and check every claim again. Never raises for what the log says: it reports.

    Args:
        subject: What is audited.

        expect: A head that somebody has kept: `POSITION:LINK`, or the link alone. The log must end
            in it or go on from there.

        expect_access: The same of the access log.

        case: Look at this case only: its links, its steps, its rows in the register.

        jobs: How many processes share the work.

        progress: Told of every span that is done.

    Raises:
        InputError: If what is expected is no head, or no other process can open the store.
        CaseNotFoundError: If *case* is named, and neither the log nor the register knows it.
    """
    expected = Expected.of(expect) if expect is not None else None
    access = Expected.of(expect_access) if expect_access is not None else None
    head = subject.store.head()
    subject.book.refresh()  # after the head, so that no event up to it names what is not read yet
    with Team(subject, head.position, jobs) as team:
        run = _Audit(subject, team, progress)
        if case is not None:
            return run.run_case(case, head, expected, access)
        return run.run(head, expected, access)
