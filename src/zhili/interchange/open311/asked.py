"""The parameters of `GET requests`: read as the standard has them, or refused in its spirit."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from zhili.aggregates.number import check_number
from zhili.errors import InputError
from zhili.interchange.open311.catalogue import Catalogue, category_of
from zhili.interchange.open311.lookup import REACH_MAX, SIZE_MAX, Claim, Requests
from zhili.values import INSTANT_MAX, INSTANT_MIN

__all__ = ["SPAN", "Given", "instant_of", "requests_asked"]

Given = tuple[tuple[str, str], ...]
"""Names and values as they came; a name may come more than once."""

SPAN: Final = timedelta(days=90)
"""How much time one answer may span, and does where nobody says."""

STATUSES: Final = {"open": False, "closed": True}
"""Whether a request of that status has ended."""

_W3C: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)", re.ASCII
)


def requests_asked(given: Given, catalogue: Catalogue, now: datetime) -> Requests:
    """
    Give the question that the parameters *given* ask.

    Those that are empty are as good as absent; those that the standard does not know are not read.

    Raises:
        InputError: If one of them cannot be understood, or asks for too much.
    """
    numbers = [_number_in(text) for text in _listed(given, "service_request_id")]
    if numbers:
        if len(numbers) > SIZE_MAX:
            raise InputError(f"service_request_id: at most {SIZE_MAX} at once, not {len(numbers)}")
        return Requests(numbers=tuple(dict.fromkeys(numbers)))
    first, last = _range(given, now)
    statuses = {_ended(status) for status in _listed(given, "status")}
    codes = dict.fromkeys(_listed(given, "service_code"))
    size = _number(given, "page_size", SIZE_MAX, SIZE_MAX)
    page = _number(given, "page", 1, REACH_MAX)
    if size * page > REACH_MAX:
        message = f"page {page} of {size} lies beyond the first {REACH_MAX} requests"
        raise InputError(f"{message}; name an earlier end_date instead")
    return Requests(
        services=tuple(_claim(code, catalogue) for code in codes) if codes else None,
        opened_from=first,
        opened_until=_whole_second(last),
        ended=statuses.pop() if len(statuses) == 1 else None,
        size=size,
        page=page,
    )


def instant_of(text: str, name: str) -> datetime:
    """
    Read a time as the standard writes it.

    A plus sign that was not escaped has become a space on the way; it is taken for what it was.

    Raises:
        InputError: If it is none.
    """
    instant = _read(re.sub(r" (?=\d\d:\d\d\Z)", "+", text.strip()))
    if instant is None:
        like = "2026-03-02T01:00:00Z or 2026-03-02T09:00:00%2B08:00"
        raise InputError(f"{name} {text[:40]!r} is no time with a zone; one looks like {like}")
    return instant


def _read(text: str) -> datetime | None:
    if not _W3C.fullmatch(text):
        return None
    try:
        instant = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):  # the 30th of February; the year 0
        return None
    return instant if INSTANT_MIN <= instant <= INSTANT_MAX else None


def _range(given: Given, now: datetime) -> tuple[datetime, datetime]:
    """Give the first and the last instant asked for, 90 days apart at the most."""
    first, last = _instant(given, "start_date"), _instant(given, "end_date")
    if first is None:
        last = last or now
        return max(last, INSTANT_MIN + SPAN) - SPAN, last
    if last is None:
        return first, min(first, INSTANT_MAX - SPAN) + SPAN
    if last < first:
        raise InputError("end_date lies before start_date; exchange them")
    if last - first > SPAN:
        message = f"start_date and end_date span more than {SPAN.days} days"
        raise InputError(f"{message}; ask for less at a time")
    return first, last


def _whole_second(last: datetime) -> datetime:
    """Give the end of the second that *last* names: what is shown as of it is of it."""
    return last if last.microsecond else min(last.replace(microsecond=999_999), INSTANT_MAX)


def _instant(given: Given, name: str) -> datetime | None:
    text = _last(given, name)
    return instant_of(text, name) if text else None


def _ended(status: str) -> bool:
    if status not in STATUSES:
        raise InputError(f"status {status[:40]!r} is not known; there are: {', '.join(STATUSES)}")
    return STATUSES[status]


def _claim(code: str, catalogue: Catalogue) -> Claim:
    """Give the matters of the service *code*, which the catalogue need not have any more."""
    service = catalogue.service(code)
    if service is not None and service.category is None:
        return Claim(category=None)
    category = category_of(code)
    return Claim(category=category, without=catalogue.below(category))


def _number_in(text: str) -> str:
    """Give *text* as a case number is written; one that is mistyped stays, and names no case."""
    try:
        return check_number(text)
    except InputError:
        return text


def _number(given: Given, name: str, default: int, most: int) -> int:
    text = _last(given, name)
    if not text:
        return default
    right = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
    if not right or not 1 <= int(text) <= most:
        raise InputError(f"{name} {text[:40]!r} is no number from 1 to {most}")
    return int(text)


def _last(given: Given, name: str) -> str | None:
    values = [value.strip() for key, value in given if key == name]
    return (values[-1] or None) if values else None


def _listed(given: Given, name: str) -> list[str]:
    """Give what was listed for *name*: between commas, in one value or several."""
    values = (value for key, value in given if key == name)
    return [part.strip() for value in values for part in value.split(",") if part.strip()]
