"""The set words in which the wall says what an item became elsewhere, and how that ended (P20)."""

from __future__ import annotations

from typing import Final

from zhili.workflows import Label

__all__ = ["SET_WORDS", "ending", "endings_of"]

BECAME: Final = {
    "complaint": ("转为投诉办理", "Handled as a complaint"),
    "whistle": ("转为吹哨办理", "Handled as a whistle-call"),
    "mediation": ("转为调解办理", "Handled by mediation"),
    "deliberation": ("转为议事协商办理", "Handled by deliberation"),
}
"""What an item can become (P19)."""

ENDED: Final = {
    "solved": ("已办结:已解决", "solved"),
    "partly": ("已办结:部分解决", "solved in part"),
    "explained": ("已办结:已解释说明", "explained"),
    "not_solved": ("已办结:未解决", "closed without being solved"),
    "answered": ("已直接答复", "answered"),
    "declined": ("不予受理", "not accepted"),
    "withdrawn": ("诉求人撤回", "withdrawn"),
    "terminated": ("已终止办理", "terminated"),
    "emergency": ("已转紧急热线", "passed to emergency services"),
    "cancelled": ("吹哨已取消", "cancelled"),
    "returned": ("审核未通过,已退回", "returned at review"),
}
"""How that can end (P20)."""


def ending(target_type: str, end: str) -> str:
    """
    Give the set words in which the wall says what an item became and how that ended.

    They are the same of every case, so nothing that stands in the other case comes with them.
    """
    (chinese, english), (how, in_english) = BECAME[target_type], ENDED[end]
    return f"{chinese},{how}。{english}, and {in_english}."


def endings_of(target_type: str | None) -> frozenset[str]:
    """Give all set words for what an item became; none where it became nothing."""
    if target_type not in BECAME:
        return frozenset()
    return frozenset(ending(target_type, end) for end in ENDED)


def _parted(target_type: str, end: str) -> Label:
    """Give the set words language by language, in the stops of each."""
    chinese, _, english = ending(target_type, end).partition("。")
    stops = str.maketrans({",": "，", ":": "："})
    return Label(english, f"{chinese.translate(stops)}。")


SET_WORDS: Final = {ending(target, end): _parted(target, end) for target in BECAME for end in ENDED}
"""Everything that the wall can say of what became of an item elsewhere, by language."""
