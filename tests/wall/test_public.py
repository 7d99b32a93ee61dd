"""The public wall (§5.3): what everybody may see, and that nobody sees more."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.wall import steps as s
from tests.wall.lives import Wall as LivingWall
from zhili import Engine, WallItem
from zhili.errors import InputError
from zhili.projections.public_wall import WallEntry
from zhili.projections.wall import Wall, WallPage
from zhili.projections.wall_figures import WallFigures
from zhili.testing import CASE, OTHER_CASE, TICK, Control, VirtualClock
from zhili.values import new_case_id

if TYPE_CHECKING:
    from datetime import timedelta

to = s.to


class Life:
    """An engine in which steps are lived, one after the other."""

    def __init__(self, url: str = "memory:") -> None:
        self.clock = VirtualClock()
        self.engine = Engine.open(url, clock=self.clock)

    def live(self, *steps: Control | timedelta | str | Any) -> Life:
        """Live through steps."""
        for step in steps:
            if isinstance(step, Control):
                self.engine.submit(step.build(self.clock.advance(step.after)), by=step.by)
            elif step == TICK:
                self.engine.tick()
            else:
                self.clock.advance(step)
        return self

    def entry(self, **asked: Any) -> WallEntry:
        """Give the one item on the wall."""
        (entry,) = self.engine.ask(Wall(**asked)).entries
        return entry


@given(random=st.randoms(use_true_random=False), items=st.integers(1, 4))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_nobody_is_seen(random: Random, items: int) -> None:
    """No public answer has a personal value or a person's id in it, whatever happened (§5.3)."""
    wall = LivingWall(random, items)
    with wall.engine as engine:
        wall.live(30 * items)
        answers = [engine.ask(Wall(side=side)) for side in ("problems", "echoes", None)]
        for answer in (*answers, engine.ask(WallFigures(by="village"))):
            told = answer.model_dump_json()
            assert [secret for secret in wall.secrets if secret in told] == []
        assert engine.audit().findings == ()


def test_the_lives_do_try_to_show_somebody() -> None:
    """What the property above sees is no luck: they write names, and they come far."""
    refusals: Counter[str] = Counter()
    states: Counter[str] = Counter()
    for seed in range(12):
        wall = LivingWall(Random(seed), 3)  # noqa: S311 - a made-up life
        with wall.engine as engine:
            wall.live(120)
            refusals += wall.refusals
            lived = (event.state for case_id in wall.ids for event in engine.history(case_id))
            states.update(lived)
    assert refusals["names_nobody"] > 5
    assert set(states) == set(WallItem.workflow.states)


def test_a_text_that_names_a_later_supporter_is_withheld() -> None:
    """Who joins an item is hidden from then on, in what was published before too (§5.3)."""
    posted = s.POST.but(public_text="王秀英家门口的路灯坏了")
    life = Life().live(*(step.on(OTHER_CASE) for step in (s.COLLECT, s.SCREEN, posted)))
    assert life.entry().text == "王秀英家门口的路灯坏了"
    life.live(*s.BEFORE["merged"][len(s.MAIN_ITEM) :])
    assert life.entry().text is None
    assert life.entry().supporters == 1


def test_what_an_entry_says() -> None:
    """Number, days, category, public words, owner, plan, promise: this and nothing else (§5.3)."""
    life = Life().live(*to("in_progress", s.POST_PROGRESS))
    entry = life.entry()
    assert entry == WallEntry(
        case_id=CASE,
        number=life.engine.case(CASE).number,
        village=s.VILLAGE,
        category="infrastructure",
        state="in_progress",
        title="巷口路灯不亮",
        text="村东巷口的路灯坏了,晚上看不见路",
        posted_on=s.TODAY,
        days_open=0,
        supporters=0,
        owner=s.DEPARTMENT,
        measures="更换灯头和线路",
        promised_on=s.PROMISED,
        earlier_promises=(),
        promise="pending",
        overdue=False,
        progress=({"on": s.TODAY, "note": "材料已到"},),
        next_report_on=date(2026, 3, 16),
        report_overdue=False,
        reports_missed=0,
        outcome=None,
        result=None,
        explanation=None,
        review_on=None,
        echo=None,
        echoed_on=None,
        votes={"satisfied": 0, "basically_satisfied": 0, "dissatisfied": 0},
        earlier_rounds=(),
        transferred_to=None,
    )


