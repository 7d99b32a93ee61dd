"""Running hosts: each example served by a real server, on a store of its own."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.integrations.serving import Host, Served, gunicorn, serving, uvicorn

PASSWORD = "demo"  # noqa: S105 - that of the examples
PREFIX = "/governance"


def by_basic(name: str) -> Mapping[str, str]:
    """Give the headers with which `fastapi_host` knows somebody."""
    return {"Authorization": f"Basic {b64encode(f'{name}:{PASSWORD}'.encode()).decode()}"}


def by_cookie(name: str) -> Mapping[str, str]:
    """Give the headers with which `asgi_host` knows somebody."""
    return {
        "Cookie": f"user={name}.{hmac.digest(PASSWORD.encode(), name.encode(), 'sha256').hex()}"
    }


class BySession:
    """The headers with which `flask_host` knows somebody: signed in once, by its form."""

    cookie = "session"

    def __init__(self, origin: str) -> None:
        """Sign in at *origin*."""
        self._origin = origin
        self._known: dict[str, Mapping[str, str]] = {}

    def __call__(self, name: str) -> Mapping[str, str]:
        """Give the cookie of somebody's session."""
        if name not in self._known:
            fields = {"name": name, "password": PASSWORD}
            answer = httpx.post(f"{self._origin}/sign-in", data=fields, timeout=60)
            assert answer.status_code == 302
            self._known[name] = {"Cookie": f"{self.cookie}={answer.cookies[self.cookie]}"}
        return self._known[name]


def host_of(kind: str, served: Served) -> Host:
    """Give the host that is *served*."""
    known = {"fastapi": by_basic, "asgi": by_cookie, "flask": BySession(served.origin)}
    return Host(served.origin, PREFIX, known[kind])


def command_of(kind: str, workers: int = 1) -> list[str]:
    """Give the command that serves an example of a *kind*, with so many processes."""
    if kind == "flask":
        options = ("--workers", str(workers), "--threads", "8", "--worker-class", "gthread")
        return gunicorn("flask_host:create_app", *options)
    return uvicorn(f"{kind}_host:create_app", "--workers", str(workers))


@pytest.fixture(scope="session", params=["asgi", "fastapi", "flask"])
def host(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Host]:
    """Give a running host of each kind, on a SQLite file."""
    kind: str = request.param
    store = tmp_path_factory.mktemp(kind) / "cases.db"
    with serving(command_of(kind), STORE=f"sqlite:///{store}") as served:
        yield host_of(kind, served)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Give what closes everything at the end of a test."""
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Give the URL of an empty SQLite store."""
    return f"sqlite:///{tmp_path}/cases.db"
