"""What was recorded, told on the page that one comes to afterwards: read back from the record."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import ValidationError

from zhili.engine.receipt import Receipts
from zhili.face.commands import actor_of, host_key

if TYPE_CHECKING:
    from uuid import UUID

    from zhili.engine import Receipt
    from zhili.face import Request
    from zhili.pages.site import Site

__all__ = ["DONE", "receipt_of", "told_at"]

DONE = "done"
"""Under this name the query of a page has the key of what was just carried out."""


def told_at(path: str, key: str) -> str:
    """Give the address of the page at *path* that tells what was carried out under *key*."""
    return f"{path}?{DONE}={quote(key)}"


def receipt_of(site: Site, request: Request, case_id: UUID | None = None) -> Receipt | None:
    """
    Give the receipt of what whoever asks has just done, to that case; None if they have not.

    It is read from the record by their own key, so no link can make a page tell what never was.
    """
    key = request.asked(DONE)
    if key is None:
        return None
    own = host_key(actor_of(request), key)
    row = site.engine.store.key(own)
    if row is None:
        return None
    try:
        kept = Receipts.model_validate_json(row.receipt)
    except ValidationError:  # an audit looks at the log; a key that cannot be read is nobody's
        return None
    place = site.engine.store.place(*kept.last) if kept.last else None
    if place is None:
        return None
    position, link = place
    told = kept.at(position, bytes(link), own, repeated=False)
    return next((one for one in told if case_id in {None, one.case_id}), None)
