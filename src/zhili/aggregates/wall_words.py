"""
What public words may not tell: who posted it or supports it, anybody's number, a poster's words.

Both sides are read alike: in one form and case, without what nobody sees, and whatever is neither
letter nor digit only separates. Chinese is compared by its characters, all else by whole words.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

from zhili.aggregates.house_words import COMMUNITY, HOUSE_NUMBER, tells_house
from zhili.aggregates.wall_endings import SET_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhili.values import Personal

__all__ = [
    "has_houses", "has_numbers", "hide_numbers", "names", "plain", "quotes", "tells_caller",
    "without_names",
]  # fmt: skip

HAN: Final = "〇々\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORDS: Final = re.compile(rf"[{HAN}]|[^\W\d_{HAN}]+|\d+")
"""One Chinese character, one word of any other script, or one number."""

GIVEN_NAME: Final = re.compile(rf"[{HAN}]{{1,2}}([{HAN}]{{2}})")
"""A Chinese name of three or four characters, the last two of which are the given name."""

PLACES: Final = tuple("村镇乡县市区街道路巷组号楼院坊室户")
"""How an address ends: its last two characters are no given name."""

UNSEEN: Final = frozenset({"Cf", "Mn", "Me"})
"""Characters without a width of their own, which would part a name unseen."""

PERMUTED_MAX: Final = 3
"""A name of up to so many words is known in any order, a longer one forwards and backwards."""

NUMBER_MIN: Final = 7
"""A number with so many digits, as in a telephone, is found in whatever stands around it."""

QUOTE_MIN: Final = 11
"""Of fewer characters two people may hit upon the same words."""

GAP: Final = r"\s._/·\-\u2010-\u2015\u2212"
S: Final = f"[{GAP}]{{0,3}}"
DATE: Final = re.compile(
    rf"(?<!\d)(?<!\d[{GAP}])(?:19|20)\d\d[-./年](?:0?[1-9]|1[0-2])[-./月](?:[12]\d|3[01]|0?[1-9])(?!\d)"
)
"""A day, whose digits belong to no number."""

NUMBERS: Final = re.compile(
    rf"(?<!\d)(?:(?:\+?86|0086){S})?1[3-9]\d{S}\d{{4}}{S}\d{{4}}(?!\d)"  # a mobile telephone
    rf"|(?<!\d)(?<!\d[{GAP}])(?:(?:\+?86|0086){S})?1{S}[3-9](?:{S}\d){{9}}(?!{S}\d)"  # spelt out
    rf"|(?<!\d)0(?:10|2\d|[3-9]\d\d)\)?{S}\d{{7,8}}(?!\d)"  # a telephone with a line
    rf"|(?<!\d)(?:\+86|0086)\)?{S}(?:10|2\d|[3-9]\d\d)\)?{S}\d{{7,8}}(?!\d)"  # the same from abroad
    rf"|(?<!\d)\d{{6}}{S}\d{{8}}{S}\d{{3}}[\dXx](?![\dA-Za-z])"  # an identity card
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"[A-Z][ ·.\-]?[A-HJ-NP-Z\d]{5,6}(?![A-Za-z\d])"  # a number plate
    r"|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"  # an e-mail address
    rf"|(?:[微Vv]信|[Qq]{{2}}){S}(?:账?[号號])?{S}[:是为]?{S}[A-Za-z0-9][A-Za-z0-9_-]{{4,19}}"
    rf"|(?:[Ww]e[Cc]hat|[Vv][Xx]|[Ww][Xx]){S}(?:[Ii][Dd]|号)?{S}[:是为]{S}[A-Za-z0-9][A-Za-z0-9_-]{{4,19}}"
)
"""Numbers that lead to one person: a telephone, an identity card, a car, an account (§8)."""

ABROAD: Final = re.compile(r"(?:0086|86)(?=1[3-9]\d{9}$)")
"""What is dialled before a mobile number."""


def without_names(case: Any, text: str | None, *, buildings: bool) -> str | None:
    """
    Give *text* unless it tells who the poster or a supporter of *case* is, a number or a house.

    With *buildings* one of those alone is a house, too.
    """
    if text is None or text in SET_WORDS:
        return text
    told = names(case.hidden, (text,)) or has_numbers((text,)) or quotes(case.words, (text,))
    return None if told or has_houses((text,), buildings=buildings) else text


def tells_caller(caller: Iterable[Personal], text: str, *, given: bool = True) -> bool:
    """
    Say whether *text*, which many read, tells a number of anybody, or who the *caller* is.

    Args:
        caller: Their name, their telephone, their address. A community where they live is no more
            than where the matter is; only the address of a house is told, whole or its door.

        text: The text.

        given: Whether a given name alone tells them, as it does not in the name of a road.
    """
    told: list[Personal] = []
    for one in caller:
        address = plain(one.value)
        door = HOUSE_NUMBER.search(address)
        told += [one.model_copy(update={"value": door[0]})] if door else []
        told += [one] if door or not COMMUNITY.fullmatch(address.strip()) else []
    return has_numbers((text,)) or names(told, (text,), given=given)


def names(hidden: Iterable[Personal], texts: Iterable[str], *, given: bool = True) -> bool:
    """
    Say whether one of *texts* has one of the *hidden* words in it, however it is spaced.

    Of a Chinese name the *given* name alone is enough.
    """
    said = [_words_of(text) for text in texts]
    return any(_tells(text, _words_of(one.value), given) for one in hidden for text in said)


def quotes(words: Iterable[Personal], texts: Iterable[str]) -> bool:
    """Say whether one of *texts* has one of the *words* that somebody said whole in it."""
    told = ["".join(_words_of(one.value)) for one in words]
    said = ["".join(_words_of(text)) for text in texts]
    return any(one in text for one in told if len(one) >= QUOTE_MIN for text in said)


def has_numbers(texts: Iterable[str]) -> bool:
    """Say whether one of *texts* has a number in it that leads to a person, or an account."""
    return any(NUMBERS.search(_without_days(plain(text))) for text in texts)


def has_houses(texts: Iterable[str], *, buildings: bool) -> bool:
    """Say whether one of *texts* tells a unit, a room or a door; with *buildings* one of those."""
    return any(tells_house(plain(text), buildings=buildings) for text in texts)


def hide_numbers(text: str, instead: str) -> str:
    """Give *text* in one form, with *instead* in place of every such number."""
    seen = plain(text)
    pieces: list[str] = []
    end = 0
    for match in NUMBERS.finditer(_without_days(seen)):
        pieces += (seen[end : match.start()], instead)
        end = match.end()
    return "".join((*pieces, seen[end:]))


def _without_days(text: str) -> str:
    """Give *text* with nothing that could be a number in place of its days, and as long."""
    return DATE.sub(lambda day: "—" * (len(day[0]) - 1) + ",", text)


def plain(text: str) -> str:
    """Give *text* in one form, without what has no width."""
    seen = unicodedata.normalize("NFKC", text)
    return "".join(char for char in seen if unicodedata.category(char) not in UNSEEN)


def _words_of(text: str) -> list[str]:
    return WORDS.findall(plain(unicodedata.normalize("NFKC", text).casefold()))


def _tells(said: list[str], word: list[str], given: bool) -> bool:  # noqa: FBT001 - as in names
    """Say whether what is *said* has a hidden *word* in it, or the *given* part of a name."""
    whole, joined = "".join(said), "".join(word)
    if any(number in whole for number in _numbers_in(word)):
        return True
    if len(joined) <= 1:
        return False  # one character names nobody
    if re.search(f"[{HAN}]", joined):
        name = GIVEN_NAME.fullmatch(joined) if given and not joined.endswith(PLACES) else None
        return joined in whole or (name is not None and name[1] in whole)
    flow = "\0".join(("", *said, ""))
    return any(_stands_in(flow, order) for order in _orders(word) if "".join(order) in whole)


def _numbers_in(word: list[str]) -> list[str]:
    """Give the numbers in a hidden word that are long enough to be known anywhere."""
    digits = "".join(one if one.isdecimal() else " " for one in word).split()
    return [ABROAD.sub("", number) for number in digits if len(number) >= NUMBER_MIN]


def _orders(words: list[str]) -> Iterable[tuple[str, ...]]:
    if len(words) <= PERMUTED_MAX:
        return permutations(words)
    return (tuple(words), tuple(reversed(words)))


def _stands_in(flow: str, words: tuple[str, ...]) -> bool:
    """Say whether *words* begin and end where words of *flow* do, however they are parted."""
    return re.search("\0" + "\0?".join(map(re.escape, "".join(words))) + "\0", flow) is not None
