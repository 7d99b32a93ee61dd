"""The dashboard's pictures, drawn from its figures in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from zhili.face.request import Language
from zhili.pages.chart import (
    Bar,
    Column,
    Heading,
    Mark,
    Picture,
    Series,
    Stack,
    StepPoint,
    StepWords,
    Writing,
    bars,
    columns,
    lines,
    stacks,
    steps,
)
from zhili.pages.dashboard_cell import Names, band_in_words, rate_words
from zhili.pages.dashboard_figures import Figures, Line
from zhili.pages.dashboard_number import (
    SMALL,
    counts,
    few,
    hours_in_words,
    month_in_words,
    no_data,
    percent,
    rounded,
)
from zhili.pages.words import word
from zhili.projections.rate import Rate

__all__ = ["captions", "pictures"]

BARS_MAX: Final = 12
"""So many groups are drawn; the table has them all."""

HOURS_DRAWN: Final = 96
"""Up to so many hours an axis of time is in hours, then in days."""


def captions(figures: Figures, language: Language) -> dict[str, str]:
    """Give what is said above every picture: the unit of its axis, and how to read it."""
    drawing = _Drawing(figures, str, language)
    months = word("By month of registration", "按受理月份", language)
    closed = word("Closed of those registered", "办结数/受理数", language)
    hatched = word(f"hatched: fewer than {SMALL} cases", f"斜线：不足{SMALL}件", language)
    largest = word(f"the {BARS_MAX} largest groups", f"仅列件数最多的{BARS_MAX}组", language)
    of_groups = [closed, hatched, *([largest] if len(figures.lines) > BARS_MAX else [])]
    since = word("Time since the opening in", "自受理起的时长，单位：", language)
    return {
        "rates": months,
        "times": word(
            f"{months}; in {drawing.months_scale().unit}",
            f"{months}；单位：{drawing.months_scale().unit}",
            language,
        ),
        "distribution": word(
            f"{since} {drawing.bands_scale().unit}; number of closed cases",
            f"{since}{drawing.bands_scale().unit}；纵轴为办结件数",
            language,
        ),
        "curve": word(
            f"Share of cases not yet closed; {since.lower()} {drawing.curve_scale().unit}",
            f"未办结比例；{since}{drawing.curve_scale().unit}",
            language,
        ),
        "groups": word("; ", ";", language).join(of_groups),
        "backlog": word(
            "Whole days since the opening; all months", "自受理起的整天数；不限受理月份", language
        ),
    }


def pictures(figures: Figures, names: Names, language: Language) -> Mapping[str, Picture]:
    """Draw every picture, by name."""
    drawing = _Drawing(figures, names, language)
    return {
        "rates": drawing.rates(),
        "times": drawing.times(),
        "distribution": drawing.distribution(),
        "curve": drawing.curve(),
        "groups": drawing.groups(),
        "backlog": drawing.backlog(),
    }


@dataclass(frozen=True, slots=True)
class _Scale:
    """The unit of an axis of time: how many hours, and what it is called."""

    hours: int
    unit: str

    def of(self, hours: Decimal | int) -> Fraction:
        """Give hours in this unit."""
        return Fraction(hours) / self.hours


@dataclass(frozen=True, slots=True)
class _Drawing:
    figures: Figures
    names: Names
    language: Language

    def _say(self, en: str, zh: str) -> str:
        return word(en, zh, self.language)

    def _heading(self, name: str, title: str, about: str) -> Heading:
        empty = self._say("No data for this month.", "本月无数据。")
        return Heading(f"picture-{name}", title, about, empty)

    def _hours(self, hours: Decimal | None) -> str:
        working = self.figures.asked.hours == "working"
        return hours_in_words(hours, self.language, working=working)

    def _scale(self, longest: Decimal | int | None) -> _Scale:
        if self.figures.asked.hours == "working":
            return _Scale(1, self._say("working hours", "工作小时"))
        if longest is None or longest <= HOURS_DRAWN:
            return _Scale(1, self._say("hours", "小时"))
        return _Scale(24, self._say("days", "天"))

    def months_scale(self) -> _Scale:
        """Give the unit of the times over the months."""
        known = [line.p90 for line in self._history() if line.p90 is not None]
        return self._scale(max(known, default=None))

    def bands_scale(self) -> _Scale:
        """Give the unit of the distribution."""
        return self._scale(self.figures.bands.bands[-1].hours)

    def curve_scale(self) -> _Scale:
        """Give the unit of the curve."""
        points = self.figures.curve.points
        return self._scale(points[-1].hours if points else None)

    # — months —

    def _history(self) -> tuple[Line, ...]:
        """Give the months from the first that has cases."""
        history = self.figures.history
        first = next((at for at, line in enumerate(history) if line.total), len(history) - 1)
        return history[first:]

    def rates(self) -> Picture:
        """Draw the three rates over the months."""
        names = rate_words(self.language)
        found = [
            Series(name, tuple(_share(line.rates[place].now) for line in self._history()))
            for place, name in enumerate(names)
        ]
        last = self.figures.total
        said = self._say(", ", "，").join(
            f"{name} {percent(rate.now, self.language)}"
            for name, rate in zip(names, last.rates, strict=True)
        )
        heading = self._heading(
            "rates",
            self._say("Rates, month by month", "三项比率走势"),
            f"{month_in_words(self.figures.month, self.language)}{self._say(': ', '：')}{said}",
        )
        writing = Writing(lambda share: f"{rounded(share * 100, 0)}%")
        return lines(heading, [line.key or "" for line in self._history()], found, writing, most=1)

    def times(self) -> Picture:
        """Draw the median and the ninetieth percentile over the months."""
        scale = self.months_scale()
        found = [
            Series(name, tuple(None if one is None else scale.of(one) for one in values))
            for name, values in (
                (self._say("Median", "中位数"), [line.p50 for line in self._history()]),
                ("P90", [line.p90 for line in self._history()]),
            )
        ]
        last = self.figures.total
        heading = self._heading(
            "times",
            self._say(
                f"Time to close, month by month, in {scale.unit}",
                f"办理时长走势（{scale.unit}）",
            ),
            self._say(
                f"{month_in_words(self.figures.month, 'en')}: median {self._hours(last.p50)}, "
                f"P90 {self._hours(last.p90)}, of {last.n:,} closed cases",
                f"{month_in_words(self.figures.month, 'zh')}：中位数{self._hours(last.p50)}，"
                f"P90 {self._hours(last.p90)}，办结{last.n:,}件",
            ),
        )
        return lines(
            heading, [line.key or "" for line in self._history()], found, Writing(_plainly)
        )

    # — the month asked for —

    def distribution(self) -> Picture:
        """Draw how many cases took how long, with median and P90."""
        total, bands = self.figures.total, self.figures.bands
        scale = self.bands_scale()
        found = [
            Column(
                scale.of(band.hours),
                None if band.before is None else scale.of(band.before),
                band.count,
            )
            for band in bands.bands
        ]
        marks = [
            Mark(scale.of(one), f"{name} {self._hours(one)}")
            for name, one in ((self._say("Median", "中位数"), total.p50), ("P90", total.p90))
            if one is not None
        ]
        heading = self._heading(
            "distribution",
            self._say(f"Times to close, in {scale.unit}", f"办理时长分布（{scale.unit}）"),
            self._say(
                f"{bands.n:,} closed cases; {'; '.join(mark.label for mark in marks)}",
                f"办结{bands.n:,}件；{'；'.join(mark.label for mark in marks)}",
            ),
        )
        writing = Writing(_plainly, beyond=lambda number: f"≥ {_plainly(number)}")
        return columns(heading, found, marks, writing)

    def curve(self) -> Picture:
        """Draw the Kaplan–Meier curve."""
        curve, median = self.figures.curve, self.figures.median
        scale = self.curve_scale()
        found = [
            StepPoint(scale.of(one.hours), one.at_risk, one.censored, one.survival)
            for one in curve.points
        ]
        half = self._say(f"median {self._hours(median)}", f"中位数 {self._hours(median)}")
        heading = self._heading(
            "curve",
            self._say(
                f"Share not yet closed, by {scale.unit} since the opening (Kaplan–Meier)",
                f"受理后各时点未办结比例（Kaplan–Meier，{scale.unit}）",
            ),
            self._say(
                f"{curve.n:,} cases, {curve.events:,} closed, {curve.censored:,} still open; "
                + (half if median is not None else "the curve does not reach one half"),
                f"共{curve.n:,}件，办结{curve.events:,}件，未办结{curve.censored:,}件；"
                + (half if median is not None else "曲线未降至一半"),
            ),
        )
        words = StepWords(
            at_risk=self._say("Still at risk (not closed, observed so far)", "各时点仍在办件数"),
            median=half,
            censored=self._say("still open when counted", "统计时仍未办结"),
        )
        at = None if median is None else scale.of(median)
        return steps(heading, found, at, words, Writing(_plainly))

    def groups(self) -> Picture:
        """Draw the closing rate of each group."""
        found = [
            Bar(self.names(line.key), _share(rate), self._rate(rate), few(rate))
            for line in self.figures.lines[:BARS_MAX]
            if (rate := line.closing.now).denominator
        ]
        heading = self._heading(
            "groups",
            self._say("Closing rate by group", "各组办结率"),
            self._say("; ", "；").join(f"{bar.label} {bar.words}" for bar in found),
        )
        return bars(heading, found, most=1)

    def _rate(self, rate: Rate) -> str:
        if rate.denominator == 0:
            return no_data(self.language)
        return f"{percent(rate, self.language)} · {counts(rate)}"

    def backlog(self) -> Picture:
        """Draw the open cases of each group by age."""
        answer = self.figures.backlog
        bands = [band_in_words(one.days, one.before, self.language) for one in answer.total.bands]
        found = [
            Stack(self.names(group.key), tuple(band.count for band in group.bands))
            for group in answer.groups[:BARS_MAX]
        ]
        colon = self._say(": ", "：")
        old = self._say(", ", "，").join(
            f"{name}{colon}{one.count:,}"
            for name, one in zip(bands, answer.total.bands, strict=True)
        )
        heading = self._heading(
            "backlog",
            self._say("Open cases by age", "未办结案件时长构成"),
            self._say(
                f"{answer.total.total:,} open; {old}", f"未办结{answer.total.total:,}件；{old}"
            ),
        )
        return stacks(heading, bands, found, Writing(_plainly))


def _share(rate: Rate) -> Fraction | None:
    return Fraction(rate.numerator, rate.denominator) if rate.denominator else None


def _plainly(number: Fraction) -> str:
    """Write a number without digits that say nothing."""
    if number.denominator == 1:
        return rounded(number, 0)
    return rounded(number, 1 if number >= 1 else 2).rstrip("0").rstrip(".")
