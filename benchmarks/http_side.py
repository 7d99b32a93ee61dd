"""
One side of the comparison in `http`, a program of its own: `served URL`, or `bare URL`.

Both carry the same command out. `served` says its port and answers requests until it is ended.
`bare` says that it is ready, and for every number that it reads carries out so many commands in
sixteen threads, then says that it is done.
"""

from __future__ import annotations

import socket
import sys
from concurrent.futures import ThreadPoolExecutor

from benchmarks.http import BODY, CONNECTIONS
from zhili import Actor, Engine, complaint

LIN = Actor(id="lin", role="intake_agent", unit="12345")


def served(url: str) -> None:
    """Serve the store by FastAPI and uvicorn, as they come, one process."""
    import uvicorn  # noqa: PLC0415 - only on this side
    from fastapi import FastAPI, Request  # noqa: PLC0415 - as above

    from zhili.integrations.fastapi import router  # noqa: PLC0415 - as above

    def who(request: Request) -> Actor | None:
        return LIN if request.headers.get("x-name") == "lin" else None

    host = FastAPI()
    host.include_router(router(Engine.open(url), actor=who, prefix="/governance"))
    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    config = uvicorn.Config(host, log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


def bare(url: str) -> None:
    """Carry commands out as a host does that has no HTTP: read from JSON, in threads."""
    engine = Engine.open(url)

    def submit(count: int) -> None:
        for _ in range(count):
            engine.submit(complaint.Register.model_validate_json(BODY), by=LIN).model_dump_json()

    print("ready", flush=True)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for line in sys.stdin:
            list(pool.map(submit, [int(line) // CONNECTIONS] * CONNECTIONS))
            print("done", flush=True)


if __name__ == "__main__":
    {"served": served, "bare": bare}[sys.argv[1]](sys.argv[2])
