"""Whatever somebody does to a store around the library: the audit finds it, and says where."""

from __future__ import annotations

import os
import random
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.campaign.tampering import BOMBS, copy, relink, rows_of, tamper
from tests.engine.sample import Life, execute, facts
from zhili import Engine
from zhili.errors import PolicyRefusedError
from zhili.testing import CASE, OTHER_CASE, controls, path_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zhili.audit import Report

FULL = os.environ.get("ZHILI_CAMPAIGN") == "full"
TIMES = 10_000 if FULL else 1000
SEED = 20260302
WORKERS = 4


@pytest.fixture(scope="module")
def base() -> Iterator[sqlite3.Connection]:
    """Give a small store in memory, with four cases that went different ways."""
    import tempfile

    with tempfile.TemporaryDirectory() as home:
        life = Life(f"sqlite:///{home}/cases.db")
        live_small(life)
        life.assert_sound()
        life.close()
        kept = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(f"{home}/cases.db")) as source:
            source.backup(kept)
    yield kept
    kept.close()


def live_small(life: Life) -> None:
    """Live through some sixty events."""
    life.live(*path_to("archived"))
    third, fourth = UUID(int=CASE.int + 7), UUID(int=CASE.int + 8)
    for case_id, state in ((OTHER_CASE, "ledgered"), (third, "rework"), (fourth, "disputed")):
        life.live(*(step.on(case_id) for step in path_to(state)))  # type: ignore[union-attr]  # no tick
        life.live(*(facts(n, case_id) for n in range(3)))
    invitation = controls.INVITE_CO_HANDLER.on(third)
    life.live(controls.RESUME_HANDLING.on(third), invitation)


