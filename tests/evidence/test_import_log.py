"""A store made of a folder: the same log, head, digest and keys, in another database."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.evidence.conftest import AGENT, NOW, told
from zhili import Engine
from zhili.errors import ConflictError, InputError, KeyReusedError, StoreError
from zhili.evidence import audit_folder, export, import_log
from zhili.projections.rate import ResolutionRate
from zhili.projections.register import TABLES
from zhili.store import Head
from zhili.store.store import STATE_BYTES_MAX

if TYPE_CHECKING:
    from pathlib import Path


def opened(url: str) -> Engine:
    """Open a store on the day of the tests."""
    return Engine.open(url, clock=lambda: NOW, create=False)


@pytest.mark.postgres
def test_there_and_back_again(engine: Engine, tmp_path: Path, postgres_url: str) -> None:
    """SQLite, folder, PostgreSQL, folder, SQLite: one digest, one head, one set of figures."""
    once = told()
    receipt = engine.submit(once, by=AGENT, key="once")
    right, head = engine.audit(), engine.head()
    export(engine, tmp_path / "first")
    into = import_log(tmp_path / "first", postgres_url)
    assert (into.head, into.report.digest) == (head, right.digest)
    with opened(postgres_url) as moved:
        report = moved.audit()
        assert report.clean, report.findings[:3]
        assert (report.digest, moved.head(), report.head) == (right.digest, head, right.head)
        assert moved.ask(ResolutionRate(by="unit")) == engine.ask(ResolutionRate(by="unit"))
        again = moved.submit(once, by=AGENT, key="once")
        assert (again.repeated, again.case_id) == (True, receipt.case_id)
        with pytest.raises(KeyReusedError):
            moved.submit(once.model_copy(update={"title": "另一件"}), by=AGENT, key="once")
        assert moved.tick().fired == engine.tick().fired
        export(moved, tmp_path / "second", until=head.position)
    back = import_log(tmp_path / "second", f"sqlite:///{tmp_path}/back.db")
    assert (back.head, back.report.digest) == (head, right.digest)
    for name in ("events.jsonl", "register/cases.csv", "register/units.csv"):
        one, other = tmp_path / "first" / name, tmp_path / "second" / name
        assert one.read_bytes() == other.read_bytes()
    with opened(f"sqlite:///{tmp_path}/back.db") as home:
        assert home.audit().digest == right.digest
        assert home.store.check() == []
        assert home.submit(once, by=AGENT, key="once").repeated
        assert not home.submit(told(), by=AGENT, key="twice").repeated
        assert home.audit().clean


def test_the_store_is_like_one_that_grew(engine: Engine, tmp_path: Path, exported: Path) -> None:
    """Every table has the rows, the columns and the indexes of the store it comes from."""
    url = f"sqlite:///{tmp_path}/new.db"
    made = import_log(exported, url)
    assert made.url == url
    schema = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    with opened(url) as new:
        assert new.store.rows(schema, {}) == engine.store.rows(schema, {})
        for table in TABLES:
            rows = new.store.register_by_case(table)
            assert list(rows) == list(engine.store.register_by_case(table))
        keys = "SELECT key, digest, receipt FROM keys ORDER BY key"
        assert new.store.rows(keys, {}) == engine.store.rows(keys, {})
        assert list(new.store.log()) == list(engine.store.log())


def test_a_store_that_is_used_stays(engine: Engine, tmp_path: Path, exported: Path) -> None:
    """A store with events is refused and left alone; so is one in memory, which would be gone."""
    before = engine.head()
    with pytest.raises(ConflictError, match="events already"):
        import_log(exported, engine.store.url)
    assert engine.head() == before
    with pytest.raises(InputError, match="memory"):
        import_log(exported, "memory:")
    with pytest.raises(InputError, match="no store"):
        import_log(exported, str(tmp_path / "cases"))
    with pytest.raises(InputError, match=r"manifest\.json"):
        import_log(tmp_path, f"sqlite:///{tmp_path}/new.db")
    assert not (tmp_path / "new.db").exists()


def test_a_folder_with_findings_is_refused(folder: Path, tmp_path: Path) -> None:
    """No store is made of it, unless somebody wants it as it stands: its audit says the same."""
    url = f"sqlite:///{tmp_path}/new.db"
    path = folder / "events.jsonl"
    path.write_bytes(path.read_bytes().replace(b"complaint.accepted", b"complaint.received", 1))
    with pytest.raises(StoreError, match=r"finds \d+ faults"):
        import_log(folder, url)
    assert not (tmp_path / "new.db").exists()
    made = import_log(folder, url, despite_findings=True)
    assert not made.report.clean
    with opened(url) as new:
        report = new.audit()
    of_folder = {"changed-file", "wrong-manifest"}
    left = [f for f in audit_folder(folder).findings if f.code not in of_folder]
    assert [f.code for f in report.findings] == [f.code for f in left]
    assert report.digest == made.report.digest


def test_an_event_that_is_too_large_is_taken_in_by_no_store(folder: Path, tmp_path: Path) -> None:
    """It is said where it stands and how much an event may be, and not a size that it has not."""
    path = folder / "events.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    event = json.loads(lines[-1])
    del event["state"]
    event |= {"recorded_at": None, "oversize": 100 * 2**20}
    lines[-1] = json.dumps(event, separators=(",", ":")).encode() + b"\n"
    path.write_bytes(b"".join(lines))
    message = f"position {event['position']} has more than {STATE_BYTES_MAX} bytes"
    with pytest.raises(StoreError, match=message):
        import_log(folder, f"sqlite:///{tmp_path}/new.db", despite_findings=True)


@pytest.mark.postgres
def test_what_postgresql_cannot_keep_is_refused_whole(folder: Path, postgres_url: str) -> None:
    """A case id that is none has no place there: nothing is written, and the store can be used."""
    path = folder / "events.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    event = json.loads(lines[40])
    event["case_id"] = "nobody"
    lines[40] = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    path.write_bytes(b"".join(lines))
    with pytest.raises(StoreError, match="nobody"):
        import_log(folder, postgres_url, despite_findings=True)
    with Engine.open(postgres_url, clock=lambda: NOW) as engine:
        assert engine.audit().clean


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_stopped_it_leaves_an_empty_store(
    exported: Path, tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    """All of it is one transaction: stopped while it writes, nothing is there; then all of it."""
    url = f"sqlite:///{tmp_path}/new.db"
    if kind == "postgres":
        url = str(request.getfixturevalue("postgres_url"))

    class Stopped(Exception):  # noqa: N818 - it is no error
        """Somebody pressed a key."""

    def stop(what: str, done: int, total: int | None) -> None:  # noqa: ARG001 - as Progress is
        if what == "write":
            raise Stopped

    with pytest.raises(Stopped):
        import_log(exported, url, progress=stop)
    if kind == "sqlite":
        with closing(sqlite3.connect(tmp_path / "new.db")) as raw:
            assert raw.execute("SELECT COUNT(*) FROM stored_events").fetchone() == (0,)
            names = {row[0] for row in raw.execute("SELECT name FROM sqlite_master")}
            assert "cases_number" in names
    made = import_log(exported, url)
    assert isinstance(made.head, Head)
    with opened(url) as engine:
        assert engine.audit().digest == made.report.digest
