"""Answers over HTTP are what the engine answers, as far as the actor may see, and as described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import jsonschema_rs
import pytest

from tests.face.caller import Caller, said
from zhili import Actor, Engine, role
from zhili.demo import people, simulate
from zhili.evidence.figure import STATISTICS
from zhili.face import Face
from zhili.face.operations import READING, operations, routes
from zhili.projections.statistics import ResolutionRate
from zhili.projections.worklist import Worklist
from zhili.values import Month

INSPECTOR = Actor(id="inspector-01", role=role.INSPECTOR)
RESIDENT = Actor(id="resident-x", role=role.RESIDENT)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """A district of two weeks."""
    with simulate("memory:", seed=3, days=14).engine as made:
        yield made


@pytest.fixture(scope="module")
def inspector(engine: Engine) -> Caller:
    """Who reads everything."""
    return Caller(Face(engine, routes(engine)), INSPECTOR)


@pytest.fixture(scope="module")
def complaint(engine: Engine) -> UUID:
    """A complaint that a unit has before it."""
    page = engine.ask(Worklist(case_type="complaint", state=("handling", "signed", "callback")))
    return UUID(str(page.items[0].case_id))


@pytest.fixture(scope="module")
def described(inspector: Caller) -> dict[str, Any]:
    """The description of every operation."""
    return dict(said(inspector.get("/openapi.json")))


@pytest.mark.parametrize("operation", READING, ids=lambda each: each.id)
def test_what_is_read_is_as_it_is_described(
    operation: Any, inspector: Caller, complaint: UUID, described: dict[str, Any]
) -> None:
    """Each answer fulfils the schema that the description has for it."""
    path = operation.path.replace("{case_id}", str(complaint))
    if operation.method == "POST":
        answer = inspector.post(path, {"fields": ["content"], "purpose": "examination"})
    else:
        answer = inspector.get(path)
    assert answer.status == 200, answer.body
    fulfils(described, operation.path, operation.method, answer.body)


@pytest.mark.parametrize("name", sorted(STATISTICS))
def test_a_figure_is_as_it_is_described(
    name: str, inspector: Caller, described: dict[str, Any]
) -> None:
    """Every statistic there is, asked without any condition."""
    answer = inspector.get(f"/statistics/{name}")
    assert answer.status == 200, answer.body
    fulfils(described, f"/statistics/{name}", "GET", answer.body)


def fulfils(described: dict[str, Any], path: str, method: str, body: bytes) -> None:
    """Demand that *body* is what the description of an operation says."""
    operation = described["paths"][path][method.lower()]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    whole = {**schema, "components": described["components"]}
    jsonschema_rs.validator_for(whole).validate(jsonschema_rs_json(body))


def jsonschema_rs_json(body: bytes) -> Any:
    """Give the document of *body*."""
    from pydantic_core import from_json

    return from_json(body)


def test_a_figure_over_http_is_the_engines(inspector: Caller, engine: Engine) -> None:
    """With the same counts, definition, position and period."""
    told = said(inspector.get("/statistics/resolution_rate?by=unit&during=2026-03&compare=true"))
    asked = ResolutionRate(by="unit", during=Month(2026, 3), compare=True)
    answer = engine.ask(asked).model_dump(mode="json")
    assert {**told, "as_of": None} == {**answer, "as_of": None}


def test_a_page_of_the_worklist_goes_on_where_the_one_before_ended(inspector: Caller) -> None:
    """All pages together hold every case once."""
    whole = [each["case_id"] for each in said(inspector.get("/worklist?size=200"))["items"]]
    found: list[str] = []
    after = ""
    while True:
        page = said(inspector.get(f"/worklist?size=7&after={after}"))
        found += [each["case_id"] for each in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert found == whole
    assert len(set(found)) == len(found)


def test_what_one_may_do_is_what_is_carried_out(inspector: Caller, engine: Engine) -> None:
    """A unit's operator is offered what the table has; the inspector is offered nothing."""
    page = engine.ask(Worklist(case_type="complaint", state=("handling",)))
    case = page.items[0]
    operator = inspector.as_(people.operator(case.unit))
    offered = {each["verb"] for each in said(operator.get(f"/cases/{case.case_id}/allowed"))}
    assert {"record_contact", "submit_reply"} & offered
    assert said(inspector.get(f"/cases/{case.case_id}/allowed")) == []


def test_what_one_may_not_see_is_as_if_it_were_not_there(
    inspector: Caller, complaint: UUID
) -> None:
    """The answer about a case of others is that about no case, but for the id."""
    stranger = inspector.as_(RESIDENT)
    nobodys = uuid4()
    for part in ("", "/timeline", "/clocks", "/allowed", "/family", "/earlier", "/readers"):
        hidden = stranger.get(f"/cases/{complaint}{part}")
        absent = stranger.get(f"/cases/{nobodys}{part}")
        assert hidden.status == absent.status == 404
        expected = absent.body.replace(str(nobodys).encode(), str(complaint).encode())
        assert hidden.body == expected


def test_figures_are_for_those_whose_office_needs_them(inspector: Caller) -> None:
    """A resident has the wall, which is public, and no figures."""
    stranger = inspector.as_(RESIDENT)
    for path in ("/statistics", "/statistics/backlog", "/head"):
        answer = stranger.get(path)
        assert (answer.status, said(answer)["code"]) == (403, "forbidden")
    assert stranger.get("/wall").status == Caller(inspector.face).get("/wall").status == 200


def test_a_figure_that_is_not_there_is_not_found(inspector: Caller) -> None:
    """404 with the names of those that are."""
    answer = inspector.get("/statistics/happiness")
    assert answer.status == 404
    assert "resolution_rate" in said(answer)["detail"]


def test_personal_data_is_given_for_a_purpose_and_the_reading_is_told(
    inspector: Caller, complaint: UUID
) -> None:
    """Without a purpose nothing is read; with one it is given, and the reading is recorded."""
    path = f"/cases/{complaint}/personal"
    for wrong in ({"fields": ["phone"]}, {"fields": [], "purpose": "x"}, {"purpose": "x"}):
        assert inspector.post(path, wrong).status == 422
    before = len(said(inspector.get(f"/cases/{complaint}/readers"))["items"])
    given = inspector.post(path, {"fields": ["content"], "purpose": "examining a reply"})
    assert [each["shade"] for each in said(given)] == ["open"]
    after = said(inspector.get(f"/cases/{complaint}/readers"))["items"]
    assert len(after) == before + 1
    assert b"examining a reply" in inspector.get(f"/cases/{complaint}/readers").body


def test_every_operation_is_closed_to_nobody_in_particular(
    inspector: Caller, engine: Engine, complaint: UUID
) -> None:
    """401 for each that is not public; the public ones answer."""
    nobody = Caller(inspector.face)
    for operation in operations(engine):
        path = operation.path.replace("{case_id}", str(complaint))
        answer = nobody.get(path) if operation.method == "GET" else nobody.post(path)
        assert answer.status == (200 if operation.public else 401), operation.id
