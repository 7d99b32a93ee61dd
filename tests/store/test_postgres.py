"""What only the store on PostgreSQL has to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg
import pytest

from tests.store.sample import (
    MAPPER,
    assert_unbroken,
    assigned,
    batch_of,
    contents,
    end_other_sessions,
    imported,
)
from zhili.errors import InputError, StoreError
from zhili.projections.register import CASES
from zhili.store import Head, Store, open_store
from zhili.store.postgres import PostgresStore
from zhili.store.postgres.preparation import ACCESS_INDEXES, INDEXES
from zhili.store.postgres.sql import from_named
from zhili.store.store import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

pytestmark = pytest.mark.postgres


@pytest.fixture
def server(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Connect to the database beside the store."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    """Open an empty store."""
    opened = open_store(postgres_url)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a = :a", "a = %(a)s"),
        ("a::text = :a::text", "a::text = %(a)s::text"),
        ("':a' || :b || \":c\"", "':a' || %(b)s || \":c\""),
        ("'it''s :a' , :a", "'it''s :a' , %(a)s"),
        ("a % 2 LIKE '5%' -- :c 7%\n, :a", "a %% 2 LIKE '5%%' -- :c 7%%\n, %(a)s"),
        ("/* :a\n:b */ :c", "/* :a\n:b */ %(c)s"),
        (":a_1,:a_2", "%(a_1)s,%(a_2)s"),
        ("'12:30:00', 3 : 4", "'12:30:00', 3 : 4"),
    ],
)
def test_a_statement_for_every_store_becomes_one_of_psycopg(written: str, meant: str) -> None:
    """Casts, texts, comments and percent signs are none of our parameters."""
    assert from_named(written) == meant.encode()


def test_one_commit_is_one_transaction(store: Store, server: psycopg.Connection[Any]) -> None:
    """All that a commit writes bears the number of one transaction of the server."""
    store.commit(batch_of(imported(1), imported(2), key="k"))
    numbers = server.execute(
        "SELECT xmin::text FROM stored_events UNION SELECT xmin::text FROM keys "
        "UNION SELECT xmin::text FROM cases UNION SELECT xmin::text FROM spells "
        "UNION SELECT xmin::text FROM log_head"
    ).fetchall()
    assert len(numbers) == 1
    assert server.execute("SELECT count(*) FROM stored_events").fetchone() == (2,)


def test_a_store_without_its_head_writes_nothing(
    store: Store, server: psycopg.Connection[Any]
) -> None:
    """Neither events nor a key alone go into a log of which nobody knows the end."""
    server.execute("DELETE FROM log_head")
    for batch in (batch_of(imported(1), key="k"), Batch(keys=[("k", b"d" * 32, "{}")])):
        with pytest.raises(StoreError, match="lost the head"):
            store.commit(batch)
    found = server.execute(
        "SELECT (SELECT count(*) FROM stored_events), (SELECT count(*) FROM keys)"
    )
    assert found.fetchone() == (0, 0)


def test_a_known_row_is_written_where_it_differs(
    store: Store, server: psycopg.Connection[Any]
) -> None:
    """Said what the register holds, a commit leaves every other column alone."""
    first = imported(1)
    opening = batch_of(first)
    store.commit(opening)
    later = batch_of(assigned(first.originator_id, 2, "a"), earlier=[first])
    later.was = {name: list(rows) for name, rows in opening.rows.items()}
    server.execute("UPDATE cases SET title = 'kept'")
    store.commit(later)
    found = store.rows("SELECT version, position, person, title FROM cases", {})
    assert found == [(2, 2, "a", "kept")]


@pytest.mark.parametrize("more", [0, 150])
def test_nul_is_refused_cleanly(store: Store, more: int) -> None:
    """PostgreSQL keeps no U+0000 in a text: nothing is written, and the message says so."""
    store.commit(batch_of(imported(5000)))
    before = contents(store)
    in_a_row = batch_of(*(imported(n) for n in range(more)), imported(6000))
    title = CASES.names.index("title")
    last = in_a_row.rows["cases"][-1]
    in_a_row.rows["cases"][-1] = (*last[:title], "a\0b", *last[title + 1 :])
    in_a_key = batch_of(*(imported(n) for n in range(more)), imported(6001), key="a\0b")
    for refused in (in_a_row, in_a_key):
        with pytest.raises(InputError, match="NUL"):
            store.commit(refused)
        assert contents(store) == before
    assert store.commit(batch_of(imported(6002))).position == 2


def test_nul_in_what_only_the_event_holds_is_kept(store: Store) -> None:
    """The stored form is JSON, and so the character is written as an escape."""
    event = imported(1, unreadable={"opened": "a\0b"})
    store.commit(batch_of(event))
    (stored,) = store.events(event.originator_id)
    assert MAPPER.to_domain_event(stored) == event


def test_a_schema_of_its_own(postgres_url: str, server: psycopg.Connection[Any]) -> None:
    """It is made if it is absent, and keeps apart from others in the same database."""
    first = open_store(postgres_url)
    odd = quote('Bezirk "一"')
    second = open_store(f"{postgres_url}&schema={odd}&pool_size=1")
    first.commit(batch_of(imported(1)))
    second.commit(batch_of(imported(1), imported(2)))
    assert (first.head().position, second.head().position) == (1, 2)
    assert first.check() == second.check() == []
    second.fresh_register()
    assert second.swap_register(2)
    assert second.check() == []
    assert first.rows("SELECT count(*) FROM cases", {}) == [(1,)]
    found = server.execute('SELECT count(*) FROM "Bezirk ""一""".stored_events').fetchone()
    assert found == (2,)
    first.close()
    second.close()
    with pytest.raises(StoreError, match="zhili init"):
        open_store(f"{postgres_url}&schema=absent", create=False)
    absent = server.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'absent'")
    assert absent.fetchone() == (0,)


