"""The cases of one matter, as somebody sees them: those that they may not see are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from zhili.access import mask
from zhili.access.sight import Standing

if TYPE_CHECKING:
    from zhili.access.sight import Sight
    from zhili.aggregates import Case
    from zhili.projections.links import LinkedCase, LinksAnswer

__all__ = ["seen_family"]


def seen_family(answer: LinksAnswer, members: Iterable[Case], sight: Sight) -> LinksAnswer:
    """Give the family as *sight* shows it; *members* are its cases, folded."""
    seen = {case.id: sight.knows_place(Standing.of(case)) for case in members if sight.sees(case)}
    return answer.model_copy(
        update={
            "leading": answer.leading if answer.leading in seen else answer.case_id,
            "members": tuple(
                _member(each, seen) for each in answer.members if each.case_id in seen
            ),
        }
    )


def _member(member: LinkedCase, seen: Mapping[UUID, bool]) -> LinkedCase:
    """Give a member without what points to a case not *seen*, or to a door that is kept back."""
    changed: dict[str, object] = {}
    if member.title is not None:
        title = member.title if seen[member.case_id] else mask.without_door("title", member.title)
        changed["title"] = mask.text(title)
    if member.origin is not None and member.origin not in seen:
        changed |= {"origin": None, "relation": None}
    if member.merged_into is not None and member.merged_into not in seen:
        changed["merged_into"] = None
    return member.model_copy(update=changed)
