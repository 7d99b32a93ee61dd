"""Faults in the register. Nothing is wrong with the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from tests.audit.fault import Place, raw
from tests.audit.life import COHANDLED, MAIN

if TYPE_CHECKING:
    import sqlite3

__all__: list[str] = []

STRANGER: Final = str(uuid4())
BEFORE_ALL: Final = "00000000-0000-0000-0000-000000000001"
AFTER_ALL: Final = "ffffffff-ffff-ffff-ffff-ffffffffffff"


def _declare(name: str, sql: str, case_id: object) -> None:
    @raw("register-differs", name=name)
    def altered(store: sqlite3.Connection) -> Place:
        cursor = store.execute(sql)
        assert cursor.rowcount > 0
        return Place(str(case_id), None, None)


_OF_MAIN: Final = f"WHERE case_id = '{MAIN}'"
_OF_COHANDLED: Final = f"WHERE case_id = '{COHANDLED}'"
_ADD_A_PART: Final = "INSERT INTO parts (case_id, kind, part_id) VALUES"

for _name, _sql, _case in (
    ("a_case_changed", f"UPDATE cases SET outcome = 'partly' {_OF_MAIN}", MAIN),
    ("a_case_lost_a_value", f"UPDATE cases SET outcome = NULL {_OF_MAIN}", MAIN),
    ("a_case_got_a_value", f"UPDATE cases SET merged_into = 'x' {_OF_MAIN}", MAIN),
    ("a_case_says_bytes", f"UPDATE cases SET unit = CAST(x'ff' AS TEXT) {_OF_MAIN}", MAIN),
    ("a_case_of_other_letters", f"UPDATE cases SET state = upper(state) {_OF_MAIN}", MAIN),
    ("a_case_is_missing", f"DELETE FROM cases {_OF_MAIN}", MAIN),
    ("a_case_of_nobody", f"INSERT INTO cases (case_id) VALUES ('{STRANGER}')", STRANGER),
    ("a_case_before_all", f"INSERT INTO cases (case_id) VALUES ('{BEFORE_ALL}')", BEFORE_ALL),
    ("a_case_after_all", f"INSERT INTO cases (case_id) VALUES ('{AFTER_ALL}')", AFTER_ALL),
    ("a_case_that_is_none", "INSERT INTO cases (case_id) VALUES ('zz')", "zz"),
    ("a_spell_changed", f"UPDATE spells SET until = until + 1 {_OF_MAIN} AND seq = 2", MAIN),
    ("a_spell_is_missing", f"DELETE FROM spells {_OF_MAIN} AND seq = 2", MAIN),
    ("a_spell_too_many", f"INSERT INTO spells (case_id, seq) VALUES ('{MAIN}', 99)", MAIN),
    ("a_spell_of_nobody", f"INSERT INTO spells (case_id, seq) VALUES ('{STRANGER}', 1)", STRANGER),
    ("a_part_changed", f"UPDATE parts SET state = 'invited' {_OF_COHANDLED}", COHANDLED),
    ("a_part_is_missing", f"DELETE FROM parts {_OF_COHANDLED}", COHANDLED),
    ("a_part_too_many", f"{_ADD_A_PART} ('{MAIN}', 'x', 'y')", MAIN),
    ("a_part_of_nobody", f"{_ADD_A_PART} ('{STRANGER}', 'x', 'y')", STRANGER),
):  # fmt: skip
    _declare(_name, _sql, _case)
