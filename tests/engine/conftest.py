"""Lives on fresh stores, for the tests of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.sample import Life

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def life(store_url: str) -> Iterator[Life]:
    """Begin a life on an empty store, once of each kind."""
    lived = Life(store_url)
    yield lived
    lived.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of an empty store that several processes can open."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/cases.db"
    return str(request.getfixturevalue("postgres_url"))
