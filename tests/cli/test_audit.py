"""`zhili audit`: exit code 1 and a place for everything that was changed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Run


def test_a_clean_log_has_no_findings(run: Run, store: str) -> None:
    """Events, findings, remarks and digest as JSON; the same digest again."""
    result = run("audit", "--store", store, "--format", "json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (document["findings"], document["remarks"], document["cases"]) == ([], [], 2)
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
