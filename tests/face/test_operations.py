"""Operations are generated from commands, tables and questions: none is missing, none too many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import jsonschema_rs
import pytest
from pydantic_core import from_json, to_json

from tests.face.caller import Caller, found, said
from zhili import CASE_TYPES, Engine
from zhili.commands.command import Opening
from zhili.evidence.figure import STATISTICS
from zhili.face import Face, Limits, Request
from zhili.face.openapi import document
from zhili.face.operations import operations, routes
from zhili.face.reading import body_of
from zhili.testing import START, Control, controls
from zhili.values import SYSTEM

CASE: Final = "01900000-0000-7000-8000-000000000001"

EXAMPLES: Final = [
    each
    for each in vars(controls).values()
    if isinstance(each, Control) and each.by.role != SYSTEM and each.cause is None
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine with nothing in it."""
    with Engine.open("memory:") as made:
        yield made


@pytest.fixture(scope="module")
def described(engine: Engine) -> dict[str, Any]:
    """The description of every operation, as it is sent."""
    return dict(said(Caller(Face(engine, routes(engine))).get("/openapi.json")))


def test_every_command_that_people_may_give_is_one_operation(engine: Engine) -> None:
    """A verb with a row for anybody but the system is posted somewhere, exactly once."""
    expected = {
        f"{kind.workflow.name}.{verb}"
        for kind in CASE_TYPES
        for verb in kind.verbs
        if any(step.roles - {SYSTEM} for step in kind.workflow.steps if step.command == verb)
    }
    ids = [each.id for each in operations(engine)]
    assert len(ids) == len(set(ids))
    assert {each for each in ids if "." in each and each.partition(".")[0] in NAMES} == expected


NAMES: Final = {kind.workflow.name for kind in CASE_TYPES}


def test_every_operation_has_one_route_that_carries_it_out(engine: Engine) -> None:
    """What is described is there, under the method and the path that it is described with."""
    face = Face(engine, routes(engine))
    carried = [each for route in face.routes for each in route.operations]
    assert sorted(each.id for each in carried) == sorted(each.id for each in operations(engine))
    for each in operations(engine):
        route, _ = found(face, each.method, each.path.replace("{case_id}", CASE))
        assert each in route.operations


def test_every_figure_that_can_be_published_can_be_asked_for(engine: Engine) -> None:
    """The statistics have one operation each, under the name of their definition."""
    paths = {each.path for each in operations(engine)}
    assert {f"/statistics/{name}" for name in STATISTICS} <= paths


def test_the_description_is_of_openapi_3_1_and_refers_to_nothing_that_is_missing(
    described: dict[str, Any],
) -> None:
    """Every schema is one of JSON Schema 2020-12, and every reference leads to one."""
    assert described["openapi"] == "3.1.0"
    schemas = described["components"]["schemas"]
    referred = set(re.findall(rb'"#/components/schemas/([^"]+)"', to_json(described)))
    assert {name.decode() for name in referred} <= schemas.keys()
    for schema in schemas.values():
        jsonschema_rs.meta.validate({**schema, "$schema": SCHEMA})


SCHEMA: Final = "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("control", EXAMPLES, ids=lambda each: each.command.__name__)
def test_what_the_description_allows_is_read_as_the_same_command(
    control: Control, described: dict[str, Any]
) -> None:
    """A good example of each command, as JSON: the schema allows it, and it is read back equal."""
    command = control.build(START)
    sent = command.model_dump(mode="json", exclude={"case_id"}, exclude_unset=True)
    schemas = described["components"]["schemas"]
    name = f"{command.case_type}.{type(command).__name__}"
    whole = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    jsonschema_rs.validator_for(whole).validate(sent)
    named = {} if isinstance(command, Opening) else {"case_id": str(command.case_id)}
    read = body_of(posted(sent), type(command), Limits().depth, **named)
    assert read.own_fields() == command.own_fields()


def posted(sent: object) -> Request:
    """Give the request that posts *sent*."""
    return Request("POST", "/", headers={"content-type": "application/json"}, body=to_json(sent))


def test_what_cannot_be_asked_for_is_no_operation(described: dict[str, Any]) -> None:
    """The actor, the system's own commands and a case's id stand in no body."""
    assert "/cases/complaint/{case_id}/mark_overdue" not in described["paths"]
    for name, schema in described["components"]["schemas"].items():
        if name.partition(".")[0] in NAMES:
            assert not {"by", "actor", "case_id"} & schema.get("properties", {}).keys(), name
            assert schema["additionalProperties"] is False


def test_the_description_names_the_place_where_the_host_has_mounted_it(engine: Engine) -> None:
    """Clients that read it find the operations below the host's own prefix."""
    assert document(operations(engine), base="/governance")["servers"] == [{"url": "/governance"}]
    assert from_json(to_json(document(operations(engine))))["servers"] == [{"url": "/"}]
