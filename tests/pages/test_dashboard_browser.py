"""The dashboard in a real browser: nothing overlaps or is cut off, and nobody is left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages.chart_examples import EXAMPLES
from tests.pages.visiting import hosted, who
from zhili.pages.asset import asset
from zhili.values import Actor, Role

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from zhili import Engine

pytestmark = pytest.mark.browser

CHIEF = Actor(id="chief", role=Role("assessor"))
PAGES = ("front", "problem_page", "dashboard", "asset")

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1200, "height": 900}

COLLISIONS = """
() => [...document.querySelectorAll('svg.chart')].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  const all = [...svg.querySelectorAll('text')].filter(one => one.textContent.trim());
  const boxes = all.map(one => one.getBoundingClientRect());
  const found = [];
  boxes.forEach((a, i) => {
    if (a.left < frame.left - 1 || a.right > frame.right + 1
        || a.top < frame.top - 1 || a.bottom > frame.bottom + 1)
      found.push('outside: ' + all[i].textContent);
    boxes.slice(i + 1).forEach((b, j) => {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 5)  // the boxes of lines have air above and below the letters
        found.push(all[i].textContent + ' / ' + all[i + 1 + j].textContent);
    });
  });
  return found;
})
"""
"""Which texts of pictures lie on each other, or stick out of their picture."""

LETTERS = """
() => Math.min(...[...document.querySelectorAll('svg.chart')].map(
  svg => 13 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width))
"""
"""How high the smallest letters of a picture are, in pixels."""


@pytest.fixture(scope="module")
def url(district: Engine) -> Iterator[str]:
    """Where the dashboard is served."""
    with hosted(district, pages=PAGES) as served:
        yield served


def opened(chromium: Browser, size: dict[str, int], scheme: str = "light", **more: Any) -> Page:
    """Open an empty page as the chief's browser."""
    context = chromium.new_context(
        viewport=size,  # type: ignore[arg-type] # two numbers
        color_scheme=scheme,  # type: ignore[arg-type] # one of two words
        extra_http_headers=who(CHIEF),
        **more,
    )
    return context.new_page()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_the_dashboard_is_readable_by_all(
    chromium: Browser, url: str, size: dict[str, int], scheme: str, language: str
) -> None:
    """Axe finds nothing, no text lies on another, nothing is wider than the screen, or tiny."""
    from axe_playwright_python.sync_playwright import Axe

    page = opened(chromium, size, scheme)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    for by in ("unit", "category"):
        page.goto(f"{url}/dashboard?by={by}&lang={language}")
        assert page.locator("svg.chart").count() == 6
        assert page.evaluate(COLLISIONS) == []
        assert page.evaluate(LETTERS) >= 11
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_picture_has_room_for_its_words(
    chromium: Browser, name: str, size: dict[str, int]
) -> None:
    """Long names and many of them, in both languages, as the browser's own letters are wide."""
    page = opened(chromium, size)
    css = asset("zhili.css").body.decode()
    picture = EXAMPLES[name]().svg
    page.set_content(f"<style>{css}</style><main class='wide'>{picture}</main>")
    assert page.evaluate(COLLISIONS) == []
    page.context.close()


def test_one_chooses_and_goes_on_without_scripts(
    chromium: Browser, url: str, tmp_path: Path
) -> None:
    """By form to the districts, by links to street and unit and back, and down comes a file."""
    page = opened(chromium, PHONE, java_script_enabled=False, accept_downloads=True)
    page.goto(f"{url}/dashboard?lang=en")
    page.select_option("#ask-by", "district")
    page.click("text=Show")
    page.click("#groups-table a >> nth=0")
    assert "by=street" in page.url
    page.click("#groups-table a >> nth=0")
    assert "within=372001" in page.url
    assert "by=unit" in page.url
    with page.expect_download() as coming:
        page.click("a[href*='groups.csv'] >> nth=-1")
    path = tmp_path / "groups.csv"
    coming.value.save_as(path)
    assert path.read_text(encoding="utf-8-sig").startswith("Unit,Id,Small sample,Registered")
    page.click("text=All units")
    assert "within=" not in page.url
    page.context.close()
