"""The stored form of one event class: how its bytes are written, read, and known to be right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import ValidationError
from pydantic_core import SchemaSerializer, SchemaValidator, core_schema, from_json

from zhili.values import TO_UTC

if TYPE_CHECKING:
    from uuid import UUID

    from zhili.aggregates import CaseEvent

__all__ = ["Form", "canonical"]

ENVELOPE_OUTSIDE: Final = frozenset({"originator_id", "originator_version"})
"""What stands beside the stored bytes and not in them."""

PLAIN: Final = frozenset(
    {"str", "int", "bool", "datetime", "date", "uuid", "literal", "none", "enum"}
)
"""Kinds of values that have one JSON form, which pydantic gives as `json` would."""

WRAPPERS: Final = frozenset(
    {"default", "nullable", "model", "function-after", "function-before", "custom-error"}
)

VALUES_IN_SCHEMA: Final = frozenset({"default", "metadata"})
"""Parts of a schema that are no schemas, whatever they look like."""


def canonical(value: Any) -> bytes:
    """Give *value* as canonical JSON: UTF-8, keys in order, no space that says nothing."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


class Form:
    """
    Reads and writes the stored form of one event class.

    Where the class's fields have one JSON form each and come in the order of their names, the
    compiled validator reads the bytes as they are and the compiled serializer writes them; a class
    for which that cannot be shown goes through `json`, slower and with the same result.
    """

    def __init__(self, event: type[CaseEvent]) -> None:
        """Compile the form of *event*."""
        self._event = event
        self.version = event.class_version
        event.model_rebuild()
        schema: Any = event.__pydantic_core_schema__
        self._serializer: SchemaSerializer = event.__pydantic_serializer__
        known = {one["ref"]: one for one in schema.get("definitions", ())}
        fields = _fields_of(schema, known)
        self._mappings = tuple(name for name, field in fields.items() if _is_mapping(field))
        plain = event.class_version == 1 and _is_plain_model(schema)
        self._direct = plain and _is_direct(fields, known)
        self._validator = _validator(event, fields, schema) if self._direct else None

    def write(self, event: CaseEvent) -> bytes:
        """
        Give the stored bytes of *event*.

        Raises:
            ValueError: If it holds a number that JSON has no form for.
        """
        if self._direct and self._is_sorted(event):
            return self._serializer.to_json(event, exclude=_OUTSIDE, exclude_defaults=True)
        state = event.model_dump(mode="json", exclude=_OUTSIDE, exclude_defaults=True)
        if event.class_version > 1:
            state["class_version"] = event.class_version
        return canonical(state)

    def read(self, state: bytes, case_id: UUID, version: int) -> CaseEvent:
        """
        Read the stored bytes of version *version* of case *case_id*.

        Raises:
            ValidationError: If they do not fit the class.
            ValueError: If they are no JSON, or of a version that this program does not read.
            TypeError: If they are no JSON object.
        """
        if self._validator is None:
            return self._read_slowly(state, case_id, version)
        try:
            values, _, given = self._validator.validate_json(state)
        except ValidationError:  # the slower way says in fewer words what is wrong
            return self._read_slowly(state, case_id, version)
        values["originator_id"], values["originator_version"] = case_id, version
        event = self._event.__new__(self._event)
        _set(event, "__dict__", values)
        _set(event, "__pydantic_fields_set__", given)
        _set(event, "__pydantic_extra__", None)
        _set(event, "__pydantic_private__", None)
        return event

    def _read_slowly(self, state: bytes, case_id: UUID, version: int) -> CaseEvent:
        fields = self._upcast(from_json(state, allow_inf_nan=False))
        fields["originator_id"], fields["originator_version"] = case_id, version
        return self._event.model_validate(fields)

    def _is_sorted(self, event: CaseEvent) -> bool:
        for name in self._mappings:
            keys = getattr(event, name)
            if len(keys) > 1 and list(keys) != sorted(keys):
                return False
        return True

    def _upcast(self, state: Any) -> dict[str, Any]:
        if not isinstance(state, dict):
            raise TypeError("an event is a JSON object")
        fields = cast("dict[str, Any]", state)
        version = fields.pop("class_version", 1)
        known = self._event.class_version
        if not isinstance(version, int) or not 1 <= version <= known:
            raise ValueError(f"it is of version {version}; this program reads 1 to {known}")
        for step in range(version, known):
            getattr(self._event, f"upcast_v{step}_v{step + 1}")(fields)
        return fields


