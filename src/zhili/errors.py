"""Every error raised on purpose, each with a stable code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, cast

__all__ = [
    "CaseNotFoundError",
    "ConflictError",
    "DeclarationError",
    "EndlessReactionError",
    "GuardRefusedError",
    "InputError",
    "KeyReusedError",
    "PolicyRefusedError",
    "RefusalError",
    "RoleRefusedError",
    "StateRefusedError",
    "StoreError",
    "TimeRefusedError",
    "UnreadableEventError",
    "ZhiliError",
]


class ZhiliError(Exception):
    """Something the library refuses. `code` never changes; the message is for people."""

    code: ClassVar[str] = "zhili"

    def __init__(self, message: str, **data: Any) -> None:
        """Keep *data* as attributes, so that a host can act on it without parsing text."""
        super().__init__(message)
        self.message = message
        self.data = data
        for name, value in data.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        """Give the error as plain data: code, message and what it names."""
        return {
            "code": self.code,
            "message": self.message,
            **{name: _plain(value) for name, value in self.data.items()},
        }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in cast("Iterable[Any]", value)]
    if isinstance(value, dict):
        return {str(key): _plain(value[key]) for key in cast("Iterable[Any]", value)}
    return str(value)


class DeclarationError(ZhiliError):
    """A case type whose table, commands and events do not fit together."""

    code = "declaration"


class CaseNotFoundError(ZhiliError):
    """There is no such case."""

    code = "case-not-found"


class ConflictError(ZhiliError):
    """Somebody else moved the case first."""

    code = "conflict"


class KeyReusedError(ConflictError):
    """The same idempotency key with another command."""

    code = "key-reused"


class RefusalError(ZhiliError):
    """The rules say no. Nothing was recorded."""

    code = "refused"


class StateRefusedError(RefusalError):
    """From where the case stands, this step does not exist."""

    code = "refused-state"


class RoleRefusedError(RefusalError):
    """This role may not take this step."""

    code = "refused-role"


class GuardRefusedError(RefusalError):
    """A condition of the step does not hold."""

    code = "refused-guard"

    def name_guard(self, **named: str) -> None:
        """Add which guard it was and of which step, unless that is said already."""
        for name, value in named.items():
            if name not in self.data:
                self.data[name] = value
                setattr(self, name, value)


class PolicyRefusedError(GuardRefusedError):
    """A policy does not know what the command needs, or forbids it."""

    code = "refused-policy"


class EndlessReactionError(RefusalError):
    """Reactions follow from each other in a circle, or too far."""

    code = "refused-endless"


class TimeRefusedError(RefusalError):
    """The time given lies in the future, too far back, or before the case's last event."""

    code = "refused-time"


class InputError(ZhiliError):
    """Something given from outside cannot be understood."""

    code = "input"


class StoreError(ZhiliError):
    """The store cannot be used as it is."""

    code = "store"


class UnreadableEventError(ZhiliError):
    """A stored event cannot be read in the schema of its version."""

    code = "unreadable-event"
