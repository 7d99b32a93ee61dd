"""What the clocks of the wall demand (§5.2): late ticks leave the history of timely ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.wall import steps as s
from tests.workflows.clock_lives import Life, history, live, never, often
from zhili import Engine, WallItem
from zhili.policies.limit import Limit
from zhili.policies.wall import WallProcedure
from zhili.testing import CASE, TICK, given
from zhili.values import SYSTEM_ACTOR

HOURS = timedelta(hours=7)
DAY = s.DAY
to = s.to


LIVES = {
    "post": Life(to("collected"), 6 * DAY, (("post", "collected"),)),
    "claim": Life(to("posted"), 4 * DAY, (("claim", "posted"),)),
    "progress and promise": Life(
        to("planned"), 40 * DAY, (("progress", "planned"), ("promise", "planned"))
    ),
    "a report begins another interval": Life(
        to("in_progress", s.POST_PROGRESS),
        16 * DAY,
        (("progress", "in_progress"),),
    ),
    "a changed promise": Life(
        to("planned", s.CHANGE_PROMISE),
        40 * DAY,
        (("progress", "planned"), ("promise", "planned")),
    ),
    "echo": Life(to("resolved"), 5 * DAY, (("echo", "resolved"),)),
    "vote and take-down": Life(
        to("echoed", s.VOTE), 20 * DAY, (("vote", "evaluated"), ("take_down", "evaluated"))
    ),
    "no take-down of what most dislike": Life(
        to("echoed", s.VOTE_AGAINST), 20 * DAY, (("vote", "evaluated"),)
    ),
    "review": Life(
        to("unresolvable", s.POST_ECHO),
        120 * DAY,
        (("vote", "evaluated"), ("review", "evaluated")),
    ),
    "review of what another case explained": Life(
        to("transferred", s.CONCLUDE.but(outcome="explained")),
        200 * DAY,
        (("vote", "evaluated"), ("review", "evaluated")),
    ),
    "archive": Life(to("off_wall"), 40 * DAY, (("vote", "evaluated"), ("archive", "archived"))),
    "again from the start": Life(
        to("off_wall", s.REPOST), 10 * DAY, (("vote", "evaluated"), ("claim", "posted"))
    ),
}
BY_SYSTEM = {"ClockExpired", "EvaluationClosed", "Archived"}
CAUSED = {"review of what another case explained"}


@pytest.mark.parametrize("name", sorted(LIVES.keys() - CAUSED))
def test_a_late_tick_leaves_the_same_history_as_a_timely_one(name: str) -> None:
    """Whether somebody ticks all day or once in four months, the same happened (§2.6)."""
    life = LIVES[name]
    with live(life, often, every=HOURS) as timely, live(life, never, every=HOURS) as late:
        assert history(late) == history(timely)
        assert timely.audit().findings == ()
        assert late.audit().findings == ()
        assert fired(late) == life.fired


def fired(engine: Engine) -> tuple[tuple[str, str], ...]:
    """Give which clocks fired, each at its due instant, and where that left the item."""
    found = []
    case = WallItem.blank(CASE)
    for event in engine.history(CASE):
        if event.by == SYSTEM_ACTOR and event.event_name in BY_SYSTEM:
            due = case.next_due
            assert due is not None
            assert event.occurred_at == due.due_at
            found.append((due.name, event.state))
        case = event.mutate(case)
    return tuple(found)


def test_what_another_case_explained_is_looked_at_again() -> None:
    """Where nobody has named a day, the wall's own limit counts (P18, P20)."""
    life = LIVES["review of what another case explained"]
    scene = given(WallItem, *life.steps, s.WINDOW, TICK)
    review = scene.case.clock("review")
    assert review.limit == Limit(amount=6, unit="months")
    scene.when(s.REPOST.but(ground="review").later(days=190)).then(
        "ClockExpired", "Reposted", state="posted"
    )
    solved = given(WallItem, *to("transferred", s.CONCLUDE)).case
    assert solved.clock("review") is None


