"""What case types, what lives inside cases, their clocks and their relations are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from zhili.workflows import Label

__all__ = ["case_type_label", "clock_label", "part_label", "part_role_label", "relation_label"]

CASE_TYPES: Final = {
    "complaint": Label("Complaint", "接诉即办"),
    "whistle": Label("Whistle-call", "吹哨报到"),
    "wall": Label("Problem wall", "问题墙"),
    "hazard": Label("Hazard", "社区隐患"),
    "branch_call": Label("Branch's call", "支部吹哨"),
    "policy": Label("Policy", "政策"),
}

PARTS: Final = {
    "co_handler": Label("Co-handling units", "协办单位"),
    "summons": Label("Summoned units", "报到单位"),
    "vote": Label("Votes", "评议"),
    "dispatched": Label("Departments at work", "整治单位"),
    "rating": Label("Ratings", "评价"),
}

PART_ROLES: Final = {
    "lead": Label("leads", "主办"),
    "assisting": Label("assists", "协办"),
}

RELATIONS: Final = {
    "whistle": Label("blown for it", "为其吹哨"),
    "transfer": Label("handed over", "移交"),
    "reblown": Label("blown again", "再次吹哨"),
    "appeal": Label("appeal", "申诉"),
    "merged": Label("merged into the main case", "并入主件"),
}

CLOCKS: Final = {
    "appeal": Label("time to appeal", "申诉期"),
    "archive": Label("to archive", "归档"),
    "assign": Label("to name who leads", "指定牵头"),
    "callback": Label("to call back", "回访"),
    "claim": Label("to be claimed", "认领"),
    "confirmation": Label("to confirm in writing", "补办确认"),
    "contact": Label("to contact", "联系"),
    "dispatch": Label("to dispatch", "派单"),
    "echo": Label("to echo", "回音"),
    "forward": Label("to pass on", "上报"),
    "handle": Label("to handle", "办理"),
    "judge": Label("to judge", "研判"),
    "ledger_end": Label("on the ledger until", "挂账到期"),
    "ledger_review": Label("to review the ledger", "挂账复核"),
    "objection": Label("to object", "提出异议"),
    "open_callback": Label("to open the call-back", "启动回访"),
    "post": Label("to post", "上墙"),
    "progress": Label("to tell the progress", "公布进展"),
    "promise": Label("promised date", "承诺时限"),
    "rate": Label("to rate", "评价"),
    "rectify": Label("to rectify", "整治"),
    "report": Label("to report", "上报"),
    "report_in": Label("to report in", "报到"),
    "respond": Label("to respond", "响应"),
    "review": Label("to look again", "复核"),
    "rework": Label("to rework", "重办"),
    "ruling": Label("to rule", "裁定"),
    "sign": Label("to sign", "签收"),
    "take_down": Label("to take down", "下墙"),
    "verify": Label("to verify", "核验"),
    "vote": Label("open for votes", "评议期"),
}


def case_type_label(name: str) -> Label:
    """Give what a case type is called; one of a host's own says itself."""
    return _said(CASE_TYPES, name)


def part_label(kind: str) -> Label:
    """Give what the entities of one kind inside a case are called."""
    return _said(PARTS, kind)


def part_role_label(role: str) -> Label:
    """Give as what an entity takes part."""
    return _said(PART_ROLES, role)


def relation_label(name: str) -> Label:
    """Give how one case came from another."""
    return _said(RELATIONS, name)


def clock_label(name: str) -> Label:
    """Give what a clock is for; of one inside the case the entity is left out."""
    return _said(CLOCKS, name.partition(":")[0])


def _said(labels: Mapping[str, Label], name: str) -> Label:
    words = name.replace("_", " ")
    return labels.get(name) or Label(words, words)
