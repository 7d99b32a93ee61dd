"""How much anybody may send at once."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What is refused before it is read.

    Args:
        body: Bytes of a request's body.

        query: Characters of a request's query.

        depth: How deep a JSON document may be nested.

        seconds: How long a request's body may be on its way, where the host's server leaves that
            to the application (ASGI does).
    """

    body: int = 1024 * 1024
    query: int = 8 * 1024
    depth: int = 32
    seconds: float = 30.0
