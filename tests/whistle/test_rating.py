"""Ratings 评价 (W20–W22; §4.4): of each other, once and for good; published by the district."""

from __future__ import annotations

import pytest

from tests.engine.sample import Life
from tests.whistle import cast as w
from tests.whistle import examples as x
from zhili.aggregates import Whistle
from zhili.policies.whistle import WhistleRules
from zhili.projections.timeline import Timeline
from zhili.testing import CASE, given
from zhili.workflows import role


def points_of(case: Whistle, unit: str) -> dict[str, tuple[int | None, str]]:
    """Give the points of a unit with their state, by dimension, as the register has them."""
    found = [part for part in case.entities() if (part.kind, part.unit) == ("rating", unit)]
    return {part.role or "": (part.points, part.state) for part in found}


def test_every_unit_is_rated_on_four_dimensions() -> None:
    """The last rating ends the evaluation (W20)."""
    first = given(Whistle, *x.SETTLED).when(w.RATE).then("UnitRated", state="settled")
    assert points_of(first.case, w.POLICE) == {
        name: (points, "unpublished") for name, points in w.POINTS.items()
    }
    first.when(w.RATE_WATER).then("UnitRated", state="evaluated")


def test_whoever_did_not_come_is_rated_too() -> None:
    """That is what the rating is for; whoever was released is not rated."""
    missed = given(Whistle, *x.SETTLED_WITHOUT_WATER, w.RATE)
    assert missed.case.state == "settled"
    missed.when(w.RATE_WATER).then("UnitRated", state="evaluated")
    released = (*x.OBJECTED_ON_SITE, w.DONE, w.RELEASE)
    given(Whistle, *released).when(w.RATE).then("UnitRated", state="evaluated")


def test_a_late_ruling_may_leave_nobody_to_rate() -> None:
    """An objection of one who was missed is ruled on before the whistle is closed."""
    missed = (*x.POLICE_IN, w.START, w.OBJECT, 2 * x.DAY, w.DONE, w.RATE)
    settled = given(Whistle, *missed)
    assert settled.case.state == "settled"
    settled.when(w.CLOSE).then_refused(guard="nobody_is_left_to_rate")
    outcome = given(Whistle, *missed).when(w.RELEASE).then("UnitReleased", state="settled")
    outcome.when(w.CLOSE).then("Closed", state="closed", outcome="solved")


def test_a_community_rates_where_the_rules_say_so() -> None:
    """In Guangling it does (GUANGLING)."""
    rules = WhistleRules(raters=(role.COMMUNITY,))
    given(Whistle, *x.SETTLED, policies=(rules,)).when(w.RATE, by=w.RESIDENTS).then("UnitRated")


def test_units_rate_the_blower() -> None:
    """Each once, and the whistle office too; after the closing as well (BJ-REG 33)."""
    outcome = given(Whistle, *x.EVALUATED).when(w.RATE_BLOWER).then("BlowerRated")
    outcome = outcome.when(w.RATE_BLOWER.by_actor(w.AT_WATER)).then("BlowerRated")
    outcome = outcome.when(w.CLOSE).then("Closed")
    outcome = outcome.when(w.RATE_BLOWER.by_actor(w.OFFICE)).then("BlowerRated", state="closed")
    keys = [rating.key for rating in outcome.case.ratings if rating.unit == w.STREET]
    assert keys == [f"{w.STREET}/{rater}" for rater in (w.POLICE, w.WATER, "whistle_office")]


def test_ratings_are_published_by_the_district() -> None:
    """What is given afterwards waits for the next time (§4.4)."""
    outcome = given(Whistle, *x.EVALUATED).when(w.PUBLISH).then("RatingsPublished")
    assert {state for _, state in points_of(outcome.case, w.POLICE).values()} == {"published"}
    outcome = outcome.when(w.RATE_BLOWER).then("BlowerRated")
    assert {state for _, state in points_of(outcome.case, w.STREET).values()} == {"unpublished"}
    outcome.when(w.PUBLISH).then("RatingsPublished")


def test_the_rules_may_publish_at_once() -> None:
    """Where ratings are public, nobody has to publish them."""
    rules = WhistleRules(ratings_public=True)
    rated = given(Whistle, *x.EVALUATED, policies=(rules,))
    assert {state for _, state in points_of(rated.case, w.POLICE).values()} == {"published"}
    rated.when(w.PUBLISH).then_refused(guard="something_is_unpublished")
    given(Whistle, *x.EVALUATED, policies=(rules,)).when(w.REPLY).then("RatingAnswered")


@pytest.mark.parametrize("before", [x.EVALUATED, x.CLOSED])
def test_whoever_was_rated_replies_once(before: x.Steps) -> None:
    """A unit and the blower alike; the rating stands as it is (§4.4)."""
    rated = (*before, w.RATE_BLOWER, w.PUBLISH)
    outcome = given(Whistle, *rated).when(w.REPLY).then("RatingAnswered")
    points = points_of(outcome.case, w.POLICE)
    own = w.REPLY.by_actor(w.OPERATOR).but(unit=w.STREET)
    outcome = outcome.when(own).then("RatingAnswered", replied={w.POLICE, w.STREET})
    assert points_of(outcome.case, w.POLICE) == points


def test_whoever_it_was_blown_for_is_informed() -> None:
    """Before the whistle is closed (W22)."""
    life = (w.DRAFT_FOR_A_CASE, *x.EVALUATED[1:])
    given(Whistle, *life).when(w.CLOSE.but(origin_informed=True)).then("Closed", outcome="solved")


def test_the_street_may_say_that_it_is_solved_in_part() -> None:
    """The outcome is the street's to judge; by default it is what was delivered."""
    given(Whistle, *x.EVALUATED).when(w.CLOSE.but(outcome="partly")).then(
        "Closed", outcome="partly", unit=w.STREET
    )


def test_the_name_of_whoever_came_is_personal() -> None:
    """No register and no list has it (§8)."""
    (taken,) = given(Whistle, *x.MUSTERING).world.live(w.REPORT_IN)
    assert "Zhao Lei" not in repr(taken.event)
    assert taken.event.person.value == "Zhao Lei"


def test_a_timeline_shows_points_once_they_are_published() -> None:
    """Until the district publishes it, a rating is seen by whoever may read the log alone."""
    life = Life("memory:")
    life.live(*x.EVALUATED)
    first, _ = shown_points(life)
    assert first == {"hidden": True}
    life.live(w.PUBLISH)
    assert shown_points(life) == [w.POINTS, w.POINTS]
    life.live(w.RATE_BLOWER)
    assert shown_points(life)[-1] == {"hidden": True}
    life.close()


def shown_points(life: Life) -> list[object]:
    """Give the points that the timeline shows, rating by rating."""
    entries = life.engine.ask(Timeline(CASE)).entries
    return [entry.fields["points"] for entry in entries if "points" in entry.fields]
