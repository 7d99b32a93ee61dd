"""A case's page in words: no code of a list, no id of a unit, no name of the code stands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from tests.pages.desk_visit import DISPATCHER, Office, text_of
from zhili.commands import complaint as asked
from zhili.pages.choice_words import word_of_code
from zhili.pages.fault_words import fault_in_words, kind_in_words
from zhili.pages.matter_words import flag_label, matter_label
from zhili.testing import CASE

if TYPE_CHECKING:
    from zhili import Engine


@pytest.fixture(scope="module")
def office(district: Engine) -> Office:
    """The pages of the district."""
    return Office(district)


def of(office: Office, where: str, language: str) -> str:
    """Give what stands on the page of a case of which *where* is true."""
    sql = f"SELECT case_id FROM cases WHERE {where} ORDER BY number LIMIT 1"
    ((case_id,),) = office.engine.store.rows(sql, {})
    return text_of(office.get(f"/desk/cases/{case_id}", DISPATCHER, language))


@pytest.mark.parametrize(
    ("where", "english", "chinese"),
    [
        ("category = 'infrastructure'", "Category Infrastructure", "类别 基础设施建设"),
        ("channel = 'letter_box'", "Channel Letter box", "来源渠道 意见箱"),
        ("category = 'roads/surface'", "Category Roads: surface", "类别 道路：路面"),
        ("case_type = 'branch_call' AND category = 'security'", "Public order watch", "治安联防岗"),
        ("flags LIKE '%no_show%'", "Flags a unit did not come", "标记 有单位未报到"),
    ],
)
def test_a_code_is_told_in_words(office: Office, where: str, english: str, chinese: str) -> None:
    """What the register keeps as a code is told as the lists in force call it."""
    assert english in of(office, where, "en")
    assert chinese in of(office, where, "zh")


def test_a_village_is_told_by_its_name(office: Office) -> None:
    """The timeline names the unit, not its division code."""
    told = of(office, "case_type = 'wall' AND number LIKE '260309%'", "zh")
    assert any(f"村（社区） {name}" in told for name in ("清溪第一村", "长桥第二社区"))
    assert "村（社区） 3" not in told


def test_the_clocks_are_explained_without_names_of_the_code(
    office: Office, district: Engine
) -> None:
    """The step, the number of the event, and the clock as people call it."""
    chinese = of(office, "case_type = 'complaint' AND state = 'closed'", "zh")
    assert "：派单（第" in chinese
    assert "启动“办理”计时：自" in chinese
    english = of(office, "case_type = 'complaint' AND state = 'closed'", "en")
    assert "started the clock &#39;to handle&#39;: " in english
    events = {name for kind in district.case_types for name in kind.events if name != "Closed"}
    assert [name for name in sorted(events) if f"{name}（" in chinese] == []


def test_what_a_city_has_added_says_itself(district: Engine) -> None:
    """A category or a mark without words of its own is shown as it is."""
    assert matter_label("供暖").en == "供暖"
    assert flag_label("seen_twice").zh == "seen twice"
    rules = district.book.current()
    assert word_of_code("complaint", "category", "供暖", rules).zh == "供暖"
    assert word_of_code("complaint", "channel", "wechat", rules).zh == "微信"


def test_what_a_model_says_in_words_of_its_own_is_told_in_both_languages() -> None:
    """Answers without a complainant who was reached, and the other way round."""
    for answers in ({"reached": True}, {"reached": False, "solved": True}):
        with pytest.raises(ValidationError) as refused:
            asked.RecordCallback.model_validate({"case_id": CASE, **answers})
        (fault,) = refused.value.errors()
        words = fault_in_words(fault)
        assert words.en.startswith("A complainant who was ")
        assert words.zh.endswith("回答。")
        assert kind_in_words(fault["type"], fault["msg"]) == words
    assert kind_in_words("odd", "Odd.").zh == "此项不符合要求，请核对后重填。"
    assert kind_in_words("string_too_long", "long").zh == "此项不符合要求，请核对后重填。"
