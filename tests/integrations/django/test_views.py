"""Native views: what Django has asked becomes a face's request, and its answer Django's."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test import Client, override_settings
from django.urls import clear_url_caches, include, path, reverse
from pydantic_core import to_json

from tests.engine.sample import registered
from tests.integrations.django.conftest import use_kind
from zhili import Actor, Engine
from zhili.errors import InputError
from zhili.face import Face, Request, Response, Route
from zhili.face.request import JSON
from zhili.integrations.django import engine, engines
from zhili.testing import controls
from zhili.workflows import Label

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.http import HttpRequest

HERE = __name__
TITLE = Label("A place", "某处")


def face(toy: Engine) -> Face:
    """Give a face that says what it was asked, writes, and fails in every way."""

    def told(request: Request) -> Response:
        said = {
            "method": request.method,
            "path": request.path,
            "base": request.base,
            "named": dict(request.named),
            "query": request.query,
            "body": request.body.decode(),
            "actor": request.actor.id if request.actor else None,
            "host": request.host,
            "secure": request.secure,
            "odd": request.headers.get("x-odd"),
        }
        cookies = (("Set-Cookie", "a=1; HttpOnly; Path=/; SameSite=Strict"), ("Set-Cookie", "b=2"))
        return Response(200, to_json(said), JSON, (*cookies, ("X-Seen", "看见")))

    def writes(request: Request) -> Response:
        toy.submit(registered(1), by=controls.INTAKE)
        if request.asked("then") == "refused":
            raise InputError("no")
        if request.asked("then") == "fails":
            raise RuntimeError("a secret")
        return Response(204, b"", "")

    def route(method: Any, where: str, name: str, answer: Any, *, public: bool = True) -> Route:
        return Route(method, where, name, answer, TITLE, public=public)

    return Face(
        toy,
        [
            route("GET", "/things/{thing}/of/{person}", "thing", told),
            route("POST", "/things/{thing}/of/{person}", "thing.change", told),
            route("GET", "/things/{thing}", "one", told),
            route("POST", "/things/{kind}", "kind.open", told),
            route("POST", "/things/lamp", "lamp.open", told),
            route("GET", "/private", "private", told, public=False),
            route("POST", "/writes", "writes", writes),
        ],
    )


def actor(request: HttpRequest) -> Actor | None:
    """Say who asks, as a header says, or fail in every way."""
    who = request.headers.get("x-who")
    if who == "denied":
        raise PermissionDenied
    if who == "lost":
        raise Http404
    if who == "broken":
        raise ValueError("a secret")
    return None if who is None else Actor(id=who, role=who, unit="12345")


@pytest.fixture
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    """Let a host with the toy face be asked, on a SQLite file under ATOMIC_REQUESTS."""
    use_kind("sqlite", request, tmp_path, ATOMIC_REQUESTS=True)
    from django.core.management import call_command

    urls = ModuleType("tests_toy_urls")
    sys.modules[urls.__name__] = urls
    with override_settings(
        ZHILI={"FACE": f"{HERE}.face", "ACTOR": f"{HERE}.actor"},
        ROOT_URLCONF=urls.__name__,
        MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    ):
        engines.forget()
        call_command("migrate", verbosity=0)
        import zhili.integrations.django.urls as ours

        urls.urlpatterns = [path("here/", include(importlib.reload(ours)))]  # type: ignore[attr-defined]  # a module of its own
        clear_url_caches()
        yield Client(enforce_csrf_checks=True, raise_request_exception=False)
    del sys.modules[urls.__name__]
    clear_url_caches()
    engines.forget()


def test_what_is_asked_arrives(client: Client) -> None:
    """Method, path, base, names, query, headers, body, host and who asks."""
    where = "/here/things/路 灯/of/a.b?x=1&x=2&y=%E7%81%AF"
    answer = client.post(where, b"{}", JSON, headers={"x-odd": "o", "x-who": "lin"}, secure=True)
    assert answer.json() == {
        "method": "POST",
        "path": "/things/路 灯/of/a.b",
        "base": "/here",
        "named": {"thing": "路 灯", "person": "a.b"},
        "query": [["x", "1"], ["x", "2"], ["y", "灯"]],
        "body": "{}",
        "actor": "lin",
        "host": "testserver",
        "secure": True,
        "odd": "o",
    }


def test_what_is_answered_goes_out(client: Client) -> None:
    """Type, headers in ASCII, and every cookie with what belongs to it."""
    answer = client.get("/here/things/1")
    assert answer.headers["Content-Type"] == JSON
    assert answer.headers["X-Seen"] == "%E7%9C%8B%E8%A7%81"
    assert answer.cookies["a"]["samesite"] == "Strict"
    assert answer.cookies["a"]["httponly"]
    assert answer.cookies["b"].value == "2"
    nothing = client.post("/here/writes")
    assert nothing.status_code == 204
    assert "Content-Type" not in nothing.headers


def test_head_is_get_without_its_body(client: Client) -> None:
    """And with its length."""
    whole, bare = client.get("/here/things/1"), client.head("/here/things/1")
    assert bare.content == b""
    assert bare.headers["Content-Length"] == str(len(whole.content))


def test_places_have_names(client: Client) -> None:
    """Those of the routes, for the host's own links."""
    assert client.get("/here/things/1").status_code == 200
    assert reverse("zhili:thing", args=["7", "x"]) == "/here/things/7/of/x"
    assert reverse("zhili:lamp.open") == "/here/things/lamp"


