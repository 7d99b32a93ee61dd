"""Extension 延期 (C22, C23): once, before the time is over, no longer than the first period."""

from __future__ import annotations

from datetime import timedelta

from tests.complaint.auditing import auditor_refuses
from tests.complaint.examples import row_of, to
from zhili import Complaint
from zhili.errors import GuardRefusedError, StateRefusedError
from zhili.policies.limit import Limit
from zhili.policies.procedure import Procedure
from zhili.testing import actor, given
from zhili.testing import controls as c

REFUSED = GuardRefusedError
ASKED = to("handling", c.REQUEST_EXTENSION)


def test_more_time_is_counted_from_the_old_deadline() -> None:
    """Seven days more end seven days later, and the clocks agree (C23)."""
    before = given(Complaint, *ASKED)
    old = before.case.due_at
    case = before.when(c.GRANT_EXTENSION).then("ExtensionGranted", state="handling").case
    assert case.due_at == old + timedelta(days=7)
    assert case.clock("open_callback").due_at == case.due_at
    assert case.extensions == 1
    assert case.extension is None


def test_less_time_may_be_granted() -> None:
    """The centre may give less than the first period (C23)."""
    before = given(Complaint, *ASKED)
    old = before.case.due_at
    shorter = c.GRANT_EXTENSION.but(limit=Limit(amount=2, unit="days"))
    assert before.when(shorter).then("ExtensionGranted").case.due_at == old + timedelta(days=2)


def test_an_extension_is_no_longer_than_the_first_period() -> None:
    """Eight days on seven are refused (C23)."""
    longer = c.GRANT_EXTENSION.but(limit=Limit(amount=8, unit="days"))
    given(Complaint, *ASKED).when(longer).then_refused(
        REFUSED, guard="no_longer_than_the_first_period"
    )


def test_an_auditor_counts_the_extension_again() -> None:
    """A deadline that does not follow from the limit is found (C23)."""
    (taken,) = given(Complaint, *ASKED).world.live(c.GRANT_EXTENSION)
    guard = "no_longer_than_the_first_period"
    due_at = taken.event.due_at
    auditor_refuses(taken, guard, event={"due_at": due_at - timedelta(days=1)})
    auditor_refuses(taken, guard, event={"counted_from": due_at})
    auditor_refuses(taken, guard, event={"provisional": 2027})


def test_an_exact_limit_is_extended_from_its_instant() -> None:
    """Twenty-four hours more end exactly twenty-four hours later (§2.6)."""
    hours = (c.REGISTER, c.ACCEPT.but(grade="II"), *ASKED[2:])
    before = given(Complaint, *hours)
    old = before.case.due_at
    case = before.when(c.GRANT_EXTENSION).then("ExtensionGranted").case
    assert case.due_at == old + timedelta(hours=24)


def test_more_time_is_asked_for_in_time() -> None:
    """After expiry there is nothing to extend: the call-back is open (C22, §11)."""
    given(Complaint, *to("handling")).when(c.REQUEST_EXTENSION.later(days=8)).then_refused(
        StateRefusedError, state="callback"
    )


def test_an_auditor_finds_a_request_after_expiry() -> None:
    """A request recorded after the due instant is unlawful, whatever the log says (C22)."""
    (taken,) = given(Complaint, *to("handling")).world.live(c.REQUEST_EXTENSION)
    late = taken.before.due_at
    auditor_refuses(taken, "before_the_due_instant", event={"timestamp": late})


def test_the_complainant_hears_of_it_first() -> None:
    """The complainant is told of the delay (C22, BJ-REG 15)."""
    untold = c.REQUEST_EXTENSION.but(complainant_told=False)
    given(Complaint, *to("handling")).when(untold).then_refused(
        REFUSED, guard="complainant_was_told"
    )


def test_one_request_at_a_time() -> None:
    """While a request waits there is no second (C22)."""
    given(Complaint, *ASKED).when(c.REQUEST_EXTENSION).then_refused(
        REFUSED, guard="no_extension_pending"
    )


def test_a_case_is_extended_once() -> None:
    """The number of extensions is the procedure's, at asking and at granting (C23)."""
    given(Complaint, *ASKED, c.GRANT_EXTENSION).when(c.REQUEST_EXTENSION).then_refused(
        REFUSED, guard="extensions_left"
    )
    given(Complaint, *ASKED, Procedure(extensions_max=0)).when(c.GRANT_EXTENSION).then_refused(
        REFUSED, guard="extensions_left"
    )


def test_nothing_is_granted_or_refused_unasked() -> None:
    """The centre answers a request (C23)."""
    for answer in (c.GRANT_EXTENSION, c.REFUSE_EXTENSION):
        given(Complaint, *to("handling")).when(answer).then_refused(
            REFUSED, guard="extension_is_pending"
        )


def test_nobody_grants_their_own_request() -> None:
    """Not the unit that asked, nor the person (C23, §13-5)."""
    own_unit = actor("dispatcher", c.STREET)
    same_person = actor("dispatcher", id=c.LEADER.id)
    for answer in (c.GRANT_EXTENSION, c.REFUSE_EXTENSION):
        for by in (own_unit, same_person):
            given(Complaint, *ASKED).when(answer, by=by).then_refused(
                REFUSED, guard="not_the_unit_that_asked"
            )


def test_a_refused_request_leaves_the_deadline() -> None:
    """After a refusal the unit may ask again (C23)."""
    before = given(Complaint, *ASKED)
    old = before.case.due_at
    before.when(c.REFUSE_EXTENSION).then("ExtensionRefused", due_at=old, extension=None)
    before.when(c.REQUEST_EXTENSION).then("ExtensionRequested")


def test_an_unanswered_request_is_refused_later() -> None:
    """A request that the deadline overtook can still be refused, not granted (C23)."""
    overtaken = given(Complaint, *ASKED, 8 * c.DAY, "tick")
    overtaken.when(c.GRANT_EXTENSION).then_refused(StateRefusedError)
    overtaken.when(c.REFUSE_EXTENSION).then("ExtensionRefused", state="callback")
    row_of("refuse_extension").given().when(c.REFUSE_EXTENSION).then("ExtensionRefused")


def test_rework_is_not_extended() -> None:
    """A deadline that has stopped is not moved: a reopened case has a clock of its own (C22)."""
    given(Complaint, *to("closed"), c.REOPEN).when(c.REQUEST_EXTENSION).then_refused(
        REFUSED, guard="deadline_is_running"
    )


def test_an_extension_is_not_granted_to_what_was_replied_to() -> None:
    """A request that the reply overtook is refused, however the reply ended (C23)."""
    replied = (*ASKED, c.SUBMIT_REPLY, c.SIGN_OFF_REPLY, c.RETURN_REPLY, c.RESUME_HANDLING)
    again = given(Complaint, *replied)
    again.when(c.GRANT_EXTENSION).then_refused(REFUSED, guard="deadline_is_running")
    again.when(c.REFUSE_EXTENSION).then("ExtensionRefused", extension=None)
