"""Closing 办结, reopening, archiving 归档, withdrawing 撤回 (C37–C40)."""

from __future__ import annotations

import pytest

from tests.complaint.auditing import auditor_refuses
from tests.complaint.examples import MAIN_CLOSED, OVERDUE, row_of, rows, to
from zhili import Complaint
from zhili.aggregates.complaint import Pending
from zhili.errors import GuardRefusedError, StateRefusedError
from zhili.testing import OTHER_CASE, TICK, given
from zhili.testing import controls as c

REFUSED = GuardRefusedError
TOMORROW = c.CALLBACK_UNREACHED.later(days=1)
SAFETY = c.REGISTER.but(public_safety=True)
IMPORTED = (c.BRING_IN, c.BRING_IN_CLOSING)


def test_a_case_is_closed_when_the_call_back_is_settled() -> None:
    """Reached, or tried as often as is due (C37)."""
    guard = "callback_is_settled"
    given(Complaint, *to("callback")).when(c.CLOSE).then_refused(REFUSED, guard=guard)
    twice = to("callback", c.CALLBACK_UNREACHED, TOMORROW)
    given(Complaint, *twice).when(c.CLOSE).then_refused(REFUSED, guard=guard)
    given(Complaint, *twice, TOMORROW).when(c.CLOSE).then("Closed", outcome="solved")
    given(Complaint, *to("callback"), c.CALLBACK_DISSATISFIED).when(c.CLOSE).then("Closed")


def test_a_reply_under_review_is_not_closed_over() -> None:
    """From replied only a case with nobody to call back is closed, when accepted (C37)."""
    given(Complaint, *to("replied")).when(c.CLOSE).then_refused(
        REFUSED, guard="callback_is_settled"
    )


def test_nobody_to_call_back_needs_no_call() -> None:
    """When the deadline opened the call-back of an anonymous case, it is closed without (C37)."""
    unnamed = (c.REGISTER_ANONYMOUS, *OVERDUE[1:])
    given(Complaint, *unnamed).when(c.CLOSE).then("Closed", outcome="not_solved", state="closed")


def test_nothing_pending_is_closed_over() -> None:
    """Neither an extension nor a draft (C37)."""
    asked = (*to("handling"), c.REQUEST_EXTENSION, 8 * c.DAY, TICK, c.RECORD_CALLBACK)
    given(Complaint, *asked).when(c.CLOSE).then_refused(REFUSED, guard="nothing_is_pending")
    given(Complaint, *asked, c.REFUSE_EXTENSION).when(c.CLOSE).then("Closed")
    drafted = (*to("handling"), 8 * c.DAY, TICK, c.SUBMIT_REPLY, c.RECORD_CALLBACK)
    given(Complaint, *drafted).when(c.CLOSE).then_refused(REFUSED, guard="nothing_is_pending")


def test_the_outcome_is_the_replys_unless_another_is_given() -> None:
    """Without a reply it was not solved (C37)."""
    settled = to("callback", c.RECORD_CALLBACK)
    given(Complaint, *settled).when(c.CLOSE).then(("Closed", {"outcome": "solved"}))
    given(Complaint, *settled).when(c.CLOSE.but(outcome="partly")).then("Closed", outcome="partly")
    given(Complaint, *OVERDUE, c.RECORD_CALLBACK).when(c.CLOSE).then("Closed", outcome="not_solved")


def test_a_closed_case_has_two_clocks_left() -> None:
    """Appeal and archive run on; all others have stopped (§13-8)."""
    case = given(Complaint, *to("closed")).case
    running = {clock.name for clock in case.clocks if clock.status == "running"}
    assert running == {"appeal", "archive"}
    assert case.closed_at == case.last_at


def test_a_closed_case_is_reopened_within_its_window() -> None:
    """Outcome and reply are open again, with a new clock (C38)."""
    case = given(Complaint, *to("closed")).when(c.REOPEN.later(days=20)).then("Reopened").case
    assert (case.state, case.outcome, case.closed_at, case.reply) == ("handling", None, None, None)
    assert case.clock("rework").status == "running"
    assert case.clock("archive").status == "stopped"


