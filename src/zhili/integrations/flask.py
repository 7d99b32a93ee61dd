"""The face as a Flask blueprint."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeAlias, cast
from urllib.parse import quote

from flask import Blueprint, abort, request
from flask import Request as Asked
from flask import Response as Answer
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from zhili.engine import Engine
from zhili.face import Face, Request, Response, Route
from zhili.face.problem import ForbiddenError, TooLargeError
from zhili.integrations.hosting import (
    BASE,
    chained,
    elsewhere,
    face_of,
    joined,
    named_below,
    query_of,
    sendable,
    settled,
)
from zhili.pages.settings import Settings
from zhili.values import Actor

__all__ = ["ActorOf", "blueprint"]

ActorOf: TypeAlias = Callable[[Asked], Actor | None]
"""The host's own function: who asks, as the host has authenticated them; None for anybody."""

METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]

LINGER: Final = 16 * 1024 * 1024
"""How much is taken in of a body that has been refused: a client that is still sending would
otherwise find its connection reset and never see the answer."""


def blueprint(
    engine: Engine,
    *,
    actor: ActorOf | None = None,
    settings: Settings | None = None,
    face: Face | None = None,
    name: str = "zhili",
) -> Blueprint:
    """
    Give a blueprint that answers for *engine*; register it at any `url_prefix`.

    Args:
        engine: Whose cases these are.

        actor: Says who asks. Without it, only what is public is answered. What it raises for
            Flask, as `abort` does, is left to that.

        settings: What the pages are called and what residents may do there.

        face: What to hang up, where that is not what is made from *engine* and *settings*.

        name: What the blueprint is called.
    """
    face = face or face_of(engine, settings)
    found = Blueprint(name, __name__)
    for route in face.routes:
        found.add_url_rule(
            route.path.replace("{", "<").replace("}", ">"),
            endpoint=route.name.replace(".", "_"),
            view_func=_view(face, route, actor),
            methods=[route.method],
            provide_automatic_options=False,
        )
    rest = _rest(face)
    for path in ("/", "/<path:rest>"):
        found.add_url_rule(path, "rest", rest, methods=METHODS, provide_automatic_options=False)
    return found


def _view(face: Face, route: Route, actor: ActorOf | None) -> Callable[..., Answer]:
    def view(**named: str) -> Answer:
        asked = cast("Asked", request._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - the host's function gets the request itself
        base, path = named_below(route.path, asked.root_path.rstrip("/") + asked.path)
        read = replace(_request_of(asked, base, path), named=named)
        try:
            body = _body_of(asked, face) if route.method == "POST" else b""
        except TooLargeError as error:
            return _answer(face.refused(error, read, page=route.page))
        try:
            found = settled(actor(asked) if actor is not None else None)
        except HTTPException:
            raise
        except ForbiddenError as error:
            return _answer(face.refused(error, read, page=route.page))
        except Exception as error:  # noqa: BLE001 - whatever the host's function has raised
            return _answer(face.refused(chained(error), read, page=route.page))
        return _answer(face.respond(route, replace(read, body=body, actor=found)))

    return view


def _rest(face: Face) -> Callable[..., Answer]:
    firsts = {route.path.split("/")[1] for route in face.routes}

    def rest(rest: str = "") -> Answer:
        base = (request.root_path.rstrip("/") + request.path).removesuffix(f"/{rest}")
        at_root = request.url_rule is not None and request.url_rule.rule.count("/") == 1
        if at_root and rest.partition("/")[0] not in firsts:
            abort(404)  # below no prefix, what does not begin like a place of ours is the host's
        asked = _request_of(request, quote(base, safe=BASE), f"/{rest}")
        return _answer(elsewhere(face, asked))

    return rest


def _request_of(asked: Asked, base: str, path: str) -> Request:
    """Give the request that Flask has *asked*, with neither body nor actor."""
    headers = joined(asked.headers.items())
    return Request(
        method="GET" if asked.method == "HEAD" else asked.method,
        path=path,
        query=query_of(asked.query_string),
        headers=headers,
        base=base,
        secure=asked.is_secure,
        host=headers.get("host", ""),
    )


def _body_of(asked: Asked, face: Face) -> bytes:
    """
    Read the body, within the limit; whoever reads it later gets it too.

    Raises:
        TooLargeError: If it is, or says that it will be, more than the limit.
    """
    limit = face.limits.body
    asked.max_content_length = limit + 1
    with suppress(RequestEntityTooLarge):
        body = asked.get_data(cache=True)
        if len(body) <= limit:
            return body
    if asked.content_length is None or asked.content_length <= LINGER:
        left = asked.content_length or LINGER
        stream = asked.environ["wsgi.input"]
        with suppress(OSError):
            while left > 0 and (part := stream.read(min(left, 65536))):
                left -= len(part)
    raise TooLargeError(f"at most {limit} bytes are read; send less at once", limit=limit)


def _answer(response: Response) -> Answer:
    answer = Answer(response.body, response.status, sendable(response.headers))
    if response.media_type:
        answer.headers["Content-Type"] = response.media_type
    else:
        del answer.headers["Content-Type"]
    return answer
