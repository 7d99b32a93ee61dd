"""Rows where no transaction puts any, and stores in which there is nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.audit.fault import audited
from zhili import Actor, Engine, complaint, role
from zhili.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

AGENT = Actor(id="agent-1", role=role.INTAKE_AGENT, unit="12345")


def planted(path: Path, *statements: str) -> None:
    """Run statements on the file, as somebody does who goes around the library."""
    with closing(sqlite3.connect(path)) as store:
        for statement in statements:
            store.execute(statement)
        store.commit()


@pytest.mark.parametrize("position", [-(2**63), -1, 0, 2**40, 2**62, 2**62 + 5, 2**63 - 1])
def test_no_row_stands_outside_the_log(path: Path, position: int) -> None:
    """Wherever a number can be kept, a row that no transaction wrote is found, by case too."""
    planted(
        path,
        "CREATE TABLE copied AS SELECT * FROM stored_events WHERE rowid = 30",
        f"INSERT INTO stored_events SELECT {position}, originator_id, "
        "(SELECT MAX(originator_version) + 1 FROM stored_events AS e "
        "WHERE e.originator_id = copied.originator_id), topic, state, link FROM copied",
        "DROP TABLE copied",
    )
    code = "foreign-position" if position < 1 else "beyond-head"
    found = [one for one in audited(path).findings if one.code == code]
    assert [one.position for one in found] == [position]
    with Engine.open(f"sqlite:///{path}", create=False) as engine:
        case = engine.audit(case=UUID(found[0].case_id))
    assert not case.clean


def test_a_register_row_under_bytes_is_a_strangers(path: Path) -> None:
    """A case id that is no text at all belongs to no case, and the case has lost its row."""
    planted(path, "UPDATE cases SET case_id = x'00ff' WHERE rowid = 2")
    details = [one.detail for one in audited(path).findings if one.code == "register-differs"]
    assert any("not in the log" in detail for detail in details)
    assert any("lacks the row" in detail for detail in details)


def test_who_only_looks_writes_nothing(tmp_path: Path) -> None:
    """An audit leaves an empty store empty; the first command finds policies."""
    path = tmp_path / "empty.db"
    Engine.open(f"sqlite:///{path}").close()
    planted(
        path, "DELETE FROM stored_events", "DELETE FROM keys",
        "UPDATE log_head SET position = 0, link = zeroblob(32), epoch = 0",
    )  # fmt: skip
    with Engine.open(f"sqlite:///{path}", create=False) as engine:
        assert (engine.audit().events, engine.head().position) == (0, 0)
        asked = complaint.Register(
            kind="complaint", channel="hotline", title="路灯不亮", content="三天了", phone="1"
        )
        engine.submit(asked, by=AGENT)
        assert engine.head().epoch > 0
        assert engine.audit().clean


@pytest.mark.parametrize("receipt", ["{", '{"receipts":[],"last":null}', "null"])
def test_a_broken_receipt_is_no_receipt(path: Path, receipt: str) -> None:
    """Keys are outside the log: what is kept under one is handed back only if it can be read."""
    with Engine.open(f"sqlite:///{path}", create=False) as engine:
        asked = complaint.Register(
            kind="complaint", channel="hotline", title="路灯不亮", content="三天了", phone="1"
        )
        engine.submit(asked, by=AGENT, key="mine")
        planted(path, f"UPDATE keys SET receipt = '{receipt}' WHERE key = 'mine'")
        with pytest.raises(StoreError, match="under the key 'mine' is no receipt"):
            engine.submit(asked, by=AGENT, key="mine")
