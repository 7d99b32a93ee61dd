"""A load on a store while something goes wrong, and the account of it afterwards."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Self
from uuid import UUID

from tests.engine.sample import assert_sound, facts
from zhili.errors import ConflictError, StoreError
from zhili.testing import controls

if TYPE_CHECKING:
    from zhili import Engine, Receipt

__all__ = ["Load", "assert_kept", "case_of"]

PATIENCE_SECONDS = 60


def case_of(n: int) -> UUID:
    """Give the id of the *n*th case of a load."""
    return UUID(int=(7 << 76) | (2 << 62) | (n + 1))


class Load:
    """
    Threads that append facts to cases, each under a key, and ask again after an error.

    What is acknowledged stands in `receipts` by its key; what was asked for and is not known to
    have happened stands in `open`, until `finish` asks once more.
    """

    def __init__(self, engine: Engine, threads: int = 3) -> None:
        """Open a case for each of so many *threads*."""
        self.engine = engine
        self.receipts: dict[str, Receipt] = {}
        self.open: set[str] = set()
        self.errors: Counter[str] = Counter()
        self.strange: list[BaseException] = []
        self._stop = threading.Event()
        for n in range(threads):
            step = controls.REGISTER.on(case_of(n))
            engine.submit(step.build(engine.now()), by=step.by)
        self._threads = [threading.Thread(target=self._work, args=(n,)) for n in range(threads)]

    def __enter__(self) -> Self:
        """Begin."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and insist that nothing was raised but what an engine raises on purpose."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
        assert not any(thread.is_alive() for thread in self._threads)
        assert self.strange == []

    def _work(self, n: int) -> None:
        done = 0
        while not self._stop.is_set():
            key = f"{n}-{done}"
            self.open.add(key)
            try:
                self.ask(key)
                done += 1
            except (StoreError, ConflictError) as error:
                self.errors[error.code] += 1
                self._stop.wait(0.02)
            except BaseException as error:  # noqa: BLE001 - whatever it is, the test wants to see it
                self.strange.append(error)
                return

    def ask(self, key: str) -> None:
        """Append the facts of *key* to its case, and keep the receipt."""
        step = facts(key, case_of(int(key.partition("-")[0])))
        receipt = self.engine.submit(step.build(self.engine.now()), by=step.by, key=key)
        self.receipts[key] = receipt
        self.open.discard(key)

    def wait(self, more: int) -> None:
        """Wait until so many *more* were acknowledged."""
        enough, waited = len(self.receipts) + more, 0.0
        while len(self.receipts) < enough and not self.strange and waited < PATIENCE_SECONDS:
            self._stop.wait(0.005)
            waited += 0.005
        assert len(self.receipts) >= enough, (self.errors, self.strange)

    def finish(self) -> None:
        """Ask for what is open, and once more for all that was acknowledged: nothing changes."""
        for key in sorted(self.open):
            self.ask(key)
        head = self.engine.head()
        for key, receipt in list(self.receipts.items()):
            self.ask(key)
            assert self.receipts[key] == receipt.model_copy(update={"repeated": True})
        assert self.engine.head() == head


def assert_kept(engine: Engine, load: Load) -> None:
    """Insist that each key's facts stand in the log once, where the receipt says."""
    rows = {row.position: row for row in engine.store.log()}
    keys: Counter[str] = Counter()
    for row in rows.values():
        if row.topic == "complaint.facts-appended":
            event = engine.mapper.to_domain_event(row.stored)
            keys[str(event.key)] += 1
    assert set(load.receipts) - set(keys) == set()
    assert {key: times for key, times in keys.items() if times != 1} == {}
    assert set(keys) <= set(load.receipts) | load.open
    for receipt in load.receipts.values():
        assert rows[receipt.position].link.hex() == receipt.head
    assert_sound(engine)
