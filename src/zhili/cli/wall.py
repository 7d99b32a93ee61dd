"""`zhili wall`: the problem wall and the echo wall, as everybody may see them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from zhili.cli.case_types import state_in_words
from zhili.cli.command import FINE, Format, FormatOption, Language, LanguageOption, command
from zhili.cli.moment import AsOfOption, KnownAtOption, read_moment
from zhili.cli.page import ask, given, print_next
from zhili.cli.screen import heading, print_json, progress_bar, table, word
from zhili.cli.source import OptionalStore, Source, named, opened_source
from zhili.projections.public_wall import ECHOES, Votes, WallEntry
from zhili.projections.wall import Wall, WallPage

__all__ = ["print_wall", "wall"]


class Side(StrEnum):
    """One of the two walls."""

    PROBLEMS = "problems"
    ECHOES = "echoes"


@command
def wall(  # noqa: PLR0913, PLR0917 - whose wall, which part of it, and how it is shown
    context: typer.Context,
    source: Source = None,
    store: OptionalStore = None,
    village: Annotated[
        str | None, typer.Option(help="A village or community; all by default.")
    ] = None,
    category: Annotated[str | None, typer.Option(help="A category of the wall.")] = None,
    side: Annotated[Side | None, typer.Option(help="One of the two; both by default.")] = None,
    size: Annotated[int, typer.Option(help="How many items a page holds, 200 at most.")] = 20,
    after: Annotated[str | None, typer.Option(help="What the page before called next.")] = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    form: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> int:
    """Print the problem wall and the echo wall 问题墙·回音壁 in public words, the newest first."""
    filters = given(village=village, category=category, side=side, after=after)
    question = Wall.model_validate({**filters, "size": size})
    moment = read_moment(as_of, known_at)
    found = named(context, source, store)
    with progress_bar() as progress, opened_source(found, progress) as engine:
        page, _, names = ask(engine, question, moment)
    if form is Format.JSON:
        print_json(page.model_dump(mode="json"))
    else:
        print_wall(page, language, names, side)
    return FINE


def print_wall(
    page: WallPage, language: Language, names: Mapping[str, str], side: Side | None = None
) -> None:
    """Print a page of the walls for people; of one *side* even if nothing hangs there."""
    echoes = [entry for entry in page.entries if entry.state in ECHOES]
    problems = [entry for entry in page.entries if entry.state not in ECHOES]
    if problems or (side is not Side.ECHOES and not echoes):
        _print_problems(problems, language, names)
    if echoes or side is Side.ECHOES:
        _print_echoes(echoes, language, names)
    if page.not_posted:
        reasons = ", ".join(f"{reason} {count}" for reason, count in page.not_posted.items())
        typer.echo(f"{word('Not posted, by reason', '未上墙(按原因)', language)}: {reasons}")
    print_next(page.next, language)


def _print_problems(entries: list[WallEntry], language: Language, names: Mapping[str, str]) -> None:
    heading(word("The problem wall", "问题墙", language))
    columns = (
        word("Number", "编号", language),
        word("Problem", "问题", language),
        word("State", "状态", language),
        word("Owner", "责任人", language),
        word("Promised", "承诺时限", language),
        word("Earlier promises", "原承诺", language),
        word("Days open", "天数", language),
        word("Supporters", "附议", language),
    )
    rows = [
        (
            entry.number,
            entry.title or entry.category,
            _state(entry, language),
            names.get(entry.owner or "", entry.owner),
            _promise(entry, language),
            ", ".join(earlier.on.isoformat() for earlier in entry.earlier_promises),
            entry.days_open,
            entry.supporters,
        )
        for entry in entries
    ]
    table(columns, rows, right=2, whole=True)


def _print_echoes(entries: list[WallEntry], language: Language, names: Mapping[str, str]) -> None:
    heading(word("The echo wall", "回音壁", language))
    columns = (
        word("Number", "编号", language),
        word("Problem", "问题", language),
        word("Result", "结果", language),
        word("Echo", "回音", language),
        word("Owner", "责任人", language),
        word("Promise", "承诺", language),
        word("Days open", "天数", language),
        word("Satisfied / basically / not", "满意/基本/不满意", language),
    )
    rows = [
        (
            entry.number,
            entry.title or entry.category,
            _outcome(entry, language),
            entry.echo,
            names.get(entry.owner or "", entry.owner),
            _promise(entry, language),
            entry.days_open,
            _votes(entry.votes),
        )
        for entry in entries
    ]
    table(columns, rows, right=2, whole=True)


def _votes(votes: Votes) -> str:
    return f"{votes.satisfied} / {votes.basically_satisfied} / {votes.dissatisfied}"


def _state(entry: WallEntry, language: Language) -> str:
    state = state_in_words("wall", entry.state, language)
    late = word("report overdue", "进展逾期未报", language)
    return f"{state}, {late}" if entry.report_overdue else state


def _promise(entry: WallEntry, language: Language) -> str:
    """Give the promised day, marked once it is broken, and what came of it."""
    words = {
        "kept": word("kept", "守诺", language),
        "broken": f"● {word('broken', '失约', language)}",
        "pending": "",
    }
    day = entry.promised_on.isoformat() if entry.promised_on else ""
    return f"{day} {words.get(entry.promise or '', '')}".strip()


def _outcome(entry: WallEntry, language: Language) -> str:
    words = {
        "solved": word("Solved", "已解决", language),
        "explained": word("Explained", "已解释", language),
    }
    outcome = words.get(entry.outcome or "", entry.outcome or "")
    told = entry.explanation.reason if entry.explanation else entry.result
    said = f"{outcome}: {told}" if told else outcome
    if entry.review_on is None:
        return said
    return f"{said} ({word('looked at again', '复核', language)} {entry.review_on})"
