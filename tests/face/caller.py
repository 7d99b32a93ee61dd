"""Somebody who calls a face without a host in between."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import from_json

from zhili.face import Face, Request, Response, Route
from zhili.values import Actor

__all__ = ["Caller", "said"]


class Caller:
    """Calls *face* as *actor*."""

    def __init__(self, face: Face, actor: Actor | None = None) -> None:
        """Call nobody's name unless one is given."""
        self.face = face
        self.actor = actor

    def as_(self, actor: Actor | None) -> Caller:
        """Call the same face as somebody else."""
        return Caller(self.face, actor)

    def get(self, path: str, **headers: str) -> Response:
        """Ask for *path*, its query included."""
        return self._call("GET", path, b"", headers)

    def post(self, path: str, body: object = None, **headers: str) -> Response:
        """Post *body* as JSON; bytes as they are."""
        sent = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        return self._call("POST", path, sent, {"content-type": "application/json", **headers})

    def _call(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Response:
        bare, _, query = path.partition("?")
        pairs = [part.partition("=") for part in query.split("&") if part]
        route, named = found(self.face, method, bare)
        request = Request(
            method=method,
            path=bare,
            named=named,
            query=tuple((name, value) for name, _, value in pairs),
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            body=body,
            actor=self.actor,
        )
        return self.face.respond(route, request)


def found(face: Face, method: str, path: str) -> tuple[Route, dict[str, str]]:
    """Give the route for *path* with the fewest names in it, as hosts order them."""
    fitting: list[tuple[int, Route, dict[str, str]]] = []
    segments = path.split("/")
    for route in face.routes:
        wanted = route.path.split("/")
        if route.method != method or len(wanted) != len(segments):
            continue
        pairs = list(zip(wanted, segments, strict=True))
        if all(name.startswith("{") or name == given for name, given in pairs):
            named = {name[1:-1]: given for name, given in pairs if name.startswith("{")}
            fitting.append((len(named), route, named))
    assert fitting, f"no route for {method} {path}"
    _, route, named = min(fitting, key=lambda each: each[0])
    return route, named


def said(response: Response) -> Any:
    """Give what a JSON response says."""
    return from_json(response.body)
