"""A proxy before a real PostgreSQL that cuts the connection at the moment it is told to."""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from threading import Thread
from typing import Literal, Self
from urllib.parse import parse_qs, urlsplit

__all__ = ["CuttingProxy"]

Moment = Literal["before", "after"]
BYTES_MAX = 1 << 20


class CuttingProxy:
    """
    Passes everything on, until `cut` is set.

    Then the next thing a client says is either lost with the connection ("before"), or reaches the
    server, which carries it out, and the answer is lost with the connection ("after").
    """

    def __init__(self, url: str) -> None:
        """Stand before the server of *url*, which listens on a socket of its directory."""
        parts = urlsplit(url)
        self._server = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        # One connection, so that what it says next is what the test does next.
        self.url = (
            f"postgresql://postgres@127.0.0.1:{port}{parts.path}"
            "?sslmode=disable&gssencmode=disable&pool_size=1"
        )
        self.cut: Moment | None = None
        self.cuts: list[Moment] = []

    def __enter__(self) -> Self:
        """Listen."""
        Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(self._server)
            while True:
                said, _, _ = select.select([client, server], [], [])
                for side in said:
                    heard = side.recv(BYTES_MAX)
                    if not heard or (side is client and self._cut_off(heard, server)):
                        return
                    (server if side is client else client).sendall(heard)

    def _cut_off(self, heard: bytes, server: socket.socket) -> bool:
        """Whether the connection ends here; *heard* reaches the server or not, as was asked."""
        if self.cut is None:
            return False
        moment, self.cut = self.cut, None
        self.cuts.append(moment)
        if moment == "after":
            server.sendall(heard)
            server.recv(BYTES_MAX)
        return True
