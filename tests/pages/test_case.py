"""A case's page: what it tells, the buttons it offers, and what personal data it shows to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest

from tests.pages.desk_visit import (
    ASSESSOR,
    HERE,
    INSPECTOR,
    NAME,
    PHONE,
    REGISTER,
    Desk,
    Office,
    links_in,
    text_of,
)
from tests.pages.html_forms import forms_in
from zhili import Actor, Engine
from zhili.face import Request
from zhili.face.eyes import Eyes
from zhili.face.operation import case_types, given_by_people
from zhili.pages.case_clocks import why_in_words
from zhili.pages.form import form_of
from zhili.pages.site import Site
from zhili.projections.timeline import Timeline
from zhili.testing import CASE, OTHER_CASE
from zhili.testing import controls as c
from zhili.values import SYSTEM
from zhili.workflows import Label, role


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk with one case that was dispatched to a street."""
    made = Desk()
    made.live(REGISTER, c.ACCEPT, c.DISPATCH)
    yield made
    made.engine.close()


@pytest.fixture(scope="module")
def looked_at(district: Engine) -> Office:
    """The pages of a district that nobody changes."""
    return Office(district)


# — the buttons —


def staff_of(engine: Engine) -> list[Actor]:
    """Give one of every role and unit that has done anything, and the inspector."""
    found: dict[tuple[str, str | None], Actor] = {}
    for (case_id,) in engine.store.rows("SELECT case_id FROM cases", {}):
        for event in engine.history(UUID(case_id)):
            found.setdefault((event.by.role, event.by.unit), event.by)
    return [each for each in (*found.values(), INSPECTOR, ASSESSOR) if each.role != SYSTEM]


def test_a_case_offers_exactly_the_steps_that_the_table_allows(
    looked_at: Office, district: Engine
) -> None:
    """The buttons of a page are `allowed`, in its order; who sees no case gets a 404."""
    people = [one for one in staff_of(district) if Eyes(district, one).staff]
    pressed: set[tuple[str, str]] = set()
    for (case_id,) in district.store.rows("SELECT case_id FROM cases", {})[::8]:
        case = district.case(UUID(case_id))
        seeing = [one for one in people if Eyes(district, one).sight.sees(case)]
        acting = [one for one in seeing if Eyes(district, one).allowed(case.id)]
        for person in (*acting[:3], *seeing[-1:]):
            allowed = [one.verb for one in Eyes(district, person).allowed(case.id)]
            page = looked_at.get(f"/desk/cases/{case_id}", person)
            offered = links_in(page, rf"/desk/cases/{case_id}/(\w+)")
            assert [one for one in offered if one != "personal"] == allowed
            pressed |= {(case.workflow.name, verb) for verb in allowed}
        blind = next(one for one in people if one not in seeing)
        assert looked_at.get(f"/desk/cases/{case_id}", blind).status == 404
    assert len(pressed) > 15


def test_every_step_that_is_offered_anywhere_leads_to_its_form(
    looked_at: Office, district: Engine
) -> None:
    """No button leads nowhere: each form has a token, a key and the version that was seen."""
    seen: set[tuple[str, str]] = set()
    people = [one for one in staff_of(district) if Eyes(district, one).staff]
    for case_id, kind in district.store.rows("SELECT case_id, case_type FROM cases", {})[::2]:
        case = district.case(UUID(case_id))
        for person in people:
            if not Eyes(district, person).sight.sees(case):
                continue
            for step in Eyes(district, person).allowed(case.id):
                if (kind, step.verb) in seen:
                    continue
                seen.add((kind, step.verb))
                form = looked_at.form(f"/desk/cases/{case_id}/{step.verb}", person)
                assert {"_token", "_key", "_expect"} <= set(form.names)
                assert ("_expect", str(case.version)) in form.pairs
    assert len({kind for kind, _ in seen}) >= 4
    assert len(seen) > 20


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_that_people_give_has_a_form(district: Engine, language: str) -> None:
    """Of every case type and verb the page of the step renders, with all its fields."""
    made, rules = Site(district), district.book.current()
    request = Request("GET", "/desk", query=(("lang", language),), actor=c.DISPATCHER)
    commands = [one for kind in case_types(district) for one in given_by_people(kind)]
    for command in commands:
        workflow = district.types[command.case_type].workflow
        title = Label(workflow.label(command.verb), workflow.label(command.verb, "zh"))
        form = form_of(command, rules, units={"unit": "Unit"}, expect=1)
        page = made.page(
            request, "case/step.html",
            seen=None, form=form, action="/here", title=title, steps=(), is_possible=True,
            openable=(), refusal=None, late_hours=0, happened="",
        ).body.decode()  # fmt: skip
        assert (title.zh if language == "zh" else title.en) in unescape(page)
        names = {name.partition(".")[0] for name in forms_in(page)[0].names}
        shown = {field.name for field in form.fields if field.shape.kind != "hidden"}
        assert shown <= names
    assert len(commands) > 120


def test_a_member_whom_a_branch_calls_finds_their_own_case_alone(
    looked_at: Office, district: Engine
) -> None:
    """A party member sees the case that is about them, with its steps, and no other's."""
    sql = "SELECT case_id, subject FROM cases WHERE case_type = 'branch_call' ORDER BY case_id"
    (own, subject), *rest = district.store.rows(sql, {})
    member = Actor(id=subject, role=role.PARTY_MEMBER)
    page = looked_at.get(f"/desk/cases/{own}", member)
    allowed = [one.verb for one in Eyes(district, member).allowed(UUID(own))]
    assert links_in(page, rf"/desk/cases/{own}/(\w+)") == allowed
    assert own in links_in(looked_at.get("/desk?show=all", member), r"/desk/cases/([0-9a-f-]+)")
    another = next(case_id for case_id, of in rest if of != subject)
    assert looked_at.get(f"/desk/cases/{another}", member).status == 404


