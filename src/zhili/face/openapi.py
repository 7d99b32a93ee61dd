"""OpenAPI 3.1 of all operations, made from their models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final, cast, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import PydanticUndefined

from zhili.face.operation import Operation
from zhili.face.problem import PROBLEM
from zhili.values import Period

__all__ = ["document", "operation_object"]

REF: Final = "#/components/schemas/{model}"
JsonObject = dict[str, Any]

PROBLEM_SCHEMA: Final[JsonObject] = {
    "type": "object",
    "description": "A refusal (RFC 9457). `code` never changes; what else it names stands beside.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "description": "A page that explains the code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was wrong, and what would be right."},
        "code": {"type": "string"},
    },
}

WRITING_HEADERS: Final[list[JsonObject]] = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key from the same actor carries the same command out once.",
        "schema": {"type": "string", "maxLength": 200, "pattern": r"^[\x21-\x7e]{1,200}$"},
    },
    {
        "name": "If-Match",
        "in": "header",
        "description": 'The version of the case that was decided on, as its ETag: "7".',
        "schema": {"type": "string", "pattern": r'^"\d{1,15}"$'},
    },
    {
        "name": "at",
        "in": "query",
        "description": "When it happened, if that was before now; late entry keeps a limit.",
        "schema": {"type": "string", "format": "date-time"},
    },
]


def document(operations: Iterable[Operation], *, base: str = "") -> JsonObject:
    """
    Give the OpenAPI document of *operations*, with what they share as components.

    `base` is the place below which the host has mounted them.
    """
    schemas: JsonObject = {"Problem": PROBLEM_SCHEMA}
    paths: JsonObject = {}
    for operation in operations:
        place = paths.setdefault(operation.path, {})
        place[operation.method.lower()] = operation_object(operation, schemas)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "zhili 治理",
            "version": version("zhili"),
            "description": "Cases of grassroots governance: commands, answers and figures.",
        },
        "servers": [{"url": base or "/"}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "host": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "Whatever the host authenticates by; this library does not.",
                }
            },
        },
    }


def operation_object(operation: Operation, schemas: JsonObject) -> JsonObject:
    """Describe one operation; its models go into *schemas* and are referred to."""
    made: JsonObject = {
        "operationId": operation.id,
        "summary": f"{operation.title.en} {operation.title.zh}",
        "description": operation.description,
        "tags": [operation.id.partition(".")[0]],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation, schemas)],
        "responses": _responses(operation, schemas),
        "security": [] if operation.public else [{"host": []}],
    }
    if operation.body is not None:
        schema = _schema(operation.body, "validation", schemas, operation.without)
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return made


def _path_parameters(operation: Operation) -> list[JsonObject]:
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", **({"format": "uuid"} if name == "case_id" else {})},
        }
        for name in names
    ]


def _query_parameters(operation: Operation, schemas: JsonObject) -> list[JsonObject]:
    if operation.body is not None and operation.method == "POST":
        return WRITING_HEADERS if HTTPStatus.CONFLICT in operation.refusals else []
    model = operation.query
    if model is None:
        return []
    whole = _generated(model, "validation", schemas)
    parameters: list[JsonObject] = []
    for own, field in model.model_fields.items():
        if own in operation.without:
            continue
        name = field.alias or own
        schema = _asked(field.annotation) or _without_null(whole["properties"][name])
        several = tuple in _kinds(field.annotation)
        required = field.is_required()
        found: JsonObject = {"name": name, "in": "query", "schema": schema}
        if required:
            found["required"] = True
        if several:
            found |= {"style": "form", "explode": True}
        default = field.get_default()
        if default is not PydanticUndefined and default is not None and "$ref" not in schema:
            found["schema"] = {**schema, "default": default}
        parameters.append(found)
    return parameters


def _asked(annotation: object) -> JsonObject | None:
    """Give the schema of what a query says differently than JSON does: a period."""
    if Period in _kinds(annotation):
        return {
            "type": "string",
            "description": "A month, 2026-03, or the first and last day: 2026-03-02/2026-04-01.",
            "pattern": r"^\d{4}-\d{2}(-\d{2}/\d{4}-\d{2}-\d{2})?$",
        }
    return None


def _without_null(schema: JsonObject) -> JsonObject:
    """Give *schema* without nothing as a choice: a query leaves out what it does not say."""
    choices = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key not in {"anyOf", "default"}}
    if "anyOf" not in schema:
        return schema
    return {**rest, **choices[0]} if len(choices) == 1 else {**rest, "anyOf": choices}


def _kinds(annotation: Any) -> set[Any]:
    origin = getattr(annotation, "__origin__", annotation)
    inner = [_kinds(each) for each in get_args(annotation) if not isinstance(each, str)]
    return {origin}.union(*inner)


def _responses(operation: Operation, schemas: JsonObject) -> JsonObject:
    answer: JsonObject = {"description": "What was asked for."}
    if operation.answer is not None:
        schema = _schema(operation.answer, "serialization", schemas)
        answer["content"] = {"application/json": {"schema": schema}}
    done = {"200": answer}
    if operation.opens:
        done = {"201": {**answer, "description": "A case was opened."}, "200": answer}
    refused = {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM: {"schema": {"$ref": REF.format(model="Problem")}}},
        }
        for status in operation.refusals
    }
    return {**done, **refused}


def _schema(
    model: type[BaseModel],
    mode: JsonSchemaMode,
    schemas: JsonObject,
    without: frozenset[str] = frozenset(),
) -> JsonObject:
    """Put the schema of *model* among *schemas*, without some fields, and refer to it."""
    case_type = getattr(model, "case_type", "")
    name = f"{case_type}.{model.__name__}" if case_type else model.__name__
    if name not in schemas:
        schemas[name] = {}  # while it is made, so that what refers to itself ends
        made = _generated(model, mode, schemas)
        properties = {
            key: value for key, value in made.get("properties", {}).items() if key not in without
        }
        required = [key for key in made.get("required", ()) if key not in without]
        schemas[name] = {**made, "properties": properties}
        schemas[name].pop("required", None)
        if required:
            schemas[name]["required"] = required
    return {"$ref": REF.format(model=name)}


def _generated(model: type[BaseModel], mode: JsonSchemaMode, schemas: JsonObject) -> JsonObject:
    """Give the schema of *model*; what it refers to goes into *schemas*."""
    made = model.model_json_schema(ref_template=REF, mode=mode, schema_generator=_Schema)
    for name, inner in cast("Mapping[str, JsonObject]", made.pop("$defs", {})).items():
        schemas.setdefault(name, inner)
    return made


class _Schema(GenerateJsonSchema):
    """Schemas as JSON Schema 2020-12 has them, without a warning for defaults it cannot show."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}
