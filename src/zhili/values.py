"""Words everybody uses: ids, instants, people, units, texts and periods."""

import json
import secrets
import time
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from datetime import time as midnight
from operator import methodcaller
from typing import Annotated, Any, NewType, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

__all__ = [
    "EPOCH",
    "INSTANT_MAX",
    "INSTANT_MIN",
    "SYSTEM",
    "SYSTEM_ACTOR",
    "TO_UTC",
    "Actor",
    "Attachment",
    "Code",
    "Document",
    "Instant",
    "Line",
    "Month",
    "Period",
    "Personal",
    "Recorded",
    "Role",
    "Text",
    "UnitId",
    "Value",
    "in_name_order",
    "new_case_id",
]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

TEXT_LENGTH_MAX = 4000
LINE_LENGTH_MAX = 200


_NO_NUL = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL in a text: what one store refuses, all refuse."""


TO_UTC = methodcaller("astimezone", UTC)
"""Brings an instant to UTC, and shows in a schema where one stands."""


class _InUtc:
    """Brings an instant to UTC by compiled code: they are read by the million."""

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        aware = core_schema.custom_error_schema(
            core_schema.datetime_schema(tz_constraint="aware", ge=INSTANT_MIN, le=INSTANT_MAX),
            custom_error_type="instant",
            custom_error_message=(
                "no time, or it has no zone; give one with an offset, e.g. "
                "2026-03-02T09:00:00+08:00"
            ),
        )
        return core_schema.no_info_after_validator_function(TO_UTC, aware)


INSTANT_MIN = datetime(1, 1, 2, tzinfo=UTC)
INSTANT_MAX = datetime(9999, 12, 30, tzinfo=UTC)
"""The last instant that has a local day in every zone; `INSTANT_MIN` is the first."""

Instant = Annotated[datetime, _InUtc()]
"""A moment in UTC. A time without a zone is refused, never guessed."""

Text = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=TEXT_LENGTH_MAX, pattern=_NO_NUL
    ),
]
"""A paragraph somebody wrote: 1 to 4,000 characters."""

Line = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=LINE_LENGTH_MAX, pattern=_NO_NUL
    ),
]
"""A short text: 1 to 200 characters."""

Code = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=_NO_NUL)
]
"""A code of a catalogue: category, channel, defect, ground."""

UnitId = Annotated[str, StringConstraints(pattern=r"^[^\s\x00]{1,64}$")]
"""A unit: the host's own id, or a division code of 6, 9 or 12 digits (GB/T 2260)."""


def _finite(document: dict[str, Any]) -> dict[str, Any]:
    json.dumps(document, allow_nan=False)
    return document


Document = Annotated[dict[str, Any], AfterValidator(_finite)]
"""What JSON can say, and so what is stored as it is: no infinity, and nothing that is no number."""

Role = NewType("Role", str)
"""What somebody may do here. Open: a host adds roles of its own."""


class Value(BaseModel):
    """A frozen value that refuses fields it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True
    )


class Recorded(Value):
    """A value that stands in events: its fields come in the order of their names, as stored."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Give the model's schema, with its fields in the order of their names."""
        return in_name_order(handler(source))

    def __eq__(self, other: object) -> bool:
        """Compare class and fields; what a store reads by the million is compared as often."""
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = Value.__hash__


def in_name_order(schema: CoreSchema) -> CoreSchema:
    """
    Put the fields of a model's *schema* in the order of their names.

    What such a schema validates keeps its values in that order, and so gives canonical JSON
    without being sorted each time it is written.
    """
    inner: Any = schema
    while inner["type"] != "model-fields":
        if "schema" not in inner:
            return schema
        inner = inner["schema"]
    inner["fields"] = dict(sorted(inner["fields"].items()))
    return schema


class Actor(Recorded):
    """Who acts, as the host system has authenticated them. Never part of a command."""

    id: Line
    role: Role
    unit: UnitId | None = None


SYSTEM = Role("system")
"""The role of the library itself: timers and reactions."""

SYSTEM_ACTOR = Actor(id="zhili", role=SYSTEM)
"""Who acts when a clock or a reaction does."""


class Personal(Recorded):
    """
    Words that belong to a person, in the form in which they are stored.

    `subject` says whose they are. `sealed` is false as long as no keyring seals them.
    """

    subject: Line
    # A default that depends on data is never left out: a value that is not sealed says so.
    sealed: bool = Field(default_factory=lambda _data: False)
    value: Text

    def __str__(self) -> str:
        """Never show the value by accident."""
        return "…"

    def __repr__(self) -> str:
        """Say whose it is, and never what."""
        return f"Personal(subject={self.subject!r}, …)"


class Attachment(Recorded):
    """A file that the host keeps: its name, kind, size and digest, never its bytes."""

    name: Line
    media_type: Annotated[str, StringConstraints(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100)]
    size: Annotated[int, Field(ge=0, le=10 * 2**30)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    uri: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Period(Value):
    """A half-open span of local days, `[first, after)`, in the engine's zone."""

    first: date
    after: date
    name: Line | None = None

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.after <= self.first:
            message = f"a period must end after it begins: {self.first} … {self.after}"
            raise ValueError(message)
        return self

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """Give the instants at which the period begins and ends in *zone*."""
        info = ZoneInfo(zone)
        start = datetime.combine(self.first, midnight.min, info)
        end = datetime.combine(self.after, midnight.min, info)
        return start.astimezone(UTC), end.astimezone(UTC)

    def before(self) -> Self:
        """Give the period of the same length that ends where this one begins."""
        if self.first.day == 1 and self.after.day == 1:
            months = (self.after.year - self.first.year) * 12 + self.after.month - self.first.month
            return type(self)(first=_months_earlier(self.first, months), after=self.first)
        return type(self)(first=self.first - (self.after - self.first), after=self.first)

    def year_before(self) -> Self:
        """Give the same days of the year before."""
        first, after = _months_earlier(self.first, 12), _months_earlier(self.after, 12)
        return type(self)(first=first, after=after)


def Month(year: int, month: int) -> Period:  # noqa: N802 - reads as a value where it is used
    """Give the period of one calendar month."""
    first = date(year, month, 1)
    return Period(
        first=first,
        after=first + timedelta(days=monthrange(year, month)[1]),
        name=f"{year:04d}-{month:02d}",
    )


def _months_earlier(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def new_case_id() -> UUID:
    """Make a case id that sorts by the time of its making (UUID version 7, RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000
    bits = (milliseconds << 80) | secrets.randbits(80)
    bits = (bits & ~(0xF << 76)) | (7 << 76)
    bits = (bits & ~(0x3 << 62)) | (2 << 62)
    return UUID(int=bits)
