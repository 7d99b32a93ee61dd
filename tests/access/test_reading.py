"""Reading personal data is recorded first and given then, in a chain of its own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from tests.access.expected import CITIZEN, STREET
from tests.access.record import NAME, OPERATOR, PHONE, Record, opened, told
from zhili import Engine
from zhili.errors import CaseNotFoundError, InputError, RoleRefusedError, StoreError
from zhili.face.eyes import Eyes
from zhili.projections.readers import Readers
from zhili.store import GENESIS, AccessHead, canonical
from zhili.store.access_log import SensitiveDataRead
from zhili.testing import controls
from zhili.testing.control import actor
from zhili.workflows import role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSPECTOR = actor(role.INSPECTOR)


@pytest.fixture
def fresh(store_url: str) -> Iterator[Record]:
    """Give a record of one's own, in every store."""
    made = opened(store_url)
    yield made
    made.engine.close()


@pytest.fixture
def small() -> Iterator[Record]:
    """Give a record of one's own with one case."""
    engine = Engine.open("memory:")
    yield Record(engine, {0: told(engine, 0)})
    engine.close()


def test_a_reading_is_an_entry_with_its_link(fresh: Record) -> None:
    """Who, whose, which fields, what for, in which case and when: in canonical bytes, chained."""
    case_id = fresh.cases[0]
    read = Eyes(fresh.engine, OPERATOR).read(case_id, ["name", "phone@1"], " to arrange a visit ")
    assert [(one.field, one.text, one.shade) for one in read] == [
        ("name", NAME, "open"),
        ("phone", PHONE, "open"),
    ]
    (row,) = fresh.engine.store.access_log()
    assert row.entry is not None
    entry = SensitiveDataRead.model_validate_json(row.entry)
    assert entry == SensitiveDataRead(
        actor=OPERATOR,
        subject=CITIZEN,
        fields=("name@1", "phone@1"),
        purpose="to arrange a visit",
        case_id=case_id,
        read_at=entry.read_at,
    )
    assert row.entry == canonical(entry.model_dump(mode="json"))
    assert row.link == hashlib.sha256(GENESIS + row.entry).digest()
    assert (row.case_id, row.subject, row.actor_id) == (str(case_id), CITIZEN, OPERATOR.id)
    assert fresh.engine.access_head() == AccessHead(1, row.link)
    assert PHONE.encode() not in row.entry


def test_every_reading_follows_from_the_one_before(fresh: Record) -> None:
    """The chain goes through all entries in their order, and the audit finds nothing."""
    eyes = Eyes(fresh.engine, INSPECTOR)
    for case_id in fresh.cases.values():
        for field in ("name", "phone", "content"):
            eyes.read(case_id, [field], "to look into it")
    link = GENESIS
    for n, row in enumerate(fresh.engine.store.access_log(), 1):
        assert row.position == n
        assert row.entry is not None
        link = hashlib.sha256(link + row.entry).digest()
        assert row.link == link
    assert fresh.engine.access_head() == AccessHead(12, link)
    report = fresh.engine.audit()
    assert report.clean
    assert (report.reads, report.access_head) == (12, f"12:{link.hex()}")


def test_reading_moves_no_case(small: Record) -> None:
    """The log of cases and its digest know nothing of who has read them."""
    before = small.engine.head(), small.engine.audit().digest
    Eyes(small.engine, INSPECTOR).read(small.cases[0], ["name"], "to look into it")
    assert (small.engine.head(), small.engine.audit().digest) == before


@pytest.mark.parametrize("purpose", ["", "  ", "\t\n"])
def test_without_a_purpose_nothing_is_given(small: Record, purpose: str) -> None:
    """Whoever does not say what for gets nothing, and nothing is recorded."""
    with pytest.raises(InputError, match="purpose"):
        Eyes(small.engine, OPERATOR).read(small.cases[0], ["name"], purpose)
    assert small.engine.access_head().position == 0


def test_a_purpose_is_a_line(small: Record) -> None:
    """What is longer than a line is no purpose."""
    with pytest.raises(ValidationError):
        Eyes(small.engine, OPERATOR).read(small.cases[0], ["name"], "x" * 201)
    assert small.engine.access_head().position == 0


@pytest.mark.parametrize("fields", [[], ["weather"], ["name", "name@2"]])
def test_only_fields_that_are_there_can_be_read(small: Record, fields: list[str]) -> None:
    """A field that the case has not is refused, and so is none at all."""
    with pytest.raises(InputError):
        Eyes(small.engine, OPERATOR).read(small.cases[0], fields, "to call")
    assert small.engine.access_head().position == 0


def test_one_field_that_may_not_be_read_refuses_all(small: Record) -> None:
    """Nothing is half given."""
    examiner = actor(role.REVIEWER)
    with pytest.raises(RoleRefusedError):
        Eyes(small.engine, examiner).read(small.cases[0], ["content", "name"], "to examine it")
    assert small.engine.access_head().position == 0


