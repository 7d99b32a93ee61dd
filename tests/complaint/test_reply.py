"""The reply 答复 (C30–C32): drafted by one, signed off by another, reviewed by a third."""

from __future__ import annotations

from tests.complaint.auditing import auditor_refuses
from tests.complaint.examples import LATE_REPLY, OVERDUE, row_of, to
from zhili import Complaint
from zhili.errors import GuardRefusedError, StateRefusedError
from zhili.testing import actor, given
from zhili.testing import controls as c

REFUSED = GuardRefusedError
DRAFTED = to("handling", c.SUBMIT_REPLY)
UNNAMED = (
    c.REGISTER_ANONYMOUS,
    *to("signed")[1:],
    c.RECORD_CONTACT.but(result="anonymous", way="site"),
)


def test_a_draft_is_not_yet_a_reply() -> None:
    """Only the leader's signature makes it the unit's reply (C30, §13-5)."""
    before = given(Complaint, *to("handling"))
    case = before.when(c.SUBMIT_REPLY).then("ReplySubmitted", state="handling").case
    assert case.clock("handle").status == "running"
    case = before.when(c.SIGN_OFF_REPLY).then("ReplySignedOff", state="replied").case
    assert case.clock("handle").status == "stopped"
    assert case.on_time is True


def test_a_reply_needs_a_contact() -> None:
    """Whoever replies has contacted the complainant, or shown that nobody can (BJ-REG 15, §11)."""
    given(Complaint, *OVERDUE).when(c.SUBMIT_REPLY).then_refused(REFUSED, guard="contact_was_made")
    given(Complaint, *OVERDUE, c.RECORD_CONTACT).when(c.SUBMIT_REPLY).then("ReplySubmitted")
    vain = (c.NOT_REACHED, c.NOT_REACHED, c.NOT_REACHED)
    given(Complaint, *to("signed"), *vain).when(c.SUBMIT_REPLY).then("ReplySubmitted")


def test_complainant_and_centre_are_both_informed() -> None:
    """One of them is not enough, unless the caller wants no reply (C30)."""
    guard = "both_were_informed"
    silent = c.SUBMIT_REPLY.but(complainant_informed=False)
    given(Complaint, *to("handling")).when(silent).then_refused(REFUSED, guard=guard)
    given(Complaint, *to("handling")).when(c.SUBMIT_REPLY.but(centre_informed=False)).then_refused(
        REFUSED, guard=guard
    )
    given(Complaint, *UNNAMED).when(silent).then("ReplySubmitted")
    unwanted = (c.REGISTER.but(no_reply_wanted=True), *to("handling")[1:])
    given(Complaint, *unwanted).when(silent).then("ReplySubmitted")


def test_an_accepted_reply_is_not_written_again() -> None:
    """After acceptance a reply changes only by rework (C30)."""
    given(Complaint, *to("callback")).when(c.SUBMIT_REPLY).then_refused(
        REFUSED, guard="no_reply_accepted"
    )


def test_there_is_something_to_sign_off() -> None:
    """No draft, no signature, in handling and in call-back (C30)."""
    guard = "reply_awaits_sign_off"
    given(Complaint, *to("handling")).when(c.SIGN_OFF_REPLY).then_refused(REFUSED, guard=guard)
    given(Complaint, *OVERDUE).when(c.SIGN_OFF_REPLY).then_refused(REFUSED, guard=guard)
    signed = given(Complaint, *LATE_REPLY, c.SIGN_OFF_REPLY)
    signed.when(c.SIGN_OFF_REPLY).then_refused(REFUSED, guard=guard)


def test_nobody_signs_off_their_own_draft() -> None:
    """Two persons: the leader signs what somebody else wrote (C30, §13-5)."""
    wearing_two_hats = actor("unit_leader", c.STREET, id=c.OPERATOR.id)
    for draft in (DRAFTED, LATE_REPLY):
        given(Complaint, *draft).when(c.SIGN_OFF_REPLY, by=wearing_two_hats).then_refused(
            REFUSED, guard="not_who_wrote_it"
        )


