"""`zhili audit`: exit code 1 and a place for everything that was changed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import CLOSED
from zhili import Engine

if TYPE_CHECKING:
    from tests.cli.conftest import Run


def test_a_clean_log_has_no_findings(run: Run, store: str) -> None:
    """Events, findings, remarks and digest as JSON; the same digest again."""
    result = run("audit", "--store", store, "--format", "json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (document["findings"], document["cases"]) == ([], 2)
    assert {remark["code"] for remark in document["remarks"]} == {"effect"}
    assert document["events"] == document["position"] > 10
    assert len(document["digest"]) == 64
    again = json.loads(run("audit", "--store", store, "--format", "json").stdout)
    assert again["digest"] == document["digest"]
    table = run("audit", "--store", store)
    assert (table.exit_code, "nothing was found 未发现问题" in table.stdout) == (0, True)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE stored_events SET state = replace(state, 'solved', 'partly')", "broken-link"),
        ("DELETE FROM stored_events WHERE rowid = 9", "missing-position"),
        ("UPDATE log_head SET link = zeroblob(32)", "wrong-head"),
        ("UPDATE cases SET outcome = 'solved'", "register-differs"),
    ],
)
def test_what_was_changed_is_found(run: Run, store: str, sql: str, code: str) -> None:
    """An event, a row, the head, the register: found, named and placed; exit code 1."""
    path = store.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql.replace("state, 's", "CAST(state AS TEXT), 's"))
    result = run("audit", "--store", store, "--format", "json")
    assert result.exit_code == 1
    findings = json.loads(result.stdout)["findings"]
    (found, *_) = [finding for finding in findings if finding["code"] == code]
    assert found["detail"]
    table = run("audit", "--store", store)
    assert (table.exit_code, code in table.stdout) == (1, True)


def test_a_kept_head_is_expected(run: Run, store: str) -> None:
    """As an audit prints it, with a space, or with a colon; another one is found."""
    document = json.loads(run("audit", store, "--format", "json").stdout)
    for between in (" ", ":"):
        kept = f"{document['position']}{between}{document['head']}"
        assert run("audit", store, "--expect", kept).exit_code == 0
    other = run("audit", store, "--expect", f"{document['position']}:{'ab' * 32}")
    assert (other.exit_code, "unexpected-head 1" in other.stdout) == (1, True)
    refused = run("audit", store, "--expect", "the last one")
    assert (refused.exit_code, "is no head" in refused.stderr) == (2, True)


def test_a_kept_head_of_the_access_log_is_expected(run: Run, store: str) -> None:
    """That of an empty one fits every store; one that lies beyond is found, nonsense refused."""
    empty = f"0:{'00' * 32}"
    assert run("audit", store, "--expect-access", empty).exit_code == 0
    other = run("audit", store, "--expect-access", f"3:{'ab' * 32}")
    assert (other.exit_code, "access-unexpected-head 1" in other.stdout) == (1, True)
    refused = run("audit", store, "--expect-access", "the last one")
    assert (refused.exit_code, "is no head" in refused.stderr) == (2, True)


def test_one_case_is_looked_at(run: Run, store: str) -> None:
    """By its id or by its number, with several processes too; what there is not is an error."""
    with Engine.open(store, create=False) as engine:
        number = engine.case(CLOSED).number
    for name in (str(CLOSED), number):
        document = json.loads(run("audit", store, "--case", name, "--format", "json").stdout)
        assert (document["case_id"], document["cases"]) == (str(CLOSED), 1)
    for name in ("01900000-0000-7000-8000-0000000000ff", "260302-00000-00009-0"):
        assert run("audit", store, "--case", name).exit_code in {1, 2}


def test_findings_are_counted_by_code(run: Run, store: str) -> None:
    """Also those that are not shown."""
    with closing(sqlite3.connect(store.removeprefix("sqlite:///"))) as connection, connection:
        connection.executemany(
            "INSERT INTO parts (case_id, kind, part_id) VALUES (?, 'co_handler', ?)",
            [(str(CLOSED), f"unit {n}") for n in range(1100)],
        )
    result = run("audit", store, "--jobs", "1")
    assert result.exit_code == 1
    assert "register-differs 1100" in result.stdout


@pytest.mark.parametrize(
    "typed",
    [("--expect", "c861"), ("--case", "nonsense"), ("--case", "260302-00000-00009-0"),
     ("--case", "01900000-0000-7000-8000-0000000000ff")],
    ids=lambda typed: typed[1],
)  # fmt: skip
def test_a_folder_is_asked_as_a_store_is(run: Run, store: str, typed: tuple[str, str]) -> None:
    """What was typed wrongly is the same error of both, and no fault of the folder."""
    assert run("export", store, "out").exit_code == 0
    of_store, of_folder = (run("audit", source, *typed) for source in (store, "out"))
    assert of_store.stderr.startswith("error [")
    assert (of_folder.exit_code, of_folder.stderr) == (of_store.exit_code, of_store.stderr)
    assert "unreadable-manifest" not in of_folder.output
