"""Masks: what each keeps, and that none keeps more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhili.access import mask
from zhili.aggregates.wall_words import has_numbers, names, plain
from zhili.values import Personal

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
ANYTHING = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=200)
DIGITS = st.characters(min_codepoint=0x30, max_codepoint=0x39)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("欧阳修", "欧阳*"),
        ("欧阳明月", "欧阳**"),
        ("歐陽修", "歐陽*"),
        ("欧阳", "欧*"),
        ("张王明月", "张***"),
        ("张", "*"),
        ("张 三", "张*"),
        ("张\u200b三", "张*"),
        ("John Smith", "J***"),
        ("J", "****"),
        ("阿卜杜拉·买买提", "阿***"),
        ("Åsa", "Å***"),
        ("张*", "张***"),
        ("****", "*****"),
        ("3号楼的王先生", "****"),
    ],
)
def test_a_name_keeps_its_surname(value: str, shown: str) -> None:
    """A Chinese name keeps its surname, another its first letter, one of one character nothing."""
    assert mask.name(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("138-1234-5678", "138****5678"),
        ("+86 13812345678", "138****5678"),
        ("008613812345678", "138****5678"),
        ("8613812345678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("010-62345678", "010-*****678"),
        ("(0571) 8765432", "0571-****432"),
        ("62345678", "*****678"),
        ("+1 415 555 2671", "+****71"),
        ("+44 20 7946 0958", "+****58"),
        ("13812345678 or 13912345678", "****"),
        ("010-62345678转801", "****"),
        ("wechat: lily", "****"),
        ("lily@example.org", "****"),
        ("12345", "****"),
    ],
)
def test_a_telephone_keeps_what_its_kind_keeps(value: str, shown: str) -> None:
    """Mobile three and four, a line its area and three, abroad the last two; all else nothing."""
    assert mask.contact(value) == shown


@pytest.mark.parametrize(
    ("value", "staff", "published"),
    [
        ("11010519491231002X", "110***********002X", "1****************X"),
        ("11010519491231002x", "110***********002X", "1****************X"),
        ("110105491231002", "110********1002", "1*************2"),
        ("1101", "****", "****"),
    ],
)
def test_an_identity_card_is_masked_by_who_looks(value: str, staff: str, published: str) -> None:
    """Three and four for staff, one and one where it is published."""
    assert mask.id_number(value) == staff
    assert mask.id_number(value, published=True) == published


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("朝阳区望京街道花家地北里3号楼2单元501", "朝阳区望京街道花家地北里***"),
        ("望京街道花家地社区A座1203", "望京街道花家地社区***"),
        ("花家地小区十二号楼", "花家地小区***"),
        ("长安街１号", "长安街***"),
        ("张家村老槐树旁边", "张家村***"),
        ("3号楼", "***"),
        ("老槐树", "***"),
        ("望京街道", "***"),
        ("Flat 3, 12 Long Lane", "Flat***"),
    ],
)
def test_an_address_ends_before_the_building(value: str, shown: str) -> None:
    """It is kept to the community; where no building can be told from it, it is hidden whole."""
    assert mask.address(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("打13812345678找我", "打****找我"),
        ("京A12345停在门口", "****停在门口"),
        ("2026-03-02 09:00 it began", "2026-03-02 09:00 it began"),
        ("我是张三丰", "我是张**"),
        ("三丰家门口", "**家门口"),
        ("张 三 丰", None),
        ("nothing here", "nothing here"),
        ("写信 san.feng+1@mail.example.cn 联系", "写信 **** 联系"),
        ("加微信 abc123 联系", "加**** 联系"),
        ("微信号：san_feng-1", "****"),
        ("VX: abc123", "****"),
        ("QQ 1234567", "****"),
        ("微信小程序, wechat mini-program", "微信小程序, wechat mini-program"),
    ],
)
def test_free_text_tells_no_numbers_and_nobody(value: str, shown: str | None) -> None:
    """Numbers and hidden names are taken out; what cannot be taken out hides the whole text."""
    assert mask.text(value, [Personal(subject="p", value="张三丰")]) == shown


@pytest.mark.parametrize("name", ["张三丰", "李四"])
def test_where_a_name_is_hidden_its_surname_is_too(name: str) -> None:
    """Of the name nothing is left in words, not how long it is either."""
    hidden = [Personal(subject="p", value=name)]
    assert mask.text(f"我是{name},住这里", hidden, surnames=False) == "我是**,住这里"


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("清溪镇花园小区3号楼2单元501室", "清溪镇花园小区***"),
        ("清溪镇花园小区南门", "清溪镇花园小区***"),
        ("清溪镇花园小区", "清溪镇花园小区"),
        ("gate 4", "gate***"),
    ],
)
def test_a_place_is_kept_to_the_community(place: str, shown: str) -> None:
    """Where an address is kept back; a community alone is told as it is."""
    assert mask.without_door("place", place) == shown


def test_what_has_nothing_to_hide_is_left_as_it_is() -> None:
    """Its punctuation, too: a text is brought into one form only where something is taken out."""
    said = "已修好，请放心（谢谢）。"
    assert mask.text(said) == said
    assert mask.public_text(said, (), buildings=True) == said
    assert mask.public_text("5号楼，谢谢", (), buildings=True) == "***,谢谢"


def test_a_title_loses_its_house() -> None:
    """The rest of it is what people know the case by."""
    assert mask.without_door("title", "3号楼2单元501室漏水") == "***漏水"
    assert mask.without_door("title", "５号楼漏水") == "***漏水"
    assert mask.without_door("title", "全小区停水") == "全小区停水"


@given(st.text(HAN, min_size=1, max_size=6))
def test_a_chinese_name_shows_its_surname_at_most(value: str) -> None:
    """One character, two of a compound surname; the rest is stars."""
    shown = mask.name(value)
    assert shown != value
    kept = shown.rstrip("*")
    assert plain(value).startswith(kept)
    assert len(kept) <= (2 if plain(value)[:2] in mask.COMPOUND_SURNAMES else 1)
    assert len(kept) < len(value)


@given(st.text(DIGITS, min_size=1, max_size=20), st.sampled_from(["", "+", "+86", "0086", "00"]))
def test_a_number_shows_seven_digits_at_most(digits: str, before: str) -> None:
    """Of a mobile number seven of eleven; of any other no more than an area and three."""
    value = before + digits
    shown = mask.contact(value)
    assert shown != value
    kept = [char for char in shown if char.isdigit()]
    assert len(kept) <= 7
    assert not kept or len(kept) <= len(value) - 4
    assert shown.count("*") >= 4


@given(ANYTHING)
def test_no_mask_is_the_value(value: str) -> None:
    """Whatever is masked is not shown as it is, also what came masked already."""
    for one in (mask.name, mask.contact, mask.id_number, mask.address, mask.word):
        shown = one(value)
        assert shown not in {value, value.strip()}
        assert "*" in shown


@given(ANYTHING)
def test_an_address_shows_no_digit(value: str) -> None:
    """No number of a house, flat or floor is left, in whatever digits."""
    assert not any(char.isdigit() for char in mask.address(value))


@given(ANYTHING, st.sampled_from(["王小明", "欧阳修", "John Smith", "13812345678", "京A12345"]))
def test_free_text_never_tells_what_is_hidden(around: str, hidden: str) -> None:
    """What the detector of the wall finds is never left in a text that is shown."""
    owner = Personal(subject="p", value=hidden)
    half = len(around) // 2
    shown = mask.text(f"{around[:half]}{hidden}{around[half:]}", [owner])
    if shown is not None:
        assert not has_numbers((shown,))
        assert not names((owner,), (shown,))
