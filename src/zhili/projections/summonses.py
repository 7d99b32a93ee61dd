"""The summonses of a unit 报到清单: the whistles that wait for it, and those it did not answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from pydantic import Field

from zhili.errors import InputError
from zhili.projections.listing import Filter, PageSize
from zhili.projections.question import Answer, Question, Record
from zhili.projections.register import from_microseconds
from zhili.values import EPOCH, Code, Instant, UnitId, Value

__all__ = ["Summons", "SummonsPage", "Summonses"]

WAITING: Final = ("summoned", "signed", "contacted", "objected", "no_show", "arrived")
"""Where a summons stands while its unit has something to do, or has not come."""

COLUMNS: Final = (
    "p.case_id", "c.number", "c.title", "c.kind", "c.place", "c.state", "p.unit", "p.role",
    "p.state", "p.since", "p.due_at", "p.arrived_at", "p.done_at", "p.on_time", "p.missed",
)  # fmt: skip

MARK: Final = "/"
"""Stands between case and unit in a cursor; no id of a case has one."""


class Summons(Value):
    """
    One summons: the whistle, the unit, where it stands.

    `due_at` is when its next step is due: to sign, to contact the street, to report in; on the
    scene it is when the whole matter is due, where the kind sets a limit. `missed` stays true of
    a unit that came after all.
    """

    case_id: UUID
    number: str
    title: str | None
    kind: str | None
    place: str | None
    whistle_state: str
    unit: str
    role: str | None
    state: str
    summoned_at: Instant
    due_at: Instant | None
    arrived_at: Instant | None
    delivered_at: Instant | None
    on_time: bool | None
    missed: bool


class SummonsPage(Answer):
    """One page of summonses. `next` is what to ask for *after* to get the page that follows."""

    items: tuple[Summons, ...]
    next: str | None


class Summonses(Question):
    """
    The summonses that fit everything asked for, by due instant, one page at a time.

    Args:
        unit: The summoned unit.

        kind: Only whistles of this kind.

        open_only: Only those that still wait for the unit, of whistles that have not ended.

        missed: Only units that were missed when they were due (未报到), or only others.

        after: What the page before called `next`.
    """

    definition: ClassVar[str] = "summonses"

    unit: UnitId | None = None
    kind: Code | None = None
    open_only: bool = True
    missed: bool | None = None
    size: PageSize = 50
    after: Annotated[str | None, Field(max_length=200)] = None

    def narrowed(self, unit: str | None) -> Summonses:
        """Give the same question about one unit."""
        return self.model_copy(update={"unit": unit})

    def answer(self, record: Record) -> SummonsPage:
        """
        Read the page from the register.

        Raises:
            InputError: If *after* is no cursor of this list.
        """
        wanted = Filter(["p.kind = 'summons'", "c.case_type = 'whistle'"])
        if self.unit is not None:
            wanted.add("p.unit = :unit", unit=self.unit)
        if self.kind is not None:
            wanted.add("c.kind = :kind", kind=self.kind)
        if self.open_only:
            states = ", ".join(f"'{state}'" for state in WAITING)
            wanted.add(f"p.state IN ({states}) AND NOT c.ended AND c.settled_at IS NULL")
        if self.missed is not None:
            wanted.add("p.missed" if self.missed else "NOT p.missed")
        if self.after is not None:
            self._go_on(wanted, self.after)
        rows = record.rows(
            f"SELECT {', '.join(COLUMNS)} FROM parts p JOIN cases c ON c.case_id = p.case_id"
            f" WHERE {' AND '.join(wanted.conditions)} ORDER BY {KEY}, p.case_id, p.unit"
            " LIMIT :size",
            {**wanted.parameters, "size": self.size + 1},
        )
        page = rows[: self.size]
        return SummonsPage(
            definition=self.definition,
            version=self.version,
            position=record.position,
            as_of=record.now,
            items=tuple(map(_summons, page)),
            next=_cursor(page[-1]) if len(rows) > self.size else None,
        )

    @staticmethod
    def _go_on(wanted: Filter, after: str) -> None:
        due, _, rest = after.partition(MARK)
        case_id, _, unit = rest.partition(MARK)
        if not due.isdecimal() or int(due) >= 2**63 or not case_id or not unit:
            message = "'after' is no cursor of this list; give what the page before called 'next'"
            raise InputError(message, after=after)
        wanted.add(
            f"({KEY}, p.case_id, p.unit) > (:after_due, :after_case, :after_unit)",
            after_due=int(due), after_case=case_id, after_unit=unit,
        )  # fmt: skip


NEVER: Final = 2**62
KEY: Final = f"COALESCE(p.due_at, {NEVER})"
"""What the list is sorted by: what is due first, then what is not due at all."""


def _cursor(row: tuple[Any, ...]) -> str:
    due = row[10] if row[10] is not None else NEVER
    return f"{due}{MARK}{row[0]}{MARK}{row[6]}"


def _summons(row: tuple[Any, ...]) -> Summons:
    case_id, number, title, kind, place, whistle_state, unit, role, state, *rest = row
    since, due_at, arrived_at, done_at, on_time, missed = rest
    return Summons(
        case_id=UUID(str(case_id)),
        number=number,
        title=title,
        kind=kind,
        place=place,
        whistle_state=whistle_state,
        unit=unit,
        role=role,
        state=state,
        summoned_at=EPOCH + timedelta(microseconds=since),
        due_at=from_microseconds(due_at),
        arrived_at=from_microseconds(arrived_at),
        delivered_at=from_microseconds(done_at),
        on_time=None if on_time is None else bool(on_time),
        missed=bool(missed),
    )
