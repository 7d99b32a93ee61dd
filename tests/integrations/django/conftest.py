"""Django hosts: their settings, a fresh database of each kind, with and without a transaction."""

from __future__ import annotations

from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import django
import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.backends.signals import connection_created
from psycopg.conninfo import conninfo_to_dict

from tests.engine.conftest import life  # noqa: F401 - a fixture
from zhili.integrations.django import engines

if TYPE_CHECKING:
    from collections.abc import Iterator

if not settings.configured:
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "zhili.integrations.django",
        ],
        ALLOWED_HOSTS=["testserver", "127.0.0.1"],
        SECRET_KEY="for tests",  # noqa: S106 - it keeps nothing secret
        USE_TZ=True,
        ZHILI={},
    )
    django.setup()

HERE = Path(__file__).parent
BORROWED = ("test_contract.py", "test_engine.py")
"""Suites of other rooms, of which those tests run here that take whatever store they are given."""

THREADS = "at_once"
"""In the name of a test whose threads would have to see one thread's open transaction."""

PAIRS = ("alone-sqlite", "within-postgres")

SQLITE = "sqlite"
POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
KINDS = [SQLITE, POSTGRES]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what opens other stores than those of this room, or threads within one's atomic."""
    left = [item for item in items if item.path.parent == HERE and not belongs(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def belongs(item: pytest.Item) -> bool:
    """Say whether a test is one of this room's."""
    if item.path.name not in BORROWED:
        return True
    if "store_url" not in getattr(item, "fixturenames", ()):
        return False
    if THREADS in item.name and "within" in item.name:
        return False
    # An engine works over any store that does what every store does: two of the four are enough.
    return item.path.name == "test_contract.py" or any(each in item.name for each in PAIRS)


def use(**told: Any) -> None:
    """Let the host's database be another one."""
    connections["default"].close()
    databases = {"default": {"TEST": {}, **told}}
    configured = connections.configure_settings(databases)
    connections.settings["default"] = configured["default"]
    del connections["default"]
    engines.forget()


def use_kind(kind: str, request: pytest.FixtureRequest, folder: Path, **told: Any) -> None:
    """Let the host's database be a fresh one of a kind."""
    if kind == SQLITE:
        options = told.pop("OPTIONS", {"transaction_mode": "IMMEDIATE", "timeout": 20})
        name = str(folder / "host.db")
        use(ENGINE="django.db.backends.sqlite3", NAME=name, OPTIONS=options, **told)
        return
    parts = conninfo_to_dict(request.getfixturevalue("host_database"))
    where = {"HOST": parts.get("host", ""), "PORT": str(parts.get("port", ""))}
    named = {"NAME": parts["dbname"], "USER": parts["user"]}
    use(ENGINE="django.db.backends.postgresql", **named, **where, **told)


@pytest.fixture(scope="session")
def host_database(postgres_server: str) -> Iterator[str]:
    """Give the URL of a database that the tests of this room use one after the other."""
    name = f"host_{token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield postgres_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def make_tables() -> None:
    """Make the tables of a store, and nothing in them."""
    migration = import_module("zhili.integrations.django.migrations.0001_store")
    with connection.schema_editor() as editor:
        migration.make(None, editor)


def empty(kind: str) -> None:
    """Leave nothing in a database that the next test will use."""
    if kind != SQLITE:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Let the host have a fresh database with an empty store and a table of its own."""
    use_kind(request.param, request, tmp_path)
    make_tables()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE host_note (text varchar(100))")
    yield request.param
    empty(request.param)


@pytest.fixture(autouse=True)
def connected() -> Iterator[None]:
    """Close what a test has opened, in whichever thread."""
    opened: list[Any] = []

    def note(connection: Any, **_: Any) -> None:
        opened.append(connection)

    connection_created.connect(note)
    yield
    connection_created.disconnect(note)
    engines.forget()
    connections.close_all()
    for wrapper in opened:  # other threads have left theirs behind
        if wrapper.connection is not None:
            wrapper.connection.close()


@pytest.fixture(params=["alone", "within"])
def store_url(request: pytest.FixtureRequest, database: str) -> Iterator[str]:
    """Give the URL of an empty store, once outside and once inside of the host's transaction."""
    assert database
    with ExitStack() as stack:
        if request.param == "within":
            stack.enter_context(transaction.atomic())
        yield "django://default"
        if request.param == "within":
            transaction.set_rollback(rollback=True)
