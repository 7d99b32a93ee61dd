"""Whoever changes the access log is found out: each kind of tampering has a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.access.record import Record, told
from tests.access.test_reading import INSPECTOR, write
from zhili import Engine
from zhili.audit.report import ACCESS_FINDINGS, Finding
from zhili.store.access_log import access_link

if TYPE_CHECKING:
    from collections.abc import Iterator

READS = 5

HEX = {"sqlite": "X'{}'", "postgres": "decode('{}', 'hex')"}


@pytest.fixture
def kept(shared_url: str) -> Iterator[Record]:
    """Give a store that others can write into, with a case that was read five times."""
    with Engine.open(shared_url) as engine:
        case_id = told(engine, 0)
        for n in range(READS):
            engine.read_personal(
                case_id, fields=["name"], by=INSPECTOR, purpose=f"to look into it, {n}"
            )
        yield Record(engine, {0: case_id})


def bytes_in_sql(engine: Engine, value: bytes) -> str:
    """Write bytes as the database wants them."""
    kind = "sqlite" if engine.store.url.startswith("sqlite") else "postgres"
    return HEX[kind].format(value.hex())


def entry(engine: Engine, position: int) -> bytes:
    """Give the bytes of an entry."""
    (row,) = engine.store.access_log(after=position - 1, until=position)
    assert row.entry is not None
    return row.entry


TAMPERING: dict[str, tuple[str, set[tuple[str, int | None]]]] = {
    "a word is changed": (
        "UPDATE access_log SET entry = {changed} WHERE position = 3",
        {("access-broken-link", 3)},
    ),
    "no entry any more": (
        "UPDATE access_log SET entry = {nonsense} WHERE position = 3",
        {("access-broken-link", 3), ("access-unreadable", 3)},
    ),
    "written otherwise": (
        "UPDATE access_log SET entry = {spaced} WHERE position = 5",
        {("access-broken-link", 5), ("access-unreadable", 5)},
    ),
    "too large to be read": (
        "UPDATE access_log SET entry = {large} WHERE position = 2",
        {("access-broken-link", 2), ("access-unreadable", 2)},
    ),
    "a link is changed": (
        "UPDATE access_log SET link = {zeros} WHERE position = 2",
        {("access-broken-link", 2), ("access-broken-link", 3)},
    ),
    "a reader is renamed beside the entry": (
        "UPDATE access_log SET actor_id = 'nobody' WHERE position = 4",
        {("access-differs", 4)},
    ),
    "a case is renamed beside the entry": (
        "UPDATE access_log SET case_id = 'x' WHERE position = 4",
        {("access-differs", 4)},
    ),
    "a person is renamed beside the entry": (
        "UPDATE access_log SET subject = 'x' WHERE position = 4",
        {("access-differs", 4)},
    ),
    "an instant is moved beside the entry": (
        "UPDATE access_log SET read_at = 0 WHERE position = 4",
        {("access-differs", 4)},
    ),
    "an entry is taken out": (
        "DELETE FROM access_log WHERE position = 3",
        {("access-missing-position", 4), ("access-broken-link", 4)},
    ),
    "the first entry is taken out": (
        "DELETE FROM access_log WHERE position = 1",
        {("access-missing-position", 2), ("access-broken-link", 2)},
    ),
    "the last entry is taken out": (
        "DELETE FROM access_log WHERE position = 5",
        {("access-truncated", 5)},
    ),
    "all entries are taken out": ("DELETE FROM access_log", {("access-truncated", 1)}),
    "the head goes back": (
        "UPDATE access_head SET position = 4",
        {("access-beyond-head", 5)},
    ),
    "the head has another link": (
        "UPDATE access_head SET link = {zeros}",
        {("access-wrong-head", 5)},
    ),
    "the head is lost": ("DELETE FROM access_head", {("access-unreadable", None)}),
    "an entry stands before all": (
        "UPDATE access_log SET position = 0 WHERE position = 1",
        {("access-foreign-position", 0), ("access-missing-position", 2),
         ("access-broken-link", 2)},
    ),
    "two change places": (
        "UPDATE access_log SET position = position + 100 WHERE position = 2",
        {("access-missing-position", 3), ("access-broken-link", 3),
         ("access-missing-position", 102), ("access-broken-link", 102),
         ("access-beyond-head", 102)},
    ),
}  # fmt: skip
"""What is done to the access log, and all that the audit finds then."""


@pytest.mark.parametrize("sql_and_found", TAMPERING.values(), ids=TAMPERING.keys())
def test_tampering_is_found_where_it_was_done(
    kept: Record, sql_and_found: tuple[str, set[tuple[str, int | None]]]
) -> None:
    """The finding names the entry, and nothing else is found."""
    engine, (sql, found) = kept.engine, sql_and_found
    third, fifth = entry(engine, 3), entry(engine, 5)
    write(
        engine,
        sql.format(
            changed=bytes_in_sql(engine, third.replace(b"to look", b"to help")),
            spaced=bytes_in_sql(engine, fifth.replace(b'","', b'", "')),
            nonsense=bytes_in_sql(engine, b"nonsense"),
            large=bytes_in_sql(engine, b"x" * (1024 * 1024 + 1)),
            zeros=bytes_in_sql(engine, bytes(32)),
        ),
    )
    report = engine.audit()
    assert {(one.code, one.position) for one in report.findings} == found


def test_every_finding_has_a_row_and_words() -> None:
    """Each code is found by one of the rows, and says what it means."""
    codes = {code for _, found in TAMPERING.values() for code, _ in found}
    assert codes | {"access-unexpected-head"} == ACCESS_FINDINGS.keys()
    for code, meaning in ACCESS_FINDINGS.items():
        assert Finding(code=code, detail="x").meaning == meaning


def test_a_chain_that_was_made_anew_is_another_head(kept: Record) -> None:
    """Whoever computes all links again is convicted by a head that somebody has kept."""
    engine = kept.engine
    head, (third,) = engine.audit().access_head, engine.store.access_log(after=2, until=3)
    changed = entry(engine, 5).replace(b"to look", b"to help")
    (before,) = engine.store.access_log(after=3, until=4)
    link = access_link(before.link, changed)
    write(
        engine,
        f"UPDATE access_log SET entry = {bytes_in_sql(engine, changed)}, "
        f"link = {bytes_in_sql(engine, link)} WHERE position = 5",
    )
    write(engine, f"UPDATE access_head SET link = {bytes_in_sql(engine, link)}")
    report = engine.audit()
    assert report.clean
    assert report.access_head != head
    for case in (None, kept.cases[0]):
        (found,) = engine.audit(expect_access=head, case=case).findings
        assert (found.code, found.position) == ("access-unexpected-head", 5)
        earlier = engine.audit(expect_access=f"3:{third.link.hex()}", case=case)
        assert earlier.clean, "what was there before is as it was"
        (found,) = engine.audit(expect_access=f"6:{third.link.hex()}", case=case).findings
        assert (found.code, found.position) == ("access-unexpected-head", 6)


def test_a_lost_head_is_told_whatever_was_expected(kept: Record) -> None:
    """Of the whole record and of one case: the access log cannot be read, and nothing is raised."""
    engine = kept.engine
    head = engine.audit().access_head
    write(engine, "DELETE FROM access_head")
    for case in (None, kept.cases[0]):
        report = engine.audit(expect_access=head, case=case)
        assert [one.code for one in report.findings] == ["access-unreadable"]
