"""The case types as people call them, and which of them was meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from zhili.aggregates import CASE_TYPES, Case
from zhili.cli.command import Language
from zhili.cli.screen import word
from zhili.errors import InputError
from zhili.workflows import Label

__all__ = ["NAMES", "case_type_of", "in_words", "part_in_words", "state_in_words"]

NAMES: Final[Mapping[str, Label]] = {
    "complaint": Label("Complaint", "接诉即办"),
    "whistle": Label("Whistle-call", "吹哨报到"),
    "wall": Label("Problem wall", "问题墙"),
    "hazard": Label("Hazard", "社区隐患"),
    "branch_call": Label("Branch's call", "支部吹哨"),
}
"""What the case types are called; that of a host by its own name."""

PARTS: Final[Mapping[str, Label]] = {
    "co_handler": Label("Co-handling units", "协办单位"),
    "summons": Label("Summoned units", "报到单位"),
    "vote": Label("Votes", "评议"),
    "dispatched": Label("Departments at work", "整治单位"),
}
"""What the entities inside a case are called."""

KINDS: Final = {kind.workflow.name: kind for kind in CASE_TYPES}


def case_type_of(name: str) -> type[Case]:
    """
    Give the case type called *name*.

    Raises:
        InputError: If there is none; the message names those there are.
    """
    if name not in KINDS:
        message = f"there is no case type {name!r}; there are: {', '.join(sorted(KINDS))}"
        raise InputError(message, case_type=name)
    return KINDS[name]


def in_words(case_type: str, language: Language) -> str:
    """Give the words for a case type."""
    return _said(NAMES, case_type, language)


def part_in_words(part: str, language: Language) -> str:
    """Give the words for the entities of one kind inside a case."""
    return _said(PARTS, part, language)


def state_in_words(case_type: str, state: str, language: Language, part: str = "") -> str:
    """Give the words for a state of a case type, or of an entity inside it."""
    if case_type not in KINDS:
        return state
    workflow = KINDS[case_type].workflow
    table = workflow.parts[part] if part else workflow
    return word(table.label(state), table.label(state, "zh"), language)


def _said(labels: Mapping[str, Label], name: str, language: Language) -> str:
    label = labels.get(name)
    return word(label.en, label.zh, language) if label else name
