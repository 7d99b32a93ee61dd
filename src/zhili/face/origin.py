"""Where a request was sent from, as far as the browser that sent it says."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from zhili.face.request import Request

__all__ = ["is_foreign", "is_signed_by_hand"]

BY_ITSELF: Final = frozenset({"basic", "digest", "negotiate", "ntlm"})
"""Schemes whose credentials a browser remembers, and sends whichever site asks it to."""


def is_foreign(request: Request) -> bool:
    """
    Say whether a browser says that another site's page sent *request*.

    No page can set either header, and no program need send one. Where a proxy asks this server
    under another name than people do, only `Sec-Fetch-Site` knows that it came from here.
    """
    said = request.headers.get("sec-fetch-site", "none")
    origin = request.headers.get("origin")
    if said == "same-origin":
        return False
    return said != "none" or (origin is not None and not _is_host(origin, request.host))


def is_signed_by_hand(request: Request) -> bool:
    """Say whether *request* has credentials that no browser adds by itself, such as a token."""
    scheme = request.headers.get("authorization", "").strip().partition(" ")[0].lower()
    return scheme != "" and scheme not in BY_ITSELF


def _is_host(origin: str, host: str) -> bool:
    """
    Say whether *origin* is that of *host*.

    A proxy may speak https where this server is asked by http, so the scheme does not count.
    """
    try:
        named = urlsplit(origin).netloc.lower()
    except ValueError:  # no address at all
        return False
    return named != "" and named == host.lower()
