"""Whatever the rules refuse is told on the page of the form, for every case type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

import pytest

from tests.branch_call import examples as b
from tests.hazard import examples as h
from tests.pages.desk_visit import INSPECTOR, REGISTER, Desk, text_of
from tests.pages.html_forms import HtmlForm, forms_in
from tests.wall import steps as s
from tests.whistle import cast as w
from tests.whistle.examples import ISSUED
from zhili import CASE_TYPES, Actor, publish
from zhili.demo.people import PUBLISHER
from zhili.face import Response
from zhili.pages.form import texts_of
from zhili.policies.organisation import Organisation
from zhili.policies.unit import Unit
from zhili.testing import CASE, Control
from zhili.testing import controls as c

TOKEN: Final = "a-token-of-this-browser-and-no-other"  # noqa: S105 - of a test
KEPT: Final = ("Your form is below, as you filled it in.", "下方保留了已填写的内容")


class Scene(NamedTuple):
    """
    Two lives of a case, and after each a step that is refused.

    `guard` does not fit the case as `begun` leaves it. `policy`, after `further`, names a unit that
    the organisation, once it has the `units`, does not know.
    """

    begun: tuple[object, ...]
    guard: Control
    further: tuple[object, ...]
    policy: Control
    units: tuple[str, ...]


SCENES: Final = {
    "complaint": Scene(
        (REGISTER, c.ACCEPT, c.DISPATCH, c.SIGN, c.RECORD_CONTACT),
        c.SUBMIT_REPLY.but(complainant_informed=False),
        (REGISTER, c.ACCEPT),
        c.DISPATCH.but(unit="nowhere"),
        (c.DISTRICT, c.STREET),
    ),
    "whistle": Scene(
        ISSUED,
        w.ASSIGN_LEAD.by_actor(w.OPERATOR).but(lead=w.PARKS),
        ISSUED,
        w.ADD_UNIT.but(unit="nowhere"),
        (w.STREET, w.POLICE, w.WATER),
    ),
    "wall": Scene(
        (s.COLLECT, s.SCREEN, s.POST),
        s.ASSIGN,
        (s.COLLECT, s.SCREEN, s.POST_URGENT),
        s.ASSIGN.but(unit="nowhere"),
        (s.TOWN, s.VILLAGE),
    ),
    "hazard": Scene(
        h.FOUND,
        h.REPORT.but(unit=h.NEIGHBOUR),
        h.AT_DISTRICT,
        h.DISPATCH,
        (h.DISTRICT, h.STREET, h.FIRE),
    ),
    "branch_call": Scene(
        b.NOT_PERFORMED,
        b.MEETING.but(participants=1),
        b.DECIDED,
        b.TO_STREET.but(unit="nowhere"),
        (b.BRANCH,),
    ),
}


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk at a time of its own."""
    made = Desk()
    yield made
    made.engine.close()


def live(desk: Desk, *steps: object) -> None:
    """Do what *steps* say."""
    for step in steps:
        if isinstance(step, timedelta):
            desk.clock.advance(step)
        elif isinstance(step, Control):
            desk.live(step)
        else:
            desk.engine.tick()


def sent(desk: Desk, step: Control, by: Actor, language: str, at: str = "") -> Response:
    """Send the form of *step* as it would be filled in, by somebody who may be another."""
    command = step.build(desk.clock.now)
    texts = texts_of(command, desk.engine.zone)
    pairs = [(name, said) for name, values in texts.items() for said in values]
    own = [("_token", TOKEN), ("_key", "once"), ("_expect", str(desk.version)), ("_at", at)]
    form = HtmlForm(f"/desk/cases/{CASE}/{command.verb}", "post", [*own, *pairs])
    return desk.office.send(form, by, language=language)


def demand(desk: Desk, page: Response, status: int, heading: str, before: int) -> None:
    """Demand that a refusal stands above the form, and that nothing was recorded."""
    words = text_of(page)
    assert page.status == status, words
    assert heading in words
    assert words.count(heading) == 1
    assert any(kept in words for kept in KEPT)
    assert any(form.method == "post" and "_expect" in form.names
               for form in forms_in(page.body.decode()))  # fmt: skip
    assert desk.version == before


def test_there_is_a_scene_for_every_case_type() -> None:
    """A case type that is added is looked at, too."""
    assert set(SCENES) == {one.workflow.name for one in CASE_TYPES}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SCENES)
def test_a_guard_is_told_on_the_form(desk: Desk, name: str, language: str) -> None:
    """What does not fit the case is a 409 with the form below."""
    scene = SCENES[name]
    live(desk, *scene.begun)
    before = desk.version
    page = sent(desk, scene.guard, scene.guard.by, language)
    heading = "A condition does not hold" if language == "en" else "条件不满足"
    demand(desk, page, 409, heading, before)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SCENES)
def test_a_policy_is_told_on_the_form(desk: Desk, name: str, language: str) -> None:
    """A unit that the organisation does not have is a 409 with the form below."""
    scene = SCENES[name]
    live(desk, *scene.further)
    organisation = Organisation(units=tuple(Unit(id=one, name=one) for one in scene.units))
    desk.engine.submit(publish(organisation), by=PUBLISHER)
    before = desk.version
    page = sent(desk, scene.policy, scene.policy.by, language)
    heading = "A policy does not provide for it" if language == "en" else "政策不支持"
    demand(desk, page, 409, heading, before)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SCENES)
def test_a_role_is_told_on_the_form(desk: Desk, name: str, language: str) -> None:
    """Whoever sees the case and may not take the step gets a 403 with what they typed."""
    scene = SCENES[name]
    live(desk, *scene.begun)
    before = desk.version
    page = sent(desk, scene.guard, INSPECTOR, language)
    heading = "Another role takes this step" if language == "en" else "由其他岗位办理"
    demand(desk, page, 403, heading, before)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SCENES)
def test_a_time_is_told_on_the_form(desk: Desk, name: str, language: str) -> None:
    """What is said to have happened in the future is a 409 with the form below."""
    scene = SCENES[name]
    live(desk, *scene.further)
    before = desk.version
    page = sent(desk, scene.policy, scene.policy.by, language, at="2031-01-01T09:00")
    heading = "Not at that time" if language == "en" else "时间不符"
    demand(desk, page, 409, heading, before)
