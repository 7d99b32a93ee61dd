"""The order of the wall 上墙规程: its codes, its intervals, who votes, what a majority is."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from zhili.policies.limit import Limit
from zhili.policies.policy import Policy
from zhili.values import Code

__all__ = ["REFUSAL_REASONS", "WALL_CATEGORIES", "WALL_CHANNELS", "WallProcedure"]

Codes = Annotated[tuple[Code, ...], Field(min_length=1)]

WALL_CATEGORIES = {
    "rural_revitalisation": "rural revitalisation 乡村振兴",
    "industry": "industrial development 产业发展",
    "infrastructure": "infrastructure 基础设施建设",
    "governance": "social governance 社会治理",
    "environment": "protection of the environment 环境保护",
    "other": "anything else 其他",
}
"""What an item is about: the five of Panlong (seed 001), and the rest."""

WALL_CHANNELS = {
    "walk_in": "in person 来访",
    "home_visit": "home visit 入户走访",
    "grid": "found by a grid worker 网格上报",
    "mini_program": "mini-program 小程序",
    "letter_box": "letter box 意见箱",
    "meeting": "said at a meeting 会议征集",
}
"""How an item comes in (P1)."""

REFUSAL_REASONS = {
    "private": "it cannot be told without somebody's private affairs 涉及隐私",
    "libel": "it accuses somebody without any fact 诽谤",
    "unlawful": "it asks for what the law forbids, or may not be published 违法",
    "not_public": "it is nobody's business but the poster's own 非公共事务",
    "not_here": "it belongs to another village or place 不属本村",
    "answered": "it was answered already and nothing is new 已有答复",
    "unclear": "it does not say what is wrong, and nobody can be asked 内容不清",
    "other": "another reason, given in words 其他",
}
"""Why an item is not posted (P3)."""


class WallProcedure(Policy):
    """
    How a problem wall is kept.

    Limits of *design* values in the rulebook are fields here. A claim by a person, not a
    department, is possible in `person_categories`. With `voters` *concerned* only the poster and
    the supporters vote on an echo, else every resident. A majority is dissatisfied when more than
    `dissatisfied_share` of at least `votes_min` votes are. `review` is when an item is looked at
    again that another case has explained, and for which nobody has named a day. No text on the wall
    tells a unit, a room or a door number; a building alone only where `buildings_may_be_named`.
    """

    name: ClassVar[str] = "wall"

    categories: Codes = tuple(WALL_CATEGORIES)
    channels: Codes = tuple(WALL_CHANNELS)
    refusal_reasons: Codes = tuple(REFUSAL_REASONS)
    person_categories: tuple[Code, ...] = tuple(WALL_CATEGORIES)
    post: Limit = Limit(amount=3, unit="working_days")
    claim: Limit = Limit(amount=2, unit="working_days")
    progress: Limit = Limit(amount=1, unit="months")
    echo: Limit = Limit(amount=2, unit="working_days")
    vote: Limit = Limit(amount=7, unit="days")
    take_down: Limit = Limit(amount=3, unit="working_days")
    review: Limit = Limit(amount=6, unit="months")
    archive: Limit = Limit(amount=30, unit="days")
    voters: Literal["residents", "concerned"] = "residents"
    dissatisfied_share: Annotated[Decimal, Field(ge=0, lt=1)] = Decimal("0.5")
    votes_min: Annotated[int, Field(ge=1, le=100_000)] = 1
    buildings_may_be_named: bool = False

    @model_validator(mode="after")
    def _names_each_code_once(self) -> Self:
        for field, codes in (
            ("categories", self.categories),
            ("channels", self.channels),
            ("refusal_reasons", self.refusal_reasons),
            ("person_categories", self.person_categories),
        ):
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                message = f"{field} names {twice[0]!r} more than once; name each code once"
                raise ValueError(message)
        strange = sorted(set(self.person_categories) - set(self.categories))
        if strange:
            message = f"person_categories names {strange[0]!r}, which is none of the categories"
            raise ValueError(message)
        return self

    def limit(self, clock: str) -> Limit | None:
        """Give the limit of a clock of the wall; None for one whose date is told."""
        return {
            "post": self.post,
            "claim": self.claim,
            "echo": self.echo,
            "vote": self.vote,
            "take_down": self.take_down,
            "review": self.review,
            "archive": self.archive,
        }.get(clock)

    def is_majority(self, dissatisfied: int, votes: int) -> bool:
        """Say whether so many dissatisfied of all *votes* are a majority."""
        return votes >= self.votes_min and dissatisfied > self.dissatisfied_share * votes
