"""Lists of cases, read from the register page by page: by the last key, never by offset."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from pydantic import Field, StrictInt, StringConstraints

from zhili.errors import InputError, StoreError
from zhili.projections.question import Answer, Question, Record
from zhili.projections.register import microseconds
from zhili.values import EPOCH, Instant, Value

__all__ = [
    "DUE_ORDER", "LATEST_ORDER", "NOT_ENDED", "NUMBER_ORDER", "OPENED_ORDER", "OVERDUE", "CasePage",
    "Filter", "ListedCase", "Order", "PageSize", "page",
]  # fmt: skip

PageSize = Annotated[int, Field(ge=1, le=200)]
"""How many cases one page may hold."""

CURSOR_LENGTH_MAX: Final = 500

STANDING_STILL: Final = "ledgered"
"""The state in which the matter's own clock is stopped, so that nothing becomes overdue (§2.10)."""

OVERDUE: Final = (
    "(due_at IS NOT NULL AND due_at < :now AND on_time IS NULL AND NOT ended"
    f" AND state <> '{STANDING_STILL}')"
)
"""Due and past, and nobody has answered yet. True or false of every row, never unknown."""


class ListedCase(Value):
    """One case as a list shows it: what the register says, and nothing personal."""

    case_id: UUID
    case_type: str
    number: str
    version: int
    state: str
    ended: bool
    unit: str | None
    person: str | None
    subject: str | None
    kind: str | None
    title: str | None
    category: str | None
    type: str | None
    division: str | None
    place: str | None
    channel: str | None
    grade: str | None
    confidentiality: int
    outcome: str | None
    opened_at: Instant
    dispatched_at: Instant | None
    closed_at: Instant | None
    due_at: Instant | None
    next_due_at: Instant | None
    next_clock: str | None
    provisional_year: int | None
    merged_into: UUID | None
    source: str | None
    source_id: str | None
    flags: tuple[str, ...]
    overdue: bool


class CasePage(Answer):
    """One page of a list. `next` is what to ask for *after* to get the page that follows."""

    items: tuple[ListedCase, ...]
    next: str | None


_set = object.__setattr__

FIELDS: Final = tuple(ListedCase.model_fields)
FIELDS_SET: Final = set(FIELDS)
COLUMNS: Final = tuple(name for name in FIELDS if name != "overdue")
assert (*COLUMNS, "overdue") == FIELDS, "a row is the fields in their order"


class Order(NamedTuple):
    """How a list is sorted: by a column, then by case id, so that no two rows are equal."""

    name: str
    column: str
    descending: bool = False
    has_empty: bool = False
    """Whether the column may be empty: those rows come last, by case id."""
    open_apart: bool = False
    """Whether an index has the open cases alone in this order."""


DUE_ORDER: Final = Order("due", "due_at", has_empty=True, open_apart=True)
OPENED_ORDER: Final = Order("opened", "opened_at")
NUMBER_ORDER: Final = Order("number", "number")
LATEST_ORDER: Final = Order("latest", "opened_at", descending=True)

NOT_ENDED: Final = "NOT ended"
"""The condition of a list of open cases, in the words of the indexes that hold them alone."""

STEPS: Final = 2000
"""How far a list is walked through before what may be in it is looked for by itself."""


class Way(NamedTuple):
    """One of several conditions of which each is enough, and which an index of its own answers."""

    condition: str
    in_order: bool
    """Whether that index gives the cases in the order of the list; others are found and sorted."""


ANYHOW: Final = Way("1 = 1", in_order=True)


@dataclass
class Filter:
    """
    Conditions on the register that must all hold, with the values of their parameters.

    Of `alternatives` one is enough, if there are any. Each is asked by itself, so that each can use
    an index of its own, and what they give is merged: joined by OR none of them would.

    `walked` says all of them in one condition. If there is one, the list is first walked through
    for some steps: a page of what is frequent is found there sooner than by finding all of it.
    """

    conditions: list[str] = field(default_factory=list[str])
    parameters: dict[str, str | int] = field(default_factory=dict[str, str | int])
    alternatives: list[Way] = field(default_factory=list[Way])
    walked: str = ""

    def add(self, condition: str, **parameters: str | int) -> None:
        """Add a condition, and the values that it names."""
        self.conditions.append(condition)
        self.parameters.update(parameters)

    def either(self, condition: str, *, in_order: bool = False, **parameters: str | int) -> None:
        """Add a condition of which it is enough that it, or another alternative, holds."""
        self.alternatives.append(Way(condition, in_order))
        self.parameters.update(parameters)

    def equal(self, column: str, value: str | None) -> None:
        """Let *column* be exactly *value*, if one is asked for."""
        if value is not None:
            self.add(f"{column} = :{column}", **{column: value})

    def one_of(self, column: str, values: tuple[str, ...]) -> None:
        """Let *column* be one of *values*; of none, nothing matches."""
        named = {f"{column}_{index}": value for index, value in enumerate(values)}
        listed = ", ".join(f":{name}" for name in named)
        self.add(f"{column} IN ({listed})" if named else "1 = 0", **named)

    def containing(self, column: str, text: str | None) -> None:
        """Let *column* contain *text*, if one is asked for; A to Z match a to z."""
        if text is not None:
            pattern = f"%{literal(text)}%"
            self.add(f"LOWER({column}) LIKE LOWER(:{column}) ESCAPE '!'", **{column: pattern})