def test_the_first_route_that_fits_method_and_path_answers(client: Client) -> None:
    """A fixed segment goes before a named one, where it has the method."""
    assert client.post("/here/things/lamp").json()["named"] == {}
    assert client.post("/here/things/other").json()["named"] == {"kind": "other"}
    assert client.get("/here/things/lamp").json()["named"] == {"thing": "lamp"}


def test_what_is_not_there_is_a_problem(client: Client) -> None:
    """404, 405 with what is allowed, and a slash too many is redirected."""
    assert client.get("/here/nowhere").json()["code"] == "not-found"
    wrong = client.put("/here/things/1")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert client.options("/here/things/1").status_code == 204
    slash = client.get("/here/things/1/")
    assert (slash.status_code, slash.headers["Location"]) == (308, "/here/things/1")


def test_who_asks_is_the_hosts_to_say(client: Client) -> None:
    """Nobody, somebody, Django's own refusals, the system's role, and a function that fails."""

    def asked(who: str | None) -> Any:
        return client.get("/here/private", headers={"x-who": who} if who else {})

    assert asked(None).status_code == 401
    assert asked("lin").status_code == 200
    assert asked("denied").status_code == 403
    assert asked("lost").status_code == 404
    assert asked("system").json()["code"] == "forbidden"
    broken = asked("broken")
    assert (broken.status_code, broken.json()["code"]) == (500, "internal")
    assert b"secret" not in broken.content


@pytest.mark.parametrize(("then", "status"), [("", 204), ("refused", 422), ("fails", 500)])
def test_a_command_is_a_transaction_by_itself(client: Client, then: str, status: int) -> None:
    """Also under ATOMIC_REQUESTS: what was recorded stays, whatever becomes of the answer."""
    assert connection.settings_dict["ATOMIC_REQUESTS"]
    before = engine().head().position
    answer = client.post(f"/here/writes?then={then}")
    assert answer.status_code == status
    assert b"secret" not in answer.content
    assert engine().head().position == before + 1
    assert engine().audit().findings == ()


def test_what_is_too_large_is_refused(client: Client) -> None:
    """By the face's limit, and by Django's own where that is lower."""
    limit = face(engine()).limits.body
    assert client.post("/here/things/1", b" " * limit, JSON).status_code == 200
    assert client.post("/here/things/1", b" " * (limit + 1), JSON).json()["code"] == "too-large"
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        assert client.post("/here/things/1", b" " * 11, JSON).json()["code"] == "too-large"
    odd = client.generic("POST", "/here/things/1", b"", JSON, CONTENT_LENGTH="many")
    assert odd.status_code == 422
