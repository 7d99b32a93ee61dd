"""What a question is, what it may look at, and what every answer carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from uuid import UUID

from zhili.values import Instant, Value

if TYPE_CHECKING:
    from zhili.aggregates import Case, CaseEvent
    from zhili.policies.rules import Rules

__all__ = ["Answer", "Cursor", "Question", "Record"]


class Cursor(Protocol):
    """A DuckDB cursor over the register's tables, as far as questions need it."""

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """Run one statement; parameters are written `$name`."""
        ...

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Give the rows."""
        ...


class Record(Protocol):
    """
    The record as a question sees it: the register, the log and the policies, at one position.

    The engine gives each question a record of its own; nothing in it can be written.
    """

    @property
    def zone(self) -> str:
        """The engine's time zone."""
        ...

    @property
    def now(self) -> datetime:
        """The instant at which the question is asked, in UTC."""
        ...

    @property
    def position(self) -> int:
        """The log position up to which the record answers."""
        ...

    @property
    def rules(self) -> Rules:
        """The policies in force."""
        ...

    def policies(self, name: str) -> list[tuple[int, datetime, Any]]:
        """Give every version of a policy: its number, when it was published, the document."""
        ...

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Ask the store itself, in SQL that SQLite and PostgreSQL share; parameters are `:name`."""
        ...

    def reads(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """
        Ask the access log of the present, in SQL as above; nothing where a store keeps none.

        Raises:
            InputError: If the record is one of the past, which has no access log.
        """
        ...

    def warehouse(self) -> Cursor:
        """
        Give a DuckDB cursor over `cases`, `spells`, `parts`, `units` and `days`, refreshed.

        Of the register it has what is counted: the columns that `projections.holding` names, and
        the spells that are not over by `now`. For all that there is, ask `rows`.
        """
        ...

    def case(self, case_id: UUID) -> Case:
        """Give a case as it stands; CaseNotFoundError if there is none."""
        ...

    def several(self, case_ids: Sequence[UUID]) -> list[Case]:
        """Give those of the cases that exist as they stand, in the order asked, read at once."""
        ...

    def history(self, case_id: UUID) -> list[CaseEvent]:
        """Give the events of a case; CaseNotFoundError if there is none."""
        ...


class Question(Value):
    """
    Something asked of the record with `Engine.ask`.

    `definition` names what is computed and `version` which edition of it: a change of meaning is
    a new version.
    """

    definition: ClassVar[str] = ""
    version: ClassVar[int] = 1
    statements: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def files(cls) -> tuple[str, ...]:
        """Name the .sql files it is computed with: its definition's, unless it has `statements`."""
        return cls.statements or (cls.definition,)

    def answer(self, record: Record) -> Any:
        """Answer from *record*."""
        raise NotImplementedError

    def named_instant(self, record: Callable[[], Record]) -> datetime | None:  # noqa: ARG002 - for those that override it
        """
        Give the instant that the question itself names, None for now.

        The engine then asks it of the record as of that instant, as if it had been told so.

        Args:
            record: Gives the record, to a question that has to look which instant it is.
        """
        return None

    def only_cases(self, record: Record) -> tuple[UUID, ...] | None:  # noqa: ARG002 - for those that override it
        """
        Give the cases that it can be about, whenever it is asked; None for any.

        In the past the engine then folds no others.
        """
        return None


class Answer(Value):
    """What every answer carries: the definition it follows, the position and instant it is of."""

    definition: str
    version: int
    position: int
    as_of: Instant
