"""`zhili demo`: three months of a simulated district, and everything that is asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import typer

from zhili.cli.audit import print_report
from zhili.cli.case_types import in_words
from zhili.cli.command import FINE, FOUND, Language, LanguageOption, command
from zhili.cli.demo_figures import print_key_figures
from zhili.cli.demo_story import print_story
from zhili.cli.screen import heading, progress_bar, table, unit_names, word
from zhili.cli.wall import print_wall
from zhili.cli.worklist import print_page
from zhili.demo import DAYS, Coverage, Simulated, simulate
from zhili.projections.backlog import Backlog, BacklogAnswer
from zhili.projections.wall import Wall
from zhili.projections.worklist import Worklist

__all__ = ["demo"]

LISTED: Final = 5
SIDES: Final = ("problems", "echoes")


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

    Complaints, whistle-calls, a problem wall, hazards and branch's calls. Prints which rows of
    their tables were taken, figures, a worklist, the wall of a village, a complaint that went
    through a whistle, and the audit. Exit code 1 if a row was not taken or the audit found
    something.
    """
    with progress_bar() as progress:
        district = simulate(store, seed=seed, days=days, progress=progress)
    with district.engine as engine:
        names = unit_names(engine)
        _print_coverage(district.coverage, language)
        print_key_figures(engine, language)
        _print_backlog(engine.ask(Backlog(by="street")), language, names)
        _print_worklist(district, language, names)
        _print_wall(district, language, names)
        if district.case_id is not None:
            print_story(engine, district.case_id, language)
        report = engine.audit()
        heading(word("The audit", "审计结论", language))
        print_report(report, language)
    whole = report.clean and not district.coverage.missing
    return FINE if whole else FOUND


def _print_coverage(found: Coverage, language: Language) -> None:
    heading(word("The district of Heping, simulated", "和平区(模拟)", language))
    columns = (
        word("Case type", "类型", language),
        word("Cases", "件数", language),
        word("Events", "事件", language),
        word("Rows of its table taken", "走过的流程步骤", language),
    )
    rows = [
        (
            in_words(each.case_type, language),
            each.cases,
            each.events,
            f"{each.rows_taken} / {each.rows}",
        )
        for each in found.tables
    ]
    table(columns, rows, right=3)
    for each in found.tables:
        for step in each.missing:
            sources = ", ".join(sorted(source or "—" for source in step.sources))
            taken = f"{step.command} → {step.event} ({sources} → {step.to})"
            typer.echo(f"not taken: {each.case_type} {step.rule} {taken}")


def _print_backlog(answer: BacklogAnswer, language: Language, names: Mapping[str, str]) -> None:
    title = word("Backlog of complaints by age in days", "诉求积压(按天龄)", language)
    heading(title)
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
    print_page(page.model_copy(update={"next": None}), district.engine.zone, language, names)


def _print_wall(district: Simulated, language: Language, names: Mapping[str, str]) -> None:
    """Print the newest of both sides of the village's wall."""
    name = names[district.village]
    heading(f"{word('The wall of', '问题墙·回音壁', language)} {name} {district.village}")
    pages = [
        district.engine.ask(
            Wall.model_validate({"village": district.village, "side": side, "size": LISTED})
        )
        for side in SIDES
    ]
    both = tuple(entry for page in pages for entry in page.entries)
    print_wall(pages[0].model_copy(update={"entries": both, "next": None}), language, names)
