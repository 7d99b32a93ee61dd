"""
Masks 脱敏: how personal data look where they are not shown (rulebook §8, MASK, MASK2).

A mask keeps what its rule says and never more, and is never the value itself. What fits no rule is
masked whole. The stored value stays as it is: masks are made when something is displayed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from zhili.aggregates.house_words import COMMUNITY, HOUSE, hide_houses, tells_house
from zhili.aggregates.wall_words import hide_numbers, names, plain
from zhili.values import Personal

__all__ = [
    "MASKED",
    "address",
    "contact",
    "id_number",
    "name",
    "place",
    "text",
    "without_door",
    "word",
]

MASKED: Final = "****"
"""What fits no rule."""

HAN: Final = "〇々\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HAN_NAME: Final = re.compile(rf"[{HAN}]{{1,4}}")

SURNAMES: Final = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 "
    "赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 "
    "司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 "
    "宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 左丘 "
    "东门 西门 第五 歐陽 諸葛 東方 司馬 鍾離 長孫 尉遲 獨孤 聞人 鮮于"
)
COMPOUND_SURNAMES: Final = frozenset(SURNAMES.split())
"""复姓 with which a name of three or four characters begins."""

CHINA: Final = re.compile(r"(?:\+86|0086|(?<!\d)86)(?=1[3-9]\d{9}$)|(?:\+86|0086)(?=[1-9]\d{8,}$)")
MOBILE: Final = re.compile(r"1[3-9]\d{9}")
LANDLINE: Final = re.compile(r"(0(?:10|2\d|[3-9]\d\d))(\d{7,8})")
LOCAL: Final = re.compile(r"\d{7,8}")
FOREIGN: Final = re.compile(r"(?:\+|00)\d{7,15}")
SEPARATORS: Final = re.compile(r"[\s().·\-\u2010-\u2015\u2212]+")
ID_NUMBER: Final = re.compile(r"\d{17}[\dX]|\d{15}")

GIVEN_NAME_LENGTH: Final = 2

SHOWN_OF_LANDLINE: Final = 3
SHOWN_OF_FOREIGN: Final = 2


def name(value: str) -> str:
    """
    Mask a name: 张三 as 张*, 欧阳修 as 欧阳*, John Smith as J***.

    A name of one character has nothing left of it. Of a name that is not Chinese, or has more than
    four characters, nothing but the first is kept, and how long it is cannot be seen.
    """
    seen = SEPARATORS.sub("", plain(value)) if _is_han(value) else plain(value).strip()
    if HAN_NAME.fullmatch(seen):
        kept = 2 if len(seen) > 2 and seen[:2] in COMPOUND_SURNAMES else 1  # noqa: PLR2004 - a compound surname
        masked = seen[:kept] + "*" * (len(seen) - kept) if len(seen) > 1 else "*"
    else:
        masked = f"{seen[0]}***" if len(seen) > 1 and seen[0].isalpha() else MASKED
    return _never(value, masked)


def contact(value: str) -> str:
    """
    Mask a telephone: 13812345678 as 138****5678.

    Of a line its area and its last three digits are kept, of a number abroad its last two; of what
    is no telephone, nothing.
    """
    digits = SEPARATORS.sub("", plain(value))
    digits = CHINA.sub("", digits)
    if MOBILE.fullmatch(digits):
        return _never(value, f"{digits[:3]}****{digits[-4:]}")
    line = LANDLINE.fullmatch(digits)
    if line:
        return _never(value, f"{line[1]}-{_tail(line[2], SHOWN_OF_LANDLINE)}")
    if FOREIGN.fullmatch(digits):
        return _never(value, f"+{MASKED}{digits[-SHOWN_OF_FOREIGN:]}")
    if LOCAL.fullmatch(digits):
        return _never(value, _tail(digits, SHOWN_OF_LANDLINE))
    return _never(value, MASKED)


def id_number(value: str, *, published: bool = False) -> str:
    """Mask an identity card: its first three and last four for staff, one and one if published."""
    digits = SEPARATORS.sub("", plain(value)).upper()
    if not ID_NUMBER.fullmatch(digits):
        return _never(value, MASKED)
    first, last = (1, 1) if published else (3, 4)
    return _never(value, digits[:first] + "*" * (len(digits) - first - last) + digits[-last:])


def address(value: str) -> str:
    """Mask an address: kept to the community, the building hidden; without one, hidden whole."""
    seen = plain(value).strip()
    ends = [match.start() for match in (HOUSE.search(seen),) if match]
    ends += [at for at, char in enumerate(seen) if char.isdigit()][:1]
    if ends:
        kept = seen[: min(ends)].rstrip(" ,，#")
    else:
        place = COMMUNITY.match(seen)
        kept = place[0] if place and place.end() < len(seen) else ""
    return _never(value, f"{kept}***")


def place(value: str) -> str:
    """Mask where a matter is: as an address, unless it tells no more than a community anyway."""
    return value if COMMUNITY.fullmatch(plain(value).strip()) else address(value)


def without_door(field: str, value: str) -> str:
    """Give a title or a place without the house that it tells: the place to the community."""
    if field == "place":
        return place(value)
    seen = plain(value)
    return hide_houses(seen, "***", buildings=True) if tells_house(seen, buildings=True) else value


def text(value: str, hidden: Iterable[Personal] = (), *, surnames: bool = True) -> str | None:
    """
    Mask free text: without numbers that lead to a person, nor the *hidden* words.

    Args:
        value: The text.

        hidden: Personal words that it may not tell.

        surnames: Whether a name keeps its surname, where names are shown masked.

    Returns:
        None if it tells one of them in a way in which it cannot be taken out.
    """
    told = tuple(hidden)
    shown = hide_numbers(value, MASKED)
    for one in sorted((plain(each.value).strip() for each in told), key=len, reverse=True):
        if len(one) > 1:
            masked = name(one) if surnames else "**"
            shown = shown.replace(one, masked if HAN_NAME.fullmatch(one) else MASKED)
        if HAN_NAME.fullmatch(one) and len(one) > GIVEN_NAME_LENGTH:
            shown = shown.replace(one[-GIVEN_NAME_LENGTH:], "**")
    if names(told, (shown,)):
        return None
    return value if shown == plain(value) else shown


def public_text(value: str, hidden: Iterable[Personal], *, buildings: bool) -> str | None:
    """Mask free text that leaves the office: as `text`, and without houses in it."""
    shown = text(value, hidden, surnames=False)
    if shown is None:
        return None
    without = hide_houses(plain(shown), "***", buildings=buildings)
    return value if without == plain(value) else without


def word(value: str) -> str:
    """Mask what there is no rule for."""
    return _never(value, MASKED)


def _is_han(value: str) -> bool:
    return all(
        re.match(f"[{HAN}]", char) or unicodedata.category(char)[0] in "ZC" for char in plain(value)
    )


def _tail(digits: str, shown: int) -> str:
    return "*" * (len(digits) - shown) + digits[-shown:]


def _never(value: str, masked: str) -> str:
    """Give *masked* unless it is the value itself, as of one that came masked already."""
    if masked not in {value, value.strip(), plain(value).strip()}:
        return masked
    return MASKED if value.strip() != MASKED else f"{MASKED}*"