def test_a_broken_promise_shows_by_itself() -> None:
    """Nobody has to mark it, and its owner cannot hide it (§5.3)."""
    life = Life().live(*to("in_progress"), 20 * s.DAY)
    entry = life.entry()
    assert (entry.overdue, entry.report_overdue, entry.promise) == (True, True, "broken")
    assert entry.days_open == 20
    life.live(s.DECLARE_RESOLVED)
    entry = life.entry()
    assert (entry.overdue, entry.promise, entry.outcome) == (False, "broken", "solved")


def test_earlier_promises_stay_for_ever() -> None:
    """Every day that was ever promised is there, with why it was given up (P11)."""
    life = Life().live(*to("in_progress", s.CHANGE_PROMISE), s.DECLARE_RESOLVED, s.POST_ECHO)
    entry = life.entry()
    assert [(one.on, one.reason) for one in entry.earlier_promises] == [
        (s.PROMISED, "等待停电作业")
    ]
    assert entry.promised_on == date(2026, 4, 3)
    life.live(s.VOTE_AGAINST, s.WINDOW, TICK, s.REPOST.but(ground="dissatisfied"))
    entry = life.entry()
    assert [one.on for one in entry.earlier_promises] == [s.PROMISED, date(2026, 4, 3)]
    assert entry.promised_on is None
    (earlier,) = entry.earlier_rounds
    assert (earlier.outcome, earlier.ground) == ("solved", "dissatisfied")
    assert earlier.votes.dissatisfied == 1


def test_earlier_rounds_stay_for_ever() -> None:
    """What was planned, whether the promise was kept, and why it could not be done (P18)."""
    life = Life().live(*to("in_progress"), 20 * s.DAY, s.DECLARE_RESOLVED, s.POST_ECHO)
    life.live(s.VOTE_AGAINST, s.WINDOW, TICK, s.REPOST.but(ground="dissatisfied"))
    (broken,) = life.entry().earlier_rounds
    assert (broken.promise, broken.measures) == ("broken", s.SET_PLAN.fields["measures"])
    assert (broken.explanation, life.entry().promise) == (None, None)
    again = s.SET_PLAN.but(promised_on=date(2026, 5, 1), next_report_on=date(2026, 4, 10))
    life.live(s.CLAIM, again, s.START_WORK, s.DECLARE_UNRESOLVABLE, s.CONFIRM, s.POST_ECHO)
    life.live(90 * s.DAY, TICK, s.REPOST.but(ground="review"))
    _, explained = life.entry().earlier_rounds
    assert (explained.promise, explained.outcome) == (None, "explained")
    assert explained.explanation is not None
    told = s.DECLARE_UNRESOLVABLE.fields
    assert explained.explanation.model_dump() == {
        name: told[name] for name in ("reason", "basis", "instead")
    }


def test_an_explanation_is_public_once_it_is_confirmed() -> None:
    """Why not, on what basis, what instead, and when it is looked at again (P13)."""
    life = Life().live(*to("in_progress", s.DECLARE_UNRESOLVABLE))
    assert life.entry().explanation is None
    life.live(s.CONFIRM)
    entry = life.entry()
    assert entry.explanation is not None
    assert entry.explanation.basis == s.DECLARE_UNRESOLVABLE.fields["basis"]
    assert entry.review_on == s.DECLARE_UNRESOLVABLE.fields["review_on"]
    assert (entry.promise, entry.promised_on) == (None, None)


def test_what_is_elsewhere_stays_visible() -> None:
    """A transferred item says what it became, and not which case that is (P19)."""
    life = Life().live(*to("transferred"))
    entry = life.entry()
    assert (entry.state, entry.transferred_to) == ("transferred", "mediation")
    assert str(OTHER_CASE) not in entry.model_dump_json()


