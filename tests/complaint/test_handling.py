"""Handling 办理: contact with evidence, the person in charge, escalation, termination."""

from __future__ import annotations

import pytest

from tests.complaint.auditing import auditor_refuses
from tests.complaint.examples import ORGANISATION, OVERDUE, row_of, to
from zhili import Complaint
from zhili.aggregates.complaint import Reply
from zhili.errors import GuardRefusedError, PolicyRefusedError, StateRefusedError
from zhili.policies.procedure import Procedure
from zhili.testing import actor, given
from zhili.testing import controls as c

REFUSED = GuardRefusedError
ASKED = to("handling", c.REQUEST_TERMINATION)


def test_a_complainant_who_is_reached_is_being_handled() -> None:
    """The contact clock stops, and the evidence is kept (C18)."""
    case = (
        given(Complaint, *to("signed"))
        .when(c.RECORD_CONTACT)
        .then(("Contacted", {"evidence": "call 8841, two minutes"}), state="handling")
        .case
    )
    assert case.contact_made
    assert case.contacted_at == case.last_at
    assert case.clock("contact").status == "stopped"


def test_one_vain_try_is_no_contact() -> None:
    """The first two vain tries leave the case where it is; the third settles it (C18)."""
    once = given(Complaint, *to("signed"))
    once.when(c.NOT_REACHED).then("Contacted", state="signed", contact_made=False)
    once.when(c.NOT_REACHED).then("Contacted", state="signed", contact_tries=2)
    once.when(c.NOT_REACHED).then("Contacted", state="handling", contact_made=True)


def test_the_policy_says_how_often_is_enough() -> None:
    """The number of vain tries is the procedure's (C18)."""
    given(Complaint, *to("signed"), policies=(Procedure(contact_tries_max=1),)).when(
        c.NOT_REACHED
    ).then("Contacted", state="handling")


def test_only_an_anonymous_case_has_nobody_to_contact() -> None:
    """`anonymous` as a result is for callers who gave no name (C18)."""
    nobody = c.RECORD_CONTACT.but(result="anonymous", way="site")
    given(Complaint, *to("signed")).when(nobody).then_refused(REFUSED, guard="contact_is_settled")
    unnamed = (c.REGISTER_ANONYMOUS, *to("signed")[1:])
    given(Complaint, *unnamed).when(nobody).then("Contacted", state="handling", contact_made=True)


def test_a_late_contact_is_recorded_until_a_reply_is_accepted() -> None:
    """From call-back the unit may still contact, if no reply was accepted (§13-1)."""
    given(Complaint, *OVERDUE).when(c.RECORD_CONTACT).then(
        "Contacted", state="callback", contact_made=True
    )
    given(Complaint, *to("callback")).when(c.RECORD_CONTACT).then_refused(
        REFUSED, guard="no_reply_accepted"
    )


def test_a_vain_late_try_makes_no_contact() -> None:
    """Tried in vain from call-back, the complainant is still not contacted (§13-1)."""
    given(Complaint, *OVERDUE).when(c.NOT_REACHED).then(
        "Contacted", state="callback", contact_made=False, contact_tries=1
    )


def test_the_unit_names_the_person_in_charge() -> None:
    """Within the unit somebody is in charge, and stays so (§13-6)."""
    for state in ("signed", "handling", "escalated", "rework", "callback"):
        given(Complaint, *to(state)).when(c.ASSIGN_HANDLER).then(
            "HandlerAssigned", state=state, person="li-na"
        )


@pytest.mark.parametrize(
    "state",
    [
        "registered", "accepted", "consulting", "dispatched", "disputed", "signed", "handling",
        "escalated", "ledgered", "replied", "callback", "rework",
    ],
)  # fmt: skip
def test_attachments_are_added_while_the_case_is_open(state: str) -> None:
    """A file's metadata, never its bytes, in every open state (§13-6)."""
    by = c.OPERATOR if state not in {"registered", "accepted", "consulting"} else c.COMPLAINANT
    case = given(Complaint, *to(state)).when(c.ADD_ATTACHMENT, by=by).then("AttachmentAdded").case
    assert [file.name for file in case.attachments] == ["bins.jpg"]


def test_a_closed_case_takes_no_attachment() -> None:
    """After the end the record is as it is (§13-6)."""
    given(Complaint, *to("closed")).when(c.ADD_ATTACHMENT).then_refused(StateRefusedError)


