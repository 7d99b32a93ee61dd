"""A refusal in the reader's language: of a state, a role, a guard, a policy, a time."""

from __future__ import annotations

import re
from typing import Final, get_args

import pytest

from tests.branch_call.examples import REFUSED as OF_BRANCH_CALLS
from tests.hazard.examples import REFUSED as OF_HAZARDS
from tests.pages.desk_visit import HERE, REGISTER, Desk, text_of
from tests.wall.test_refusals import REFUSED as OF_WALLS
from tests.whistle import cast as w
from tests.whistle.examples import MUSTERING
from tests.workflows.rows import Refused
from zhili import BranchCall, Case, Complaint, Engine, Hazard, WallItem, Whistle
from zhili.errors import (
    ConflictError,
    GuardRefusedError,
    InputError,
    PolicyRefusedError,
    RefusalError,
    RoleRefusedError,
    StateRefusedError,
    StoreError,
    TimeRefusedError,
    ZhiliError,
)
from zhili.face.request import Language
from zhili.pages.refusal_words import refusal_in_words
from zhili.pages.site import Site
from zhili.testing import START, Control, given
from zhili.testing import controls as c
from zhili.workflows.guard_words import guard_in_chinese

CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
ENGLISH: Final = re.compile(r"[A-Za-z]{2,}")

EVERY: Final = [
    *((WallItem, one) for one in OF_WALLS),
    *((Hazard, one) for one in OF_HAZARDS),
    *((BranchCall, one) for one in OF_BRANCH_CALLS),
]


@pytest.fixture(scope="module")
def site() -> Site:
    """A site that knows every case type and the rules to begin with."""
    return Site(Engine.open("memory:"))


def told(site: Site, error: Exception) -> tuple[str, str]:
    """Give what is said in English and in Chinese, each in its own language alone."""
    english, chinese = (refusal_in_words(error, each, site) for each in get_args(Language))
    assert not CHINESE.search(english), english
    assert not ENGLISH.search(chinese), chinese
    assert chinese.endswith("。"), chinese
    return english, chinese


def refused(*before: Control, by: Control, of: type[Case] = Complaint) -> ZhiliError:
    """Give why the step is refused after what went before."""
    return given(of, *before).when(by).then_refused(RefusalError)


@pytest.mark.parametrize(
    ("case_type", "example"), EVERY, ids=[f"{t.workflow.name}-{e.guard}" for t, e in EVERY]
)
def test_a_guard_says_what_it_needs(site: Site, case_type: type[Case], example: Refused) -> None:
    """Whatever a guard refuses, and whether in words of its own or not, each reader is told."""
    scene = given(case_type, *example.before, reactions=())
    error = scene.when(example.when).then_refused(RefusalError, guard=example.guard)
    _, chinese = told(site, error)
    words = guard_in_chinese(case_type.workflow.name, example.guard)
    assert words is not None
    assert chinese.startswith(words)


def test_a_state_says_what_is_possible(site: Site) -> None:
    """Where the case stands, what was asked, and what this role may do from there."""
    error = refused(c.REGISTER, by=c.DISPATCH)
    english, chinese = told(site, error)
    assert english == (
        "While the case is 'Registered', 'Dispatch' is not possible. This role may: "
        "Merge into another case, Refuse the termination, Correct the record."
    )
    assert chinese == (
        "案件处于“已登记”状态，不能办理“派单”。当前岗位可办理：并单、不予终止办理、更正记录。"
    )


def test_where_nothing_is_possible_that_is_said(site: Site) -> None:
    """Somebody who has nothing to do there is not told of the steps of others."""
    error = refused(c.REGISTER, by=c.SIGN.by_actor(c.ASSESSOR))
    _, chinese = told(site, error)
    assert chinese == "案件处于“已登记”状态，不能办理“签收”；当前岗位没有可办理的步骤。"


def test_an_entity_inside_the_case_is_told_of_as_itself(site: Site) -> None:
    """A unit that was summoned and has come cannot come again."""
    error = refused(*MUSTERING, w.REPORT_IN, by=w.REPORT_IN, of=Whistle)
    english, chinese = told(site, error)
    assert english.startswith("While it is 'Reported in' (Summoned units), 'Report in'")
    assert chinese.startswith("该报到单位处于“已报到”状态，不能办理“报到”")


