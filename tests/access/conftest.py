"""One record for all who only look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.access.record import Record, opened

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def record() -> Iterator[Record]:
    """Give a record that nobody writes into, apart from its access log."""
    made = opened()
    yield made
    made.engine.close()
