"""What a step needs, in Chinese, by the guard that refuses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from zhili.workflows.guard_words_branch_call import BRANCH_CALL
from zhili.workflows.guard_words_complaint import COMPLAINT
from zhili.workflows.guard_words_hazard import HAZARD
from zhili.workflows.guard_words_wall import WALL
from zhili.workflows.guard_words_whistle import WHISTLE

__all__ = ["EVERYWHERE", "OWN", "guard_in_chinese"]

EVERYWHERE: Final = {
    "origin_is_told_by_an_event": "由其他案件转来的情形由系统自动记载，请勿填写来源案件。",
    "follows_from_an_event": "此步骤由案件中已发生的事项自动产生，不能由人员提出。",
    "clock_is_due": "时限正在计时且已届满，方可办理此步骤，请等待。",
    "deadline_was_provisional": "须等所需年度的节假日安排公布后，方可重新计算期限。",
}
"""The guards that mean the same in several case types."""

POLICY: Final = {
    "document_is_valid": "政策文本须符合其所称政策的格式。",
    "document_is_new": "政策文本须与现行版本不同。",
}

OWN: Final[Mapping[str, Mapping[str, str]]] = {
    "complaint": COMPLAINT,
    "whistle": WHISTLE,
    "wall": WALL,
    "hazard": HAZARD,
    "branch_call": BRANCH_CALL,
    "policy": POLICY,
}
"""The guards of each case type: one of the same name may mean another thing in another."""


def guard_in_chinese(case_type: str, guard: str) -> str | None:
    """Say in Chinese what *guard* needs; None for one of a host's own, which has no such words."""
    return OWN.get(case_type, {}).get(guard) or EVERYWHERE.get(guard)
