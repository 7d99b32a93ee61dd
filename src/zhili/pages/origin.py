"""Whether a form was sent from a page of this site: its token, and where it came from."""

from __future__ import annotations

import hmac
from typing import Final

from zhili.face import Request
from zhili.face.origin import is_foreign
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
    if is_foreign(request):
        raise ForbiddenError("this form was sent from another site; open it here and send it")
    pairs = request.form
    kept = request.cookies.get(TOKEN_COOKIE, "")
    sent = [value for name, value in pairs if name == TOKEN_FIELD]
    if not kept or len(sent) != 1 or not _same(sent[0], kept):
        message = "this form was opened too long ago, or without cookies; open its page again"
        raise ForbiddenError(message)
    return tuple((name, value) for name, value in pairs if name != TOKEN_FIELD)


def _same(sent: str, kept: str) -> bool:
    """Compare two tokens in a time that tells nothing of where they differ."""
    return hmac.compare_digest(sent.encode(errors="replace"), kept.encode(errors="replace"))
