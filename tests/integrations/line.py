"""A client made of a socket, which sends what no library would, and reads one answer, whole."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Final, NamedTuple

__all__ = ["Answer", "exchanged", "read_one"]

PATIENCE_SECONDS: Final = 60


class Answer(NamedTuple):
    """An answer as it came: its status, its headers with names in lower case, its body."""

    status: int
    headers: dict[str, str]
    body: bytes


def exchanged(port: int, sent: bytes, *, bodiless: bool = False) -> Answer | None:
    """
    Send bytes over a connection of their own and give the answer; None if it is closed without.

    An answer that is not whole fails; *bodiless* is what comes back for a HEAD.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as line:
        with suppress(ConnectionError):  # it may be answered before all is sent
            line.sendall(sent)
        return read_one(line, bodiless=bodiless)


def read_one(line: socket.socket, *, bodiless: bool = False) -> Answer | None:
    """Read one answer; those with a status below 200 are not yet it."""
    received = b""
    while True:
        while b"\r\n\r\n" not in received:
            part = _received(line)
            if not part:
                assert received == b"", received
                return None
            received += part
        head, _, received = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        status = int(first.split(" ")[1])
        if status >= 200:
            break
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
    if bodiless or status in (204, 304):
        return Answer(status, headers, b"")
    length = headers.get("content-length")
    while length is None or len(received) < int(length):
        part = _received(line)
        if not part:
            break
        received += part
    assert length is None or len(received) >= int(length), (first, headers, received)
    return Answer(status, headers, received[: int(length)] if length else received)


def _received(line: socket.socket) -> bytes:
    try:
        return line.recv(65536)
    except ConnectionError:
        return b""
