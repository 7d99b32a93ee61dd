"""The statements of a commit, each made once, and what a batch says to them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from struct import Struct
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg.errors import DivisionByZero, NotNullViolation
from psycopg.pq.abc import PGresult

from zhili.projections.register import TABLES, Table
from zhili.store.store import Batch, Head

__all__ = ["HEAD_LOST", "Call", "Statement", "calls_of", "head_of"]

SHAPES_MAX: Final = 400
"""So many different updates are kept prepared; what changes otherwise is written whole."""


class Statement(NamedTuple):
    """A statement under the name by which a session has it prepared."""

    name: bytes
    sql: bytes


class Call(NamedTuple):
    """A statement, and its parameters in PostgreSQL's binary form."""

    statement: Statement
    parameters: list[bytes | None]


_numbers = itertools.count(1)


def _statement(sql: str) -> Statement:
    # The server compares no more than 63 bytes of a name: a number says enough.
    return Statement(f"zhili_{next(_numbers)}".encode(), sql.encode())


_EPOCH: Final = (
    "CASE WHEN epoch = $1::bigint THEN epoch + $2::bigint ELSE zhili_policies_changed() END"
)

# The previous link is known for certain under the lock on the head. $5 is what store.link_of puts
# between it and the stored bytes.
EVENT: Final = _statement(
    "WITH head AS (UPDATE log_head SET position = position + 1, "
    f"epoch = {_EPOCH}, link = sha256(link || $5::bytea || $6::bytea) "
    "WHERE one = 1 RETURNING position, link, epoch), "
    "written AS (INSERT INTO stored_events "
    "(originator_id, originator_version, topic, state, notification_id, link) "
    "VALUES ($3::uuid, $4::bigint, $7::text, $6::bytea, "
    "(SELECT position FROM head), (SELECT link FROM head))) "
    "SELECT position, link, epoch FROM head"
)
"""Advances the head and writes one event at the place that it gives; without a head, at NULL."""

HEAD: Final = _statement(
    f"WITH head AS (UPDATE log_head SET epoch = {_EPOCH} WHERE one = 1 "
    "RETURNING position, link, epoch) SELECT (SELECT position FROM head), "
    "(SELECT link FROM head), (SELECT epoch FROM head), 1 / (SELECT count(*) FROM head)"
)
"""Locks the head for a batch without events; without a head, it divides by zero."""

HEAD_LOST: Final = (NotNullViolation, DivisionByZero)
"""What these two say if there is no head."""

KEY: Final = _statement(
    "INSERT INTO keys (key, digest, receipt) VALUES ($1::text, $2::bytea, $3::text)"
)

_int8: Final = Struct(">q").pack

_SQL_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {"text": "text", "integer": "bigint", "instant": "bigint", "boolean": "boolean"}
)
_PACKERS: Final[Mapping[str, Callable[[Any], bytes]]] = MappingProxyType(
    {
        "text": str.encode,
        "integer": _int8,
        "instant": _int8,
        "boolean": (b"\0", b"\1").__getitem__,
    }
)


def calls_of(batch: Batch) -> list[Call]:
    """
    Give the calls that write *batch*; the first locks the head, and what follows is under the lock.

    The calls of an event, or that of the head if there is none, answer with the head.
    """
    epoch, publishes = batch.epoch, batch.publishes
    calls: list[Call] = []
    for event in batch.events:
        case_id = event.originator_id
        assert isinstance(case_id, UUID)
        version, topic = _int8(event.originator_version), event.topic.encode()
        told = case_id.bytes + version + len(topic).to_bytes(4, "big") + topic
        given: list[bytes | None] = [
            _int8(epoch),
            _int8(publishes),
            case_id.bytes,
            version,
            told,
            event.state,
            topic,
        ]
        calls.append(Call(EVENT, given))
        epoch, publishes = epoch + publishes, 0  # the first of them has published
    if not calls:
        calls.append(Call(HEAD, [_int8(epoch), _int8(publishes)]))
    calls += [Call(KEY, [key.encode(), digest, text.encode()]) for key, digest, text in batch.keys]
    for table in TABLES:
        rows = batch.rows.get(table.name, ())
        was = batch.was.get(table.name) or [None] * len(rows)
        for row, before in zip(rows, was, strict=True):
            calls.append(_row_call(table, row, before, len(batch.events)))
    return calls


def _row_call(
    table: Table, row: tuple[Any, ...], before: tuple[Any, ...] | None, events: int
) -> Call:
    """Write a new row whole, and of another what has changed: so most indexes are left alone."""
    form = _form(table)
    values = list(row)
    # A position of the batch becomes one of the log: so many events behind the head.
    values[form.at] = events - row[form.at]
    if before is not None:
        changed = tuple([n for n, value in enumerate(row) if n == form.at or value != before[n]])
        update = _update(table, changed)
        if update is not None:
            return Call(update, form.packed(values, (*changed, *form.key)))
    return Call(_upsert(table), form.packed(values, range(len(values))))


def head_of(calls: Sequence[Call], answers: Iterator[PGresult]) -> Head:
    """Take the answers of *calls* from *answers*, and give the head that the last event left."""
    last: PGresult | None = None
    for call in calls:
        answer = next(answers)
        if call.statement is EVENT or call.statement is HEAD:
            last = answer
    assert last is not None, "the first call answers with the head"
    position, link, epoch = (last.get_value(0, n) or b"" for n in range(3))
    return Head(int.from_bytes(position), link, int.from_bytes(epoch))


class _Form(NamedTuple):
    """Where a table has what, and how its values are sent."""

    at: int
    key: tuple[int, ...]
    packers: tuple[Callable[[Any], bytes], ...]

    def packed(self, values: Sequence[Any], which: Sequence[int]) -> list[bytes | None]:
        packers = self.packers
        return [None if values[n] is None else packers[n](values[n]) for n in which]


@lru_cache(maxsize=16)
def _form(table: Table) -> _Form:
    return _Form(
        at=table.names.index("position"),
        key=tuple(table.names.index(name) for name in table.key),
        packers=tuple(_PACKERS[column.kind] for column in table.columns),
    )


def _given(table: Table, n: int, parameter: int) -> str:
    column = table.columns[n]
    if column.name == "position":
        return f"(SELECT position FROM log_head WHERE one = 1) - ${parameter}::bigint"
    return f"${parameter}::{_SQL_TYPES[column.kind]}"


@lru_cache(maxsize=16)
def _upsert(table: Table) -> Statement:
    values = ", ".join(_given(table, n, n + 1) for n in range(len(table.names)))
    changed = ", ".join(f"{n} = excluded.{n}" for n in table.names if n not in table.key)
    return _statement(
        f"INSERT INTO {table.name} ({', '.join(table.names)}) VALUES ({values}) "
        f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {changed}"
    )


_updates: dict[tuple[str, tuple[int, ...]], Statement] = {}


def _update(table: Table, changed: tuple[int, ...]) -> Statement | None:
    """Give the UPDATE of these columns; None if there are too many different ones already."""
    shape = (table.name, changed)
    made = _updates.get(shape)
    if made is not None or len(_updates) >= SHAPES_MAX:
        return made
    sets = ", ".join(f"{table.names[n]} = {_given(table, n, i)}" for i, n in enumerate(changed, 1))
    where = " AND ".join(
        f"{table.names[n]} = {_given(table, n, i)}"
        for i, n in enumerate(_form(table).key, len(changed) + 1)
    )
    return _updates.setdefault(shape, _statement(f"UPDATE {table.name} SET {sets} WHERE {where}"))
