"""
The question behind `GET requests`: complaints that everybody may know of, and only such columns.

What is never asked for cannot be shown: neither title, place nor anything about a person is read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, NamedTuple

from pydantic import Field

from zhili.projections.listing import Filter
from zhili.projections.question import Answer, Question, Record
from zhili.projections.register import from_microseconds, microseconds
from zhili.values import Instant, Value

__all__ = ["PUBLIC", "Claim", "RequestPage", "RequestRow", "Requests"]

PUBLIC: Final = (
    "case_type = 'complaint' AND confidentiality = 0 AND (kind IS NULL OR kind <> 'report')"
)
"""What is public: no reports of a wrong 举报, and nothing that is kept confidential (§8)."""

COLUMNS: Final = (
    "number", "state", "ended", "unit", "kind", "category", "type", "division", "channel",
    "outcome", "outcome_unknown", "source", "opened_at", "closed_at", "due_at", "last_at",
)  # fmt: skip

SIZE_MAX: Final = 1000
"""The standard's own limit on one answer."""

REACH_MAX: Final = 10_000
"""How far into a list one may turn its pages; beyond, ask for fewer days."""

Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class RequestRow(NamedTuple):
    """What is public of one complaint, as the register has it."""

    number: str
    state: str
    ended: bool
    unit: str | None
    kind: str | None
    category: str | None
    type: str | None
    division: str | None
    channel: str | None
    outcome: str | None
    outcome_unknown: bool
    source: str | None
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    last_at: datetime | None


assert RequestRow._fields == COLUMNS, "a row is the columns in their order"


class Claim(Value):
    """The matters of one service: its category and all below, but not the services below."""

    category: Text | None
    without: tuple[Text, ...] = ()


class RequestPage(Answer):
    """One page of requests, the latest first."""

    items: tuple[RequestRow, ...]


class Requests(Question):
    """
    The complaints that everybody may know of, the latest first, one page at a time.

    Args:
        numbers: Only these; then nothing else is asked.

        services: Only matters of these services.

        opened_from: Registered at this instant or later.

        opened_until: Registered at this instant or earlier.

        ended: Only those that have ended, or only those that have not.

        page: Which page, from 1.
    """

    definition: ClassVar[str] = "open311_requests"

    numbers: Annotated[tuple[Text, ...] | None, Field(max_length=SIZE_MAX)] = None
    services: Annotated[tuple[Claim, ...] | None, Field(max_length=SIZE_MAX)] = None
    opened_from: Instant | None = None
    opened_until: Instant | None = None
    ended: bool | None = None
    size: Annotated[int, Field(ge=1, le=SIZE_MAX)] = SIZE_MAX
    page: Annotated[int, Field(ge=1, le=REACH_MAX)] = 1

    def answer(self, record: Record) -> RequestPage:
        """Read the page from the register."""
        wanted = Filter([PUBLIC])
        if self.numbers is not None:
            wanted.one_of("number", self.numbers)
        if self.services is not None:
            _among(wanted, self.services)
        if self.opened_from is not None:
            wanted.add("opened_at >= :first", first=microseconds(self.opened_from) or 0)
        if self.opened_until is not None:
            wanted.add("opened_at <= :last", last=microseconds(self.opened_until) or 0)
        if self.ended is not None:
            wanted.add("ended" if self.ended else "NOT ended")
        rows = record.rows(
            f"SELECT {', '.join(COLUMNS)} FROM cases WHERE {' AND '.join(wanted.conditions)}"
            " ORDER BY opened_at DESC, case_id DESC LIMIT :size OFFSET :skipped",
            {**wanted.parameters, "size": self.size, "skipped": self.size * (self.page - 1)},
        )
        return RequestPage(
            definition=self.definition,
            version=self.version,
            position=record.position,
            as_of=record.now,
            items=tuple(map(_row, rows)),
        )


def _among(wanted: Filter, claims: tuple[Claim, ...]) -> None:
    """Let through the matters of *claims*."""
    conditions: list[str] = []
    for index, claim in enumerate(claims):
        if claim.category is None:
            conditions.append("category IS NULL")
            continue
        parts = [_within(wanted, f"service_{index}", claim.category)]
        for place, narrower in enumerate(claim.without):
            parts.append(f"NOT {_within(wanted, f'service_{index}_{place}', narrower)}")
        conditions.append(f"({' AND '.join(parts)})")
    wanted.add(f"({' OR '.join(conditions)})" if conditions else "1 = 0")


def _within(wanted: Filter, name: str, category: str) -> str:
    """
    Give the condition that a category is *category* or below it.

    Compared by its first characters: what LIKE takes for equal differs from store to store.
    """
    below = f"{category}/"
    wanted.parameters[name] = category
    wanted.parameters[f"{name}_below"] = below
    return f"(category = :{name} OR SUBSTR(category, 1, {len(below)}) = :{name}_below)"


def _row(row: tuple[Any, ...]) -> RequestRow:
    *texts, opened_at, closed_at, due_at, last_at = row
    values = RequestRow(*texts, *map(from_microseconds, (opened_at, closed_at, due_at, last_at)))
    return values._replace(ended=bool(values.ended), outcome_unknown=bool(values.outcome_unknown))
