"""
What everybody may see of an item of the wall: decided here and nowhere else (§5.3, PIPL 25, 28).

Shown are public words, days, counts and units. Who posted it, how to reach them, what they said in
their own words, who did the work or voted, and what was written for the file never are. A text that
names a poster or supporter, or has anybody's number or a house number in it, is withheld even if it
was posted. What an item became elsewhere says how that ended in set words, and in none of the other
case.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from zhili.aggregates.wall_words import without_names
from zhili.values import Value

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.aggregates.wall import WallItem
    from zhili.aggregates.wall_history import Chapter, Declaration

__all__ = [
    "ECHOES",
    "PROBLEMS",
    "EarlierPromise",
    "EarlierRound",
    "Explanation",
    "ProgressNote",
    "Votes",
    "WallEntry",
    "is_public",
    "public_entry",
]

PROBLEMS: Final = (
    "posted", "claimed", "assigned", "planned", "in_progress", "resolved", "unresolvable",
    "transferred",
)  # fmt: skip
"""States in which an item hangs on the problem wall."""

ECHOES: Final = ("echoed", "evaluated", "off_wall")
"""States in which it hangs on the echo wall: until it is archived, 30 days after it came off."""


class Votes(Value):
    """How many voted how on one echo."""

    satisfied: int
    basically_satisfied: int
    dissatisfied: int


class EarlierPromise(Value):
    """A promised day that is not in force any more, and why it was given up, if that was said."""

    on: date
    reason: str | None


class ProgressNote(Value):
    """A published report."""

    on: date
    note: str | None


class Explanation(Value):
    """Why it cannot be resolved for now, and what is done instead."""

    reason: str | None
    basis: str | None
    instead: str | None


class EarlierRound(Value):
    """What was promised and came of it when it was on the wall before, and why it is back."""

    measures: str | None
    promise: Literal["kept", "broken"] | None
    outcome: str | None
    result: str | None
    explanation: Explanation | None
    echo: str | None
    echoed_on: date | None
    votes: Votes
    ground: str
    reason: str | None


class WallEntry(Value):
    """
    One item as it hangs on the wall.

    `overdue` is worked out from the promised day and needs nobody to mark it, `report_overdue`
    from that of the next report. `days_open` counts from posting until the result was declared.
    """

    case_id: UUID
    number: str
    village: str | None
    category: str | None
    state: str
    title: str | None
    text: str | None
    posted_on: date | None
    days_open: int
    supporters: int
    owner: str | None
    measures: str | None
    promised_on: date | None
    earlier_promises: tuple[EarlierPromise, ...]
    promise: Literal["kept", "broken", "pending"] | None
    overdue: bool
    progress: tuple[ProgressNote, ...]
    next_report_on: date | None
    report_overdue: bool
    reports_missed: int
    outcome: str | None
    result: str | None
    explanation: Explanation | None
    review_on: date | None
    echo: str | None
    echoed_on: date | None
    votes: Votes
    earlier_rounds: tuple[EarlierRound, ...]
    transferred_to: str | None


def is_public(case: Case) -> bool:
    """Say whether everybody may know of *case*: it is an item that hangs on the wall."""
    return case.workflow.name == "wall" and case.state in {*PROBLEMS, *ECHOES}


def public_entry(item: WallItem, now: datetime, zone: str, *, buildings: bool) -> WallEntry:
    """
    Give what everybody may see of *item*, at the instant *now*.

    Args:
        item: The item.

        now: When it is looked at.

        zone: Whose days they are.

        buildings: Whether the wall lets its texts name a building.
    """
    return _View(item, now, zone, buildings=buildings).entry()


class _View:
    """One item seen at one instant; texts go through `_shown`, instants become local days."""

    def __init__(self, item: WallItem, now: datetime, zone: str, *, buildings: bool) -> None:
        self._item = item
        self._hides_buildings = not buildings
        self._now = now
        self._zone = ZoneInfo(zone)

    def entry(self) -> WallEntry:
        """Put it together, field by field: what is not named here is not shown."""
        item = self._item
        promises = item.promises
        in_force = promises[-1] if item.promised_by and promises else None
        return WallEntry(
            case_id=item.id,
            number=item.number,
            village=item.village,
            category=item.category,
            state=item.state or "",
            title=self._shown(item.title),
            text=self._shown(item.public_text),
            posted_on=self._day(item.accepted_at),
            days_open=self._days_open(),
            supporters=len(item.supporter_ids),
            owner=item.owner,
            measures=self._shown(item.measures),
            promised_on=in_force.on if in_force else None,
            earlier_promises=self._earlier_promises(len(promises) - bool(in_force)),
            promise=self._promise(),
            overdue=self._is_past(item.promised_by),
            progress=tuple(
                ProgressNote(on=self._local(each.at), note=self._shown(each.note))
                for each in item.reports
            ),
            next_report_on=item.next_report_on if self._is_worked_on else None,
            report_overdue=self._report_overdue(),
            reports_missed=item.reports_missed,
            outcome=item.outcome,
            result=self._shown(item.result),
            explanation=self._explanation(item.outcome, item.declaration),
            review_on=self._review_on(),
            echo=self._shown(item.echo),
            echoed_on=self._day(item.answered_at),
            votes=Votes(**item.votes()),
            earlier_rounds=tuple(map(self._earlier_round, item.chapters)),
            transferred_to=item.target_type,
        )

    def _shown(self, text: str | None) -> str | None:
        return without_names(self._item, text, buildings=self._hides_buildings)

    def _local(self, instant: datetime) -> date:
        return instant.astimezone(self._zone).date()

    def _day(self, instant: datetime | None) -> date | None:
        return self._local(instant) if instant else None

    @property
    def _is_worked_on(self) -> bool:
        return self._item.state in {"planned", "in_progress"}

    def _days_open(self) -> int:
        item = self._item
        if item.accepted_at is None:
            return 0
        until = item.settled_at or item.closed_at or self._now
        return (self._local(until) - self._local(item.accepted_at)).days

    def _is_past(self, due_at: datetime | None) -> bool:
        return self._is_worked_on and due_at is not None and due_at < self._now

    def _report_overdue(self) -> bool:
        clock = self._item.clock("progress")
        return clock is not None and self._is_past(clock.due_at)

    def _promise(self) -> Literal["kept", "broken", "pending"] | None:
        item = self._item
        if item.kept is not None:
            return _word_for(kept=item.kept)
        if item.promised_by is None:
            return None
        return "broken" if item.promised_by < self._now else "pending"

    def _earlier_promises(self, count: int) -> tuple[EarlierPromise, ...]:
        """Give the first *count* promises, each with the reason given with the one after it."""
        promises = self._item.promises
        reasons = [each.reason for each in promises[1:]]
        return tuple(
            EarlierPromise(on=each.on, reason=self._shown(reason))
            for each, reason in zip(promises[:count], [*reasons, None], strict=False)
        )

    def _explanation(self, outcome: str | None, told: Declaration | None) -> Explanation | None:
        if told is None or outcome != "explained":
            return None
        return Explanation(
            reason=self._shown(told.reason),
            basis=self._shown(told.basis),
            instead=self._shown(told.instead),
        )

    def _review_on(self) -> date | None:
        review = self._item.clock("review")
        if review is None or review.due_at is None or self._item.outcome != "explained":
            return None
        return self._local(review.due_at)

    def _earlier_round(self, chapter: Chapter) -> EarlierRound:
        return EarlierRound(
            measures=self._shown(chapter.measures),
            promise=None if chapter.kept is None else _word_for(kept=chapter.kept),
            outcome=chapter.outcome,
            result=self._shown(chapter.result),
            explanation=self._explanation(chapter.outcome, chapter.declaration),
            echo=self._shown(chapter.echo),
            echoed_on=self._day(chapter.echoed_at),
            votes=Votes(**self._item.votes(chapter.round)),
            ground=chapter.ground,
            reason=self._shown(chapter.reason),
        )


def _word_for(*, kept: bool) -> Literal["kept", "broken"]:
    return "kept" if kept else "broken"
