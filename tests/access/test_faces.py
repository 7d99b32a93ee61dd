"""Every face shows the same to the same person: the API, the pages, Open311, and what is public."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from tests.access.expected import CITIZEN, GROUPS, LEVELS, POSITIONS, actor, expected
from tests.access.record import MASKED, OPEN, SECRETS, SURNAME_HIDDEN
from tests.face.caller import Caller, said
from zhili import Actor
from zhili.interchange.open311.settings import Open311Settings
from zhili.pages.settings import Settings
from zhili.pages.site import site

if TYPE_CHECKING:
    from uuid import UUID

    from tests.access.record import Record
    from zhili.face import Response

SHADES = {"o": "open", "R": "masked", "m": "masked", "-": "hidden"}
ROLES = [roles[0] for roles in GROUPS.values()]
"""One role of each group: those of one group are walked through `Eyes`, which every face asks."""


@pytest.fixture(scope="module")
def nobody(record: Record) -> Caller:
    """Whoever comes by, before a site with everything that there is."""
    settings = Settings(posting=True, voting=True, open311=Open311Settings())
    return Caller(site(record.engine, settings))


def looks(nobody: Caller, role: str) -> Iterator[tuple[str, Actor, Caller]]:
    """Give everybody who has *role*, by where they stand."""
    for position in POSITIONS:
        somebody = actor(role, position)
        if somebody.role != "system":  # nobody acts as the system from outside
            yield position, somebody, nobody.as_(somebody)


def text(response: Response) -> str:
    """Give what stands in an answer, as people read it."""
    return unescape(response.body.decode())


@pytest.mark.parametrize("role", ROLES)
def test_the_api_shows_a_case_as_the_table_says(record: Record, nobody: Caller, role: str) -> None:
    """There or not; each field in its shade; unmasked with a purpose, or refused."""
    for position, _, caller in looks(nobody, role):
        for level, case_id in record.cases.items():
            at, want = (role, position, level), expected(role, position, level)
            answer = caller.get(f"/cases/{case_id}")
            assert answer.status == (200 if want.sees else 404), at
            if not want.sees:
                continue
            personal = {each["field"]: each for each in said(answer)["personal"]}
            for name, letter in want.shades.items():
                assert personal[name]["shade"] == SHADES[letter], (*at, name)
                masks = MASKED if want.shades["name"] != "-" else SURNAME_HIDDEN
                shown = {"open": OPEN[name], "masked": masks[name], "hidden": None}
                assert personal[name]["text"] == shown[SHADES[letter]], (*at, name)
                if name not in {"phone", "content"}:
                    continue  # `Eyes` is asked about the others, too
                read = caller.post(
                    f"/cases/{case_id}/personal", {"fields": [name], "purpose": "to call back"}
                )
                assert read.status == (200 if letter in "oR" else 403), (*at, name)
                assert (OPEN[name] in text(read)) is (letter in "oR"), (*at, name)
            if position != "own" and level in {0, 3}:
                for part in ("", "/timeline", "/clocks", "/family", "/earlier"):
                    tells_nothing(caller.get(f"/cases/{case_id}{part}"), at)


@pytest.mark.parametrize("role", ROLES)
def test_the_api_lists_what_the_table_says(record: Record, nobody: Caller, role: str) -> None:
    """The cases that are listed, each with its subject or without."""
    for position, _, caller in looks(nobody, role):
        answer = caller.get("/worklist")
        tells_nothing(answer, (role, position))
        items = {each["case_id"]: each for each in said(answer)["items"]}
        wanted = {level: expected(role, position, level) for level in LEVELS}
        listed = {str(record.cases[level]) for level in LEVELS if wanted[level].listed}
        assert items.keys() == listed, (role, position)
        for level in LEVELS:
            found = items.get(str(record.cases[level]))
            if found is not None:
                told = found["subject"] == CITIZEN
                assert told is wanted[level].subject_listed, (role, position, level)


@pytest.mark.parametrize("role", ROLES)
def test_a_page_shows_no_more_than_the_api(record: Record, nobody: Caller, role: str) -> None:
    """The case's page has masked values exactly where they are masked, and open ones nowhere."""
    for position, _, caller in looks(nobody, role):
        for level, case_id in record.cases.items():
            at, want = (role, position, level), expected(role, position, level)
            page = caller.get(f"/desk/cases/{case_id}")
            if position == "own":
                continue  # whose case it is may read it all; it has pages of its own
            tells_nothing(page, at)
            assert page.status == (200 if want.sees else 404 if role_is_staff(role) else 403), at
            if not want.sees:
                continue
            words = text(page)
            for name in ("phone", "address"):
                assert (MASKED[name] in words) is (want.shades[name] in "Rm"), (*at, name)
            assert (CITIZEN in words) is want.subject, at
        for path in ("/desk", "/desk/search?title=Rubbish", "/dashboard"):
            tells_nothing(caller.get(path), (role, position, path))


