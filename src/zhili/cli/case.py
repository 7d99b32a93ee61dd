"""`zhili case`: where a case stands, what happened to it, and why its clocks are due when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import typer

from zhili.aggregates import CASE_TYPES
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
from zhili.cli.screen import console, heading, local, print_json, table, unit_names, word
from zhili.cli.worklist import print_page, typed_number
from zhili.engine import Engine
from zhili.engine.cut import Known
from zhili.errors import CaseNotFoundError
from zhili.projections.clock_of import ClockAnswer, ClockOf
from zhili.projections.listing import CasePage
from zhili.projections.timeline import Timeline, TimelineAnswer
from zhili.projections.worklist import Worklist

__all__ = ["case", "find_case", "print_case"]


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
        page, timeline, clocks = _look(engine, case_id, as_of=instant, known_at=known)
        zone, names = engine.zone, unit_names(engine)
    if form is Format.JSON:
        print_json(
            {
                "case": page.items[0].model_dump(mode="json"),
                "timeline": timeline.model_dump(mode="json"),
                "clocks": [clock.model_dump(mode="json") for clock in clocks],
            }
        )
    else:
        _print(page, timeline, clocks, zone, language, names)
    return FINE


def print_case(engine: Engine, case_id: UUID, language: Language) -> None:
    """Print a case of an open engine for people."""
    _print(*_look(engine, case_id), engine.zone, language, unit_names(engine))


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
) -> tuple[CasePage, TimelineAnswer, tuple[ClockAnswer, ...]]:
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
    return page, timeline, clocks


def _print(  # noqa: PLR0913, PLR0917 - a case, and how it is to be shown
    page: CasePage,
    timeline: TimelineAnswer,
    clocks: Sequence[ClockAnswer],
    zone: str,
    language: Language,
    names: Mapping[str, str],
) -> None:
    print_page(page, zone, language, names)
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
    _print_clocks(clocks, _duties(timeline.case_type), zone, language)


def _duties(case_type: str) -> frozenset[str]:
    """Name the clocks by which something must be done; the others are windows that pass."""
    tables = {kind.workflow.name: kind.workflow for kind in CASE_TYPES}
    return frozenset(
        clock.name
        for clock in (tables[case_type].clocks if case_type in tables else ())
        if clock.fires == "mark_overdue" or clock.limit_name == "handle"
    )


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
    for clock in clocks:
        if clock.clock == "handle":
            _explain(clock, language)


def _explain(clock: ClockAnswer, language: Language) -> None:
    """Print why a clock is due when it is: what was done to it, then day by day."""
    told = clock.explanation
    if told is None:
        return
    heading(word("Why it is due then", "期限说明", language))
    screen = console()
    for sentence in told.sentences:
        screen.print(f"  {sentence.zh if language is Language.ZH else sentence.en}")
    if not told.days:
        return
    columns = (
        word("Day", "日期", language),
        word("Counts as", "计第几日", language),
        word("Why", "依据", language),
    )
    table(columns, [(line.day, line.number, line.why) for line in told.days])