_OUTSIDE: Final = set(ENVELOPE_OUTSIDE)
_set: Final = object.__setattr__  # an event is frozen, but not while it is being made


def _fields_of(schema: Any, known: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the fields of a model's schema; of what is no model, none."""
    while schema["type"] != "model-fields":
        schema = known[schema["schema_ref"]] if "schema_ref" in schema else schema.get("schema")
        if schema is None:
            return {}
    return cast("Mapping[str, Any]", schema["fields"])


def _is_plain_model(schema: Any) -> bool:
    """Say whether nothing but its fields decides what fits a model: no validator of the whole."""
    if schema["type"] == "definitions":
        schema = schema["schema"]
    return bool(schema["type"] == "model" and schema["schema"]["type"] == "model-fields")


def _validator(event: type[CaseEvent], fields: Mapping[str, Any], schema: Any) -> SchemaValidator:
    """Give what reads the stored fields: the envelope's id and version stand beside them."""
    stored: Any = {
        "type": "model-fields",
        "fields": {name: one for name, one in fields.items() if name not in ENVELOPE_OUTSIDE},
        "extra_behavior": "forbid",
    }
    if "definitions" in schema:
        stored = {**schema, "schema": stored}
    config: Any = {"title": event.__name__, "hide_input_in_errors": True}
    return SchemaValidator(_with_written_instants(stored), config)


_WRITTEN: Final = core_schema.no_info_after_validator_function(
    datetime.fromisoformat,
    core_schema.str_schema(
        pattern=(
            r"^[12][0-9]{3}-[01][0-9]-[0-3][0-9]"
            r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{6})?Z$"
        )
    ),
)
"""
An instant as it is written here, which is in UTC already and within the years that are allowed.

Another way to write one, another year, and what is none are all left to the slower way.
"""


def _with_written_instants(schema: Any) -> Any:
    """Give *schema* with every `Instant` in it read as it is written here, and in no other way."""
    if isinstance(schema, list):
        return list(map(_with_written_instants, cast("list[object]", schema)))
    if not isinstance(schema, dict):
        return schema
    parts = cast("dict[str, Any]", schema)
    if parts.get("type") == "function-after" and parts["function"]["function"] is TO_UTC:
        return _WRITTEN
    return {
        name: part if name in VALUES_IN_SCHEMA else _with_written_instants(part)
        for name, part in parts.items()
    }


def _is_mapping(field: Any) -> bool:
    while field["type"] in {"model-field", "default", "nullable"}:
        field = field["schema"]
    return bool(field["type"] == "dict")


def _is_direct(fields: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Say whether these fields, and all within them, come in order and have one JSON form each."""
    return bool(fields) and list(fields) == sorted(fields) and all(
        _has_one_form(field["schema"], known, outermost=True) for field in fields.values()
    )  # fmt: skip


def _has_one_form(schema: Any, known: Mapping[str, Any], *, outermost: bool = False) -> bool:
    kind = schema["type"]
    if kind == "definition-ref":
        return _has_one_form(known[schema["schema_ref"]], known)
    if kind == "model":
        return _is_direct(_fields_of(schema, known), known)
    if kind == "dict":  # the keys of an outermost one are looked at each time
        parts = (schema["keys_schema"], schema["values_schema"])
        return outermost and all(part["type"] in {"str", "int"} for part in parts)
    if kind in WRAPPERS:
        return _has_one_form(schema["schema"], known, outermost=outermost)
    if kind == "tuple":
        return all(_has_one_form(item, known) for item in schema["items_schema"])
    return kind in PLAIN
