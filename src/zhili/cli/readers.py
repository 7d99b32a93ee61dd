"""`zhili readers`: who has read personal data of a case, and what for."""

from __future__ import annotations

from typing import Annotated

import typer

from zhili.cli.case import find_case
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
from zhili.cli.moment import Moment
from zhili.cli.page import ask, given, print_next
from zhili.cli.screen import local, print_json, table, word
from zhili.projections.readers import Readers, ReadersAnswer

__all__ = ["print_readers", "readers"]


@command
def readers(  # noqa: PLR0913, PLR0917 - of what, which of them, and how they are shown
    store: StoreOption,
    case: Annotated[
        str | None, typer.Argument(metavar="[NUMBER]", help="Number or id of a case.")
    ] = None,
    subject: Annotated[str | None, typer.Option(help="Whose data were read.")] = None,
    actor: Annotated[str | None, typer.Option(help="Who read them.")] = None,
    size: Annotated[int, typer.Option(help="How many a page holds, 200 at most.")] = 50,
    after: Annotated[str | None, typer.Option(help="What the page before called next.")] = None,
    form: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> int:
    """List who has read personal data 查阅记录: of a case, of a person, or by somebody."""
    with opened(store) as engine:
        case_id = None if case is None else find_case(engine, case)
        filters = given(case_id=case_id, subject=subject, actor=actor, after=after)
        question = Readers.model_validate({**filters, "size": size})
        page, zone, _ = ask(engine, question, Moment(None, None))
    if form is Format.JSON:
        print_json(page.model_dump(mode="json"))
    else:
        print_readers(page, zone, language)
    return FINE


def print_readers(page: ReadersAnswer, zone: str, language: Language) -> None:
    """Print a page of the access log for people."""
    columns = (
        word("Read", "查阅时间", language),
        word("By", "查阅人", language),
        word("Role", "角色", language),
        word("Unit", "单位", language),
        word("Whose", "信息主体", language),
        word("Fields", "字段", language),
        word("Purpose", "用途", language),
    )
    rows = [
        (
            local(one.read_at, zone),
            one.actor.id,
            one.actor.role,
            one.actor.unit,
            one.subject,
            ", ".join(one.fields),
            one.purpose,
        )
        for one in page.items
    ]
    table(columns, rows, whole=True)
    print_next(page.next, language)
