"""
The register 台账: three tables, pure functions of the folded case.

`cases` has one row a case, `spells` one row for every span in which a case stood in one state with
one unit and one outcome, `parts` one row for every entity inside a case. Instants are whole
microseconds since 1970-01-01 UTC and durations whole microseconds, so that SQL does no time-zone
arithmetic and no rounding. None of them holds personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from zhili.values import EPOCH

if TYPE_CHECKING:
    from zhili.aggregates import Case

__all__ = [
    "CASES",
    "PARTS",
    "SPELLS",
    "TABLES",
    "Column",
    "Index",
    "Rows",
    "Table",
    "from_microseconds",
    "microseconds",
    "rows_of",
]

ARCHIVED: Final = "archived"
"""The state of what is filed: it counts as what it was before."""

DAY: Final = 86_400_000_000


class Column(NamedTuple):
    """One column: its name, its kind, and what it says."""

    name: str
    kind: str
    doc: str


class Index(NamedTuple):
    """An index: its columns, and the condition on the rows that are in it; none is all rows."""

    columns: tuple[str, ...]
    where: str = ""

    def name(self, table: str) -> str:
        """Give its name on *table*."""
        return f"{table}_{'_'.join(self.columns)}"


@dataclass(frozen=True, eq=False)
class Table:
    """One table of the register."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...] = ()
    unique: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of its columns, in order."""
        return tuple(column.name for column in self.columns)

    def only(self, *names: str) -> Table:
        """Give the same table with some of its columns, in their order, and without indexes."""
        columns = tuple(column for column in self.columns if column.name in names)
        assert len(columns) == len(names), f"{self.name} has no such columns"
        return Table(self.name, self.key, columns)


CASES = Table(
    "cases",
    ("case_id",),
    (
        Column("case_id", "text", "the case's id, 36 characters"),
        Column("case_type", "text", "complaint, …"),
        Column("number", "text", "the human number, with its check character"),
        Column("version", "integer", "how many events the case has"),
        Column("position", "integer", "the log position of its last event"),
        Column("state", "text", "where it stands"),
        Column("ended", "boolean", "whether it stands in an ended state"),
        Column("unit", "text", "the accountable unit; the source's agency for an imported case"),
        Column("person", "text", "the person in charge within the unit"),
        Column("subject", "text", "the subject id of the caller"),
        Column("kind", "text", "enquiry, help, …; of a whistle, what for"),
        Column("title", "text", "the agent's title"),
        Column("category", "text", "category of the catalogue"),
        Column("type", "text", "finer type"),
        Column("division", "text", "division of the matter"),
        Column("place", "text", "where the matter is"),
        Column("channel", "text", "how it came in"),
        Column("grade", "text", "response grade"),
        Column("confidentiality", "integer", "level 0–3"),
        Column("outcome", "text", "solved, explained, partly, not_solved; empty while open"),
        Column("outcome_unknown", "boolean", "closed elsewhere, outcome not told"),
        Column("opened_at", "instant", "registered, or opened at the source"),
        Column("accepted_at", "instant", "taken on: accepted, blown, posted"),
        Column("dispatched_at", "instant", "first given to whoever does it: dispatched, claimed"),
        Column("contacted_at", "instant", "complainant first reached; first unit arrived"),
        Column("settled_at", "instant", "its result was declared: settled, resolved, explained"),
        Column("answered_at", "instant", "whoever raised it was told: the echo was posted"),
        Column("closed_at", "instant", "last closed; empty while open"),
        Column("due_at", "instant", "when the matter is due"),
        Column("on_time", "boolean", "answered in time; empty while not decided"),
        Column("next_due_at", "instant", "when a clock next demands something"),
        Column("next_clock", "text", "which clock"),
        Column("provisional_year", "integer", "earliest year whose calendar a deadline waits for"),
        Column("zone", "text", "the time zone of its local days"),
        Column("opened_month", "text", "local month of opening, 2026-03"),
        Column("closed_month", "text", "local month of closing"),
        Column("opened_day", "integer", "local day of opening, days since 1970-01-01"),
        Column("opened_clock", "integer", "local time of opening, microseconds since midnight"),
        Column("closed_day", "integer", "local day of closing"),
        Column("closed_clock", "integer", "local time of closing"),
        Column("to_close", "integer", "microseconds from opening to closing"),
        Column("accepted_to_close", "integer", "microseconds from acceptance to closing"),
        Column("dispatched_to_close", "integer", "microseconds from dispatch to closing"),
        Column("counted", "boolean", "in the default population: accepted or imported"),
        Column("merged_into", "text", "the main case of a duplicate"),
        Column("origin", "text", "the case that this one came from"),
        Column("relation", "text", "how: whistle, transfer, reblown; empty without an origin"),
        Column("village", "text", "the village or community whose matter it is"),
        Column("excluded", "boolean", "left out of the assessment"),
        Column("returns", "integer", "objections to its dispatch"),
        Column("reworks", "integer", "times it was ordered to be reworked"),
        Column("extensions", "integer", "times it was extended, or its promise changed"),
        Column("repeats", "integer", "times it came again: whistles blown anew, items reposted"),
        Column("late_entries", "integer", "events entered after they happened"),
        Column("source", "text", "the system an imported case comes from"),
        Column("source_id", "text", "its id there"),
        Column("source_status", "text", "its status there"),
        Column("flags", "text", "what is odd about it, codes separated by spaces"),
        Column("last_at", "instant", "the latest instant that one of its events tells"),
    ),
    # A row costs a page of every write for each index that it is in: so it is in those alone in
    # which it is looked for. Open cases are few among all, and most lists are of them.
    indexes=(
        Index(("state", "opened_at", "case_id", "due_at", "unit")),
        Index(("unit", "state", "opened_at", "case_id", "due_at")),
        Index(("opened_at", "case_id")),
        Index(("due_at", "case_id"), "NOT ended"),
        Index(("due_at", "case_id", "unit")),
        Index(("unit", "due_at", "case_id"), "NOT ended"),
        Index(("subject", "opened_at", "case_id"), "subject IS NOT NULL"),
        Index(("next_due_at", "case_id"), "next_due_at IS NOT NULL"),
        Index(("provisional_year", "case_id"), "provisional_year IS NOT NULL"),
        Index(("source", "source_id", "case_id"), "source IS NOT NULL"),
        Index(("origin", "case_id"), "origin IS NOT NULL"),
        Index(("merged_into", "case_id"), "merged_into IS NOT NULL"),
        Index(("village", "case_type", "opened_at", "case_id"), "village IS NOT NULL"),
    ),
    unique=("number",),
)

SPELLS = Table(
    "spells",
    ("case_id", "seq"),
    (
        Column("case_id", "text", "the case"),
        Column("seq", "integer", "1, 2, 3 … within the case"),
        Column("position", "integer", "the log position of the case's last event"),
        Column("state", "text", "the state it stood in"),
        Column("unit", "text", "the unit accountable for it"),
        Column("outcome", "text", "the outcome it had"),
        Column("on_time", "boolean", "answered in time, as far as decided then"),
        Column("counted", "boolean", "whether it was in the default population"),
        Column("closed", "boolean", "whether it was closed, or filed after it had been"),
        Column("ended", "boolean", "whether the state is an ended one"),
        Column("since", "instant", "from when it was so"),
        Column("until", "instant", "until when; empty while it is so"),
        Column("since_recorded", "instant", "since when the log says so"),
        Column("until_recorded", "instant", "until when the log said so"),
    ),
)

PARTS = Table(
    "parts",
    ("case_id", "kind", "part_id"),
    (
        Column("case_id", "text", "the case"),
        Column("kind", "text", "co_handler, summons, rating, vote …"),
        Column("part_id", "text", "which: the unit, or what tells it from others of its kind"),
        Column("position", "integer", "the log position of the case's last event"),
        Column("state", "text", "where it stands"),
        Column("due_at", "instant", "when its part is due"),
        Column("since", "instant", "when it came in"),
        Column("changed_at", "instant", "when it last moved"),
        Column("unit", "text", "the unit that it is about"),
        Column("role", "text", "as what: lead, assisting; a dimension; how a vote was cast"),
        Column("arrived_at", "instant", "when it came: reported in"),
        Column("done_at", "instant", "when its part was done"),
        Column("on_time", "boolean", "came in time; empty while not decided"),
        Column("missed", "boolean", "was found missing when it was due"),
        Column("points", "integer", "what it was given: the points of a rating"),
    ),
    indexes=(Index(("unit", "kind", "state", "case_id"), "unit IS NOT NULL"),),
)

TABLES: Final = (CASES, SPELLS, PARTS)


class Rows(NamedTuple):
    """The register's rows of one case."""

    cases: tuple[tuple[Any, ...], ...]
    spells: tuple[tuple[Any, ...], ...]
    parts: tuple[tuple[Any, ...], ...]


