"""One row of a source, read as a map says: a case with its flags, or the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from zhili.interchange.csv_source import Record
from zhili.interchange.import_map import ImportMap
from zhili.interchange.time_reader import Reading, TimeReader
from zhili.values import LINE_LENGTH_MAX

__all__ = ["NAMED", "RejectedError", "RowReader", "SourceCase"]

NAMED: Final = ("status", "unit", "category", "type", "division", "channel")
"""The columns that are taken over as they stand."""

CLOSED_FIRST: Final = "closed_before_opened"
DUE_FIRST: Final = "due_before_opened"
CLOSED_WITHOUT_TIME: Final = "closed_status_without_time"
OPEN_WITH_TIME: Final = "open_status_with_time"
OPENED_LATER: Final = "opened_in_future"
CLOSED_LATER: Final = "closed_in_future"

_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
SHOWN_MAX: Final = 60


class RejectedError(ValueError):
    """A row that cannot become a case; its text says why."""


class SourceCase(NamedTuple):
    """A case as one row tells it. `flags` are of its opening, `closing_flags` of its closing."""

    external_id: str
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    named: tuple[str | None, ...]
    flags: tuple[str, ...]
    closing_flags: tuple[str, ...]
    unreadable: dict[str, str]

    @property
    def status(self) -> str | None:
        """Its status at the source."""
        return self.named[0]


class RowReader:
    """Reads the rows of one file."""

    def __init__(
        self, import_map: ImportMap, places: dict[str, int], now: Callable[[], datetime]
    ) -> None:
        """Read as *import_map* says what stands at *places*; *now* tells what is in the future."""
        self._times = TimeReader(import_map.source.zone, import_map.values.time_formats)
        self._null = frozenset(import_map.values.null)
        self._closed_statuses = frozenset(import_map.values.closed_statuses)
        self._places = tuple(places.items())
        self._names = import_map.columns.model_dump()
        self._now = now

    def read(self, record: Record) -> SourceCase:
        """
        Read one row.

        Raises:
            RejectedError: If it is no well-formed row, if its id or opening time is missing or
                unreadable, or if a text is too long or holds control characters.
        """
        if record.problem is not None:
            raise RejectedError(record.problem)
        texts = {ours: self._text(ours, record.fields[place]) for ours, place in self._places}
        if any("\0" in line for line in record.lines):
            # In a column that nobody asked for: whoever wrote it did not write text.
            raise RejectedError("it holds the character U+0000 (NUL), which no text has")
        external_id = texts["external_id"]
        if external_id is None:
            raise RejectedError(f"the id ({self._names['external_id']}) is missing")
        opened, flag = self._opening(texts["opened_at"])
        flags = [flag] if flag else []
        unreadable: dict[str, str] = {}
        closing = self._optional("closed_at", texts.get("closed_at"), unreadable)
        due = self._optional("due_at", texts.get("due_at"), unreadable)
        if due is not None:
            _note(flags, due.flag, DUE_FIRST if due.instant < opened else None)
        flags.extend(f"unreadable_{name}" for name in unreadable)
        now = self._now()
        _note(flags, OPENED_LATER if opened > now else None)
        status = texts.get("status")
        says_closed = status in self._closed_statuses
        if closing is None and says_closed:
            flags.append(CLOSED_WITHOUT_TIME)
        return SourceCase(
            external_id=external_id,
            opened_at=opened,
            closed_at=closing.instant if closing else None,
            due_at=due.instant if due else None,
            named=tuple(texts.get(name) for name in NAMED),
            flags=tuple(flags),
            closing_flags=self._closing_flags(opened, closing, status, now, flags),
            unreadable=unreadable,
        )

    def _closing_flags(
        self,
        opened: datetime,
        closing: Reading | None,
        status: str | None,
        now: datetime,
        flags: list[str],
    ) -> tuple[str, ...]:
        if closing is None:
            return ()
        odd: list[str] = []
        _note(
            odd,
            CLOSED_FIRST if closing.instant < opened else None,
            CLOSED_LATER if closing.instant > now else None,
            closing.flag if closing.flag not in flags else None,
        )
        if self._closed_statuses and status is not None and status not in self._closed_statuses:
            odd.append(OPEN_WITH_TIME)
        return tuple(odd)

    def _text(self, ours: str, field: str) -> str | None:
        text = field.strip()
        if not text or text in self._null:
            return None
        if len(text) > LINE_LENGTH_MAX:
            message = f"{ours} ({self._names[ours]}) has {len(text)} characters"
            raise RejectedError(f"{message}; at most {LINE_LENGTH_MAX} are kept")
        if not text.isprintable() and (unfit := _UNFIT.search(text)):
            message = f"{ours} ({self._names[ours]}) holds the character U+{ord(unfit[0]):04X}"
            raise RejectedError(f"{message}, which no text has")
        return text

    def _opening(self, text: str | None) -> Reading:
        if text is None:
            raise RejectedError(f"the opening time ({self._names['opened_at']}) is missing")
        try:
            return self._times.read(text)
        except (ValueError, OverflowError) as error:
            message = f"the opening time ({self._names['opened_at']}) {text[:SHOWN_MAX]!r}"
            raise RejectedError(f"{message} cannot be read as a time") from error

    def _optional(self, ours: str, text: str | None, unreadable: dict[str, str]) -> Reading | None:
        if text is None:
            return None
        try:
            return self._times.read(text)
        except (ValueError, OverflowError):
            unreadable[ours] = text
            return None


def _note(flags: list[str], *codes: str | None) -> None:
    flags.extend(code for code in codes if code is not None and code not in flags)
