"""The public wall 问题墙·回音壁: what hangs on it, page by page, and how many things do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal, cast

from zhili.projections.listing import LATEST_ORDER, Filter, PageSize, page
from zhili.projections.public_wall import ECHOES, PROBLEMS, WallEntry, public_entry
from zhili.projections.question import Answer, Question, Record
from zhili.values import Code, UnitId

if TYPE_CHECKING:
    from zhili.aggregates.wall import WallItem

__all__ = ["Wall", "WallPage"]

SIDES: Final = {"problems": PROBLEMS, "echoes": ECHOES, None: (*PROBLEMS, *ECHOES)}


class WallPage(Answer):
    """
    One page of the wall.

    `not_posted` says how many items were not posted, by reason; nothing else is told of those.
    `next` is what to ask for *after* to get the page that follows.
    """

    entries: tuple[WallEntry, ...]
    not_posted: dict[str, int]
    next: str | None


class Wall(Question):
    """
    The wall of a village, or of all, as everybody may see it; what was collected last comes first.

    Args:
        village: A village or community.

        category: A category of the wall.

        side: The *problems* that wait for an echo, the *echoes*, or both.

        size: How many items one page holds.

        after: What the page before called `next`.
    """

    definition: ClassVar[str] = "wall"

    village: UnitId | None = None
    category: Code | None = None
    side: Literal["problems", "echoes"] | None = None
    size: PageSize = 20
    after: str | None = None

    def answer(self, record: Record) -> WallPage:
        """
        Answer from the register, and the cases of one page.

        Raises:
            InputError: If *after* is no cursor of a wall.
        """
        wanted = self._wanted()
        wanted.one_of("state", SIDES[self.side])
        listed = page(record, self, wanted, order=LATEST_ORDER, size=self.size, after=self.after)
        buildings = record.rules.wall.buildings_may_be_named
        items = cast("list[WallItem]", record.several([one.case_id for one in listed.items]))
        return WallPage(
            definition=self.definition,
            version=self.version,
            position=listed.position,
            as_of=listed.as_of,
            entries=tuple(
                public_entry(item, record.now, record.zone, buildings=buildings) for item in items
            ),
            not_posted=self._not_posted(record),
            next=listed.next,
        )

    def _wanted(self) -> Filter:
        wanted = Filter()
        wanted.equal("case_type", "wall")
        wanted.equal("village", self.village)
        wanted.equal("category", self.category)
        return wanted

    def _not_posted(self, record: Record) -> dict[str, int]:
        wanted = self._wanted()
        wanted.equal("state", "not_posted")
        sql = f"SELECT type, COUNT(*) FROM cases WHERE {' AND '.join(wanted.conditions)}"
        counted = record.rows(f"{sql} GROUP BY type ORDER BY type", wanted.parameters)
        return {reason or "": int(count) for reason, count in counted}
