"""The call-back 回访 and rework 重办 (C33–C36)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from tests.complaint.auditing import auditor_refuses
from tests.complaint.examples import LATE_REPLY, MAIN_CLOSED, OVERDUE, row_of, to
from zhili import Complaint
from zhili.commands.complaint import RecordCallback
from zhili.errors import GuardRefusedError, StateRefusedError
from zhili.policies.procedure import Procedure
from zhili.testing import CASE, TICK, actor, given
from zhili.testing import controls as c

REFUSED = GuardRefusedError
UNHAPPY = to("callback", c.CALLBACK_DISSATISFIED)
TOMORROW = c.CALLBACK_UNREACHED.later(days=1)
THREE_TRIES = (c.CALLBACK_UNREACHED, TOMORROW, TOMORROW)
IN_CALLBACK = (to("callback"), MAIN_CLOSED)
"""The two rows of `record_callback`: of a case, and of a duplicate that followed its main case."""


@pytest.mark.parametrize(
    "state", ["dispatched", "disputed", "signed", "handling", "escalated", "rework", "replied"]
)
def test_the_deadline_opens_the_call_back(state: str) -> None:
    """Whatever the unit has done: when the case is due, the complainant is asked (C33, §13-1)."""
    outcome = given(Complaint, *to(state), 8 * c.DAY)
    taken = outcome.world.live(TICK)
    opened = [one for one in taken if one.event.event_name == "CallbackOpened"]
    assert len(opened) == 1
    assert opened[0].event.overdue is True
    assert outcome.case.state == "callback"
    assert outcome.case.overdue is True


def test_the_call_back_waits_for_the_deadline() -> None:
    """Nobody opens it early, and nothing opens it twice (C33)."""
    given(Complaint, *to("handling")).when(c.OPEN_CALLBACK).then_refused(
        REFUSED, guard="due_instant_has_come"
    )
    (taken,) = row_of("open_callback").given().world.live(TICK)
    due_at = taken.before.due_at
    auditor_refuses(
        taken, "due_instant_has_come", event={"timestamp": due_at - timedelta(seconds=1)}
    )


def test_an_accepted_reply_is_not_overdue() -> None:
    """With an accepted reply the deadline passes unnoticed (C33)."""
    given(Complaint, *to("callback"), 8 * c.DAY).when(TICK).then(
        ("ClockExpired", {"clock": "callback"}), state="callback", overdue=False
    )


@pytest.mark.parametrize("before", IN_CALLBACK, ids=["case", "duplicate"])
def test_a_try_is_recorded_with_its_local_day(before: tuple[object, ...]) -> None:
    """What the complainant says stays theirs, and the state stays (C34, §13-4)."""
    state = given(Complaint, *before).case.state
    case = (
        given(Complaint, *before)
        .when(c.RECORD_CALLBACK.but(note="All good, thanks"))
        .then(("CallbackRecorded", {"reached": True, "solved": True}), state=state)
        .case
    )
    assert case.tries[0].day.isoformat() == "2026-03-02"


@pytest.mark.parametrize("before", IN_CALLBACK, ids=["case", "duplicate"])
def test_three_tries_are_enough(before: tuple[object, ...]) -> None:
    """The number of tries is the procedure's (C34, §2.6)."""
    given(Complaint, *before, *THREE_TRIES).when(TOMORROW).then_refused(REFUSED, guard="tries_left")
    given(Complaint, *before, *THREE_TRIES, Procedure(callback_tries_max=4)).when(TOMORROW).then(
        "CallbackRecorded"
    )


@pytest.mark.parametrize("before", IN_CALLBACK, ids=["case", "duplicate"])
def test_each_try_is_on_another_day(before: tuple[object, ...]) -> None:
    """Three calls in one hour are one try (C34, §2.6)."""
    once = given(Complaint, *before, c.CALLBACK_UNREACHED)
    once.when(c.CALLBACK_UNREACHED).then_refused(REFUSED, guard="another_day")


@pytest.mark.parametrize("before", IN_CALLBACK, ids=["case", "duplicate"])
def test_who_was_reached_is_not_asked_again(before: tuple[object, ...]) -> None:
    """Asking until the answer is right is not allowed (C34)."""
    given(Complaint, *before, c.CALLBACK_DISSATISFIED).when(
        c.RECORD_CALLBACK.later(days=1)
    ).then_refused(REFUSED, guard="another_day")


def test_an_auditor_counts_the_days_again() -> None:
    """The local day of a try follows from its instant (C34)."""
    (taken,) = given(Complaint, *to("callback")).world.live(c.RECORD_CALLBACK)
    another = taken.event.local_day + timedelta(days=1)
    auditor_refuses(taken, "another_day", event={"local_day": another})


@pytest.mark.parametrize("before", IN_CALLBACK, ids=["case", "duplicate"])
def test_an_anonymous_caller_is_not_called_back(before: tuple[object, ...]) -> None:
    """Nor is one who wants no reply (C34)."""
    for words in ({"anonymous": True, "phone": None}, {"no_reply_wanted": True}):
        steps = tuple(
            step.but(**words)
            if getattr(step, "command", None) is c.REGISTER.command
            and step.case_id == c.SIGN.case_id
            else step
            for step in (before if before is MAIN_CLOSED else OVERDUE)
        )
        given(Complaint, *steps).when(c.RECORD_CALLBACK).then_refused(
            REFUSED, guard="somebody_to_call_back"
        )