def test_parameters_of_libpq_are_honoured(
    postgres_url: str, server: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the URL says goes to libpq, and the environment does not override it."""
    monkeypatch.setenv("PGDATABASE", "nowhere")
    monkeypatch.setenv("PGAPPNAME", "environment")
    monkeypatch.setenv("PGCLIENTENCODING", "SQL_ASCII")
    options = quote("-c statement_timeout=300ms -c default_transaction_isolation=serializable")
    store = open_store(f"{postgres_url}&application_name=town%20hall&options={options}")
    event = imported(1, unit="朝阳区")
    store.commit(batch_of(event))
    assert store.rows("SELECT unit FROM cases", {}) == [("朝阳区",)]
    names = server.execute(
        "SELECT DISTINCT application_name FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert names.fetchall() == [("town hall",)]
    assert store.rows("SHOW default_transaction_isolation", {}) == [("read committed",)]
    with pytest.raises(StoreError, match="statement timeout"):
        store.rows("SELECT pg_sleep(5)", {})
    store.close()


def test_the_pool_is_no_larger_than_asked(
    postgres_url: str, server: psycopg.Connection[Any]
) -> None:
    """Sixteen threads share two connections."""
    from concurrent.futures import ThreadPoolExecutor

    store = open_store(f"{postgres_url}&pool_size=2")
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: store.rows("SELECT pg_sleep(0.02)", {}), range(64)))
    assert len(found) == 64
    count = server.execute(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    ).fetchone()
    assert count in {(1,), (2,)}
    store.close()


@pytest.mark.parametrize(
    "theirs",
    [
        "CREATE TABLE cases (a int)",
        "CREATE TABLE meta (name text, value text)",
        "CREATE TABLE meta (k text); CREATE TABLE log_head (a int)",
        "CREATE VIEW keys AS SELECT 1 AS a",
    ],
)
def test_what_is_not_ours_is_left_alone(
    postgres_url: str, server: psycopg.Connection[Any], theirs: str
) -> None:
    """A table of the same name is refused by name; nothing is made beside it."""
    server.execute(theirs.encode())
    name = re.findall(r"(?:TABLE|VIEW) (\w+)", theirs)[0]
    for create in (True, False):
        with pytest.raises(StoreError, match=rf"{name}.*another schema"):
            open_store(postgres_url, create=create)
    made = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    known = server.execute(f"{made} AND relname IN ('stored_events', 'spells')".encode())
    assert known.fetchone() == (0,)
    open_store(f"{postgres_url}&schema=ours").close()


def test_other_tables_in_the_schema_do_not_matter(
    postgres_url: str, server: psycopg.Connection[Any]
) -> None:
    """A host may keep the store beside tables of its own."""
    server.execute("CREATE TABLE people (name text)")
    store = open_store(postgres_url)
    assert store.check() == []
    store.close()


def test_a_database_that_cannot_hold_every_text_is_refused(
    postgres_server: str, server: psycopg.Connection[Any]
) -> None:
    """Chinese names do not fit into LATIN1."""
    server.execute(
        "CREATE DATABASE zhili_latin ENCODING 'LATIN1' TEMPLATE template0 "
        "LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    try:
        with pytest.raises(StoreError, match="LATIN1"):
            open_store(postgres_server.replace("/postgres?", "/zhili_latin?"))
    finally:
        server.execute("DROP DATABASE zhili_latin WITH (FORCE)")


def test_a_user_who_may_not_make_tables_is_told(
    postgres_url: str, server: psycopg.Connection[Any]
) -> None:
    """The message is the server's reason."""
    server.execute("DROP ROLE IF EXISTS zhili_guest")
    server.execute("CREATE ROLE zhili_guest LOGIN PASSWORD 's3cret'")
    try:
        url = postgres_url.replace("//postgres:@", "//zhili_guest:s3cret@")
        with pytest.raises(StoreError, match="permission denied") as refused:
            open_store(url)
        assert "s3cret" not in str(refused.value)
        with pytest.raises(StoreError, match="does not exist"):
            open_store(postgres_url.replace("//postgres:@", "//zhili_nobody:s3cret@"))
    finally:
        server.execute("DROP ROLE zhili_guest")


def test_the_address_may_be_shown(postgres_url: str) -> None:
    """The store's own URL has the place, the user and the schema, and no password."""
    asked = postgres_url.replace("//postgres:@", "//postgres:s3cret@")
    store = open_store(f"{asked}&schema=town&password=s3cret")
    assert "s3cret" not in store.url
    assert re.fullmatch(r"postgresql://postgres@/zhili_\w+\?host=/\S+&schema=town", store.url)
    store.close()


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("ALTER DATABASE {} SET synchronous_commit = off", "synchronous_commit is off"),
        ("DROP INDEX cases_unit_state_opened_at_case_id_due_at", "the index cases_unit_state"),
        ("ALTER TABLE keys DROP CONSTRAINT keys_pkey", "the index keys_pkey is missing"),
        ("DROP TABLE parts", "the table parts is missing"),
        (
            "ALTER FUNCTION zhili_policies_changed RENAME TO gone",
            "the function zhili_policies_changed is missing",
        ),
    ],
)
def test_a_check_finds_what_is_wrong(
    store: Store, server: psycopg.Connection[Any], damage: str, finding: str
) -> None:
    """Each fault is named in words."""
    store.head()
    server.execute(damage.format(server.info.dbname).encode())
    if "DATABASE" in damage:  # it counts for sessions to come
        end_other_sessions(server)
    assert any(finding in wrong for wrong in store.check())


