"""What tells where somebody lives, and what only counts or numbers things (§5.3)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wall import steps as s
from zhili import WallItem
from zhili.aggregates.house_words import hide_houses
from zhili.aggregates.wall_words import has_houses, without_names
from zhili.testing import given


@pytest.mark.parametrize(
    "text",
    [
        "3号楼2单元501室李大爷满意", "七号楼三单元501室", "3 号楼 2 单元", "二单元", "3单元1201",
        "3单元5户", "501室", "A座1203", "3号楼501", "3栋5号", "枣树巷7号", "枣树巷 7 号",
        "中山路12号", "樱桃胡同5号", "5号院", "门牌号12号", "门牌12", "3-2-501", "３单元",
    ],
)  # fmt: skip
def test_a_unit_a_room_and_a_door_are_a_house(text: str) -> None:
    """However it is written, and whether a building may be named or not."""
    assert has_houses((f"感谢{text}。",), buildings=False)


@pytest.mark.parametrize("text", ["5号楼", "十二号楼", "3栋", "3幢", "A座", "5#楼"])
def test_a_building_alone_is_a_house_where_it_may_not_be_named(text: str) -> None:
    """By the switch of the wall's order."""
    assert has_houses((f"家住{text}。",), buildings=True)
    assert not has_houses((f"家住{text}。",), buildings=False)


@pytest.mark.parametrize(
    "text",
    [
        "12户居民用水", "拆除5栋违建", "三室一厅", "灯杆 0123 号", "人民路12号路灯", "地铁10号口",
        "1号线", "3月5号", "2026-03-20", "第3组", "调解室", "室内", "上午10点", "会议室",
        "投资1380000000元", "260302-7K3F9-Q4M2R-X",
    ],
)  # fmt: skip
def test_what_is_counted_or_numbered_is_no_house(text: str) -> None:
    """What a village writes on its wall every day is let through."""
    assert not has_houses((text,), buildings=True)


def test_a_house_is_taken_out_whole() -> None:
    """With the building that stands before it, and what stands around it stays."""
    text = "3号楼2单元501室李大爷, 5号楼王大妈"
    assert hide_houses(text, "***", buildings=True) == "***李大爷, ***王大妈"
    assert hide_houses(text, "***", buildings=False) == "***李大爷, 5号楼王大妈"


def test_a_text_with_a_house_is_withheld_from_the_wall() -> None:
    """Also if it was posted under an order that let it pass."""
    item: Any = given(WallItem, s.COLLECT, s.SCREEN).case
    assert without_names(item, "5号楼电梯", buildings=False) == "5号楼电梯"
    assert without_names(item, "5号楼电梯", buildings=True) is None
    assert without_names(item, "5号楼2单元电梯", buildings=False) is None
