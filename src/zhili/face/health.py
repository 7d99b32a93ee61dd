"""Whether the program runs, and whether its record can be used: for who watches over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import to_json

from zhili.face.request import JSON, Request, Response
from zhili.face.route import Route
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.engine import Engine

__all__ = ["health_routes"]

FRESH = (("Cache-Control", "no-store"),)


def health_routes(engine: Engine) -> tuple[Route, ...]:
    """Give `/healthz`, which asks nothing, and `/readyz`, which reads the head of the log."""

    def alive(_request: Request) -> Response:
        return Response(200, to_json({"status": "alive"}), JSON, FRESH)

    def ready(_request: Request) -> Response:
        engine.head()  # a store that cannot be read is a 503, as everywhere
        return Response(200, to_json({"status": "ready"}), JSON, FRESH)

    return (
        Route(
            "GET", "/healthz", "health.alive", alive, Label("Is it alive", "存活检查"), public=True
        ),
        Route(
            "GET", "/readyz", "health.ready", ready, Label("Is it ready", "就绪检查"), public=True
        ),
    )
