"""What the tests of the audit share: one store with many lives in it, copied for every test."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.audit.life import live

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Give the bytes of the store that everything is planted into."""
    return made(tmp_path_factory.mktemp("base"))


def made(home: Path) -> bytes:
    """Live the lives in the folder *home*, and give the file."""
    life = live(f"sqlite:///{home}/cases.db")
    life.close()
    with closing(sqlite3.connect(home / "cases.db")) as store:
        return store.serialize()


@pytest.fixture
def path(base: bytes, tmp_path: Path) -> Path:
    """Give a fresh copy of the store."""
    copy = tmp_path / "base.db"
    copy.write_bytes(base)
    return copy