def test_limits_are_those_of_the_wall() -> None:
    """Posted in three working days, claimed in two, echoed in two, seven days to vote (§5.2)."""
    assert due("collected", "post") == day_end(2026, 3, 5)
    assert due("posted", "claim") == day_end(2026, 3, 4)
    assert due("planned", "promise") == day_end(2026, 3, 20)
    assert due("planned", "progress") == day_end(2026, 3, 10)
    assert due("resolved", "echo") == day_end(2026, 3, 4)
    assert due("echoed", "vote") == day_end(2026, 3, 9)
    assert due("evaluated", "take_down") == day_end(2026, 3, 13)  # from the 10th on
    assert due("off_wall", "archive") == day_end(2026, 4, 9)
    review = given(WallItem, *to("unresolvable")).case.clock("review").due_at
    assert review == day_end(2026, 5, 31)  # when the first of June begins


def due(state: str, clock: str) -> datetime:
    """Give when a clock is due after the shortest way to *state*."""
    at = given(WallItem, *to(state)).case.clock(clock).due_at
    assert at is not None
    return at


def day_end(year: int, month: int, day: int) -> datetime:
    """Give 24:00 of a day in Shanghai."""
    return datetime(year, month, day, 16, tzinfo=UTC)


def test_the_wall_sets_its_own_limits() -> None:
    """Every interval is a policy (§5.2)."""
    slow = WallProcedure(vote=Limit(amount=14, unit="days"), echo=Limit(amount=12, unit="hours"))
    case = given(WallItem, *to("echoed"), policies=(slow,)).case
    assert case.clock("vote").limit == slow.vote
    assert case.clock("echo").limit == slow.echo


def test_who_is_silent_is_seen_to_be() -> None:
    """A report that never came is counted, and shows before anybody ticks (P10, §5.3)."""
    case = given(WallItem, *to("in_progress"), 10 * DAY, TICK).case
    assert case.reports_missed == 1
    reported = given(WallItem, *to("in_progress", s.POST_PROGRESS), 10 * DAY, TICK).case
    assert reported.reports_missed == 0


def test_an_item_in_other_hands_has_no_clock_running() -> None:
    """While another case has it, nothing of the wall falls due (P19)."""
    for way in (to("transferred"), to("in_progress", s.TRANSFER)):
        case = given(WallItem, *way).case
        assert case.next_due is None
        assert {clock.status for clock in case.clocks} == {"stopped"}


def test_the_promised_day_is_over_when_it_ends_here() -> None:
    """Resolved in the last minute of the promised day is in time, a minute later is not (P8)."""
    midnight = day_end(2026, 3, s.PROMISED.day)
    scene = given(WallItem, *to("in_progress"))
    last = s.DECLARE_RESOLVED.later(midnight - scene.world.clock.now - timedelta(minutes=2))
    assert scene.when(last).then("ClockExpired", "Resolved").case.kept is True
    late = given(WallItem, *to("in_progress"))
    after = last.later(minutes(2))
    assert late.when(after).then("ClockExpired", "ClockExpired", "Resolved").case.kept is False


def minutes(count: int) -> timedelta:
    """Give some minutes."""
    return timedelta(minutes=count)


def test_a_day_of_review_begins_in_the_morning() -> None:
    """The day to look again has come when it begins, and not the evening before (P13, P18)."""
    way = (*s.EXPLAINED, TICK)
    again = s.REPOST.but(ground="review")
    scene = given(WallItem, *way)
    begins = day_end(2026, 5, 31)
    wait = begins - scene.world.clock.now
    scene.when(again.later(wait - minutes(2))).then_refused(guard="ground_is_borne_out")
    given(WallItem, *way).when(again.later(wait - minutes(1))).then("ClockExpired", "Reposted")
    assert date(2026, 6, 1) == s.DECLARE_UNRESOLVABLE.fields["review_on"]
