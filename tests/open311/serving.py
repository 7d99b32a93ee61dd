"""A real server on this machine: the routes behind uvicorn, on a port that the system chooses."""

from __future__ import annotations

import time
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn

from zhili.face import Face
from zhili.face.open311 import routes
from zhili.integrations.asgi import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhili.engine import Engine
    from zhili.integrations.asgi import ActorOf
    from zhili.interchange.open311 import Open311Settings

__all__ = ["served"]


@contextmanager
def served(
    engine: Engine, settings: Open311Settings | None = None, actor: ActorOf | None = None
) -> Iterator[str]:
    """Serve GeoReport for *engine*; give the address of the site."""
    face = Face(engine, routes(engine, settings))
    config = uvicorn.Config(
        app(engine, actor=actor, face=face), port=0, log_level="error", lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
