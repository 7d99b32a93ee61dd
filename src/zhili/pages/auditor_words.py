"""What an audit finds, and what policies are called, in front of people."""

from __future__ import annotations

from typing import Final

from zhili.audit import ACCESS_FINDINGS, FINDINGS, REMARKS
from zhili.workflows import Label

__all__ = ["code_in_words", "policy_label"]

POLICIES: Final = {
    "branch_call": Label("The branch's call", "支部吹哨规程"),
    "calendar": Label("Working calendar", "工作日历"),
    "hazard": Label("Hazards", "隐患清单与时限"),
    "late_entry": Label("Late entry", "补录规则"),
    "organisation": Label("Organisation", "组织机构"),
    "procedure": Label("Procedure", "办理规程"),
    "routing": Label("Routing catalogue", "派单目录"),
    "time_limits": Label("Time limits", "办理时限"),
    "visibility": Label("Who may see what", "可见范围"),
    "wall": Label("Order of the wall", "上墙规程"),
    "whistle": Label("Rules of the whistle-call", "吹哨报到规程"),
}

CODES: Final = {
    "foreign-position": "有一行处于任何事务都不会写入的位置。",
    "missing-position": "日志中此前有缺行。",
    "broken-link": "链值与前一链值及事件内容不符。",
    "truncated-log": "日志在链首所示位置之前中断。",
    "wrong-head": "链首的链值与最后一个事件不符。",
    "beyond-head": "有记录位于链首所示位置之后。",
    "wrong-epoch": "链首所计政策数与已发布数不符。",
    "unexpected-head": "日志不经过所期望的链首。",
    "version-gap": "案件版本不连续。",
    "unfoldable-event": "事件无法并入案件或台账。",
    "unreadable-event": "事件无法按其版本的格式读取。",
    "not-canonical": "存储内容不是规范形式。",
    "oversize-event": "事件超出允许大小，未读取其内容。",
    "endless-case": "案件事件数超出上限。",
    "foreign-event": "案件中出现其他类别的事件。",
    "unknown-edition": "事件所指的流程表版本不存在。",
    "unjudgeable-step": "无法判断该步骤是否合规。",
    "wrong-destination": "步骤到达的状态与事件所述不符。",
    "wrong-deadline": "时限与政策所定不符。",
    "foreign-policy": "事件所指的政策并非当时有效的政策。",
    "clock-not-fired": "事件发生前，已到期时限未处理。",
    "forged-cause": "事件有起因，却非系统所为。",
    "missing-effect": "事件应引起的后续不在日志中。",
    "doubled-effect": "事件引起的后续出现不止一次。",
    "uncaused-effect": "系统动作没有起因。",
    "register-differs": "台账与日志不一致。",
    "refused": "按当时规则，该步骤不允许。",
    "refused-state": "案件当时的状态下没有该步骤。",
    "refused-role": "该岗位无权办理该步骤。",
    "refused-guard": "步骤的条件当时不满足。",
    "refused-policy": "政策未作规定或不允许。",
    "refused-time": "所给时间在将来、过早，或早于前一事件。",
    "effect": "该事件由另一事件引起。",
    "access-foreign-position": "查阅记录中有一条处于任何事务都不会写入的位置。",
    "access-missing-position": "查阅记录此前有缺条。",
    "access-broken-link": "链值与前一链值及该条查阅记录不符。",
    "access-unreadable": "查阅记录或其中一条无法读取。",
    "access-differs": "检索列与该条查阅记录所述不符。",
    "access-truncated": "查阅记录在链首所示位置之前中断。",
    "access-wrong-head": "查阅记录链首的链值与最后一条不符。",
    "access-unexpected-head": "查阅记录不经过所期望的链首。",
    "access-beyond-head": "有查阅记录位于链首所示位置之后。",
    "late-entry": "事件为事后补录。",
    "provisional-deadline": "期限依赖尚未公布的工作日历。",
    "flag": "事件带有标记：来源数据有异常。",
    "not-compared": "案件变动过快，未比对台账。",
}
"""The codes of an audit in Chinese; the audit itself says them in English."""


def policy_label(name: str) -> Label:
    """Give what a policy is called; one that nobody has named says itself."""
    words = name.replace("_", " ")
    return POLICIES.get(name) or Label(words, words)


def code_in_words(code: str) -> Label:
    """Give what a code of an audit means; the code itself where it is a host's own."""
    english = {**FINDINGS, **REMARKS, **ACCESS_FINDINGS}.get(code, code)
    return Label(english, CODES.get(code, english))
