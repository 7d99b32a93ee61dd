"""The desk and the auditor in a real browser: by keyboard, on a phone, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.pages.desk_visit import HERE, INSPECTOR, PAGES, REGISTER, Desk
from tests.pages.test_wall_browser import DESK, PHONE, opened, tab_to
from tests.pages.visiting import hosted
from zhili.testing import CASE
from zhili.testing import controls as c

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

pytestmark = pytest.mark.browser

LOOKED_AT = (
    ("/desk?whose=all", c.OPERATOR),
    ("/desk/search?q=refuse", c.DISPATCHER),
    ("/desk/open/complaint", c.INTAKE),
    (HERE, c.OPERATOR),
    (f"{HERE}/object_to_dispatch", c.OPERATOR),
    (f"{HERE}/close", c.OPERATOR),
    (f"{HERE}/personal", c.INTAKE),
    ("/auditor", INSPECTOR),
    (f"/auditor/cases/{CASE}", INSPECTOR),
    ("/auditor/policies", INSPECTOR),
)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk with one case that was dispatched to a street, and is late."""
    made = Desk()
    made.live(REGISTER, c.ACCEPT, c.DISPATCH)
    made.clock.advance(days=2)
    made.engine.tick()
    yield made
    made.engine.close()


@pytest.fixture
def url(desk: Desk) -> Iterator[str]:
    """Where its pages are served."""
    with hosted(desk.engine, pages=PAGES) as served:
        yield served


@pytest.mark.parametrize(
    ("language", "size", "scheme"), [("en", DESK, "light"), ("zh", PHONE, "dark")]
)
def test_every_page_can_be_used_by_everybody(
    chromium: Browser, url: str, language: str, size: dict[str, int], scheme: str
) -> None:
    """No fault against WCAG AA, nothing wider than the screen, nothing that the policy blocks."""
    faults: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        # A step that is not possible is a page with a status, which a browser says aloud.
        if said.type == "error" and "409" not in said.text:
            faults.append(said.text)

    for path, actor in LOOKED_AT:
        page = opened(chromium, actor, size=size, language=language, scheme=scheme)
        page.on("console", hear)
        page.goto(url + path)
        found = Axe().run(page).response["violations"]
        faults += [f"{path}: {one['id']} {one['nodes'][0]['html']}" for one in found]
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, path
        page.context.close()
    assert faults == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_case_is_signed_with_the_keyboard_alone(
    chromium: Browser, desk: Desk, url: str, *, scripts: bool
) -> None:
    """From the worklist to the receipt without a pointer, with scripts or without."""
    page = opened(chromium, c.OPERATOR, scripts=scripts)
    page.goto(f"{url}/desk")
    _press(page, f'a[href="{HERE}"]', scripts=scripts)
    page.wait_for_url(f"**{HERE}")
    _press(page, f'a[href="{HERE}/sign"]', scripts=scripts)
    page.wait_for_url("**/sign")
    _press(page, "main button[type=submit]", scripts=scripts)
    page.wait_for_url("**done=**")
    assert "Recorded." in page.inner_text("main")
    assert desk.engine.case(CASE).state == "signed"
    page.context.close()


def _press(page: Page, wanted: str, *, scripts: bool) -> None:
    """Press Enter on what *wanted* selects; where Tab cannot be followed, it is focused."""
    if scripts:
        tab_to(page, wanted)
    else:
        page.focus(wanted)
    page.keyboard.press("Enter")


def test_a_clock_runs_down_while_somebody_looks(chromium: Browser, desk: Desk, url: str) -> None:
    """What is left is said anew by the browser, in the words of the server."""
    page = opened(chromium, c.OPERATOR)
    page.goto(f"{url}/desk")
    with_scripts = page.locator("[data-due]").all_inner_texts()
    plain = opened(chromium, c.OPERATOR, scripts=False)
    plain.goto(f"{url}/desk")
    assert with_scripts == plain.locator("[data-due]").all_inner_texts()
    assert with_scripts
    assert desk.version > 0


def test_a_refusal_is_read_out_first(chromium: Browser, desk: Desk, url: str) -> None:
    """After somebody else was first the focus is on what is told of it."""
    page = opened(chromium, c.OPERATOR)
    page.goto(f"{url}{HERE}/object_to_dispatch")
    page.fill("#f-basis", "Boundary agreement of 2019, article 3.")
    page.fill("#f-suggest", c.NEIGHBOUR)
    desk.live(c.SUPERVISE)
    page.click("main button[type=submit]")
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert "Somebody else was first" in page.inner_text("[role=alert]")
    assert page.input_value("#f-basis") == "Boundary agreement of 2019, article 3."
