"""What an item of the wall becomes, and how the end of that comes back to the wall (P19, P20)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, cast

from zhili.aggregates.wall_endings import ending
from zhili.commands import complaint, wall
from zhili.reactions.reaction import Reaction

if TYPE_CHECKING:
    from zhili.aggregates import Case, Complaint, WallItem
    from zhili.commands.command import Command
    from zhili.policies.rules import Rules
    from zhili.values import Personal

__all__ = ["TRANSFER_REACTIONS"]


def register_a_complaint(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Register the complaint that an item became, in the poster's words and with their contact."""
    if event.target_type != "complaint":
        return
    item = cast("WallItem", case)
    name, phone, address = (_words(one) for one in item.contact)
    yield complaint.Register(
        case_id=event.target,
        kind="help",
        channel="wall",
        title=item.title or "",
        content=_words(item.words[0]) or "",
        subject=item.subject,
        name=name,
        phone=phone,
        address=address,
        anonymous=not (phone or address),
        division=item.village,
        origin=item.id,
        origin_type=item.workflow.name,
        relation="transfer",
    )


def bring_the_end_back(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """
    Bring the first end of a complaint back to the wall that it came from; later ones do not.

    Its reply stays where it is: it may tell who called, here or in the case it was merged into.
    """
    ended = cast("Complaint", case)
    from_the_wall = (ended.origin_type, ended.relation) == ("wall", "transfer")
    if ended.origin is None or not from_the_wall or not _is_its_first_end(ended):
        return
    end = ENDS[event.topic] or ended.outcome or "explained"
    yield wall.ConcludeTransfer(
        case_id=ended.origin,
        target=ended.id,
        outcome="solved" if ended.outcome == "solved" else "explained",
        text=ending("complaint", end),
    )


def _is_its_first_end(case: Case) -> bool:
    """Say whether it has come to an end for the first time: a duplicate does with its main case."""
    ends = [
        spell
        for spell in case.spells
        if spell.state in case.workflow.ended and (spell.state != "merged" or spell.outcome)
    ]
    return len(ends) == 1 and ends[0] is case.spells[-1]


def _words(personal: Personal | None) -> str | None:
    return personal.value if personal is not None else None


ENDS: Final = {
    "complaint.closed": None,
    "complaint.outcome-followed": None,
    "complaint.answered": "answered",
    "complaint.declined": "declined",
    "complaint.emergency-transferred": "emergency",
    "complaint.withdrawn": "withdrawn",
    "complaint.terminated": "terminated",
}
"""The events with which a complaint ends, and how the wall calls that; else by its outcome."""

TRANSFER_REACTIONS = (
    Reaction("wall.transferred", register_a_complaint),
    *(Reaction(end, bring_the_end_back) for end in ENDS),
)
