"""Faults in the log as a chain. Whoever made them wrote into the tables and mended nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.audit.fault import Place, audited, raw
from tests.audit.life import COHANDLED, EVENTS, LONELY
from tests.engine.sample import facts
from zhili import Engine
from zhili.audit import register_check, span
from zhili.store import link_of

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from zhili.audit import Report

__all__: list[str] = []

MIDDLE = 50
HUGE = 100_000_000

_SELECT = "SELECT topic, state FROM stored_events"


def _place(store: sqlite3.Connection, position: int) -> Place:
    sql = "SELECT originator_id, originator_version FROM stored_events WHERE rowid = ?"
    case_id, version = store.execute(sql, (position,)).fetchone()
    return Place(str(UUID(case_id)), version, position)


@raw("broken-link")
def a_payload_is_changed(store: sqlite3.Connection) -> Place:
    sql = "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), 'fact 1', 'fact 9')"
    store.execute(f"{sql} AS BLOB) WHERE rowid = {EVENTS}")
    return _place(store, EVENTS)


@raw("broken-link")
def a_link_is_altered(store: sqlite3.Connection) -> Place:
    store.execute(f"UPDATE stored_events SET link = zeroblob(32) WHERE rowid = {MIDDLE}")
    return _place(store, MIDDLE)


@raw("broken-link")
def a_link_is_shortened(store: sqlite3.Connection) -> Place:
    store.execute(f"UPDATE stored_events SET link = substr(link, 1, 31) WHERE rowid = {MIDDLE}")
    return _place(store, MIDDLE)


@raw("broken-link")
def a_link_is_lengthened(store: sqlite3.Connection) -> Place:
    sql = f"UPDATE stored_events SET link = link || zeroblob({HUGE}) WHERE rowid = {MIDDLE}"
    store.execute(sql)
    return _place(store, MIDDLE)


@raw("missing-position", "broken-link", "version-gap")
def an_event_is_deleted(store: sqlite3.Connection) -> Place:
    store.execute(f"DELETE FROM stored_events WHERE rowid = {MIDDLE}")
    return _place(store, MIDDLE + 1)


@raw(
    "missing-position",
    *("broken-link", "version-gap", "foreign-policy", "refused-policy"),
    *("wrong-epoch", "register-differs", "uncaused-effect"),
)
def the_beginning_is_deleted(store: sqlite3.Connection) -> Place:
    store.execute(f"DELETE FROM stored_events WHERE rowid <= {MIDDLE}")
    return _place(store, MIDDLE + 1)


@raw("foreign-position", "unreadable-event")
def an_event_stands_before_the_beginning(store: sqlite3.Connection) -> Place:
    store.execute("INSERT INTO stored_events VALUES (0, hex(zeroblob(16)), 1, 't', x'7b7d', x'00')")
    return _place(store, 0)


@raw("truncated-log", "register-differs")
def the_tail_is_cut_off(store: sqlite3.Connection) -> Place:
    store.execute(f"DELETE FROM stored_events WHERE rowid >= {EVENTS - 1}")
    return Place(None, None, EVENTS - 1)


@raw("truncated-log", "register-differs", "wrong-epoch")
def everything_is_deleted(store: sqlite3.Connection) -> Place:
    store.execute("DELETE FROM stored_events")
    return Place(None, None, 1)


@raw("wrong-head")
def the_link_of_the_head_is_altered(store: sqlite3.Connection) -> Place:
    store.execute("UPDATE log_head SET link = zeroblob(32)")
    return Place(None, None, EVENTS)


@raw("wrong-epoch")
def the_head_counts_other_policies(store: sqlite3.Connection) -> Place:
    store.execute("UPDATE log_head SET epoch = epoch + 1")
    return Place(None, None, EVENTS)


@raw("beyond-head")
def the_head_is_moved_back(store: sqlite3.Connection) -> Place:
    sql = "(SELECT link FROM stored_events WHERE rowid = ?)"
    store.execute(f"UPDATE log_head SET position = ?, link = {sql}", (EVENTS - 1,) * 2)
    return _place(store, EVENTS)


@raw("beyond-head")
def an_event_stands_in_the_billions(store: sqlite3.Connection) -> Place:
    sql = "SELECT 5000000000, hex(zeroblob(16)), 1, topic, state, link FROM stored_events"
    store.execute(f"INSERT INTO stored_events {sql} WHERE rowid = {EVENTS}")
    return _place(store, 5_000_000_000)


@raw("version-gap", "broken-link")
def a_version_that_is_no_number(store: sqlite3.Connection) -> Place:
    store.execute(f"UPDATE stored_events SET originator_version = 'two' WHERE rowid = {EVENTS - 1}")
    return Place(str(LONELY), 4, EVENTS)  # it comes after all numbers


@raw("oversize-event")
def an_event_of_a_hundred_megabytes(store: sqlite3.Connection) -> Place:
    store.execute(f"UPDATE stored_events SET state = zeroblob({HUGE}) WHERE rowid = {EVENTS}")
    return _place(store, EVENTS)


@raw("unreadable-event", "broken-link", "register-differs")
def a_case_id_that_is_none(store: sqlite3.Connection) -> Place:
    store.execute(f"UPDATE stored_events SET originator_id = 'zz' WHERE rowid = {EVENTS}")
    return Place("zz", 4, EVENTS)


@raw("unreadable-event")
def a_case_id_in_other_letters(store: sqlite3.Connection) -> Place:
    """The same case, and yet not for the table: its history stands in the log once more."""
    odd = str(COHANDLED).upper()
    topic, state = store.execute(f"{_SELECT} WHERE rowid = 26").fetchone()
    (link,) = store.execute(f"SELECT link FROM stored_events WHERE rowid = {EVENTS}").fetchone()
    link = link_of(link, COHANDLED, 1, topic, state)
    added = (EVENTS + 1, odd, 1, topic, state, link)
    store.execute("INSERT INTO stored_events VALUES (?,?,?,?,?,?)", added)
    store.execute("UPDATE log_head SET position = ?, link = ?", (EVENTS + 1, link))
    return Place(odd, 1, EVENTS + 1)


# — what is found by who bounds it, keeps a head, or comes in between —


def _with_few_versions(path: Path) -> Report:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(span, "VERSIONS_MAX", 15)
        return audited(path)


@raw("endless-case", by=_with_few_versions)
def a_case_has_more_events_than_any(store: sqlite3.Connection) -> Place:
    return _place(store, EVENTS - 16)


def _expecting(path: Path) -> Report:
    return audited(path, expect=f"{MIDDLE}:{'ab' * 32}")


@raw("unexpected-head", by=_expecting)
def everything_is_computed_anew(_store: sqlite3.Connection) -> Place:
    return Place(None, None, MIDDLE)


def _while_it_moves(path: Path) -> Report:
    """Audit while the last case is moved on; nobody folds on to where it is by then."""
    url, now = f"sqlite:///{path}", datetime(2027, 6, 1, tzinfo=UTC)
    with pytest.MonkeyPatch.context() as patch, Engine.open(url, clock=lambda: now) as engine:
        patch.setattr(register_check, "CATCH_UPS_MAX", 0)

        def move(stage: str, _done: int, _total: int | None) -> None:
            if stage == "links":
                step = facts("meanwhile", LONELY)
                engine.submit(step.build(now), by=step.by)

        return engine.audit(progress=move)


@raw("not-compared", by=_while_it_moves)
def a_case_moves_all_the_time(_store: sqlite3.Connection) -> Place:
    return Place(str(LONELY), None, None)