def literal(text: str) -> str:
    """Give *text* so that LIKE takes every character as itself."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


Microseconds = Annotated[StrictInt, Field(ge=-(2**63), lt=2**63)]
Words = Annotated[str, StringConstraints(strict=True, max_length=200, pattern=r"^[^\x00]*$")]


class _Place(Value):
    """Where a page ended: in which order, and the key of its last row."""

    order: Words
    key: Microseconds | Words | None
    case_id: UUID


class _Stretch(NamedTuple):
    """A run of rows that one index gives in order: what it adds to the filter, and how it sorts."""

    condition: str
    sorting: str
    parameters: Mapping[str, str | int]
    keyed: bool = True

    def apart(self, order: Order) -> _Stretch:
        """Give the same in words that no index has, so that none in this order is chosen."""
        column = order.column
        hidden = f"{column} || ''" if order is NUMBER_ORDER else f"{column} + 0"
        sorting = self.sorting.replace(column, hidden) if self.keyed else "case_id || ''"
        return self._replace(condition=self.condition.replace(column, hidden), sorting=sorting)


def page(  # noqa: PLR0913 - what is listed, by whom it is asked, and which part of it
    record: Record,
    question: Question,
    wanted: Filter,
    *,
    order: Order,
    size: int,
    after: str | None,
) -> CasePage:
    """
    Read one page of the cases that *wanted* lets through.

    Raises:
        InputError: If *after* is no cursor of a list in this order.
        StoreError: If the register holds what no register holds.
    """
    asked = {**wanted.parameters, "now": microseconds(record.now) or 0}
    rows: list[tuple[Any, ...]] = []
    for stretch in _stretches(order, _place(after, order)):
        # One row more than the page holds tells whether another page follows.
        parameters = {**asked, **stretch.parameters, "size": size + 1 - len(rows)}
        rows.extend(_merged(record, wanted, stretch, order, parameters))
        if len(rows) > size:
            break
    try:
        items = tuple(_listed(rows[:size]))
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        # A damaged file: the library has written no such row.
        message = "the register has a row that cannot be read; `zhili audit` says which it is"
        raise StoreError(message) from error
    return CasePage(
        definition=question.definition,
        version=question.version,
        position=record.position,
        as_of=record.now,
        items=items,
        next=_cursor(order, rows[size - 1]) if len(rows) > size else None,
    )


def _merged(
    record: Record,
    wanted: Filter,
    stretch: _Stretch,
    order: Order,
    parameters: Mapping[str, str | int],
) -> list[tuple[Any, ...]]:
    """Give the first rows of a stretch: of each alternative, in one order and each of them once."""
    if wanted.walked and stretch.keyed:
        walked = _walked(record, wanted, stretch, order, parameters)
        if walked is not None:
            return walked
    found: dict[str, tuple[Any, ...]] = {}
    for way in wanted.alternatives or (ANYHOW,):
        told = stretch if way.in_order else stretch.apart(order)
        conditions = " AND ".join([*wanted.conditions, way.condition, told.condition])
        # Which they are is told by an index alone; of those on the page all columns are read.
        ids = f"SELECT case_id FROM cases WHERE {conditions} ORDER BY {told.sorting} LIMIT :size"
        rows = record.rows(_select([f"case_id IN ({ids})"]), parameters)
        found.update((row[0], row) for row in rows)
    at = COLUMNS.index(order.column)
    merged = sorted(
        found.values(),
        key=lambda row: (row[at], row[0]) if stretch.keyed else (row[0],),
        reverse=order.descending and stretch.keyed,
    )
    return merged[: int(parameters["size"])]


def _walked(
    record: Record,
    wanted: Filter,
    stretch: _Stretch,
    order: Order,
    parameters: Mapping[str, str | int],
) -> list[tuple[Any, ...]] | None:
    """Give the first rows of a stretch if they are among its first STEPS rows; None if not."""
    is_open = order.open_apart and NOT_ENDED in wanted.conditions
    passed = [stretch.condition, *([NOT_ENDED] if is_open else [])]
    last = record.rows(
        f"SELECT {order.column}, case_id FROM cases WHERE {' AND '.join(passed)}"
        f" ORDER BY {stretch.sorting} LIMIT 1 OFFSET {STEPS}",
        stretch.parameters,
    )
    conditions, given = [*wanted.conditions, wanted.walked, stretch.condition], dict(parameters)
    for key, case_id in last:
        before = ">=" if order.descending else "<="
        conditions.append(f"({order.column}, case_id) {before} (:upto_key, :upto_id)")
        given |= {"upto_key": key, "upto_id": case_id}
    rows = record.rows(_select(conditions, stretch.sorting), given)
    return None if last and len(rows) < int(parameters["size"]) else rows


def _select(conditions: Sequence[str], sorting: str = "case_id") -> str:
    return (
        f"SELECT {', '.join(COLUMNS)}, {OVERDUE} FROM cases"
        f" WHERE {' AND '.join(conditions)} ORDER BY {sorting} LIMIT :size"
    )


def _stretches(order: Order, place: _Place | None) -> Iterator[_Stretch]:
    """Give what is left of the list after *place*: rows with a key, then rows without."""
    column, empty = order.column, f"{order.column} IS NULL"
    way, beyond = ("DESC", "<") if order.descending else ("ASC", ">")
    sorting = f"{column} {way}, case_id {way}"
    if place is None:
        yield _Stretch(f"{column} IS NOT NULL", sorting, {})
    elif place.key is not None:
        condition = f"({column}, case_id) {beyond} (:after_key, :after_id)"
        yield _Stretch(condition, sorting, {"after_key": place.key, "after_id": str(place.case_id)})
    else:
        yield _Stretch(
            f"{empty} AND case_id > :after_id",
            "case_id",
            {"after_id": str(place.case_id)},
            keyed=False,
        )
        return
    if order.has_empty:
        yield _Stretch(empty, "case_id", {}, keyed=False)


def _cursor(order: Order, row: tuple[Any, ...]) -> str:
    values = dict(zip(COLUMNS, row, strict=False))
    place = _Place(order=order.name, key=values[order.column], case_id=values["case_id"])
    return urlsafe_b64encode(place.model_dump_json().encode()).decode()


def _place(after: str | None, order: Order) -> _Place | None:
    if after is None:
        return None
    message = "'after' is no cursor of this list; give what the page before called 'next', or none"
    if len(after) > CURSOR_LENGTH_MAX:
        raise InputError(message, after=after[:CURSOR_LENGTH_MAX])
    try:
        place = _Place.model_validate_json(b64decode(after, altchars=b"-_", validate=True))
    except ValueError as error:  # no base64, no JSON, or no such fields
        raise InputError(message, after=after) from error
    if place.order != order.name:
        message = f"'after' is a cursor of a list by {place.order!r}; this one is by {order.name!r}"
        raise InputError(message, after=after)
    kind = str if order.column == "number" else int
    if not (isinstance(place.key, kind) or (place.key is None and order.has_empty)):
        raise InputError(message, after=after)
    return place


def _listed(rows: Sequence[tuple[Any, ...]]) -> Iterator[ListedCase]:
    """
    Give the cases of rows of the register.

    Nothing is validated again, for the register is written by this library; and columns are
    converted as a whole. A case at a time a page takes three times as long.
    """
    columns = dict(zip(FIELDS, zip(*rows, strict=True), strict=True)) if rows else {}
    converted = [_CONVERTED.get(name, tuple)(column) for name, column in columns.items()]
    for row in zip(*converted, strict=True):
        listed = ListedCase.__new__(ListedCase)
        _set(listed, "__dict__", dict(zip(FIELDS, row, strict=True)))
        _set(listed, "__pydantic_fields_set__", FIELDS_SET)
        _set(listed, "__pydantic_extra__", None)
        _set(listed, "__pydantic_private__", None)
        yield listed


Converted: TypeAlias = Callable[[Iterable[Any]], Iterable[Any]]


def _instants(column: Iterable[int | None]) -> list[datetime | None]:
    return [None if value is None else EPOCH + timedelta(0, 0, value) for value in column]


def _ids(column: Iterable[str | None]) -> list[UUID | None]:
    return [UUID(value) if value else None for value in column]


def _flags(column: Iterable[str | None]) -> list[tuple[str, ...]]:
    return [tuple(value.split()) if value else () for value in column]


def _truths(column: Iterable[Any]) -> list[bool]:
    return list(map(bool, column))


_CONVERTED: Final[dict[str, Converted]] = {
    **dict.fromkeys((name for name in COLUMNS if name.endswith("_at")), _instants),
    "case_id": _ids,
    "merged_into": _ids,
    "flags": _flags,
    "ended": _truths,
    "overdue": _truths,
}
