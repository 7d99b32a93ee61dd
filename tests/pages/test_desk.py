"""The desk: whose cases are listed, what is due first, and how a case is found."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from tests.pages.desk_visit import DISPATCHER, INSPECTOR, INTAKE, Office, links_in, text_of
from tests.pages.html_forms import forms_in
from zhili import Actor, Engine
from zhili.access.fields import field_of, personal_fields
from zhili.face.eyes import Eyes
from zhili.face.request import Language
from zhili.pages.time_left import time_left
from zhili.policies.calendar import china
from zhili.projections.summonses import Summonses
from zhili.projections.worklist import Worklist
from zhili.workflows import role

CASE = r"/desk/cases/([0-9a-f-]{36})"


@pytest.fixture(scope="module")
def office(district: Engine) -> Office:
    """The pages of the district."""
    return Office(district)


@pytest.fixture(scope="module")
def street(district: Engine) -> str:
    """The unit that has most to do."""
    sql = (
        "SELECT unit FROM cases WHERE NOT ended AND due_at IS NOT NULL AND unit IS NOT NULL "
        "GROUP BY unit ORDER BY COUNT(*) DESC, unit LIMIT 1"
    )
    return str(district.store.rows(sql, {})[0][0])


def operator(unit: str) -> Actor:
    """Give who works for *unit*."""
    return Actor(id=f"{unit}-operator", role=role.UNIT_OPERATOR, unit=unit)


def test_the_desk_lists_the_open_cases_of_ones_own_unit_the_soonest_due_first(
    office: Office, district: Engine, street: str
) -> None:
    """My unit's worklist is the register's, in its order, and nothing else."""
    expected = district.ask(Worklist(unit=street))
    page = office.get("/desk", operator(street))
    assert links_in(page, CASE) == [str(one.case_id) for one in expected.items]
    assert len(expected.items) > 1


def test_what_is_overdue_is_marked_in_words_and_in_colour(office: Office, district: Engine) -> None:
    """Every overdue case, and no other, stands in a marked row that says since when."""
    overdue = district.ask(Worklist(overdue=True)).items
    assert overdue
    html = office.get("/desk?show=overdue", DISPATCHER).body.decode()
    assert html.count('<tr class="broken">') == len(overdue)
    assert html.count("overdue by") >= len(overdue)
    assert 'class="broken"' not in office.get("/desk?show=soon", DISPATCHER).body.decode()


def test_pages_of_the_desk_follow_one_another_until_every_case_was_shown_once(
    office: Office, district: Engine
) -> None:
    """The cursor of each page leads on to the next, and the last has none."""
    found: list[str] = []
    address: str | None = "/desk?order=opened"
    pages = 0
    while address is not None:
        page = office.get(address, DISPATCHER)
        found += links_in(page, CASE)
        onwards = re.search(r'href="([^"]+)" rel="next"', page.body.decode())
        address = unescape(onwards[1]) if onwards else None
        pages += 1
    open_cases = district.store.rows("SELECT case_id FROM cases WHERE NOT ended", {})
    assert sorted(found) == sorted(str(case_id) for (case_id,) in open_cases)
    assert pages == -(-len(found) // 50)


def test_the_desk_is_filtered_by_state_person_and_order(office: Office, district: Engine) -> None:
    """What is chosen in the form is what the worklist is asked for."""
    expected = district.ask(Worklist(case_type="complaint", state="handling", order="number"))
    page = office.get("/desk?standing=complaint.handling&order=number", DISPATCHER)
    assert links_in(page, CASE) == [str(one.case_id) for one in expected.items]
    nobody = office.get("/desk?person=nobody-of-that-name", DISPATCHER)
    assert "Nothing here" in text_of(nobody)


@pytest.mark.parametrize("query", ["show=never", "standing=parcel.open", "after=x", "colour=red"])
def test_a_query_that_the_desk_does_not_know_is_refused(office: Office, query: str) -> None:
    """What cannot be understood is a 422, told on a page."""
    page = office.get(f"/desk?{query}", DISPATCHER)
    assert page.status == 422
    assert page.media_type.startswith("text/html")


def test_the_summonses_of_a_unit_are_listed(office: Office, district: Engine) -> None:
    """A department sees the whistles that wait for it; the office that watches sees all."""
    every = district.ask(Summonses(size=200)).items
    unit = next(one.unit for one in every)
    own = [str(one.case_id) for one in every if one.unit == unit]
    assert links_in(office.get("/desk/summonses", operator(unit)), CASE) == own
    whole = links_in(office.get("/desk/summonses", DISPATCHER), CASE)
    assert set(own) <= set(whole)


# — looking for a case —


def test_a_case_number_however_it_is_written_leads_to_the_case(
    office: Office, district: Engine
) -> None:
    """Capitals and hyphens do not matter; ended cases are found, too."""
    case_id, number = district.store.rows("SELECT case_id, number FROM cases WHERE ended", {})[0]
    for typed in (number, number.lower(), number.replace("-", "")):
        page = office.get(f"/desk/search?q={typed}", DISPATCHER)
        assert page.status == 303
        assert page.header("Location") == f"/desk/cases/{case_id}"


def test_a_mistyped_number_is_told(office: Office, district: Engine) -> None:
    """The check character tells, and the page says so."""
    number = str(district.store.rows("SELECT number FROM cases", {})[0][0])
    wrong = number[:-1] + ("A" if number[-1] != "A" else "B")
    assert "mistyped" in text_of(office.get(f"/desk/search?q={wrong}", DISPATCHER))


def test_a_case_is_found_by_words_of_its_title_and_by_its_place(
    office: Office, district: Engine
) -> None:
    """Title and place are looked through, among open cases unless ended ones are asked for."""
    title, place = district.store.rows(
        "SELECT title, place FROM cases WHERE title IS NOT NULL AND place IS NOT NULL", {}
    )[0]
    expected = district.ask(Worklist(title=title, place=place, open_only=False)).items
    page = office.get(f"/desk/search?q={title}&place={place}&ended=true", DISPATCHER)
    assert links_in(page, CASE) == [str(one.case_id) for one in expected]
    assert expected


def test_the_cases_of_a_person_are_for_those_who_may_join_them(
    office: Office, district: Engine
) -> None:
    """Whoever may not know whose cases they are gets no such field, and is refused."""
    subject = str(
        district.store.rows("SELECT subject FROM cases WHERE subject IS NOT NULL", {})[0][0]
    )
    leader = Actor(id="city-01", role=role.CITY_LEADER, unit="372000")
    assert 'name="subject"' in office.get("/desk/search", DISPATCHER).body.decode()
    assert office.get(f"/desk/search?subject={subject}&ended=true", DISPATCHER).status == 200
    assert 'name="subject"' not in office.get("/desk/search", leader).body.decode()
    assert office.get(f"/desk/search?subject={subject}", leader).status == 403


# — who —


@pytest.mark.parametrize("path", ["/desk", "/desk/summonses", "/desk/search", "/desk/open/whistle"])
def test_the_desk_is_for_those_who_work_on_cases(office: Office, path: str) -> None:
    """Nobody signed in is a 401, a resident a 403."""
    assert office.get(path, None).status == 401
    resident = Actor(id="citizen-1", role=role.COMPLAINANT)
    assert office.get(path, resident).status == 403


def test_the_desk_offers_to_open_what_the_table_lets_one_open(office: Office) -> None:
    """Exactly the opening commands of a role are offered, and each has its form."""
    for actor in (INTAKE, DISPATCHER, operator("372001001"), INSPECTOR):
        offered = links_in(office.get("/desk", actor), r"(/desk/open/.+)")
        for kind in office.engine.case_types:
            verbs = kind.workflow.allowed(None, actor.role)
            count = sum(one.split("/")[3] == kind.workflow.name for one in offered)
            assert count == len(verbs)
        for address in offered:
            assert office.form(address, actor).pairs


def test_no_name_number_or_address_of_anybody_is_in_a_page_that_nobody_gave_a_purpose_for(
    office: Office, district: Engine, street: str
) -> None:
    """Whatever list or case somebody looks at, the stored words are not in its bytes."""
    told: dict[UUID, set[str]] = {}
    for (case_id,) in district.store.rows("SELECT case_id FROM cases", {}):
        for one in personal_fields(district.history(UUID(case_id))):
            if field_of(one.name).kind != "words":
                told.setdefault(UUID(case_id), set()).add(one.value.value)
    officials = {str(name) for (name,) in district.store.rows("SELECT person FROM cases", {})}
    every = {word for words in told.values() for word in words if len(word) > 1} - officials
    assert len(every) > 50
    some = list(told)[:12]
    newcomer = Actor(id="newcomer", role=role.UNIT_OPERATOR, unit=street)  # of whom nothing is told
    for actor in (DISPATCHER, INSPECTOR, newcomer):
        lists = ["/desk", "/desk?show=all", "/desk/search?q=a&ended=true", "/desk/summonses"]
        pages = [f"/desk/cases/{case_id}" for case_id in some]
        pages += [f"/auditor/cases/{case_id}" for case_id in some if actor is INSPECTOR]
        for address in (*lists, *pages):
            body = office.get(address, actor).body.decode()
            assert [one for one in every if one in body] == []


# — how much time is left —

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Noon in Shanghai, Monday, 2 March 2026."""


