"""The face as an ASGI application, for Starlette, Litestar and whatever else mounts one."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias
from urllib.parse import quote, unquote

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from starlette.exceptions import HTTPException
from starlette.requests import Request as Asked
from starlette.routing import Route as Hung
from starlette.routing import Router
from starlette.types import Scope

from zhili.engine import Engine
from zhili.face import Face, Request, Response, Route
from zhili.face.problem import ForbiddenError, TooLargeError, TooSlowError
from zhili.integrations.hosting import (
    BASE,
    chained,
    elsewhere,
    face_of,
    in_order,
    joined,
    named_below,
    query_of,
    settled,
)
from zhili.integrations.wire import GoneError, Receive, Send, again, read, send_whole
from zhili.pages.settings import Settings
from zhili.values import Actor

__all__ = ["ActorOf", "Hangers", "app"]

ActorOf: TypeAlias = Callable[[Asked], Awaitable[Actor | None] | Actor | None]
"""The host's own function: who asks, as the host has authenticated them; None for anybody."""

THREADS: Final = 16
"""How many requests are worked on at once; further ones wait without holding anything up."""


def app(
    engine: Engine,
    *,
    actor: ActorOf | None = None,
    settings: Settings | None = None,
    face: Face | None = None,
    threads: int = THREADS,
) -> Router:
    """
    Give an ASGI application that answers for *engine*; mount it at any prefix.

    Args:
        engine: Whose cases these are.

        actor: Says who asks; a plain function runs in a thread. Without it, only what is public
            is answered. What it raises for the host's own framework, such as an `HTTPException`,
            is left to that.

        settings: What the pages are called and what residents may do there.

        face: What to hang up, where that is not what is made from *engine* and *settings*.

        threads: How many requests are worked on at once.
    """
    hangers = Hangers(face or face_of(engine, settings), actor, threads)
    return Mounted([*hangers.routes(), hangers.rest()], redirect_slashes=False)


class Mounted(Router):
    """Routes that find their way below frameworks that change a path without saying so."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at the path that was asked for."""
        await super().__call__(_as_asked(scope), receive, send)


def _as_asked(scope: Scope) -> Scope:
    """
    Give *scope* with the path as it came.

    Litestar takes the mount's prefix away, does not add it to the root path, and puts a slash at
    the end.
    """
    path: str = scope.get("path", "")
    raw: bytes = scope.get("raw_path", b"")
    if scope["type"] != "http" or not path.endswith("/") or raw.endswith(b"/"):
        return scope
    whole = unquote(raw.decode("latin-1"))
    below = path[:-1]
    if not whole.endswith(below):
        return scope
    return {**scope, "path": whole, "root_path": whole.removesuffix(below)}


class Hangers:
    """What hangs a face up in Starlette and in what is built on it."""

    def __init__(self, face: Face, actor: ActorOf | None, threads: int) -> None:
        """Hang up *face* for whoever *actor* says, working on *threads* requests at once."""
        self.face = face
        self._actor = actor
        self._asynchronous = inspect.iscoroutinefunction(actor) or inspect.iscoroutinefunction(
            getattr(actor, "__call__", None)  # noqa: B004 - an object's own asynchronous call
        )
        self._threads = threads
        self._limiter: RunVar[CapacityLimiter] = RunVar(f"zhili-{id(self)}")

    def routes(self) -> list[Hung]:
        """Give one native route for each of the face's."""
        return [
            Hung(route.path, Place(self, route), methods=[route.method], name=route.name)
            for route in in_order(self.face.routes)
        ]

    def rest(self) -> Hung:
        """Give the native route of all that is left, whatever the method."""
        return Hung("/{rest:path}", Rest(self), name="zhili.rest", include_in_schema=False)

    @property
    def limiter(self) -> CapacityLimiter:
        """What keeps the requests worked on at once to their number, one for each event loop."""
        try:
            return self._limiter.get()
        except LookupError:
            limiter = CapacityLimiter(self._threads)
            self._limiter.set(limiter)
            return limiter

    async def answer(self, route: Route, asked: Asked, request: Request) -> Response:
        """
        Find out who asks, and have *route* answer in a thread.

        Raises:
            Exception: What the host's function has raised for the host's own framework.
        """
        found: object = None
        if self._asynchronous:
            try:
                found = await self._actor(asked)  # type: ignore[misc]  # an asynchronous function
            except Exception as error:  # noqa: BLE001 - whatever the host's function has raised
                return self._failed(error, route, asked, request)
        work = partial(self._work, route, asked, request, found)
        return await to_thread.run_sync(work, limiter=self.limiter)

    def _work(self, route: Route, asked: Asked, request: Request, found: object) -> Response:
        try:
            if self._actor is not None and not self._asynchronous:
                found = self._actor(asked)
            actor = settled(found)
        except Exception as error:  # noqa: BLE001 - whatever the host's function has raised
            return self._failed(error, route, asked, request)
        return self.face.respond(route, replace(request, actor=actor))

    def _failed(self, error: Exception, route: Route, asked: Asked, request: Request) -> Response:
        """Give what the host's function has raised back to the host, or tell of its failure."""
        if _is_for_host(error, asked.scope):
            raise error
        if not isinstance(error, ForbiddenError):
            error = chained(error)
        return self.face.refused(error, request, page=route.page)


