"""The reference page of the lists: worklists, summonses, walls, families, timelines, readers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from docs.pages.fields import answer_fields, fields, referred
from docs.pages.markdown import code, page, prose
from zhili.projections.clock_of import ClockAnswer, ClockOf
from zhili.projections.links import Links, LinksAnswer
from zhili.projections.listing import CasePage
from zhili.projections.question import Answer, Question
from zhili.projections.readers import Readers, ReadersAnswer
from zhili.projections.summonses import Summonses, SummonsPage
from zhili.projections.timeline import Timeline, TimelineAnswer
from zhili.projections.wall import Wall, WallPage
from zhili.projections.worklist import Earlier, Worklist

if TYPE_CHECKING:
    from zhili.values import Value

ANSWERS: Final[dict[type[Question], type[Answer]]] = {
    Worklist: CasePage,
    Earlier: CasePage,
    Summonses: SummonsPage,
    Wall: WallPage,
    Links: LinksAnswer,
    Timeline: TimelineAnswer,
    ClockOf: ClockAnswer,
    Readers: ReadersAnswer,
}
"""Every question that lists, with what answers it."""

ABOUT: Final = """
Each is a question for `Engine.ask`, as in `engine.ask(Worklist(unit="lamps"))`. Figures are
[statistics](statistics.md).
"""


def render() -> str:
    """Give the page."""
    answers = list(dict.fromkeys(ANSWERS.values()))
    return page(
        "Questions about cases",
        prose(ABOUT),
        *(_question(question, answer) for question, answer in ANSWERS.items()),
        ["## Answers", "", *prose(Answer.__doc__), *answer_fields(Answer)],
        *(_value(answer) for answer in answers),
        ["## What answers are made of"],
        *(_value(one) for one in referred(list(answers))),
    )


def _question(question: type[Question], answer: type[Answer]) -> Iterator[str]:
    name = answer.__name__
    yield f"## {code(question.__name__)}"
    yield ""
    yield from prose(question.__doc__)
    yield (
        f"From {code(question.__module__)}; definition {code(question.definition)}, "
        f"version {question.version}; answered with [{code(name)}](#{name.lower()})."
    )
    yield ""
    yield from fields(question)


def _value(model: type[Value]) -> Iterator[str]:
    inherited = frozenset(Answer.model_fields) if issubclass(model, Answer) else frozenset[str]()
    yield f"### {code(model.__name__)}"
    yield ""
    yield from prose(model.__doc__)
    yield from answer_fields(model, without=inherited)
