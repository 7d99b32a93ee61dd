"""What an item of the wall remembers: promises, reports, declarations, earlier rounds."""

from datetime import date, datetime
from typing import NamedTuple

__all__ = ["Chapter", "Declaration", "Progress", "Promise"]


class Promise(NamedTuple):
    """A promised day: in which round it was given, when, and why if another one stood before."""

    round: int
    on: date
    due_at: datetime
    made_at: datetime
    reason: str | None = None


class Progress(NamedTuple):
    """A published report of how far it is."""

    round: int
    at: datetime
    note: str


class Declaration(NamedTuple):
    """That it cannot be resolved for now: said by its owner, to be confirmed by the town."""

    by: str
    reason: str
    basis: str
    instead: str
    review_on: date


class Chapter(NamedTuple):
    """What came of an earlier round on the wall, and why it was posted again."""

    round: int
    outcome: str | None
    result: str | None
    echo: str | None
    echoed_at: datetime | None
    ground: str
    reason: str
    measures: str | None = None
    kept: bool | None = None
    declaration: Declaration | None = None
