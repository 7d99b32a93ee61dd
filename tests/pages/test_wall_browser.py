"""The wall in a real browser: by keyboard and by clicking, on a phone, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, get_args
from uuid import UUID

import pytest
from pydantic import ValidationError

from tests.pages.test_wall_pages import OPEN, PAGES, Place
from tests.pages.visiting import hosted, who
from tests.wall import steps as s
from zhili import Actor, WallItem, branch_call, complaint, hazard, wall, whistle
from zhili.face import Request
from zhili.pages.asset import asset
from zhili.pages.field import Kind, shapes_of
from zhili.pages.form import form_of, read
from zhili.pages.site import Site
from zhili.pages.view import View
from zhili.testing import CASE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def place() -> Iterator[Place]:
    """A place with an item that has an echo, and one that is worked on, too late."""
    made = Place()
    made.live(*s.to("echoed"))
    yield made
    made.engine.close()


@pytest.fixture
def url(place: Place) -> Iterator[str]:
    """Where its pages are served."""
    with hosted(place.engine, OPEN, pages=PAGES) as served:
        yield served


def opened(  # noqa: PLR0913 - whose browser, and on what machine
    chromium: Browser,
    actor: Actor | None = None,
    *,
    size: dict[str, int] = DESK,
    language: str = "en",
    scheme: str = "light",
    scripts: bool = True,
) -> Page:
    """Open an empty page as somebody's browser."""
    context = chromium.new_context(
        viewport=size,  # type: ignore[arg-type] - two numbers
        locale="zh-CN" if language == "zh" else "en-GB",
        color_scheme=scheme,  # type: ignore[arg-type] - one of two words
        java_script_enabled=scripts,
        extra_http_headers=who(actor),
    )
    return context.new_page()