def _is_for_host(error: Exception, scope: Scope) -> bool:
    """Tell whether the host's framework knows what to make of *error*."""
    if isinstance(getattr(error, "status_code", None), int):  # as in Starlette and in Litestar
        return True
    handlers: Mapping[object, object] = scope.get("starlette.exception_handlers", ({},))[0]
    return any(kind in handlers for kind in type(error).__mro__ if kind is not Exception)


class Place:
    """What answers at one native route."""

    def __init__(self, hangers: Hangers, route: Route) -> None:
        """Answer with *route*."""
        self._hangers = hangers
        self._route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the request, have it answered, send the answer."""
        hangers, route = self._hangers, self._route
        base, path = named_below(route.path, full_path(scope))
        request = request_of(scope, base, path)
        unread: Receive | None = None
        try:
            if route.method == "POST":
                body = await read(receive, request.headers, hangers.face.limits)
                request = replace(request, body=body)
                receive = again(body, receive)
            response = await hangers.answer(route, Asked(scope, receive), request)
        except (TooLargeError, TooSlowError) as error:
            response = hangers.face.refused(error, request, page=route.page)
            unread = receive
        except GoneError:
            return
        except HTTPException as error:
            if "starlette.exception_handlers" in scope:
                raise
            response = _plainly(error)
        await send_whole(send, response, bodiless=scope["method"] == "HEAD", unread=unread)


class Rest:
    """What answers where no route does."""

    def __init__(self, hangers: Hangers) -> None:
        """Know what places there are from *hangers*."""
        self._hangers = hangers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say that there is no such place, or what may be done there."""
        below = "/" + scope["path_params"]["rest"]
        base = full_path(scope).removesuffix(below)
        request = request_of(scope, quote(base, safe=BASE), below)
        response = elsewhere(self._hangers.face, request)
        bodied = request.headers.keys() & {"content-length", "transfer-encoding"}
        unread = receive if bodied else None
        await send_whole(send, response, bodiless=scope["method"] == "HEAD", unread=unread)


def full_path(scope: Scope) -> str:
    """Give the path that was asked for, with where the server and the host have mounted us."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    return path if path.startswith(root) else root + path


def request_of(scope: Scope, base: str, path: str) -> Request:
    """Give the request of *scope*, with neither body nor actor."""
    headers = joined((n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"])
    return Request(
        method="GET" if scope["method"] == "HEAD" else scope["method"],
        path=path,
        named=scope.get("path_params", {}),
        query=query_of(scope.get("query_string", b"")),
        headers=headers,
        base=base,
        secure=scope.get("scheme") == "https",
        host=headers.get("host", ""),
    )


def _plainly(error: HTTPException) -> Response:
    """Give what the host's function has raised, where no host is above us to show it."""
    return Response(
        error.status_code,
        error.detail.encode(),
        "text/plain; charset=utf-8",
        tuple((error.headers or {}).items()),
    )