def test_a_role_says_whose_step_it_is(site: Site) -> None:
    """The step, and who takes it."""
    error = refused(c.REGISTER, by=c.ACCEPT.by_actor(c.OPERATOR))
    assert told(site, error) == (
        "'Accept' is for: intake agent.",
        "“受理”由以下岗位办理：受理员。",
    )


def test_a_guard_in_words_of_its_own_says_its_data(site: Site) -> None:
    """Points are named with the scale, and a whistle with those who may blow it."""
    scale = GuardRefusedError(
        "points go from 0 to 5",
        case_type="whistle", guard="points_are_on_the_scale", policy="whistle", low=0, high=5,
    )  # fmt: skip
    assert told(site, scale) == (
        "Points go from 0 to 5",
        "分值须在吹哨报到规程规定的范围内。分值为0至5。",
    )


def test_a_policy_says_what_it_does_not_provide_for(site: Site) -> None:
    """A unit that is not there any more, with the one that took over; else which policy it is."""
    gone = PolicyRefusedError(
        "unit 'a' ended", policy="organisation", unit="110105001", on="2026-03-02",
        successor="110105002",
    )  # fmt: skip
    assert refusal_in_words(gone, "zh", site) == (
        "“110105001”在2026年3月2日不是存续的单位，由“110105002”承接。"
    )
    early = PolicyRefusedError("too early", policy="calendar", first="2007-01-01", day="2006-01-01")
    assert refusal_in_words(early, "zh", site).startswith("工作日历自2007年1月1日起")
    other = PolicyRefusedError("no such kind", policy="whistle", kind="HUGE")
    assert refusal_in_words(other, "zh", site) == "所依据的政策：吹哨报到规程。"
    assert refusal_in_words(other, "en", site) == "no such kind"


def test_a_time_is_told_in_local_time(site: Site) -> None:
    """What was entered and what could be, as the clock on the wall shows it."""
    engine = site.engine
    engine.submit(c.REGISTER.build(engine.now()), by=c.INTAKE)
    with pytest.raises(TimeRefusedError) as early:
        engine.submit(c.ACCEPT.build(engine.now()), by=c.INTAKE, at=START)
    english, chinese = told(site, early.value)
    assert "is too early: nothing before" in english
    assert chinese.startswith("2026年3月2日 09:00过早，只能填写")
    with pytest.raises(TimeRefusedError) as late:
        engine.submit(c.ACCEPT.build(engine.now()), by=c.INTAKE, at=engine.now() + c.DAY)
    assert "在将来，现在是" in told(site, late.value)[1]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("no day", at="soon"), "发生时间应为日期和时间，如2026-03-02 09:30。"),
        (InputError("unknown"), "所给内容无法识别。"),
        (ConflictError("the case is at version 3, not 2"), "打开页面之后案件已有变化；"),
        (StoreError("disk"), "记录库暂时无法访问。"),
        (StateRefusedError("no", case_type="wall", state="posted"), "此步骤不会使案件发生"),
        (RoleRefusedError("for the inspector", roles=()), "当前岗位不能办理此步骤。"),
        (ValueError("a fault"), "系统出现错误，已记录。"),
    ],
)  # fmt: skip
def test_what_names_nothing_says_what_its_code_means(
    site: Site, error: Exception, said: str
) -> None:
    """In Chinese the sentence for its code; in English the message, which is written for people."""
    assert refusal_in_words(error, "zh", site).startswith(said)
    assert refusal_in_words(error, "en", site)


def test_a_guard_of_a_hosts_own_says_what_the_host_has_written(site: Site) -> None:
    """There are no Chinese words for it here, and its own are better than none."""
    error = GuardRefusedError(
        "complaint: sign needs luck: 请稍候。", case_type="complaint", guard="luck"
    )
    assert refusal_in_words(error, "zh", site).endswith("请稍候。")


# — on pages —


def test_a_form_that_is_refused_says_so_in_the_readers_language() -> None:
    """The page of a step says what the guard needs, and nothing in the other language."""
    desk = Desk()
    desk.live(REGISTER.but(about=c.STREET), c.ACCEPT)
    form = desk.office.form(f"{HERE}/dispatch", c.DISPATCHER)
    for language, words in (
        ("zh", "反映某单位的案件不得派给该单位。"),
        ("en", "A case about a unit never goes to that unit"),
    ):
        page = desk.office.send(form, c.DISPATCHER, language=language, unit=c.STREET)
        assert page.status == 409
        said = text_of(page)
        assert words in said
        assert (guard_in_chinese("complaint", "not_the_accused") in said) is (language == "zh")
    desk.engine.close()
