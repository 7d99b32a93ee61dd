"""A place of the face: method, path, and what answers there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from zhili.face.operation import Operation
from zhili.face.request import Request, Response
from zhili.workflows import Label

__all__ = ["Handler", "Method", "Route"]

Handler = Callable[[Request], Response]
Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Route:
    """
    One route.

    Args:
        method: GET reads and changes nothing; POST may change.

        path: Such as `/cases/{case_id}/timeline`; each `{name}` stands for one segment.

        name: What it is called, the same for good: `case.timeline`.

        answer: Gives the response, or raises what is refused.

        title: What it is for, in a few words.

        public: Whether it answers without an actor.

        page: Whether people look at it: then refusals come as pages, too.

        operations: What it carries out, as OpenAPI describes it; empty for pages.
    """

    method: Method
    path: str
    name: str
    answer: Handler
    title: Label
    public: bool = False
    page: bool = False
    operations: tuple[Operation, ...] = ()
