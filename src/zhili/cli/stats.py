"""`zhili stats`: every figure of a case type, as a table or as one JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from zhili.cli.case_types import NAMES, case_type_of
from zhili.cli.command import (
    FINE,
    Format,
    FormatOption,
    Language,
    LanguageOption,
    StoreOption,
    command,
    opened,
)
from zhili.cli.figures import FIGURES, print_answers
from zhili.cli.moment import AS_OF_HELP, KnownAtOption, read_moment
from zhili.cli.screen import figure, heading, percent, print_json, table, unit_names, word
from zhili.errors import InputError
from zhili.projections.overview import Overview, OverviewAnswer
from zhili.projections.question import Question

__all__ = ["print_figures", "stats"]


@command
def stats(  # noqa: PLR0913, PLR0917 - what is counted, as of when, and how it is shown
    store: StoreOption,
    case_type: Annotated[
        str, typer.Option("--case-type", help=f"One of {', '.join(NAMES)}.")
    ] = "complaint",
    by: Annotated[
        str | None,
        typer.Option(
            help="unit, category, type, division, channel, kind, month, grade, "
            "or a level above the unit: street, district, city, province. Of whistles: street, "
            "kind, month, department; of the wall: category, village, month."
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help=f"{AS_OF_HELP} Or max, the newest opening or closing in the record."),
    ] = None,
    known_at: KnownAtOption = None,
    form: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> int:
    """
    Print the figures of a case type 统计: counts, rates, and how long things took.

    Complaints and branch's calls have the overview; whistles, walls and hazards their own figures.
    """
    kind = case_type_of(case_type).workflow.name
    newest = as_of == "max"
    if newest and kind in FIGURES:
        message = f"--as-of max is for the overview of complaints; name an instant for the {kind}"
        raise InputError(message, case_type=kind)
    questions = _questions(kind, by, newest=newest)
    moment = read_moment(None if newest else as_of, known_at)
    with opened(store) as engine:
        instant, known = moment.at(engine)
        answers = [engine.ask(one, as_of=instant, known_at=known) for one in questions]
        names = unit_names(engine)
    if isinstance(answers[0], OverviewAnswer):
        document = answers[0].document()
        if form is Format.JSON:
            print_json(document)
        else:
            print_figures(document, language, names)
    elif form is Format.JSON:
        print_json({answer.definition: answer.model_dump(mode="json") for answer in answers})
    else:
        print_answers(answers, language, names)
    return FINE


def _questions(case_type: str, by: str | None, *, newest: bool) -> list[Question]:
    if case_type not in FIGURES:
        fields = {"case_type": case_type, "by": by, "as_of": "max" if newest else None}
        return [Overview.model_validate(fields)]
    first, *others = FIGURES[case_type]
    return [first.model_validate({"by": by}), *(kind() for kind in others)]


def print_figures(
    document: Mapping[str, Any], language: Language, names: Mapping[str, str]
) -> None:
    """Print the overview for people."""
    as_of = datetime.fromisoformat(document["as_of"])
    heading(f"{word('As of', '截至', language)} {as_of:%Y-%m-%d %H:%M:%S} UTC")
    _print_rates(document, language)
    _print_times(document, language)
    _print_overdue(document["overdue"], language)
    _print_months(document["monthly"], language)
    if "groups" in document:
        _print_groups(document["groups"], language, names)


def _print_rates(document: Mapping[str, Any], language: Language) -> None:
    counts = document["counts"]
    rows = [
        (word("Cases", "工单总数", language), "", "", counts["total"]),
        (word("Closed", "已办结", language), "", "", counts["closed"]),
        (word("Open", "在办", language), "", "", counts["open"]),
    ]
    if counts["closed_before_opened"]:
        label = word("Closed before opened", "办结早于受理", language)
        rows.append((label, "", "", counts["closed_before_opened"]))
    rows += [(f"  {flag}", "", "", number) for flag, number in counts["flagged"].items()]
    for name, en, zh in (
        ("closing_rate", "Closing rate", "办结率"),
        ("resolution_rate", "Resolution rate", "解决率"),
    ):
        rate = document[name]
        shown = percent(rate["rate"])
        rows.append((word(en, zh, language), rate["numerator"], rate["denominator"], shown))
    if document["outcome_unknown"]:
        label = word("  of them with no outcome told", "其中来源未载明结果", language)
        rows.append((label, "", "", document["outcome_unknown"]))
    columns = (
        word("Figure", "指标", language),
        word("Numerator", "分子", language),
        word("Denominator", "分母", language),
        word("Value", "数值", language),
    )
    table(columns, rows, right=3)


def _print_times(document: Mapping[str, Any], language: Language) -> None:
    heading(word("Time to close, in hours", "办理时长(小时)", language))
    times, curve = document["time_to_close_hours"], document["kaplan_meier"]
    rows = [
        (word("Closed cases measured", "计入工单", language), times["n"]),
        (word("Mean", "平均", language), figure(times["mean"])),
    ]
    rows += [
        (f"P{share} {word('interpolated / nearest rank', '线性插值 / 最近秩', language)}",
         f"{figure(times[f'p{share}_linear'])} / {figure(times[f'p{share}_nearest'])}")
        for share in (50, 75, 90, 95)
    ]  # fmt: skip
    rows += [
        (word(f"Left out: {reason}", f"未计入:{reason}", language), number)
        for reason, number in times["left_out"].items()
        if number
    ]
    label = word("Kaplan–Meier median, open cases counted in", "含在办工单的中位时长", language)
    rows.append((label, figure(curve["median_h"])))
    label = word("Open cases in it (censored)", "其中在办(删失)", language)
    rows.append((label, curve["censored"]))
    table((word("Figure", "指标", language), word("Value", "数值", language)), rows, right=1)


def _print_overdue(overdue: Mapping[str, Any], language: Language) -> None:
    heading(word("Against the due instant", "时限情况", language))
    rows = [
        (word("With a due instant", "有办理期限", language), overdue["with_due"]),
        (word("Closed in time", "按时办结", language), overdue["closed_in_time"]),
        (word("Closed late", "超期办结", language), overdue["closed_late"]),
        (word("Open and past due", "在办已超期", language), overdue["open_past_due"]),
        (word("Open and not yet due", "在办未到期", language), overdue["open_not_yet_due"]),
        (word("Overdue rate", "超期率", language), percent(overdue["overdue_rate"])),
    ]
    table((word("Figure", "指标", language), word("Value", "数值", language)), rows, right=1)


def _print_months(months: list[dict[str, Any]], language: Language) -> None:
    heading(word("By month of opening", "按受理月份", language))
    columns = (
        word("Month", "月份", language),
        word("Opened", "受理", language),
        word("Closed of them", "其中办结", language),
        word("Closing rate", "办结率", language),
    )
    rows = [
        (line["month"], line["opened"], line["closed_of_them"], percent(line["rate"]))
        for line in months
    ]
    table(columns, rows, right=3)


def _print_groups(
    groups: list[dict[str, Any]], language: Language, names: Mapping[str, str]
) -> None:
    heading(word("By group", "分组", language))
    columns = (
        word("Group", "分组", language),
        word("Cases", "工单", language),
        word("Closed", "办结", language),
        word("Open", "在办", language),
        word("Resolution rate", "解决率", language),
        word("Mean h", "平均时长", language),
        "P50",
        "P90",
    )
    rows = [
        (
            "—" if group["key"] is None else names.get(group["key"], group["key"]),
            group["total"],
            group["closed"],
            group["open"],
            percent(group["resolution_rate"]),
            figure(group["ttc_mean_h"]),
            figure(group["ttc_p50_linear_h"]),
            figure(group["ttc_p90_linear_h"]),
        )
        for group in groups
    ]
    table(columns, rows, right=7)