def test_an_auditor_finds_a_case_reopened_too_late() -> None:
    """After its window a closed case is archived first (C38)."""
    (taken,) = given(Complaint, *to("closed")).world.live(c.REOPEN)
    late = taken.before.clock("archive").due_at + c.DAY
    auditor_refuses(taken, "within_the_reopen_window", event={"timestamp": late})


def test_an_imported_case_is_reopened_where_it_lives() -> None:
    """Neither closed nor archived (C38)."""
    reopen = c.REOPEN.on(c.IMPORTED_CASE)
    archive = c.ARCHIVE.on(c.IMPORTED_CASE)
    given(Complaint, *IMPORTED).when(reopen).then_refused(REFUSED, guard="handled_here")
    given(Complaint, *IMPORTED, archive).when(reopen).then_refused(REFUSED, guard="handled_here")


def test_only_what_was_closed_is_reopened_from_the_archive() -> None:
    """What was declined or withdrawn comes as a new case (§13-2)."""
    for state in ("not_accepted", "withdrawn", "terminated"):
        filed = to(state, 31 * c.DAY, TICK)
        given(Complaint, *filed).when(c.REOPEN).then_refused(REFUSED, guard="was_closed")
    given(Complaint, *to("archived")).when(c.REOPEN).then("Reopened", state="handling")


@pytest.mark.parametrize(
    "state", ["closed", "answered", "not_accepted", "referred_out", "withdrawn", "terminated"]
)
def test_every_ended_case_is_archived_in_time(state: str) -> None:
    """Thirty days after its end the case is filed, by the clock (C39)."""
    outcome = given(Complaint, *to(state)).when(30 * c.DAY).then().when(TICK).then()
    outcome.when(2 * c.DAY).then(state=state).when(TICK).then("Archived", state="archived")


def test_nobody_files_a_case_that_may_be_reopened() -> None:
    """Not even the archivist, before the window is over (C39)."""
    given(Complaint, *to("closed")).when(c.ARCHIVE).then_refused(
        REFUSED, guard="reopen_window_is_over"
    )


def test_an_auditor_finds_a_case_filed_early() -> None:
    """Before its window is over, or while an exclusion is open (C39)."""
    (taken,) = row_of("archive").given().world.live(TICK)
    window = taken.before.clock("archive").due_at
    auditor_refuses(taken, "reopen_window_is_over", event={"timestamp": window - c.DAY})
    pending = Pending(c.STREET, c.LEADER.id)
    auditor_refuses(taken, "no_exclusion_pending", case={"exclusion": pending})


def test_the_archivist_files_what_was_imported() -> None:
    """Imported cases have no clock of their own (C39)."""
    given(Complaint, *IMPORTED).when(c.ARCHIVE.on(c.IMPORTED_CASE)).then(
        "Archived", state="archived"
    )
    given(Complaint, *IMPORTED).when(c.ARCHIVE.on(c.IMPORTED_CASE), by=c.SYSTEM).then_refused(
        REFUSED, guard="reopen_window_is_over"
    )


def test_an_open_imported_case_is_not_filed() -> None:
    """What is still open elsewhere is not archived here (C39)."""
    given(Complaint, c.BRING_IN).when(c.ARCHIVE.on(c.IMPORTED_CASE)).then_refused(StateRefusedError)


@pytest.mark.parametrize(
    "state", sorted({s for step, _ in rows() if step.command == "withdraw" for s in step.sources})
)
def test_an_appeal_is_withdrawn_while_it_is_open(state: str) -> None:
    """By the complainant, or by the agent who hears it (C40)."""
    for by in (c.COMPLAINANT, c.INTAKE):
        given(Complaint, *to(state)).when(c.WITHDRAW, by=by).then("Withdrawn", state="withdrawn")


def test_who_withdraws_is_checked() -> None:
    """The identity is checked, for a matter of public safety too (C40)."""
    unchecked = c.WITHDRAW.but(identity_checked=False)
    for register in (c.REGISTER, SAFETY):
        given(Complaint, register).when(unchecked).then_refused(
            REFUSED, guard="identity_was_checked"
        )


