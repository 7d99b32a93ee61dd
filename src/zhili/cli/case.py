"""`zhili case`: where a case stands, what is inside it and beside it, why its clocks are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import partial
from typing import Annotated, Final, NamedTuple
from uuid import UUID

import typer

from zhili.aggregates.case import Case
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
from zhili.cli.family import counted, listed, parts_of, print_family, print_parts
from zhili.cli.moment import AsOfOption, KnownAtOption, read_moment
from zhili.cli.screen import console, heading, local, print_json, table, unit_names, word
from zhili.cli.worklist import print_page, typed_number
from zhili.engine import Engine
from zhili.engine.cut import Known
from zhili.errors import CaseNotFoundError
from zhili.policies.calendar import DayLine
from zhili.projections.clock_of import ClockAnswer, ClockOf
from zhili.projections.links import Links, LinksAnswer
from zhili.projections.listing import CasePage
from zhili.projections.timeline import Timeline, TimelineAnswer
from zhili.projections.worklist import Worklist

__all__ = ["case", "find_case", "print_case"]

DUTIES: Final = frozenset({"mark_overdue", "mark_no_show"})
"""What is demanded when something that must be done was not done; others end a window."""


class Look(NamedTuple):
    """All that is told of one case."""

    case: Case
    page: CasePage
    timeline: TimelineAnswer
    clocks: tuple[ClockAnswer, ...]
    family: LinksAnswer


@command
def case(  # noqa: PLR0913, PLR0917 - which case, as of when, and how it is shown
    number: Annotated[str, typer.Argument(metavar="NUMBER|ID", help="Its number, or its id.")],
    store: StoreOption,
    version: Annotated[
        int | None, typer.Option(help="As it was after so many events; without the two below.")
    ] = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    form: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> int:
    """Print a case 工单 with its clocks explained, as it stands or as it stood."""
    moment = read_moment(as_of, known_at)
    with opened(store) as engine:
        case_id = find_case(engine, number)
        instant, known = moment.at(engine)
        if version is not None:
            known = _position(engine, case_id, version, instant, known)
        look = _look(engine, case_id, as_of=instant, known_at=known)
        zone, names = engine.zone, unit_names(engine)
    if form is Format.JSON:
        print_json(_document(look))
    else:
        _print(look, zone, language, names)
    return FINE


def print_case(engine: Engine, case_id: UUID, language: Language) -> None:
    """Print a case of an open engine for people."""
    _print(_look(engine, case_id), engine.zone, language, unit_names(engine))


def find_case(engine: Engine, text: str) -> UUID:
    """
    Find a case by its id or by its number, however that was written.

    Raises:
        CaseNotFoundError: If there is none.
        InputError: If it is neither an id nor a number.
    """
    try:
        return UUID(text)
    except ValueError:
        number = typed_number(text)
    page: CasePage = engine.ask(Worklist(number=number, open_only=False))
    if not page.items:
        raise CaseNotFoundError(f"there is no case with the number {text}", number=text)
    return page.items[0].case_id


def _position(
    engine: Engine, case_id: UUID, version: int, as_of: datetime | None, known_at: Known | None
) -> int:
    """
    Give the log position of a version of a case.

    Raises:
        CaseNotFoundError: If there is no such case.
        InputError: If it never had that version, or another moment is named as well.
    """
    engine.case(case_id, version=version, as_of=as_of, known_at=known_at)
    place = engine.store.place(case_id, version)
    assert place is not None, "a version that can be read is in the log"
    return place[0]


def _look(
    engine: Engine,
    case_id: UUID,
    *,
    as_of: datetime | None = None,
    known_at: Known | None = None,
) -> Look:
    found = engine.case(case_id, as_of=as_of, known_at=known_at)
    if not found.registered:
        message = f"{case_id} is no case but a {found.workflow.name}; see `zhili policy`"
        raise CaseNotFoundError(message, case_id=case_id)
    ask = partial(engine.ask, as_of=as_of, known_at=known_at)
    page: CasePage = ask(Worklist(number=found.number, open_only=False))
    timeline: TimelineAnswer = ask(Timeline(case_id=case_id))
    clocks: tuple[ClockAnswer, ...] = tuple(
        ask(ClockOf(case_id=case_id, clock=clock.name)) for clock in found.clocks
    )
    family: LinksAnswer = ask(Links(case_id))
    return Look(found, page, timeline, clocks, family)


def _document(look: Look) -> dict[str, object]:
    parts = parts_of(look.case)
    return {
        "case": look.page.items[0].model_dump(mode="json"),
        "parts": listed(parts),
        "votes": counted(parts),
        "family": look.family.model_dump(mode="json"),
        "timeline": look.timeline.model_dump(mode="json"),
        "clocks": [clock.model_dump(mode="json") for clock in look.clocks],
    }


def _print(look: Look, zone: str, language: Language, names: Mapping[str, str]) -> None:
    print_page(look.page, zone, language, names)
    print_parts(look.case, parts_of(look.case), zone, language, names)
    print_family(look.family, zone, language)
    _print_timeline(look.timeline, zone, language)
    _print_clocks(look.clocks, _duties(look), zone, language)


def _print_timeline(timeline: TimelineAnswer, zone: str, language: Language) -> None:
    heading(word("Timeline", "办理轨迹", language))
    columns = (
        "#",
        word("When", "时间", language),
        word("What", "事项", language),
        word("State after", "状态", language),
        word("By", "经办", language),
    )
    rows = [
        (
            entry.version,
            f"{local(entry.occurred_at, zone)}{'*' if entry.late else ''}",
            word(entry.label.en, entry.label.zh, language),
            word(entry.state_label.en, entry.state_label.zh, language),
            f"{entry.by.id} ({entry.by.role})",
        )
        for entry in timeline.entries
    ]
    table(columns, rows)
    if any(entry.late for entry in timeline.entries):
        console().print(f"* {word('entered later', '补录', language)}")


def _duties(look: Look) -> frozenset[str]:
    """Name the clocks by which something must be done; the others are windows that pass."""
    workflow = look.case.workflow
    tables = {clock.name: clock for clock in workflow.clocks} | dict(workflow.part_clocks)
    declared = {answer.clock: tables.get(_of(answer)) for answer in look.clocks}
    return frozenset(
        name
        for name, clock in declared.items()
        if clock and (clock.fires in DUTIES or clock.limit_name == "handle")
    )


def _of(answer: ClockAnswer) -> str:
    """Give the name of a clock in its table: without the entity whose it is."""
    return answer.clock.partition(":")[0]


def _print_clocks(
    clocks: Sequence[ClockAnswer], duties: AbstractSet[str], zone: str, language: Language
) -> None:
    heading(word("Clocks", "时限", language))
    columns = (
        word("Clock", "时钟", language),
        word("Status", "状况", language),
        word("Started", "起算", language),
        word("Due", "到期", language),
        word("Running h", "计时(小时)", language),
        word("Paused h", "暂停(小时)", language),
        word("Overdue", "超期", language),
    )
    rows = [
        (
            clock.clock,
            clock.status,
            local(clock.started_at, zone),
            local(clock.due_at, zone),
            f"{clock.running_time.hours:.2f}",
            f"{clock.paused_time.hours:.2f}",
            "●" if clock.overdue and clock.clock in duties else "",
        )
        for clock in clocks
    ]
    table(columns, rows)
    _explain(clocks, duties, language)


def _explain(clocks: Sequence[ClockAnswer], duties: AbstractSet[str], language: Language) -> None:
    """
    Print why clocks are due when they are.

    Of the matter's own clock what was done to it, then day by day; where it has none, and of those
    inside the case, what was done to each.
    """
    whole = [clock for clock in clocks if clock.clock == "handle"]
    others = [clock for clock in clocks if clock.clock in duties and clock not in whole]
    if whole:
        others = [clock for clock in others if ":" in clock.clock]
    told = [clock.explanation for clock in (*whole, *others) if clock.explanation]
    if not told:
        return
    heading(word("Why it is due then", "期限说明", language))
    screen = console()
    for explanation in told:
        for sentence in explanation.sentences:
            screen.print(f"  {sentence.zh if language is Language.ZH else sentence.en}")
    if whole and told[0].days:
        _print_days(told[0].days, language)


def _print_days(days: Sequence[DayLine], language: Language) -> None:
    columns = (
        word("Day", "日期", language),
        word("Counts as", "计第几日", language),
        word("Why", "依据", language),
    )
    table(columns, [(line.day, line.number, line.why) for line in days])
