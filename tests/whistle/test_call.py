"""The call 吹哨 (W1–W5, W23, W24): drafted, approved or sent back, blown, and blown again."""

from __future__ import annotations

import pytest

from tests.whistle import cast as w
from tests.whistle import examples as x
from zhili.aggregates import Whistle
from zhili.policies.organisation import Organisation
from zhili.policies.unit import Unit
from zhili.policies.whistle import harbin_xiangfang, nanjing_gulou, pinggu
from zhili.testing import CASE, TICK, Control, actor, given
from zhili.workflows import role

WRONGLY_CALLED = (
    w.DRAFT.but(units=(w.WATER,)), w.SUBMIT, w.BLOW, w.OBJECT, 2 * x.DAY, TICK, w.RELEASE,
)  # fmt: skip
"""The only unit was missed, but it need not have come."""


def test_blowing_summons_every_unit() -> None:
    """Each unit gets a summons with limits of its own; the street answers meanwhile (W3)."""
    outcome = (
        given(Whistle, *x.SUBMITTED)
        .when(w.BLOW)
        .then("Blown", "UnitSummoned", "UnitSummoned", state="issued", unit=w.STREET)
    )
    case = outcome.case
    assert case.accepted_at == outcome.events[0].occurred_at
    assert [part.id for part in case.parts] == [w.POLICE, w.WATER]
    assert {part.due_at for part in case.parts} == {None}
    assert [part.due_at for part in case.entities()][1:] == [case.clock("sign:police").due_at] * 2


@pytest.mark.parametrize("by", [w.DUTY, w.GRID, w.LEADER])
def test_an_emergency_is_blown_at_once(by: object) -> None:
    """By whoever is on duty, a grid worker through the street among them (W4)."""
    given(Whistle, w.DRAFT_EMERGENCY).when(w.BLOW_EMERGENCY, by=by).then(
        ("Blown", {"at_once": True}), "UnitSummoned", "UnitSummoned", state="issued"
    )


def test_an_emergency_that_was_submitted_needs_no_confirmation() -> None:
    """What a leader has approved is confirmed already."""
    outcome = (
        given(Whistle, w.DRAFT_EMERGENCY, w.SUBMIT)
        .when(w.BLOW)
        .then("Blown", "UnitSummoned", "UnitSummoned")
    )
    assert outcome.case.clock("confirmation") is None


def test_a_whistle_is_drafted_for_a_complaint() -> None:
    """What the system drafts says where it comes from; the street goes on with it (W1)."""
    given(Whistle, w.DRAFT_FOR_A_CASE).when(w.SUBMIT).then(
        "Submitted", state="submitted", unit=w.STREET, origin=w.COMPLAINT_CASE, relation="whistle"
    )


def test_a_place_that_is_no_unit_is_taken_as_it_is() -> None:
    """A division that the organisation does not have is nobody's else area."""
    city = Organisation(units=tuple(Unit(id=u, name=u) for u in (w.STREET, w.POLICE, w.WATER)))
    given(Whistle, policies=(city,)).when(w.DRAFT.but(division=w.OTHER_STREET)).then("Drafted")
    given(Whistle, policies=(city,)).when(w.DRAFT.without("division")).then("Drafted")


def test_where_departments_blow_too() -> None:
    """In Pinggu a department calls others, and towns (PINGGU2)."""
    city = Organisation(
        units=(
            Unit(id=w.PARKS, name="园林", level="department"),
            *(Unit(id=unit, name=unit) for unit in (w.POLICE, w.WATER)),
        )
    )
    call = w.DRAFT.without("division").but(street=w.PARKS).by_actor(w.AT_PARKS)
    given(Whistle, policies=(city, pinggu())).when(call).then("Drafted", unit=w.PARKS)
    given(Whistle, policies=(city,)).when(call).then_refused(guard="level_may_blow")


def test_reporting_in_in_pinggu_takes_half_an_hour() -> None:
    """Thirty minutes after the whistle (PINGGU)."""
    case = given(Whistle, *x.ISSUED, policies=(pinggu(),)).case
    clock = case.clock("report_in:police")
    assert str(clock.limit) == "30 minutes"
    assert (clock.due_at - case.accepted_at) == x.HOUR / 2


