"""What case types, what lives inside cases, and their relations are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from zhili.workflows import Label

__all__ = ["case_type_label", "part_label", "part_role_label", "relation_label"]

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
    "accused": Label("Units complained about", "被反映单位"),
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


def _said(labels: Mapping[str, Label], name: str) -> Label:
    words = name.replace("_", " ")
    return labels.get(name) or Label(words, words)
