"""Who asks is the host's to say, in its own way; what it cannot say is never guessed."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse
from flask import Flask, abort
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from zhili import Actor, Engine
from zhili.integrations import asgi, fastapi, flask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIN = Actor(id="lin", role="intake_agent", unit="12345")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Give an engine with nothing in it."""
    with Engine.open("memory:") as opened:
        yield opened


def asked(
    application: Any, path: str, method: str = "GET", *, root: str = "", **options: Any
) -> httpx.Response:
    """Ask an ASGI application, for which the server has a *root* path."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=application, root_path=root)
        async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
            return await client.request(method, path, **options)

    return asyncio.run(ask())


def in_fastapi(engine: Engine, actor: Callable[..., Any] | None) -> FastAPI:
    """Give a FastAPI application with a face below a prefix."""
    host = FastAPI()
    host.include_router(fastapi.router(engine, actor=actor, prefix="/g"))
    return host


def test_a_plain_function_runs_in_a_thread_and_an_asynchronous_one_on_the_loop(
    engine: Engine,
) -> None:
    """What may block never does on the event loop."""
    where: list[int] = []

    def plain(_: Request) -> Actor:
        where.append(threading.get_ident())
        return LIN

    async def asynchronous(_: Request) -> Actor:
        await asyncio.sleep(0)
        where.append(threading.get_ident())
        return LIN

    class Callable_:  # noqa: N801 - an object that is called
        async def __call__(self, request: Request) -> Actor:
            return await asynchronous(request)

    for actor in (plain, asynchronous, Callable_()):
        assert asked(in_fastapi(engine, actor), "/g/worklist").status_code == 200
    plainly, *others = where
    assert plainly != threading.get_ident()
    assert others == [threading.get_ident()] * 2


def test_the_hosts_own_refusal_is_the_hosts_to_show(engine: Engine) -> None:
    """An HTTPException, or what the host has a handler for, goes to the host's handlers."""

    class SignInError(Exception):
        pass

    def actor(request: Request) -> Actor:
        if request.query_params:
            raise SignInError
        raise HTTPException(418, "tea", {"X-Tea": "yes"})

    host = in_fastapi(engine, actor)
    host.exception_handler(SignInError)(lambda *_: RedirectResponse("/sign-in", 303))
    answer = asked(host, "/g/worklist")
    assert (answer.status_code, answer.json()) == (418, {"detail": "tea"})
    assert answer.headers["x-tea"] == "yes"
    assert asked(host, "/g/worklist?x=1").headers["location"] == "/sign-in"
    alone = asked(asgi.app(engine, actor=actor), "/worklist")
    assert (alone.status_code, alone.text) == (418, "tea")


