"""Bodies come in time and within their limit, or are refused; an answer always goes out whole."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from zhili import Actor, Engine
from zhili.face import Face, Limits
from zhili.face.operations import routes
from zhili.integrations import asgi
from zhili.integrations.hosting import sendable
from zhili.integrations.wire import again, read

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

LIN = Actor(id="lin", role="intake_agent", unit="12345")
PART = {"type": "http.request", "body": b"x" * 100, "more_body": True}
GONE = {"type": "http.disconnect"}


@pytest.fixture(scope="module")
def application() -> Iterator[Any]:
    """Give an application with narrow limits."""
    with Engine.open("memory:") as engine:
        limits = Limits(body=1000, seconds=0.05)
        face = Face(engine, routes(engine, limits), limits=limits)
        yield asgi.app(engine, actor=lambda _: LIN, face=face)


def sent_back(application: Any, parts: list[dict[str, Any]], **headers: str) -> list[Any]:
    """Post a body in *parts*, then be silent; give what is sent back."""
    sent: list[MutableMapping[str, Any]] = []
    scope = {
        "type": "http", "method": "POST", "path": "/cases/complaint", "query_string": b"",
        "root_path": "", "scheme": "http",
        "headers": [(name.replace("_", "-").encode(), headers[name].encode()) for name in headers],
    }  # fmt: skip
    left = [*parts]

    async def receive() -> MutableMapping[str, Any]:
        if not left:
            await asyncio.sleep(3600)
        return left.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(application(scope, receive, send))
    return sent


def test_a_body_that_does_not_come_is_408(application: Any) -> None:
    """Whoever begins and stops is told so, and the connection is closed."""
    start, *bodies = sent_back(application, [PART])
    assert start["status"] == 408
    assert (b"connection", b"close") in start["headers"]
    assert b'"code":"too-slow"' in bodies[0]["body"]
    assert bodies[-1]["more_body"] is False


def test_a_body_beyond_the_limit_is_413_before_it_is_whole(application: Any) -> None:
    """The answer goes out at once; what is still on its way is taken in, so that it arrives."""
    start, first, last = sent_back(application, [PART] * 50 + [{**PART, "more_body": False}])
    assert (start["status"], first["more_body"], last["body"]) == (413, True, b"")
    announced = sent_back(application, [GONE], content_length="1001")
    assert announced[0]["status"] == 413
    assert sent_back(application, [GONE], content_length="9" * 400)[0]["status"] == 413


def test_whoever_is_gone_is_not_answered(application: Any) -> None:
    """A client that hangs up in the midst of its body has asked for nothing."""
    assert sent_back(application, [PART, GONE]) == []


def test_a_body_is_read_twice() -> None:
    """What has been read is given again, once, and then what comes after it."""

    async def both() -> tuple[bytes, bytes, str]:
        left = [{**PART, "more_body": False}, GONE]

        async def receive() -> MutableMapping[str, Any]:
            return left.pop(0)

        body = await read(receive, {}, Limits())
        replay = again(body, receive)
        return body, (await replay())["body"], (await replay())["type"]

    assert asyncio.run(both()) == (PART["body"], PART["body"], "http.disconnect")


def test_headers_are_ascii_without_line_ends() -> None:
    """Whatever stands in a value, no header comes out of it, and no server chokes on it."""
    given = (("Location", "/工单?a=1"), ("X-Y", "a\r\nSet-Cookie: b=c"), ("ETag", '"7"'))
    assert sendable(given) == [
        ("Location", "/%E5%B7%A5%E5%8D%95?a=1"),
        ("X-Y", "a%0D%0ASet-Cookie: b=c"),
        ("ETag", '"7"'),
    ]