def test_who_escalates_has_acted() -> None:
    """The lead contacts the complainant before it reports a case upwards (C24)."""
    never_contacted = (*OVERDUE, c.RECORD_CALLBACK, c.CLOSE, c.REOPEN)
    given(Complaint, *never_contacted).when(c.ESCALATE).then_refused(
        REFUSED, guard="lead_has_acted"
    )


def test_the_lead_stays_responsible_while_it_is_escalated() -> None:
    """Escalation changes the state, not the unit (C24)."""
    given(Complaint, *to("handling")).when(c.ESCALATE).then(
        "Escalated", state="escalated", unit=c.STREET
    )


def test_a_directive_may_name_a_new_lead() -> None:
    """Without a new lead the old one goes on; with one it is relieved (C25)."""
    given(Complaint, *to("escalated")).when(c.GIVE_DIRECTIVE).then(
        "DirectiveGiven", state="handling", unit=c.STREET
    )
    given(Complaint, *to("escalated")).when(c.GIVE_DIRECTIVE.but(unit=c.NEIGHBOUR)).then(
        "DirectiveGiven", unit=c.NEIGHBOUR, first_receiver=c.NEIGHBOUR
    )


def test_the_new_lead_exists() -> None:
    """A directive names no unit that is not there on that day (C25)."""
    given(Complaint, *to("escalated"), ORGANISATION).when(
        c.GIVE_DIRECTIVE.but(unit="nowhere")
    ).then_refused(PolicyRefusedError, guard="new_lead_exists")


def test_the_complainant_hears_of_a_termination_first() -> None:
    """A termination is explained to the complainant (C41)."""
    given(Complaint, *to("handling")).when(
        c.REQUEST_TERMINATION.but(complainant_told=False)
    ).then_refused(REFUSED, guard="complainant_was_told")


def test_a_termination_is_asked_for_once() -> None:
    """While a request waits there is no second (C41)."""
    given(Complaint, *ASKED).when(c.REQUEST_TERMINATION).then_refused(
        REFUSED, guard="no_termination_pending"
    )


def test_nothing_is_terminated_unasked() -> None:
    """The centre decides on what the unit asked for (C41)."""
    for answer in (c.APPROVE_TERMINATION, c.REFUSE_TERMINATION):
        given(Complaint, *to("handling")).when(answer).then_refused(
            REFUSED, guard="termination_is_pending"
        )


def test_nobody_terminates_at_their_own_request() -> None:
    """Neither the unit that asked nor the person who did decides (C41)."""
    own_unit = actor("dispatcher", c.STREET)
    same_person = actor("dispatcher", id=c.LEADER.id)
    for answer in (c.APPROVE_TERMINATION, c.REFUSE_TERMINATION):
        for by in (own_unit, same_person):
            given(Complaint, *ASKED).when(answer, by=by).then_refused(
                REFUSED, guard="not_the_unit_that_asked"
            )


def test_a_terminated_case_has_ended() -> None:
    """Its clocks stop, and a refused request leaves it where it was (C41)."""
    case = given(Complaint, *ASKED).when(c.APPROVE_TERMINATION).then("Terminated").case
    running = {clock.name for clock in case.clocks if clock.status == "running"}
    assert running == {"archive"}
    row_of("refuse_termination").given().when(c.REFUSE_TERMINATION).then(
        "TerminationRefused", state="handling", termination=None
    )


def test_a_refused_termination_is_no_reply() -> None:
    """A request that waits keeps a case from being closed (C37, C41)."""
    overtaken = (*ASKED, c.SUBMIT_REPLY, c.SIGN_OFF_REPLY, c.ACCEPT_REPLY, c.RECORD_CALLBACK)
    given(Complaint, *overtaken).when(c.CLOSE).then_refused(REFUSED, guard="nothing_is_pending")
    given(Complaint, *overtaken, c.REFUSE_TERMINATION).when(c.CLOSE).then("Closed")


def test_a_contact_is_recorded_again_while_it_is_handled() -> None:
    """Whoever has got the case from another unit contacts the complainant itself (C18, C25)."""
    nobody = c.RECORD_CONTACT.but(result="anonymous", way="site")
    handling = given(Complaint, *to("handling"))
    handling.when(nobody).then_refused(REFUSED, guard="says_whether_it_is_settled")
    handling.when(c.NOT_REACHED).then(("Contacted", {"settled": False}), state="handling")
    handling.when(c.RECORD_CONTACT).then(("Contacted", {"settled": True}), state="handling")


