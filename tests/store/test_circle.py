"""A walk through a damaged file ends, however long its circle is."""

from __future__ import annotations

import pytest

from zhili.errors import StoreError
from zhili.store.circle import Walk


@pytest.mark.parametrize("ahead", [0, 1, 5, 40])
@pytest.mark.parametrize("round_", [1, 2, 7, 100])
def test_a_circle_is_noticed(ahead: int, round_: int) -> None:
    """After some steps ahead the same places come again and again: within a few rounds it ends."""
    with pytest.raises(StoreError, match="comes back to"):
        go(ahead, round_)


def go(ahead: int, round_: int) -> None:
    """Go some steps ahead, and then round and round."""
    walk = Walk()
    for step in range(4 * (ahead + round_) + 4):
        walk.come_by(step if step < ahead else ahead + (step - ahead) % round_)


def test_a_way_that_goes_on_is_none() -> None:
    """However many pages there are."""
    walk = Walk()
    for step in range(100_000):
        walk.come_by(("case", step))
