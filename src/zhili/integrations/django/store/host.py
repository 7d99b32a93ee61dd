"""The host's own connection, and what of ours is in its open transaction."""

# Django ships no types.
# pyright: basic

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from zhili.errors import StoreError

__all__ = ["Host"]

_log: Final = logging.getLogger("zhili.django")


class _Mark:
    """
    Stands among what Django does on commit, for as long as something of ours is not committed.

    Django keeps these in order, and drops those of a transaction or savepoint that is rolled back:
    so it, and nobody else, knows what has become of what was written.
    """

    def __init__(self, wrapper: BaseDatabaseWrapper) -> None:
        self._wrapper = wrapper
        self.actions: list[Callable[[], object]] = []

    def __call__(self) -> None:
        # A test case may run what is done on commit without committing.
        if self._wrapper.in_atomic_block:
            return
        for action in self.actions:
            try:
                action()
            except Exception:  # noqa: BLE001 - it is committed: nothing makes that an error
                _log.exception("what was committed could not be kept in memory")


class Host:
    """
    A database of the host, as the thread that asks is connected to it.

    Django gives every thread a connection of its own, opened when it is first used. Nothing of it
    is kept here.
    """

    def __init__(self, alias: str) -> None:
        """Use the database that the host's `DATABASES` calls *alias*."""
        self.alias = alias
        self.closed = False

    @property
    def wrapper(self) -> BaseDatabaseWrapper:
        """This thread's connection as Django has it."""
        return connections[self.alias]

    @property
    def in_transaction(self) -> bool:
        """Whether the host has a transaction open that is not ours to end."""
        wrapper = self.wrapper
        return wrapper.in_atomic_block or not wrapper.get_autocommit()

    @property
    def unsettled(self) -> bool:
        """Whether something of ours is written and not committed."""
        return any(isinstance(each[1], _Mark) for each in self.wrapper.run_on_commit)

    def when_committed(self, action: Callable[[], object]) -> None:
        """Do *action* with the commit of what was written last; now, if that is committed."""
        marks = [each[1] for each in self.wrapper.run_on_commit if isinstance(each[1], _Mark)]
        if marks:
            marks[-1].actions.append(action)
        else:
            action()

    def connection(self) -> Any:
        """
        Give this thread's connection as the driver has it: SQLite's, or psycopg's.

        Raises:
            StoreError: If the store was closed, or an error has left the host's transaction to be
                rolled back.
        """
        if self.closed:
            raise StoreError(f"django://{self.alias} was closed; open it anew", url=self.alias)
        wrapper = self.wrapper
        if wrapper.in_atomic_block and wrapper.needs_rollback:
            message = (
                "an error has ended the host's transaction: it can only be rolled back; catch "
                "what may fail outside of its own atomic()"
            )
            raise StoreError(message, database=self.alias)
        wrapper.ensure_connection()
        return wrapper.connection

    @contextmanager
    def writing(self) -> Generator[Any]:
        """
        Lend the connection for what is written whole or not at all, whatever the host does then.

        Within the host's transaction it is a savepoint, otherwise a transaction.
        """
        self.connection()
        atomic: Any = transaction.atomic
        with atomic(using=self.alias):
            wrapper = self.wrapper
            wrapper.on_commit(_Mark(wrapper))
            yield wrapper.connection
