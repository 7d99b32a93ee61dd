"""The examples as their readers start them, and as they are served: by several processes."""

from __future__ import annotations

import os
import random
import re
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import httpx
import pytest

from tests.engine.sample import assert_sound
from tests.integrations.conftest import command_of, host_of
from tests.integrations.serving import EXAMPLES, Host, Served, serving
from zhili import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL = os.environ.get("ZHILI_CAMPAIGN") == "full"
KILLS = 200 if FULL else 2
POSTERS = 6
WORKERS = {"flask": 3, "fastapi": 2}
LINES_MAX = 10
SEED = 20261122
PAIRS = [
    pytest.param("flask", "sqlite"),
    pytest.param("fastapi", "postgres", marks=pytest.mark.postgres),
    *([pytest.param("flask", "postgres", marks=pytest.mark.postgres)] if FULL else ()),
    *([pytest.param("fastapi", "sqlite")] if FULL else ()),
]
CALL = {
    "kind": "complaint", "channel": "hotline", "title": "Lift out of order", "content": "…",
    "phone": "13900001111",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["asgi", "fastapi", "flask"])
def test_an_example_is_started_by_one_command(kind: str) -> None:
    """`python examples/…_host.py` serves a few cases to whoever signs in, and nobody else."""
    command = [sys.executable, str(EXAMPLES / f"{kind}_host.py"), "--port", "0"]
    with serving(command) as served:
        host = host_of(kind, served)
        with httpx.Client(timeout=60) as client:
            assert client.get(f"{host.url}/worklist").status_code == 401
            listed = client.get(f"{host.url}/worklist", headers=host.headers_of("liu")).json()
            front = client.get(f"{host.url}/", headers={"Accept": "text/html"})
        assert len(listed["items"]) == 3
        assert front.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("kind", ["asgi", "fastapi", "flask"])
def test_a_host_needs_ten_lines(kind: str) -> None:
    """Of a host's lines at most ten are there for zhili."""
    text = (EXAMPLES / f"{kind}_host.py").read_text(encoding="utf-8")
    code = re.sub(r'"""(?s:.*?)"""', "", text)
    ours = re.compile(r"zhili|\b(Actor|Engine|engine|cases|settings|open_few|who|router)\b")
    lines = [line for line in code.splitlines() if ours.search(line)]
    assert 0 < len(lines) <= LINES_MAX, lines


class Poster:
    """Posts one case after the other, each under a key, until it is acknowledged."""

    def __init__(self, host: Host, enough: Event) -> None:
        """Post to *host* until it is *enough*."""
        self.host = host
        self.enough = enough
        self.receipts: dict[str, dict[str, object]] = {}
        self.asked_again = 0

    def __call__(self) -> None:
        """Post, and ask again whatever gets no answer."""
        while not self.enough.is_set():
            key = uuid4().hex
            while (answer := self.post(key)) is None:
                self.asked_again += 1
                time.sleep(0.01)
            assert answer.status_code in {200, 201}, answer.text
            self.receipts[key] = answer.json()

    def post(self, key: str) -> httpx.Response | None:
        """Post a case under *key*; None if the connection breaks."""
        headers = {**self.host.headers_of("lin"), "Idempotency-Key": key}
        with suppress(httpx.TransportError):
            return httpx.post(
                f"{self.host.url}/cases/complaint", json=CALL, headers=headers, timeout=60
            )
        return None


def workers_of(served: Served) -> Iterator[int]:
    """Give the processes of *served* that answer: the children that listen, not their helpers."""
    for pid in served.workers():
        with suppress(OSError):
            if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                yield pid


@pytest.mark.slow
@pytest.mark.campaign
@pytest.mark.parametrize(("kind", "kept"), PAIRS)
def test_what_was_acknowledged_outlives_its_worker(
    kind: str, kept: str, store: str, request: pytest.FixtureRequest
) -> None:
    """While workers are killed, no receipt is lost, no key is carried out twice, all is sound."""
    url = store if kept == "sqlite" else str(request.getfixturevalue("postgres_url"))
    generator = random.Random(SEED)  # noqa: S311 - chance, not secrets
    with serving(command_of(kind, WORKERS[kind]), STORE=url) as served:
        host = host_of(kind, served)
        host.headers_of("lin")
        enough = Event()
        posters = [Poster(host, enough) for _ in range(POSTERS)]
        with ThreadPoolExecutor(POSTERS) as pool:
            running = [pool.submit(poster) for poster in posters]
            try:
                for _ in range(KILLS):
                    await_more(posters, 5)
                    os.kill(generator.choice(list(workers_of(served))), signal.SIGKILL)
                await_more(posters, 5)
            finally:
                enough.set()
            for one in running:
                one.result()
        receipts = {key: told for poster in posters for key, told in poster.receipts.items()}
        for key, told in list(receipts.items())[-10:]:
            again = posters[0].post(key)
            assert again is not None
            assert again.json() == {**told, "repeated": True}
    assert_recorded(url, receipts)


def await_more(posters: list[Poster], more: int) -> None:
    """Wait until so many more cases were acknowledged."""
    wanted = sum(len(poster.receipts) for poster in posters) + more
    until = time.monotonic() + 60
    while sum(len(poster.receipts) for poster in posters) < wanted:
        assert time.monotonic() < until
        time.sleep(0.005)


def assert_recorded(url: str, receipts: dict[str, dict[str, object]]) -> None:
    """Insist that every receipt stands in the log as it was told, each case once."""
    with Engine.open(url) as engine:
        links = {row.position: row.link.hex() for row in engine.store.log()}
        assert {told["position"]: told["head"] for told in receipts.values()}.items() <= (
            links.items()
        )
        opened = [UUID(str(told["case_id"])) for told in receipts.values()]
        assert len(set(opened)) == len(opened)
        assert_sound(engine)
