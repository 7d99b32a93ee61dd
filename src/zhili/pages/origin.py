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

OWN_SITES: Final = frozenset({"same-origin", "none"})
"""What a browser says of a form of this very origin, or that nobody led it to send."""


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
    if not kept or len(sent) != 1 or not hmac.compare_digest(sent[0].encode(), kept.encode()):
        message = "this form was opened too long ago, or without cookies; open its page again"
        raise ForbiddenError(message)
    return tuple((name, value) for name, value in pairs if name != TOKEN_FIELD)


def _refuse_strangers(request: Request) -> None:
    """Refuse a form that the browser says came from elsewhere."""
    said = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    foreign = said is not None and said not in OWN_SITES
    if origin is not None and not foreign:
        # A proxy may speak https where this server is asked by http, so hosts are compared.
        foreign = urlsplit(origin).netloc.lower() != request.host.lower()
    if foreign:
        raise ForbiddenError("this form was sent from another site; open it here and send it")
