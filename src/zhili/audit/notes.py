"""Findings and remarks as they come in: the first of a code in words, all of them counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from zhili.audit.report import Finding

if TYPE_CHECKING:
    from zhili.store.store import LogRow

__all__ = ["KEPT_MAX", "Notes"]

KEPT_MAX: Final = 1000
"""How many of a code are kept in words; the rest is counted."""

DETAIL_MAX: Final = 1000
"""How many characters of a detail are kept: a log may say anything, at any length."""


class Notes:
    """Findings, or remarks. Those of several spans, added in order, are those of the whole."""

    def __init__(self) -> None:
        """Begin with none."""
        self.kept: list[Finding] = []
        self.counts: Counter[str] = Counter()

    def add(  # noqa: PLR0913 - a note and its place
        self,
        code: str,
        detail: str,
        row: LogRow | None = None,
        *,
        case_id: str | None = None,
        version: int | None = None,
        position: int | None = None,
    ) -> None:
        """Add one, at *row* or at the place given."""
        self.counts[code] += 1
        if self.counts[code] > KEPT_MAX:
            return
        if row is not None:
            case_id, version, position = row.case_id, row.version, row.position
        self.kept.append(
            Finding(
                code=code,
                case_id=case_id,
                version=version,
                position=position,
                detail=detail[:DETAIL_MAX],
            )
        )

    def join(self, others: Notes) -> None:
        """Add the notes of the span that follows."""
        counted = self.counts.copy()
        for note in others.kept:
            counted[note.code] += 1
            if counted[note.code] <= KEPT_MAX:
                self.kept.append(note)
        self.counts += others.counts

    @property
    def left_out(self) -> int:
        """How many are counted only."""
        return self.counts.total() - len(self.kept)
