"""The face: every route of an engine, and one way through for every request."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from zhili.engine import Engine
from zhili.face.limits import Limits
from zhili.face.origin import is_foreign, is_signed_by_hand
from zhili.face.problem import (
    ForbiddenError,
    Problem,
    TooLargeError,
    UnauthenticatedError,
    problem_of,
)
from zhili.face.request import Request, Response
from zhili.face.route import Route

__all__ = ["Face", "PageOfProblem"]

PageOfProblem = Callable[[Problem, Request], Response]
"""Shows people what was refused."""

NO_SNIFFING: Final = ("X-Content-Type-Options", "nosniff")

_log: Final = logging.getLogger("zhili.face")


class Face:
    """
    What a host hangs up: `routes`, and `respond` for a request that one of them fits.

    A host's framework finds the route by method and path, authenticates who asks, and reads the
    body, at most `limits.body` bytes of it. The rest happens here, the same for all of them.
    """

    def __init__(
        self,
        engine: Engine,
        routes: Iterable[Route],
        *,
        limits: Limits | None = None,
        page_of: PageOfProblem | None = None,
    ) -> None:
        """Answer from *engine* with *routes*; *page_of* shows people what was refused."""
        self.engine = engine
        self.limits = limits or Limits()
        self.routes: tuple[Route, ...] = tuple(routes)
        self._page_of = page_of

    def respond(self, route: Route, request: Request) -> Response:
        """Give what *route* answers, or the problem that it is. Never raises."""
        try:
            self._admit(route, request)
            return _unsniffed(_unless_known(request, route.answer(request)))
        except Exception as error:  # noqa: BLE001 - whatever it was, nobody is shown a traceback
            return self.refused(error, request, page=route.page)

    def _admit(self, route: Route, request: Request) -> None:
        if request.actor is None and not route.public:
            raise UnauthenticatedError("sign in to the host first; this is not public")
        if _takes_cookies(route) and is_foreign(request) and not is_signed_by_hand(request):
            raise ForbiddenError("this was sent from another site; send it from here")
        if len(request.body) > self.limits.body:
            message = f"at most {self.limits.body} bytes are read; send less at once"
            raise TooLargeError(message, limit=self.limits.body)
        if sum(len(name) + len(value) for name, value in request.query) > self.limits.query:
            message = f"at most {self.limits.query} characters of a query are read"
            raise TooLargeError(message, limit=self.limits.query)

    def refused(self, error: Exception, request: Request, *, page: bool = False) -> Response:
        """Give *error* as it is sent: as a page for people, or as a problem for programs."""
        problem = problem_of(error)
        if problem.code == "internal":
            _log.error("%s %s failed", request.method, request.path, exc_info=error)
        elif problem.status >= 500:  # noqa: PLR2004 - what is the server's own fault
            _log.error("%s %s: %s", request.method, request.path, error)
        if page and self._page_of is not None:
            return _unsniffed(self._page_of(problem, request))
        return _unsniffed(problem.response(request.base))


def _takes_cookies(route: Route) -> bool:
    """
    Say whether *route* does what it is told to by whoever the host knows, by a cookie perhaps.

    Pages' forms have a token of their own, and what is public asks for none of the host's.
    """
    return route.method == "POST" and not route.page and not route.public


def _unless_known(request: Request, response: Response) -> Response:
    """Give *response*, or 304 if who asks has it already, as its ETag says."""
    tag = response.header("etag")
    if request.method != "GET" or response.status != HTTPStatus.OK or tag is None:
        return response
    known = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if known.isdisjoint({tag, f"W/{tag}", "*"}):
        return response
    return Response(int(HTTPStatus.NOT_MODIFIED), b"", response.media_type, response.headers)


def _unsniffed(response: Response) -> Response:
    """Give *response*, saying that it is of no other type than it says, unless it does already."""
    if response.header(NO_SNIFFING[0]) is not None:
        return response
    return replace(response, headers=(*response.headers, NO_SNIFFING))
