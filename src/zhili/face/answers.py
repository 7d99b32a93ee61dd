"""Answers over HTTP: what somebody may see of cases, lists, the wall and figures, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field, TypeAdapter

from zhili.access import SeenField
from zhili.aggregates.allowed import AllowedStep
from zhili.evidence.figure import STATISTICS
from zhili.face.commands import actor_of, etag
from zhili.face.eyes import Eyes
from zhili.face.problem import ForbiddenError, NotFoundError
from zhili.face.reading import body_of, case_id_of, query_of
from zhili.face.request import JSON, Request, Response
from zhili.projections.clock_of import ClockAnswer
from zhili.projections.summonses import Summonses
from zhili.projections.wall import Wall
from zhili.projections.worklist import Earlier, Worklist
from zhili.values import Line, Value

if TYPE_CHECKING:
    from zhili.engine import Engine
    from zhili.face.limits import Limits

__all__ = ["Answers", "Definition", "HeadAnswer", "PersonalRequest"]

PRIVATE = (("Cache-Control", "private, no-store"),)


class PersonalRequest(Value):
    """Which personal fields of a case somebody wants to read as they are, and what for."""

    fields: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]
    purpose: Line


class Definition(Value):
    """A figure that can be asked for: its name, the version of its definition, what it says."""

    name: str
    version: int
    what: str


class HeadAnswer(Value):
    """The end of the log: whoever keeps both can later convict any edit up to there."""

    position: int
    link: str


ALLOWED = TypeAdapter(tuple[AllowedStep, ...])
CLOCKS = TypeAdapter(tuple[ClockAnswer, ...])
PERSONAL = TypeAdapter(tuple[SeenField, ...])
DEFINITIONS = TypeAdapter(tuple[Definition, ...])


class Answers:
    """Answers what is asked, with what the actor may see and nothing else."""

    def __init__(self, engine: Engine, limits: Limits) -> None:
        """Answer from *engine*."""
        self._engine = engine
        self._depth = limits.depth

    def _eyes(self, request: Request) -> Eyes:
        return Eyes(self._engine, actor_of(request))

    def case(self, request: Request) -> Response:
        """Give a case as the actor may see it; its version is the ETag."""
        seen = self._eyes(request).case(case_id_of(request))
        return told(seen, (("ETag", etag(seen.version)), *PRIVATE))

    def timeline(self, request: Request) -> Response:
        """Give what happened to a case."""
        return told(self._eyes(request).timeline(case_id_of(request)))

    def clocks(self, request: Request) -> Response:
        """Give the clocks of a case, explained."""
        found = self._eyes(request).clocks(case_id_of(request))
        return Response(200, CLOCKS.dump_json(found), JSON, PRIVATE)

    def allowed(self, request: Request) -> Response:
        """Give what the actor may do with a case now."""
        found = self._eyes(request).allowed(case_id_of(request))
        return Response(200, ALLOWED.dump_json(found), JSON, PRIVATE)

    def family(self, request: Request) -> Response:
        """Give the cases that belong to the same matter."""
        return told(self._eyes(request).family(case_id_of(request)))

    def personal(self, request: Request) -> Response:
        """Record that personal data is read, and what for; then give it."""
        wanted = body_of(request, PersonalRequest, self._depth)
        found = self._eyes(request).read(case_id_of(request), wanted.fields, wanted.purpose)
        return Response(200, PERSONAL.dump_json(found), JSON, PRIVATE)

    def readers(self, request: Request) -> Response:
        """Give who has read personal data of a case."""
        return told(self._eyes(request).readers(case_id_of(request)))

    def worklist(self, request: Request) -> Response:
        """Give a page of the cases that the actor may list."""
        return told(self._eyes(request).page(query_of(request, Worklist)))

    def earlier(self, request: Request) -> Response:
        """Give a page of the earlier cases of the same person."""
        wanted = query_of(request, Earlier, case_id=case_id_of(request))
        return told(self._eyes(request).page(wanted))

    def summonses(self, request: Request) -> Response:
        """Give a page of the summonses of a unit."""
        return told(self._eyes(request).summonses(query_of(request, Summonses)))

    def definitions(self, request: Request) -> Response:
        """Give the figures that can be asked for."""
        self._insist_on_figures(request)
        found = tuple(
            Definition(name=name, version=kind.version, what=first_line(kind))
            for name, kind in sorted(STATISTICS.items())
        )
        return Response(200, DEFINITIONS.dump_json(found), JSON, PRIVATE)

    def statistic(self, request: Request) -> Response:
        """Give a figure, with its counts, its definition and its position in the log."""
        self._insist_on_figures(request)
        kind = STATISTICS.get(request.named["question"])
        if kind is None:
            raise NotFoundError(f"there is no such figure; there are: {', '.join(STATISTICS)}")
        return told(self._eyes(request).figure(query_of(request, kind)))

    def wall(self, request: Request) -> Response:
        """Give a page of the public wall."""
        return told(self._engine.ask(query_of(request, Wall)), (("Cache-Control", "no-cache"),))

    def head(self, request: Request) -> Response:
        """Give the end of the log, for who keeps it."""
        self._insist_on_figures(request)
        found = self._engine.head()
        return told(HeadAnswer(position=found.position, link=found.link.hex()))

    def _insist_on_figures(self, request: Request) -> None:
        if not self._eyes(request).may_ask_figures():
            raise ForbiddenError(f"figures are not for the role {actor_of(request).role}")


def told(answer: BaseModel, headers: tuple[tuple[str, str], ...] = PRIVATE) -> Response:
    """Give *answer* as JSON."""
    return Response(200, answer.model_dump_json(by_alias=True).encode(), JSON, headers)


def first_line(kind: type) -> str:
    """Give the first line of the docstring of *kind*."""
    return (kind.__doc__ or "").strip().split("\n", maxsplit=1)[0]