def test_a_matter_of_public_safety_goes_on() -> None:
    """It is handled ex officio; nobody waits for a reply any more (C40)."""
    given(Complaint, SAFETY).when(c.WITHDRAW).then(
        "ContinuedExOfficio", state="registered", no_reply_wanted=True
    )


def test_a_matter_that_others_have_joined_goes_on() -> None:
    """Whoever was merged into the case still waits for its outcome (§13-10)."""
    (taken,) = row_of("withdraw", 0).given().world.live(c.WITHDRAW)
    auditor_refuses(taken, "not_a_matter_of_public_safety", case={"duplicates": (OTHER_CASE,)})


def test_an_auditor_knows_what_touches_public_safety() -> None:
    """Withdrawn although it does, continued although it does not: both are found (C40)."""
    (taken,) = row_of("withdraw", 0).given().world.live(c.WITHDRAW)
    auditor_refuses(taken, "not_a_matter_of_public_safety", case={"public_safety": True})
    (taken,) = row_of("withdraw", 1).given().world.live(c.WITHDRAW)
    auditor_refuses(taken, "a_matter_of_public_safety", case={"public_safety": False})


def test_a_reopened_main_case_takes_its_outcome_back() -> None:
    """Its duplicates wait, without an outcome, until it is closed again (C38, §2.8-8)."""
    main = c.MERGE_INTO.fields["main"]
    reopened = (
        given(Complaint, *MAIN_CLOSED)
        .when(c.REOPEN.on(main))
        .then("Reopened", ("OutcomeFollowed", {"outcome": None}), main_outcome=None, outcome=None)
    )
    reopened.when(c.RECORD_CALLBACK).then_refused(REFUSED, guard="outcome_was_followed")
    again = [c.SUBMIT_REPLY.but(outcome="partly"), c.SIGN_OFF_REPLY, c.ACCEPT_REPLY]
    for step in [*again, c.CALLBACK_DISSATISFIED]:
        reopened.world.live(step.on(main))
    reopened.when(c.CLOSE.on(main)).then("Closed", "OutcomeFollowed", main_outcome="partly")


def test_a_pending_request_for_the_ledger_is_not_closed_over() -> None:
    """It is refused first (C27, C37)."""
    asked = (*to("handling"), c.REQUEST_LEDGERING, 8 * c.DAY, TICK, c.RECORD_CALLBACK)
    given(Complaint, *asked).when(c.CLOSE).then_refused(REFUSED, guard="nothing_is_pending")
    given(Complaint, *asked, c.REFUSE_LEDGERING).when(c.CLOSE).then("Closed")


VAIN = (c.CALLBACK_UNREACHED, TOMORROW, TOMORROW)
EXPLAINED = (
    *to("handling"), c.SUBMIT_REPLY.but(outcome="explained"), c.SIGN_OFF_REPLY, c.ACCEPT_REPLY,
)  # fmt: skip


def test_solved_is_what_the_complainant_says() -> None:
    """Nobody closes a case as solved against the complainant's word (C37)."""
    solved, guard = c.CLOSE.but(outcome="solved"), "outcome_is_borne_out"
    unsolved = to("callback", c.CALLBACK_DISSATISFIED)
    given(Complaint, *unsolved).when(solved).then_refused(REFUSED, guard=guard)
    given(Complaint, *unsolved).when(c.CLOSE).then(("Closed", {"outcome": "not_solved"}))
    for before in (OVERDUE, EXPLAINED):
        given(Complaint, *before, c.RECORD_CALLBACK).when(solved).then("Closed", outcome="solved")


def test_who_was_not_reached_is_taken_to_agree_with_the_reply() -> None:
    """Only an accepted reply that says so makes a case solved then (C37)."""
    solved, guard = c.CLOSE.but(outcome="solved"), "outcome_is_borne_out"
    given(Complaint, *to("callback"), *VAIN).when(solved).then("Closed", outcome="solved")
    for before in (OVERDUE, EXPLAINED):
        given(Complaint, *before, *VAIN).when(solved).then_refused(REFUSED, guard=guard)
    given(Complaint, *EXPLAINED, *VAIN).when(c.CLOSE).then("Closed", outcome="explained")
