"""Whatever is sent, the answer is whole and never a 5xx; and whoever dribbles holds nobody up."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
from collections import Counter
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from starlette.requests import Request

from examples.district import PEOPLE, open_few
from tests.integrations.abuse import Bad, Generator, spoiled
from tests.integrations.conftest import command_of, host_of
from tests.integrations.line import exchanged
from tests.integrations.serving import Host, serving
from zhili import Actor, Engine
from zhili.integrations.asgi import app
from zhili.interchange.open311.settings import Open311Settings
from zhili.pages import Settings
from zhili.pages.site import site
from zhili.projections.worklist import Worklist

FULL = os.environ.get("ZHILI_CAMPAIGN") == "full"
INSIDE = 80_000 if FULL else 1_600
OUTSIDE = 20_000 if FULL else 400
SLOW = 1_000 if FULL else 200
ASKED = 200 if FULL else 40
SEED = 20261122

SETTINGS = Settings(posting=True, voting=True, open311=Open311Settings(jurisdiction="city.gov.cn"))

pytestmark = pytest.mark.campaign

Message = MutableMapping[str, Any]


def who(request: Request) -> Actor | None:
    """Take a header's word for it."""
    person = PEOPLE.get(name := request.headers.get("x-name", ""))
    return Actor(id=name, role=person.role, unit=person.unit) if person else None


async def asked(application: Any, bad: Bad) -> tuple[int, bytes]:
    """Ask an ASGI application as a server would; give the status and the body, once whole."""
    path, _, query = bad.target.partition(b"?")
    headers = [(name.lower().encode(), value) for name, value in bad.headers]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": bad.method,
        "path": unquote(path.decode("latin-1")), "raw_path": path, "query_string": query,
        "root_path": "", "scheme": "http", "server": ("127.0.0.1", 80), "client": ("::1", 1),
        "headers": [*headers, (b"x-name", bad.by.encode())],
    }  # fmt: skip
    incoming: list[Message] = [{"type": "http.request", "body": bad.body, "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        return incoming.pop() if incoming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await application(scope, receive, send)
    assert sent[0]["type"] == "http.response.start"
    assert sent[-1].get("more_body", False) is False
    body = b"".join(each["body"] for each in sent[1:])
    told = dict(sent[0]["headers"])
    if bad.method != "HEAD" and b"content-length" in told:
        assert int(told[b"content-length"]) == len(body)
    return sent[0]["status"], body


def cases_of(engine: Engine) -> list[str]:
    """Give the ids of the cases that are open."""
    return [str(item.case_id) for item in engine.ask(Worklist()).items]


def test_bad_requests_are_answered_inside() -> None:
    """Of so many bad requests none is a 5xx or raises, many are carried out, the audit is clean."""
    engine = Engine.open("memory:")
    open_few(engine)
    face = site(engine, SETTINGS)
    application = app(engine, actor=who, face=face)
    places = [(route.method, route.path) for route in face.routes if not route.operations]

    async def campaign() -> Counter[int]:
        _, described = await asked(application, Bad("GET", b"/openapi.json"))
        generator = Generator(json.loads(described), SEED, cases_of(engine), places)
        found: Counter[int] = Counter()
        for _ in range(INSIDE):
            bad = generator.request()
            status, body = await asked(application, bad)
            assert status < 500, (bad, body)
            found[status] += 1
            if status == 201 and len(generator.cases) < 200:
                generator.cases.append(json.loads(body)["case_id"])
        return found

    found = asyncio.run(campaign())
    assert {200, 201, 401, 403, 404, 405, 409, 412, 415, 422} <= found.keys(), found
    assert engine.audit().clean
    engine.close()


@pytest.fixture(scope="module")
def served() -> Iterator[Host]:
    """Give a running host."""
    with ExitStack() as opened:
        room = opened.enter_context(TemporaryDirectory())
        command = [*command_of("asgi"), "--backlog", "4096"]
        found = opened.enter_context(serving(command, STORE=f"sqlite:///{room}/cases.db"))
        yield host_of("asgi", found)
        assert "Traceback" not in "".join(found.said)


def test_bad_requests_are_answered_outside(served: Host) -> None:
    """Over a socket, and with HTTP itself spoilt: whoever is answered is answered whole, no 5xx."""
    port = int(served.origin.rpartition(":")[2])
    with httpx.Client(base_url=served.url, timeout=60) as client:
        described = client.get("/openapi.json").json()
        listed = client.get("/worklist", headers=served.headers_of("lin")).json()
    cases = [item["case_id"] for item in listed["items"]]
    generator = Generator(described, SEED + 1, cases)
    found: Counter[int] = Counter()

    def ask(sent: bytes) -> int:
        answer = exchanged(port, sent, bodiless=sent.startswith(b"HEAD "))
        assert answer is None or answer.status < 500, (sent[:2000], answer)
        return answer.status if answer is not None else 0

    def requests() -> Iterator[bytes]:
        for _ in range(OUTSIDE):
            bad = generator.request()
            bad = replace(bad, target=served.prefix.encode() + bad.target)
            yield spoiled(generator, bad, served.headers_of(bad.by) if bad.by else {})

    with ThreadPoolExecutor(8) as pool:
        found.update(pool.map(ask, list(requests())))
    assert {200, 400, 404, 409, 422} <= found.keys(), found
    assert found[0] == 0, found


def test_slow_clients_hold_nobody_up(served: Host) -> None:
    """While so many dribble headers or bodies, whoever asks in one piece is answered at once."""
    port = int(served.origin.rpartition(":")[2])
    wanted = SLOW + 200
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            pytest.skip(f"at most {hard} open files are allowed here; {wanted} are needed")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    head = f"POST {served.prefix}/cases/complaint HTTP/1.1\r\nHost: localhost\r\n".encode()
    starts = (head, head + b"Content-Length: 100\r\nContent-Type: application/json\r\n\r\n{")
    with ExitStack() as opened:
        slow = []
        for number in range(SLOW):
            line = opened.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall(starts[number % 2])
            slow.append(line)
        answered = 0
        whole = f"GET {served.prefix}/wall HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        for number in range(ASKED):
            slow[number % SLOW].sendall(b"x")
            answer = exchanged(port, whole)
            answered += answer is not None and answer.status == 200
        assert answered == ASKED
        for line in slow:  # and they are still being listened to
            line.setblocking(False)  # noqa: FBT003 - the name of the method says what
            with pytest.raises(BlockingIOError):
                line.recv(1)
