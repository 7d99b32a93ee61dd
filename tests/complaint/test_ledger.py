"""The ledger 挂账 (C26–C29, §2.10): two persons, a clock that stands still, a review."""

from __future__ import annotations

from datetime import timedelta

from tests.complaint.auditing import auditor_refuses
from tests.complaint.examples import row_of, to
from zhili import Complaint
from zhili.errors import GuardRefusedError, StateRefusedError
from zhili.testing import TICK, actor, given
from zhili.testing import controls as c

REFUSED = GuardRefusedError
ASKED = to("handling", c.REQUEST_LEDGERING)
CHECKED = (*ASKED, c.FIRST_CHECK_LEDGERING)


def test_the_ground_is_one_of_the_procedures() -> None:
    """Season, works, funds, policy, ownership, litigation, other (C26)."""
    given(Complaint, *to("handling")).when(c.REQUEST_LEDGERING.but(ground="mood")).then_refused(
        REFUSED, guard="ledger_ground_is_known"
    )


def test_the_complainant_hears_of_the_ledger_first() -> None:
    """The complainant is told (C26, BJ-REG 15)."""
    given(Complaint, *to("handling")).when(
        c.REQUEST_LEDGERING.but(complainant_told=False)
    ).then_refused(REFUSED, guard="complainant_was_told")


def test_an_entry_says_when_to_look_again() -> None:
    """An expected date or a review date, and it lies ahead (C26)."""
    guard = "date_to_look_again"
    asked = given(Complaint, *to("handling"))
    for request in (
        c.REQUEST_LEDGERING.without("expected_at", "review_at"),
        c.REQUEST_LEDGERING.but(review_at=-c.DAY),
        c.REQUEST_LEDGERING.but(expected_at=-c.DAY),
    ):
        asked.when(request).then_refused(REFUSED, guard=guard)
    for name in ("expected_at", "review_at"):
        given(Complaint, *to("handling")).when(c.REQUEST_LEDGERING.without(name)).then(
            "LedgeringRequested"
        )


def test_one_request_for_the_ledger_at_a_time() -> None:
    """While a request waits there is no second (C26)."""
    given(Complaint, *ASKED).when(c.REQUEST_LEDGERING).then_refused(
        REFUSED, guard="no_ledgering_pending"
    )


def test_an_escalated_case_goes_on_the_ledger_too() -> None:
    """From handling and from escalation (C26, C27)."""
    upwards = (c.REQUEST_LEDGERING, c.FIRST_CHECK_LEDGERING)
    given(Complaint, *to("escalated"), *upwards).when(c.APPROVE_LEDGERING).then(
        "Ledgered", state="ledgered"
    )


def test_nothing_is_ledgered_unasked() -> None:
    """Check, approval and refusal answer a request (C27)."""
    for answer in (c.FIRST_CHECK_LEDGERING, c.APPROVE_LEDGERING, c.REFUSE_LEDGERING):
        given(Complaint, *to("handling")).when(answer).then_refused(
            REFUSED, guard="ledgering_is_pending"
        )


def test_two_persons_put_a_case_on_the_ledger() -> None:
    """The first checks, the second approves; neither asked (C27, §13-5)."""
    given(Complaint, *ASKED).when(c.APPROVE_LEDGERING).then_refused(
        REFUSED, guard="was_checked_first"
    )
    for one in (c.LEADER, c.DISPATCHER):
        same_person = actor("centre_leader", id=one.id)
        given(Complaint, *CHECKED).when(c.APPROVE_LEDGERING, by=same_person).then_refused(
            REFUSED, guard="two_persons"
        )


def test_a_request_is_checked_once() -> None:
    """After the first check somebody decides (C27)."""
    given(Complaint, *CHECKED).when(
        c.FIRST_CHECK_LEDGERING, by=actor("dispatcher", id="another")
    ).then_refused(REFUSED, guard="not_checked_yet")


def test_the_unit_that_asked_does_not_answer() -> None:
    """Neither its people nor the person who asked check or refuse (C27)."""
    for answer in (c.FIRST_CHECK_LEDGERING, c.REFUSE_LEDGERING):
        for by in (actor("dispatcher", c.STREET), actor("dispatcher", id=c.LEADER.id)):
            given(Complaint, *ASKED).when(answer, by=by).then_refused(
                REFUSED, guard="not_the_unit_that_asked"
            )


def test_the_handling_clock_stands_still_on_the_ledger() -> None:
    """Time on the ledger does not count (C27)."""
    before = given(Complaint, *CHECKED)
    case = before.when(c.APPROVE_LEDGERING).then("Ledgered", state="ledgered", unit=c.STREET).case
    assert case.clock("handle").status == "paused"
    assert case.clock("open_callback").status == "paused"
    assert case.clock("ledger_review").due_at == case.review_at
    assert case.clock("ledger_end").due_at == case.expected_at
    before.when(10 * c.DAY).then()
    before.when(TICK).then(state="ledgered")