def tab_to(page: Page, wanted: str, most: int = 40) -> None:
    """Press Tab until the focus is on what *wanted* selects."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    pytest.fail(f"the keyboard does not lead to {wanted}")


def test_a_problem_is_brought_in_with_the_keyboard_alone(chromium: Browser, url: str) -> None:
    """From the wall to the receipt without a pointer: links, fields, choices and the button."""
    page = opened(chromium, s.RESIDENT)
    page.goto(f"{url}/problem-wall")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to(page, 'a.button[href$="/problem-wall/new"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/problem-wall/new")
    tab_to(page, "#f-text")
    page.keyboard.type("The canal is blocked")
    tab_to(page, "#f-category")
    page.keyboard.type("Protection")
    tab_to(page, "#f-village")
    page.keyboard.type(s.VILLAGE)
    tab_to(page, "#f-anonymous")
    page.keyboard.press("Space")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/problem-wall/received**")
    assert "Received. Thank you." in page.inner_text("main")


def test_what_is_wrong_is_read_out_first(chromium: Browser, url: str) -> None:
    """After a refusal the focus is on the summary, whose links lead to the fields."""
    page = opened(chromium, s.RESIDENT)
    page.goto(f"{url}/problem-wall/new")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.fill("#f-text", "The canal is blocked")
    page.click("main button[type=submit]")
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.click('[role=alert] a[href="#f-village"]')
    assert page.evaluate("location.hash") == "#f-village"
    assert page.input_value("#f-text") == "The canal is blocked"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_resident_votes_on_a_phone(
    chromium: Browser, place: Place, url: str, *, scripts: bool
) -> None:
    """Found on the wall, opened, voted on: in Chinese, at 360 pixels, with scripts or without."""
    page = opened(chromium, s.villager(7), size=PHONE, language="zh", scripts=scripts)
    page.goto(f"{url}/problem-wall")
    page.click("text=巷口路灯不亮")
    page.click("text=不满意")
    page.click("text=提交评议")
    page.wait_for_selector("text=您的评议已计入")
    item = place.engine.case(CASE)
    assert isinstance(item, WallItem)
    assert item.votes() == {"satisfied": 0, "basically_satisfied": 0, "dissatisfied": 1}


def test_the_language_is_changed_by_a_click_and_stays(chromium: Browser, url: str) -> None:
    """The choice holds on the next page, too."""
    page = opened(chromium, language="en")
    page.goto(f"{url}/problem-wall")
    page.click("text=中文")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    page.click("text=巷口路灯不亮")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_the_pages_of_the_wall_are_accessible(
    chromium: Browser, url: str, size: dict[str, int], scheme: str, language: str
) -> None:
    """Axe finds nothing on any of them, and none is wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    page = opened(chromium, s.RESIDENT, size=size, language=language, scheme=scheme)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    axe = Axe()
    for path in (
        "/", "/problem-wall", f"/problem-wall/{CASE}", "/problem-wall/new", "/problems/conflict",
    ):  # fmt: skip
        page.goto(f"{url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        found = axe.run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], path
    assert complaints == []


def test_a_phone_shows_five_of_a_side_and_the_rest_when_asked(
    chromium: Browser, place: Place, url: str
) -> None:
    """A link opens the rest without any script; a wide screen has room for all at once."""
    for nth in range(7):
        place.live(*s.to("posted"), on=UUID(int=0x01900000000070008000_000000000100 + nth))
    items, more = "#problems ~ article, #problems-rest article", 'a[href="#problems-rest"]'
    phone = opened(chromium, size=PHONE, scripts=False)
    phone.goto(f"{url}/problem-wall")
    hung = phone.locator(items).count()
    assert phone.locator(items).locator("visible=true").count() == 5 < hung
    phone.click(more)
    assert phone.locator(items).locator("visible=true").count() == hung
    assert not phone.is_visible(more)
    wide = opened(chromium, scripts=False)
    wide.goto(f"{url}/problem-wall")
    assert wide.locator(items).locator("visible=true").count() == hung
    assert not wide.is_visible(more)


def test_every_kind_of_field_is_accessible(chromium: Browser, place: Place) -> None:
    """Axe finds nothing on forms that have every kind of field, filled in wrongly or not at all."""
    from axe_playwright_python.sync_playwright import Axe

    made = Site(place.engine)
    rules = place.engine.book.current()
    asked = (
        complaint.Register, complaint.GrantExtension, complaint.Accept, complaint.BringIn,
        complaint.AddAttachment, complaint.OpenConsultation, complaint.MergeInto,
        whistle.RateUnit, hazard.CallDistrict, branch_call.Call, wall.SetPlan,
    )  # fmt: skip
    assert {shape.kind for one in asked for shape in shapes_of(one)} == set(get_args(Kind))
    units = {"110105": "朝阳区", "110105002": "建外街道"}
    forms = []
    for nth, command in enumerate(asked):
        form = replace(form_of(command, rules, units=units), prefix=f"form{nth}")
        with pytest.raises(ValidationError) as caught:
            read(command, (), None, "Asia/Shanghai")
        forms += [replace(form, prefix=f"blank{nth}"), form.wrong(caught.value, ())]
    template = made.environment.from_string(
        '{% extends "base.html" %}{% import "form.html" as forms with context %}'
        "{% block content %}<h1>Forms</h1>"
        '{% for form in all %}{{ forms.form(form, "/", "Send") }}{% endfor %}{% endblock %}'
    )
    page = opened(chromium, size=PHONE)
    page.set_content(template.render(**View(made, Request("GET", "/")).words(), all=forms))
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["2 h 30 min left", "overdue by 1 day 1 h", "4 days left"]),
        ("zh-Hans", ["剩余2小时30分", "已超期1天1小时", "剩余4天"]),
    ],
)
def test_clocks_run_down_in_the_time_of_the_server(
    chromium: Browser, language: str, told: list[str]
) -> None:
    """The script says what is left in the server's words and time, whatever this machine's is."""
    now = datetime(2026, 3, 2, 1, tzinfo=UTC)
    dues = [now + timedelta(hours=hours, seconds=30) for hours in (2.5, -25.1, 100)]
    clocks = "".join(f'<p data-due="{due.isoformat()}">soon</p>' for due in dues)
    page = opened(chromium)
    page.set_content(f'<html lang="{language}" data-now="{now.isoformat()}">{clocks}</html>')
    page.evaluate(asset("zhili.js").body.decode())
    assert page.locator("p").all_inner_texts() == told
    assert page.locator("p.broken").count() == 1
    assert page.locator("p.soon").count() == 1
