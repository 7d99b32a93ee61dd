"""Intake 受理: registering, the gates, answering, declining, accepting (C1–C5)."""

from __future__ import annotations

from typing import Final

import pytest

from tests.complaint.auditing import auditor_refuses
from tests.complaint.examples import row_of, to
from zhili import Complaint
from zhili.errors import GuardRefusedError, StateRefusedError
from zhili.testing import CASE, OTHER_CASE, actor, given
from zhili.testing import controls as c

REFUSED = GuardRefusedError


def test_a_call_becomes_a_numbered_case() -> None:
    """What the caller says is kept, as theirs, under a human number (C1)."""
    outcome = (
        given(Complaint)
        .when(c.REGISTER)
        .then(
            ("Registered", {"kind": "complaint", "channel": "hotline", "subject": "citizen-1"}),
            state="registered",
            unit=None,
        )
    )
    assert outcome.case.number
    assert outcome.events[0].content.subject == "citizen-1"


def test_complainants_register_for_themselves() -> None:
    """A complainant who registers is the subject, and nobody else's (C1)."""
    when = given(Complaint).when(c.REGISTER.without("subject"), by=actor("complainant", id="mei"))
    when.then(("Registered", {"subject": "mei"}))
    given(Complaint).when(c.REGISTER, by=actor("complainant", id="mei")).then_refused(
        REFUSED, guard="complainants_speak_for_themselves"
    )


def test_the_channel_is_one_of_the_procedures() -> None:
    """Only the channels of the procedure are known (C1)."""
    given(Complaint).when(c.REGISTER.but(channel="telepathy")).then_refused(
        REFUSED, guard="channel_is_known"
    )


def test_a_caller_can_be_reached_or_is_anonymous() -> None:
    """A contact or `anonymous`, one of both and not neither (C1)."""
    guard = "contact_or_anonymous"
    given(Complaint).when(c.REGISTER.without("phone")).then_refused(REFUSED, guard=guard)
    given(Complaint).when(c.REGISTER.but(anonymous=True)).then_refused(REFUSED, guard=guard)
    given(Complaint).when(c.REGISTER_ANONYMOUS).then("Registered", anonymous=True)
    at_home = c.REGISTER.without("phone").but(address="gate 3, no. 5")
    given(Complaint).when(at_home).then("Registered", anonymous=False)


def test_only_an_enquiry_is_answered_at_once() -> None:
    """A complaint is accepted, not answered on the call (C2)."""
    given(Complaint, c.REGISTER).when(c.ANSWER_IMMEDIATELY).then_refused(
        REFUSED, guard="is_an_enquiry"
    )
    given(Complaint, c.REGISTER_ENQUIRY).when(c.ANSWER_IMMEDIATELY).then(
        "Answered", state="answered"
    )


def test_an_emergency_leaves_a_stub() -> None:
    """An emergency goes to its line at once; what was recorded stays (C3, G1)."""
    outcome = (
        given(Complaint, c.REGISTER)
        .when(c.TRANSFER_EMERGENCY)
        .then(("EmergencyTransferred", {"target": "119"}), state="referred_out")
    )
    assert outcome.case.title == "Refuse is not collected"


def test_a_repeated_appeal_is_declined_with_the_earlier_case() -> None:
    """Gate G3 names the earlier case (C4)."""
    repeated = c.DECLINE.but(gate="G3")
    guard = "repeated_without_new_facts"
    given(Complaint, c.REGISTER).when(repeated).then_refused(REFUSED, guard=guard)
    given(Complaint, c.REGISTER).when(repeated.but(earlier=CASE)).then_refused(REFUSED, guard=guard)
    named = repeated.but(earlier=OTHER_CASE)
    given(Complaint, c.REGISTER).when(named).then("Declined", state="not_accepted")


def test_new_facts_re_arm_the_gate() -> None:
    """With new facts a repeated appeal cannot be declined as one (C4, C44)."""
    named = c.DECLINE.but(gate="G3", earlier=OTHER_CASE)
    (
        given(Complaint, c.REGISTER, c.APPEND_FACTS)
        .when(named)
        .then_refused(REFUSED, guard="repeated_without_new_facts")
    )
    old_news = c.APPEND_FACTS.but(new=False)
    given(Complaint, c.REGISTER, old_news).when(named).then("Declined")


def test_what_a_gate_stops_is_not_accepted() -> None:
    """A matter for which a gate was found is declined or transferred (C5)."""
    given(Complaint, c.REGISTER).when(c.ACCEPT.but(gates=("G2",))).then_refused(
        REFUSED, guard="no_gate_applies"
    )


