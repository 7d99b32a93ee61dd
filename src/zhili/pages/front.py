"""The front page 首页: where each kind of visitor goes on from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhili.face import Request, Response, Route
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.pages.site import Site

__all__ = ["routes"]


def routes(site: Site) -> tuple[Route, ...]:
    """Give the route of the front page."""

    def front(request: Request) -> Response:
        return site.page(request, "front.html", public=True)

    title = Label("Front page", "首页")
    return (Route("GET", "/", "front", front, title, public=True, page=True),)