def microseconds(instant: datetime | None) -> int | None:
    """Give an instant as whole microseconds since 1970-01-01 UTC."""
    if instant is None:
        return None
    gap = instant - EPOCH
    return (gap.days * 86400 + gap.seconds) * 1_000_000 + gap.microseconds


def from_microseconds(value: int | None) -> datetime | None:
    """Give the instant of a register column."""
    if value is None:
        return None
    return EPOCH + timedelta(microseconds=value)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _local(instant: datetime | None, zone: str) -> tuple[str | None, int | None, int | None]:
    """Give the local month, day number and time of day of an instant."""
    if instant is None:
        return None, None, None
    local = instant.astimezone(_zone(zone))
    day = local.date().toordinal() - EPOCH.toordinal()
    clock = (local.hour * 3600 + local.minute * 60 + local.second) * 1_000_000 + local.microsecond
    return f"{local.year:04d}-{local.month:02d}", day, clock


def _between(start: datetime | None, end: datetime | None) -> int | None:
    if start is None or end is None:
        return None
    return (microseconds(end) or 0) - (microseconds(start) or 0)


def rows_of(case: Case, zone: str, position: int = 0) -> Rows:
    """
    Give the register's rows of *case* in its present state.

    Args:
        case: The folded case.

        zone: The engine's zone, for cases that bring none of their own.

        position: The log position of its last event.
    """
    case_id = str(case.id)
    return Rows(
        cases=(_case_row(case, case_id, case.zone or zone, position),),
        spells=tuple(_spell_rows(case, case_id, position)),
        parts=tuple(
            (
                case_id, part.kind, part.id, position, part.state, microseconds(part.due_at),
                microseconds(part.since), microseconds(part.changed_at), part.unit, part.role,
                microseconds(part.arrived_at), microseconds(part.done_at), part.on_time,
                part.missed, part.points,
            )
            for part in case.entities()
        ),
    )  # fmt: skip


