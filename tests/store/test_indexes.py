"""What is looked for in the register is found by an index, and every index finds something."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from zhili import Engine
from zhili.projections.register import CASES
from zhili.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zhili.store import Store

SOUGHT = [
    # as a worklist, a list of earlier cases and a tick ask         , the index that answers
    ("NOT ended AND due_at IS NOT NULL ORDER BY due_at, case_id", "cases_due_at_case_id"),
    ("NOT ended AND due_at IS NULL ORDER BY case_id", "cases_due_at_case_id"),
    ("NOT ended AND (due_at, case_id) > (:n, :t) ORDER BY due_at, case_id", "cases_due_at_case_id"),
    ("(NOT ended AND due_at < :n) ORDER BY due_at, case_id", "cases_due_at_case_id"),
    (
        "unit = :t AND NOT ended AND due_at IS NOT NULL ORDER BY due_at, case_id",
        "cases_unit_due_at_case_id",
    ),
    ("unit = :t AND NOT ended AND due_at IS NULL ORDER BY case_id", "cases_unit_due_at_case_id"),
    (
        "unit = :t AND state IN (:t) AND opened_at IS NOT NULL ORDER BY opened_at, case_id",
        "cases_unit_state_opened_at_case_id_due_at",
    ),
    (
        "state IN (:t) AND opened_at IS NOT NULL ORDER BY opened_at, case_id",
        "cases_state_opened_at_case_id_due_at_unit",
    ),
    ("opened_at IS NOT NULL ORDER BY opened_at, case_id", "cases_opened_at_case_id"),
    ("due_at IS NOT NULL ORDER BY due_at, case_id", "cases_due_at_case_id_unit"),
    (
        "subject = :t AND (opened_at, case_id) < (:n, :t) ORDER BY opened_at DESC, case_id DESC",
        "cases_subject_opened_at_case_id",
    ),
    (
        "source = :t AND source_id = :t AND due_at IS NULL ORDER BY case_id",
        "cases_source_source_id_case_id",
    ),
    ("next_due_at <= :n ORDER BY next_due_at, case_id", "cases_next_due_at_case_id"),
    (
        "provisional_year <= :n ORDER BY provisional_year, case_id",
        "cases_provisional_year_case_id",
    ),
    ("origin IN (:t) ORDER BY origin, case_id", "cases_origin_case_id"),
    ("merged_into IN (:t) ORDER BY merged_into, case_id", "cases_merged_into_case_id"),
    (
        "village = :t AND case_type = :t AND opened_at IS NOT NULL ORDER BY opened_at, case_id",
        "cases_village_case_type_opened_at_case_id",
    ),
    ("number = :t AND due_at IS NOT NULL ORDER BY due_at, case_id", "cases_number"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Open an empty SQLite store: nobody runs ANALYZE, so its plans are those of a full one."""
    path: Path = tmp_path_factory.mktemp("indexes") / "cases.db"
    with closing(open_store(f"sqlite:///{path}")) as opened:
        yield opened


@pytest.mark.parametrize(("asked", "index"), SOUGHT, ids=lambda value: value)
def test_a_list_is_read_by_its_index_in_order(store: Store, asked: str, index: str) -> None:
    """A page of it costs as much as it holds, however many cases there are."""
    sql = f"EXPLAIN QUERY PLAN SELECT case_id, title FROM cases WHERE {asked} LIMIT 51"
    plan = [row[3] for row in store.rows(sql, {"n": 1, "t": "x"})]
    assert f" {index} " in plan[0]
    assert plan[0].startswith("SEARCH")
    assert len(plan) == 1, "nothing is sorted afterwards"


def test_every_index_answers_something() -> None:
    """An index that nobody asks costs a page of every write for nothing."""
    made = {index.name("cases") for index in CASES.indexes} | {f"cases_{n}" for n in CASES.unique}
    assert made == {index for _, index in SOUGHT}


def test_a_check_misses_an_index_and_finds_a_trigger(tmp_path: Path) -> None:
    """What somebody dropped or added is named; a rebuild makes the index again."""
    url, path = f"sqlite:///{tmp_path / 'cases.db'}", tmp_path / "cases.db"
    with Engine.open(url) as engine:
        assert engine.store.check() == []
        with closing(sqlite3.connect(path)) as file:
            file.execute("DROP INDEX cases_number")
            file.execute("CREATE TRIGGER quiet AFTER UPDATE ON cases BEGIN SELECT 1; END")
            file.commit()
        index, trigger = engine.store.check()
        assert "the index cases_number is missing" in index
        assert "the trigger quiet is not this program's" in trigger
        engine.rebuild()
        assert engine.store.check() == []  # the old table went, and its trigger with it
