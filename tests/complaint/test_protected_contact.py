"""Contact at level 3 保密联系 (§8): the centre speaks with whoever reported, the unit never."""

from __future__ import annotations

import pytest

from tests.complaint.auditing import auditor_refuses
from tests.complaint.examples import OVERDUE, PROTECTED, to
from zhili import Complaint
from zhili.aggregates.allowed import allowed
from zhili.aggregates.complaint import Reply
from zhili.errors import GuardRefusedError, RoleRefusedError
from zhili.testing import actor, given, path_to
from zhili.testing import controls as c
from zhili.values import Actor

REFUSED = GuardRefusedError
CONTACT = c.RECORD_CONTACT_FOR_UNIT
IN_VAIN = CONTACT.but(result="not_reached")
AT_THE_PHONE = (c.CALLBACK_AGENT, c.INTAKE)
HANDLED = (*PROTECTED, CONTACT)
CALLED_BACK = (c.SUBMIT_REPLY, c.SIGN_OFF_REPLY, c.ACCEPT_REPLY)
RAISED = c.SET_CONFIDENTIALITY.but(level=3)


def verbs(by: Actor, *before: object) -> set[str]:
    """Give what *by* is offered after *before*."""
    world = given(Complaint, *before).world
    return {step.verb for step in allowed(world.case, by, world.rules, world.clock())}


def test_the_unit_does_not_speak_with_a_protected_reporter() -> None:
    """Signed, handled, in rework or overdue: at level 3 the unit records no contact (§8)."""
    for before in (
        PROTECTED,
        HANDLED,
        (*HANDLED, c.SUBMIT_REPLY, c.SIGN_OFF_REPLY, c.RETURN_REPLY),
        (*OVERDUE, RAISED),
    ):
        for step in (c.RECORD_CONTACT, c.NOT_REACHED):
            given(Complaint, *before).when(step).then_refused(REFUSED, guard="unit_may_contact")


def test_below_level_3_the_unit_speaks_for_itself() -> None:
    """The centre records no contact of a case that is no report of level 3 (§8)."""
    lower = (c.REGISTER.but(confidentiality=2), *path_to("signed")[1:])
    for before in (lower, to("signed"), to("handling"), OVERDUE):
        for by in AT_THE_PHONE:
            for step in (CONTACT, IN_VAIN):
                given(Complaint, *before).when(step, by=by).then_refused(
                    REFUSED, guard="contact_goes_through_the_centre"
                )
    given(Complaint, *lower).when(c.RECORD_CONTACT).then("Contacted", state="handling")


@pytest.mark.parametrize("by", AT_THE_PHONE, ids=lambda by: by.role)
def test_the_centre_contacts_for_the_unit(by: Actor) -> None:
    """Whoever takes calls or calls back contacts; the clock stops and the reply may come (§8)."""
    case = given(Complaint, *PROTECTED).when(CONTACT, by=by).then("Contacted", state="handling")
    assert case.case.contact_made
    assert case.case.clock("contact").status == "stopped"
    case.when(c.SUBMIT_REPLY).then("ReplySubmitted")


def test_the_centre_tries_as_often_as_the_unit_would() -> None:
    """Two vain tries settle nothing, the third does; an anonymous report needs no call (C18)."""
    tried = given(Complaint, *PROTECTED)
    tried.when(IN_VAIN).then("Contacted", state="signed", contact_made=False)
    tried.when(IN_VAIN).then("Contacted", state="signed", contact_tries=2)
    tried.when(IN_VAIN).then("Contacted", state="handling", contact_made=True)
    nobody = CONTACT.but(result="anonymous", way="site")
    given(Complaint, *PROTECTED).when(nobody).then_refused(REFUSED, guard="contact_is_settled")
    unnamed = (c.REGISTER_ANONYMOUS.but(confidentiality=3), *PROTECTED[1:])
    given(Complaint, *unnamed).when(nobody).then("Contacted", state="handling")


def test_the_centre_contacts_late_until_a_reply_is_accepted() -> None:
    """In handling again, and overdue, as the unit would (§13-1)."""
    given(Complaint, *HANDLED).when(CONTACT).then("Contacted", state="handling")
    given(Complaint, *OVERDUE, RAISED).when(CONTACT).then("Contacted", state="callback")
    given(Complaint, *HANDLED, *CALLED_BACK).when(CONTACT).then_refused(
        REFUSED, guard="no_reply_accepted"
    )


def test_nobody_else_of_the_centre_contacts() -> None:
    """Dispatchers, reviewers and supervisors do not (§8)."""
    for by in (c.DISPATCHER, c.REVIEWER, c.SUPERVISOR, c.CENTRE_LEADER):
        given(Complaint, *PROTECTED).when(CONTACT, by=by).then_refused(RoleRefusedError)


def test_who_contacted_does_not_call_back_and_a_colleague_does() -> None:
    """Two persons; the centre as such has not handled the case (C34)."""
    back = (*HANDLED, *CALLED_BACK)
    given(Complaint, *back).when(c.RECORD_CALLBACK).then_refused(REFUSED, guard="not_a_handler")
    colleague = actor("callback_agent", id="callback-2")
    given(Complaint, *back).when(c.RECORD_CALLBACK, by=colleague).then("CallbackRecorded")


def test_only_who_may_contact_is_offered_it() -> None:
    """The unit's screen has no such button at level 3; the centre's has it then and only then."""
    for by in AT_THE_PHONE:
        assert "record_contact" in verbs(by, *PROTECTED)
        assert "record_contact" not in verbs(by, *to("signed"))
    assert "record_contact" not in verbs(c.OPERATOR, *PROTECTED)
    assert "record_contact" in verbs(c.OPERATOR, *to("signed"))


def test_an_auditor_knows_who_may_contact() -> None:
    """What was recorded at one level was not lawful at the other, whoever wrote it down (§8)."""
    for before, step, level, guard in (
        (to("signed"), c.RECORD_CONTACT, 3, "unit_may_contact"),
        (to("signed"), c.NOT_REACHED, 3, "unit_may_contact"),
        (OVERDUE, c.RECORD_CONTACT, 3, "unit_may_contact"),
        (PROTECTED, CONTACT, 2, "contact_goes_through_the_centre"),
        (PROTECTED, IN_VAIN, 2, "contact_goes_through_the_centre"),
        (HANDLED, CONTACT, 2, "contact_goes_through_the_centre"),
    ):
        (taken,) = given(Complaint, *before).world.live(step)
        auditor_refuses(taken, guard, case={"confidentiality": level})
    for before, guard in (
        (PROTECTED, "contact_is_settled"),
        (HANDLED, "says_whether_it_is_settled"),
    ):
        for step in (CONTACT, IN_VAIN):
            (taken,) = given(Complaint, *before).world.live(step)
            auditor_refuses(taken, guard, event={"settled": not taken.event.settled})
    (taken,) = given(Complaint, *HANDLED).world.live(CONTACT)
    accepted = Reply("solved", c.OPERATOR.id, "Done.", accepted=True)
    auditor_refuses(taken, "no_reply_accepted", case={"reply": accepted})
