"""The reference page of the statistics: what each figure is made of, word for word from its SQL."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from docs.pages.fields import answer_fields, fields, referred
from docs.pages.markdown import block, code, codes, page, prose
from zhili.projections.backlog import Backlog, BacklogAnswer
from zhili.projections.hazard_figures import HazardFigures, HazardFiguresAnswer
from zhili.projections.overview import Overview, OverviewAnswer
from zhili.projections.question import Answer, Question
from zhili.projections.rate import ClosingRate, OnTimeRate, RateAnswer, ResolutionRate
from zhili.projections.sql_text import load
from zhili.projections.statement import INCLUDE, STATEMENTS, fingerprint
from zhili.projections.statistic import Statistic, StatisticAnswer
from zhili.projections.survival_curve import SurvivalCurve, SurvivalCurveAnswer
from zhili.projections.time_distribution import TimeDistribution, TimeDistributionAnswer
from zhili.projections.time_to_close import TimeToClose, TimeToCloseAnswer
from zhili.projections.wall_figures import WALL_STATEMENTS, WallFigures, WallFiguresAnswer
from zhili.projections.whistle_figures import WhistleFigures, WhistleFiguresAnswer
from zhili.projections.whistle_rate import (
    WhistleRate,
    WhistleRateAnswer,
    WhistleRatings,
    WhistleRatingsAnswer,
)

if TYPE_CHECKING:
    from zhili.values import Value

ANSWERS: Final[dict[type[Question], type[Answer]]] = {
    Overview: OverviewAnswer,
    ClosingRate: RateAnswer,
    ResolutionRate: RateAnswer,
    OnTimeRate: RateAnswer,
    TimeToClose: TimeToCloseAnswer,
    TimeDistribution: TimeDistributionAnswer,
    SurvivalCurve: SurvivalCurveAnswer,
    Backlog: BacklogAnswer,
    WhistleFigures: WhistleFiguresAnswer,
    WhistleRate: WhistleRateAnswer,
    WhistleRatings: WhistleRatingsAnswer,
    WallFigures: WallFiguresAnswer,
    HazardFigures: HazardFiguresAnswer,
}
"""Every statistic, with what answers it."""

APART: Final = ("backlog", "wall_cohort", *WALL_STATEMENTS)
"""The files of questions that are about other things than a cohort of cases."""

ABOUT: Final = """
Each figure is a question for `Engine.ask`, from `zhili.projections.statistics` and, for the
backlog, `zhili.projections.backlog`. Those of complaints take every case type; whistles, walls and
hazards have figures of their own besides. Each definition stands in .sql files, whose heads are
printed below as they are. `sql_sha256` in an answer is the fingerprint printed here.
"""


def render() -> str:
    """Give the page."""
    answers = list(dict.fromkeys(ANSWERS.values()))
    return page(
        "Statistics 统计",
        prose(ABOUT),
        [
            "## What every statistic of cases takes",
            "",
            *prose(Statistic.__doc__),
            *fields(Statistic),
        ],
        ["## What every answer says of itself", "", *prose(Answer.__doc__), *answer_fields(Answer)],
        ["What an answer of such a statistic adds:", "", *_own(StatisticAnswer, Answer)],
        *(_question(question) for question in ANSWERS),
        ["## Answers"],
        *(_value(answer, StatisticAnswer) for answer in answers),
        ["## What answers are made of"],
        *(_value(one) for one in referred([*answers, Statistic])),
        ["## The definitions"],
        *(_definition(name) for name in sorted((*STATEMENTS, *APART))),
    )


def fingerprint_of(question: type[Question]) -> str:
    """Give what an answer of *question* calls `sql_sha256`."""
    if question is Backlog:
        return sha256(load("backlog").encode()).hexdigest()
    return fingerprint(question.files())


def _question(question: type[Question]) -> Iterator[str]:
    answer = ANSWERS[question].__name__
    files = question.files()
    yield f"## {code(question.__name__)}"
    yield ""
    yield from prose(question.__doc__)
    yield f"- definition {code(question.definition)}, version {question.version}"
    yield f"- answered with [{code(answer)}](#{answer.lower()})"
    yield f"- from {', '.join(f'[{code(name)}](#{name}sql)' for name in files)}"
    yield f"- SHA-256 {code(fingerprint_of(question))}"
    yield ""
    if issubclass(question, Statistic):
        inherited = frozenset(Statistic.model_fields)
        yield from _unless_empty(fields(question, without=inherited), "It takes besides:")
    else:
        yield from fields(question)


def _unless_empty(lines: Iterator[str], head: str) -> list[str]:
    found = list(lines)
    return [head, "", *found] if found else ["It takes what every statistic of cases takes."]


def _own(model: type[Value], above: type[Value]) -> Iterator[str]:
    return answer_fields(model, without=frozenset(above.model_fields))


def _value(model: type[Value], above: type[Value] = Answer) -> Iterator[str]:
    yield f"### {code(model.__name__)}"
    yield ""
    yield from prose(model.__doc__)
    yield from _own(model, above) if issubclass(model, above) else _own(model, Answer)


def _definition(name: str) -> Iterator[str]:
    """Give the head of a .sql file: its name and version, and what is counted."""
    text = load(name)
    head = []
    for line in text.split("\n"):
        if not line.startswith("--"):
            break
        head.append(line.removeprefix("--").removeprefix(" "))
    yield f"### {code(f'{name}.sql')}"
    yield ""
    yield from block("\n".join(head))
    included = INCLUDE.findall(text)
    yield ""
    if included:
        yield f"Includes {codes(f'{one}.sql' for one in included)}."
        yield ""
    yield f"SHA-256 of the file {code(sha256(text.encode()).hexdigest())}"