@pytest.mark.parametrize("given", [ValueError("the directory is down"), "lin", 7, object()])
def test_an_actor_that_cannot_be_said_is_a_500_and_logged(
    engine: Engine, given: object, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is taken for somebody, nor shown why; it is written down."""

    def actor(_: object) -> Any:
        if isinstance(given, Exception):
            raise given
        return given

    site = Flask("host")
    site.register_blueprint(flask.blueprint(engine, actor=actor), url_prefix="/g")
    with caplog.at_level(logging.ERROR, "zhili.face"):
        answer = asked(in_fastapi(engine, actor), "/g/worklist")
        again = site.test_client().get("/g/worklist")
    for status, kind, text in (
        (answer.status_code, answer.headers["content-type"], answer.text),
        (again.status_code, again.content_type, again.text),
    ):
        assert (status, kind) == (500, "application/problem+json")
        assert "directory" not in text
    assert len([record for record in caplog.records if record.exc_info]) == 2


def test_nobody_is_the_system(engine: Engine) -> None:
    """An actor with the system's role is refused, whatever is asked."""
    system = Actor(id="zhili", role="system")
    site = Flask("host")
    site.register_blueprint(flask.blueprint(engine, actor=lambda _: system), url_prefix="/g")
    for path in ("/g/worklist", "/g/wall"):
        assert asked(in_fastapi(engine, lambda _: system), path).status_code == 403
        assert site.test_client().get(path).status_code == 403


def test_without_an_actor_only_what_is_public_answers(engine: Engine) -> None:
    """A host that says nothing of its users shows what everybody may see, and no more."""
    host = in_fastapi(engine, None)
    assert asked(host, "/g/healthz").status_code == 200
    assert asked(host, "/g/worklist").status_code == 401


def test_the_hosts_function_may_read_the_body_too(engine: Engine) -> None:
    """Whatever signs requests signs their bodies: both read the same."""
    read: list[bytes] = []

    async def actor(request: Request) -> Actor:
        read.append(await request.body())
        return LIN

    answer = asked(in_fastapi(engine, actor), "/g/cases/complaint", "POST", json={"kind": "x"})
    assert (answer.status_code, read) == (422, [b'{"kind":"x"}'])


def test_what_is_not_ours_is_left_to_the_host(engine: Engine) -> None:
    """Without a prefix the host's own places answer, its own 404 too; below one all is ours."""
    host = FastAPI()
    host.include_router(fastapi.router(engine))
    host.get("/own")(lambda: "mine")
    assert asked(host, "/own").json() == "mine"
    assert asked(host, "/nowhere").json() == {"detail": "Not Found"}
    assert asked(host, "/worklist", "DELETE").json()["code"] == "method"
    assert asked(in_fastapi(engine, None), "/g/nowhere").json()["code"] == "not-found"
    site = Flask("host")
    site.register_blueprint(flask.blueprint(engine))
    site.add_url_rule("/own", view_func=lambda: "mine", endpoint="own")
    site.add_url_rule("/tea", view_func=lambda: abort(418), endpoint="tea")
    client = site.test_client()
    assert client.get("/own").text == "mine"
    assert (client.get("/tea").status_code, client.get("/nowhere").content_type) == (
        418,
        "text/html; charset=utf-8",
    )
    assert client.delete("/worklist").json["code"] == "method"


def test_links_begin_where_the_host_has_mounted_it(engine: Engine) -> None:
    """However prefixes come together: mounts, a root path, a router's prefix, in any script."""
    mounted = asgi.app(engine)
    nested = Starlette(routes=[Mount("/治理", Starlette(routes=[Mount("/b", mounted)]))])
    assert begins(asked(nested, "/治理/b/nowhere")) == "/%E6%B2%BB%E7%90%86/b/"
    host = FastAPI()
    host.include_router(fastapi.router(engine, prefix="/x"), prefix="/y")
    assert begins(asked(host, "/y/x/nowhere", root="/district")) == "/district/y/x/"
    assert begins(asked(host, "/y/x/worklist")) == "/y/x/"
    assert begins(asked(mounted, "/worklist")) == "/"
    site = Flask("host")
    site.register_blueprint(flask.blueprint(engine), url_prefix="/x")
    answer = site.test_client().get("/x/worklist", environ_overrides={"SCRIPT_NAME": "/district"})
    assert answer.json["type"] == "/district/x/problems/unauthenticated"


def begins(answer: httpx.Response) -> str:
    """Give what the links of a problem begin with."""
    return str(answer.json()["type"]).partition("problems/")[0]


def test_litestar_mounts_it(engine: Engine) -> None:
    """Another ASGI framework mounts the application as any other."""
    from litestar import Litestar
    from litestar import asgi as mounting

    ours = mounting("/g", is_mount=True, copy_scope=True)(asgi.app(engine, actor=lambda _: LIN))
    host = Litestar([ours])
    assert asked(host, "/g/worklist").status_code == 200
    answer = asked(host, "/g/nowhere")
    assert (answer.status_code, begins(answer)) == (404, "/g/")


def test_middleware_of_the_host_sees_every_request(engine: Engine) -> None:
    """What a host puts around its application is around ours."""

    def around(application: Any) -> Any:
        async def counted(scope: Any, receive: Any, send: Any) -> None:
            async def marked(message: Any) -> None:
                if message["type"] == "http.response.start":
                    message["headers"].append((b"x-host", b"mine"))
                await send(message)

            await application(scope, receive, marked)

        return counted

    routes = [Mount("/g", asgi.app(engine))]
    host = Starlette(routes=routes, middleware=[Middleware(around)])
    assert asked(host, "/g/nowhere").headers["x-host"] == "mine"


def test_its_operations_stand_in_the_hosts_own_description(engine: Engine) -> None:
    """Every operation is in FastAPI's OpenAPI below the prefix, with all that it refers to."""
    host = in_fastapi(engine, None)
    described = host.openapi()
    own = asked(host, "/g/openapi.json").json()
    for path, methods in own["paths"].items():
        for method, operation in methods.items():
            found = described["paths"][f"/g{path}"][method]
            assert found["operationId"] == operation["operationId"]
            assert found["responses"].keys() == operation["responses"].keys()
    assert "#/components/schemas" not in str(described["paths"])
