"""What follows among the items of a wall: who supports one, and who is told of its echo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from zhili.commands import wall as asked
from zhili.reactions.reaction import Reaction

if TYPE_CHECKING:
    from uuid import UUID

    from zhili.aggregates import Case
    from zhili.aggregates.wall import WallItem
    from zhili.commands.command import Command
    from zhili.policies.rules import Rules

__all__ = ["WALL_REACTIONS"]


def support_the_main_item(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Add the poster of a merged item to the main item, which may refuse (P4)."""
    yield asked.AddSupporter(
        case_id=event.main,
        item=case.id,
        supporter=case.subject or f"case:{case.id}",
        hidden=tuple(one for one in cast("WallItem", case).contact if one),
        item_category=case.category,
        item_village=case.village,
    )


def tell_the_supporters(_event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Tell every poster of a merged item what the echo says (P14)."""
    main = cast("WallItem", case)
    for item, _ in main.supporters:
        yield _echo_for(item, main)


def tell_a_late_supporter(event: Any, case: Case, _rules: Rules) -> Iterable[Command]:
    """Tell whoever comes after the echo what it says."""
    main = cast("WallItem", case)
    if main.answered_at is not None:
        yield _echo_for(event.item, main)


def _echo_for(item: UUID, main: WallItem) -> Command:
    outcome = cast("asked.Conclusion | None", main.outcome)
    return asked.HearEcho(case_id=item, main=main.id, outcome=outcome, text=main.echo)


WALL_REACTIONS = (
    Reaction("wall.merged", support_the_main_item),
    Reaction("wall.echo-posted", tell_the_supporters),
    Reaction("wall.transfer-concluded", tell_the_supporters),
    Reaction("wall.supporter-added", tell_a_late_supporter),
)
