"""Commands over HTTP: FastAPI under uvicorn, asked over sixteen connections, against the engine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Self

from benchmarks.measure import Result, compare
from benchmarks.postgres import own_server

__all__ = ["http_benchmark"]

CONNECTIONS: Final = 16
ROOT: Final = Path(__file__).resolve().parent.parent
BODY: Final = json.dumps(
    {
        "kind": "complaint", "channel": "hotline", "title": "路灯不亮", "phone": "13800000000",
        "content": "小区门口的路灯三天不亮，晚上老人出门不安全。", "category": "street_light",
    }, ensure_ascii=False,
).encode()  # fmt: skip


class Program:
    """`benchmarks.http_side` in a process of its own, which is asked for rounds of work."""

    def __init__(self, side: str, url: str) -> None:
        """Start it as a *side*, over the store at *url*, and wait until it can begin."""
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        self.process = subprocess.Popen(  # noqa: S603 - a program of this package
            [sys.executable, "-m", "benchmarks.http_side", side, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
            bufsize=1,
        )
        self.said = self.hear()

    def hear(self) -> str:
        """Give the next line that it says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def work(self, commands: int) -> int:
        """Have it carry out so many commands over its threads."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{commands}\n")
        done = self.hear()
        assert done == "done", done
        return commands

    def __enter__(self) -> Self:
        """Give the program itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(30)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


class Client:
    """Connections that are kept, each asked by a thread: little enough work to be no bottleneck."""

    def __init__(self, port: int) -> None:
        """Ask the server at *port*."""
        self._port = port
        head = (
            "POST /governance/cases/complaint HTTP/1.1\r\nHost: localhost\r\n"
            f"X-Name: lin\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
        )
        self._sent = head.encode() + BODY

    def work(self, commands: int) -> int:
        """Have so many commands carried out; a server hangs up on who is silent between rounds."""
        share = commands // CONNECTIONS
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(self._post, [share] * CONNECTIONS))
        return share * CONNECTIONS

    def _post(self, share: int) -> None:
        with socket.create_connection(("127.0.0.1", self._port)) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(share):
                line.sendall(self._sent)
                received = line.recv(65536)
                assert received.startswith(b"HTTP/1.1 201"), received
                head, _, body = received.partition(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                while len(body) < length:
                    body += line.recv(65536)


@contextmanager
def _sides(fresh: Callable[[str], str], commands: int) -> Iterator[dict[str, Callable[[], int]]]:
    """Give the work of both sides, each in a process of its own on a store of its own."""
    with ExitStack() as opened:
        served = opened.enter_context(Program("served", fresh("served")))
        bare = opened.enter_context(Program("bare", fresh("bare")))
        client = Client(int(served.said))
        yield {
            "POST, FastAPI + uvicorn": lambda: client.work(commands),
            "engine.submit, 16 threads": lambda: bare.work(commands),
        }


def http_benchmark(room: Path, *, lives: int, rounds: int) -> list[Result]:
    """Measure a command by HTTP against the same by `engine.submit`, with 16 clients on each."""
    commands = max(lives * 8, CONNECTIONS)
    results: list[Result] = []

    def compared(store: str, fresh: Callable[[str], str]) -> None:
        with _sides(fresh, commands) as sides:
            results.extend(
                compare(
                    f"a command over HTTP, {store}",
                    "commands",
                    sides,
                    rounds=rounds,
                    aims={"engine.submit, 16 threads": 0.5},
                )
            )

    compared("SQLite", lambda name: f"sqlite:///{room}/http_{name}.db")
    with own_server(room) as database:
        compared("PostgreSQL", lambda name: database.database(f"http_{name}"))
    return results