def test_a_case_off_the_ledger_has_a_new_clock() -> None:
    """Activation gives the first period again, from then on (C29)."""
    before = given(Complaint, *to("ledgered"), 10 * c.DAY)
    case = before.when(c.ACTIVATE_FROM_LEDGER).then("LedgerActivated", state="handling").case
    assert case.clock("handle").status == "running"
    assert timedelta(days=7) < case.due_at - case.last_at < timedelta(days=8)
    assert case.clock("ledger_review").status == "stopped"
    assert case.clock("ledger_end").status == "stopped"


def test_unit_and_supervisor_take_a_case_off_the_ledger() -> None:
    """When the condition is met; nobody else does (C29)."""
    for by in (c.OPERATOR, c.LEADER, c.SUPERVISOR):
        given(Complaint, *to("ledgered")).when(c.ACTIVATE_FROM_LEDGER, by=by).then(
            "LedgerActivated", state="handling"
        )


def test_the_timer_waits_for_the_expected_date() -> None:
    """The system takes a case off the ledger on its date, not before (C29)."""
    given(Complaint, *to("ledgered")).when(c.ACTIVATE_FROM_LEDGER, by=c.SYSTEM).then_refused(
        REFUSED, guard="expected_date_has_come"
    )
    example = row_of("activate_from_ledger", 1)
    example.given().when(TICK).then(
        ("ClockExpired", {"clock": "ledger_review"}), "LedgerActivated", state="handling"
    )


def test_an_auditor_finds_a_timer_that_was_early() -> None:
    """An activation by the system before its date is unlawful (C29)."""
    example = row_of("activate_from_ledger", 1)
    taken = example.given().world.live(TICK)[-1]
    auditor_refuses(
        taken, "expected_date_has_come", event={"timestamp": taken.before.expected_at - c.DAY}
    )


def test_a_review_sets_the_next_one_ahead() -> None:
    """The supervisor looks at it again and says when next (C28)."""
    given(Complaint, *to("ledgered")).when(c.REVIEW_LEDGER.but(review_at=-c.DAY)).then_refused(
        REFUSED, guard="next_review_lies_ahead"
    )
    case = given(Complaint, *to("ledgered")).when(c.REVIEW_LEDGER).then("LedgerReviewed").case
    assert case.clock("ledger_review").due_at == case.last_at + 15 * c.DAY
    undated = c.REVIEW_LEDGER.without("review_at")
    case = given(Complaint, *to("ledgered")).when(undated).then("LedgerReviewed").case
    assert timedelta(days=88) < case.clock("ledger_review").due_at - case.last_at


def test_a_review_that_is_forgotten_is_noticed() -> None:
    """At its date the review is marked as overdue (C28)."""
    given(Complaint, *to("ledgered", 31 * c.DAY)).when(TICK).then(
        ("ClockExpired", {"clock": "ledger_review"}), state="ledgered"
    )


def test_a_ledgered_case_is_not_closed() -> None:
    """The ledger is no end (§2.10)."""
    given(Complaint, *to("ledgered")).when(c.CLOSE).then_refused(StateRefusedError)


def test_a_refusal_may_come_late() -> None:
    """A request that the reply overtook is refused afterwards (C27)."""
    overtaken = (*ASKED, c.SUBMIT_REPLY, c.SIGN_OFF_REPLY)
    given(Complaint, *overtaken).when(c.REFUSE_LEDGERING).then(
        "LedgeringRefused", state="replied", ledgering=None
    )


def test_another_unit_leaves_it_on_the_ledger() -> None:
    """Whose case it is not does not take it off (C29)."""
    for role in ("unit_operator", "unit_leader"):
        for by in (actor(role, c.NEIGHBOUR), actor(role)):
            given(Complaint, *to("ledgered")).when(c.ACTIVATE_FROM_LEDGER, by=by).then_refused(
                REFUSED, guard="the_unit_or_a_supervisor"
            )


def test_a_request_for_exclusion_says_nothing_about_the_ledger() -> None:
    """Each of both requests has its own check and its own two people (§13-5)."""
    excluding = to("closed", c.REQUEST_EXCLUSION, c.FIRST_CHECK_EXCLUSION, c.REOPEN)
    both = given(Complaint, *excluding, c.REQUEST_LEDGERING)
    assert both.case.exclusion is None  # it was about an outcome that is gone
    both.when(c.APPROVE_LEDGERING).then_refused(REFUSED, guard="was_checked_first")
    both.when(c.FIRST_CHECK_LEDGERING).then("LedgeringChecked")
    checker = actor("centre_leader", id=c.REVIEWER.id)  # of the exclusion, not of the ledger
    both.when(c.APPROVE_LEDGERING, by=checker).then("Ledgered", state="ledgered")
