"""Everybody looks at everything: role by position by level by field, through every method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.access.expected import (
    CITIZEN,
    GROUPS,
    LEVELS,
    POSITIONS,
    ROLES,
    Expected,
    actor,
    expected,
)
from tests.access.record import MASKED, OPEN, PLACE, PLACE_KEPT, SECRETS, SURNAME_HIDDEN, opened
from zhili.errors import CaseNotFoundError, RoleRefusedError
from zhili.face.eyes import Eyes
from zhili.policies.visibility import VIEWS
from zhili.projections.worklist import Earlier, Worklist

if TYPE_CHECKING:
    from uuid import UUID

    from tests.access.record import Record

SHADES = {"o": "open", "R": "masked", "m": "masked", "-": "hidden"}


def test_the_table_knows_every_role_of_the_policy() -> None:
    """A role that the policy gains is asked for here."""
    assert {view.role for view in VIEWS} == set(ROLES) - set(GROUPS["outside"])


@pytest.mark.parametrize("role", ROLES)
def test_a_case_shows_each_field_as_it_should(record: Record, role: str) -> None:
    """The page of a case: there or not, and every personal field in its shade."""
    for position in POSITIONS:
        eyes = Eyes(record.engine, actor(role, position))
        for level, case_id in record.cases.items():
            want = expected(role, position, level)
            if not want.sees:
                not_there(eyes, case_id)
                continue
            seen = eyes.case(case_id)
            at = (role, position, level)
            assert (seen.subject == CITIZEN) is want.subject, at
            assert seen.level == level
            assert seen.place == (PLACE if want.place else PLACE_KEPT), at
            fields = {one.field: one for one in seen.personal}
            assert fields.keys() == {*OPEN, "facts"}
            for name, letter in want.shades.items():
                field = fields[name]
                assert field.shade == SHADES[letter], (*at, name)
                assert field.may_read is (letter == "R"), (*at, name)
                masks = MASKED if want.shades["name"] != "-" else SURNAME_HIDDEN
                shown = {"open": OPEN[name], "masked": masks[name], "hidden": None}
                assert field.text == shown[field.shade], (*at, name)
            if position != "own":
                nothing_tells(seen.model_dump_json(), want)


@pytest.mark.parametrize("role", ROLES)
def test_a_timeline_tells_no_more(record: Record, role: str) -> None:
    """The timeline: nothing personal, and whose it is only where the case's page says so."""
    for position in POSITIONS:
        eyes = Eyes(record.engine, actor(role, position))
        for level, case_id in record.cases.items():
            want = expected(role, position, level)
            if not want.sees:
                continue
            timeline = eyes.timeline(case_id)
            if position != "own":
                nothing_tells(timeline.model_dump_json(), want)
            (told,) = (one for one in timeline.entries if one.event == "FactsAppended")
            assert (told.by.id == CITIZEN) is want.subject, (role, position, level)
            place = timeline.entries[0].fields["place"]
            assert place == (PLACE if want.place else PLACE_KEPT), (role, position, level)


@pytest.mark.parametrize("role", ROLES)
def test_a_list_holds_what_they_may_see_and_no_more(record: Record, role: str) -> None:
    """A page of the worklist: the cases that are listed, with their subject or without."""
    for position in POSITIONS:
        eyes = Eyes(record.engine, actor(role, position))
        wanted = {level: expected(role, position, level) for level in LEVELS}
        page = eyes.page(Worklist())
        listed = {item.case_id: item for item in page.items}
        assert listed.keys() == {
            case_id for level, case_id in record.cases.items() if wanted[level].listed
        }, (role, position)
        for level, case_id in record.cases.items():
            if case_id in listed:
                told = listed[case_id].subject == CITIZEN
                assert told is wanted[level].subject_listed, (role, position, level)
                place = PLACE if wanted[level].place else PLACE_KEPT
                assert listed[case_id].place == place, (role, position, level)
        assert not any(secret in page.model_dump_json() for secret in SECRETS)


@pytest.mark.parametrize("role", ROLES)
def test_what_a_unit_had_it_finds_by_the_number(record: Record, role: str) -> None:
    """Whoever sees a case finds it by its number, and nobody else does."""
    for position in POSITIONS:
        eyes = Eyes(record.engine, actor(role, position))
        for level, case_id in record.cases.items():
            number = record.engine.case(case_id).number
            found = eyes.page(Worklist(number=number)).items
            sees = expected(role, position, level).sees
            assert [item.case_id for item in found] == ([case_id] if sees else [])


