"""The golden log of every released version is read, folded and judged for ever."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from zhili import CASE_TYPES, Engine
from zhili.aggregates import PolicyStream
from zhili.store import EventMapper
from zhili.store.schema import statements
from zhili.store.store import LogRow
from zhili.workflows import check

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.workflows import Step, Workflow

LOGS = sorted(Path(__file__).parent.glob("log-*.jsonl"))
DIGESTS = {"log-1": "c90d30d560436a5bb7878cb964f22e3a9f723972c91dbd80c0807e04a2533740"}
"""What an audit of each log has always said."""


def rows_of_log(path: Path) -> list[LogRow]:
    """Read a golden log."""
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [
        LogRow(
            line["position"],
            line["case_id"],
            line["version"],
            line["topic"],
            line["state"].encode(),
            bytes.fromhex(line["link"]),
        )
        for line in lines
    ]


def stored(path: Path, file: Path) -> None:
    """Make a store of a golden log, its register still empty."""
    rows = rows_of_log(path)
    database = sqlite3.connect(file)
    for statement in statements("sqlite"):
        database.execute(statement)
    database.execute("INSERT INTO meta VALUES ('schema', '1')")
    database.executemany(
        "INSERT INTO stored_events VALUES (?,?,?,?,?,?)",
        [(row[0], UUID(row[1]).hex, *row[2:6]) for row in rows],
    )
    published = sum(row.topic == "policy.published" for row in rows)
    head = (rows[-1].position, rows[-1].link, published)
    database.execute("UPDATE log_head SET position = ?, link = ?, epoch = ?", head)
    database.commit()
    database.close()


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_golden_log_is_audited_clean(path: Path, tmp_path: Path) -> None:
    """Its register can be built, every step is lawful, and the digest is what it always was."""
    stored(path, tmp_path / "golden.db")
    with Engine.open(f"sqlite:///{tmp_path}/golden.db", create=False) as engine:
        engine.rebuild()
        report = engine.audit()
        assert report.findings == ()
        assert report.digest == DIGESTS[path.stem]


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_golden_log_is_written_as_it_was(path: Path) -> None:
    """What is read from it is stored as the same bytes, as long as its events are of version 1."""
    mapper = EventMapper((*CASE_TYPES, PolicyStream))
    for row in rows_of_log(path):
        event = mapper.to_domain_event(row.stored)
        if event.class_version == 1:
            assert mapper.to_stored_event(event) == row.stored


def test_the_golden_log_takes_every_row(tmp_path: Path) -> None:
    """Every row of the first edition's tables stands in it."""
    stored(LOGS[0], tmp_path / "golden.db")
    taken: set[int] = set()
    with Engine.open(f"sqlite:///{tmp_path}/golden.db", create=False) as engine:
        cases: dict[UUID, Case] = {}
        for row in engine.store.log():
            event: Any = engine.mapper.to_domain_event(row.stored)
            case = cases.get(event.originator_id) or event.case_class.blank(event.originator_id)
            verdict = check(
                case.editions[event.edition], case, event, engine.book.named(event.rules)
            )
            taken |= {id(step) for step in (verdict.step, verdict.part) if step is not None}
            cases[case.id] = event.mutate(case)
    tables = [kind.editions[1] for kind in CASE_TYPES]
    rows = [row for table in tables for row in every_row(table)]
    assert [step.command for step in rows if id(step) not in taken] == []


def every_row(table: Workflow) -> tuple[Step, ...]:
    """Give the rows of a table and of the tables inside it."""
    return (*table.steps, *(row for inner in table.parts.values() for row in inner.steps))
