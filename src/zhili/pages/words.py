"""Words in two languages, days and hours as a reader of either expects them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from zhili.face.request import Language
from zhili.workflows import Label

__all__ = [
    "day_in_words",
    "is_chinese",
    "label_of",
    "labels_of",
    "moment_in_words",
    "split_label",
    "word",
]

MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip

_CHINESE: Final = re.compile(r"[\u3000-\u9fff\uff00-\uffef“”]")


def word(en: str, zh: str, language: Language) -> str:
    """Give the one of two words that is in *language*."""
    return zh if language == "zh" else en


def label_of(label: Label, language: Language) -> str:
    """Give *label* in *language*."""
    return label.zh if language == "zh" else label.en


def split_label(text: str) -> Label:
    """
    Read a label as the policies write it: English words, and the Chinese ones after them.

    What has only one language says the same in both.
    """
    found = _CHINESE.search(text)
    if found is None or found.start() == 0:
        return Label(text, text)
    # Chinese words may begin with a letter or a figure; the blank before them divides.
    cut = text.rfind(" ", 0, found.start() + 1)
    cut = found.start() if cut == -1 else cut
    en, zh = text[:cut].strip(), text[cut:].strip()
    return Label(en[:1].upper() + en[1:], zh)


def is_chinese(text: str) -> bool:
    """Say whether there are Chinese words in *text*."""
    return _CHINESE.search(text) is not None


def labels_of(pairs: Mapping[str, str]) -> dict[str, Label]:
    """Give the labels of a list of codes as the policies write it."""
    return {code: split_label(text) for code, text in pairs.items()}


def day_in_words(day: date, language: Language) -> str:
    """Give a day: *5 Mar 2026*, 2026年3月5日."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def moment_in_words(moment: datetime, zone: str, language: Language) -> str:
    """Give a moment in the local time of *zone*: *5 Mar 2026, 09:30*."""
    local = moment.astimezone(ZoneInfo(zone))
    joint = " " if language == "zh" else ", "
    return f"{day_in_words(local.date(), language)}{joint}{local:%H:%M}"