def test_an_auditor_knows_what_settles_a_contact() -> None:
    """Neither a vain try that is called settled, nor a call that is called vain (C18)."""
    for before, guard in (
        (to("signed"), "contact_is_settled"),
        (to("handling"), "says_whether_it_is_settled"),
        (OVERDUE, "says_whether_it_is_settled"),
    ):
        for step in (c.RECORD_CONTACT, c.NOT_REACHED):
            (taken,) = given(Complaint, *before).world.live(step)
            auditor_refuses(taken, guard, event={"settled": not taken.event.settled})
    (taken,) = given(Complaint, *to("handling")).world.live(c.RECORD_CONTACT)
    accepted = Reply("solved", c.OPERATOR.id, "Done.", accepted=True)
    auditor_refuses(taken, "no_reply_accepted", case={"reply": accepted})


def test_a_new_unit_begins_anew() -> None:
    """Contact, draft and requests of the unit before it are not its own (C16, C17, C25)."""
    tried = to("signed", c.NOT_REACHED, c.ASSIGN_HANDLER, c.REQUEST_TERMINATION)
    begun = {"contact_tries": 0, "contact_made": False, "person": None, "termination": None}
    disputed = given(Complaint, *tried, c.OBJECT_TO_DISPATCH)
    assert (disputed.case.contact_tries, disputed.case.person) == (1, "li-na")
    disputed.when(c.REDIRECT_DISPATCH).then("Redispatched", **begun)
    disputed = given(Complaint, *tried, c.OBJECT_TO_DISPATCH)
    disputed.when(c.DESIGNATE_LEAD.but(unit=c.NEIGHBOUR)).then("LeadDesignated", **begun)
    disputed = given(Complaint, *tried, c.OBJECT_TO_DISPATCH)
    kept = disputed.when(c.DESIGNATE_LEAD).then("LeadDesignated", contact_tries=1, person="li-na")
    assert kept.case.termination is not None


def test_a_new_lead_begins_anew() -> None:
    """A directive that relieves the lead leaves its draft and its requests behind (C25)."""
    asked = (c.REQUEST_EXTENSION, c.REQUEST_LEDGERING, c.REQUEST_TERMINATION, c.SUBMIT_REPLY)
    escalated = to("handling", *asked, c.ESCALATE)
    same = given(Complaint, *escalated).when(c.GIVE_DIRECTIVE).then("DirectiveGiven").case
    assert same.contact_made
    assert None not in (same.reply, same.extension, same.ledgering, same.termination)
    relieved = given(Complaint, *escalated).when(c.GIVE_DIRECTIVE.but(unit=c.NEIGHBOUR))
    nothing = dict.fromkeys(("reply", "extension", "ledgering", "termination"))
    after = relieved.then("DirectiveGiven", contact_made=False, contact_tries=0, **nothing)
    neighbour = actor("unit_operator", c.NEIGHBOUR)
    after.when(c.SUBMIT_REPLY, by=neighbour).then_refused(REFUSED, guard="contact_was_made")
    after.when(c.RECORD_CONTACT, by=neighbour).then("Contacted", state="handling")
    after.when(c.SUBMIT_REPLY, by=neighbour).then("ReplySubmitted")


def test_who_has_no_part_in_a_case_adds_nothing_to_it() -> None:
    """A unit adds to its own case, a co-handler to one that it helps with (§13-6)."""
    guard = "actor_has_a_part_in_it"
    for role in ("unit_operator", "unit_leader"):
        for by in (actor(role, c.FAR_STREET), actor(role)):
            given(Complaint, *to("handling")).when(c.ADD_ATTACHMENT, by=by).then_refused(
                REFUSED, guard=guard
            )
    unanswered = given(Complaint, c.REGISTER)
    unanswered.when(c.ADD_ATTACHMENT, by=actor("unit_operator")).then_refused(REFUSED, guard=guard)
    handling = given(Complaint, *to("handling"))
    handling.when(c.ADD_ATTACHMENT, by=c.CO_HANDLER).then_refused(REFUSED, guard=guard)
    invited = given(Complaint, *to("handling", c.INVITE_CO_HANDLER))
    for by in (c.CO_HANDLER, c.LEADER, actor("community"), c.GRID):
        invited.when(c.ADD_ATTACHMENT, by=by).then("AttachmentAdded")
