"""From a URL to a store: what cannot be a store is refused in words, and nothing is changed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from zhili.errors import InputError, StoreError
from zhili.store import open_store
from zhili.store.schema import SCHEMA_VERSION

NOBODY = 65534
SECRET = "s3cret-Wörter"  # noqa: S105 - what must never be seen in a message

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cases.db",
        "/var/lib/cases.db",
        "mysql://host/db",
        "postgresqll://host/db",
        "http://host/",
        "memory:x",
        "memory:?a=b",
        "memory:///x",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite:cases.db",
        "sqlite://cases.db",
        "sqlite://host/cases.db",
        "sqlite:///dir/",
        "sqlite:///:memory:",
        "sqlite:///cases.db?mode=ro",
        "sqlite:///cases.db#part",
        "sqlite:///a%00b",
        "postgresql:",
        "postgresql:db",
        "postgresql:/db",
        "postgresql://host/db%00",
        "postgresql://host/db%zz",
        "postgresql://host/\0",
        "postgresql://[::1/db",
        "postgresql://host/db?sslmode",
    ],
)
def test_a_malformed_url_is_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the caller's mistake, named as such, and no file appears."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"(?s).{20,}"):
        open_store(url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://host/db?sslmod=require", "sslmod"),
        ("postgresql://host/db?pool=4", "pool"),
        ("postgresql://host/db?sslmode=require&Schema=x", "Schema"),
        ("postgresql://host/db?pool_size=0", "pool_size"),
        ("postgresql://host/db?pool_size=33", "pool_size"),
        ("postgresql://host/db?pool_size=many", "pool_size"),
        ("postgresql://host/db?pool_size=-1", "pool_size"),
        ("postgresql://host/db?pool_size=2&pool_size=3", "pool_size"),
        ("postgresql://host/db?schema=", "schema"),
        ("postgresql://host/db?schema=pg_own", "schema"),
        ("postgresql://host/db?schema=" + "长" * 22, "schema"),
        ("postgresql://host/db?client_encoding=LATIN1", "client_encoding"),
        ("postgresql://host/db?replication=database", "replication"),
    ],
)
def test_a_parameter_that_is_not_understood_is_named(url: str, name: str) -> None:
    """Every parameter is honoured or refused; none is passed over."""
    with pytest.raises(InputError, match=name) as refused:
        open_store(url)
    assert refused.value.data["parameter"] == name


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://user:{SECRET}@127.0.0.1:1/db",
        f"postgres://user:{SECRET}@127.0.0.1:1/db?connect_timeout=2",
        f"postgresql://user@127.0.0.1:1/db?password={SECRET}",
        f"postgresql://user:{SECRET}@127.0.0.1:1/db?sslpassword={SECRET}",
        f"postgresql://user:{SECRET}@127.0.0.1:1/db?no_such={SECRET}",
        f"postgresql://user:{SECRET}@[::1/db",
        f"postgresql://user:{SECRET}%zz@host/db",
        f"postgresql://user:pass/{SECRET}@host/db",
        f"postgresql://user:pass?{SECRET}@host/db",
        f"postgresql://user:pass@{SECRET}@host/db",
        f"postgresql://user:{SECRET}@127.0.0.1:1/db?sslmode",
        f"postgresql:/user:{SECRET}@host/db",
    ],
)
def test_a_password_is_never_shown(url: str) -> None:
    """Neither in the message nor in the data, whatever is wrong with the URL."""
    with pytest.raises((InputError, StoreError)) as refused:
        open_store(url)
    shown = f"{refused.value} {refused.value!r} {json.dumps(refused.value.as_dict())}"
    assert "s3cret" not in shown
    assert "pass/" not in shown


def test_a_server_that_is_not_there_is_named() -> None:
    """The message says which server it was, and what libpq says."""
    with pytest.raises(StoreError, match=r"postgresql://me@127\.0\.0\.1:1/db.*refused"):
        open_store("postgresql://me@127.0.0.1:1/db?connect_timeout=2")


def test_a_file_is_made_only_if_that_is_allowed(tmp_path: Path) -> None:
    """`create=False` is for those who expect a store to be there."""
    url = f"sqlite:///{tmp_path}/cases.db"
    with pytest.raises(StoreError, match="zhili init"):
        open_store(url, create=False)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "cases.db").touch()
    with pytest.raises(StoreError, match="zhili init"):
        open_store(url, create=False)
    open_store(url).close()
    open_store(url, create=False).close()


def test_a_relative_path_and_one_with_odd_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three slashes are relative, four absolute; what is percent-encoded is decoded."""
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:///here.db").close()
    open_store(f"sqlite:///{tmp_path}/%E6%A1%88%20%23%3F%25.db").close()
    open_store(f"sqlite:///{tmp_path}/%E6%A1%88%20%23%3F%25.db", create=False).close()
    assert {path.name for path in tmp_path.glob("*.db")} == {"here.db", "案 #?%.db"}


