"""Backing up and restoring, as `docs/how-to/back-up-and-restore.md` says it is done."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.sample import Life, assert_sound, register_of, registered
from zhili import Engine
from zhili.testing import CASE, controls, path_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhili.audit import Report

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = ROOT / "docs" / "how-to" / "back-up-and-restore.md"


def commands(heading: str) -> str:
    """Give the shell commands that the how-to has under *heading*."""
    text = HOW_TO.read_text(encoding="utf-8")
    pattern = rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)"
    section = re.search(pattern, text, re.DOTALL | re.MULTILINE)
    assert section is not None, f"the how-to has no section {heading!r}"
    blocks = re.findall(r"```sh\n(.*?)```", section[1], re.DOTALL)
    assert blocks
    return "\n".join(blocks)


def carry_out(heading: str, **names: str) -> None:
    """Run the commands of the how-to under *heading*, with *names* as the shell's variables."""
    python = str(Path(sys.executable).parent)
    path = os.pathsep.join(filter(None, (names.pop("PATH", ""), python, os.environ["PATH"])))
    done = subprocess.run(
        ["/bin/sh", "-eu", "-c", commands(heading)],
        env={**os.environ, **names, "PATH": path, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def writing(engine: Engine) -> Iterator[None]:
    """Have somebody write all the time."""
    begun, stop = Event(), Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            engine.submit(registered(n), by=controls.INTAKE)
            n += 1
            begun.set()

    writer = Thread(target=write)
    writer.start()
    try:
        assert begun.wait(60)
        yield
    finally:
        stop.set()
        writer.join()


def assert_is_a_prefix(copy: Engine, original: Engine) -> Report:
    """Insist that the copy is sound, and that it is the original as it was at some moment."""
    assert_sound(copy)
    head = copy.head()
    assert list(copy.store.log()) == list(original.store.log(until=head.position))
    assert head.position > 6
    return copy.audit()


def test_a_sqlite_store_is_backed_up_while_writers_go_on(tmp_path: Path) -> None:
    """The copy is whole, of one moment; restored it goes on from there."""
    store, backup = f"{tmp_path}/cases.db", f"{tmp_path}/backup.db"
    life = Life(f"sqlite:///{store}")
    life.live(*path_to("closed"))
    with writing(life.engine):
        carry_out("Back up a SQLite store", STORE=store, BACKUP=backup)
    life.engine.submit(registered(0), by=controls.INTAKE)
    with Engine.open(f"sqlite:///{backup}", create=False) as copy:
        report = assert_is_a_prefix(copy, life.engine)
    life.close()

    damaged = bytearray(Path(store).read_bytes())
    damaged[4096:12288] = bytes(8192)
    Path(store).write_bytes(damaged)
    carry_out("Restore a SQLite store", STORE=store, BACKUP=backup)
    with Engine.open(f"sqlite:///{store}", create=False) as restored:
        assert restored.audit().digest == report.digest
        receipt = restored.submit(registered(0), by=controls.INTAKE)
        assert receipt.position == report.position + 1
        assert_sound(restored)


def test_a_copy_of_the_file_alone_is_no_backup(tmp_path: Path) -> None:
    """Why the how-to says so: what was written last is in the file beside it."""
    life = Life(f"sqlite:///{tmp_path}/cases.db")
    life.live(*path_to("closed"))
    shutil.copy(f"{tmp_path}/cases.db", f"{tmp_path}/copied.db")
    with closing(sqlite3.connect(f"{tmp_path}/copied.db")) as copied:
        tables = copied.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
        events = tables and copied.execute("SELECT COUNT(*) FROM stored_events").fetchone()[0]
    assert events < life.engine.head().position
    life.close()


@pytest.fixture
def postgres_programs(postgres_server: str) -> str:
    """Give the directory of the server's own pg_dump and pg_restore."""
    import psycopg

    with psycopg.connect(postgres_server) as connection:
        found = connection.execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'").fetchone()
    assert found is not None
    if not (Path(found[0]) / "pg_dump").exists():
        pytest.skip("this PostgreSQL came without pg_dump")
    return str(found[0])


@pytest.mark.postgres
def test_a_postgres_store_is_backed_up_while_writers_go_on(
    postgres_url: str, postgres_server: str, postgres_programs: str, tmp_path: Path
) -> None:
    """A dump is of one moment; restored into another database it is the same record."""
    names: dict[str, Any] = {"BACKUP": f"{tmp_path}/cases.dump", "PATH": postgres_programs}
    new = postgres_url.split("?", maxsplit=1)[0].rsplit("/", 1)[1] + "_restored"
    restored_url = postgres_server.replace("/postgres?", f"/{new}?")
    with Engine.open(postgres_url) as engine:
        opened = engine.submit(controls.REGISTER.build(engine.now()), by=controls.INTAKE)
        assert opened.case_id == CASE
        with writing(engine):
            carry_out("Back up a PostgreSQL store", STORE=postgres_url, BACKUP=names["BACKUP"],
                      PATH=postgres_programs)  # fmt: skip
        try:
            carry_out(
                "Restore a PostgreSQL store", SERVER=postgres_server, DATABASE=new,
                STORE=restored_url, **names,
            )  # fmt: skip
            with Engine.open(restored_url, create=False) as restored:
                report = assert_is_a_prefix(restored, engine)
                assert restored.store.check() == []
                receipt = restored.submit(registered(0), by=controls.INTAKE)
                assert receipt.position == report.position + 1
                assert len(register_of(restored.store)["cases"]) > 1
                assert_sound(restored)
        finally:
            _drop(postgres_server, new)


def _drop(server: str, database: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'.encode())
