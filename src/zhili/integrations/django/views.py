"""Native views: from Django's request to the face's, and back."""

# Django ships no types.
# pyright: basic

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from http.cookies import SimpleCookie
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from zhili.face import Face, Request, Response, Route
from zhili.face.problem import ForbiddenError
from zhili.integrations.django.body import body_of
from zhili.integrations.django.engines import engine, face
from zhili.integrations.django.settings import host_said
from zhili.integrations.hosting import (
    BASE,
    chained,
    elsewhere,
    in_order,
    joined,
    named_below,
    query_of,
    sendable,
    settled,
)
from zhili.values import Actor

__all__ = ["View", "place", "rest"]

View: TypeAlias = Callable[..., HttpResponse]

HOSTS_OWN: Final = (PermissionDenied, Http404, SuspiciousOperation)
"""What the host's function may raise for Django itself to answer."""


def place(routes: Sequence[Route]) -> View:
    """
    Give the view of one path, whatever methods its *routes* answer.

    Django's own token is not asked for: the face's forms carry one of theirs and programs none.
    Nor is it ATOMIC_REQUESTS' business: every command is a transaction by itself, and whoever
    writes holds up all other writers no longer than that.
    """
    names = {route.method: route.name for route in routes}
    path = routes[0].path

    def view(asked: HttpRequest, **named: str) -> HttpResponse:
        base, below = named_below(path, asked.path)
        request = replace(_request_of(asked, base, below), named=named)
        hung = face()
        name = names.get(request.method)  # type: ignore[call-overload]  # another one has no route
        if name is None:
            return _sent(asked, _otherwise(hung, asked, request))
        route = next(each for each in hung.routes if each.name == name)
        return _sent(asked, _answer(hung, route, asked, request))

    return _left_alone(view)


def rest() -> View:
    """Give the view of what no route answers."""

    def view(asked: HttpRequest, rest: str) -> HttpResponse:
        below = f"/{rest}"
        base = quote(asked.path.removesuffix(below), safe=BASE)
        return _sent(asked, elsewhere(face(), _request_of(asked, base, below)))

    return _left_alone(view)


def _otherwise(hung: Face, asked: HttpRequest, request: Request) -> Response:
    """Answer where the first path that fits has no such method: another may, or none."""
    for route in in_order(hung.routes):
        named = _named_in(route.path, request.path)
        if route.method == request.method and named is not None:
            return _answer(hung, route, asked, replace(request, named=named))
    return elsewhere(hung, request)


def _named_in(template: str, path: str) -> dict[str, str] | None:
    """Give what *path* has for the names in *template*; None if it does not fit."""
    wanted, there = template.split("/"), path.split("/")
    if len(wanted) != len(there):
        return None
    named: dict[str, str] = {}
    for name, segment in zip(wanted, there, strict=True):
        if name.startswith("{") and segment:
            named[name[1:-1]] = segment
        elif name != segment:
            return None
    return named


def _left_alone(view: View) -> View:
    left: Any = transaction.non_atomic_requests(using=host_said().database)
    return csrf_exempt(left(view))  # pyright: ignore[reportReturnType]  # it is no coroutine


def _answer(hung: Face, route: Route, asked: HttpRequest, request: Request) -> Response:
    try:
        engine()  # ready, or refused in a way that can be told
        if route.method == "POST":
            request = replace(request, body=body_of(asked, hung.limits.body))
        actor = _actor(asked)
    except HOSTS_OWN:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it was, nobody is shown a traceback
        return hung.refused(error, request, page=route.page)
    return hung.respond(route, replace(request, actor=actor))


def _actor(asked: HttpRequest) -> Actor | None:
    try:
        return settled(host_said().actor_of(asked))
    except (*HOSTS_OWN, ForbiddenError):
        raise
    except Exception as error:  # the host's own failure, told as such
        raise chained(error) from error


def _request_of(asked: HttpRequest, base: str, below: str) -> Request:
    """Give the request, with neither body nor actor."""
    method: str = asked.method or "GET"
    headers: Any = asked.headers
    return Request(
        method="GET" if method == "HEAD" else method,
        path=below,
        query=query_of(asked.META.get("QUERY_STRING", "").encode("latin-1", "replace")),
        headers=joined(headers.items()),
        base=base,
        secure=asked.is_secure(),
        host=asked.get_host(),
    )


def _sent(asked: HttpRequest, response: Response) -> HttpResponse:
    """Give *response* as Django sends it; of one to HEAD the headers only."""
    method: Any = asked.method
    bodiless = method == "HEAD"
    made = HttpResponse(b"" if bodiless else response.body, status=response.status)
    if response.media_type:
        made.headers["Content-Type"] = response.media_type
    else:
        del made.headers["Content-Type"]
    if bodiless:
        made.headers["Content-Length"] = str(len(response.body))
    for name, value in sendable(response.headers):
        if name.lower() == "set-cookie":  # Django has one value for a header, and cookies apart
            made.cookies.update(SimpleCookie(value))
        else:
            made.headers[name] = value
    return made
