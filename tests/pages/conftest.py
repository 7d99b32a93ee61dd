"""What tests of pages share: the one server ends with them, and a district to look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.pages.visiting import switchboard
from zhili.demo import simulate

if TYPE_CHECKING:
    from zhili import Engine


@pytest.fixture(scope="session", autouse=True)
def _server_ends() -> Iterator[None]:
    """End the server of these tests, if any of them has started it."""
    yield
    if switchboard.cache_info().currsize:
        switchboard().stop()


@pytest.fixture(scope="session")
def district() -> Iterator[Engine]:
    """Give a district after three weeks, to be looked at and not to be changed."""
    simulated = simulate(days=21)
    yield simulated.engine
    simulated.engine.close()
