"""The rows of a list of cases, with the time that each has left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from zhili.errors import PolicyRefusedError
from zhili.pages.case_words import case_type_label, part_role_label
from zhili.pages.choice_words import word_of_choice
from zhili.pages.time_left import SOON, TimeLeft, time_left
from zhili.pages.words import label_of
from zhili.workflows.clock_name import clock_label

if TYPE_CHECKING:
    from zhili.face.request import Language
    from zhili.pages.site import Site
    from zhili.policies.calendar import Calendar
    from zhili.projections.listing import ListedCase
    from zhili.projections.summonses import Summons

__all__ = ["CaseRow", "Lists", "SummonsRow"]

PAUSED: Final = "ledgered"
"""The state in which the matter's own clock stands still (§2.10)."""


class CaseRow(NamedTuple):
    """One case of a list, in words."""

    case: ListedCase
    kind: str
    unit: str
    left: TimeLeft | None
    next_clock: str
    next_left: TimeLeft | None


class SummonsRow(NamedTuple):
    """One summons, in words."""

    summons: Summons
    unit: str
    role: str
    left: TimeLeft | None


class Lists:
    """Puts rows of the register into words."""

    def __init__(self, site: Site) -> None:
        """Word them as *site* names units, and as the calendar in force counts."""
        self._site = site

    def soon(self) -> datetime:
        """Give the instant before which something is due soon."""
        return self._site.engine.now() + SOON

    def calendar(self) -> Calendar | None:
        """Give the calendar in force; None where it cannot be read."""
        try:
            return self._site.engine.book.current().calendar
        except PolicyRefusedError:  # the audit says where
            return None

    def rows(self, cases: Iterable[ListedCase], language: Language) -> list[CaseRow]:
        """Give the rows of *cases*: nothing is looked up row by row."""
        now, calendar = self._site.engine.now(), self.calendar()

        def left(due_at: datetime | None) -> TimeLeft | None:
            return time_left(due_at, now, calendar, language) if due_at else None

        found: list[CaseRow] = []
        for case in cases:
            runs = not case.ended and case.state != PAUSED and case.due_at is not None
            due = left(case.due_at) if runs and (case.overdue or _ahead(case.due_at, now)) else None
            another = case.next_due_at != case.due_at and not case.ended
            found.append(
                CaseRow(
                    case,
                    self._kind(case.case_type, case.kind, language),
                    self._site.unit_name(case.unit) if case.unit else "",
                    due,
                    label_of(clock_label(case.next_clock or ""), language),
                    left(case.next_due_at) if another else None,
                )
            )
        return found

    def summonses(self, found: Iterable[Summons], language: Language) -> list[SummonsRow]:
        """Give the rows of summonses."""
        now, calendar = self._site.engine.now(), self.calendar()
        return [
            SummonsRow(
                one,
                self._site.unit_name(one.unit),
                label_of(part_role_label(one.role or ""), language),
                time_left(one.due_at, now, calendar, language) if one.due_at else None,
            )
            for one in found
        ]

    def _kind(self, case_type: str, kind: str | None, language: Language) -> str:
        """Give the case type, and of an appeal what kind of appeal it is."""
        said = label_of(case_type_label(case_type), language)
        if case_type != "complaint" or kind is None:
            return said
        what = label_of(word_of_choice("kind", kind), language)
        return said if what == said else f"{said} · {what}"


def _ahead(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at > now
