"""What a complaint has to do with whistles (C21), and where one may come from."""

from __future__ import annotations

import pytest

from tests.complaint.examples import CASE, OTHER_CASE, to
from zhili import Complaint
from zhili.errors import GuardRefusedError, RoleRefusedError
from zhili.testing import actor, given
from zhili.testing import controls as c

REFUSED = GuardRefusedError
BLOWN = to("handling", c.BLOW_WHISTLE)
QUIET = ()
"""No reactions: what becomes of the whistle is told by hand."""

CALLED_BACK = to("callback", c.RECORD_CALLBACK)


def test_a_complaint_waits_for_its_whistle() -> None:
    """The street blows, and the case stays with it (C21)."""
    case = given(Complaint, *BLOWN, reactions=QUIET).case
    assert case.state == "handling"
    assert case.unit == c.STREET
    assert case.open_whistles == case.whistles == (c.WHISTLE,)  # type: ignore[attr-defined] # a complaint's


def test_a_department_blows_no_whistle() -> None:
    """A unit that the organisation knows as something else handles the matter, or objects."""
    (
        given(Complaint, *to("accepted"), c.DISPATCH.but(unit=c.DISTRICT), reactions=QUIET)
        .when(c.SIGN.by_actor(actor("unit_operator", c.DISTRICT)))
        .then("Signed")
    )
    (
        given(
            Complaint,
            *to("accepted"),
            c.DISPATCH.but(unit=c.DISTRICT),
            c.SIGN.by_actor(actor("unit_operator", c.DISTRICT)),
            reactions=QUIET,
        )
        .when(c.BLOW_WHISTLE.by_actor(actor("unit_operator", c.DISTRICT)))
        .then_refused(REFUSED, guard="is_with_a_street")
    )


def test_the_accused_are_not_summoned() -> None:
    """A unit is not called to a case about itself (JN-REG 32)."""
    about = (c.REGISTER.but(about="traffic-police"), *to("handling")[1:])
    (
        given(Complaint, *about, reactions=QUIET)
        .when(c.BLOW_WHISTLE)
        .then_refused(REFUSED, guard="no_unit_summoned_is_accused")
    )


def test_only_its_own_whistle_reports_to_a_case() -> None:
    """A report of another whistle is refused, and so is one that nobody caused."""
    (
        given(Complaint, *BLOWN, reactions=QUIET)
        .when(c.TAKE_WHISTLE_REPORT.but(whistle=OTHER_CASE))
        .then_refused(REFUSED, guard="whistle_was_blown_here")
    )
    (
        given(Complaint, *BLOWN, reactions=QUIET)
        .when(c.TAKE_WHISTLE_REPORT.by_actor(c.OPERATOR))
        .then_refused(RoleRefusedError)
    )


@pytest.mark.parametrize("became", ["settled", "cancelled", "returned"])
def test_a_case_is_not_closed_before_its_whistle_is_settled(became: str) -> None:
    """Settled or given up, then the case may be closed."""
    blown = (*to("handling"), c.BLOW_WHISTLE, *CALLED_BACK[len(to("handling")) :])
    given(Complaint, *blown, reactions=QUIET).when(c.CLOSE).then_refused(
        REFUSED, guard="whistles_are_settled"
    )
    told = c.TAKE_WHISTLE_REPORT.but(became=became)
    given(Complaint, *blown, told, reactions=QUIET).when(c.CLOSE).then("Closed", state="closed")


def test_a_whistle_that_is_taken_up_again_is_waited_for_again() -> None:
    """A result that the street rejects settles nothing (W19)."""
    again = c.TAKE_WHISTLE_REPORT.but(became="taken_up_again")
    case = given(Complaint, *BLOWN, c.TAKE_WHISTLE_REPORT, again, reactions=QUIET).case
    assert case.open_whistles == (c.WHISTLE,)  # type: ignore[attr-defined] # a complaint's


def test_a_whistle_that_is_blown_again_is_waited_for_in_its_place() -> None:
    """The one that follows it reports from now on (W24)."""
    again = c.TAKE_WHISTLE_REPORT.but(became="blown_again", successor=OTHER_CASE)
    told = given(Complaint, *BLOWN, c.TAKE_WHISTLE_REPORT, again, reactions=QUIET)
    assert told.case.open_whistles == (OTHER_CASE,)  # type: ignore[attr-defined] # a complaint's
    settled = told.when(c.TAKE_WHISTLE_REPORT.but(whistle=OTHER_CASE)).then("WhistleReported")
    assert settled.case.open_whistles == ()  # type: ignore[attr-defined] # a complaint's


@pytest.mark.parametrize("claim", [{"relation": "transfer"}, {"origin_type": "wall"}], ids=str)
def test_nobody_claims_how_a_case_comes_from_another(claim: dict[str, str]) -> None:
    """Not even without saying from which."""
    given(Complaint, reactions=QUIET).when(c.REGISTER.but(**claim)).then_refused(
        REFUSED, guard="origin_is_told_by_an_event"
    )


def test_nobody_claims_that_a_case_comes_from_another() -> None:
    """Where a case comes from is told by what happened there, and by nobody else."""
    claimed = c.REGISTER.but(origin=OTHER_CASE, origin_type="wall", relation="transfer")
    given(Complaint, reactions=QUIET).when(claimed).then_refused(
        REFUSED, guard="origin_is_told_by_an_event"
    )
    taken_over = given(Complaint, c.REGISTER_FROM_WALL, reactions=QUIET).case
    assert (taken_over.id, taken_over.origin, taken_over.relation) == (CASE, OTHER_CASE, "transfer")


@pytest.mark.parametrize(("level", "told"), [(1, "花园小区3号楼2单元"), (2, "花园小区***")])
def test_a_whistle_tells_no_door_where_the_case_hides_it(level: int, told: str) -> None:
    """From level 2 on the departments are told where to come, and not whose door it is (§8)."""
    register = c.REGISTER.but(place="花园小区3号楼2单元", confidentiality=level)
    world = given(Complaint, register, *to("handling", c.BLOW_WHISTLE)[1:]).world
    assert world.cases[c.WHISTLE].place == told
