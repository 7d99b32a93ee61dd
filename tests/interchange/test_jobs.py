"""An import that several processes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.interchange.conftest import NOW
from tests.interchange.test_importing import FIRST, HEADER, SECOND, city
from zhili.aggregates import CASE_TYPES
from zhili.commands.policy import publish
from zhili.engine import Engine
from zhili.errors import InputError
from zhili.interchange import import_cases
from zhili.policies.late_entry import LateEntry
from zhili.reactions import REACTIONS
from zhili.values import Actor
from zhili.workflows.policy import ADMINISTRATOR

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[..., Path]

ADMIN = Actor(id="admin-01", role=ADMINISTRATOR)
ROWS = HEADER + "".join(
    f"{n % 90},2026-01-{n % 27 + 1:02d}T08:00:00,"
    f"{'2026-02-01T08:00:00' if n % 3 else ''},2026-01-30,{'Closed' if n % 3 else 'Open'},Roads\n"
    + ("broken,no time,,,,\n" if n % 25 == 0 else "")
    for n in range(120)
)


def store(folder: Path, name: str) -> Engine:
    """Open an empty store in a file, on a fixed day."""
    return Engine.open(
        f"sqlite:///{folder / name}", clock=lambda: NOW, case_types=CASE_TYPES, reactions=REACTIONS
    )


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where rejects go that nobody has named a file for."""
    monkeypatch.chdir(tmp_path)


def test_several_processes_bring_in_the_same(written: Write, tmp_path: Path) -> None:
    """The same events in the same order, the same counts and the same rejected rows."""
    file = written(ROWS)
    with store(tmp_path, "one.db") as one, store(tmp_path, "two.db") as two:
        alone = import_cases(
            one, file, city(duplicates="keep-all"), batch=10, rejects=tmp_path / "a"
        )
        shared = import_cases(
            two, file, city(duplicates="keep-all"), batch=10, jobs=2, rejects=tmp_path / "b"
        )
        assert shared.model_copy(update={"rejects": alone.rejects}) == alone
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
        assert two.head() == one.head()
        assert two.audit().digest == one.audit().digest
        assert two.audit().clean
        again = import_cases(two, file, city(duplicates="keep-all"), batch=10, jobs=3)
        assert (again.opened, again.unchanged) == (0, alone.opened)


def test_a_policy_published_meanwhile_is_heeded(written: Write, tmp_path: Path) -> None:
    """A batch that was decided before is decided again, and names the new version."""
    file = written(ROWS)
    with store(tmp_path, "cases.db") as engine:
        published: list[int] = []

        def publishing(_what: str, done: int, _total: int | None) -> None:
            if not published:
                published.append(done)
                engine.submit(publish(LateEntry(hours_max=2, roles=("dispatcher",))), by=ADMIN)

        import_cases(engine, file, city(), batch=5, jobs=2, progress=publishing)
        assert engine.audit().clean
        assert engine.book.epoch > len(published)
        assert engine.store.rows("SELECT COUNT(*) FROM cases", {}) == [(90,)]


def test_stopped_and_run_again(written: Write, tmp_path: Path) -> None:
    """Whoever stops it keeps whole batches; running again brings in the rest."""
    file = written(ROWS)

    def stop(_what: str, done: int, _total: int | None) -> None:
        if done > 30:
            raise KeyboardInterrupt

    with store(tmp_path, "cases.db") as engine:
        with pytest.raises(KeyboardInterrupt):
            import_cases(engine, file, city(), batch=10, jobs=2, progress=stop)
        ((there,),) = engine.store.rows("SELECT COUNT(*) FROM cases", {})
        assert 0 < there < 90
        summary = import_cases(engine, file, city(), batch=10, jobs=2)
        assert (summary.opened, summary.already_there) == (90 - there, there)
        assert engine.audit().clean


def test_a_store_in_memory_is_in_one_process(engine: Engine, written: Write) -> None:
    """It is refused in words, and so is a number of jobs that is none."""
    file = written(HEADER + FIRST + SECOND)
    with pytest.raises(InputError, match="this process alone; import with one job"):
        import_cases(engine, file, city(), jobs=2)
    with pytest.raises(InputError, match="0 jobs do nothing"):
        import_cases(engine, file, city(), jobs=0)
    assert engine.store.rows("SELECT COUNT(*) FROM cases", {}) == [(0,)]
