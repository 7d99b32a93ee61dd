"""What tests in a browser share: one demonstration, and hands that hear every complaint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.hand import Hand
from tests.browser.served import DAYS, Served, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Hands = Callable[..., Hand]


@pytest.fixture(scope="session")
def served(chromium: Browser) -> Iterator[Served]:
    """Give the demonstration, started only where there is a browser to look at it."""
    assert chromium.is_connected()
    with serving("--days", str(DAYS)) as running:
        yield running


@pytest.fixture
def hands(chromium: Browser, served: Served) -> Iterator[Hands]:
    """Give windows, each of its own browser; none of them may have heard a complaint."""
    given: list[Hand] = []

    def another(language: str = "en-GB", width: int = 1280, **options: Any) -> Hand:
        context = chromium.new_context(
            locale=language, viewport={"width": width, "height": 900}, **options
        )
        hand = Hand(context.new_page(), served.url)
        given.append(hand)
        return hand

    yield another
    for hand in given:
        hand.page.context.close()
    assert [fault for hand in given for fault in hand.faults] == []
