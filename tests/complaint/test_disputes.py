"""Disputes over responsibility 退单 (C14–C17, §2.9)."""

from __future__ import annotations

from tests.complaint.examples import row_of, to
from zhili import Complaint
from zhili.errors import GuardRefusedError, StateRefusedError
from zhili.policies.procedure import Procedure
from zhili.testing import actor, given
from zhili.testing import controls as c

REFUSED = GuardRefusedError
NEIGHBOURS_OPERATOR = actor("unit_operator", c.NEIGHBOUR)
GRADE_ONE = (c.REGISTER, c.ACCEPT.but(grade="I"), c.DISPATCH)


def test_a_designated_unit_cannot_object_again() -> None:
    """After designation the dispatch stands (WF-REG 22)."""
    given(Complaint, *to("disputed"), c.DESIGNATE_LEAD).when(c.OBJECT_TO_DISPATCH).then_refused(
        REFUSED, guard="not_designated"
    )


def test_an_upheld_unit_cannot_object_again() -> None:
    """An objection that was rejected designates the unit (C15, WF-REG 22)."""
    given(Complaint, *to("disputed"), c.UPHOLD_DISPATCH).when(c.OBJECT_TO_DISPATCH).then_refused(
        REFUSED, guard="not_designated"
    )


def test_objections_come_within_their_window() -> None:
    """Before signing, or within one working day of the dispatch (C14, §2.6)."""
    given(Complaint, *to("signed")).when(c.OBJECT_TO_DISPATCH.later(hours=20)).then(
        "DispatchObjected", state="disputed", objected_when="signed", returns=1
    )
    given(Complaint, *to("signed")).when(c.OBJECT_TO_DISPATCH.later(days=3)).then_refused(
        REFUSED, guard="within_the_objection_window"
    )
    unsigned = c.OBJECT_TO_DISPATCH.later(days=3)
    given(Complaint, *to("dispatched")).when(unsigned).then(
        ("ClockExpired", {"clock": "sign"}),
        ("ClockExpired", {"clock": "contact"}),
        "DispatchObjected",
        state="disputed",
    )


def test_grade_one_is_acted_on_before_it_is_objected_to() -> None:
    """Life and property come first; say what was done on site (C14)."""
    guard = "acted_on_site_if_grade_one"
    given(Complaint, *GRADE_ONE).when(c.OBJECT_TO_DISPATCH).then_refused(REFUSED, guard=guard)
    acted = c.OBJECT_TO_DISPATCH.but(on_site_action="The pit is fenced off.")
    given(Complaint, *GRADE_ONE).when(acted).then("DispatchObjected", acted_on_site=True)
    vain = c.NOT_REACHED.but(on_site_action="The pit is fenced off.")
    given(Complaint, *GRADE_ONE, c.SIGN, vain).when(c.OBJECT_TO_DISPATCH).then("DispatchObjected")


def test_a_rejected_objection_leads_back() -> None:
    """The case stands where it was objected from, the unit designated (C15, §13-4)."""
    for nth, state in ((0, "dispatched"), (1, "signed")):
        row_of("uphold_dispatch", nth).given().when(c.UPHOLD_DISPATCH).then(
            "ObjectionRejected", state=state, designated=True, unit=c.STREET
        )


def test_a_redirected_case_goes_to_another_unit() -> None:
    """To leave it where it is, uphold the dispatch (C16)."""
    given(Complaint, *to("disputed")).when(c.REDIRECT_DISPATCH.but(unit=c.STREET)).then_refused(
        REFUSED, guard="goes_to_another_unit"
    )
    given(Complaint, *to("disputed")).when(c.REDIRECT_DISPATCH).then(
        "Redispatched", state="dispatched", unit=c.NEIGHBOUR, first_receiver=None, designated=False
    )


def test_a_case_is_not_passed_round_for_ever() -> None:
    """After so many returns a lead is designated (C16, BAYAN)."""
    few = (Procedure(returns_max=1),)
    again = (
        *to("disputed"),
        c.REDIRECT_DISPATCH,
        c.OBJECT_TO_DISPATCH.by_actor(NEIGHBOURS_OPERATOR).but(suggest=c.STREET),
    )
    back = c.REDIRECT_DISPATCH.but(unit=c.STREET)
    given(Complaint, *again, policies=few).when(back).then_refused(REFUSED, guard="returns_left")
    given(Complaint, *again, policies=few).when(c.DESIGNATE_LEAD).then(
        "LeadDesignated", state="signed", unit=c.STREET, designated=True
    )
    given(Complaint, *again).when(back).then("Redispatched", returns=2)


def test_the_sign_clock_begins_anew_with_the_other_unit() -> None:
    """A redirected case has a new sign clock; the handling clock keeps running (C16, §13-4)."""
    before = given(Complaint, *to("disputed"))
    handling = before.case.clock("handle")
    case = before.when(c.REDIRECT_DISPATCH).then("Redispatched").case
    assert case.clock("handle") == handling
    assert case.clock("sign").status == "running"
    assert case.clock("sign").started_at == case.last_at


def test_a_policy_may_restart_the_handling_clock() -> None:
    """With `redispatch_restarts_handling` the other unit gets the whole time (C16)."""
    restart = (Procedure(redispatch_restarts_handling=True),)
    before = given(Complaint, *to("disputed"), policies=restart)
    case = before.when(c.REDIRECT_DISPATCH.later(days=1)).then("ClockExpired", "Redispatched").case
    assert case.clock("handle").started_at == case.last_at
    assert case.clock("open_callback").due_at == case.due_at


def test_designation_is_final() -> None:
    """A designated lead has the case as signed, and is its first receiver (C17)."""
    given(Complaint, *to("disputed")).when(c.DESIGNATE_LEAD.but(unit=c.NEIGHBOUR)).then(
        "LeadDesignated", state="signed", unit=c.NEIGHBOUR, first_receiver=c.NEIGHBOUR
    )


def test_a_case_in_dispute_is_not_signed() -> None:
    """While an objection waits nobody signs (C13)."""
    given(Complaint, *to("disputed")).when(c.SIGN).then_refused(StateRefusedError)
