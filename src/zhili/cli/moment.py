"""Where the record is cut: the options `--as-of` and `--known-at`, and how they are read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, Final, NamedTuple
from zoneinfo import ZoneInfo

import typer

from zhili.engine import Engine
from zhili.errors import InputError

__all__ = ["AS_OF_HELP", "AsOfOption", "KnownAtOption", "Moment", "read_moment"]

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


class Moment(NamedTuple):
    """What was typed, read as far as that goes without a store."""

    as_of: date | datetime | None
    known_at: int | date | datetime | None

    def at(self, engine: Engine) -> tuple[datetime | None, int | datetime | None]:
        """
        Give both as *engine* takes them.

        Raises:
            InputError: If an instant lies in the future, or before all calendars.
        """
        as_of = None if self.as_of is None else _instant("--as-of", self.as_of, engine)
        if self.known_at is None or isinstance(self.known_at, int):
            return as_of, self.known_at
        return as_of, _instant("--known-at", self.known_at, engine)


def read_moment(as_of: str | None, known_at: str | None) -> Moment:
    """
    Read what was typed.

    Raises:
        InputError: If it is neither an instant nor a day, nor where that is asked for a position.
    """
    told = None if as_of is None else _read("--as-of", as_of)
    if known_at is None:
        return Moment(told, None)
    if known_at.isascii() and known_at.lstrip("-").isdigit():
        return Moment(told, int(known_at))
    return Moment(told, _read("--known-at", known_at))


def _read(option: str, text: str) -> date | datetime:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            told = read(text)
        except ValueError:
            continue
        if not isinstance(told, datetime) or told.tzinfo is not None:
            return told
    message = f"{option} {text!r} is no instant; e.g. 2026-05-31T18:00:00+08:00 or 2026-05-31"
    raise InputError(message, option=option)


def _instant(option: str, told: date | datetime, engine: Engine) -> datetime:
    """Give the instant that was told; of a day, its beginning in the zone of the store."""
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
