"""A Django project that serves cases, asked over HTTP: by gunicorn's workers, and by its own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.integrations.conftest import BySession
from tests.integrations.contract import CONTRACT, Asker, Rule
from tests.integrations.serving import EXAMPLES, Host, gunicorn, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "/governance"
WORKERS = ("--workers", "2", "--threads", "8", "--worker-class", "gthread", "--preload")
"""Two processes made from one that has opened everything before."""


class ByCookie(BySession):
    """The headers with which `django_host` knows somebody: signed in once, by its form."""

    cookie = "sessionid"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Give the running example, with two workers."""
    store = tmp_path_factory.mktemp("django") / "host.db"
    with serving(gunicorn("django_host:create_app", *WORKERS), STORE=f"sqlite:///{store}") as it:
        yield Host(it.origin, PREFIX, ByCookie(it.origin))


@pytest.mark.parametrize("rule", CONTRACT, ids=lambda rule: rule.__name__)
def test_contract(host: Host, rule: Rule) -> None:
    """What holds in every host holds in Django's."""
    rule(host)


def test_the_example_serves_itself() -> None:
    """One command, no database named: it has its users, its cases, and what they may see."""
    command = [sys.executable, "-W", "error", str(EXAMPLES / "django_host.py"), "--port", "0"]
    with serving(command) as it, Asker(Host(it.origin, PREFIX, ByCookie(it.origin))) as asker:
        assert asker.get("/worklist").status_code == 401
        listed = asker.get("/worklist", by="liu")
        assert listed.status_code == 200
        assert len(listed.json()["items"]) == 3
        assert httpx.get(f"{it.origin}/elsewhere").status_code == 404
