"""Policies in every version as the log has them, and `units` and `days` laid flat from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import ValidationError
from pydantic_core import to_json

from zhili.aggregates import PolicyStream
from zhili.errors import UnreadableEventError
from zhili.policies.calendar import Calendar
from zhili.policies.organisation import Organisation
from zhili.policies.policy import Policy
from zhili.projections.daybook import day_rows
from zhili.projections.hierarchy import unit_rows
from zhili.projections.register import CASES, SPELLS, Rows
from zhili.projections.warehouse import YEAR_MIN, YEARS_AHEAD_MAX
from zhili.values import EPOCH

if TYPE_CHECKING:
    from zhili.store import EventMapper
    from zhili.store.store import LogRow

_Kind = TypeVar("_Kind", bound=Policy)

__all__ = ["Lookup", "PolicyDocument", "documents"]

PUBLISHED: Final = PolicyStream.Published.topic
_NAME: Final = re.compile(r"[a-z_]{1,64}")

_ZONE, _OPENED, _CLOSED = (CASES.names.index(n) for n in ("zone", "opened_day", "closed_day"))
_UNIT: Final = SPELLS.names.index("unit")
_DAYS: Final = range(
    date.min.toordinal() - EPOCH.toordinal(), date.max.toordinal() - EPOCH.toordinal()
)


@dataclass(frozen=True)
class PolicyDocument:
    """One version of a policy, as the log has it."""

    name: str
    version: int
    position: int
    published_at: str
    document: dict[str, Any]

    @property
    def path(self) -> str:
        """Where it stands in an exported folder."""
        return f"policies/{self.name}-{self.version:04d}.json"

    @property
    def content(self) -> bytes:
        """What its file holds."""
        plain = {
            "policy": self.name,
            "version": self.version,
            "position": self.position,
            "published_at": self.published_at,
            "document": self.document,
        }
        return to_json(plain, indent=2) + b"\n"


def documents(rows: Iterable[LogRow], mapper: EventMapper) -> Iterator[PolicyDocument]:
    """Give the policies published in *rows*; the log alone shows what of them cannot be read."""
    for row in rows:
        if row.topic != PUBLISHED:
            continue
        try:
            event = mapper.to_domain_event(row.stored)
        except (UnreadableEventError, ValueError):
            continue
        if isinstance(event, PolicyStream.Published) and _NAME.fullmatch(event.policy):
            at = event.timestamp.isoformat()
            yield PolicyDocument(event.policy, row.version, row.position, at, event.document)


@dataclass
class Lookup:
    """What `units` and `days` have to cover, gathered while the register passes by."""

    policies: dict[str, PolicyDocument] = field(default_factory=dict[str, PolicyDocument])
    units: set[str] = field(default_factory=set[str])
    zones: set[str] = field(default_factory=set[str])
    first_day: int | None = None
    last_day: int | None = None

    def publish(self, policy: PolicyDocument) -> None:
        """Take in a policy: the last one of each name is in force."""
        self.policies[policy.name] = policy

    def see(self, rows: Rows) -> None:
        """Take in the units, zones and days of some rows."""
        for row in rows.spells:
            self.see_spell(row)
        for row in rows.cases:
            self.see_case(row)

    def see_spell(self, row: Sequence[Any]) -> None:
        """Take in the unit of a row of `spells`."""
        if isinstance(row[_UNIT], str):
            self.units.add(row[_UNIT])

    def see_case(self, row: Sequence[Any]) -> None:
        """Take in the zone and the days of a row of `cases`."""
        if isinstance(row[_ZONE], str):
            self.zones.add(row[_ZONE])
        for day in (row[_OPENED], row[_CLOSED]):
            if isinstance(day, int) and day in _DAYS:
                self.first_day = day if self.first_day is None else min(day, self.first_day)
                self.last_day = day if self.last_day is None else max(day, self.last_day)

    def unit_rows(self) -> Iterator[tuple[Any, ...]]:
        """Give the rows of `units` under the organisation in force."""
        organisation = self.in_force(Organisation)
        if organisation is not None:
            yield from unit_rows(organisation, self.units)

    def day_rows(self, until: date) -> Iterator[tuple[Any, ...]]:
        """Give the rows of `days` under the calendar in force, up to *until* and on."""
        calendar = self.in_force(Calendar)
        if calendar is None:
            return
        years = [until.year - 1, until.year + 1]
        if self.first_day is not None and self.last_day is not None:
            years.append((EPOCH + timedelta(days=self.first_day)).year - 1)
            years.append((EPOCH + timedelta(days=self.last_day)).year + 1)
        first, last = max(min(years), YEAR_MIN), min(max(years), until.year + YEARS_AHEAD_MAX)
        for zone in sorted({calendar.zone, *self.zones}):
            try:
                yield from day_rows(calendar, zone, date(first, 1, 1), date(last, 12, 31))
            except (KeyError, ValueError, OSError):  # a zone that is none, which tampering makes
                continue

    def in_force(self, kind: type[_Kind]) -> _Kind | None:
        """Give the policy of that kind in its last version; None if there is none to be read."""
        found = self.policies.get(kind.name)
        try:
            return None if found is None else kind.model_validate(found.document)
        except (ValidationError, ArithmeticError, LookupError):
            return None
