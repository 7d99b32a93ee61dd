"""Where the record is cut: the options `--as-of` and `--known-at`, and how they are read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, Final, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

import typer

from zhili.engine import Engine
from zhili.errors import InputError

__all__ = [
    "AS_OF_HELP", "AsOfOption", "KnownAtOption", "Moment", "Told", "instant_of", "place_of",
    "read_instant", "read_moment", "read_place",
]  # fmt: skip

Told: TypeAlias = date | datetime
"""An instant, or a day that means its beginning, as somebody typed it."""

AS_OF_HELP: Final = (
    "What had happened by then 截至: an instant with its offset, or a date, for the beginning of "
    "that day in the store's zone. Not in the future."
)

AsOfOption = Annotated[str | None, typer.Option("--as-of", help=AS_OF_HELP)]
KnownAtOption = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        help="What was known then 当时所知: a log position, or an instant as above, for what had "
        "been recorded by then.",
    ),
]


DIGITS_MAX: Final = 20
"""No position is longer."""


class Moment(NamedTuple):
    """What was typed, read as far as that goes without a store."""

    as_of: Told | None
    known_at: int | Told | None

    def at(self, engine: Engine) -> tuple[datetime | None, int | datetime | None]:
        """
        Give both as *engine* takes them.

        Raises:
            InputError: If an instant lies in the future, or before all calendars, or the log has
                no such position.
        """
        as_of = None if self.as_of is None else instant_of("--as-of", self.as_of, engine)
        if self.known_at is None:
            return as_of, None
        return as_of, place_of("--known-at", self.known_at, engine)


def read_moment(as_of: str | None, known_at: str | None) -> Moment:
    """
    Read what was typed.

    Raises:
        InputError: If it is neither an instant nor a day, nor where that is asked for a position.
    """
    return Moment(
        None if as_of is None else read_instant("--as-of", as_of),
        None if known_at is None else read_place("--known-at", known_at),
    )


def read_place(option: str, text: str) -> int | Told:
    """
    Read a position of the log, an instant or a day.

    Raises:
        InputError: If it is none of them; *option* is named.
    """
    if text.isascii() and text.lstrip("-").isdigit() and len(text) <= DIGITS_MAX:
        return int(text)
    return read_instant(option, text)


def read_instant(option: str, text: str) -> Told:
    """
    Read an instant with its offset, or a day.

    Raises:
        InputError: If it is neither; *option* is named.
    """
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            told = read(text)
        except ValueError:
            continue
        if not isinstance(told, datetime) or told.tzinfo is not None:
            return told
    message = f"{option} {text!r} is no instant; e.g. 2026-05-31T18:00:00+08:00 or 2026-05-31"
    raise InputError(message, option=option)


def place_of(option: str, told: int | Told, engine: Engine) -> int | datetime:
    """
    Give a position that the log of *engine* has, or the instant that was told.

    Raises:
        InputError: If there is no such position, or as for an instant.
    """
    if not isinstance(told, int):
        return instant_of(option, told, engine)
    head = engine.head().position
    if not 0 <= told <= head:
        message = f"{option} {told}: the log ends at position {head}; name one from 0 to that"
        raise InputError(message, option=option, head=head)
    return told


def instant_of(option: str, told: Told, engine: Engine) -> datetime:
    """
    Give the instant that was told; of a day, its beginning in the zone of the store.

    Raises:
        InputError: If it lies in the future, or before all calendars.
    """
    present = engine.now()
    midnight = datetime.combine(told, time(), ZoneInfo(engine.zone))
    try:
        instant = (told if isinstance(told, datetime) else midnight).astimezone(UTC)
    except OverflowError as error:
        message = f"{option} {told} lies outside the years 1 to 9999 in UTC; name another instant"
        raise InputError(message, option=option) from error
    if instant > present:
        now = present.astimezone(ZoneInfo(engine.zone)).isoformat(timespec="seconds")
        message = f"{option} {told} lies in the future; it is {now} now"
        raise InputError(message, option=option)
    return instant
