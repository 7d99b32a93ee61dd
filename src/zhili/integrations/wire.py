"""Bodies and answers as ASGI has them: a body is read within its limits, an answer sent whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final, TypeAlias

from anyio import fail_after, move_on_after

from zhili.face.limits import Limits
from zhili.face.problem import TooLargeError, TooSlowError
from zhili.face.request import Response
from zhili.integrations.hosting import sendable

__all__ = ["GoneError", "Receive", "Send", "again", "read", "send_whole"]

Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LINGER: Final = 16 * 1024 * 1024
LINGER_SECONDS: Final = 2.0
"""How much more is taken in, and for how long, of a body that has been refused already: a client
that is still sending would otherwise find its connection reset and never see the answer."""


class GoneError(Exception):
    """The client hung up before it had sent everything."""


async def read(receive: Receive, headers: Mapping[str, str], limits: Limits) -> bytes:
    """
    Give a request's body.

    Raises:
        TooLargeError: If it is, or says that it will be, more than the limit.
        TooSlowError: If it is not there in time.
        GoneError: If nobody is there any more to answer to.
    """
    declared = headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 18 or int(declared) > limits.body):  # noqa: PLR2004 - further digits are no number worth reading
        raise _too_large(limits)
    parts: list[bytes] = []
    size = 0
    try:
        with fail_after(limits.seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise GoneError
                part = message.get("body", b"")
                size += len(part)
                if size > limits.body:
                    raise _too_large(limits)
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError as error:
        told = f"the body has to be here within {limits.seconds:g} seconds"
        raise TooSlowError(told, seconds=limits.seconds) from error


def _too_large(limits: Limits) -> TooLargeError:
    return TooLargeError(
        f"at most {limits.body} bytes are read; send less at once", limit=limits.body
    )


def again(body: bytes, receive: Receive) -> Receive:
    """Give *body*, which has been read, to somebody who reads it too."""
    told = False

    async def replay() -> MutableMapping[str, Any]:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def send_whole(
    send: Send, response: Response, *, bodiless: bool, unread: Receive | None = None
) -> None:
    """
    Send *response*; *bodiless* only its headers.

    What is *unread* of the request is taken in and thrown away, and the connection closed.
    """
    headers = sendable(response.headers)
    if response.status not in (204, 304):
        headers.append(("Content-Length", str(len(response.body))))
        if response.media_type:
            headers.append(("Content-Type", response.media_type))
    if unread is not None:
        headers.append(("Connection", "close"))
    raw = [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers]
    await send({"type": "http.response.start", "status": response.status, "headers": raw})
    body = b"" if bodiless else response.body
    await send({"type": "http.response.body", "body": body, "more_body": unread is not None})
    if unread is not None:
        await _linger(unread)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _linger(unread: Receive) -> None:
    size = 0
    with move_on_after(LINGER_SECONDS):
        while size < LINGER:
            message = await unread()
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return
            size += len(message.get("body", b""))
