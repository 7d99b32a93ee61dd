"""A disk that is full, and a store that may only be read: refused in words, nothing half done."""

from __future__ import annotations

import os
import random
import resource
import stat
import tempfile
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.engine.sample import Life, assert_sound, facts, register_of, registered
from zhili import Engine
from zhili.errors import InputError, StoreError
from zhili.interchange import ImportMap, import_cases
from zhili.policies import POLICIES
from zhili.testing import CASE, controls, path_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhili import Receipt

FULL = os.environ.get("ZHILI_CAMPAIGN") == "full"
TIMES = 500 if FULL else 25
SEED = 20260302
NOBODY = 65534
PAGE = 4096

MAP = ImportMap.parse(
    '[source]\nsystem = "s"\n[columns]\nexternal_id = "id"\nopened_at = "opened"\n'
)

pytestmark = pytest.mark.campaign


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond *size*: to a writer that is a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))  # Python ignores its signal
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def largest(directory: Path) -> int:
    """Give the size of the largest file of a store."""
    return max(one.stat().st_size for one in directory.glob("cases.db*"))


def test_full_while_submitting(tmp_path: Path) -> None:
    """Whatever fits is acknowledged and kept; what does not is refused, and can be asked again."""
    generator = random.Random(SEED)  # noqa: S311 - chance, not secrets
    life = Life(f"sqlite:///{tmp_path}/cases.db")
    life.live(*path_to("handling"))
    told: dict[str, Receipt] = {}
    for n in range(TIMES):
        size = largest(tmp_path) + generator.choice((0, 1, PAGE, generator.randrange(30 * PAGE)))
        with files_at_most(size):
            key, failure = submit_until_full(life, f"{n}", generator, told)
        assert "SQLite says" in failure.message
        assert life.engine.store.key(key) is None
        told[key] = life.submit(facts(key), key=key)  # there is room again
    rows = {row.position: row.link.hex() for row in life.engine.store.log()}
    assert all(rows[receipt.position] == receipt.head for receipt in told.values())
    assert life.case().version == len(told) + path_length()
    life.assert_sound()
    life.close()


def submit_until_full(
    life: Life, name: str, generator: random.Random, told: dict[str, Receipt]
) -> tuple[str, StoreError]:
    """Submit under one key after the other; give the key that was refused, and in what words."""
    for n in range(10_000):
        key = f"{name}-{n}"
        try:
            told[key] = life.submit(facts(key + "x" * generator.randrange(3000)), key=key)
        except StoreError as error:
            return key, error
    pytest.fail("the disk was never full")


def path_length() -> int:
    """Give how many events a case in handling has."""
    life = Life("memory:")
    version = life.live(*path_to("handling")).version
    life.close()
    return version


def test_full_while_importing(tmp_path: Path) -> None:
    """Whole batches are there; the same import goes on where it was stopped."""
    file = tmp_path / "cases.csv"
    lines = [f"{n},2026-01-{n % 28 + 1:02d}" for n in range(600)]
    file.write_text("\n".join(["id,opened", *lines]))
    generator = random.Random(SEED)  # noqa: S311 - chance, not secrets
    with Engine.open(f"sqlite:///{tmp_path}/cases.db") as engine:
        stops = 0
        for _ in range(100):
            try:
                room = generator.randrange(40 * PAGE)
                with files_at_most(largest(tmp_path) + room):
                    import_cases(engine, file, MAP, batch=50, rejects=tmp_path / "rejects.csv")
                break
            except StoreError:
                stops += 1
                assert engine.store.rows("SELECT COUNT(*) FROM cases", {})[0][0] % 50 == 0
        assert stops > 2
        summary = import_cases(engine, file, MAP, batch=50, rejects=tmp_path / "rejects.csv")
        assert summary.rows == 600
        assert engine.store.rows("SELECT COUNT(*) FROM cases", {}) == [(600,)]
        assert_sound(engine)


@pytest.mark.parametrize("rows", [3, 5000])
def test_full_while_rows_are_given_back(tmp_path: Path, rows: int) -> None:
    """Rejects that cannot be written are an error in words, and no case is half there."""
    file = tmp_path / "cases.csv"
    file.write_text("id,opened\n" + "".join(f"{n},never\n" for n in range(rows)))
    with Engine.open("memory:") as engine:
        for size in (0, 10, 40, 10 * rows):
            with files_at_most(size), pytest.raises(InputError, match="rejects cannot be written"):
                import_cases(engine, file, MAP, rejects=tmp_path / "rejects.csv")
        summary = import_cases(engine, file, MAP, rejects=tmp_path / "rejects.csv")
        assert summary.rejected == rows
        assert_sound(engine)