@pytest.mark.parametrize(
    ("kind", "rank", "days"),
    [("PROGRESS", role.LEADING_MEMBER, 3), ("HARD", role.STREET_DIRECTOR, 5)],
)
def test_reporting_in_in_gulou_goes_by_rank(kind: str, rank: str, days: int) -> None:
    """Three working days, five where the secretary or director blows (NJ-GULOU)."""
    steps = (w.DRAFT.but(kind=kind), w.SUBMIT, w.BLOW.by_actor(actor(rank, w.STREET)))
    case = given(Whistle, *steps, policies=(nanjing_gulou(),)).case
    limits = {name: str(case.clock(f"{name}:police").limit) for name in ("sign", "contact")}
    assert limits == {"sign": "1 hour", "contact": "24 hours"}
    assert str(case.clock("report_in:police").limit) == f"{days} working days"


def test_the_quick_whistle_of_xiangfang() -> None:
    """Anybody of the street blows it; done in three days (XF-2024)."""
    steps = (w.DRAFT.but(kind="QUICK"), w.SUBMIT, w.BLOW.by_actor(w.OPERATOR))
    case = given(Whistle, *steps, policies=(harbin_xiangfang(),)).case
    assert str(case.clock("handle").limit) == "3 days"
    assert case.due_at is not None


def test_a_whistle_is_sent_back_and_counts_nowhere() -> None:
    """Back at review it ends, and stands in no denominator (W5)."""
    given(Whistle, *x.SUBMITTED).when(w.SEND_BACK).then("SentBack", state="refused_at_review")


@pytest.mark.parametrize("before", [(w.DRAFT,), x.SUBMITTED, x.ISSUED, WRONGLY_CALLED])
def test_a_whistle_is_cancelled_before_a_lead_is_assigned(before: x.Steps) -> None:
    """And the clocks of every unit stop (W23)."""
    case = given(Whistle, *before).when(w.CANCEL).then("Cancelled", state="cancelled").case
    assert {clock.status for clock in case.clocks} <= {"stopped"}


def test_blowing_again_opens_a_new_whistle() -> None:
    """One higher in the line, for the units that took part (W24; NJ-GULOU: eight in two years)."""
    outcome = given(Whistle, *x.CLOSED).when(w.REBLOW).then("Reblown", "Drafted", state="closed")
    again = outcome.world.cases[w.NEW_WHISTLE]
    assert (again.repeats, again.origin, again.relation) == (1, outcome.case.id, "reblown")
    assert set(again.wanted) == {w.POLICE, w.WATER}
    life = [step.on(w.NEW_WHISTLE) for step in x.CLOSED[1:] if not isinstance(step, str)]
    for step in life:
        outcome.world.live(step)
    newest = w.COMPLAINT_CASE
    outcome.world.live(w.REBLOW.on(w.NEW_WHISTLE).but(whistle=newest))
    assert outcome.world.cases[newest].repeats == 2


@pytest.mark.parametrize("given_up", [(w.CANCEL,), (w.SUBMIT, w.SEND_BACK)])
def test_what_came_to_nothing_is_blown_again(given_up: x.Steps) -> None:
    """A new draft that is taken back or returned does not keep the street from another (W24)."""
    outcome = given(Whistle, *x.CLOSED).when(w.REBLOW).then("Reblown", "Drafted")
    for step in given_up:
        assert isinstance(step, Control)
        outcome.world.live(step.on(w.NEW_WHISTLE))
    outcome = outcome.when(w.REBLOW.but(whistle=w.COMPLAINT_CASE)).then("Reblown", "Drafted")
    newest = outcome.world.cases[w.COMPLAINT_CASE]
    assert (newest.state, newest.origin, newest.repeats) == ("drafted", CASE, 1)


def test_a_unit_that_was_released_is_not_called_again() -> None:
    """Whoever had nothing to do with it is not in the new draft (W24)."""
    life = (*x.OBJECTED, w.RELEASE, w.REPORT_IN, w.DONE, w.RATE, w.CLOSE)
    outcome = given(Whistle, *life).when(w.REBLOW).then("Reblown", "Drafted")
    assert outcome.world.cases[w.NEW_WHISTLE].wanted == (w.POLICE,)