def test_the_accepting_centre_answers_first() -> None:
    """From acceptance the accepting centre is accountable, under its own name if it has one."""
    given(Complaint, c.REGISTER).when(c.ACCEPT).then(
        ("Accepted", {"unit": "12345", "grade": "III"}), state="accepted", unit="12345"
    )
    desk = actor("intake_agent", "centre-north")
    given(Complaint, c.REGISTER).when(c.ACCEPT, by=desk).then("Accepted", unit="centre-north")


def test_acceptance_may_say_more_than_registration() -> None:
    """Whoever accepts may give the category and mark a matter of public safety."""
    more = c.ACCEPT.but(category="safety/gas", public_safety=True)
    given(Complaint, c.REGISTER).when(more).then(
        "Accepted", category="safety/gas", public_safety=True
    )


def test_nobody_acts_on_a_case_about_their_own_unit() -> None:
    """Whoever belongs to the unit that a case is about stays out of it 回避 (JN-REG 32)."""
    about = c.REGISTER.but(kind="report", about=c.NEIGHBOUR)
    (
        given(Complaint, about)
        .when(c.ACCEPT, by=actor("intake_agent", c.NEIGHBOUR))
        .then_refused(REFUSED, guard="actor_is_not_the_accused")
    )
    given(Complaint, about).when(c.ACCEPT, by=actor("intake_agent", c.STREET)).then("Accepted")


def test_complainants_act_on_their_own_case_only() -> None:
    """Nobody adds to, or withdraws, what somebody else asked for (C40, C44)."""
    stranger = actor("complainant", id="citizen-2")
    for step in (c.APPEND_FACTS, c.WITHDRAW, c.SET_CONFIDENTIALITY, c.ADD_ATTACHMENT):
        given(Complaint, *to("accepted")).when(step, by=stranger).then_refused(
            REFUSED, guard="complainants_act_on_their_own_case"
        )
    given(Complaint, *to("accepted")).when(c.APPEND_FACTS, by=c.COMPLAINANT).then("FactsAppended")


def test_nothing_is_decided_twice_at_the_desk() -> None:
    """What was answered, declined or referred is not accepted afterwards."""
    for state in ("answered", "not_accepted", "referred_out", "accepted"):
        given(Complaint, *to(state)).when(c.ACCEPT).then_refused(StateRefusedError, state=state)


def test_an_imported_case_has_the_id_of_its_source() -> None:
    """The id is made from the source's, so that none is brought in twice."""
    guard = "id_is_made_from_the_sources"
    given(Complaint).when(c.BRING_IN.on(OTHER_CASE)).then_refused(REFUSED, guard=guard)
    (taken,) = row_of("bring_in").given().world.live(c.BRING_IN)
    auditor_refuses(taken, guard, event={"nth": 2})


CALLER: Final = c.REGISTER.but(
    name="李四维", phone="13800138000", address="清溪镇花园小区3号楼2单元501室"
)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "李四维家门口垃圾"),
        ("title", "李 四-维家门口垃圾"),
        ("title", "四维家门口垃圾"),
        ("title", "请打138-0013-8000"),
        ("title", "花园小区3号楼2单元501室漏水"),
        ("title", "陕A12345挡路"),
        ("title", "身份证610582197001011234"),
        ("title", "找 lily@example.org"),
        ("title", "微信 abc123"),
        ("place", "李四维家门口"),
        ("place", "清溪镇花园小区3号楼2单元501室"),
        ("place", "南门, 13912345678"),
    ],
)
def test_title_and_place_name_nobody(field: str, text: str) -> None:
    """Lists and units show them: nothing of the caller, nor anybody's number (C1, §8)."""
    when = given(Complaint).when(CALLER.but(**{field: text}))
    when.then_refused(REFUSED, guard="title_names_nobody")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "3号楼门口垃圾"),
        ("title", "2026-03-20 起无水"),
        ("place", "清溪镇四维路"),
        ("place", "清溪镇花园小区南门"),
        ("place", "清溪镇花园小区9号楼"),
    ],
)
def test_title_and_place_say_where_it_is(field: str, text: str) -> None:
    """A building, a road of the same name as the caller's, and the community are no person."""
    given(Complaint).when(CALLER.but(**{field: text})).then("Registered", **{field: text})


def test_a_community_is_nobodys_house() -> None:
    """Where the caller gives no more than the community as address, the place may say it."""
    there = CALLER.but(address="清溪镇花园小区", place="清溪镇花园小区东门")
    given(Complaint).when(there).then("Registered", place="清溪镇花园小区东门")
