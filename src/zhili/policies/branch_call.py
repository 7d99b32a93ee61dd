"""The branch's call 小区党支部吹哨: posts, excuses, and how soon each step is taken."""

from typing import Annotated, ClassVar

from pydantic import Field

from zhili.policies.limit import Limit
from zhili.policies.policy import Policy
from zhili.values import Code

__all__ = ["EXCUSES", "POSTS", "BranchCallRules"]

Codes = Annotated[tuple[Code, ...], Field(min_length=1)]

POSTS = {
    "theory": "teaching and publicity 理论宣传岗",
    "security": "public order watch 治安联防岗",
    "civility": "civil conduct 文明劝导岗",
    "environment": "cleanliness watch 环境卫生督导岗",
    "care": "care and mutual help 关爱互助岗",
    "x": "by speciality and need 特色岗(X)",
}
"""The posts 5+X (§6.8)."""

EXCUSES = {
    "illness": "ill 生病",
    "duty": "on duty at work 工作值班",
    "absence": "away from the city 外出",
}
"""What stops the upward report if it is accepted (§4.6)."""


class BranchCallRules(Policy):
    """
    The lists and limits of the branch's call. Only the lists stand in a source (§4.6, §6.8).

    A meeting needs `participants_min` members: as many as a branch must have. `forward` is how
    long each of those who report upwards and feed back may take.
    """

    name: ClassVar[str] = "branch_call"

    posts: Codes = tuple(POSTS)
    excuses: Codes = tuple(EXCUSES)
    participants_min: Annotated[int, Field(ge=1, le=1000)] = 3
    points_max: Annotated[int, Field(ge=1, le=100)] = 5
    respond: Limit = Limit(amount=24, unit="hours")
    rate: Limit = Limit(amount=7, unit="days")
    forward: Limit = Limit(amount=10, unit="working_days")
    archive: Limit = Limit(amount=30, unit="days")

    def limit(self, clock: str) -> Limit | None:
        """Give the limit of a clock, None where the rules set none."""
        limits = {"respond": self.respond, "rate": self.rate}
        return (limits | {"forward": self.forward, "archive": self.archive}).get(clock)