@pytest.mark.parametrize("role", ROLES)
def test_reading_gives_what_may_be_read_and_refuses_the_rest(record: Record, role: str) -> None:
    """Unmasked with a purpose: those fields alone that are to be read by them."""
    for position in POSITIONS:
        who = actor(role, position)
        eyes = Eyes(record.engine, who)
        for level, case_id in record.cases.items():
            want = expected(role, position, level)
            if not want.sees:
                with pytest.raises(CaseNotFoundError):
                    eyes.read(case_id, ["phone"], "to call back")
                continue
            for name, letter in want.shades.items():
                before = record.engine.access_head().position
                if letter in "oR":
                    (read,) = eyes.read(case_id, [name], "to call back")
                    assert (read.text, read.shade) == (OPEN[name], "open")
                    assert record.engine.access_head().position == before + 1
                else:
                    with pytest.raises(RoleRefusedError):
                        eyes.read(case_id, [name], "to call back")
                    assert record.engine.access_head().position == before


@pytest.mark.parametrize("role", ROLES)
def test_a_persons_cases_are_joined_for_those_who_may_know_them(record: Record, role: str) -> None:
    """The filter by a person, and the earlier cases, give nothing away."""
    for position in POSITIONS:
        eyes = Eyes(record.engine, actor(role, position))
        wanted = {level: expected(role, position, level) for level in LEVELS}
        may = {
            case_id
            for level, case_id in record.cases.items()
            if wanted[level].listed and wanted[level].subject_listed
        }
        for question in (Worklist(subject=CITIZEN), Earlier(subject=CITIZEN)):
            try:
                found = {item.case_id for item in eyes.page(question).items}
            except RoleRefusedError:
                assert not may
                continue
            assert found == may, (role, position)
        last = record.cases[3]
        if not wanted[3].sees:
            with pytest.raises(CaseNotFoundError):
                eyes.page(Earlier(case_id=last))
        elif wanted[3].subject_listed:
            found = {item.case_id for item in eyes.page(Earlier(case_id=last)).items}
            assert found == may - {last}


def test_anybody_sees_no_case(record: Record) -> None:
    """Who is nobody sees no case, lists none and may ask for nothing."""
    eyes = Eyes(record.engine, None)
    for case_id in record.cases.values():
        not_there(eyes, case_id)
    assert eyes.page(Worklist()).items == ()
    assert not eyes.staff
    assert not eyes.may_ask_figures()


def test_every_store_lists_the_same(store_url: str) -> None:
    """The conditions of lists are SQL that all databases understand alike."""
    with opened(store_url).engine as engine:
        cases = {
            engine.case(item.case_id).confidentiality: item.case_id
            for item in engine.ask(Worklist()).items
        }
        for role in ("supervisor", "district_coordinator", "unit_operator", "complainant"):
            for position in POSITIONS:
                eyes = Eyes(engine, actor(role, position))
                for level, case_id in cases.items():
                    want = expected(role, position, level)
                    number = engine.case(case_id).number
                    questions = {
                        Worklist(): want.listed,
                        Worklist(order="number", size=200): want.listed,
                        Worklist(number=number): want.sees,
                    }
                    for question, there in questions.items():
                        found = {item.case_id for item in eyes.page(question).items}
                        assert (case_id in found) is there, (role, position, level, question)


def test_pages_of_several_ways_follow_one_another(record: Record) -> None:
    """What a unit has and what it has a part in come in one order, each case once."""
    for position in ("unit", "part", "above"):
        role = "district_coordinator" if position == "above" else "unit_operator"
        eyes = Eyes(record.engine, actor(role, position))
        for order in ("due", "opened", "number"):
            whole = eyes.page(Worklist(order=order)).items
            assert len(whole) == len(LEVELS)
            found: list[UUID] = []
            after: str | None = None
            while len(found) < len(whole):
                page = eyes.page(Worklist(order=order, size=1, after=after))
                found += [item.case_id for item in page.items]
                after = page.next
            assert after is None
            assert found == [item.case_id for item in whole]


def not_there(eyes: Eyes, case_id: UUID) -> None:
    """Insist that the case is not there, in every method and in the very same words."""
    asked: tuple[Any, ...] = (
        eyes.case, eyes.timeline, eyes.clocks, eyes.family, eyes.allowed, eyes.readers,
    )  # fmt: skip
    for method in asked:
        with pytest.raises(CaseNotFoundError, match=f"^there is no case {case_id}$"):
            method(case_id)


def nothing_tells(said: str, want: Expected) -> None:
    """Insist that nothing in *said* tells who reported, unless they may know."""
    for secret in SECRETS:
        assert secret not in said
    assert want.subject or CITIZEN not in said