def test_who_handled_the_case_does_not_call_back() -> None:
    """Nobody marks their own work, and nobody of the unit does (§2.8, 6)."""
    handler = actor("callback_agent", id=c.OPERATOR.id)
    colleague = actor("callback_agent", c.STREET)
    for by in (handler, colleague):
        given(Complaint, *to("callback")).when(c.RECORD_CALLBACK, by=by).then_refused(
            REFUSED, guard="not_a_handler"
        )


def test_who_helped_with_the_case_does_not_call_back() -> None:
    """A co-handler and the leader who signed are handlers too (§2.8, 6)."""
    helped = (
        *to("handling"),
        c.INVITE_CO_HANDLER,
        c.SUBMIT_CO_HANDLING,
        c.SUBMIT_REPLY,
        c.SIGN_OFF_REPLY,
        c.ACCEPT_REPLY,
    )
    for handler in (c.CO_HANDLER, c.LEADER):
        by = actor("callback_agent", id=handler.id)
        given(Complaint, *helped).when(c.RECORD_CALLBACK, by=by).then_refused(
            REFUSED, guard="not_a_handler"
        )


def test_who_handled_a_duplicate_does_not_call_back() -> None:
    """A case that was handled before it was merged has its handlers too (§2.8, 6)."""
    taken = given(Complaint, *MAIN_CLOSED).world.live(c.RECORD_CALLBACK)[0]
    auditor_refuses(taken, "not_a_handler", case={"handlers": frozenset({c.CALLBACK_AGENT.id})})


@pytest.mark.parametrize("before", IN_CALLBACK, ids=["case", "duplicate"])
def test_the_complainant_says_unasked_what_they_think(before: tuple[object, ...]) -> None:
    """An evaluation counts as a call-back that reached them; their words stay theirs (BJ-REG 8)."""
    outcome = given(Complaint, *before)
    case = (
        outcome.when(c.EVALUATE.but(solved=False, note="The rats are back."))
        .then(
            ("CallbackRecorded", {"reached": True, "solved": False, "satisfaction": "satisfied"}),
            state=outcome.case.state,
        )
        .case
    )
    assert case.tries[-1].day.isoformat() == "2026-03-02"
    assert case.said_solved is False


@pytest.mark.parametrize("before", IN_CALLBACK, ids=["case", "duplicate"])
def test_whom_nobody_reached_evaluates_on_the_same_day(before: tuple[object, ...]) -> None:
    """A call in vain does not silence them, nor do three (C34)."""
    for tries in ((c.CALLBACK_UNREACHED,), THREE_TRIES):
        given(Complaint, *before, *tries).when(c.EVALUATE).then("CallbackRecorded")


@pytest.mark.parametrize("before", IN_CALLBACK, ids=["case", "duplicate"])
def test_nobody_evaluates_twice(before: tuple[object, ...]) -> None:
    """Whoever was reached, or has evaluated, has said it; and is not called any more (C34)."""
    for first in (c.EVALUATE, c.CALLBACK_DISSATISFIED):
        given(Complaint, *before, first).when(c.EVALUATE).then_refused(
            REFUSED, guard="not_asked_yet"
        )
    given(Complaint, *before, c.EVALUATE).when(TOMORROW).then_refused(REFUSED, guard="another_day")


@pytest.mark.parametrize("before", IN_CALLBACK, ids=["case", "duplicate"])
def test_nobody_evaluates_the_case_of_another(before: tuple[object, ...]) -> None:
    """A complainant speaks of their own case (JN-REG 16)."""
    stranger = actor("complainant", id="citizen-9")
    given(Complaint, *before).when(c.EVALUATE, by=stranger).then_refused(
        REFUSED, guard="complainants_act_on_their_own_case"
    )


@pytest.mark.parametrize("before", IN_CALLBACK, ids=["case", "duplicate"])
def test_who_is_not_called_back_does_not_evaluate(before: tuple[object, ...]) -> None:
    """Neither an anonymous caller nor one who wants no reply is asked (C34, §8)."""
    for words in ({"anonymous": True, "phone": None}, {"no_reply_wanted": True}):
        steps = tuple(
            step.but(**words)
            if getattr(step, "command", None) is c.REGISTER.command
            and step.case_id == c.SIGN.case_id
            else step
            for step in (before if before is MAIN_CLOSED else OVERDUE)
        )
        given(Complaint, *steps).when(c.EVALUATE).then_refused(
            REFUSED, guard="somebody_to_call_back"
        )


def test_a_duplicate_is_evaluated_when_its_main_case_is_closed() -> None:
    """There is nothing to evaluate before (§2.8-8)."""
    given(Complaint, *to("merged")).when(c.EVALUATE).then_refused(
        REFUSED, guard="outcome_was_followed"
    )


