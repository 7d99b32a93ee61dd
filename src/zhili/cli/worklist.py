"""`zhili worklist`: the cases that a unit has before it, one page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import typer

from zhili.aggregates import CASE_TYPES
from zhili.aggregates.number import check_number
from zhili.cli.case_types import NAMES, case_type_of, in_words, state_in_words
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
from zhili.errors import InputError
from zhili.projections.listing import CasePage
from zhili.projections.worklist import Worklist

__all__ = ["print_page", "typed_number", "worklist"]

NUMBER_LENGTH: Final = 17
"""How many characters a case number has, its hyphens apart."""

CaseTypeOption = Annotated[
    str | None,
    typer.Option("--case-type", help=f"One of {', '.join(NAMES)}.", show_default=False),
]

UnitOption = Annotated[
    str | None,
    typer.Option(help="The accountable unit; `zhili summonses` lists where it is called in."),
]
DueBeforeOption = Annotated[
    str | None, typer.Option(help="Due before this instant, with its offset.")
]
EndedOption = Annotated[
    bool | None, typer.Option("--with-ended/--open-only", help="Ended cases too.")
]


@command
def worklist(  # noqa: PLR0913, PLR0917 - each option is a filter of the list
    store: StoreOption,
    case_type: CaseTypeOption = None,
    unit: UnitOption = None,
    within: Annotated[str | None, typer.Option(help="A unit, with all under it.")] = None,
    person: Annotated[str | None, typer.Option(help="The person in charge.")] = None,
    state: Annotated[list[str] | None, typer.Option(help="A state; may be given again.")] = None,
    overdue: Annotated[bool | None, typer.Option("--overdue/--not-overdue")] = None,
    due_before: DueBeforeOption = None,
    subject: Annotated[str | None, typer.Option(help="The caller's id in the host.")] = None,
    number: Annotated[str | None, typer.Option(help="The case number.")] = None,
    title: Annotated[str | None, typer.Option(help="Words in the title.")] = None,
    place: Annotated[str | None, typer.Option(help="Words in the place.")] = None,
    flag: Annotated[str | None, typer.Option(help="What is odd about it.")] = None,
    source: Annotated[str | None, typer.Option(help="The system it comes from.")] = None,
    source_id: Annotated[str | None, typer.Option(help="Its id there.")] = None,
    ended: EndedOption = None,
    order: Annotated[str, typer.Option(help="due, opened or number.")] = "due",
    size: Annotated[int, typer.Option(help="How many cases a page holds, 200 at most.")] = 50,
    after: Annotated[str | None, typer.Option(help="What the page before called next.")] = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    form: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> int:
    """List cases 待办清单, the soonest due first."""
    filters = {
        "case_type": case_type and case_type_of(case_type).workflow.name,
        "unit": unit,
        "within": within,
        "person": person,
        "state": _known_states(state) if state else None,
        "overdue": overdue,
        "due_before": due_before,
        "subject": subject,
        "number": None if number is None else typed_number(number),
        "title": title,
        "place": place,
        "flag": flag,
        "source": source,
        "source_id": source_id,
        "open_only": None if ended is None else not ended,
        "order": order,
        "size": size,
        "after": after,
    }
    question = Worklist.model_validate(given(**filters))
    moment = read_moment(as_of, known_at)
    with opened(store) as engine:
        page, zone, names = ask(engine, question, moment)
    if form is Format.JSON:
        print_json(page.model_dump(mode="json"))
    else:
        print_page(page, zone, language, names)
    return FINE


def typed_number(text: str) -> str:
    """
    Give *text* as a case number, however it was written.

    Raises:
        InputError: If it is none; where it looks like one, that a character is mistyped.
    """
    try:
        return check_number(text)
    except InputError as error:
        typed = text.replace("-", "").replace(" ", "")
        if len(typed) != NUMBER_LENGTH or not (typed.isascii() and typed.isalnum()):
            raise
        message = f"{text!r} is no case number: a character is mistyped, the last one tells"
        raise InputError(f"{message}; compare it with the original", number=text) from error


def _known_states(states: list[str]) -> tuple[str, ...]:
    known = {state for kind in CASE_TYPES for state in kind.workflow.states}
    for state in states:
        if state not in known:
            message = f"--state: there is no state {state!r}; there are: {', '.join(sorted(known))}"
            raise InputError(message, state=state)
    return tuple(states)


def print_page(page: CasePage, zone: str, language: Language, names: Mapping[str, str]) -> None:
    """Print a page of cases for people."""
    mixed = len({item.case_type for item in page.items}) > 1
    columns = (
        word("Number", "编号", language),
        *((word("Case type", "类别", language),) if mixed else ()),
        word("State", "状态", language),
        word("Title", "标题", language),
        word("Unit", "承办单位", language),
        word("Opened", "受理时间", language),
        word("Due", "期限", language),
        word("Overdue", "超期", language),
    )
    rows = [
        (
            item.number,
            *((in_words(item.case_type, language),) if mixed else ()),
            state_in_words(item.case_type, item.state, language),
            item.title or item.category,
            names.get(item.unit or "", item.unit),
            local(item.opened_at, zone),
            local(item.due_at, zone),
            "●" if item.overdue else "",
        )
        for item in page.items
    ]
    table(columns, rows, whole=True)
    print_next(page.next, language)
