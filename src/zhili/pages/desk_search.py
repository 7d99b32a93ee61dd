"""Looking for a case: by its number, by words in title or place, by whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import Field

from zhili.aggregates.number import check_number
from zhili.errors import InputError
from zhili.face import Request, Response, Route
from zhili.face.reading import query_of
from zhili.pages.desk_list import Lists
from zhili.pages.staff import staff_eyes
from zhili.projections.worklist import Worklist
from zhili.values import Line, Value
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.face.eyes import Eyes
    from zhili.pages.site import Site
    from zhili.projections.listing import CasePage

__all__ = ["Sought", "search_route"]

PAGE_SIZE: Final = 50
LIKE_A_NUMBER: Final = 15
"""So many letters and digits without a blank are meant to be a number."""


class Sought(Value):
    """What the search asks for; `q` is a number, or words of a title."""

    q: Line | None = None
    place: Line | None = None
    subject: Line | None = None
    ended: bool = False
    after: str | None = Field(default=None, max_length=500)

    @property
    def anything(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.q or self.place or self.subject)


def search_route(site: Site) -> Route:
    """Give the route of the search."""
    lists = Lists(site)

    def search(request: Request) -> Response:
        eyes = staff_eyes(site, request)
        sought = query_of(request, Sought)
        found, wrong = _found(eyes, sought)
        if found is not None and len(found.items) == 1 and _number(sought.q):
            return site.see_other(request, f"/desk/cases/{found.items[0].case_id}")
        return site.page(
            request, "desk/search.html",
            sought=sought,
            wrong=wrong,
            rows=lists.rows(found.items, request.language) if found else [],
            next=found.next if found else None,
            may_join=eyes.sight.joins_cases,
        )  # fmt: skip

    title = Label("Look for a case", "查找案件")
    return Route("GET", "/desk/search", "desk.search", search, title, page=True)


def _number(text: str | None) -> bool:
    """Say whether *text* is a case number, however it was written."""
    try:
        return text is not None and bool(check_number(text))
    except InputError:
        return False


def _found(eyes: Eyes, sought: Sought) -> tuple[CasePage | None, bool]:
    """Give what was found, and whether what was typed is a number with a mistyped character."""
    if not sought.anything:
        return None, False
    numbered = _number(sought.q)
    plain = (sought.q or "").replace("-", "")
    wrong = (
        not numbered and len(plain) >= LIKE_A_NUMBER and plain.isascii() and plain.isalnum()
        and any(map(str.isdigit, plain))
    )  # fmt: skip
    question = Worklist(
        number=sought.q if numbered else None,
        title=None if numbered else sought.q,
        place=sought.place,
        subject=sought.subject,
        open_only=not (sought.ended or numbered),
        size=PAGE_SIZE,
        after=sought.after,
    )
    return eyes.page(question), wrong
