"""What a case's page offers: the step that is due first, what is not possible, and which units."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.pages.desk_visit import HERE, INSPECTOR, REGISTER, Desk, Office, text_of
from tests.whistle import cast as w
from zhili import publish
from zhili.demo.people import PUBLISHER, operator
from zhili.face import Request, Response
from zhili.face.eyes import Eyes
from zhili.interchange.open311 import Open311Settings
from zhili.pages.settings import Settings
from zhili.pages.site import site
from zhili.policies.organisation import Organisation
from zhili.policies.routing import Route, Routing
from zhili.policies.unit import Level, Unit
from zhili.testing import CASE
from zhili.testing import controls as c

if TYPE_CHECKING:
    from zhili import Engine

ROADS = Route(category="roads", unit_kinds=("roads",), legal_basis="Road Law 8")


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk without any case."""
    made = Desk()
    yield made
    made.engine.close()


def primary(page: Response) -> list[str]:
    """Give the verbs of the buttons that stand out."""
    return re.findall(rf'class="button " href="{HERE}/(\w+)"', page.body.decode())


def options(page: Response, name: str) -> dict[str, str]:
    """Give what a select offers: names by values, the empty one left out."""
    html = page.body.decode()
    box = re.search(rf'<select id="f-{name}".*?</select>', html, re.DOTALL)
    assert box is not None
    found = re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)<', box[0])
    return {value: unescape(words) for value, words in found}


# — what is not possible —


def test_why_a_case_cannot_be_dispatched_is_told(desk: Desk) -> None:
    """Whoever dispatches reads what is missing, in their language, in a box that is closed."""
    desk.engine.submit(publish(Routing(rows=(ROADS,))), by=PUBLISHER)
    desk.live(REGISTER.without("category"), c.ACCEPT.without("category"))
    page = desk.office.get(HERE, c.DISPATCHER)
    assert f'href="{HERE}/dispatch"' not in page.body.decode()
    assert '<details class="not-now"><summary>Not possible now' in page.body.decode()
    assert re.search(r"Dispatch\b.{0,40}The case has no category; give one", text_of(page))
    chinese = text_of(desk.office.get(HERE, c.DISPATCHER, "zh"))
    assert "暂不能办理" in chinese
    assert "案件尚未确定类别" in chinese


def test_what_is_for_others_is_not_told_as_not_possible_now(desk: Desk) -> None:
    """What another unit signs is not called impossible to this one."""
    desk.live(REGISTER, c.ACCEPT, c.DISPATCH)
    held = Eyes(desk.engine, c.DISPATCHER).held_back(CASE)
    assert "sign" not in {one.verb for one in held}
    assert Eyes(desk.engine, c.OPERATOR).held_back(CASE) == ()


# — what is due first —


def test_the_step_that_stops_the_clock_due_first_stands_out(desk: Desk) -> None:
    """To sign what was dispatched, to contact once it is signed, and nothing where none is due."""
    desk.live(REGISTER, c.ACCEPT, c.DISPATCH)
    assert primary(desk.office.get(HERE, c.OPERATOR)) == ["sign"]
    assert primary(desk.office.get(HERE, c.DISPATCHER)) == []
    desk.live(c.SIGN)
    assert primary(desk.office.get(HERE, c.OPERATOR)) == ["record_contact"]
    desk.live(c.RECORD_CONTACT)
    assert primary(desk.office.get(HERE, c.OPERATOR)) == []


def test_a_unit_is_led_to_its_own_clock_inside_the_case(desk: Desk) -> None:
    """The summoned unit is due to sign; the street that blew has nothing of theirs to stop."""
    desk.live(w.DRAFT, w.SUBMIT, w.BLOW)
    assert primary(desk.office.get(HERE, w.AT_POLICE)) == ["sign"]
    assert "sign" not in primary(desk.office.get(HERE, w.OPERATOR))


# — which units —


def test_a_lead_is_chosen_among_those_who_were_summoned(desk: Desk) -> None:
    """The organisation has more units; only those that were summoned can lead."""
    units = (w.STREET, w.POLICE, w.WATER, w.PARKS, w.FIRE)
    known = Organisation(units=tuple(Unit(id=one, name=one) for one in units))
    desk.engine.submit(publish(known), by=PUBLISHER)
    desk.live(w.DRAFT, w.SUBMIT, w.BLOW)
    page = desk.office.get(f"{HERE}/assign_lead", w.OPERATOR)
    assert list(options(page, "lead")) == sorted((w.POLICE, w.WATER))


