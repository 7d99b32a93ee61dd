"""The few figures by which the simulated district is seen at a glance, case type by case type."""

from __future__ import annotations

from decimal import Decimal

from zhili.cli.command import Language
from zhili.cli.screen import NO_DATA, figure, heading, percent, table, word
from zhili.engine import Engine
from zhili.projections.hazard_figures import HazardFigures
from zhili.projections.rate import (
    ClosingRate,
    OnTimeRate,
    Rate,
    RateAnswer,
    ResolutionRate,
)
from zhili.projections.time_to_close import TimeToClose
from zhili.projections.wall_figures import WallFigures
from zhili.projections.whistle_figures import WhistleFigures

__all__ = ["print_key_figures"]

Row = tuple[str, object, object, str]
"""A figure: its words, its numerator, its denominator, its value."""


def print_key_figures(engine: Engine, language: Language) -> None:
    """Print the figures, with what each was divided by."""
    heading(word("Figures", "指标", language))
    columns = (
        word("Figure", "指标", language),
        word("Numerator", "分子", language),
        word("Denominator", "分母", language),
        word("Value", "数值", language),
    )
    rows = [
        *_complaints(engine, language),
        *_whistles(engine, language),
        *_wall(engine, language),
        *_hazards(engine, language),
        *_branch_calls(engine, language),
    ]
    table(columns, rows, right=3)


def _complaints(engine: Engine, language: Language) -> list[Row]:
    times = engine.ask(TimeToClose.model_validate({})).groups[0].time
    return [
        _rate("Complaints: closing rate", "诉求: 办结率", _only(engine, ClosingRate()), language),
        _rate("  resolution rate", "解决率", _only(engine, ResolutionRate()), language),
        _rate("  on-time rate", "按时办结率", _only(engine, OnTimeRate()), language),
        _hours("  median hours to close", "办理时长中位数(小时)", times.p50_linear, language),
    ]


def _whistles(engine: Engine, language: Language) -> list[Row]:
    total = engine.ask(WhistleFigures()).total
    arrived = total.time_to_arrive.p50
    return [
        _rate("Whistles: completion rate", "吹哨: 办结率", total.completion, language),
        _rate("  report-in rate", "报到率", total.report_in, language),
        _hours("  median hours until a unit reports in", "报到时长中位数(小时)", arrived, language),
        _count("  units that were missed when due", "到期未报到单位", total.no_shows, language),
    ]


def _wall(engine: Engine, language: Language) -> list[Row]:
    total = engine.ask(WallFigures()).total
    return [
        _count("Wall: problems collected", "问题墙: 收集问题", total.collected, language),
        _rate("  resolved of those posted", "上墙解决率", total.resolution_of_posted, language),
        _rate("  promises kept", "守诺率", total.promise_kept_rate, language),
        _rate("  satisfied with the echo", "回音满意率", total.satisfaction, language),
        _count("  posted with nothing reported", "上墙未报告进展", total.unreported, language),
    ]


def _hazards(engine: Engine, language: Language) -> list[Row]:
    (whole,) = engine.ask(HazardFigures()).groups
    rate = Rate.of(whole.solved, whole.found)
    return [_rate("Hazards: solved of those found", "隐患: 解决率", rate, language)]


def _branch_calls(engine: Engine, language: Language) -> list[Row]:
    served = _only(engine, ResolutionRate(case_type="branch_call"))
    return [_rate("Branch's calls: served, of those ended", "支部吹哨: 履职率", served, language)]


def _only(engine: Engine, question: ClosingRate | ResolutionRate | OnTimeRate) -> Rate:
    """Give the figure of a question without groups."""
    answer: RateAnswer = engine.ask(question)
    return answer.groups[0].figure


def _rate(en: str, zh: str, rate: Rate, language: Language) -> Row:
    value = percent(None if rate.rate is None else float(rate.rate))
    return (_words(en, zh, language), rate.numerator, rate.denominator, value)


def _count(en: str, zh: str, count: int, language: Language) -> Row:
    return (_words(en, zh, language), "", "", str(count))


def _hours(en: str, zh: str, hours: Decimal | None, language: Language) -> Row:
    value = NO_DATA if hours is None else figure(float(hours))
    return (_words(en, zh, language), "", "", value)


def _words(en: str, zh: str, language: Language) -> str:
    """Give the words; a figure that belongs to the one above stands a little to the right."""
    indent = "  " if en.startswith(" ") else ""
    return indent + word(en.strip(), zh, language)
