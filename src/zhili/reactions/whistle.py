"""What follows from the events of a whistle-call: a whistle that is blown again is a new one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from zhili.commands import whistle as asked
from zhili.reactions.calls import complaint_of
from zhili.reactions.reaction import Reaction

if TYPE_CHECKING:
    from zhili.aggregates import Case, Whistle
    from zhili.commands.command import Command
    from zhili.policies.rules import Rules

__all__ = ["WHISTLE_REACTIONS"]


def draft_it_again(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Draft the whistle anew, for the same units, one higher in the line (W24)."""
    old = cast("Whistle", case)
    waiting = complaint_of(old)
    yield asked.Draft(
        case_id=event.whistle,
        kind=old.kind or "",
        street=old.street,
        title=old.title or "",
        matter=old.matter,
        tried=event.reason,
        place=old.place or "",
        units=old.taking_part or old.wanted,
        division=old.division,
        category=old.category,
        origin=old.id,
        origin_type=old.workflow.name,
        relation="reblown",
        repeats=old.repeats + 1,
        report_to=waiting,
        report_type="complaint" if waiting else None,
    )


WHISTLE_REACTIONS = (Reaction("whistle.reblown", draft_it_again),)
