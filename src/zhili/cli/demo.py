"""`zhili demo`: three months of a simulated district, and everything that is asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from zhili.cli.audit import print_report
from zhili.cli.case import print_case
from zhili.cli.command import FINE, FOUND, Language, LanguageOption, command
from zhili.cli.screen import heading, percent, progress_bar, table, unit_names, word
from zhili.cli.stats import print_figures
from zhili.cli.worklist import print_page
from zhili.demo import DAYS, Coverage, Simulated, simulate
from zhili.engine import Engine
from zhili.projections.backlog import Backlog, BacklogAnswer
from zhili.projections.overview import Overview
from zhili.projections.rate import OnTimeRate
from zhili.projections.worklist import Worklist

__all__ = ["demo"]

LISTED = 10


@command
def demo(
    store: Annotated[
        str, typer.Option(help="A new store that is to be kept; in memory by default.")
    ] = "memory:",
    seed: Annotated[int, typer.Option(help="The same seed gives the same log.")] = 12345,
    days: Annotated[int, typer.Option(help="How many days from 2 March 2026.")] = DAYS,
    language: LanguageOption = Language.EN,
) -> int:
    """
    Simulate a district for three months 模拟演示.

    Prints the rows of the table that were taken, figures, a worklist, a case and the audit. Exit
    code 1 if a row was not taken or the audit found something.
    """
    with progress_bar() as progress:
        district = simulate(store, seed=seed, days=days, progress=progress)
    with district.engine as engine:
        names = unit_names(engine)
        _print_coverage(district.coverage, language)
        print_figures(engine.ask(Overview(by="unit")).document(), language, names)
        _print_on_time(engine, language)
        _print_backlog(engine.ask(Backlog(by="street")), language, names)
        _print_worklist(district, language, names)
        if district.case_id is not None:
            heading(word("One case", "一件工单", language))
            print_case(engine, district.case_id, language)
        report = engine.audit()
        heading(word("The audit", "审计结论", language))
        print_report(report, language)
    whole = report.clean and not district.coverage.missing
    return FINE if whole else FOUND


def _print_coverage(found: Coverage, language: Language) -> None:
    heading(word("The district of Heping, simulated", "和平区(模拟)", language))
    typer.echo(
        f"{found.rows_taken} of {found.rows} rows taken "
        f"({word(f'{found.events} events of complaints', f'工单事件{found.events}条', language)})"
    )
    for step in found.missing:
        sources = ", ".join(sorted(source or "—" for source in step.sources))
        typer.echo(f"not taken: {step.rule} {step.command} → {step.event} ({sources} → {step.to})")


def _print_on_time(engine: Engine, language: Language) -> None:
    (whole,) = engine.ask(OnTimeRate()).groups
    rate = whole.figure
    shown = percent(None if rate.rate is None else float(rate.rate))
    label = word("On-time rate", "按时办结率", language)
    typer.echo(f"{label}: {rate.numerator} / {rate.denominator} = {shown}")


def _print_backlog(answer: BacklogAnswer, language: Language, names: Mapping[str, str]) -> None:
    heading(word("Backlog by age in days", "积压(按天龄)", language))
    edges = [f"{band.days}–{band.before or ''}" for band in answer.total.bands]
    columns = (word("Street", "街道", language), *edges, word("Total", "合计", language))
    rows = [
        (
            names.get(group.key or "", group.key or "—"),
            *(band.count for band in group.bands),
            group.total,
        )
        for group in (*answer.groups, answer.total.model_copy(update={"key": "∑"}))
    ]
    table(columns, rows, right=len(edges) + 1)


def _print_worklist(district: Simulated, language: Language, names: Mapping[str, str]) -> None:
    name = names[district.street]
    heading(f"{word('Worklist of', '待办清单', language)} {name} {district.street}")
    page = district.engine.ask(Worklist(unit=district.street, size=LISTED))
    print_page(page, district.engine.zone, language, names)