# — what a case's page tells —


def test_the_timeline_tells_every_event_and_marks_what_was_entered_later(desk: Desk) -> None:
    """Each event stands there once, the last first; a late entry says when it was recorded."""
    desk.live(c.SIGN.later(hours=3).entered_late(timedelta(hours=1)))
    html = desk.office.get(HERE, c.DISPATCHER).body.decode()
    entries = desk.engine.ask(Timeline(CASE)).entries
    assert re.findall(r'id="v(\d+)"', html) == [str(one.version) for one in reversed(entries)]
    assert html.count("entered later") == sum(one.late for one in entries) == 1
    chinese = text_of(desk.office.get(HERE, c.DISPATCHER, "zh"))
    assert all(entry.label.zh in chinese for entry in entries)


def test_clocks_are_explained_sentence_by_sentence_and_day_by_day(desk: Desk) -> None:
    """Of every clock that has run the page says what was done to it, and counts its days."""
    clocks = Eyes(desk.engine, c.DISPATCHER).clocks(CASE)
    words = unescape(text_of(desk.office.get(HERE, c.DISPATCHER)))
    sentences = [
        sentence.en
        for clock in clocks
        if clock.explanation
        for sentence in clock.explanation.sentences
    ]
    assert len(sentences) > 3
    assert [one for one in sentences if one not in words] == []
    days = [line for clock in clocks if clock.explanation for line in clock.explanation.days]
    assert words.count("Day by day") == sum(
        bool(clock.explanation and clock.explanation.days) for clock in clocks
    )
    assert all(why_in_words(line.why, "en") in words for line in days)


def test_a_missed_deadline_is_told_in_words(desk: Desk) -> None:
    """What nobody did in time stands there as overdue."""
    desk.clock.advance(days=30)
    desk.engine.tick()
    words = text_of(desk.office.get(HERE, c.OPERATOR))
    assert "overdue by" in words
    assert "missed" in words


def test_the_family_and_the_earlier_cases_of_a_person_are_led_to(desk: Desk) -> None:
    """A merged case leads to its main case, and back; an earlier appeal is linked."""
    desk.live(REGISTER.later(hours=2), c.ACCEPT, on=OTHER_CASE)
    there = f"/desk/cases/{OTHER_CASE}"
    page = desk.office.get(there, c.DISPATCHER)
    assert str(CASE) in links_in(page, r"/desk/cases/([0-9a-f-]+)")
    merge = replace(c.MERGE_INTO.but(main=CASE), case_id=OTHER_CASE)
    desk.live(merge, on=OTHER_CASE)
    assert links_in(desk.office.get(HERE, c.DISPATCHER), rf"({there})")
    assert "the main case" in text_of(desk.office.get(there, c.DISPATCHER))


# — personal data —


def test_nothing_personal_is_shown_before_somebody_says_what_for(desk: Desk) -> None:
    """Name and number are masked on the case and on the page that asks; nothing is recorded."""
    for path in (HERE, f"{HERE}/personal"):
        html = desk.office.get(path, c.INTAKE).body.decode()
        assert PHONE not in html
        assert NAME not in html
        assert "138****5678" in html
        assert "欧阳*" in html
    form = desk.office.form(f"{HERE}/personal", c.INTAKE)
    page = desk.office.send(form, c.INTAKE, field="phone@1", purpose="   ")
    assert page.status == 422
    assert PHONE not in page.body.decode()
    assert desk.engine.store.access_head().position == 0


def test_what_is_read_with_a_purpose_is_recorded_and_shown_once(desk: Desk) -> None:
    """The entry stands in the access log; the answer is kept by no browser, the case masked."""
    form = desk.office.form(f"{HERE}/personal", c.INTAKE)
    page = desk.office.send(form, c.INTAKE, field="phone@1", purpose="to call back")
    assert page.status == 200
    assert PHONE in page.body.decode()
    assert NAME not in page.body.decode()
    assert page.header("Cache-Control") == "no-store"
    read = Eyes(desk.engine, INSPECTOR).readers(CASE).items
    assert [(one.actor, one.fields, one.purpose) for one in read] == [
        (c.INTAKE, ("phone@1",), "to call back")
    ]
    assert PHONE not in desk.office.get(HERE, c.INTAKE).body.decode()


def test_who_may_read_nothing_gets_no_button_and_no_page(desk: Desk) -> None:
    """A role that the policy lets read nothing is refused, whatever it sends."""
    archivist = c.ARCHIVIST
    assert "Read with a purpose" not in text_of(desk.office.get(HERE, archivist))
    assert desk.office.get(f"{HERE}/personal", archivist).status == 403
    form = desk.office.form(f"{HERE}/personal", c.INTAKE)
    page = desk.office.send(form, archivist, field="phone@1", purpose="curiosity")
    assert page.status == 403
    assert PHONE not in page.body.decode()
    assert desk.engine.store.access_head().position == 0


def test_of_a_protected_report_contact_goes_through_the_centre() -> None:
    """At level 3 the unit sees no name and no number, and is told who to ask."""
    made = Desk()
    try:
        made.live(REGISTER.but(confidentiality=3), c.ACCEPT, c.DISPATCH)
        html = made.office.get(HERE, c.OPERATOR).body.decode()
        assert "through the centre" in html
        assert "138****5678" not in html
        assert "欧阳" not in html
    finally:
        made.engine.close()
