"""A hand at a real browser: signs in, clicks, fills in forms, and hears what the browser says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page, Request

__all__ = ["Hand"]

SCREENSHOTS: Final = os.environ.get("ZHILI_SCREENSHOTS")
"""Where to put a picture of every page that is looked at; nowhere by default."""

PATIENCE_MS: Final = 20_000


Value: TypeAlias = str | bool


class Hand:
    """One window of a browser, and whoever sits before it."""

    def __init__(self, page: Page, base: str) -> None:
        """Take *page*, in which paths are of *base*."""
        self.page = page
        self.base = base
        self.faults: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"{self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:")):
            self.faults.append(f"asked another host: {request.url}")

    # — moving about —

    def open(self, path: str) -> None:
        """Open the page at *path*."""
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def become(self, user: str) -> None:
        """Sign in as the demo user of that id."""
        self.open("/sign-in")
        with self.page.expect_navigation():
            self.page.locator(f'button[name=user][value="{user}"]').click()

    def click(self, words: str) -> None:
        """Click the button or link in the page's content that is called so."""
        main = self.page.locator("main")
        button = main.get_by_role("button", name=words)
        with self.page.expect_navigation():
            (button if button.count() else main.get_by_role("link", name=words)).first.click()

    # — forms —

    def fill(self, **fields: Value) -> None:
        """Fill in fields by their names, whatever kind of control each has."""
        for name, value in fields.items():
            control = self.page.locator(f'main [name="{name}"]:not([type=hidden])')
            self._set(control, value)

    def _set(self, control: Locator, value: Value) -> None:
        kind = control.first.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName")
        if kind == "radio":
            word = str(value).lower() if isinstance(value, bool) else value
            control.and_(self.page.locator(f'[value="{word}"]')).check()
        elif kind == "checkbox" and isinstance(value, bool):
            control.set_checked(value)
        elif kind == "checkbox":
            control.and_(self.page.locator(f'[value="{value}"]')).check()
        elif kind == "SELECT":
            control.select_option(str(value))
        else:
            control.fill(str(value))

    def send(self) -> None:
        """Send the form that was filled in; it must be taken."""
        before = self.page.url
        with self.page.expect_navigation():
            self.page.locator("main form[method=post] button[type=submit]").first.click()
        told = self.page.locator("main .notice.broken, main .wrong-text")
        said = told.all_inner_texts()
        assert not said, f"{before}: {said}"

    # — cases —

    def find(self, number: str) -> None:
        """Look for a case by its number, from the desk, and open it."""
        self.open("/desk/search")
        self.fill(q=number)
        with self.page.expect_navigation():
            self.page.locator("main [name=q]").press("Enter")
        assert "/desk/cases/" in self.page.url, f"{number} was not found"

    def step(self, verb: str, **fields: Value) -> None:
        """Click the button of a step on a case's page, fill in its form, send it."""
        with self.page.expect_navigation():
            self.page.locator(f"main a[href$='/{verb}']").first.click()
        self.fill(**fields)
        self.send()

    @property
    def stands(self) -> str:
        """Where the case that is open stands, in words."""
        return self.page.locator("main .badge").first.inner_text()

    @property
    def words(self) -> str:
        """Everything that can be read in the page's content."""
        return self.page.locator("main").inner_text()

    def picture(self, name: str) -> None:
        """Keep a picture of the page, if pictures are wanted."""
        if SCREENSHOTS:
            folder = Path(SCREENSHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{name}.png", full_page=True)
