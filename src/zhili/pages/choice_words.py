"""What there is to choose in the fields of commands: set words, and the lists of the policies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from zhili.pages.matter_words import matter_label
from zhili.pages.words import labels_of, split_label
from zhili.policies import Rules
from zhili.policies.branch_call import EXCUSES, POSTS
from zhili.policies.procedure import (
    CHANNELS,
    EXCLUSION_GROUNDS,
    LEDGER_GROUNDS,
    REPLY_DEFECTS,
    SUPERVISION_GROUNDS,
)
from zhili.policies.wall import REFUSAL_REASONS, WALL_CATEGORIES, WALL_CHANNELS
from zhili.policies.whistle import (
    BLOWER_DIMENSIONS,
    DIMENSIONS,
    ESCALATION_GROUNDS,
    GROUNDS,
    RETURN_REASONS,
)
from zhili.workflows import Label

__all__ = ["CODE_LISTS", "code_words", "word_of_choice", "word_of_code"]

CHOICES: Final = {
    "enquiry": Label("Enquiry", "咨询"),
    "help": Label("Help", "求助"),
    "complaint": Label("Complaint", "投诉"),
    "report": Label("Report of a wrong", "举报"),
    "suggestion": Label("Suggestion", "建议"),
    "I": Label("I, 2 hours", "一级"),
    "II": Label("II, 24 hours", "二级"),
    "III": Label("III, the usual", "三级"),
    "IV": Label("IV, hard matters", "四级"),
    "SUPERVISED": Label("Supervised", "督办件"),
    "COMPLEX": Label("Complex", "疑难件"),
    "solved": Label("Solved", "已解决"),
    "explained": Label("Explained", "已解释"),
    "partly": Label("Partly solved", "部分解决"),
    "not_solved": Label("Not solved", "未解决"),
    "normal": Label("Normal", "一般"),
    "urgent": Label("Urgent", "紧急"),
    "critical": Label("Critical", "特急"),
    "110": Label("110 police", "110 报警"),
    "119": Label("119 fire", "119 火警"),
    "120": Label("120 ambulance", "120 急救"),
    "122": Label("122 traffic accident", "122 交通事故"),
    "G1": Label("G1 an emergency", "G1 紧急事项"),
    "G2": Label("G2 a statutory channel has it", "G2 属法定途径"),
    "G3": Label("G3 handled already, nothing new", "G3 已办理且无新事实"),
    "G4": Label("G4 secret or private", "G4 涉密或隐私"),
    "G5": Label("G5 beyond the duties of government", "G5 超出政府职责"),
    "G6": Label("G6 unlawful or against public order", "G6 违法违规"),
    "no_cooperation": Label("The complainant does not cooperate", "诉求人不配合"),
    "reached": Label("Reached", "已联系上"),
    "not_reached": Label("Not reached", "未联系上"),
    "anonymous": Label("Anonymous", "匿名"),
    "phone": Label("Telephone", "电话"),
    "visit": Label("Visit", "上门"),
    "sms": Label("Text message", "短信"),
    "message": Label("Message", "留言"),
    "site": Label("On site", "现场"),
    "settled": Label("Settled", "已办结"),
    "taken_up_again": Label("Taken up again", "重新办理"),
    "cancelled": Label("Cancelled", "已撤哨"),
    "returned": Label("Returned", "已退回"),
    "blown_again": Label("Blown again", "再次吹哨"),
    "district": Label("District", "区级"),
    "industry": Label("Industry department", "行业主管部门"),
    "city": Label("City", "市级"),
    "satisfied": Label("Satisfied", "满意"),
    "basically_satisfied": Label("Basically satisfied", "基本满意"),
    "dissatisfied": Label("Dissatisfied", "不满意"),
    "new_facts": Label("New facts", "新的事实"),
    "false_reply": Label("The reply was false", "答复不实"),
    "remind": Label("Remind", "催办"),
    "supervise": Label("Supervise", "督办"),
    "listed": Label("Listed supervision", "挂牌督办"),
    "summons": Label("Summons talk", "约谈"),
    "upheld": Label("The summons stands", "维持"),
    "released": Label("The unit is released", "免除"),
    "replaced": Label("Another unit comes", "替换"),
    "clear": Label("Nothing found", "无问题"),
    "concern": Label("Something speaks against it", "有问题"),
    "review": Label("It was looked at again", "复核"),
    "recurrence": Label("It has come back", "反弹"),
    "whistle": Label("A whistle", "吹哨"),
    "mediation": Label("Mediation", "调解"),
    "deliberation": Label("Deliberation", "议事协商"),
    "not_a_hazard": Label("No hazard", "不构成隐患"),
    "duplicate": Label("Known already", "重复"),
    "report_upwards": Label("Report upwards", "上报"),
    "no_report": Label("No report", "不上报"),
    "minutes": Label("minutes", "分钟"),
    "hours": Label("hours", "小时"),
    "days": Label("days", "日"),
    "working_days": Label("working days", "个工作日"),
    "months": Label("months", "个月"),
    "lift_watch": Label("lift watch", "电梯困人应急值守岗"),
    "organise": Label("organising", "组织协调"),
}
"""The words that a `Literal` offers."""

OWN_CHOICES: Final = {
    "target_type.complaint": Label("An appeal to the hotline", "热线诉求"),
}
"""Those that mean another thing in one field."""

CONFIDENTIALITY: Final = {
    0: Label("0 as usual", "0 一般"),
    1: Label("1 name left out of lists", "1 列表不显示姓名"),
    2: Label("2 only who handles it", "2 仅经办人可见"),
    3: Label("3 contact through the centre only", "3 仅经中心联系"),
}

Codes = Callable[[Rules], Mapping[str, Label]]
"""Gives the codes of a list that is in force, with their words."""


def _known(words: Mapping[str, str], codes: Callable[[Rules], Iterable[str]]) -> Codes:
    """Give the codes of a policy; one that a city has added says itself."""
    labels = labels_of(words)
    return lambda rules: {
        code: labels.get(code) or word_of_choice("", code) for code in codes(rules)
    }


def _whistle_kinds(rules: Rules) -> Mapping[str, Label]:
    return {kind.code: split_label(kind.name) for kind in rules.whistle.kinds}


def _hazard_kinds(rules: Rules) -> Mapping[str, Label]:
    return {kind.code: split_label(kind.name) for kind in rules.hazard.kinds}


def _categories(rules: Rules) -> Mapping[str, Label]:
    return {row.category: matter_label(row.category) for row in rules.routing.rows}


_wall_categories = _known(WALL_CATEGORIES, lambda rules: rules.wall.categories)
_posts = _known(POSTS, lambda rules: rules.branch_call.posts)

CODE_LISTS: Final[Mapping[str, Codes]] = {
    "complaint.register.channel": _known(CHANNELS, lambda rules: rules.procedure.channels),
    "complaint.register.category": _categories,
    "complaint.accept.category": _categories,
    "complaint.return_reply.defect": _known(
        REPLY_DEFECTS, lambda rules: rules.procedure.reply_defects
    ),
    "complaint.request_ledgering.ground": _known(
        LEDGER_GROUNDS, lambda rules: rules.procedure.ledger_grounds
    ),
    "complaint.request_exclusion.ground": _known(
        EXCLUSION_GROUNDS, lambda rules: rules.procedure.exclusion_grounds
    ),
    "complaint.supervise.ground": _known(
        SUPERVISION_GROUNDS, lambda rules: rules.procedure.supervision_grounds
    ),
    "complaint.blow_whistle.kind": _whistle_kinds,
    "whistle.draft.kind": _whistle_kinds,
    "whistle.draft.category": _categories,
    "whistle.submit.ground": _known(GROUNDS, lambda rules: rules.whistle.grounds),
    "whistle.send_back.ground": _known(RETURN_REASONS, lambda rules: rules.whistle.return_reasons),
    "whistle.escalate.ground": _known(
        ESCALATION_GROUNDS, lambda rules: rules.whistle.escalation_grounds
    ),
    "whistle.rate_unit.points": _known(DIMENSIONS, lambda rules: rules.whistle.dimensions),
    "whistle.rate_blower.points": _known(
        BLOWER_DIMENSIONS, lambda rules: rules.whistle.blower_dimensions
    ),
    "wall.collect.category": _wall_categories,
    "wall.add_supporter.item_category": _wall_categories,
    "wall.collect.channel": _known(WALL_CHANNELS, lambda rules: rules.wall.channels),
    "wall.refuse_posting.reason": _known(REFUSAL_REASONS, lambda rules: rules.wall.refusal_reasons),
    "wall.transfer.whistle_kind": _whistle_kinds,
    "hazard.find.kind": _hazard_kinds,
    "hazard.call_district.whistle_kind": _whistle_kinds,
    "branch_call.assign_post.post": _posts,
    "branch_call.call.post": _posts,
    "branch_call.offer_excuse.ground": _known(EXCUSES, lambda rules: rules.branch_call.excuses),
}
"""The fields whose codes stand in a policy, by case type, verb and name."""


def code_words(case_type: str, verb: str, name: str, rules: Rules) -> Mapping[str, Label]:
    """Give the codes that a field takes, with their words; none where any code will do."""
    listed = CODE_LISTS.get(f"{case_type}.{verb}.{name}")
    return listed(rules) if listed else {}


def word_of_code(case_type: str, name: str, code: str, rules: Rules) -> Label:
    """Give the words for a *code* in a field of a case type, whichever step has the list."""
    for place, listed in CODE_LISTS.items():
        owner, _, field = place.split(".")
        if (owner, field) == (case_type, name):
            known = listed(rules).get(code)
            if known is not None:
                return known
    return word_of_choice(name, code)


def word_of_choice(name: str, choice: str) -> Label:
    """Give the words for one *choice* of the field *name*; the choice itself if it has none."""
    known = OWN_CHOICES.get(f"{name}.{choice}") or CHOICES.get(choice)
    return known or Label(choice, choice)
