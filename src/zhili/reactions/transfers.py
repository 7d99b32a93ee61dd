"""What an item of the wall becomes, and how the end of that comes back to the wall (P19, P20)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

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
    """Bring the first end of a complaint back to the wall that it came from; later ones do not."""
    ended = cast("Complaint", case)
    from_the_wall = (ended.origin_type, ended.relation) == ("wall", "transfer")
    if ended.origin is None or not from_the_wall or not _is_its_first_end(ended):
        return
    reply = ended.reply.public_text if ended.reply and ended.reply.accepted else None
    told = {
        "Closed": reply,
        "Answered": vars(event).get("answer"),
        "OutcomeFollowed": vars(event).get("public_text"),
    }
    yield wall.ConcludeTransfer(
        case_id=ended.origin,
        target=ended.id,
        outcome="solved" if ended.outcome == "solved" else "explained",
        text=told.get(event.event_name),
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


ENDS = (
    "closed", "answered", "declined", "emergency-transferred", "withdrawn", "terminated",
    "outcome-followed",
)  # fmt: skip

TRANSFER_REACTIONS = (
    Reaction("wall.transferred", register_a_complaint),
    *(Reaction(f"complaint.{end}", bring_the_end_back) for end in ENDS),
)
