"""Requests asked of a live GeoReport server, page by page."""

from __future__ import annotations

from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from zhili.errors import InputError
from zhili.interchange.open311.reading import BYTES_MAX, Item, fields_of, items_in

__all__ = ["PAGES_MAX", "fetched"]

PAGES_MAX: Final = 1000
SECONDS: Final = 30
SCHEMES: Final = frozenset({"http", "https"})
WHOLE: Final = frozenset({"page", "service_request_id"})
"""What of a query says that one answer is all that is asked for."""


def fetched(url: str) -> list[Item]:
    """
    Ask for the requests at *url*, and for further pages until one brings nothing new.

    Pages are no part of the standard: a server that does not know them answers the same again.

    Raises:
        InputError: If *url* is none, the server cannot be reached or says no, or there is no end.
    """
    parts = _parts(url)
    name = urlunsplit((*parts[:3], "", ""))  # a key in the query is nobody's affair
    query = parse_qsl(parts.query, keep_blank_values=True)
    if WHOLE & {key for key, _ in query}:
        return _asked(url, name)
    found: list[Item] = []
    seen: set[str] = set()
    for page in range(1, PAGES_MAX + 1):
        paged = urlencode((*query, ("page", str(page))))
        items = _asked(urlunsplit((*parts[:3], paged, "")), name)
        ids = [_id(item) for item in items]
        fresh = [item for item, own in zip(items, ids, strict=True) if own not in seen]
        if not fresh:
            return found
        found += fresh
        seen.update(ids)
    message = f"{name} has more than {PAGES_MAX} pages; name start_date and end_date in the address"
    raise InputError(message, source=name)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        right = parts.scheme in SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        right, parts = False, urlsplit("")
    if not right or not parts.path.endswith(("/requests.json", "/requests.xml")):
        message = f"{url.partition('?')[0]!r} is no address of requests; one looks like"
        raise InputError(f"{message} https://city.example/open311/v2/requests.json", source=url)
    return parts


def _id(item: Item) -> str:
    fields = fields_of(item) or {}
    return str(fields.get("service_request_id") or item)


def _asked(url: str, name: str) -> list[Item]:
    """Ask once; *name* is what messages call it."""
    request = Request(url, headers={"Accept": "application/json, text/xml"})  # noqa: S310 - `_parts` has looked at its scheme
    try:
        with _opener().open(request, timeout=SECONDS) as answer:
            body = answer.read(BYTES_MAX + 1)
    except HTTPError as error:
        raise _refusal(error, name) from error
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        message = f"{name} cannot be read: {reason}; is the address right, and the server up?"
        raise InputError(message, source=name) from error
    return items_in(body, name)


def _refusal(error: HTTPError, name: str) -> InputError:
    """Give what a server's refusal says, in its own words if it has any."""
    said = f"{name} answered {error.code} {error.reason}"
    with error:
        try:
            items_in(error.read(BYTES_MAX + 1), name)
        except InputError as refused:
            if "is a refusal" in refused.message:
                said = f"{said}; it {refused.message.removeprefix(name).strip()}"
        except OSError:
            pass  # its words are lost on the way; its number is not
    return InputError(said, source=name, status=error.code)


def _opener() -> OpenerDirector:
    """Give what opens addresses of the web and no others, wherever it is led on to."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler, UnknownHandler, HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler,
        HTTPRedirectHandler, HTTPErrorProcessor,
    ):  # fmt: skip
        opener.add_handler(handler())
    return opener
