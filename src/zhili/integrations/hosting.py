"""What hanging up a face is in every framework: order, places without an answer, and who asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, quote

from zhili.engine import Engine
from zhili.face.face import Face
from zhili.face.problem import ForbiddenError, MethodError, NotFoundError
from zhili.face.request import Pairs, Request, Response
from zhili.face.route import Route
from zhili.pages.settings import Settings
from zhili.pages.site import site
from zhili.values import SYSTEM, Actor

__all__ = [
    "BASE", "ActorError", "chained", "elsewhere", "face_of", "in_order", "joined", "named_below",
    "query_of", "sendable", "settled",
]  # fmt: skip

SAFE: Final = "".join(map(chr, range(0x20, 0x7F)))
"""What stands in a header as it is."""

BASE: Final = "/~!$&'()*+,;=:@-._"
"""What stands in a path as it is."""


class ActorError(RuntimeError):
    """The host's own function could not say who asks."""


def face_of(engine: Engine, settings: Settings | None = None) -> Face:
    """Give all that *engine* has to hang up: operations, and pages as *settings* has them."""
    return site(engine, settings)


def in_order(routes: Iterable[Route]) -> tuple[Route, ...]:
    """
    Give *routes* so that the first that fits is the right one: fixed segments before named.

    What begins alike stays together, in the order in which it came: what is asked for most comes
    first, and a framework that tries one route after the other soon finds it.
    """
    every = tuple(routes)
    groups = {first: at for at, first in enumerate(dict.fromkeys(map(_first, every)))}

    def rank(route: Route) -> tuple[bool, int, list[bool]]:
        first = _first(route)
        return _is_named(first), groups[first], [*map(_is_named, route.path.split("/"))]

    return tuple(sorted(every, key=rank))


def _first(route: Route) -> str:
    return route.path.split("/")[1]


def _is_named(segment: str) -> bool:
    return segment.startswith("{")


def settled(actor: object) -> Actor | None:
    """
    Give *actor*, as the host's function has given it, if it may be one.

    Raises:
        ForbiddenError: If it is the system's: that acts from within and never asks.
        TypeError: If it is nothing of the kind.
    """
    if actor is None:
        return None
    if not isinstance(actor, Actor):
        raise TypeError(f"actor= has to give an Actor or None, not {type(actor).__name__}")
    if actor.role == SYSTEM:
        raise ForbiddenError("nobody acts as the system from outside; give people roles of theirs")
    return actor


def chained(error: Exception) -> ActorError:
    """Give *error*, which the host's function has raised, as what it means here."""
    failed = ActorError("actor= could not say who asks")
    failed.__cause__ = error
    return failed


def query_of(raw: bytes) -> Pairs:
    """Give the names and values of a query; what is no UTF-8 stands as replacement characters."""
    if not raw:
        return ()
    return tuple(parse_qsl(raw.decode("latin-1"), keep_blank_values=True, errors="replace"))


def joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give *headers* by their names in lower case; those that came twice are joined."""
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        had = found.get(key)
        found[key] = value if had is None else f"{had}{'; ' if key == 'cookie' else ', '}{value}"
    return found


def named_below(template: str, path: str) -> tuple[str, str]:
    """
    Give where the host has mounted the face, as a link has it, and the *path* below.

    *path* is all of what was asked for and fits *template* at its end: so it holds wherever a
    framework keeps the prefix, and however many there are.
    """
    base, *below = path.rsplit("/", template.count("/"))
    return quote(base, safe=BASE), "/" + "/".join(below)


def sendable(headers: Pairs) -> list[tuple[str, str]]:
    """Give *headers* in ASCII without line ends: what else stands in a value is quoted."""
    return [
        (name, value if value.isascii() and value.isprintable() else quote(value, safe=SAFE))
        for name, value in headers
    ]


def elsewhere(face: Face, request: Request) -> Response:
    """
    Answer what no route of *face* does: 405 where another method would, else 404.

    OPTIONS is answered with the methods; a slash too many is redirected to where it is not.
    """
    page = "text/html" in request.headers.get("accept", "")
    methods = _methods(face, request.path)
    if methods:
        allow = (("Allow", ", ".join(methods)),)
        if request.method == "OPTIONS":
            return Response(204, b"", "", allow)
        error = MethodError(f"there is no {request.method} here, only {allow[0][1]}")
        refused = face.refused(error, request, page=page)
        return replace(refused, headers=(*refused.headers, *allow))
    bare = request.path.rstrip("/")
    if bare != request.path and _methods(face, bare):
        asked = "&".join(f"{quote(name)}={quote(value)}" for name, value in request.query)
        place = f"{request.base}{quote(bare, safe=BASE)}{'?' if asked else ''}{asked}"
        return Response(308, b"", "", (("Location", place),))
    return face.refused(NotFoundError("there is no such place"), request, page=page)


def _methods(face: Face, path: str) -> list[str]:
    """
    Give the methods that *path* answers, OPTIONS included; none if it is no place.

    Of the places that fit, the one with the fewest named segments is meant: what is described
    as `/cases/complaint` is another place than `/cases/{case_id}`.
    """
    segments = path.split("/")
    found: dict[tuple[bool, ...], set[str]] = {}
    for route in face.routes:
        for template in {each.path for each in route.operations} or {route.path}:
            wanted = template.split("/")
            if _fits(wanted, segments):
                found.setdefault(tuple(map(_is_named, wanted)), set()).add(route.method)
    if not found:
        return []
    methods = found[min(found)]
    return sorted(methods | ({"HEAD", "OPTIONS"} if "GET" in methods else {"OPTIONS"}))


def _fits(template: list[str], segments: list[str]) -> bool:
    return len(template) == len(segments) and all(
        (segment != "") if _is_named(wanted) else wanted == segment
        for wanted, segment in zip(template, segments, strict=True)
    )
