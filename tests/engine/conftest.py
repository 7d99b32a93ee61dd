"""Lives on fresh stores, for the tests of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.sample import Life

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def life(store_url: str) -> Iterator[Life]:
    """Begin a life on an empty store, once of each kind."""
    lived = Life(store_url)
    yield lived
    lived.close()
