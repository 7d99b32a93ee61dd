"""Reading what may be long in pages that are bounded in rows and in bytes."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from uuid import UUID

from zhili.projections.register import Table
from zhili.store.store import STATE_BYTES_MAX

__all__ = [
    "EVENTS_OF",
    "EVENTS_OF_SEVERAL",
    "LOG_BY_CASE",
    "LOG_BY_POSITION",
    "UUID_MAX",
    "UUID_MIN",
    "VERSION_MAX",
    "VERSION_MIN",
    "register_page",
]

ROWS_MAX: Final = 2000
BYTES_MAX: Final = 2 * STATE_BYTES_MAX
"""Where its rows come to as much, a page ends."""

TOPIC_MAX: Final = 1000
"""No topic is as long: of one that is, so many characters show that it is none."""

LINK_MAX: Final = 100
"""As above, in bytes."""

UUID_MIN: Final = UUID(int=0)
UUID_MAX: Final = UUID(int=2**128 - 1)
VERSION_MIN: Final = -(2**63)
VERSION_MAX: Final = 2**63 - 1


_STATE: Final = f"CASE WHEN octet_length(state) <= {STATE_BYTES_MAX} THEN state ELSE '' END"


def _log_page(where: str, order: str) -> str:
    """
    Give the SELECT of a page of the log, from the first row for which *where* holds.

    `octet_length` looks at no more than a large value's header: what is too large is not even read.
    The number of rows is written out, so that the planner knows how few are wanted.
    """
    size = "octet_length(state)"
    kept = f"CASE WHEN {size} <= {STATE_BYTES_MAX} THEN {size} ELSE 0 END"
    by = ", ".join(f"sized.{name}" for name in order.split(", "))
    return (
        "SELECT notification_id, originator_id::text, originator_version, "
        f"left(topic, {TOPIC_MAX}), {_STATE}, substr(link, 1, {LINK_MAX}), "
        f"CASE WHEN {size} > {STATE_BYTES_MAX} THEN {size} ELSE 0 END "
        f"FROM (SELECT *, sum({kept}) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) - {kept} "
        f"AS before FROM (SELECT * FROM stored_events WHERE {where} "
        f"ORDER BY {order} LIMIT {ROWS_MAX}) AS page) AS sized "
        f"WHERE before < {BYTES_MAX} ORDER BY {by}"
    )


LOG_BY_POSITION: Final = _log_page(
    "notification_id > :after AND notification_id <= :until", "notification_id"
)
# A uuid compares as its bytes do, and so in the order of its hexadecimal digits.
LOG_BY_CASE: Final = _log_page(
    "(originator_id, originator_version) > (:after::uuid, :version::bigint) "
    "AND originator_id <= :until::uuid",
    "originator_id, originator_version",
)


EVENTS_OF: Final = (
    f"SELECT originator_id, originator_version, left(topic, {TOPIC_MAX}), {_STATE} "
    "FROM stored_events WHERE originator_id = :case_id AND originator_version > :after "
    "ORDER BY originator_version"
)

EVENTS_OF_SEVERAL: Final = (
    f"SELECT originator_id, originator_version, left(topic, {TOPIC_MAX}), {_STATE} "
    "FROM stored_events WHERE originator_id = ANY(:case_ids) "
    "ORDER BY originator_id, originator_version"
)


@lru_cache(maxsize=32)
def register_page(table: Table, *, begun: bool, ends: bool) -> str:
    """
    Give the SELECT of a page of *table*, by its key.

    Args:
        table: A table of the register.

        begun: Whether it goes on after the key given as `:k0`, `:k1`, …; otherwise it begins with
            the cases above `:after`.

        ends: Whether no case above `:until` is in it.

    A row in which somebody put more than a page's bytes is given with its texts cut short.
    """
    # The order of the bytes, whatever the database's own collation is; the key's index has it too.
    key = [_collated(table, name) for name in table.key]
    texts = {column.name for column in table.columns if column.kind == "text"}
    size = " + ".join(f"coalesce(octet_length({name}), 0)" for name in table.names if name in texts)
    given = ", ".join(
        f"CASE WHEN size <= {BYTES_MAX} THEN {name} ELSE left({name}, {TOPIC_MAX}) END"
        if name in texts and name not in table.key  # a key is bounded by its index
        else name
        for name in table.names
    )
    last = ", ".join(f":k{n}" for n in range(len(key)))
    where = f"({', '.join(key)}) > ({last})" if begun else f"{key[0]} > :after"
    until = f" AND {key[0]} <= :until" if ends else ""
    order = ", ".join(key)
    by = ", ".join(f"sized.{name}" for name in key)
    return (
        f"SELECT {given} FROM (SELECT *, "
        f"sum(size) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) - size AS before "
        f"FROM (SELECT *, {size} AS size FROM {table.name} WHERE {where}{until} "
        f"ORDER BY {order} LIMIT {ROWS_MAX}) AS page) AS sized "
        f"WHERE before < {BYTES_MAX} ORDER BY {by}"
    )


def _collated(table: Table, name: str) -> str:
    kind = next(column.kind for column in table.columns if column.name == name)
    return f'{name} COLLATE "C"' if kind == "text" else name