def test_a_street_that_drafts_a_whistle_finds_itself_chosen(district: Engine) -> None:
    """Only streets blow; the units to summon stand level by level, by name, and are counted."""
    units = district.book.current().organisation.units
    streets = {one.id: one.name for one in units if one.level == "street"}
    own = min(streets)
    office = Office(district)
    page = office.get("/desk/open/whistle", operator(own))
    assert options(page, "street") == streets
    assert f'<option value="{own}" selected>' in page.body.decode()
    assert f"{len(units)} to choose from" in text_of(page)
    boxes = re.findall(r'name="units" value="([^"]+)"', page.body.decode())
    assert len(boxes) == len(units)
    level = {one.id: one.level for one in units}
    runs = [level[one] for one in boxes]
    assert [one for n, one in enumerate(runs) if n == 0 or runs[n - 1] != one] == list(
        dict.fromkeys(runs)
    )
    names = {one.id: one.name for one in units}
    departments = [names[one] for one in boxes if level[one] == "department"]
    assert departments == sorted(departments)


def test_a_long_list_of_units_is_in_groups(desk: Desk) -> None:
    """Where units of several levels are offered, each level has its heading, in both languages."""
    levels: dict[str, Level] = {"urban": "department", c.STREET: "street", c.DISTRICT: "district"}
    known = Organisation(
        units=tuple(Unit(id=one, name=one, level=level) for one, level in levels.items())
    )
    desk.engine.submit(publish(known), by=PUBLISHER)
    desk.live(REGISTER, c.ACCEPT)
    for language, said in (("en", "Departments"), ("zh", "职能部门")):
        html = desk.office.get(f"{HERE}/dispatch", c.DISPATCHER, language).body.decode()
        groups = re.findall(r'<optgroup label="([^"]+)">\s*<option value="([^"]+)"', html)
        assert [value for _, value in groups] == [c.DISTRICT, "urban", c.STREET]
        assert said in {label for label, _ in groups}


# — in words —


def test_a_category_is_told_in_words(desk: Desk) -> None:
    """The code of a category stands nowhere on the page; one that nobody has words for does."""
    known = Routing(
        rows=tuple(ROADS.model_copy(update={"category": one}) for one in ("environment/refuse",))
    )
    desk.engine.submit(publish(known), by=PUBLISHER)
    desk.live(REGISTER)
    for language, said in (("en", "Environment: refuse"), ("zh", "环境：垃圾")):
        words = text_of(desk.office.get(HERE, c.DISPATCHER, language))
        assert words.count(said) >= 2
        assert "environment/refuse" not in words
        form = desk.office.get(f"{HERE}/accept", c.INTAKE, language)
        assert options(form, "category") == {"environment/refuse": said}


def test_clocks_are_told_to_the_minute(desk: Desk) -> None:
    """Neither seconds nor what is smaller stands on the page, in either language."""
    desk.live(REGISTER, c.ACCEPT)
    desk.clock.advance(timedelta(seconds=7, microseconds=123456))
    desk.live(c.DISPATCH, c.SIGN)
    for language in ("en", "zh"):
        words = text_of(desk.office.get(HERE, c.OPERATOR, language))
        assert re.search(r"2026-03-02 \d\d:\d\d", words)
        assert not re.search(r"\d\d:\d\d:\d\d", words)
        assert ".123456" not in words


def test_a_unit_complained_about_has_words_in_both_languages(desk: Desk) -> None:
    """What stands inside a case without a table of its own is called something, too."""
    desk.live(REGISTER.but(about=c.NEIGHBOUR))
    parts = Eyes(desk.engine, INSPECTOR).case(CASE).parts
    label = next(one.state_label for one in parts if one.kind == "accused")
    assert (label.en, label.zh) == ("complained about", "被反映")


def test_open311_calls_categories_as_the_pages_do(district: Engine) -> None:
    """Where the host has no words for a category, those of the pages are its name."""
    face = site(district, Settings(open311=Open311Settings()), pages=("asset",))
    route = next(one for one in face.routes if one.path.endswith("/services.json"))
    request = Request("GET", "/open311/v2/services.json", query=(("lang", "zh"),))
    services = {one["service_code"]: one for one in json.loads(face.respond(route, request).body)}
    assert services["environment.refuse"]["service_name"] == "环境：垃圾"
    assert "生活垃圾管理条例" in services["environment.refuse"]["description"]