def role_is_staff(role: str) -> bool:
    """Whether somebody with *role* has a desk."""
    return role not in {"complainant", "importer"}


def tells_nothing(answer: Response, at: Any) -> None:
    """Demand that no personal value stands open in an answer."""
    words = text(answer)
    assert not [secret for secret in SECRETS if secret in words], at


def test_nobody_in_particular_is_told_nothing(record: Record, nobody: Caller) -> None:
    """What is public speaks of none of these cases: not the wall, not Open311, not a problem."""
    number = {level: record.engine.case(case_id).number for level, case_id in record.cases.items()}
    public = [
        route for route in nobody.face.routes
        if route.public and route.method == "GET" and "{" not in route.path
    ]  # fmt: skip
    paths = [route.path for route in public if not route.path.startswith("/static")]
    assert len(paths) > 10
    for path in paths:
        answer = nobody.get(path)
        words = text(answer)
        assert answer.status < 500, path
        tells_nothing(answer, path)
        assert CITIZEN not in words, path
        assert not [each for each in number.values() if each in words], path
        assert not [each for each in record.cases.values() if str(each) in words], path
    for each in number.values():
        for form in ("json", "xml"):
            asked = nobody.get(f"/open311/v2/requests/{each}.{form}")
            absent = nobody.get(f"/open311/v2/requests/{NOBODYS}.{form}")
            assert asked.status == absent.status == 404
            assert text(asked) == text(absent).replace(NOBODYS, each)


NOBODYS = "260302-00000-00000-0"


def test_who_may_not_see_a_case_cannot_touch_it(record: Record, nobody: Caller) -> None:
    """Commands of those for whom it is not there are answered as if it were not."""
    for role in ROLES:
        for position, _, caller in looks(nobody, role):
            for level, case_id in record.cases.items():
                if not expected(role, position, level).sees:
                    answer = caller.post(f"/cases/complaint/{case_id}/sign")
                    assert answer.status == 404, (role, position, level)
                    tells_nothing(answer, (role, position, level))


def version_of(record: Record, case_id: UUID) -> int:
    """Give the version of a case."""
    return record.engine.case(case_id).version


def test_looking_changes_nothing(record: Record, nobody: Caller) -> None:
    """All this reading has left the cases as they were; only the log of reads has grown."""
    before = {case_id: version_of(record, case_id) for case_id in record.cases.values()}
    head, reads = record.engine.head(), record.engine.access_head().position
    inspector = nobody.as_(actor("inspector", "elsewhere"))
    for case_id in record.cases.values():
        inspector.get(f"/desk/cases/{case_id}")
        inspector.post(f"/cases/{case_id}/personal", {"fields": ["name"], "purpose": "examining"})
    assert {case_id: version_of(record, case_id) for case_id in before} == before
    assert record.engine.head() == head
    assert record.engine.access_head().position == reads + len(before)
