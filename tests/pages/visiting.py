"""A running host of the pages, and people who visit it: over HTTP, and in a real browser."""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Thread
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.pages.html_forms import HtmlForm, forms_in
from zhili import Actor, Engine
from zhili.integrations.asgi import app
from zhili.pages.settings import Settings
from zhili.pages.site import PAGES, site
from zhili.values import Role

__all__ = ["CHROMIUM", "CHROMIUM_OPTIONS", "Visitor", "hosted", "switchboard", "who"]

CHROMIUM: Final = os.environ.get("ZHILI_CHROMIUM") or shutil.which("chromium")
"""Where the browser is; None on a machine without one."""

CHROMIUM_OPTIONS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
"""Lets it run without a screen, and call nobody."""

PATIENCE_SECONDS: Final = 30

NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Never used: all is on this machine. To make one for each client takes longer than a visit."""


def who(actor: Actor | None) -> dict[str, str]:
    """Give the header by which the host knows *actor*: a real one would have authenticated them."""
    if actor is None:
        return {}
    return {"X-Who": "|".join((actor.id, actor.role, actor.unit or "")).encode().hex()}


def _actor_of(request: Any) -> Actor | None:
    said = request.headers.get("x-who")
    if said is None:
        return None
    id_, role, unit = bytes.fromhex(said).decode().split("|")
    return Actor(id=id_, role=Role(role), unit=unit or None)


class Switchboard:
    """One server for all tests: it answers with whatever application is plugged in."""

    def __init__(self) -> None:
        """Start it, at a port that the system chooses."""
        self.plugged: ASGIApp | None = None
        config = uvicorn.Config(
            self._answer, port=0, log_level="critical", interface="asgi3", lifespan="off", ws="none"
        )
        self._server = uvicorn.Server(config)
        self._socket = config.bind_socket()
        self._socket.listen(128)  # who comes before the server has begun waits, and is not refused
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.plugged is not None, "nobody is served just now"
        await self.plugged(scope, receive, send)

    def stop(self) -> None:
        """End it."""
        self._server.should_exit = True
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()
        self._socket.close()


@cache
def switchboard() -> Switchboard:
    """Give the server, started when it is first needed."""
    return Switchboard()


@contextmanager
def hosted(
    engine: Engine, settings: Settings | None = None, *, pages: tuple[str, ...] = PAGES
) -> Iterator[str]:
    """Serve the pages of *engine*, and give where; one engine at a time."""
    board = switchboard()
    assert board.plugged is None, "another engine is being served"
    board.plugged = app(engine, actor=_actor_of, face=site(engine, settings, pages=pages))
    try:
        yield board.url
    finally:
        board.plugged = None


class Visitor:
    """Somebody with a browser that keeps cookies and runs no scripts."""

    def __init__(self, url: str, actor: Actor | None = None, language: str = "en") -> None:
        """Visit *url* as *actor* is known to the host; None is anybody."""
        headers = {**who(actor), "Accept-Language": language}
        alone = httpx.Limits(max_keepalive_connections=0)  # nothing is left open by anybody
        self.http = httpx.Client(
            base_url=url, headers=headers, limits=alone, timeout=PATIENCE_SECONDS, verify=NO_TLS
        )
        self.url = url

    def get(self, path: str, **query: str) -> httpx.Response:
        """Open a page."""
        return self.http.get(path, params=query or None)

    def form(self, path: str, action: str | None = None) -> HtmlForm:
        """Give the form on a page that sends something, the one to *action* if there are more."""
        page = self.get(path)
        assert page.status_code == httpx.codes.OK, page.text
        found = [form for form in forms_in(page.text) if form.method == "post"]
        return next(form for form in found if action is None or form.action.endswith(action))

    def send(
        self, form: HtmlForm, /, *, headers: dict[str, str] | None = None, **fields: str
    ) -> httpx.Response:
        """Fill in *fields* and send the form as a browser would, from its own page."""
        pairs = [(name, value) for name, value in form.pairs if name not in fields]
        body = urlencode([*pairs, *fields.items()])
        usual = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url}
        return self.http.post(form.action, content=body, headers={**usual, **(headers or {})})
