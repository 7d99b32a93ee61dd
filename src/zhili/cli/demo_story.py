"""One matter told from its beginning to its end, through every case that it became."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from zhili.cli.case_types import in_words
from zhili.cli.command import Language
from zhili.cli.screen import console, heading, local, table, unit_names, word
from zhili.engine import Engine
from zhili.projections.clock_of import ClockOf
from zhili.projections.links import LinkedCase, Links
from zhili.projections.timeline import Timeline
from zhili.workflows import Label

__all__ = ["print_story"]


class Told(NamedTuple):
    """One line of the story; they stand in the order of the log."""

    position: int
    at: datetime
    case_type: str
    label: Label
    state: Label
    by: str


def print_story(engine: Engine, case_id: UUID, language: Language) -> None:
    """Print what happened to the case and its family, and why it was due when it was."""
    members = engine.ask(Links(case_id)).members
    told = sorted(line for member in members for line in _of(engine, member))
    title = next((one.title for one in members if one.case_id == case_id and one.title), "")
    heading(f"{word('One matter', '一件事的全过程', language)}: {title}")
    columns = (
        word("When", "时间", language),
        word("Case", "工单", language),
        word("What", "事项", language),
        word("State after", "状态", language),
        word("By", "经办", language),
    )
    rows = [
        (
            local(line.at, engine.zone),
            in_words(line.case_type, language),
            word(line.label.en, line.label.zh, language),
            word(line.state.en, line.state.zh, language),
            line.by,
        )
        for line in told
    ]
    table(columns, rows)
    _print_deadline(engine, case_id, language)


def _of(engine: Engine, member: LinkedCase) -> Iterator[Told]:
    names = unit_names(engine)
    for entry in engine.ask(Timeline(member.case_id)).entries:
        place = engine.store.place(member.case_id, entry.version)
        assert place is not None, "what a timeline tells is in the log"
        yield Told(
            position=place[0],
            at=entry.occurred_at,
            case_type=member.case_type,
            label=entry.label,
            state=entry.state_label,
            by=names.get(entry.by.unit or "") or entry.by.id,
        )


def _print_deadline(engine: Engine, case_id: UUID, language: Language) -> None:
    if engine.case(case_id).clock("handle") is None:
        return
    explanation = engine.ask(ClockOf(case_id=case_id, clock="handle")).explanation
    if explanation is None:
        return
    heading(word("Why it was due then", "期限说明", language))
    for sentence in explanation.sentences:
        console().print(f"  {sentence.zh if language is Language.ZH else sentence.en}")
