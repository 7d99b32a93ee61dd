"""The rules of the whistle-call 吹哨报到: its kinds, who may blow, by when units come, ratings."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, ClassVar, Final, Self

from pydantic import Field, model_validator

from zhili.errors import PolicyRefusedError
from zhili.policies.limit import Limit
from zhili.policies.policy import Policy
from zhili.policies.unit import Level
from zhili.values import Code, Line, Role, Value

__all__ = [
    "BLOWER_DIMENSIONS",
    "DIMENSIONS",
    "ESCALATION_GROUNDS",
    "GROUNDS",
    "PRESETS",
    "RETURN_REASONS",
    "WhistleKind",
    "WhistleRules",
    "harbin_xiangfang",
    "nanjing_gulou",
    "pinggu",
]

Codes = Annotated[tuple[Code, ...], Field(min_length=1, max_length=50)]
Roles = Annotated[tuple[Role, ...], Field(min_length=1, max_length=50)]
Share = Annotated[Decimal, Field(ge=0, le=100)]

GROUNDS = {
    "beyond_powers": "it lies outside the street's own list of duties and powers 超出自身职权",
    "joint_force": "it needs several departments at once 需多部门联动",
}
"""Why a whistle is blown (YIHUANG, BJ-STREET 17)."""

RETURN_REASONS = {
    "own_duty": "the street can and must do it itself 属街道自身职责",
    "no_evidence": "what was tried is not shown 未附自行处置情况",
    "duplicate": "a whistle for it has been blown already 重复吹哨",
    "other": "another reason, given in words 其他",
}
"""Why a whistle is returned at review (YIHUANG)."""

ESCALATION_GROUNDS = {
    "no_agreement": "the departments do not agree 意见不一致",
    "no_show": "a department did not come 部门未报到",
    "policy_gap": "no rule covers it 政策空白",
}
"""Why a whistle is escalated (DUCHANG, BJ-STREET 17)."""

DIMENSIONS = {
    "report_in": "how soon it reported in 报到效率",
    "handling": "how it handled the matter 办理情况",
    "result": "how satisfying the result is 结果满意度",
    "incentive": "what it did beyond that, and how it was held back 激励",
}
"""On what the street rates a unit (DUCHANG)."""

BLOWER_DIMENSIONS = {
    "needed": "whether the whistle was needed 吹哨必要性",
    "clear": "whether it was clear what was asked of whom 吹哨准确性",
}
"""On what the units rate the blower 双考核 (BJ-REG 33)."""

LEADERS: Final = (
    Role("unit_leader"),
    Role("leading_member"),
    Role("street_secretary"),
    Role("street_director"),
)
HEADS: Final = (Role("street_secretary"), Role("street_director"))
ON_DUTY: Final = (Role("duty_officer"), Role("grid_worker"), *LEADERS)
STAFF: Final = (Role("unit_operator"), *LEADERS)


class WhistleKind(Value):
    """
    One kind of whistle: who may blow it, and how long each thing may take (§4.2).

    The limits bear the names of the clocks they are for; only reporting in always has one. With
    `at_once` it may be blown without anybody's approval, and is then confirmed in writing within
    `confirmation`. Without `objection_before_arrival` a unit comes first and objects afterwards.
    """

    code: Code
    name: Line
    blowers: Roles
    report_in: Limit
    sign: Limit | None = None
    contact: Limit | None = None
    assign: Limit | None = None
    handle: Limit | None = None
    at_once: bool = False
    confirmation: Limit | None = None
    objection_before_arrival: bool = True


class WhistleRules(Policy):
    """
    The rules of the whistle-call.

    Without `ratings_public` a rating is for the district alone until the district publishes it
    (§4.4). A street whose whistles are fewer than `rate_low` or more than `rate_high` of its
    complaints gets a warning: the mechanism stands idle, or the daily one is broken (CHINA-2018;
    the figures are uncertain, and set here for a city to replace).
    """

    name: ClassVar[str] = "whistle"

    kinds: Annotated[tuple[WhistleKind, ...], Field(min_length=1, max_length=50)] = (
        WhistleKind(
            code="ENFORCEMENT",
            name="Joint enforcement 综合执法哨",
            blowers=LEADERS,
            sign=Limit(amount=1, unit="hours"),
            report_in=Limit(amount=1, unit="days"),
            assign=Limit(amount=2, unit="working_days"),
        ),
        WhistleKind(
            code="KEY_WORK",
            name="Key work 重点工作哨",
            blowers=HEADS,
            sign=Limit(amount=1, unit="hours"),
            contact=Limit(amount=24, unit="hours"),
            report_in=Limit(amount=3, unit="working_days"),
            assign=Limit(amount=2, unit="working_days"),
            handle=Limit(amount=10, unit="working_days"),
        ),
        WhistleKind(
            code="EMERGENCY",
            name="Emergency 应急处置哨",
            blowers=ON_DUTY,
            report_in=Limit(amount=30, unit="minutes"),
            at_once=True,
            confirmation=Limit(amount=24, unit="hours"),
            objection_before_arrival=False,
        ),
    )
    blower_levels: tuple[Level, ...] = ("street",)
    grounds: Codes = tuple(GROUNDS)
    return_reasons: Codes = tuple(RETURN_REASONS)
    escalation_grounds: Codes = tuple(ESCALATION_GROUNDS)
    dimensions: Codes = tuple(DIMENSIONS)
    blower_dimensions: Codes = tuple(BLOWER_DIMENSIONS)
    points_min: Annotated[int, Field(ge=0, le=100)] = 1
    points_max: Annotated[int, Field(ge=1, le=100)] = 5
    raters: Roles = STAFF
    ratings_public: bool = False
    rate_low: Share = Decimal("0.005")
    rate_high: Share = Decimal("0.1")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        lists = {
            "kinds": tuple(kind.code for kind in self.kinds),
            **{name: getattr(self, name) for name in _CODE_LISTS},
        }
        for field, codes in lists.items():
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                message = f"{field} names {twice[0]!r} more than once; name each code once"
                raise ValueError(message)
        for low, high in (("points_min", "points_max"), ("rate_low", "rate_high")):
            if getattr(self, low) >= getattr(self, high):
                message = f"{low} must be less than {high}"
                raise ValueError(message)
        return self

    def kind(self, code: str | None) -> WhistleKind:
        """
        Give the kind of that code.

        Raises:
            PolicyRefusedError: If there is none; the message names those there are.
        """
        found = self._by_code.get(code or "")
        if found is None:
            known = ", ".join(self._by_code)
            message = f"there is no kind of whistle {code!r}; there are: {known}"
            raise PolicyRefusedError(message, policy=self.name, kind=code)
        return found

    @cached_property
    def _by_code(self) -> dict[str, WhistleKind]:
        return {kind.code: kind for kind in self.kinds}


_CODE_LISTS: Final = (
    "grounds",
    "return_reasons",
    "escalation_grounds",
    "dimensions",
    "blower_dimensions",
)


def pinggu() -> WhistleRules:
    """Give the rules of Pinggu: half an hour, and departments may blow too (PINGGU, PINGGU2)."""
    enforcement, *others = WhistleRules().kinds
    quicker = {"report_in": Limit(amount=30, unit="minutes"), "sign": None}
    kinds = (WhistleKind.model_validate({**dict(enforcement), **quicker}), *others)
    return WhistleRules(kinds=kinds, blower_levels=("street", "department"))


def nanjing_gulou() -> WhistleRules:
    """Give the rules of Gulou in Nanjing: 3 or 5 working days, by the blower's rank (NJ-GULOU)."""
    return WhistleRules(
        kinds=(
            _gulou("PROGRESS", "Getting on with it 工作推进哨", 3, LEADERS),
            _gulou("HARD", "Hard matters 攻坚克难哨", 5, HEADS),
        )
    )


def harbin_xiangfang() -> WhistleRules:
    """Give the rules of Xiangfang in Harbin: the quick whistle beside the usual ones (XF-2024)."""
    quick = WhistleKind(
        code="QUICK",
        name="Quick 快捷哨",
        blowers=STAFF,
        report_in=Limit(amount=1, unit="days"),
        handle=Limit(amount=3, unit="days"),
    )
    return WhistleRules(kinds=(quick, *WhistleRules().kinds))


PRESETS: Mapping[str, Callable[[], WhistleRules]] = MappingProxyType(
    {
        "PINGGU": pinggu,
        "NANJING_GULOU": nanjing_gulou,
        "HARBIN_XIANGFANG": harbin_xiangfang,
    }
)


def _gulou(code: str, name: str, working_days: int, blowers: tuple[Role, ...]) -> WhistleKind:
    return WhistleKind(
        code=code,
        name=name,
        blowers=blowers,
        sign=Limit(amount=1, unit="hours"),
        contact=Limit(amount=24, unit="hours"),
        report_in=Limit(amount=working_days, unit="working_days"),
    )
