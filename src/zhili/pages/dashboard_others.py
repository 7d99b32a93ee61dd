"""Whistles, walls and hazards in a few lines, each beside the counts that it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from zhili.face.request import Language
from zhili.pages.dashboard_figures import Figures
from zhili.pages.dashboard_number import SMALL, counts, few, hours_in_words, percent
from zhili.pages.words import word
from zhili.projections.rate import Rate
from zhili.projections.statistics import HazardFiguresAnswer, WhistleFiguresAnswer
from zhili.projections.wall_figures import WallFiguresAnswer

__all__ = ["Section", "SectionRow", "sections"]


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One figure: what it is called, how it is written, what it is made of."""

    label: str
    figure: str
    counts: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A few figures of one kind of matter."""

    name: str
    title: str
    rows: tuple[SectionRow, ...]


def sections(figures: Figures, language: Language) -> list[Section]:
    """Give the sections for which there are figures."""
    found = [
        _whistles(figures.whistles, language) if figures.whistles else None,
        _wall(figures.wall, language) if figures.wall else None,
        _hazards(figures.hazards, language),
    ]
    return [section for section in found if section is not None]


def _rate(label: str, rate: Rate, language: Language) -> SectionRow:
    said = counts(rate) if rate.denominator else ""
    return SectionRow(label, percent(rate, language), said, few(rate))


def _count(label: str, count: int) -> SectionRow:
    return SectionRow(label, f"{count:,}")


def _whistles(answer: WhistleFiguresAnswer, language: Language) -> Section:
    total = answer.total
    arrive = total.time_to_arrive
    rows = (
        _count(word("Blown", "吹哨", language), total.blown),
        _rate(word("Closed", "办结率", language), total.completion, language),
        _rate(word("Units in time", "报到率", language), total.report_in, language),
        SectionRow(
            word("Median until they report in", "报到时长中位数", language),
            hours_in_words(arrive.p50, language),
            f"n = {arrive.n:,}" if arrive.n else "",
            0 < arrive.n < SMALL,
        ),
        _count(word("Missed when due", "到期未报到", language), total.no_shows),
    )
    return Section("whistles", word("Whistle-calls", "吹哨报到", language), rows)


def _wall(answer: WallFiguresAnswer, language: Language) -> Section:
    total = answer.total
    rows = (
        _count(word("Problems collected", "收集问题", language), total.collected),
        _rate(
            word("Solved of those posted", "上墙解决率", language),
            total.resolution_of_posted,
            language,
        ),
        _rate(word("Promises kept", "守诺率", language), total.promise_kept_rate, language),
        _rate(
            word("Satisfied with the echo", "回音满意率", language), total.satisfaction, language
        ),
        _count(word("Posted, nothing reported", "上墙未报告进展", language), total.unreported),
    )
    return Section("wall", word("Problem wall", "问题墙·回音壁", language), rows)


def _hazards(answer: HazardFiguresAnswer, language: Language) -> Section:
    found = sum(group.found for group in answer.groups)
    solved = sum(group.solved for group in answer.groups)
    rows = (
        _count(word("Found", "发现", language), found),
        _rate(word("Solved", "整治率", language), Rate.of(solved, found), language),
        _count(word("Open", "未整治", language), sum(group.open for group in answer.groups)),
        _count(word("Overdue", "超期", language), sum(group.overdue for group in answer.groups)),
    )
    return Section("hazards", word("Hazards", "社区隐患", language), rows)