@pytest.mark.campaign
@pytest.mark.parametrize("worker", range(WORKERS))
def test_every_tampering_is_found_and_placed(
    base: sqlite3.Connection, tmp_path: Path, worker: int
) -> None:
    """A thousand random changes, deletions, swaps, insertions: none escapes, each is located."""
    generator = random.Random(SEED + worker)  # noqa: S311 - chance, not secrets
    missed = []
    for n in range(TIMES // WORKERS):
        path = f"{tmp_path}/{n}.db"
        copy(base, path)
        way, place = tamper(path, generator)
        report = audited(path)
        found = {finding.position for finding in report.findings}
        cases = {finding.case_id for finding in report.findings}
        if not (place.positions & found or place.case_id in cases - {None}):
            missed.append((n, way.__name__, place, report.findings[:3]))
        for leftover in tmp_path.glob(f"{n}.db*"):
            leftover.unlink()
    assert missed == []


def audited(path: str) -> Report:
    """Open the store at *path* as an auditor does, and audit it."""
    with Engine.open(f"sqlite:///{path}", create=False) as engine:
        return engine.audit()


def test_the_untouched_store_is_clean(base: sqlite3.Connection, tmp_path: Path) -> None:
    """Otherwise everything would be found everywhere."""
    copy(base, f"{tmp_path}/cases.db")
    assert audited(f"{tmp_path}/cases.db").findings == ()
    assert 50 <= len(rows_of(base)) <= 80


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("linked", [False, True])
def test_no_bytes_make_the_audit_fail(
    base: sqlite3.Connection, tmp_path: Path, name: str, *, linked: bool
) -> None:
    """Whatever stands where an event stood, in a case or in a policy, is a finding there."""
    for position in (3, 12):
        path = f"{tmp_path}/{position}.db"
        copy(base, path)
        with closing(sqlite3.connect(path)) as store:
            store.execute(
                "UPDATE stored_events SET state = ? WHERE rowid = ?", (BOMBS[name], position)
            )
            if linked:
                relink(store)
            store.commit()
        codes = {f.code for f in audited(path).findings if f.position == position}
        assert "unreadable-event" in codes
        assert ("broken-link" in codes) is not linked


@pytest.mark.parametrize(
    "topic",
    ["os.system:x", "tests.campaign.marker:run", "complaint.no-such", "", "complaint.Signed", "📞"],
)
def test_a_topic_is_never_imported(base: sqlite3.Connection, tmp_path: Path, topic: str) -> None:
    """A log names events, never code."""
    path = f"{tmp_path}/cases.db"
    copy(base, path)
    with closing(sqlite3.connect(path)) as store:
        store.execute("UPDATE stored_events SET topic = ? WHERE rowid = 12", (topic,))
        relink(store)
        store.commit()
    findings = [f for f in audited(path).findings if f.position == 12]
    assert [f.code for f in findings] == ["unreadable-event"]
    assert repr(topic) in findings[0].detail
    assert "tests.campaign.marker" not in sys.modules


def test_who_keeps_a_head_convicts_a_perfect_forger(
    base: sqlite3.Connection, tmp_path: Path
) -> None:
    """One who computes all links, the head and the register anew is betrayed by a kept receipt."""
    path = f"{tmp_path}/cases.db"
    copy(base, path)
    kept = audited(path)
    receipt_position, receipt_head = _a_receipt(path)
    with closing(sqlite3.connect(path)) as store:
        store.execute(
            "UPDATE stored_events "
            "SET state = CAST(replace(CAST(state AS TEXT), 'fact 1', 'fact 9') AS BLOB) "
            "WHERE rowid = (SELECT MIN(rowid) FROM stored_events "
            "WHERE CAST(state AS TEXT) LIKE '%fact 1%')"
        )
        relink(store)
        store.commit()
    forged = audited(path)
    assert forged.findings == ()  # in itself it is flawless
    assert forged.position == kept.position
    assert forged.head != kept.head
    assert forged.digest != kept.digest
    assert _a_receipt(path)[0] == receipt_position
    assert _a_receipt(path)[1] != receipt_head


def _a_receipt(path: str) -> tuple[int, str]:
    """Give position and head as a receipt of the last fact would have them."""
    with Engine.open(f"sqlite:///{path}", create=False) as engine:
        rows = [row for row in engine.store.log() if row.topic == "complaint.facts-appended"]
        return rows[-1].position, rows[-1].link.hex()


def test_a_policy_that_was_tampered_with_refuses_to_decide(
    base: sqlite3.Connection, tmp_path: Path
) -> None:
    """The store opens for the auditor; nothing is decided under rules that nobody can read."""
    path = f"{tmp_path}/cases.db"
    copy(base, path)
    with closing(sqlite3.connect(path)) as store:
        for position in range(1, 7):
            store.execute("UPDATE stored_events SET state = '{}' WHERE rowid = ?", (position,))
        store.commit()
    life = Life(f"sqlite:///{path}")
    head = life.engine.head()
    with pytest.raises(PolicyRefusedError, match="Unreadable"):
        life.submit(controls.REGISTER.on(UUID(int=CASE.int + 99)))
    assert life.engine.head() == head
    found = {finding.position for finding in life.engine.audit().findings}
    assert found >= set(range(1, 7))
    life.close()


def test_an_engine_that_was_open_finds_it_too(base: sqlite3.Connection, tmp_path: Path) -> None:
    """What it remembers of before does not make it blind."""
    path = f"{tmp_path}/cases.db"
    copy(base, path)
    with Engine.open(f"sqlite:///{path}") as engine, closing(sqlite3.connect(path)) as store:
        assert engine.audit().clean
        engine.case(CASE)
        for position in (2, 9):
            store.execute(
                "UPDATE stored_events SET state = state || ' ' WHERE rowid = ?", (position,)
            )
        store.commit()
        found = {finding.position for finding in engine.audit().findings}
        assert found >= {2, 9}


def test_too_many_findings_are_counted(base: sqlite3.Connection, tmp_path: Path) -> None:
    """A thousand are kept in words; the rest is not passed over."""
    path = f"{tmp_path}/cases.db"
    copy(base, path)
    with closing(sqlite3.connect(path)) as store:
        store.executemany(
            "INSERT INTO parts (case_id, kind, part_id) VALUES (?, 'co_handler', ?)",
            [(str(CASE), f"unit {n}") for n in range(1500)],
        )
        store.commit()
    report = audited(path)
    assert (len(report.findings), report.findings_left_out) == (1000, 500)
    assert not report.clean


@pytest.mark.postgres
@pytest.mark.campaign
def test_tampering_on_postgres_is_found_too(postgres_url: str) -> None:
    """The same audit on the other store: bytes, deletions, swaps; undone after each."""
    life = Life(postgres_url)
    live_small(life)
    store = life.engine.store
    generator = random.Random(SEED)  # noqa: S311 - chance, not secrets
    last = life.engine.head().position
    execute(store, "CREATE TABLE untouched AS SELECT * FROM stored_events")
    for _ in range(500 if FULL else 50):
        position, other = generator.sample(range(1, last + 1), 2)
        byte = generator.randrange(2, 200)
        where = f"WHERE notification_id = {position}"
        at = f"{byte} % length(state)"
        mask = generator.randint(1, 255)
        update = "UPDATE stored_events SET"
        byte_of_state = f"state = set_byte(state, {at}, get_byte(state, {at}) # {mask})"
        byte_of_link = f"link = set_byte(link, {byte % 32}, get_byte(link, {byte % 32}) # 1)"
        statements = generator.choice(
            [
                [f"{update} {byte_of_state} {where}"],
                [f"{update} {byte_of_link} {where}"],
                [f"{update} topic = topic || 'x' {where}"],
                [f"{update} originator_id = gen_random_uuid() {where}"],
                [f"DELETE FROM stored_events {where}"],
                [
                    f"{update} notification_id = -1 {where}",
                    f"{update} notification_id = {position} WHERE notification_id = {other}",
                    f"{update} notification_id = {other} WHERE notification_id = -1",
                ],
            ]
        )
        execute(store, *statements)
        found = {finding.position for finding in life.engine.audit().findings}
        assert found & {position, position + 1, other}, statements
        execute(
            store,
            "TRUNCATE stored_events",
            "INSERT INTO stored_events SELECT * FROM untouched",
        )
    life.assert_sound()
    life.close()
