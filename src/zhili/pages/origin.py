"""Whether a form was sent from a page of this site: its token, and where it came from."""

from __future__ import annotations

import hmac
from typing import Final
from urllib.parse import urlsplit

from zhili.face import Request
from zhili.face.problem import ForbiddenError
from zhili.face.request import Pairs
from zhili.pages.view import TOKEN_COOKIE

__all__ = ["TOKEN_FIELD", "own_form"]

TOKEN_FIELD: Final = "_token"  # noqa: S105 - the name of a field, no secret


def own_form(request: Request) -> Pairs:
    """
    Give the fields of the form that was sent, without its token.

    Raises:
        ForbiddenError: If another site's page may have sent it, or the page it was on is stale.
        InputError: If what was sent is no form.
    """
    _refuse_strangers(request)
    pairs = request.form
    kept = request.cookies.get(TOKEN_COOKIE, "")
    sent = [value for name, value in pairs if name == TOKEN_FIELD]
    if not kept or len(sent) != 1 or not _same(sent[0], kept):
        message = "this form was opened too long ago, or without cookies; open its page again"
        raise ForbiddenError(message)
    return tuple((name, value) for name, value in pairs if name != TOKEN_FIELD)


def _refuse_strangers(request: Request) -> None:
    """
    Refuse a form that the browser says came from elsewhere.

    No page can set either header. Where a proxy asks this server under another name than people
    do, only `Sec-Fetch-Site` knows that the form came from here.
    """
    said = request.headers.get("sec-fetch-site", "none")
    origin = request.headers.get("origin")
    if said == "same-origin":
        return
    if said != "none" or (origin is not None and not _is_host(origin, request.host)):
        raise ForbiddenError("this form was sent from another site; open it here and send it")


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


def _same(sent: str, kept: str) -> bool:
    """Compare two tokens in a time that tells nothing of where they differ."""
    return hmac.compare_digest(sent.encode(errors="replace"), kept.encode(errors="replace"))
