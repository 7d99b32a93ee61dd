"""What a request says, read into commands and questions: strictly, and within limits."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final, TypeVar, cast, get_args
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, from_json, to_json

from zhili.errors import CaseNotFoundError, ConflictError, InputError
from zhili.face.problem import TooLargeError, UnsupportedMediaError
from zhili.face.request import JSON, Request
from zhili.values import Instant, Month, Period

__all__ = ["body_of", "case_id_of", "expected_version", "instant_of", "query_of"]

Model = TypeVar("Model", bound=BaseModel)

LANGUAGE: Final = "lang"
"""A name that every query may have."""

_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_ETAG: Final = re.compile(r'"(\d{1,15})"')
_DATED: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")
_INSTANT: Final = TypeAdapter[Any](Instant)


def case_id_of(request: Request) -> UUID:
    """
    Give the case that the path names.

    Raises:
        CaseNotFoundError: If it names none.
    """
    text = request.named["case_id"]
    try:
        return UUID(text)
    except ValueError as error:
        raise CaseNotFoundError(f"there is no case {text[:64]!r}", case_id=text[:64]) from error


def expected_version(request: Request) -> int | None:
    """
    Give the version that If-Match names; None if the caller does not mind.

    Raises:
        ConflictError: If it names what was never a version, or names it weakly (RFC 9110, 13.1.1).
    """
    said = request.headers.get("if-match", "*").strip()
    if said == "*":
        return None
    found = _ETAG.fullmatch(said)
    if found is None:
        message = 'If-Match takes one version of a case, as a strong ETag gave it: "7"'
        raise ConflictError(message)
    return int(found[1])


def instant_of(request: Request, name: str) -> Any:
    """
    Give the instant that the query has under *name*; None if it has none.

    Raises:
        InputError: If it is none, or has no zone.
    """
    said = request.asked(name)
    if said is None:
        return None
    try:
        if not _DATED.match(said):
            raise ValueError(said)  # noqa: TRY301 - a number would be seconds since 1970
        # A plus sign that nobody has encoded comes as a space.
        return _INSTANT.validate_python(re.sub(r" (?=\d\d:?\d\d$)", "+", said))
    except ValueError as error:
        message = f"{name} is no instant with a zone; e.g. 2026-03-02T09:00:00+08:00"
        raise InputError(message, **{name: said}) from error


def body_of(request: Request, model: type[Model], depth: int, /, **added: object) -> Model:
    """
    Read the JSON body as a *model*, with the fields *added* that it does not say itself.

    Raises:
        UnsupportedMediaError: If it is not sent as JSON.
        TooLargeError: If it is nested deeper than *depth*.
        InputError: If it is no JSON object, or says what is added.
        ValidationError: If the fields are not the model's.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise UnsupportedMediaError(f"send the body as {JSON}")
    try:
        document: Any = from_json(request.body or b"{}", allow_inf_nan=False)
    except ValueError as error:
        raise InputError(f"the body is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise InputError("the body is no JSON object; send the command's fields as {…}")
    fields = cast("dict[str, Any]", document)
    if extra := fields.keys() & added.keys():
        name = min(extra)
        raise InputError(f"{name} is said by the path, not by the body; leave it out", field=name)
    if _deeper(fields, depth):
        raise TooLargeError(f"the body is nested more than {depth} deep", limit=depth)
    try:
        # As JSON, so that it is read strictly: "1" is no number and 1 no truth.
        return model.model_validate_json(to_json({**fields, **added}), strict=True)
    except ValueError as error:
        if isinstance(error, ValidationError):
            raise
        raise InputError(f"the body cannot be kept: {error}") from error


def _deeper(value: object, left: int) -> bool:
    if isinstance(value, dict):
        return left == 0 or any(
            _deeper(each, left - 1) for each in cast("dict[str, object]", value).values()
        )
    if isinstance(value, list):
        return left == 0 or any(_deeper(each, left - 1) for each in cast("list[object]", value))
    return False


def query_of(request: Request, model: type[Model], /, **added: object) -> Model:
    """
    Read the query as a *model*: `during=2026-03` and `during=2026-03-02/2026-04-01` are periods.

    A name may come more than once, or its values be parted by commas, where several are taken.

    Raises:
        InputError: If it says what is added, or gives one thing twice.
        ValidationError: If it has names that the model does not know, or values it cannot take.
    """
    fields: dict[str, object] = {}
    known = {field.alias or name: field for name, field in model.model_fields.items()}
    for name in dict.fromkeys(name for name, _ in request.query if name != LANGUAGE):
        if name in added:
            raise InputError(f"{name} is said by the path, not by the query", field=name)
        values = [value for key, value in request.query if key == name]
        field = known.get(name)
        if field is not None and _takes_several(field):
            fields[name] = tuple(part for value in values for part in value.split(",") if part)
        elif len(values) > 1:
            raise InputError(f"{name} is given {len(values)} times; give it once", field=name)
        elif values[0] or field is None or field.get_default() is PydanticUndefined:
            fields[name] = _read(field, values[0])
    return model.model_validate({**fields, **added})


def _read(field: FieldInfo | None, value: str) -> object:
    if field is not None and _has(field.annotation, Period):
        return period_of(value)
    return value


def period_of(text: str) -> Period:
    """
    Give the period that *text* names: a month, or the first and the last day.

    Raises:
        InputError: If it names none.
    """
    try:
        if found := _MONTH.fullmatch(text):
            return Month(int(found[1]), int(found[2]))
        first, _, last = text.partition("/")
        after = date.fromisoformat(last) + timedelta(days=1)
        return Period(first=date.fromisoformat(first), after=after)
    except (ValueError, OverflowError) as error:
        message = "a period is a month, 2026-03, or the first and last day, 2026-03-02/2026-04-01"
        raise InputError(message, during=text) from error


def _takes_several(field: FieldInfo) -> bool:
    return _has(field.annotation, tuple)


def _has(annotation: Any, kind: type) -> bool:
    """Whether *annotation* is *kind*, or a union with it in it."""
    if annotation is kind or getattr(annotation, "__origin__", None) is kind:
        return True
    return any(_has(each, kind) for each in get_args(annotation) if not isinstance(each, str))
