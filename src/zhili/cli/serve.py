"""`zhili serve`: everything in a browser, with demo users, on this machine."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from datetime import timedelta
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer

from zhili.cli.command import FINE, FOUND, USAGE, command, opened, refuse
from zhili.cli.screen import progress_bar
from zhili.demo import simulate
from zhili.errors import InputError, ZhiliError
from zhili.testing.clock import VirtualClock
from zhili.values import Actor
from zhili.workflows import Label
from zhili.workflows.role import INTAKE_AGENT

if TYPE_CHECKING:
    from datetime import datetime

    import uvicorn

    from zhili.engine import Engine

__all__ = ["GoingClock", "serve"]

EXTRA: Final = ("starlette", "jinja2", "uvicorn")
PORT: Final = 8321
DAYS: Final = 100
"""As many days of the simulated district as begin within seconds, with months to compare."""

OPENING: Final = timedelta(hours=9, minutes=30)
"""When on the day after the simulation the demonstration begins."""

TICK_SECONDS: Final = 5.0
SIMULATED: Final = "memory:"

BANNER: Final = Label(
    "Demonstration: anybody here may act as anybody. Enter nothing that is real.",
    "演示系统：任何人可选择任何身份操作，请勿输入真实信息。",
)
NAME: Final = Label("Heping District, simulated", "和平区基层治理（演示）")
STORE_NAME: Final = Label("Grassroots governance, demonstration", "基层治理（演示）")

APP: Final = Actor(id="open311-demonstration", role=INTAKE_AGENT, unit="12345")
"""Who posts with the `api_key` of the demonstration."""

KEY_SERVICE: Final = "The api_key was said when zhili serve was started 密钥见服务启动时的提示"

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class GoingClock(VirtualClock):
    """A present that stands where it is set, and from `go` on goes on as time does."""

    _since: float | None = None

    def go(self) -> None:
        """Go on from where it stands."""
        self._since = monotonic()

    def __call__(self) -> datetime:
        """Give the present."""
        if self._since is None:
            return self.now
        return self.now + timedelta(seconds=monotonic() - self._since)


@command
def serve(
    store: Annotated[
        str,
        typer.Option(
            envvar="ZHILI_STORE",
            help="A store that exists; by default a district is simulated in memory.",
        ),
    ] = SIMULATED,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 lets the system choose.")
    ] = PORT,
    days: Annotated[
        int, typer.Option(help="How many days of the district are simulated first.")
    ] = DAYS,
    open_to_all: Annotated[  # noqa: FBT002 - typer's switches are so
        bool,
        typer.Option(
            "--open-to-all",
            help="Listen beyond this machine, though whoever reaches it may act as anybody.",
        ),
    ] = False,
) -> int:
    """
    Show it all in a browser 网页演示.

    The wall, the desk, the dashboard, appeals and the auditor's pages, with one demo user for every
    role and no password; and Open311, with a key that is said at the start. It listens on this
    machine only, and is no way to run a real service: a host hangs the same pages up with users of
    its own.
    """
    missing = [name for name in EXTRA if find_spec(name) is None]
    if missing:
        message = f"{', '.join(missing)} is missing; pip install 'zhili[serve]'"
        return refuse("extra", message, USAGE)
    if not _is_loopback(host) and not open_to_all:
        message = (
            f"whoever reaches {host} could act as anybody; leave --host out,"
            " or say --open-to-all if that is what you want"
        )
        raise InputError(message, host=host)
    with _listening(host, port) as listener, _engine(store, days) as engine:
        # Another one each time: no page from elsewhere knows it, and posts in somebody's browser.
        key = secrets.token_hex(6)
        application = _application(engine, key, simulated=store == SIMULATED)
        if _is_loopback(host):
            application = _only_for(application, {host, "localhost", "127.0.0.1", "::1"})
        typer.echo(_greeting(listener, host, store, days, key))
        return _run(engine, application, listener)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _listening(host: str, port: int) -> Generator[socket.socket]:
    """
    Give a socket that listens, before anything else takes its time.

    Raises:
        InputError: If somebody else listens there, or there is no such address.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        message = f"cannot listen at {host} port {port}: {why}; name another with --port"
        raise InputError(message, host=host, port=port) from error
    with listener:
        yield listener


