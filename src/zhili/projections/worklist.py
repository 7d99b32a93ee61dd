"""Worklists 待办清单: the cases that a unit, a person or a desk has before it; and earlier ones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, ClassVar, Final, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from zhili.aggregates.number import check_number
from zhili.errors import InputError
from zhili.policies.division import parse
from zhili.policies.organisation import Organisation
from zhili.projections.listing import (
    DUE_ORDER,
    LATEST_ORDER,
    NOT_ENDED,
    NUMBER_ORDER,
    OPENED_ORDER,
    OVERDUE,
    CasePage,
    Filter,
    PageSize,
    literal,
    page,
)
from zhili.projections.question import Question, Record
from zhili.projections.register import microseconds
from zhili.values import LINE_LENGTH_MAX, Code, Instant

__all__ = ["PREFIX_LENGTHS", "Earlier", "Worklist", "units_within"]

Sought = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=LINE_LENGTH_MAX, pattern=r"^[^\x00]+$"
    ),
]
"""A text to look for: 1 to 200 characters, none of them NUL, which PostgreSQL has no room for."""

Flag = Annotated[str, StringConstraints(pattern=r"^[^\s\x00]{1,64}$")]
"""A code of what is odd about a case; no spaces, which stand between the flags of the register."""

ORDERS: Final = {"due": DUE_ORDER, "opened": OPENED_ORDER, "number": NUMBER_ORDER}

UNITS_MAX: Final = 30_000
"""SQLite takes 32,766 parameters in one statement."""

PREFIX_LENGTHS: Final = {"province": 2, "city": 4, "district": 6, "street": 9, "community": 12}


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Worklist(Question):
    """
    The cases that fit everything asked for, sorted, one page at a time.

    Args:
        unit: The accountable unit itself.

        within: A unit that the accountable one is or stands under, by today's organisation; a unit
            that has ended counts where it stood on its last day.

        state: One state, or several of which any will do.

        open_only: Leave out ended cases. Unless it says otherwise, so does a list that names
            neither a state nor one particular case (number, source id, main case).

        due_before: Due earlier than this.

        overdue: Due and past with no answer yet; a case on the ledger is not, its clock stands.

        number: The case number, however it was written.

        title: Words in the title. Capitals A to Z do not matter; the same for `place`.

        flag: One code of what is odd about a case.

        order: By due instant (cases without one last), by opening, or by number.

        after: What the page before called `next`.
    """

    definition: ClassVar[str] = "worklist"

    case_type: Code | None = None
    unit: Sought | None = None
    within: Sought | None = None
    person: Sought | None = None
    state: Annotated[
        Annotated[tuple[Code, ...], Field(min_length=1, max_length=100)] | None,
        BeforeValidator(_several),
    ] = None
    open_only: bool | None = None
    due_before: Instant | None = None
    overdue: bool | None = None
    subject: Sought | None = None
    number: Sought | None = None
    title: Sought | None = None
    place: Sought | None = None
    flag: Flag | None = None
    source: Sought | None = None
    source_id: Sought | None = None
    merged_into: UUID | None = None
    order: Literal["due", "opened", "number"] = "due"
    size: PageSize = 50
    after: str | None = None

    def answer(self, record: Record) -> CasePage:
        """
        Read the page from the register.

        Raises:
            InputError: If the number is mistyped, the unit unknown or the cursor of another list.
        """
        return self.page(record, self.wanted(record))

    def page(self, record: Record, wanted: Filter) -> CasePage:
        """Read the page of what *wanted* lets through, which may be less than was asked for."""
        return page(
            record, self, wanted, order=ORDERS[self.order], size=self.size, after=self.after
        )

    def wanted(self, record: Record) -> Filter:
        """
        Give the conditions of everything asked for.

        Raises:
            InputError: If the number is mistyped, or the unit unknown.
        """
        wanted = Filter()
        for column in ("case_type", "unit", "person", "subject", "source", "source_id"):
            wanted.equal(column, getattr(self, column))
        for column in ("title", "place"):
            wanted.containing(column, getattr(self, column))
        wanted.equal("number", check_number(self.number) if self.number else None)
        wanted.equal("merged_into", str(self.merged_into) if self.merged_into else None)
        if self.within is not None:
            _lie_within(wanted, self.within, record)
        if self.state is not None:
            wanted.one_of("state", self.state)
        if self._leaves_out_ended():
            wanted.add(NOT_ENDED)
        if self.due_before is not None:
            wanted.add("due_at < :due_before", due_before=microseconds(self.due_before) or 0)
        if self.overdue is not None:
            wanted.add(OVERDUE if self.overdue else f"NOT {OVERDUE}")
        if self.flag is not None:
            # A flag is a whole word of the column: taking it out must change something.
            padded = "(' ' || flags || ' ')"
            wanted.add(f"REPLACE({padded}, :flag, '') <> {padded}", flag=f" {self.flag} ")
        return wanted

    def only_cases(self, record: Record) -> tuple[UUID, ...] | None:
        """Give the case of that number, which it has for good."""
        if self.number is None:
            return None
        sql = "SELECT case_id FROM cases WHERE number = :number"
        found = record.rows(sql, {"number": check_number(self.number)})
        return tuple(UUID(case_id) for (case_id,) in found)

    def _leaves_out_ended(self) -> bool:
        if self.open_only is not None:
            return self.open_only
        particular = (self.state, self.number, self.source_id, self.merged_into)
        return all(value is None for value in particular)


class Earlier(Question):
    """
    The earlier cases of the same subject 历史诉求, newest first, one page at a time.

    Of a case: those of its subject that were opened before it. Of a subject: all of them.
    """

    definition: ClassVar[str] = "earlier"

    case_id: UUID | None = None
    subject: Sought | None = None
    size: PageSize = 50
    after: str | None = None

    @model_validator(mode="after")
    def _says_of_whom(self) -> Self:
        if (self.case_id is None) == (self.subject is None):
            message = "name either the case whose subject is meant, or the subject itself"
            raise ValueError(message)
        return self

    def answer(self, record: Record) -> CasePage:
        """
        Read the page from the register. A case without a subject has no earlier ones.

        Raises:
            CaseNotFoundError: If there is no such case.
            InputError: If the cursor is of another list.
        """
        return self.page(record, self.wanted(record))

    def page(self, record: Record, wanted: Filter) -> CasePage:
        """Read the page of what *wanted* lets through, which may be less than was asked for."""
        return page(record, self, wanted, order=LATEST_ORDER, size=self.size, after=self.after)

    def wanted(self, record: Record) -> Filter:
        """Give the conditions of what was asked for; CaseNotFoundError if there is no such case."""
        wanted, subject = Filter(), self.subject
        if self.case_id is not None:
            case = record.case(self.case_id)
            subject = case.subject
            wanted.add(
                "(opened_at, case_id) < (:before_at, :before_id)",
                before_at=microseconds(case.opened_at) or 0,
                before_id=str(case.id),
            )
        if subject is None:
            wanted.add("1 = 0")
        else:
            wanted.equal("subject", subject)
        return wanted


def _lie_within(wanted: Filter, above: str, record: Record) -> None:
    """Let the unit be *above* or stand under it."""
    organisation = record.rules.organisation
    if not organisation.open:
        today = record.now.astimezone(ZoneInfo(record.zone)).date()
        wanted.one_of("unit", units_within(organisation, above, today))
        return
    try:
        division = parse(above)
    except InputError:  # an id of the host's own, under which an open organisation knows nothing
        wanted.equal("unit", above)
        return
    prefix = division.code12[: PREFIX_LENGTHS[division.level]]
    wanted.add("unit LIKE :within AND LENGTH(unit) IN (6, 9, 12)", within=f"{literal(prefix)}%")


def units_within(organisation: Organisation, above: str, today: date) -> tuple[str, ...]:
    """
    Give the units that are or stand under *above*, as of today or of their last day.

    Raises:
        InputError: If there is no such unit, or it has too many under it.
    """
    if all(unit.id != above for unit in organisation.units):
        message = f"unit {above!r} is not in the organisation; name one that is"
        raise InputError(message, within=above)
    days: dict[str, date] = {}
    for unit in organisation.units:
        if unit.exists(today):
            days[unit.id] = today
        elif unit.valid_to is not None and unit.valid_to <= today:
            last = unit.valid_to - timedelta(days=1)
            days[unit.id] = max(last, days.get(unit.id, last))
    found = tuple(unit for unit, day in days.items() if organisation.is_within(unit, above, day))
    if len(found) > UNITS_MAX:
        message = f"{above!r} has {len(found)} units under it; name one with at most {UNITS_MAX}"
        raise InputError(message, within=above)
    return found
