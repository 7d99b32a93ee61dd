"""The procedure 办理规程: how often, how many, and from which lists of codes."""

from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from zhili.policies.policy import Policy
from zhili.values import Code

__all__ = [
    "CHANNELS",
    "EXCLUSION_GROUNDS",
    "LEDGER_GROUNDS",
    "REPLY_DEFECTS",
    "SUPERVISION_GROUNDS",
    "Procedure",
]

Times = Annotated[int, Field(ge=0, le=100)]
Codes = Annotated[tuple[Code, ...], Field(min_length=1)]

SUPERVISION_GROUNDS = {
    "refused": "the unit would not take it 拒收",
    "overdue": "not handled in time 逾期",
    "unsolved": "could have been solved and was not 应解决未解决",
    "concentrated": "many people report the same 集中反映",
    "negative": "it did harm to public trust 负面影响",
}
"""Why a case is supervised (JN-REG 28, WF-REG 26)."""

LEDGER_GROUNDS = {
    "season": "it must wait for another season 季节",
    "works": "it needs works first 工程",
    "funds": "it needs funds first 资金",
    "policy": "it needs a policy first 政策",
    "ownership": "it is not settled whose it is 权属",
    "litigation": "it is before a court 诉讼中",
    "other": "another reason, given in words 其他",
}
"""Why a case is put on the ledger 挂账 (LEDGER, C26)."""

REPLY_DEFECTS = {
    "incomplete": "it leaves part of the matter unanswered 答复不全",
    "off_topic": "it answers something else 答非所问",
    "no_contact": "the complainant was not contacted 未联系诉求人",
    "no_evidence": "it proves nothing that it claims 佐证不足",
    "untrue": "it is not as the reply says 答复不实",
    "no_basis": "it names no law or rule where it must 依据不足",
    "privacy": "it gives away personal data 泄露个人信息",
    "wording": "its words are wrong or rude 用语不当",
    "other": "another defect, given in words 其他",
}
"""Why a reply is returned (JN-REG 27)."""

EXCLUSION_GROUNDS = {
    "E1": "unlawful or against policy 违法违规诉求",
    "E2": "already in a statutory channel 已进入法定途径",
    "E3": "repeated, no new facts 重复诉求",
    "E4": "malicious or false 恶意或虚假诉求",
    "E5": "beyond government duty, a market matter 超出政府职责",
    "E6": "objectively impossible, with an approved ledger entry 客观无法解决",
    "E7": "an emergency wrongly received 误收紧急事项",
    "E8": "the complainant cannot be reached 无法联系诉求人",
    "E9": "the evaluation is plainly contrary to facts 评价明显不符事实",
}
"""Why a case is left out of an assessment 剔除 (§2.11)."""

CHANNELS = {
    "hotline": "12345 telephone 热线",
    "sms": "text message 短信",
    "website": "website 网站",
    "app": "app 客户端",
    "wechat": "WeChat 微信",
    "weibo": "Weibo 微博",
    "mayor_mailbox": "mayor's mailbox 市长信箱",
    "people_net": "message board of people.cn 人民网留言板",
    "internet_supervision": "State Council 互联网+督查",
    "walk_in": "in person 来访",
    "grid": "found by a grid worker 网格上报",
    "media": "press and broadcasting 媒体",
    "letter_box": "letter box in the estate 小区信箱",
    "estate_hotline": "telephone of the estate 小区热线",
    "wall": "from the problem wall 问题墙转办",
    "home_visit": "home visit 入户走访",
}
"""How a case comes in (§2.4)."""


class Procedure(Policy):
    """
    The numbers and code lists of the procedure.

    `rework_share` is the part of the first period that re-handling gets, `rework_hours_min` at
    least (§2.6). With `redispatch_restarts_handling` the handling clock begins anew when a case
    is dispatched to another unit; by default it keeps running (§13, 4).
    """

    name: ClassVar[str] = "procedure"

    extensions_max: Times = 1
    returns_max: Times = 3
    reworks_max: Times = 3
    callback_tries_max: Annotated[int, Field(ge=1, le=100)] = 3
    contact_tries_max: Annotated[int, Field(ge=1, le=100)] = 3
    redispatch_restarts_handling: bool = False
    rework_share: Annotated[Decimal, Field(gt=0, le=1)] = Decimal("0.5")
    rework_hours_min: Annotated[int, Field(ge=1, le=24 * 366)] = 24
    recalculations_per_tick_max: Annotated[int, Field(ge=1, le=100_000)] = 1000
    supervision_grounds: Codes = tuple(SUPERVISION_GROUNDS)
    ledger_grounds: Codes = tuple(LEDGER_GROUNDS)
    reply_defects: Codes = tuple(REPLY_DEFECTS)
    exclusion_grounds: Codes = tuple(EXCLUSION_GROUNDS)
    channels: Codes = tuple(CHANNELS)

    @model_validator(mode="after")
    def _names_each_code_once(self) -> Self:
        for field, codes in (
            ("supervision_grounds", self.supervision_grounds),
            ("ledger_grounds", self.ledger_grounds),
            ("reply_defects", self.reply_defects),
            ("exclusion_grounds", self.exclusion_grounds),
            ("channels", self.channels),
        ):
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                message = f"{field} names {twice[0]!r} more than once; name each code once"
                raise ValueError(message)
        return self
