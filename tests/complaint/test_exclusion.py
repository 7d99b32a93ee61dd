"""Exclusion from assessment 剔除 (§2.11, §13-7): history stays, two persons decide."""

from __future__ import annotations

from tests.complaint.examples import to
from zhili import Complaint
from zhili.aggregates.complaint import Pending
from zhili.errors import GuardRefusedError, StateRefusedError
from zhili.testing import TICK, actor, given
from zhili.testing import controls as c
from zhili.workflows import check

REFUSED = GuardRefusedError
ASKED = to("closed", c.REQUEST_EXCLUSION)
CHECKED = (*ASKED, c.FIRST_CHECK_EXCLUSION)
DECISIONS = (c.GRANT_EXCLUSION, c.REFUSE_EXCLUSION)


def test_exclusion_is_asked_for_within_the_appeal_window() -> None:
    """Ten days after closing it is too late (§2.11)."""
    given(Complaint, *to("closed")).when(c.REQUEST_EXCLUSION.later(days=9)).then(
        "ExclusionRequested", state="closed"
    )
    given(Complaint, *to("closed")).when(c.REQUEST_EXCLUSION.later(days=12)).then_refused(
        REFUSED, guard="within_the_appeal_window"
    )
    given(Complaint, *to("archived")).when(c.REQUEST_EXCLUSION).then_refused(
        REFUSED, guard="within_the_appeal_window"
    )


def test_the_ground_is_a_code() -> None:
    """E1 to E9 (§2.11)."""
    given(Complaint, *to("closed")).when(c.REQUEST_EXCLUSION.but(ground="E10")).then_refused(
        REFUSED, guard="exclusion_ground_is_known"
    )


def test_one_request_for_exclusion_at_a_time() -> None:
    """While a request waits there is no second (§2.11)."""
    given(Complaint, *ASKED).when(c.REQUEST_EXCLUSION).then_refused(
        REFUSED, guard="no_exclusion_pending"
    )


def test_what_is_excluded_is_not_excluded_again() -> None:
    """A granted exclusion stands until the case is reopened (§2.11)."""
    granted = (*CHECKED, c.GRANT_EXCLUSION)
    given(Complaint, *granted).when(c.REQUEST_EXCLUSION).then_refused(
        REFUSED, guard="not_excluded_yet"
    )
    given(Complaint, *granted).when(c.REOPEN).then("Reopened", state="handling", excluded=False)


def test_nothing_is_excluded_unasked() -> None:
    """Check and decision answer a request (§2.11)."""
    for step in (c.FIRST_CHECK_EXCLUSION, *DECISIONS):
        given(Complaint, *to("closed")).when(step).then_refused(
            REFUSED, guard="exclusion_is_pending"
        )


def test_a_request_is_checked_once() -> None:
    """After the first check the assessor decides (§2.11)."""
    given(Complaint, *CHECKED).when(
        c.FIRST_CHECK_EXCLUSION, by=actor("reviewer", id="another")
    ).then_refused(REFUSED, guard="not_checked_yet")


def test_somebody_checks_before_somebody_decides() -> None:
    """The decision needs the check (§13-7)."""
    for decision in DECISIONS:
        given(Complaint, *ASKED).when(decision).then_refused(REFUSED, guard="was_checked_first")


def test_two_persons_exclude() -> None:
    """Whoever asked or checked does not decide (§13-5)."""
    for decision in DECISIONS:
        for one in (c.LEADER, c.REVIEWER):
            by = actor("assessor", id=one.id)
            given(Complaint, *CHECKED).when(decision, by=by).then_refused(
                REFUSED, guard="two_persons"
            )


def test_exclusion_marks_and_nothing_else() -> None:
    """State, outcome and unit are untouched; only the mark is set (§2.8, 9)."""
    before = given(Complaint, *CHECKED)
    kept = {name: getattr(before.case, name) for name in ("state", "outcome", "unit", "closed_at")}
    before.when(c.GRANT_EXCLUSION).then("ExclusionGranted", excluded=True, exclusion=None, **kept)
    given(Complaint, *CHECKED).when(c.REFUSE_EXCLUSION).then(
        "ExclusionRefused", excluded=False, exclusion=None, **kept
    )


def test_an_open_request_keeps_a_case_from_the_archive() -> None:
    """The archive waits for the decision, then begins to count anew (C39)."""
    waiting = given(Complaint, *CHECKED, 60 * c.DAY, TICK)
    assert waiting.case.state == "closed"
    waiting.when(c.GRANT_EXCLUSION).then("ExclusionGranted", state="closed")
    waiting.when(31 * c.DAY).then()
    waiting.when(TICK).then("Archived", state="archived", excluded=True)


def test_a_reopened_case_is_not_excluded() -> None:
    """Exclusion is for what has ended (§13-7)."""
    given(Complaint, *to("closed"), c.REOPEN).when(c.REQUEST_EXCLUSION).then_refused(
        StateRefusedError
    )


def test_a_request_for_the_ledger_says_nothing_about_exclusion() -> None:
    """An exclusion is checked and granted whatever else is pending (§13-5, §13-7)."""
    checked_by_assessor = Pending(c.STREET, c.ASSESSOR.id, c.ASSESSOR.id)
    for before, step in ((ASKED, c.FIRST_CHECK_EXCLUSION), (CHECKED, c.GRANT_EXCLUSION)):
        (taken,) = given(Complaint, *before).world.live(step)
        case = taken.before.copy()
        case.ledgering = checked_by_assessor
        assert check(case.workflow, case, taken.event, taken.rules).step == taken.step
