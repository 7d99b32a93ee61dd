"""`zhili summonses`: the whistles that wait for a unit, and by when it has to act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from zhili.cli.case_types import state_in_words
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
from zhili.cli.moment import AsOfOption, KnownAtOption, read_moment
from zhili.cli.page import ask, given, print_next
from zhili.cli.screen import local, print_json, table, word
from zhili.projections.summonses import Summonses, SummonsPage

__all__ = ["print_summonses", "summonses"]


@command
def summonses(  # noqa: PLR0913, PLR0917 - whose, which of them, and how they are shown
    store: StoreOption,
    unit: Annotated[
        str | None,
        typer.Argument(metavar="[UNIT]", help="The summoned unit; all by default."),
    ] = None,
    kind: Annotated[str | None, typer.Option(help="A kind of whistle, e.g. EMERGENCY.")] = None,
    missed: Annotated[
        bool | None,
        typer.Option("--missed/--not-missed", help="Who did not report in when it was due 未报到."),
    ] = None,
    ended: Annotated[  # noqa: FBT002 - typer's switches are so
        bool, typer.Option("--with-ended/--open-only", help="Those that wait for nobody, too.")
    ] = False,
    size: Annotated[int, typer.Option(help="How many a page holds, 200 at most.")] = 50,
    after: Annotated[str | None, typer.Option(help="What the page before called next.")] = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    form: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> int:
    """List to which whistles a unit is summoned 报到清单, the soonest due first."""
    filters = given(unit=unit, kind=kind, missed=missed, after=after)
    question = Summonses.model_validate({**filters, "open_only": not ended, "size": size})
    moment = read_moment(as_of, known_at)
    with opened(store) as engine:
        page, zone, names = ask(engine, question, moment)
    if form is Format.JSON:
        print_json(page.model_dump(mode="json"))
    else:
        print_summonses(page, zone, language, names)
    return FINE


def print_summonses(
    page: SummonsPage, zone: str, language: Language, names: Mapping[str, str]
) -> None:
    """Print a page of summonses for people."""
    columns = (
        word("Number", "编号", language),
        word("Unit", "单位", language),
        word("State", "状态", language),
        word("Whistle", "哨情", language),
        word("Place", "地点", language),
        word("Summoned", "吹哨时间", language),
        word("Due", "期限", language),
        word("Did not come", "曾未报到", language),
    )
    rows = [
        (
            one.number,
            names.get(one.unit, one.unit),
            state_in_words("whistle", one.state, language, "summons"),
            one.title,
            one.place,
            local(one.summoned_at, zone),
            local(one.due_at, zone),
            "●" if one.missed else "",
        )
        for one in page.items
    ]
    table(columns, rows, whole=True)
    print_next(page.next, language)