def test_full_while_rebuilding(tmp_path: Path) -> None:
    """The register stays as it was until the fresh one is whole."""
    life = Life(f"sqlite:///{tmp_path}/cases.db")
    life.engine.submit_many([registered(n) for n in range(400)], by=controls.INTAKE)
    life.engine.store.rows("PRAGMA wal_checkpoint(TRUNCATE)", {})
    before = register_of(life.engine.store)
    failures = 0
    for pages in range(0, 400, 400 // TIMES):
        try:
            with files_at_most(largest(tmp_path) + pages * PAGE):
                life.engine.rebuild()
        except StoreError:
            failures += 1
        assert register_of(life.engine.store) == before
    assert failures
    assert life.engine.rebuild() == 400
    assert register_of(life.engine.store) == before
    life.assert_sound()
    life.close()


def test_full_while_a_store_is_made(tmp_path: Path) -> None:
    """What was begun on a full disk is made whole by the next who comes, or was never there."""
    made = 0
    for size in range(0, 60 * PAGE, 60 * PAGE // TIMES):
        url = f"sqlite:///{tmp_path}/{size}.db"
        try:
            with files_at_most(size), Engine.open(url):
                made += 1
        except StoreError:
            pass
        with Engine.open(url) as engine:
            assert engine.head().epoch == len(POLICIES)
            engine.submit(registered(0), by=controls.INTAKE)
            assert_sound(engine)
    assert 0 < made < TIMES


def as_reader(work: Callable[[], None]) -> str:
    """Run *work* in a child whom no file's write permission is given; give what it raised."""
    listen, tell = os.pipe()
    child = os.fork()
    if child == 0:
        said = ""
        try:
            if os.geteuid() == 0:  # nothing is forbidden to root
                os.setgroups([])
                os.setresgid(NOBODY, NOBODY, NOBODY)
                os.setresuid(NOBODY, NOBODY, NOBODY)
            work()
        except BaseException:  # noqa: BLE001 - whatever it is, the test wants to see it
            said = traceback.format_exc()
        os.write(tell, said.encode()[-60_000:])
        os._exit(0)
    os.close(tell)
    with os.fdopen(listen, "rb") as ear:
        said = ear.read().decode()
    os.waitpid(child, 0)
    return said


@pytest.mark.parametrize("beside", [False, True])
def test_a_file_that_may_only_be_read(*, beside: bool) -> None:
    """Whoever may not write to it is told so, with or without another at work on it."""
    with tempfile.TemporaryDirectory() as home:  # the directories of other tests are locked
        path = Path(home) / "cases.db"
        life = Life(f"sqlite:///{path}")
        life.live(*path_to("handling"))
        head = life.engine.head()
        if not beside:
            life.close()
        for one in path.parent.glob("cases.db*"):
            one.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        path.parent.chmod(0o555)

        def work() -> None:
            with pytest.raises(StoreError, match="SQLite"):
                Engine.open(f"sqlite:///{path}", create=False)

        said = as_reader(work)
        path.parent.chmod(0o755)
        for one in path.parent.glob("cases.db*"):
            one.chmod(0o644)
        if not beside:
            life = Life(f"sqlite:///{path}")
        assert said == ""
        assert life.engine.head() == head
        life.assert_sound()
        life.close()


@pytest.mark.postgres
def test_a_role_that_may_only_read(postgres_url: str) -> None:
    """It reads and audits; a command is refused in words, and the store is as it was."""
    life = Life(postgres_url)
    life.live(*path_to("handling"))
    before = life.contents()
    url = f"{postgres_url}&options=-c%20default_transaction_read_only%3Don"
    with Engine.open(url, create=False) as engine:
        assert engine.case(CASE).state == "handling"
        assert engine.audit().clean
        for work in (
            lambda: engine.submit(registered(1), by=controls.INTAKE),
            lambda: engine.submit_many([registered(n) for n in range(99)], by=controls.INTAKE),
            engine.rebuild,
        ):
            with pytest.raises(StoreError, match="read-only"):
                work()
    assert life.contents() == before
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT to_regclass('cases_fresh')").fetchone() == (None,)
    life.assert_sound()
    life.close()


def test_what_a_power_failure_needs(tmp_path: Path) -> None:
    """Every commit of a file waits for the disk: WAL, synchronous FULL, on each connection."""
    with Engine.open(f"sqlite:///{tmp_path}/cases.db") as engine:
        assert engine.store.rows("PRAGMA synchronous", {}) == [(2,)]
        assert engine.store.rows("PRAGMA journal_mode", {}) == [("wal",)]
        engine.submit(registered(0), by=controls.INTAKE)
        assert engine.store.rows("PRAGMA synchronous", {}) == [(2,)]
        assert engine.store.check() == []
