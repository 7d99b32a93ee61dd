"""What goes wrong between a host, its database and others: said in words, and nothing half done."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections, transaction
from django.db.utils import Error

from tests.engine.sample import Life, execute, facts, registered
from tests.integrations.django.conftest import empty, make_tables, use_kind
from zhili.errors import ConflictError, InputError, StoreError
from zhili.testing import controls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def hosting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Life]]:
    """Give what begins a life in a host's database of a kind, with the options of a test."""
    kinds: list[str] = []

    def begun(kind: str, **told: Any) -> Life:
        use_kind(kind, request, tmp_path, **told)
        make_tables()
        kinds.append(kind)
        return Life("django://default")

    yield begun
    for kind in kinds:
        connections.close_all()
        empty(kind)


def elsewhere(work: Callable[[], object]) -> None:
    """Do *work* in another thread, over its own connection."""

    def run() -> None:
        work()
        connections.close_all()

    thread = Thread(target=run)
    thread.start()
    thread.join()


def test_a_reader_that_comes_too_late_is_told_what_to_do(hosting: Callable[..., Life]) -> None:
    """On SQLite without IMMEDIATE; the host's transaction stays whole, and can be done again."""
    life = hosting("sqlite", OPTIONS={"init_command": "PRAGMA journal_mode=wal", "timeout": 5})
    with transaction.atomic():
        life.engine.head()
        elsewhere(lambda: life.engine.submit(registered(1), by=controls.INTAKE))
        with pytest.raises(StoreError, match="transaction_mode IMMEDIATE"):
            life.submit(controls.REGISTER)
    with transaction.atomic():
        life.submit(controls.REGISTER)
    life.assert_sound()


@pytest.mark.postgres
def test_above_read_committed_who_waited_has_to_begin_anew(hosting: Callable[..., Life]) -> None:
    """On PostgreSQL a strict transaction that others have overtaken ends in a conflict."""
    from psycopg import IsolationLevel

    life = hosting("postgres", OPTIONS={"isolation_level": IsolationLevel.REPEATABLE_READ})
    with transaction.atomic():
        life.engine.head()
        elsewhere(lambda: life.engine.submit(registered(1), by=controls.INTAKE))
        with pytest.raises(ConflictError):
            life.submit(controls.REGISTER)
    with transaction.atomic():
        life.submit(controls.REGISTER)
    life.assert_sound()


@pytest.mark.postgres
def test_a_lost_connection_is_made_anew(hosting: Callable[..., Life]) -> None:
    """Outside of a transaction nobody notices; within one all of it is lost, and told so."""
    life = hosting("postgres")
    before = life.submit(controls.REGISTER)

    def end_others() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    elsewhere(end_others)
    assert life.engine.head().position == before.position
    elsewhere(end_others)
    life.submit(facts(1))
    with pytest.raises(Error), transaction.atomic():
        life.submit(facts(2))
        elsewhere(end_others)
        with pytest.raises(StoreError, match="broke"):
            life.submit(facts(3))
        connection.cursor()
    assert life.case().version == 2
    life.assert_sound()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_tampering_is_found(hosting: Callable[..., Life], kind: str) -> None:
    """Whoever changes rows of the host's database around the library is found by the audit."""
    life = hosting(kind)
    life.submit(controls.REGISTER)
    life.assert_sound()
    execute(life.engine.store, "UPDATE cases SET title = 'another'")
    execute(life.engine.store, "UPDATE stored_events SET topic = 'complaint.forged'")
    codes = {finding.code for finding in life.engine.audit().findings}
    assert len(codes) > 1


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_lost_indexes_and_foreign_triggers_are_named(
    hosting: Callable[..., Life], kind: str
) -> None:
    """By the names that they have in the host's database; the host's own triggers are its own."""
    life = hosting(kind)
    execute(life.engine.store, "DROP INDEX cases_number")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE hosts_own (number integer)")
        if kind == "sqlite":
            body = "BEGIN SELECT 1; END"
            cursor.execute(f"CREATE TRIGGER loud AFTER INSERT ON hosts_own {body}")
            cursor.execute(f"CREATE TRIGGER quiet AFTER INSERT ON zhili_keys {body}")
    wrong = life.engine.store.check()
    assert [line for line in wrong if "zhili_cases_number" in line]
    assert len(wrong) == (2 if kind == "sqlite" else 1)
    assert not [line for line in wrong if "loud" in line]


def test_an_audit_by_several_processes_is_refused(hosting: Callable[..., Life]) -> None:
    """No other process can open the host's connection."""
    life = hosting("sqlite")
    life.submit(controls.REGISTER)
    with pytest.raises(InputError):
        life.engine.audit(jobs=2)