def test_a_late_reply_stays_in_call_back() -> None:
    """What comes after the deadline is taken, and is late (§13-1)."""
    case = (
        given(Complaint, *LATE_REPLY)
        .when(c.SIGN_OFF_REPLY)
        .then("ReplySignedOff", state="callback", overdue=True)
        .case
    )
    assert case.on_time is False
    given(Complaint, *LATE_REPLY, c.SIGN_OFF_REPLY).when(c.ACCEPT_REPLY).then(
        "ReplyAccepted", state="callback"
    )


def test_only_a_signed_reply_is_reviewed() -> None:
    """Without a reply, or with a mere draft, there is nothing to review (C31, C32)."""
    for before in (OVERDUE, LATE_REPLY, to("callback")):
        for answer in (c.ACCEPT_REPLY, c.RETURN_REPLY):
            given(Complaint, *before).when(answer).then_refused(
                REFUSED, guard="reply_awaits_review"
            )


def test_an_auditor_finds_a_review_of_nothing() -> None:
    """A second acceptance, or one of a draft, is unlawful in every state (C31, C32)."""
    for example in (
        row_of("accept_reply", 0),
        row_of("accept_reply", 1),
        row_of("accept_reply", 2),
        row_of("return_reply"),
    ):
        taken = example.given().world.live(example.when)[0]
        accepted = taken.before.reply._replace(accepted=True)
        draft = taken.before.reply._replace(signed_off=False)
        for reply in (None, accepted, draft):
            auditor_refuses(taken, "reply_awaits_review", case={"reply": reply})


def test_a_defect_has_a_name() -> None:
    """The defect is one of the procedure's (C31)."""
    given(Complaint, *to("replied")).when(c.RETURN_REPLY.but(defect="ugly")).then_refused(
        REFUSED, guard="defect_is_known"
    )


def test_a_returned_reply_is_reworked() -> None:
    """A defective reply goes back, with a clock of its own (C31)."""
    case = given(Complaint, *to("replied")).when(c.RETURN_REPLY).then("ReplyReturned").case
    assert case.state == "rework"
    assert case.reply is None
    assert case.clock("rework").status == "running"
    late = (*LATE_REPLY, c.SIGN_OFF_REPLY)
    given(Complaint, *late).when(c.RETURN_REPLY).then("ReplyReturned", state="rework")


def test_an_accepted_reply_opens_the_call_back() -> None:
    """The complainant is asked (C32)."""
    case = given(Complaint, *to("replied")).when(c.ACCEPT_REPLY).then("ReplyAccepted").case
    assert case.state == "callback"
    assert case.clock("callback").status == "running"
    assert case.clock("open_callback").status == "stopped"


def test_with_nobody_to_call_back_acceptance_closes() -> None:
    """Anonymous, or no reply wanted: two events in one breath (C32, §13-4)."""
    steps = (c.SUBMIT_REPLY, c.SIGN_OFF_REPLY)
    given(Complaint, *UNNAMED, *steps).when(c.ACCEPT_REPLY).then(
        ("ReplyAccepted", {"state": "replied"}),
        ("Closed", {"outcome": "solved"}),
        state="closed",
    )
    unwanted = (c.REGISTER.but(no_reply_wanted=True), *to("handling")[1:], *steps)
    given(Complaint, *unwanted).when(c.ACCEPT_REPLY).then("ReplyAccepted", "Closed")


def test_acceptance_closes_nothing_that_is_pending() -> None:
    """If it cannot be closed in the same breath, it is not accepted either (C32, C37)."""
    pending = (*UNNAMED, c.REQUEST_EXTENSION, c.SUBMIT_REPLY, c.SIGN_OFF_REPLY)
    given(Complaint, *pending).when(c.ACCEPT_REPLY).then_refused(
        REFUSED, guard="nothing_is_pending"
    )


def test_no_reply_before_the_work() -> None:
    """From signed, escalated or ledgered there is no reply (C30)."""
    for state in ("dispatched", "signed", "escalated", "ledgered", "rework"):
        given(Complaint, *to(state)).when(c.SUBMIT_REPLY).then_refused(StateRefusedError)
