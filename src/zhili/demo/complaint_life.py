"""A complaint on its way: its matter, its caller, and what is likely to happen to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhili.aggregates import Complaint
from zhili.commands import complaint
from zhili.demo import people
from zhili.demo.life import Life, Stage
from zhili.demo.matter import MATTERS, Matter, matter_of

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["CALM", "USUAL", "ComplaintLife", "Temper"]


class Temper(NamedTuple):
    """How likely it is that something out of the ordinary happens."""

    declined: float = 0
    to_district: float = 0
    objected: float = 0
    unreached: float = 0
    extended: float = 0
    returned: float = 0
    dissatisfied: float = 0
    unanswered: float = 0
    entered_late: float = 0
    blown: float = 0


CALM: Final = Temper()
USUAL: Final = Temper(
    declined=0.03,
    to_district=0.06,
    objected=0.04,
    unreached=0.12,
    extended=0.05,
    returned=0.06,
    dissatisfied=0.1,
    unanswered=0.2,
    entered_late=0.1,
    blown=0.08,
)


class ComplaintLife(Life[Complaint]):
    """A complaint, its matter and its people."""

    def __init__(
        self, stage: Stage, name: str, temper: Temper = CALM, case_id: UUID | None = None
    ) -> None:
        """Begin it; *case_id* is of a complaint that another case has become."""
        super().__init__(stage, name, case_id)
        self.temper = temper
        self.matter: Matter = matter_of(self.chance)
        self.subject = self.new_subject()

    def twin(self) -> ComplaintLife:
        """Give another life with the same matter at the same place."""
        other = ComplaintLife(self.stage, f"{self.name}:twin", self.temper)
        other.matter = self.matter
        return other

    @property
    def unit(self) -> str:
        """The unit that answers for it, or will."""
        return self.case.unit or self.matter.unit

    def take_over(self, street: str, community: str) -> None:
        """Go on with what came from the wall of a *community*; its street is competent."""
        self.matter = Matter(MATTERS["community/life"], street, community, "wall")

    def register(self, category: str | None = None, **fields: Any) -> None:
        """Register the case, about a matter of *category* if one is named."""
        if category is not None:
            self.matter = matter_of(self.chance, category)
        topic = self.matter.topic
        told = self.matter.channel in {"app", "wechat", "website"}
        caller = {} if fields.get("anonymous", False) else self.somebody()
        said: dict[str, Any] = {
            "kind": topic.kind,
            "channel": self.matter.channel,
            "title": topic.title,
            "content": f"{self.matter.place}{topic.words},请尽快处理。",
            "subject": self.subject,
            "category": topic.category,
            "division": self.matter.community,
            "place": self.matter.place,
            **caller,
        }
        by = people.caller(self.subject) if told else people.agent(self.chance)
        self.do(complaint.Register, by, **{**said, **fields})