@pytest.mark.parametrize(
    ("after", "language", "words", "working", "tone"),
    [
        (timedelta(minutes=40), "en", "40 min left", "40 min of working time", "soon"),
        (timedelta(hours=4), "en", "4 h 0 min left", "4 h 0 min of working time", "soon"),
        (timedelta(hours=20), "en", "20 h 0 min left", "5 h 0 min of working time", "soon"),
        (timedelta(days=2), "en", "2 days left", "2 working days", "still"),
        (timedelta(days=4, hours=12), "zh", "剩余4天", "4.6个工作日", "still"),
        (timedelta(hours=-3), "en", "overdue by 3 h 0 min", "", "broken"),
        (timedelta(days=-1, hours=-2), "zh", "已超期1天2小时", "", "broken"),
    ],
)
def test_time_left_is_told_in_words_and_in_working_time(
    after: timedelta, language: Language, words: str, working: str, tone: str
) -> None:
    """What is left is said in days and hours, and how much of it people work."""
    left = time_left(NOON + after, NOON, china(), language)
    assert (left.words, left.working, left.tone) == (words, working, tone)


def test_over_a_weekend_no_working_time_is_left() -> None:
    """From Friday evening to Sunday nobody works."""
    friday = NOON + timedelta(days=4, hours=6)
    left = time_left(friday + timedelta(days=1), friday, china(), "en")
    assert left.working == "no working time"


def test_the_search_form_is_sent_by_get_and_keeps_what_was_typed(office: Office) -> None:
    """A search can be shared as an address, and typed on."""
    page = office.get("/desk/search?q=abc", DISPATCHER)
    form: Any = next(one for one in forms_in(page.body.decode()) if one.action == "/desk/search")
    assert form.method == "get"
    assert ("q", "abc") in form.pairs


def test_the_desk_speaks_both_languages(office: Office) -> None:
    """Every word of the page's own is in the reader's language."""
    assert "工作台" in text_of(office.get("/desk", DISPATCHER, "zh"))
    assert "The desk" in text_of(office.get("/desk", DISPATCHER, "en"))


def test_what_one_sees_on_the_desk_is_what_one_may_list(office: Office, district: Engine) -> None:
    """A department sees the cases that it has a part in, and none of others."""
    unit = "HP-CGJ"
    listed = Eyes(district, operator(unit)).page(Worklist(open_only=False)).items
    page = office.get("/desk?whose=all&show=all", operator(unit))
    assert links_in(page, CASE) == [str(one.case_id) for one in listed]
    assert listed
