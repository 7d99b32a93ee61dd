"""Whole paths by clicking: an appeal, a whistle, a problem on the wall."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Hands
    from tests.browser.hand import Hand
    from tests.browser.served import Served

pytestmark = pytest.mark.browser

CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}-[0-9A-Z]")
NUMBER = re.compile(r"\d{6}-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]")
PUBLIC = "垃圾已清运,每日两次保洁。"


def numbered(text: str) -> str:
    """Give the number of a case in *text*."""
    found = NUMBER.search(text)
    assert found, text
    return found[0]


def file(hand: Hand, division: str) -> tuple[str, str]:
    """File an appeal without an account; give its number and the code of the receipt."""
    hand.open("/appeal")
    hand.fill(
        kind="complaint",
        title="垃圾三天没有清运",
        content="小区门口的垃圾桶满了三天,味道很大。",
        division=division,
        place="小区南门",
        name="欧阳明",
        phone="13812345678",
    )
    hand.send()
    assert "/appeal/receipt" in hand.page.url
    hand.picture("receipt")
    code = CODE.search(hand.words)
    assert code
    number = numbered(hand.words)
    hand.send()
    assert hand.page.url.endswith("/follow/case")
    return number, code[0]


def answer(hands: Hands, served: Served, number: str) -> None:
    """Bring the appeal from the desk of the centre to the call-back, each desk by its own hand."""
    hand = hands()
    hand.become(served.user("intake-"))
    hand.find(number)
    hand.step("accept", category="environment/refuse")
    hand.become(served.user("dispatch-"))
    hand.find(number)
    hand.step("dispatch", unit=served.town)
    hand.become(f"{served.town}-operator")
    hand.find(number)
    hand.picture("case")
    hand.step("sign")
    hand.step("record_contact", result="reached", way="phone", evidence="电话沟通,已约定清运。")
    hand.step(
        "submit_reply", outcome="solved", public_text=PUBLIC, internal_note="照片已存。",
        complainant_informed=True, centre_informed=True,
    )  # fmt: skip
    hand.become(f"{served.town}-leader")
    hand.find(number)
    hand.step("sign_off_reply")
    hand.become(served.user("review-"))
    hand.find(number)
    hand.step("accept_reply")


def test_an_appeal_is_filed_handled_and_closed(hands: Hands, served: Served) -> None:
    """File, dispatch, sign, contact, reply, call back, close; and its maker sees each."""
    citizen = hands()
    number, _ = file(citizen, served.village)
    answer(hands, served, number)
    citizen.open("/follow/case")
    assert citizen.stands == "To be called back"
    assert PUBLIC in citizen.words
    citizen.picture("follow")
    hand = hands()
    hand.become(served.user("callback-"))
    hand.find(number)
    said = {"contacted": True, "solved": True, "satisfaction": "satisfied"}
    hand.step("record_callback", reached=True, **said)
    hand.become(served.user("review-"))
    hand.find(number)
    hand.step("close")
    assert hand.stands == "Closed"
    citizen.open("/follow/case")
    assert citizen.stands == "Closed"
    assert "欧阳明" not in citizen.words
    assert "13812345678" not in citizen.words


def test_a_whole_path_needs_no_script(hands: Hands, served: Served) -> None:
    """Filing, every desk's forms, following by the code and evaluating work without JavaScript."""
    citizen = hands("zh-CN", java_script_enabled=False)
    number, code = file(citizen, served.village)
    bare: Hands = lambda: hands("zh-CN", java_script_enabled=False)  # noqa: E731 - one line
    answer(bare, served, number)
    later = hands("zh-CN", java_script_enabled=False)
    later.open("/follow")
    later.fill(code=code.lower(), number=number)
    later.send()
    assert later.stands == "待回访"
    later.fill(contacted=True, solved=True, satisfaction="satisfied", note="谢谢")
    later.send()
    assert "您已作出评价" in later.words
    hand = bare()
    hand.become(served.user("review-"))
    hand.find(number)
    hand.step("close")
    assert hand.stands == "已办结"


def test_a_whistle_is_blown_answered_and_rated(hands: Hands, served: Served) -> None:
    """The street blows, the unit reports in and delivers, the street rates it; in Chinese."""
    street, unit = hands("zh-CN"), hands("zh-CN")
    street.become(f"{served.town}-operator")
    street.open("/desk/open/whistle")
    street.picture("whistle-draft")
    street.fill(
        kind="KEY_WORK", street=served.town, title="违建联合处置",
        matter="占用消防通道搭建棚屋", tried="街道已两次劝阻", place="清溪镇南街",
        units=served.department, division=served.town,
    )  # fmt: skip
    street.send()
    number = numbered(street.words)
    street.step("submit", ground="joint_force")
    street.become(f"{served.town}-secretary")
    street.find(number)
    street.step("blow")
    street.step("assign_lead", lead=served.department)
    unit.become(f"{served.department}-operator")
    unit.find(number)
    unit.step("sign", unit=served.department)
    unit.step("report_in", unit=served.department, person="张科长", rank="科级", place="清溪镇南街")
    unit.picture("whistle-case")
    unit.step("report_done", unit=served.department, result="已拆除", evidence="前后照片")
    street.find(number)
    with street.page.expect_navigation():
        street.page.locator("main a[href$='/rate_unit']").first.click()
    street.fill(unit=served.department)
    for points in street.page.locator("main [name^='points.']").all():
        points.fill("5")
    street.send()
    assert "评价" in street.stands


def test_a_problem_is_posted_claimed_echoed_and_voted_on(hands: Hands, served: Served) -> None:
    """The wall from the problem to the echo, by its keeper, whoever takes it on, a resident."""
    keeper, doer, resident = hands(), hands(), hands()
    keeper.become(f"{served.village}-wall")
    keeper.open("/desk/open/wall")
    keeper.fill(
        text="村口水沟堵了,下雨就漫。", category="environment", village=served.village,
        channel="letter_box", keeper=served.village, anonymous=True,
    )  # fmt: skip
    keeper.send()
    number = numbered(keeper.words)
    keeper.step("screen", privacy="clear", libel="clear", legality="clear", duplicate="clear")
    keeper.step("post", title="村口水沟堵塞", public_text="村口水沟堵塞,雨后积水。")
    doer.become(f"{served.village}-operator")
    doer.find(number)
    doer.step("claim")
    today = date(2026, 3, 2) + timedelta(days=8)
    doer.step(
        "set_plan", measures="疏通水沟。", promised_on=(today + timedelta(days=5)).isoformat(),
        next_report_on=(today + timedelta(days=4)).isoformat(),
    )  # fmt: skip
    doer.step("start_work")
    doer.step("declare_resolved", result="水沟已疏通。", evidence="照片已存档")
    keeper.find(number)
    keeper.step("post_echo", text="水沟已疏通,欢迎查看。")
    resident.become("resident-01")
    resident.open("/problem-wall")
    resident.picture("wall")
    resident.click("村口水沟堵塞")
    resident.picture("wall-item")
    resident.fill(vote="satisfied")
    resident.send()
    assert "水沟已疏通" in resident.words