@pytest.mark.parametrize("create", [True, False])
def test_a_directory_is_no_store(tmp_path: Path, create: bool) -> None:  # noqa: FBT001 - parameter
    """Nor is a file in a directory that does not exist."""
    with pytest.raises(StoreError, match="cannot be opened as a SQLite database"):
        open_store(f"sqlite:///{tmp_path}", create=create)
    with pytest.raises(StoreError):
        open_store(f"sqlite:///{tmp_path}/no/such/cases.db", create=create)


@pytest.mark.parametrize("create", [True, False])
def test_a_text_is_no_store(tmp_path: Path, create: bool) -> None:  # noqa: FBT001 - parameter
    """It stays as it is."""
    path = tmp_path / "cases.db"
    path.write_text("case,opened\n1,2026-03-02\n" * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="cannot be opened as a SQLite database"):
        open_store(f"sqlite:///{path}", create=create)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["cases.db"]


@pytest.mark.parametrize(
    "tables",
    [
        "CREATE TABLE people (name TEXT)",
        "CREATE TABLE meta (name TEXT); CREATE TABLE log_head (x)",
        "CREATE TABLE meta (name TEXT, value TEXT)",
        "CREATE TABLE cases (case_id TEXT)",
    ],
)
def test_a_database_of_somebody_else_is_left_alone(tmp_path: Path, tables: str) -> None:
    """It is refused, and not a byte of it is changed."""
    path = tmp_path / "theirs.db"
    connection = sqlite3.connect(path)
    connection.executescript(tables)
    connection.close()
    before = path.read_bytes()
    for create in (True, False):
        with pytest.raises(StoreError, match="no store of zhili"):
            open_store(f"sqlite:///{path}", create=create)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["theirs.db"]


@pytest.mark.parametrize(
    ("version", "says"),
    [
        (str(SCHEMA_VERSION + 1), "newer than this program's"),
        ("12345", "use a newer zhili"),
        (str(SCHEMA_VERSION - 1), "older.*zhili migrate"),
        ("one", "does not say which version"),
        (None, "does not say which version"),
    ],
)
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_tables_of_another_version_are_refused(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, version: str | None, says: str
) -> None:
    """Older ones are to be migrated, newer ones need a newer program; none is misread."""
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path}/cases.db"
    else:
        url = str(request.getfixturevalue("postgres_url"))
    open_store(url).close()
    set_version(url, version)
    for create in (True, False):
        with pytest.raises(StoreError, match=says):
            open_store(url, create=create)
    set_version(url, str(SCHEMA_VERSION))
    open_store(url).close()


def set_version(url: str, version: str | None) -> None:
    """Make a store say that its tables are of another version."""
    import psycopg

    remove = "DELETE FROM meta WHERE name = 'schema'"
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        connection.execute(remove)
        if version is not None:
            connection.execute("INSERT INTO meta VALUES ('schema', ?)", (version,))
        connection.commit()
        connection.close()
        return
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(remove)
        if version is not None:
            server.execute("INSERT INTO meta VALUES ('schema', %s)", (version,))


def test_a_store_that_lacks_a_table_is_refused(tmp_path: Path) -> None:
    """Half a store is not opened as a whole one."""
    path = tmp_path / "cases.db"
    open_store(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE parts")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="lacks the tables parts"):
        open_store(f"sqlite:///{path}")


def test_a_file_that_may_not_be_written_is_refused() -> None:
    """It says why, and not later in the middle of a commit."""
    if not hasattr(os, "geteuid"):
        pytest.skip("this system knows no permissions of files")
    home = Path(tempfile.mkdtemp(prefix="zhili-readonly-"))
    try:
        open_store(f"sqlite:///{home}/cases.db").close()
        (home / "cases.db").chmod(0o444)
        home.chmod(0o555)
        found = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, f"sqlite:///{home}/cases.db"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
    finally:
        home.chmod(0o755)
        shutil.rmtree(home)
    assert found.returncode == 0, found.stderr
    assert "StoreError" in found.stdout
    assert "cases.db cannot be opened as a SQLite database" in found.stdout


AS_NOBODY = f"""
import os, sys
from zhili.store import open_store
from zhili.store.sqlite import SQLiteStore  # now: nobody may not be able to read the program
if os.geteuid() == 0:  # the permissions of a file mean nothing to root
    os.setuid({NOBODY})
try:
    open_store(sys.argv[1])
except Exception as error:
    print(type(error).__name__, error)
"""