def test_the_engine_itself_refuses_who_may_not_see(small: Record) -> None:
    """Also who calls it without a face in between."""
    with pytest.raises(CaseNotFoundError):
        small.engine.read_personal(
            small.cases[0], fields=["name"], by=actor(role.UNIT_OPERATOR, "110108001"),
            purpose="curiosity",
        )  # fmt: skip


def test_what_cannot_be_recorded_is_not_given(tmp_path: Path) -> None:
    """A store without an access log says what to do, and gives nothing."""
    url = f"sqlite:///{tmp_path}/cases.db"
    engine = Engine.open(url)
    case_id = told(engine, 0)
    without_access_log(engine)
    engine.close()
    with Engine.open(url, create=False) as reader:
        assert reader.access_head() == AccessHead(0, GENESIS)
        assert reader.ask(Readers(case_id=case_id)).items == ()
        assert reader.audit().clean
        with pytest.raises(StoreError, match="no access log yet"):
            reader.read_personal(case_id, fields=["name"], by=INSPECTOR, purpose="to look")


def test_a_store_of_an_earlier_day_gets_its_access_log(shared_url: str) -> None:
    """Opened for writing it has one, and is as whole as any other."""
    engine = Engine.open(shared_url)
    case_id = told(engine, 0)
    without_access_log(engine)
    engine.close()
    with Engine.open(shared_url) as again:
        assert again.store.keeps_access_log
        assert again.store.check() == []
        again.read_personal(case_id, fields=["name"], by=INSPECTOR, purpose="to look into it")
        assert again.access_head().position == 1
    with Engine.open(shared_url) as third:
        assert third.access_head().position == 1
        assert third.audit().clean


def test_a_lost_access_log_is_told(shared_url: str) -> None:
    """A store that had one and has none any more is not opened as if nothing were wrong."""
    engine = Engine.open(shared_url)
    write(engine, "DROP TABLE access_log")
    engine.close()
    with pytest.raises(StoreError, match="lacks the tables access_log"):
        Engine.open(shared_url)


def test_who_has_read_a_case_is_a_question(fresh: Record) -> None:
    """Of a case, of a person, by somebody; newest first, page by page."""
    first, second = fresh.cases[0], fresh.cases[1]
    operator = Eyes(fresh.engine, OPERATOR)
    operator.read(first, ["name"], "to write to them")
    operator.read(second, ["phone"], "to call")
    Eyes(fresh.engine, controls.INTAKE).read(first, ["phone", "content"], "to ask once more")
    answer = Eyes(fresh.engine, INSPECTOR).readers(first)
    assert [(one.actor.id, one.fields, one.purpose) for one in answer.items] == [
        (controls.INTAKE.id, ("phone@1", "content@1"), "to ask once more"),
        (OPERATOR.id, ("name@1",), "to write to them"),
    ]
    by_operator = fresh.engine.ask(Readers(actor=OPERATOR.id)).items
    assert [(one.case_id, one.position) for one in by_operator] == [(second, 2), (first, 1)]
    page = fresh.engine.ask(Readers(subject=CITIZEN, size=2))
    assert [one.position for one in page.items] == [3, 2]
    last = fresh.engine.ask(Readers(subject=CITIZEN, size=2, after=page.next))
    assert ([one.position for one in last.items], last.next) == ([1], None)
    assert fresh.engine.ask(Readers(subject=CITIZEN, actor=STREET)).items == ()


def test_who_has_read_a_case_is_for_the_inspector(small: Record) -> None:
    """Others who see the case may not ask, and learn nothing of who did."""
    for other in (OPERATOR, controls.INTAKE, actor(role.COMPLAINANT, id=CITIZEN)):
        with pytest.raises(RoleRefusedError):
            Eyes(small.engine, other).readers(small.cases[0])


def test_readers_are_asked_of_something_and_of_the_present(small: Record) -> None:
    """Of nothing nobody asks; the past has no access log; a cursor is a position."""
    with pytest.raises(ValidationError):
        Readers()
    with pytest.raises(InputError, match="present"):
        small.engine.ask(Readers(case_id=small.cases[0]), known_at=15)
    for after in ("x", "-1", "1.5", "9" * 20):
        with pytest.raises(InputError, match="cursor"):
            small.engine.ask(Readers(actor="a", after=after))


def without_access_log(engine: Engine) -> None:
    """Make of a store one of the day before there were access logs."""
    for sql in (
        "DROP TABLE access_log",
        "DROP TABLE access_head",
        "DELETE FROM meta WHERE name = 'access'",
    ):
        write(engine, sql)


def write(engine: Engine, sql: str) -> None:
    """Do something to the store of an engine behind its back."""
    address = engine.store.address or ""
    if address.startswith("sqlite:///"):
        import sqlite3
        from contextlib import closing
        from urllib.parse import unquote

        with closing(sqlite3.connect(unquote(address.removeprefix("sqlite:///")))) as database:
            database.execute(sql)
            database.commit()
        return
    import psycopg

    with psycopg.connect(address, autocommit=True) as database:
        database.execute(sql.encode())
