"""The engine of this process over the host's database, and the face that hangs before it."""

# Django ships no types.
# pyright: basic

from __future__ import annotations

import atexit
import os
import threading
from typing import Any, Final

from django.db import connections

from zhili.engine import Engine
from zhili.face import Face
from zhili.integrations.django.settings import host_said
from zhili.integrations.django.store.opening import alias_in, hosted, open_hosted
from zhili.integrations.hosting import face_of
from zhili.store import Store

__all__ = ["engine", "face", "forget", "opened"]


class _Process:
    """What there is one of in a process."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.engine: Engine | None = None
        self.face: Face | None = None
        self.database: object = None
        self.ready = False


_process: Final = _Process()


def engine() -> Engine:
    """
    Give the engine of this process over the database that `ZHILI["DATABASE"]` names.

    It is made when it is first asked for, and so in each worker by itself. Whatever thread submits
    or asks does so over its own connection, in the transaction that is open there.

    Raises:
        StoreError: If the tables are not there yet (`manage.py migrate`), or of another version.
        ImproperlyConfigured: If the settings cannot be used.
    """
    with _process.lock:
        made = _current()
        if not _process.ready:
            _prepare(made)
            # What was published in a transaction that is rolled back has to be published again.
            _process.ready = not made.store.unsettled
        return made


def face() -> Face:
    """Give the routes over that engine; nothing is read for it, so URLs know them beforehand."""
    with _process.lock:
        made = _current()
        if _process.face is None:
            said = host_said()
            make = said.face_of
            _process.face = face_of(made, said.pages_of) if make is None else make(made)
        return _process.face


def opened(url: str) -> Engine:
    """Open another engine over the host's database at *url*, as the settings have it."""
    another = _made(hosted(alias_in(url)))
    _prepare(another)
    return another


def forget() -> None:
    """Let go of the engine: the database is another, or its tables are."""
    with _process.lock:
        if _process.engine is not None:
            _process.engine.close()
        _process.engine = _process.face = None
        _process.ready = False


def _made(store: Store) -> Engine:
    said = host_said()
    said.check()
    return Engine(store, zone=said.zone, case_types=said.types, reactions=said.answers, clock=None)


def _prepare(engine: Engine) -> None:
    open_hosted(engine.store.url)
    engine.prepare()


def _current() -> Engine:
    """Give the engine over the database as it is called now: a test's has another name."""
    database = _database(host_said().database)
    if _process.engine is None or _process.database != database:
        forget()
        _process.engine = _made(hosted(host_said().database))
        _process.database = database
    return _process.engine


def _database(alias: str) -> tuple[Any, ...]:
    databases: Any = connections.databases
    if alias not in databases:
        return (alias,)
    told = connections[alias].settings_dict
    return (alias, *(str(told.get(name)) for name in ("NAME", "HOST", "PORT")))


def _child_begins() -> None:
    _process.lock = threading.RLock()


atexit.register(forget)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_child_begins)