def test_the_two_sides() -> None:
    """Problems wait for an echo; echoes hang until they are archived (§5.2)."""
    life = Life()
    for state in s.BEFORE.keys() - {"merged", "archived"}:
        way = (step for step in to(state) if isinstance(step, Control))
        for step in way:
            if step.command.__name__ == "TakeOff":
                life.live(s.WINDOW, TICK)
            target = {"target": new_case_id()} if step.command.__name__ == "Transfer" else {}
            life.live(step.on(_id_of(state)).but(**target))
    problems = {entry.state for entry in life.engine.ask(Wall(side="problems")).entries}
    echoes = {entry.state for entry in life.engine.ask(Wall(side="echoes")).entries}
    assert problems == {
        "posted", "claimed", "assigned", "planned", "in_progress", "resolved", "unresolvable",
        "transferred",
    }  # fmt: skip
    assert echoes <= {"echoed", "evaluated", "off_wall"}
    assert "off_wall" in echoes
    both = life.engine.ask(Wall(size=200)).entries
    assert {entry.state for entry in both} == problems | echoes


def _id_of(state: str) -> Any:
    return CASE.__class__(int=CASE.int + 100 + sorted(s.BEFORE).index(state))


def test_what_is_not_posted_is_a_count() -> None:
    """Refused items are numbers by reason, and nothing else of them is told (§5.3)."""
    life = Life()
    for nth, reason in enumerate(("libel", "libel", "not_public")):
        case_id = CASE.__class__(int=CASE.int + nth)
        way = (s.COLLECT, s.SCREEN, s.REFUSE.but(reason=reason))
        life.live(*(step.on(case_id) for step in way))
    answer = life.engine.ask(Wall())
    assert answer.entries == ()
    assert answer.not_posted == {"libel": 2, "not_public": 1}
    assert life.engine.ask(Wall(village=s.OTHER_VILLAGE)).not_posted == {}


def walls(count: int, url: str = "memory:") -> Life:
    """Give a wall with so many items, in two villages."""
    life = Life(url)
    for nth in range(count):
        village = (s.VILLAGE, s.OTHER_VILLAGE)[nth % 2]
        collect = s.COLLECT.but(village=village, keeper=s.VILLAGE)
        case_id = CASE.__class__(int=CASE.int + nth)
        life.live(*(step.on(case_id) for step in (collect, s.SCREEN, s.POST)))
    return life


def test_pages_follow_each_other(store_url: str) -> None:
    """Each item once, the latest first, whatever the size of a page, on every store."""
    life = walls(7, store_url)
    whole = life.engine.ask(Wall(size=200)).entries
    assert [entry.case_id.int - CASE.int for entry in whole] == [6, 5, 4, 3, 2, 1, 0]
    for size in (1, 2, 7):
        found: list[WallEntry] = []
        page: WallPage = life.engine.ask(Wall(size=size))
        found.extend(page.entries)
        while page.next:
            page = life.engine.ask(Wall(size=size, after=page.next))
            found.extend(page.entries)
        assert tuple(found) == whole
    village = life.engine.ask(Wall(village=s.OTHER_VILLAGE, category="infrastructure"))
    assert [entry.village for entry in village.entries] == [s.OTHER_VILLAGE] * 3
    assert life.engine.ask(Wall(category="industry")).entries == ()
    with pytest.raises(InputError):
        life.engine.ask(Wall(after="nowhere"))
    life.engine.close()


def test_the_wall_as_it_was() -> None:
    """Asked of an earlier instant it hangs as it hung then (§11)."""
    life = Life().live(*to("posted"))
    then = life.clock.now
    life.live(*to("echoed")[len(to("posted")) :])
    assert life.entry(side="echoes").state == "echoed"
    (entry,) = life.engine.ask(Wall(), as_of=then).entries
    assert (entry.state, entry.measures) == ("posted", None)
    assert life.engine.ask(Wall(side="echoes"), as_of=then).entries == ()


def test_somebody_else_moved_it(tmp_path: Any) -> None:
    """What another process has done is seen at once, and costs no wrong answer from the cache."""
    url = f"sqlite:///{tmp_path}/wall.db"
    life = Life(url).live(*to("posted"), s.COLLECT.on(OTHER_CASE))
    with Engine.open(url, clock=life.clock) as reader:
        assert [entry.state for entry in reader.ask(Wall()).entries] == ["posted"]
        life.live(s.CLAIM)
        assert [entry.state for entry in reader.ask(Wall()).entries] == ["claimed"]
        ids = [OTHER_CASE, CASE, CASE.__class__(int=9)]
        assert [case.id for case in reader.several(ids)] == [OTHER_CASE, CASE]
        assert reader.several([]) == []
    life.engine.close()
