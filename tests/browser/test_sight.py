"""Every page as people meet it: on a phone, in either language, in light and dark, by any means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.crawl import Place, crawled, page_paths
from tests.browser.test_paths import file

if TYPE_CHECKING:
    from tests.browser.conftest import Hands
    from tests.browser.hand import Hand
    from tests.browser.served import Served

pytestmark = pytest.mark.browser

PHONE: Final = 360
STANDARD: Final = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa"]}}
LEFT_OVER: Final = re.compile(r"[A-Za-z]{2,}(?: [a-z]{2,})+")
"""Two English words after each other: what one language has of the other."""

WORDS_OF_THE_PAGE: Final = """() => {
  const skip = 'code, .mono, .term, [lang=en], script, style, option';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const said = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest(skip)) said.push(walker.currentNode.textContent.trim());
  }
  return said.filter(text => text);
}"""

CITIZENS: Final = frozenset({"/appeal/receipt", "/follow/case"})
"""Pages for whoever has a code: they are looked at when one is filed."""


@pytest.fixture(scope="session")
def places(served: Served) -> dict[str, Place]:
    """Find every page, once."""
    return crawled(served)


def is_sound(hand: Hand, language: str, name: str) -> None:
    """Insist that the page that is open can be read by everybody: axe, phone, language."""
    page = hand.page
    tag = page.locator("html").get_attribute("lang")
    assert tag == ("zh-Hans" if language == "zh-CN" else "en")
    if language == "zh-CN":
        left = [text for text in page.evaluate(WORDS_OF_THE_PAGE) if LEFT_OVER.search(text)]
        assert left == [], f"English on {page.url}"
    page.set_viewport_size({"width": PHONE, "height": 740})
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    hand.picture(f"{name}-phone-{language}")
    assert wide <= 0, f"{page.url} is {wide} px too wide for a phone"
    page.set_viewport_size({"width": 1280, "height": 900})
    hand.picture(f"{name}-{language}")
    found = Axe().run(page, options=STANDARD)
    faults = [
        (fault["id"], [node["html"][:150] for node in fault["nodes"]][:3])
        for fault in found.response["violations"]
    ]
    assert faults == [], page.url


THEMES: Final = (("en-GB", "light"), ("zh-CN", "dark"))


@pytest.mark.parametrize("path", sorted(set(page_paths()) - CITIZENS))
def test_every_page_is_for_everybody(
    hands: Hands, served: Served, places: dict[str, Place], path: str
) -> None:
    """It is found by links, fits a phone, speaks one language, and axe finds nothing (WCAG AA)."""
    assert path in places, "no link leads there"
    place = places[path]
    name = re.sub(r"\W+", "-", path).strip("-") or "front"
    for language, theme in THEMES:
        options: dict[str, Any] = {"color_scheme": theme}
        hand = hands(language, **options)
        cookies = [
            {"name": key, "value": value, "url": served.url}
            for key, value in place.cookies.items()
            if key != "zhili_language"
        ]
        hand.page.context.add_cookies(cookies)  # type: ignore[arg-type] # dicts with these keys
        hand.open(place.address)
        is_sound(hand, language, name)


@pytest.mark.parametrize(("language", "theme"), THEMES)
def test_the_pages_of_a_code_are_for_everybody(
    hands: Hands, served: Served, language: str, theme: str
) -> None:
    """The receipt fits a phone, too, and so does the page of the appeal with its forms open."""
    hand = hands(language, color_scheme=theme)
    file(hand, served.village)
    hand.page.locator("main details").evaluate_all("all => all.forEach(one => one.open = true)")
    is_sound(hand, language, "follow-case")
    hand.open("/appeal")
    hand.fill(kind="help", title="路灯不亮", content="三天了。", phone="13812345678")
    hand.send()
    is_sound(hand, language, "appeal-receipt")


def test_an_appeal_is_filed_by_keyboard_alone(hands: Hands, served: Served) -> None:
    """The first key leads past the menu; every field is reached in its order; Enter sends."""
    hand = hands()
    hand.open("/appeal")
    keyboard, page = hand.page.keyboard, hand.page
    keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    reached: list[str] = []
    typed = {"title": "路灯不亮", "content": "三天了。", "phone": "13812345678"}
    for _ in range(40):
        keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || ''")
        if not name or name in reached:
            continue
        reached.append(name)
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", f"{name} does not show that it is reached"
        if name == "kind":
            keyboard.press("Space")
        elif name in typed:
            keyboard.type(typed[name])
        if name == "phone":
            break
    order = [
        "kind", "title", "content", "category", "division", "place", "about", "anonymous", "name",
        "phone",
    ]  # fmt: skip
    assert reached == order
    with page.expect_navigation():
        keyboard.press("Enter")
    assert page.url.endswith("/appeal/receipt")
    assert served.url in page.url


def test_a_member_of_staff_works_by_keyboard_alone(hands: Hands, served: Served) -> None:
    """From signing in to the form of a step: whatever has a button is reached by Tab."""
    hand = hands()
    hand.open("/sign-in")
    _tab_to(hand, f"button[value='{served.user('dispatch-')}']")
    with hand.page.expect_navigation():
        hand.page.keyboard.press("Enter")
    assert "/desk" in hand.page.url
    _tab_to(hand, "main a[href*='/desk/cases/']")
    with hand.page.expect_navigation():
        hand.page.keyboard.press("Enter")
    assert hand.page.locator("main h1").count() == 1


def _tab_to(hand: Hand, selector: str) -> None:
    """Press Tab until what *selector* finds is reached."""
    for _ in range(80):
        hand.page.keyboard.press("Tab")
        if hand.page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")
