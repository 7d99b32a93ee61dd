"""What the pages of the wall say of an item in set words."""

from __future__ import annotations

from typing import Final

from zhili.pages.choice_words import word_of_choice
from zhili.pages.words import labels_of
from zhili.policies.wall import REFUSAL_REASONS, WALL_CATEGORIES
from zhili.workflows import Label

__all__ = ["category_label", "outcome_label", "promise_label", "reason_label", "target_label"]

CATEGORIES: Final = labels_of(WALL_CATEGORIES)
REASONS: Final = labels_of(REFUSAL_REASONS)

OUTCOMES: Final = {
    "solved": Label("Solved", "已解决"),
    "explained": Label("Explained", "已解释"),
}

PROMISES: Final = {
    "kept": Label("promise kept", "已守诺"),
    "broken": Label("promise broken", "已失约"),
    "pending": Label("promised", "已承诺"),
}

NOTHING: Final = Label("", "")


def category_label(code: str | None) -> Label:
    """Give what a category is called; a city's own says itself."""
    return CATEGORIES.get(code or "") or Label(code or "", code or "")


def reason_label(code: str) -> Label:
    """Give why something was not posted."""
    return REASONS.get(code) or Label(code or "not said", code or "未说明")


def outcome_label(outcome: str | None) -> Label:
    """Give what came of it."""
    return OUTCOMES.get(outcome or "", NOTHING)


def promise_label(promise: str | None) -> Label:
    """Give what became of a promise."""
    return PROMISES.get(promise or "", NOTHING)


def target_label(target: str | None) -> Label:
    """Give what an item has become elsewhere."""
    return word_of_choice("target_type", target or "")