@contextmanager
def _engine(store: str, days: int) -> Generator[Engine]:
    """Open the store; or simulate a district, and let its time go on from there."""
    if store != SIMULATED:
        with opened(store) as engine:
            yield engine
        return
    clock = GoingClock()
    typer.echo(f"simulating {days} days of a district …")
    with progress_bar() as progress:
        district = simulate(days=days, progress=progress, clock=clock)
    with district.engine as engine:
        clock.set(district.after + OPENING)
        engine.tick()
        clock.go()
        yield engine


def _greeting(listener: socket.socket, host: str, store: str, days: int, key: str) -> str:
    named = f"[{host}]" if ":" in host else host
    what = f"a district after {days} simulated days" if store == SIMULATED else "the store"
    return (
        f"http://{named}:{listener.getsockname()[1]}/ shows {what}, for demonstration only:"
        " anybody who opens it may act as anybody. Ctrl-C ends it."
        f" Open311 is below /open311/v2; post with api_key={key}."
    )


def _run(engine: Engine, application: Application, listener: socket.socket) -> int:
    import uvicorn  # noqa: PLC0415 - needs an extra

    config = uvicorn.Config(
        application,
        log_level="warning",
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    with suppress(KeyboardInterrupt):  # uvicorn has ended in good order, and passes it on
        asyncio.run(_until_stopped(engine, uvicorn.Server(config), listener))
    return FINE


async def _until_stopped(engine: Engine, server: uvicorn.Server, listener: socket.socket) -> None:
    ticking = asyncio.create_task(_keep_ticking(engine))
    try:
        await server.serve(sockets=[listener])
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking


async def _keep_ticking(engine: Engine) -> None:
    """Let the clocks of the cases do what they demand, every few seconds."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        try:
            await asyncio.to_thread(engine.tick)
        except ZhiliError as error:  # the next one may do better
            refuse(error.code, error.message, FOUND)


def _application(engine: Engine, key: str, *, simulated: bool) -> Application:
    from zhili.cli.sign_in import SIGN_IN, SignIn  # noqa: PLC0415 - needs an extra
    from zhili.demo.users import demo_users  # noqa: PLC0415 - the same
    from zhili.integrations.asgi import app  # noqa: PLC0415 - the same
    from zhili.pages import Open311Settings, Settings  # noqa: PLC0415 - the same
    from zhili.pages.site import site  # noqa: PLC0415 - the same

    sign_in = SignIn(demo_users(engine))
    settings = Settings(
        name=NAME if simulated else STORE_NAME,
        posting=True,
        voting=True,
        sign_in_url=SIGN_IN,
        account_url=SIGN_IN,
        demonstration=BANNER,
        open311=Open311Settings(keys={key: APP}.get, key_service=KEY_SERVICE, live=False),
    )
    face = site(engine, settings, more=sign_in.routes)
    return app(engine, actor=lambda asked: sign_in.actor(asked.cookies), face=face)


def _only_for(application: Application, names: AbstractSet[str]) -> Application:
    """
    Let *application* answer only who calls this machine by one of *names*.

    Else a page from elsewhere could lead a name of its own to this machine, and read what is here.
    """

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _called(scope) in names:
            await application(scope, receive, send)
            return
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        await send({"type": "http.response.start", "status": 421, "headers": headers})
        words = b"this demonstration answers at localhost and 127.0.0.1 only\n"
        await send({"type": "http.response.body", "body": words})

    return guarded


def _called(scope: Scope) -> str:
    """Give the name by which a request calls this machine, without its port."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    name: str = host.decode("latin-1")
    return name.partition("]")[0].lstrip("[") if name.startswith("[") else name.partition(":")[0]
