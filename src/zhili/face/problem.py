"""What is refused, as a problem that programs can read (RFC 9457): with the stable codes."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final

from pydantic import ValidationError
from pydantic_core import to_json

from zhili.errors import (
    CaseNotFoundError,
    ConflictError,
    InputError,
    KeyReusedError,
    RefusalError,
    RoleRefusedError,
    ZhiliError,
)
from zhili.face.request import Response

__all__ = [
    "PROBLEM", "ForbiddenError", "MethodError", "NotFoundError", "Problem", "TooLargeError",
    "TooSlowError", "UnauthenticatedError", "UnsupportedMediaError", "problem_of", "status_of",
]  # fmt: skip

PROBLEM: Final = "application/problem+json"
FAULTS_MAX: Final = 20
"""How many of a body's faults are told at once."""


class UnauthenticatedError(ZhiliError):
    """Nobody whom the host has authenticated asks for what is not public."""

    code = "unauthenticated"


class ForbiddenError(ZhiliError):
    """Who asks may not see or do that, whatever the case."""

    code = "forbidden"


class MethodError(ZhiliError):
    """There is such a place, but nothing there for that method."""

    code = "method"
    status: ClassVar[HTTPStatus] = HTTPStatus.METHOD_NOT_ALLOWED


class NotFoundError(ZhiliError):
    """There is no such place."""

    code = "not-found"


class TooLargeError(ZhiliError):
    """More was sent than is read."""

    code = "too-large"


class TooSlowError(ZhiliError):
    """The body did not come in time."""

    code = "too-slow"


class UnsupportedMediaError(ZhiliError):
    """What was sent is of no type that is read here."""

    code = "unsupported-media"


STATUS: Final[tuple[tuple[type[Exception], HTTPStatus], ...]] = (
    (UnauthenticatedError, HTTPStatus.UNAUTHORIZED),
    (ForbiddenError, HTTPStatus.FORBIDDEN),
    (RoleRefusedError, HTTPStatus.FORBIDDEN),
    (CaseNotFoundError, HTTPStatus.NOT_FOUND),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (MethodError, HTTPStatus.METHOD_NOT_ALLOWED),
    (TooSlowError, HTTPStatus.REQUEST_TIMEOUT),
    (RefusalError, HTTPStatus.CONFLICT),
    (KeyReusedError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ConflictError, HTTPStatus.PRECONDITION_FAILED),
    (TooLargeError, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (UnsupportedMediaError, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ValidationError, HTTPStatus.UNPROCESSABLE_ENTITY),
)
"""Errors and their statuses; the first that fits holds. What is not named is a 503 or a 500."""


class Problem:
    """A refusal as it is sent: status, code, words, and what it names."""

    def __init__(self, status: HTTPStatus, code: str, detail: str, data: Mapping[str, Any]) -> None:
        """Say what was wrong."""
        self.status = status
        self.code = code
        self.detail = detail
        self.data = dict(data)

    def document(self, base: str) -> dict[str, Any]:
        """Give it as RFC 9457 has it; `type` is a page below *base* that explains the code."""
        own = {
            "type": f"{base}/problems/{self.code}",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            "code": self.code,
        }
        return {**{key: value for key, value in self.data.items() if key not in own}, **own}

    def response(self, base: str) -> Response:
        """Give it as it is sent."""
        body = to_json(self.document(base), serialize_unknown=True)
        headers: tuple[tuple[str, str], ...] = (("Cache-Control", "no-store"),)
        if self.status is HTTPStatus.UNAUTHORIZED:
            # RFC 9110 wants a challenge; how one authenticates is the host's affair.
            headers = (*headers, ("WWW-Authenticate", 'Host realm="zhili"'))
        return Response(int(self.status), body, PROBLEM, headers)


def status_of(error: Exception) -> HTTPStatus:
    """Give the status of *error*: 500 if it was not raised on purpose."""
    for kind, status in STATUS:
        if isinstance(error, kind):
            return status
    if isinstance(error, ZhiliError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.INTERNAL_SERVER_ERROR


def problem_of(error: Exception) -> Problem:
    """
    Give the problem that *error* is. Of what was not raised on purpose nothing is told.

    Nor of a store that fails: its message may name a file or an address.
    """
    status = status_of(error)
    if isinstance(error, ValidationError):
        faults = [
            {"where": [*map(str, fault["loc"])], "message": fault["msg"], "kind": fault["type"]}
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        detail = "; ".join(
            f"{'.'.join(fault['where']) or 'it'}: {fault['message']}" for fault in faults[:3]
        )
        return Problem(status, "invalid", detail, {"faults": faults[:FAULTS_MAX]})
    if status is HTTPStatus.SERVICE_UNAVAILABLE and isinstance(error, ZhiliError):
        return Problem(status, error.code, "the record cannot be reached or used just now", {})
    if isinstance(error, ZhiliError):
        told = error.as_dict()
        return Problem(status, told.pop("code"), told.pop("message"), told)
    return Problem(status, "internal", "something went wrong here; it was written down", {})
