"""What tells of a person in a public text, and what does not (§5.3, §8)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wall import steps as s
from zhili import WallItem
from zhili.aggregates.wall_endings import ending, endings_of
from zhili.aggregates.wall_words import has_numbers, names, quotes, without_names
from zhili.testing import given
from zhili.values import Personal


def hidden(value: str) -> tuple[Personal, ...]:
    """Give a word that nobody may read."""
    return (Personal(subject=s.SUBJECT, value=value),)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("王秀英", "感谢王秀英反映"),
        ("王秀英", "秀英家门口"),  # as neighbours call her
        ("王秀英", "王_秀/英"),
        ("王秀英", "王\u200b秀\u2060英"),
        ("王秀英", "王·秀 英"),
        ("欧阳文秀", "文秀家门口"),
        ("老王", "老-王家的狗"),
        ("Wang Xiuying", "thanks to WANG XIUYING"),
        ("Wang Xiuying", "Xiuying Wang fell"),
        ("Wang Xiuying", "xiu-ying.wang"),
        ("Wang Xiuying", "Ｗang\u00adXiuying"),
        ("Wang Xiu Ying", "Wang Xiuying"),
        ("Li", "Mr. Li said"),
        ("枣树巷7号", "就在枣树巷 7 号"),
        ("7 Gate Lane", "the pole at 7 Gate Lane"),
        ("+86 138-1234-5678", "call 13812345678"),
        ("4612345", "0913-4612345"),
    ],
)
def test_a_name_is_known_however_it_is_written(name: str, text: str) -> None:
    """Spaces, signs, case, width, unseen characters and the order of its words hide no name."""
    assert names(hidden(name), (text,))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("An", "the lamp and the road"),
        ("Li", "Public Light"),
        ("Wang Xiuying", "Wang Building"),
        ("王", "王家巷的路灯"),
        ("王秀英", "王家的英雄"),
        ("枣树巷", "树巷"),  # an address has no given name
        ("L", "L-shaped"),
        ("12", "2012"),
    ],
)
def test_other_words_are_no_name(name: str, text: str) -> None:
    """A Latin name is whole words, a Chinese one at least two characters of it."""
    assert not names(hidden(name), (text,))


@pytest.mark.parametrize(
    "text",
    [
        "+8613987654321", "86 139 8765 4321", "0086-139-8765-4321", "139.8765.4321",
        "139/8765/4321", "1 3 9 8 7 6 5 4 3 2 1", "13 98 76 54 32 1", "139876-54321",
        "１３９８７６５４３２１", "139\u200b87654321", "0913-4612345", "010 87654321",
        "(029)87654321", "02987654321", "+86 913 4612345", "610582 19700101 1234", "陕A·12345",
    ],
)  # fmt: skip
def test_a_number_of_a_person_is_known_however_it_is_written(text: str) -> None:
    """Mobile telephones, lines, identity cards and cars (§8)."""
    assert has_numbers((f"请拨{text}。",))


@pytest.mark.parametrize(
    "text",
    [
        "2026年3月20日前", "2026-03-20", "20260320", "2026.3.20-2026.4.1",
        "2026-03-15 2026-03-20 2026-03-30", "2026/03/20 14:00-16:30", "投资1380000000元",
        "1,380,000,000 元", "138 盏灯, 2026 年", "灯杆 0123 号", "路灯编号 010203040506",
        "610582103201", "12345", "260302-7K3F9-Q4M2R-X",
    ],
)  # fmt: skip
def test_dates_sums_and_lamps_are_no_numbers_of_a_person(text: str) -> None:
    """What a village writes on its wall every day is let through."""
    assert not has_numbers((text,))


def test_only_whole_words_of_some_length_are_a_quotation() -> None:
    """Eleven characters in a row are somebody's own; fewer, or others between them, are not."""
    said = hidden("门口的路灯坏了,老李也摔了")
    assert quotes(said, ("群众: 门口的路灯坏了! 老李也摔了",))
    assert not quotes(said, ("门口的路灯坏了,有人摔了",))
    assert not quotes(hidden("路灯坏了,没人修"), ("路灯坏了,没人修",))


def test_set_words_are_shown_whoever_the_poster_is() -> None:
    """What an item became is said in words that come from no case, so no name withholds them."""
    item: Any = given(WallItem, s.COLLECT.but(name="解决"), s.SCREEN).case
    told = ending("complaint", "solved")
    assert names(item.hidden, (told,))
    assert without_names(item, told, buildings=True) == told
    assert without_names(item, f"{told} 解决", buildings=True) is None


def test_every_end_has_words_of_its_own() -> None:
    """No two ends are told alike, and what an item cannot become is told in no way."""
    told = [endings_of(target) for target in ("complaint", "whistle", "mediation", "deliberation")]
    assert len(frozenset().union(*told)) == sum(map(len, told)) == 4 * len(told[0])
    assert endings_of(None) == frozenset()