def test_an_auditor_counts_the_day_of_an_evaluation_again() -> None:
    """The local day follows from its instant (C34)."""
    (taken,) = given(Complaint, *to("callback")).world.live(c.EVALUATE)
    another = taken.event.local_day + timedelta(days=1)
    auditor_refuses(taken, "not_asked_yet", event={"local_day": another})


def test_what_was_evaluated_is_closed_or_reworked() -> None:
    """Nobody calls any more: a satisfied complainant's case is closed, another's reworked."""
    given(Complaint, *to("callback"), c.EVALUATE).when(c.CLOSE).then("Closed", state="closed")
    unhappy = c.EVALUATE.but(solved=False, satisfaction="dissatisfied")
    given(Complaint, *to("callback"), unhappy).when(c.ORDER_REWORK).then("ReworkOrdered")


def test_rework_is_for_who_is_not_satisfied() -> None:
    """Nobody reached, or everybody happy: no rework (C35)."""
    guard = "complainant_is_not_satisfied"
    for step in (c.RECORD_CALLBACK, c.CALLBACK_UNREACHED):
        given(Complaint, *to("callback"), step).when(c.ORDER_REWORK).then_refused(
            REFUSED, guard=guard
        )
    given(Complaint, *to("callback")).when(c.ORDER_REWORK).then_refused(REFUSED, guard=guard)
    unsolved = c.RECORD_CALLBACK.but(solved=False)
    given(Complaint, *to("callback"), unsolved).when(c.ORDER_REWORK).then("ReworkOrdered")


def test_only_what_is_lawful_and_feasible_is_reworked() -> None:
    """An unreasonable appeal is answered, not handled for ever (C35, JN-REG 27)."""
    given(Complaint, *UNHAPPY).when(c.ORDER_REWORK.but(lawful_and_feasible=False)).then_refused(
        REFUSED, guard="lawful_and_feasible"
    )


def test_a_case_is_reworked_so_often() -> None:
    """The number of reworks is the procedure's (C35, BAYAN)."""
    given(Complaint, *UNHAPPY, policies=(Procedure(reworks_max=0),)).when(
        c.ORDER_REWORK
    ).then_refused(REFUSED, guard="reworks_left")
    given(Complaint, *UNHAPPY).when(c.ORDER_REWORK).then(
        "ReworkOrdered", state="rework", reworks=1, reply=None
    )


def test_rework_has_half_the_time() -> None:
    """Half of the first period, twenty-four hours at least (§2.6)."""
    case = given(Complaint, *UNHAPPY).when(c.ORDER_REWORK).then("ReworkOrdered").case
    assert case.clock("rework").limit.amount == 4
    urgent = (c.REGISTER, c.ACCEPT.but(grade="I"), *UNHAPPY[2:])
    case = given(Complaint, *urgent).when(c.ORDER_REWORK).then("ReworkOrdered").case
    assert str(case.clock("rework").limit) == "24 hours"


def test_rework_leads_to_a_new_reply_and_a_new_round() -> None:
    """The complainant is contacted, answered and called back again (C36, C18)."""
    again = (*UNHAPPY, c.ORDER_REWORK)
    given(Complaint, *again).when(c.RESUME_HANDLING).then("HandlingResumed", state="handling")
    given(Complaint, *again).when(c.RECORD_CONTACT).then("Contacted", state="handling")
    steps = (c.RESUME_HANDLING, c.SUBMIT_REPLY, c.SIGN_OFF_REPLY, c.ACCEPT_REPLY)
    case = given(Complaint, *again, *steps).when(c.RECORD_CALLBACK).then("CallbackRecorded").case
    assert len(case.tries) == 1
    assert case.on_time is True


def test_a_late_reply_keeps_the_tries_already_made() -> None:
    """A reply that comes in during the call-back does not begin the round anew (§13-1)."""
    steps = (*LATE_REPLY, c.CALLBACK_UNREACHED, c.SIGN_OFF_REPLY, c.ACCEPT_REPLY)
    assert len(given(Complaint, *steps).case.tries) == 1


def test_a_duplicate_is_not_reworked() -> None:
    """Rework is for the main case (C35)."""
    given(Complaint, *MAIN_CLOSED, c.CALLBACK_DISSATISFIED).when(c.ORDER_REWORK).then_refused(
        StateRefusedError
    )


@pytest.mark.parametrize("missing", ["contacted", "solved", "satisfaction"])
def test_who_was_reached_has_answered_everything(missing: str) -> None:
    """A call that leaves a question open is none, and a vain call has no answers (C34)."""
    answers = {"contacted": True, "solved": True, "satisfaction": "satisfied"}
    with pytest.raises(ValidationError, match="says contacted, solved and satisfaction"):
        RecordCallback(case_id=CASE, reached=True, **(answers | {missing: None}))
    with pytest.raises(ValidationError, match="was not reached says nothing"):
        RecordCallback(case_id=CASE, reached=False, **{missing: answers[missing]})
    assert RecordCallback(case_id=CASE, reached=True, **answers).solved
    assert RecordCallback(case_id=CASE, reached=False).solved is None
