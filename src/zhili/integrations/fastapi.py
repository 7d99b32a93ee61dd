"""The face as a FastAPI router: its operations stand in the host's own OpenAPI and docs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from fastapi import APIRouter
from starlette.responses import Response as Answer
from starlette.routing import Route as Hung
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from zhili.engine import Engine
from zhili.face import Face, Route
from zhili.face.openapi import document
from zhili.integrations.asgi import THREADS, ActorOf, app, full_path
from zhili.integrations.hosting import face_of
from zhili.pages.settings import Settings

__all__ = ["router"]

REST: Final = "/{rest:path}"


def router(  # noqa: PLR0913 - what a host may decide, by name
    engine: Engine,
    *,
    actor: ActorOf | None = None,
    prefix: str = "",
    settings: Settings | None = None,
    face: Face | None = None,
    threads: int = THREADS,
) -> APIRouter:
    """
    Give a router that answers for *engine*; include it in the host's application.

    Args:
        engine: Whose cases these are.

        actor: Says who asks; a plain function runs in a thread. Without it, only what is public
            is answered. What it raises for the host's own application, such as an
            `HTTPException`, is left to that.

        prefix: Below what everything stands. All that is asked for there is answered here; without
            a prefix, what does not begin like a place of ours is left to the host.

        settings: What the pages are called and what residents may do there.

        face: What to hang up, where that is not what is made from *engine* and *settings*.

        threads: How many requests are worked on at once.
    """
    face = face or face_of(engine, settings)
    inner = app(engine, actor=actor, face=face, threads=threads)
    found = APIRouter(prefix=prefix, redirect_slashes=False)
    # One route for all that is ours: FastAPI tries its routes one by one, and twice.
    for path in [REST] if prefix else _beginnings(face.routes):
        below = Below(path, inner)
        found.routes.append(Hung(prefix + path, below, name="zhili", include_in_schema=False))
    _describe(found, document(each for route in face.routes for each in route.operations))
    return found


class Below:
    """What answers at a route of FastAPI: the face's own routes, below the host's place for it."""

    def __init__(self, template: str, inner: Router) -> None:
        """Have *inner* answer what fits *template*."""
        self._template = template
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as a mounted application does."""
        path = full_path(scope)
        below = self._template.replace("{rest:path}", scope["path_params"].get("rest", ""))
        root = path.removesuffix(below)
        mounted: Scope = {**scope, "path": path, "root_path": root, "path_params": {}}
        await self._inner(mounted, receive, send)


def _beginnings(routes: Iterable[Route]) -> list[str]:
    """Give templates for all that begins like one of *routes*."""
    firsts = dict.fromkeys(route.path.split("/")[1] for route in routes)
    ours = [first for first in firsts if not first.startswith("{")]
    return [f"/{first}{rest}" for first in ours for rest in ("", REST) if first or not rest]


def _describe(found: APIRouter, made: Mapping[str, Any]) -> None:
    """Let operations stand in the host's documents; what answers them stands before."""
    schemas = made["components"]["schemas"]
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            # How one authenticates is the host's affair, and so is describing it.
            kept = {key: operation[key] for key in operation if key != "security"}
            found.add_api_route(
                path,
                _unreachable,
                methods=[method.upper()],
                status_code=int(min(operation["responses"])),
                response_class=Answer,
                response_model=None,
                openapi_extra=_inlined(kept, schemas),
                name=operation["operationId"],
            )


def _unreachable() -> None:
    raise AssertionError("what answers at this place stands before it")


Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"


def _inlined(
    value: dict[str, Json], schemas: Mapping[str, dict[str, Json]], within: tuple[str, ...] = ()
) -> dict[str, Json]:
    """
    Give *value* with what it refers to in its place: a router cannot add to the host's components.

    What refers to itself is an object there, no more.
    """

    def inlined(each: Json) -> Json:
        if isinstance(each, list):
            return [inlined(one) for one in each]
        return _inlined(each, schemas, within) if isinstance(each, dict) else each

    beside = {key: inlined(each) for key, each in value.items() if key != "$ref"}
    name = str(value.get("$ref", "")).rpartition("/")[2]
    if not name:
        return beside
    if name in within:
        return {"type": "object", **beside}
    return {**_inlined(schemas[name], schemas, (*within, name)), **beside}
