"""The figures of whistles, walls and hazards, as people read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from zhili.cli.command import Language
from zhili.cli.screen import NO_DATA, figure, heading, percent, table, word
from zhili.projections.hazard_figures import HazardFigures, HazardFiguresAnswer, HazardGroup
from zhili.projections.question import Answer, Question
from zhili.projections.rate import Rate
from zhili.projections.wall_figures import WallFigures, WallFiguresAnswer
from zhili.projections.whistle_figures import WhistleFigures, WhistleFiguresAnswer, WhistleTimes
from zhili.projections.whistle_rate import (
    WhistleRate,
    WhistleRateAnswer,
    WhistleRatings,
    WhistleRatingsAnswer,
)
from zhili.workflows import Label

__all__ = ["FIGURES", "print_answers"]

FIGURES: Final[Mapping[str, tuple[type[Question], ...]]] = {
    "whistle": (WhistleFigures, WhistleRate, WhistleRatings),
    "wall": (WallFigures,),
    "hazard": (HazardFigures,),
}
"""The questions whose answers are the figures of a case type; the first one has groups."""

Facts = Mapping[str, Any]
"""The fields of a group by their names: counts, rates, and its key."""


class Screen(NamedTuple):
    """In which words something is said."""

    language: Language
    names: Mapping[str, str]

    def said(self, label: Label) -> str:
        """Give a label."""
        return word(label.en, label.zh, self.language)

    def key(self, key: str | None) -> str:
        """Give the key of a group: a unit by its name."""
        return "—" if key is None else self.names.get(key, key)


WHISTLE_COUNTS: Final = {
    "blown": Label("Blown", "吹哨"),
    "settled": Label("Settled", "处置完成"),
    "closed": Label("Closed", "销哨"),
    "solved": Label("  of them solved", "其中解决"),
    "reblown": Label("Blown again", "再次吹哨"),
    "cancelled": Label("Cancelled", "撤哨"),
    "summoned": Label("Units summoned", "应报到单位"),
    "released": Label("  released or replaced", "免除或改派"),
    "in_time": Label("  reported in on time", "按时报到"),
    "late": Label("  reported in late", "逾期报到"),
    "absent": Label("  did not come", "未到场"),
    "awaited": Label("  still awaited", "待报到"),
    "no_shows": Label("Missed when due", "到期未报到"),
}
WHISTLE_RATES: Final = {
    "completion": Label("Completion rate", "办结率"),
    "report_in": Label("Report-in rate", "报到率"),
}
WALL_COUNTS: Final = {
    "collected": Label("Collected", "收集"),
    "refused": Label("Not posted", "不上墙"),
    "merged": Label("Merged", "合并"),
    "waiting": Label("Not decided yet", "待研判"),
    "posted": Label("Posted", "上墙"),
    "claimed": Label("Claimed", "认领"),
    "resolved": Label("Resolved", "已解决"),
    "explained": Label("Explained", "已解释"),
    "in_progress": Label("In progress", "办理中"),
    "transferred": Label("  of them transferred", "其中转办"),
    "unreported": Label("Unreported", "未报告"),
    "echoed": Label("Echoed", "已回音"),
    "kept": Label("Promises kept", "守诺"),
    "broken": Label("Promises broken", "失约"),
    "pending": Label("Promises pending", "承诺未到期"),
    "changed": Label("Promises changed", "变更承诺"),
    "satisfied": Label("Satisfied votes", "满意"),
    "basically_satisfied": Label("Basically satisfied votes", "基本满意"),
    "dissatisfied": Label("Dissatisfied votes", "不满意"),
}
WALL_RATES: Final = {
    "claimed_share": Label("Claimed, of those posted", "认领率"),
    "resolution_of_collected": Label("Resolved, of those collected", "解决率(按收集)"),
    "resolution_of_posted": Label("Resolved, of those posted", "解决率(按上墙)"),
    "echo_rate": Label("Echoed, of those declared", "回音率"),
    "promise_kept_rate": Label("Promises kept", "守诺率"),
    "satisfaction": Label("Satisfaction", "满意率"),
}
HAZARD_COUNTS: Final = {
    "found": Label("Found", "发现"),
    "solved": Label("Solved", "已解决"),
    "open": Label("Open", "未解决"),
    "overdue": Label("  of them overdue", "其中超期"),
    "dismissed": Label("No hazards", "不予立项"),
}
HAZARD_RATES: Final = {"rate": Label("Solved, of those found", "解决率")}


def print_answers(answers: Sequence[Answer], language: Language, names: Mapping[str, str]) -> None:
    """Print the figures of a case type for people, as of the instant that they are of."""
    screen = Screen(language, names)
    heading(f"{word('As of', '截至', language)} {answers[0].as_of:%Y-%m-%d %H:%M:%S} UTC")
    for answer in answers:
        for kind, show in PRINTERS.items():
            if isinstance(answer, kind):
                show(answer, screen)


def _whistles(answer: WhistleFiguresAnswer, screen: Screen) -> None:
    total = answer.total
    _print_total(dict(total), WHISTLE_COUNTS, WHISTLE_RATES, screen)
    heading(word("How long it took, in hours", "用时(小时)", screen.language))
    columns = (
        word("From the whistle", "自吹哨起", screen.language),
        word("Happened", "已发生", screen.language),
        word("Not yet", "未发生", screen.language),
        word("Mean", "平均", screen.language),
        "P50",
        "P90",
    )
    arrive, settle = total.time_to_arrive, total.time_to_settle
    rows = [
        (word("to report in", "至报到", screen.language), *_times(arrive)),
        (word("to settle", "至处置完成", screen.language), *_times(settle)),
    ]
    table(columns, rows, right=5)
    if answer.by:
        counts = _some(WHISTLE_COUNTS, "solved", "summoned", "released", "awaited", "no_shows")
        _print_groups(map(dict, answer.groups), counts, WHISTLE_RATES, screen)


def _times(times: WhistleTimes) -> tuple[object, ...]:
    spread = (times.mean, times.p50, times.p90)
    return (times.n, times.open, *(figure(None if one is None else float(one)) for one in spread))


def _whistle_rate(answer: WhistleRateAnswer, screen: Screen) -> None:
    bounds = f"{percent(float(answer.low))} – {percent(float(answer.high))}"
    title = word("Whistles for complaints, by street", "吹哨率(按街道)", screen.language)
    heading(f"{title}: {bounds}")
    warnings = {
        "low": word("low: it stands idle", "偏低", screen.language),
        "high": word("high: daily work fails", "偏高", screen.language),
    }
    columns = (
        word("Street", "街道", screen.language),
        word("Warning", "预警", screen.language),
        word("Whistles", "吹哨", screen.language),
        word("Complaints", "诉求", screen.language),
        word("Rate", "吹哨率", screen.language),
    )
    rows = [
        (
            screen.key(one.street),
            warnings.get(one.warning or "", ""),
            one.whistles,
            one.complaints,
            percent(_number(one.rate.rate)),
        )
        for one in answer.streets
    ]
    table(columns, rows, right=3)


def _ratings(answer: WhistleRatingsAnswer, screen: Screen) -> None:
    if not answer.scores:
        return
    heading(word("Published ratings", "已公布评价", screen.language))
    columns = (
        word("Unit", "单位", screen.language),
        word("Dimension", "维度", screen.language),
        word("Points", "得分", screen.language),
        word("Ratings", "次数", screen.language),
        word("Mean", "平均", screen.language),
    )
    rows = [
        (screen.key(one.unit), one.dimension, one.points, one.n, figure(_number(one.mean)))
        for one in answer.scores
    ]
    table(columns, rows, right=3)


def _walls(answer: WallFiguresAnswer, screen: Screen) -> None:
    total = answer.total
    days = NO_DATA if total.median_days_to_echo is None else f"{total.median_days_to_echo:.2f}"
    median = (word("Median days to the echo", "回音中位天数", screen.language), "", "", days)
    _print_total(dict(total), WALL_COUNTS, WALL_RATES, screen, [median])
    if total.refused_by_reason:
        heading(word("Not posted, by reason", "不上墙(按原因)", screen.language))
        columns = (word("Reason", "原因", screen.language), word("Items", "件数", screen.language))
        table(columns, total.refused_by_reason.items(), right=1)
    if answer.by:
        counts = _some(WALL_COUNTS, "refused", "unreported")
        rates = _some(WALL_RATES, *(name for name in WALL_RATES if name != "claimed_share"))
        _print_groups(map(dict, answer.groups), counts, rates, screen)


def _hazards(answer: HazardFiguresAnswer, screen: Screen) -> None:
    groups = [_solved(group) for group in answer.groups]
    if answer.by:
        _print_groups(groups, HAZARD_COUNTS, HAZARD_RATES, screen)
    else:
        _print_total(groups[0], HAZARD_COUNTS, HAZARD_RATES, screen)
    if not answer.published:
        return
    heading(word("Published elsewhere, and counted nowhere", "外部公布数据", screen.language))
    columns = (
        word("Figure", "指标", screen.language),
        word("Found", "发现", screen.language),
        word("Solved", "已解决", screen.language),
        word("Rate", "解决率", screen.language),
        word("Between", "区间", screen.language),
    )
    rows = [
        (
            one.name,
            f"{one.found.count:,}",
            f"{one.solved.count:,}",
            percent(_number(one.rate)),
            f"{percent(_number(one.lowest))} – {percent(_number(one.highest))}"
            if one.rounded_input
            else "",
        )
        for one in answer.published
    ]
    table(columns, rows, right=4)


def _solved(group: HazardGroup) -> Facts:
    """Give the facts of a group, with its rate and what that is made of."""
    return {**dict(group), "rate": Rate.of(group.solved, group.found)}


def _print_total(
    facts: Facts,
    counts: Mapping[str, Label],
    rates: Mapping[str, Label],
    screen: Screen,
    more: Sequence[Sequence[object]] = (),
) -> None:
    columns = (
        word("Figure", "指标", screen.language),
        word("Numerator", "分子", screen.language),
        word("Denominator", "分母", screen.language),
        word("Value", "数值", screen.language),
    )
    rows: list[Sequence[object]] = [
        (screen.said(label), "", "", facts[name]) for name, label in counts.items()
    ]
    for name, label in rates.items():
        rate: Rate = facts[name]
        made_of = (rate.numerator, rate.denominator)
        rows.append((screen.said(label), *made_of, percent(_number(rate.rate))))
    table(columns, [*rows, *more], right=3)


def _print_groups(
    groups: Iterable[Facts],
    counts: Mapping[str, Label],
    rates: Mapping[str, Label],
    screen: Screen,
) -> None:
    heading(word("By group", "分组", screen.language))
    columns = (
        word("Group", "分组", screen.language),
        *(screen.said(label).strip() for label in counts.values()),
        *(screen.said(label) for label in rates.values()),
    )
    rows = [
        (
            screen.key(facts["key"]),
            *(facts[name] for name in counts),
            *(_share(facts[name]) for name in rates),
        )
        for facts in groups
    ]
    table(columns, rows, right=len(columns) - 1, whole=True)


def _some(labels: Mapping[str, Label], *names: str) -> dict[str, Label]:
    return {name: labels[name] for name in names}


def _share(rate: Rate) -> str:
    """Give a rate with what it is made of."""
    return f"{rate.numerator} / {rate.denominator} = {percent(_number(rate.rate))}"


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


PRINTERS: Final[Mapping[type[Answer], Callable[..., None]]] = {
    WhistleFiguresAnswer: _whistles,
    WhistleRateAnswer: _whistle_rate,
    WhistleRatingsAnswer: _ratings,
    WallFiguresAnswer: _walls,
    HazardFiguresAnswer: _hazards,
}