def _counted(case: Case, state: str) -> bool:
    taken_in = case.accepted_at is not None or case.source is not None
    filed_unclosed = state == ARCHIVED and case.closed_at is None
    left_out = state in case.workflow.left_out or filed_unclosed or case.excluded
    return taken_in and not left_out


def _case_row(case: Case, case_id: str, zone: str, position: int) -> tuple[Any, ...]:
    state = case.state or ""
    next_due = case.next_due
    # Where nothing is recalculated any more, in the archive, nothing waits for it.
    moves = bool(case.workflow.rows(case.state, "DeadlineRecalculated"))
    years = [clock.provisional for clock in case.provisional_clocks if clock.provisional and moves]
    opened_month, opened_day, opened_clock = _local(case.opened_at, zone)
    closed_month, closed_day, closed_clock = _local(case.closed_at, zone)
    return (
        case_id, case.workflow.name, case.number, case.version, position, state,
        state in case.workflow.ended, case.unit, case.person, case.subject, case.kind, case.title,
        case.category, case.type, case.division, case.place, case.channel, case.grade,
        case.confidentiality, case.outcome, case.outcome_unknown,
        microseconds(case.opened_at), microseconds(case.accepted_at),
        microseconds(case.dispatched_at), microseconds(case.contacted_at),
        microseconds(case.settled_at), microseconds(case.answered_at),
        microseconds(case.closed_at), microseconds(case.due_at), case.on_time,
        microseconds(next_due.due_at) if next_due else None, next_due.name if next_due else None,
        min(years) if years else None, zone, opened_month, closed_month,
        opened_day, opened_clock, closed_day, closed_clock,
        _between(case.opened_at, case.closed_at), _between(case.accepted_at, case.closed_at),
        _between(case.dispatched_at, case.closed_at), _counted(case, state),
        str(case.merged_into) if case.merged_into else None,
        str(case.origin) if case.origin else None, case.relation, case.village, case.excluded,
        case.returns, case.reworks, case.extensions, case.repeats, case.late_entries, case.source,
        case.source_id, case.source_status, " ".join(case.flags) or None, _last_at(case),
    )  # fmt: skip


def _last_at(case: Case) -> int | None:
    """Give the last event's instant; a source may tell of a closing before the opening."""
    since = case.spells[-1].since if case.spells else None
    told = [instant for instant in (case.last_at, since) if instant is not None]
    return microseconds(max(told)) if told else None


def _spell_rows(case: Case, case_id: str, position: int) -> list[tuple[Any, ...]]:
    workflow, accepted = case.workflow, case.accepted_at
    closed, left_out, ended = workflow.closed, workflow.left_out, workflow.ended
    # What was withdrawn or terminated is still that when it has been archived.
    was = [spell.state for spell in case.spells]
    for n in range(1, len(was)):
        was[n] = was[n - 1] if was[n] == ARCHIVED else was[n]
    return [
        (
            case_id, spell.seq, position, spell.state, spell.unit, spell.outcome, spell.on_time,
            state not in left_out and not case.excluded
            and (case.source is not None or (accepted is not None and spell.since >= accepted)),
            state in closed, spell.state in ended, microseconds(spell.since),
            microseconds(spell.until), microseconds(spell.since_recorded),
            microseconds(spell.until_recorded),
        )
        for spell, state in zip(case.spells, was, strict=True)
    ]  # fmt: skip
