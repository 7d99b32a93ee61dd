"""`zhili init | migrate | check | tick | rebuild`."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from zhili.policies import POLICIES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


def _path(store: str) -> str:
    return store.removeprefix("sqlite:///")


def _change(store: str, sql: str) -> None:
    with closing(sqlite3.connect(_path(store))) as connection, connection:
        connection.execute(sql)


@pytest.mark.parametrize("way", ["argument", "option", "environment"])
def test_a_store_is_made_where_it_is_named(run: Run, tmp_path: Path, way: str) -> None:
    """The store may be an argument, an option or in the environment."""
    url = f"sqlite:///{tmp_path}/new.db"
    arguments = {"argument": [url], "option": ["--store", url], "environment": []}[way]
    environment = {"ZHILI_STORE": url} if way == "environment" else {}
    result = run("init", "--format", "json", *arguments, **environment)
    assert result.exit_code == 0, result.output
    made = {"store": url, "zone": "Asia/Shanghai", "position": len(POLICIES)}
    assert json.loads(result.stdout) == made
    assert (tmp_path / "new.db").is_file()


def test_a_store_that_is_there_stays(run: Run, store: str) -> None:
    """A second init changes nothing."""
    before = json.loads(run("check", "--store", store, "--format", "json").stdout)
    assert run("init", store).exit_code == 0
    assert json.loads(run("check", "--store", store, "--format", "json").stdout) == before


def test_a_store_in_another_zone_is_found_in_its_own(run: Run, tmp_path: Path) -> None:
    """The zone is said once, when the store is made."""
    url = f"sqlite:///{tmp_path}/utc.db"
    assert run("init", url, "--zone", "UTC").exit_code == 0
    result = run("check", "--store", url, "--format", "json")
    assert json.loads(result.stdout)["zone"] == "UTC"
    refused = run("init", url, "--zone", "Asia/Shanghai")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert refused.stderr.startswith("error [store]: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("init",),
        ("check",),
        ("tick", "--store", "memory:", "--limit", "0"),
        ("rebuild", "--store", "memory:", "--format", "xml"),
        ("check", "--store", "memory:", "--colour", "red"),
        ("init", "memory:", "--zone", "Nowhere"),
        ("demo", "--days", "0"),
        ("policy", "nonsense"),
        ("nonsense",),
    ],
)
def test_wrong_usage_is_told_from_refusal(run: Run, arguments: tuple[str, ...]) -> None:
    """A command line that makes no sense ends with 2, and with one line that says why."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert (result.stderr[:15], result.stderr.count("\n")) == ("error [input]: ", 1)


def test_two_stores_are_not_one(run: Run, tmp_path: Path) -> None:
    """An argument and an option that differ are refused; the environment gives way."""
    one, other = f"sqlite:///{tmp_path}/one.db", f"sqlite:///{tmp_path}/other.db"
    result = run("init", one, "--store", other)
    assert (result.exit_code, result.stderr[:15]) == (2, "error [input]: ")
    assert list(tmp_path.iterdir()) == []
    assert run("init", one, "--store", one).exit_code == 0
    assert run("init", one, ZHILI_STORE=other).exit_code == 0
    assert not (tmp_path / "other.db").exists()


@pytest.mark.parametrize(
    "command", ["migrate", "check", "tick", "rebuild", "audit", "stats", "worklist"]
)
def test_a_store_that_is_not_there_is_not_made(run: Run, tmp_path: Path, command: str) -> None:
    """Only init, import and demo make a store."""
    result = run(command, "--store", f"sqlite:///{tmp_path}/none.db")
    assert result.exit_code == 1
    assert result.stderr.startswith("error [store]: there is no store at ")
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nowhere", "is no store"),
        ("mysql://host/db", "there is no store called 'mysql'"),
        ("sqlite://cases.db", "write sqlite:///file"),
    ],
)
def test_a_malformed_url_is_explained(run: Run, url: str, said: str) -> None:
    """What is wrong with it, and what would be right, in one line."""
    result = run("check", "--store", url)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_migrate_says_that_a_store_is_up_to_date(run: Run, store: str) -> None:
    """There has been one version of the tables so far."""
    result = run("migrate", "--store", store)
    assert (result.exit_code, "up to date" in result.stdout) == (0, True)
    document = json.loads(run("migrate", "--store", store, "--format", "json").stdout)
    assert document == {"store": store, "schema": 1, "up_to_date": True}


def test_a_newer_store_is_refused(run: Run, store: str) -> None:
    """Never silently misread."""
    _change(store, "UPDATE meta SET value = '99' WHERE name = 'schema'")
    result = run("migrate", "--store", store)
    assert result.exit_code == 1
    assert "newer than this program's" in result.stderr


def test_check_says_what_it_found(run: Run, store: str) -> None:
    """Version, zone, position and head; nothing wrong."""
    document = json.loads(run("check", "--store", store, "--format", "json").stdout)
    assert (document["schema"], document["zone"], document["problems"]) == (1, "Asia/Shanghai", [])
    assert len(document["head"]) == 64
    assert "nothing is wrong" in run("check", "--store", store).stdout


def test_check_finds_a_damaged_table(run: Run, store: str) -> None:
    """A row that breaks a constraint of the table is found; exit code 1."""
    _change(store, "PRAGMA writable_schema = ON")
    with closing(sqlite3.connect(_path(store))) as connection, connection:
        connection.execute("CREATE TABLE damaged (x INTEGER)")
        connection.execute("INSERT INTO damaged VALUES (NULL)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = 'CREATE TABLE damaged (x INTEGER NOT NULL)' "
            "WHERE name = 'damaged'"
        )
    result = run("check", "--store", store, "--format", "json")
    assert result.exit_code == 1
    assert any("damaged" in problem for problem in json.loads(result.stdout)["problems"])


def test_tick_carries_out_what_is_due(run: Run, store: str) -> None:
    """The case of March is long due: its clocks fire, and firing again fires nothing."""
    one = json.loads(run("tick", "--store", store, "--limit", "1", "--format", "json").stdout)
    assert one["fired"] > 0
    everything = json.loads(run("tick", "--store", store, "--format", "json").stdout)
    assert (everything["refused"], everything["more"]) == ([], False)
    again = json.loads(run("tick", "--store", store, "--format", "json").stdout)
    assert (again["fired"], again["recalculated"]) == (0, 0)
    assert "0 clocks fired" in run("tick", "--store", store).stdout


def test_a_tick_is_limited_by_cases_not_by_clocks(run: Run, store: str) -> None:
    """One case of March fires more than one clock, as the help says that it may."""
    one = json.loads(run("tick", "--store", store, "--limit", "1", "--format", "json").stdout)
    assert one["fired"] > 1
    assert "of which a case may have several" in " ".join(run("tick", "--help").stdout.split())


def test_a_rebuilt_register_mends_what_was_changed(run: Run, store: str) -> None:
    """The log is what counts: a register that differs is folded anew."""
    _change(store, "UPDATE cases SET unit = 'nobody'")
    assert run("audit", "--store", store).exit_code == 1
    result = run("rebuild", "--store", store, "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)["cases"]) == (0, 2)
    assert run("audit", "--store", store).exit_code == 0
    assert "2 cases" in run("rebuild", "--store", store).stdout
