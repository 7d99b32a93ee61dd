"""Every operation of an engine, generated once: its routes, and their description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, RootModel
from pydantic_core import to_json

from zhili.access import SeenCase, SeenField
from zhili.aggregates.allowed import AllowedStep
from zhili.engine import Receipt
from zhili.evidence.figure import STATISTICS
from zhili.face.answers import Answers, Definition, HeadAnswer, PersonalRequest, first_line
from zhili.face.commands import Commands
from zhili.face.health import health_routes
from zhili.face.limits import Limits
from zhili.face.openapi import document
from zhili.face.operation import Operation, answer_of, command_operations, words_of
from zhili.face.request import JSON, Request, Response
from zhili.face.route import Handler, Route
from zhili.projections.clock_of import ClockAnswer
from zhili.projections.links import Links
from zhili.projections.readers import ReadersAnswer
from zhili.projections.summonses import Summonses
from zhili.projections.timeline import Timeline
from zhili.projections.wall import Wall
from zhili.projections.worklist import Earlier, Worklist
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.engine import Engine
    from zhili.projections.question import Question

__all__ = ["operations", "routes"]


class ClockAnswers(RootModel[tuple[ClockAnswer, ...]]):
    """Every clock that the case ever had, with the reason why it is due when it is."""


class AllowedSteps(RootModel[tuple[AllowedStep, ...]]):
    """The commands that the table has for the actor, as the case stands."""


class SeenFields(RootModel[tuple[SeenField, ...]]):
    """Personal fields as they are."""


class Definitions(RootModel[tuple[Definition, ...]]):
    """The figures that can be asked for."""


CASE: Final = "/cases/{case_id}"
OF_A_CASE: Final = (401, 403, 404, 422, 503)
ASKED: Final = (401, 403, 413, 422, 503)


def operations(engine: Engine) -> tuple[Operation, ...]:
    """Give every operation of *engine*: its commands, what is read of a case, lists, figures."""
    figures = (_figure(kind) for _, kind in sorted(STATISTICS.items()))
    return (*command_operations(engine), *READING, *figures)


def _of_a_case(part: str, title: Label, answer: type[BaseModel] | None) -> Operation:
    path = f"{CASE}/{part}" if part else CASE
    name = f"case.{part}" if part else "case"
    return Operation(name, "GET", path, title, words_of(answer), answer, refusals=OF_A_CASE)


def _question(name: str, path: str, title: Label, kind: type[Question]) -> Operation:
    return Operation(
        name, "GET", path, title, words_of(kind), answer_of(kind), query=kind, refusals=ASKED
    )


def _figure(kind: type[Question]) -> Operation:
    name = kind.definition
    title = Label(first_line(kind).rstrip("."), "统计指标")
    return _question(f"statistics.{name}", f"/statistics/{name}", title, kind)


READING: Final[tuple[Operation, ...]] = (
    _of_a_case("", Label("A case", "工单"), SeenCase),
    _of_a_case("timeline", Label("What happened", "办理轨迹"), answer_of(Timeline)),
    _of_a_case("clocks", Label("Its clocks, explained", "时限"), ClockAnswers),
    _of_a_case("allowed", Label("What you may do now", "可办事项"), AllowedSteps),
    _of_a_case("family", Label("The same matter", "关联工单"), answer_of(Links)),
    replace(
        _of_a_case("earlier", Label("Earlier cases", "历史诉求"), answer_of(Earlier)),
        query=Earlier, without=frozenset({"case_id", "subject"}),
    ),
    _of_a_case("readers", Label("Who has read it", "查阅记录"), ReadersAnswer),
    Operation(
        "case.personal", "POST", f"{CASE}/personal", Label("Read personal data", "查阅个人信息"),
        "That it is read, and what for, is recorded before anything is given.",
        SeenFields, body=PersonalRequest, refusals=(401, 403, 404, 408, 413, 415, 422, 503),
    ),
    _question("worklist", "/worklist", Label("Worklist", "待办清单"), Worklist),
    _question("summonses", "/summonses", Label("Summonses", "报到清单"), Summonses),
    replace(
        _question("wall", "/wall", Label("The public wall", "问题墙·回音壁"), Wall),
        public=True, refusals=(413, 422, 503),
    ),
    Operation(
        "statistics", "GET", "/statistics", Label("Figures there are", "统计目录"),
        "Every figure that can be asked for, with the version of its definition.",
        Definitions, refusals=ASKED,
    ),
    Operation(
        "head", "GET", "/head", Label("The head of the log", "日志链首"), words_of(HeadAnswer),
        HeadAnswer, refusals=ASKED,
    ),
)  # fmt: skip
"""What is read, each at a place of its own."""


def routes(engine: Engine, limits: Limits | None = None) -> tuple[Route, ...]:
    """
    Give the routes that carry all operations out, and `/openapi.json`, which describes them.

    The commands of all case types share three routes, so that a host's router has few to try.
    """
    allowed = limits or Limits()
    every = operations(engine)
    return (
        *_command_routes(Commands(engine, allowed), every),
        *_reading_routes(Answers(engine, allowed), every),
        *health_routes(engine),
        _description(every),
    )


def _command_routes(commands: Commands, every: Iterable[Operation]) -> Iterator[Route]:
    writing = [each for each in every if each.answer is Receipt]
    usual = [each for each in writing if each.path.count("/") == USUAL]
    by_name = [each for each in writing if each.opens and each.path.count("/") > USUAL]
    rest = [each for each in writing if not each.opens]
    for path, name, answer, title, carried in (
        ("/cases/{case_type}/{case_id}/{command}", "case.do", commands.carry_out,
         Label("Carry out a command", "办理"), rest),
        ("/cases/{case_type}", "case.open", commands.open_usually,
         Label("Open a case", "立案"), usual),
        ("/cases/{case_type}/{command}", "case.open_by", commands.open_by,
         Label("Open a case otherwise", "以其他方式立案"), by_name),
    ):  # fmt: skip
        yield Route("POST", path, name, answer, title, operations=tuple(carried))


USUAL: Final = 2
"""How many slashes the path has at which a case is opened in the usual way."""


def _reading_routes(answers: Answers, every: Iterable[Operation]) -> Iterator[Route]:
    handlers = _handlers(answers)
    for operation in READING:
        yield Route(
            operation.method, operation.path, operation.id, handlers[operation.id],
            operation.title, public=operation.public, operations=(operation,),
        )  # fmt: skip
    figures = tuple(each for each in every if each.id.startswith("statistics."))
    title = Label("A figure", "统计指标")
    yield Route(
        "GET", "/statistics/{question}", "statistics.figure", answers.statistic, title,
        operations=figures,
    )  # fmt: skip


def _handlers(answers: Answers) -> Mapping[str, Handler]:
    return {
        "case": answers.case,
        "case.timeline": answers.timeline,
        "case.clocks": answers.clocks,
        "case.allowed": answers.allowed,
        "case.family": answers.family,
        "case.earlier": answers.earlier,
        "case.readers": answers.readers,
        "case.personal": answers.personal,
        "worklist": answers.worklist,
        "summonses": answers.summonses,
        "wall": answers.wall,
        "statistics": answers.definitions,
        "head": answers.head,
    }


def _description(every: tuple[Operation, ...]) -> Route:
    made: dict[str, bytes] = {}

    def describe(request: Request) -> Response:
        if request.base not in made:
            made[request.base] = to_json(document(every, base=request.base))
        return Response(200, made[request.base], JSON, (("Cache-Control", "no-cache"),))

    title = Label("This description", "接口说明")
    return Route("GET", "/openapi.json", "openapi", describe, title, public=True)
