"""Hazards 社区隐患: what kinds there are, how soon each level is dealt with, what was published."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from zhili.policies.limit import Limit
from zhili.policies.policy import Policy
from zhili.values import Code, Line, Value

__all__ = ["Counted", "HazardKind", "HazardRules", "PublishedTotal"]


class HazardKind(Value):
    """A kind of hazard; `fixed_by_community` says whether it stands on the community's own list."""

    code: Code
    name: Line
    fixed_by_community: bool = False


KINDS = (
    HazardKind(code="fire", name="community fire safety 社区消防", fixed_by_community=True),
    HazardKind(code="facilities", name="community facilities 社区设施", fixed_by_community=True),
    HazardKind(code="production", name="work safety 社区安全生产"),
    HazardKind(code="power_telecom", name="power and telecom facilities 社区电力通信设施"),
    HazardKind(code="mixed_use", name="home, store and workshop in one “三合一”场所"),
    HazardKind(code="small_premises", name="the nine kinds of small premises “九小场所”"),
    HazardKind(code="other", name="another kind, said in words 其他"),
)
"""
Those of Chengdu's nine kinds (later twelve) that the texts at hand name (CD-XH, CD-CDRB); `other`
stands for the rest, and a city publishes its own list. What a community fixes itself is a design
value.
"""


class Counted(Value):
    """
    A count as it was given: 19.47万 is 194,700, rounded to hundreds.

    What was meant lies in `[lowest, highest]`; an exact count is rounded to 1.
    """

    count: Annotated[int, Field(ge=0)]
    rounded_to: Annotated[int, Field(ge=1)] = 1

    @property
    def lowest(self) -> int:
        """The smallest whole number that is rounded to it."""
        return max(0, self.count - self.rounded_to // 2)

    @property
    def highest(self) -> int:
        """The largest whole number that is rounded to it."""
        return self.count + (self.rounded_to - 1) // 2


class PublishedTotal(Value):
    """
    What a place has published about its hazards, kept as it was printed and by whom.

    It is no rule and no case follows from it. It stands beside the rules because this document is
    what somebody answers for, in versions and in the log; no figure of the cases ever counts it.
    """

    name: Line
    found: Counted
    solved: Counted
    source: Line

    @property
    def rounded_input(self) -> bool:
        """Whether one of its counts was rounded before it was given."""
        return self.found.rounded_to > 1 or self.solved.rounded_to > 1


class HazardRules(Policy):
    """
    The catalogue of kinds and the limits of each step (§4.5; the limits are design values).

    A hazard is reported to the street on the `report_days`-th day after it was found: on the same
    day by default. `rectify` gives the limit of each level, the gravest (1) first.
    """

    name: ClassVar[str] = "hazard"

    kinds: Annotated[tuple[HazardKind, ...], Field(min_length=1)] = KINDS
    report_days: Annotated[int, Field(ge=0, le=30)] = 0
    judge: Limit = Limit(amount=1, unit="working_days")
    dispatch: Limit = Limit(amount=1, unit="working_days")
    rectify: Annotated[tuple[Limit, ...], Field(min_length=1, max_length=9)] = (
        Limit(amount=24, unit="hours"),
        Limit(amount=5, unit="working_days"),
        Limit(amount=15, unit="working_days"),
    )
    verify: Limit = Limit(amount=2, unit="working_days")
    archive: Limit = Limit(amount=30, unit="days")
    published: tuple[PublishedTotal, ...] = ()

    @model_validator(mode="after")
    def _names_each_code_once(self) -> Self:
        codes = [kind.code for kind in self.kinds]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            message = f"kinds names {twice[0]!r} more than once; name each code once"
            raise ValueError(message)
        return self

    def kind(self, code: str) -> HazardKind | None:
        """Give the kind with that code, None if the catalogue has none."""
        return next((kind for kind in self.kinds if kind.code == code), None)

    def limit(self, clock: str, level: int | None) -> Limit | None:
        """Give the limit of a clock; a hazard that nobody gave a level has the gravest."""
        if clock == "rectify":
            return self.rectify[min(level or 1, len(self.rectify)) - 1]
        limits = {name: getattr(self, name) for name in ("judge", "dispatch", "verify", "archive")}
        return limits.get(clock)