def test_every_index_of_the_tables_is_checked(
    store: Store, server: psycopg.Connection[Any]
) -> None:
    """The list that a check goes by is the list of what was made."""
    assert store.check() == []
    made = server.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'").fetchall()
    assert sorted(row[0] for row in made) == sorted((*INDEXES, *ACCESS_INDEXES))


def test_a_server_error_is_a_store_error(store: Store, server: psycopg.Connection[Any]) -> None:
    """What the server says is passed on in one line."""
    with pytest.raises(StoreError, match='relation "nowhere" does not exist'):
        store.rows("SELECT * FROM nowhere", {})
    server.execute("DROP TABLE keys")
    with pytest.raises(StoreError, match="keys"):
        store.commit(batch_of(imported(1), key="k"))
    assert store.head().position == 0
    server.execute("DELETE FROM log_head")
    with pytest.raises(StoreError, match="lost the head"):
        store.head()
    with pytest.raises(StoreError):
        store.commit(Batch())


def test_a_commit_goes_on_while_the_register_is_swapped(postgres_url: str) -> None:
    """Writers wait for the head, and find the new tables under the old names."""
    from concurrent.futures import ThreadPoolExecutor

    store = open_store(postgres_url)
    cases = [imported(n) for n in range(40)]
    store.commit(batch_of(*cases))

    def write(n: int) -> Head:
        event = assigned(cases[n].originator_id, 2, f"p{n}")
        return store.commit(batch_of(event, earlier=[cases[n]]))

    def swap(_: int) -> bool:
        at = store.head().position
        kept = {name: contents(store).register[name] for name in ("cases", "spells", "parts")}
        store.fresh_register()
        store.write_fresh(kept)
        return store.swap_register(at)

    with ThreadPoolExecutor(5) as pool:
        writing = [pool.submit(write, n) for n in range(40)]
        swapping = pool.submit(lambda: [swap(n) for n in range(6)])
        heads = {future.result(60).position for future in writing}
        swapping.result(60)
    assert heads == set(range(41, 81))
    assert swap(0)
    assert store.check() == []
    assert store.rows("SELECT count(*) FROM cases WHERE version = 2", {}) == [(40,)]
    assert_unbroken(store)
    store.close()


def test_the_library_reads_our_log(store: Store) -> None:
    """The recorder is the library's: notifications have our positions."""
    assert isinstance(store, PostgresStore)
    events = [imported(n) for n in range(5)]
    store.commit(batch_of(*events))
    recorder = store.recorder
    assert recorder.max_notification_id() == 5
    found = recorder.select_notifications(start=2, limit=2)
    ids: list[UUID | str] = [notification.originator_id for notification in found]
    assert [notification.id for notification in found] == [2, 3]
    assert ids == [event.originator_id for event in events[1:3]]
    with pytest.raises(StoreError, match=r"Store\.commit does"):
        recorder.insert_events([MAPPER.to_stored_event(imported(9))])
    with pytest.raises(StoreError, match="PostgresStore does"):
        recorder.create_table()


def test_what_somebody_blew_up_is_read_cut_short(
    store: Store, server: psycopg.Connection[Any]
) -> None:
    """Of a topic or a row of the register that is too long, enough is read to see that it is."""
    store.commit(batch_of(imported(1), imported(2)))
    whole = list(store.register_by_case(CASES))
    server.execute("UPDATE stored_events SET topic = repeat('案', 10000000)")
    server.execute("UPDATE cases SET title = repeat('题', 10000000) WHERE number = 'T0000001'")
    assert [row.topic for row in store.log()] == ["案" * 1000] * 2
    found = list(store.register_by_case(CASES))
    title = CASES.names.index("title")
    assert sorted(len(row[title] or "") for row in found) == [0, 1000]
    assert [(*row[:title], None, *row[title + 1 :]) for row in found] == whole
