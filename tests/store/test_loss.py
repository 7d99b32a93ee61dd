"""Connections to PostgreSQL that break: a question is asked again, the fate of a commit unknown."""

from __future__ import annotations

import multiprocessing
import re
import socket
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.store.sample import (
    assert_unbroken,
    batch_of,
    end_other_sessions,
    imported,
    session_of,
)
from zhili.store import Store, open_store
from zhili.store.store import AcknowledgementLostError, VersionTakenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def test_a_read_survives_the_loss_of_every_connection(
    store: Store, server: psycopg.Connection[Any]
) -> None:
    """A question is asked once more, over a connection that works."""
    event = imported(1)
    store.commit(batch_of(event, key="k"))
    questions: tuple[Callable[[], bool], ...] = (
        lambda: store.head().position == 1,
        lambda: store.rows("SELECT count(*) FROM cases", {}) == [(1,)],
        lambda: len(store.events(event.originator_id)) == 1,
        lambda: len(list(store.log())) == 1,
        lambda: store.key("k") is not None,
        lambda: store.check() == [],
    )
    for question in questions:
        assert question()
        assert end_other_sessions(server) >= 1
        assert question()


@pytest.mark.parametrize("more", [0, 150])
def test_a_commit_whose_connection_broke_says_that_its_outcome_is_unknown(
    store: Store, server: psycopg.Connection[Any], more: int
) -> None:
    """The key tells; and the next commit has a connection that works."""
    store.commit(batch_of(imported(5000)))
    batch = batch_of(*(imported(n) for n in range(more + 1)), key="k")
    assert end_other_sessions(server) >= 1
    with pytest.raises(AcknowledgementLostError, match="broke"):
        store.commit(batch)
    assert store.key("k") is None
    assert store.commit(batch).position == more + 2
    assert store.key("k") is not None
    assert_unbroken(store)


class Wire:
    """A wire to the server that can be cut after the server has answered, before we hear it."""

    def __init__(self, server: str) -> None:
        """Listen, and pass everything on to the socket file *server*."""
        self.server = server
        self.cutting = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        """Take one connection after the other until the listener is closed."""
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self.server)
                Thread(target=self.carry, args=(near, far, False), daemon=True).start()
                Thread(target=self.carry, args=(far, near, True), daemon=True).start()

    def carry(self, source: socket.socket, target: socket.socket, answers: bool) -> None:  # noqa: FBT001 - a direction
        """Pass on what *source* says, or keep an answer back and cut the wire."""
        with suppress(OSError):
            while said := source.recv(65536):
                if answers and self.cutting:
                    break
                target.sendall(said)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        source.close()  # the other direction closes the other end


@pytest.mark.parametrize("more", [0, 150])
def test_a_lost_acknowledgement_may_hide_a_commit(
    store: Store, postgres_url: str, more: int
) -> None:
    """The server wrote everything, but nobody heard it: the outcome is unknown, the key tells."""
    name, directory = re.findall(r"/(zhili_\w+)\?host=(.+)", postgres_url)[0]
    wire = Wire(f"{directory}/.s.PGSQL.5432")
    far = open_store(f"postgresql://postgres@127.0.0.1:{wire.port}/{name}?pool_size=1")
    far.commit(batch_of(imported(5000), key="before"))  # the session has prepared its statement
    batch = batch_of(*(imported(n) for n in range(more + 1)), key="k")

    wire.cutting = True
    with pytest.raises(AcknowledgementLostError):
        far.commit(batch)
    wire.cutting = False

    if more == 0:  # one statement: it was carried out before the answer was lost
        assert far.key("k") is not None
        with pytest.raises(VersionTakenError):
            far.commit(batch)
    else:  # several: the answer that was lost is that of BEGIN, and so nothing was carried out
        assert far.key("k") is None
        far.commit(batch)
    assert store.head().position == more + 2
    assert_unbroken(store)
    far.close()
    wire.listener.close()


def test_a_child_opens_sessions_of_its_own_and_ends_no_other(postgres_url: str) -> None:
    """The only session of the parent is not spoken over by its child, and survives it."""
    store = open_store(f"{postgres_url}&pool_size=1")
    question = "SELECT pg_backend_pid()"
    ours = store.rows(question, {})[0][0]
    context: Any = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=session_of, args=(store, answers))
    child.start()
    theirs = answers.get(timeout=60)
    child.join(60)
    assert child.exitcode == 0
    assert isinstance(theirs, int), theirs
    assert theirs != ours
    assert store.rows(question, {}) == [(ours,)]
    store.close()
