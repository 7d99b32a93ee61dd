"""The invariants of §2.8 (1–10) and §13 (1–10), and the negative cases of §11, one by one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.complaint.examples import (
    ANNOUNCED,
    DAY,
    EXAMPLES,
    MAIN_CASE,
    MAIN_CLOSED,
    OTHER_CASE,
    OVERDUE,
    YEAR_END,
    Example,
    to,
)
from zhili import Complaint
from zhili.commands import complaint as asked
from zhili.errors import (
    GuardRefusedError,
    PolicyRefusedError,
    RefusalError,
    RoleRefusedError,
    StateRefusedError,
    TimeRefusedError,
)
from zhili.policies.late_entry import LateEntry
from zhili.policies.presets import shanghai
from zhili.policies.procedure import Procedure
from zhili.policies.routing import Route, Routing
from zhili.testing import CASE, TICK, Control, Taken, actor, given
from zhili.testing import controls as c

REFUSED = GuardRefusedError

LIVES = [
    pytest.param(example, id=f"{command}-{n}") for n, (command, example) in enumerate(EXAMPLES)
]
"""The life of a case up to and with each row of the table."""

MAY_MOVE_THE_DEADLINE = {
    "Dispatched", "ExtensionGranted", "LedgerActivated", "DeadlineRecalculated",
}  # fmt: skip

NOBODY_ANSWERS = {
    "registered", "answered", "not_accepted", "referred_out", "withdrawn", "merged", "imported",
}  # fmt: skip
"""Before acceptance, after an end without it, and where the main case answers."""


def whole_life(example: Example) -> list[Taken]:
    """Give everything that the example records of complaints, from the first event on."""
    world = given(Complaint, policies=example.policies, at=example.at).world
    lived = [taken for step in (*example.before, example.when) for taken in world.live(step)]
    return [taken for taken in lived if isinstance(taken.before, Complaint)]


# — §2.8 —


@pytest.mark.parametrize("example", LIVES)
def test_no_dispatch_without_deadline_and_policy_version(example: Example) -> None:
    """Every dispatch carries its due instant, and names the policies that gave it (§2.8, 1)."""
    for taken in whole_life(example):
        if taken.event.event_name == "Dispatched":
            marks = {mark.name: mark for mark in taken.event.marks}
            assert marks["handle"].due_at is not None
            assert {"time_limits", "calendar", "organisation"} <= set(taken.event.rules)


def test_the_routing_catalogue_is_named_too() -> None:
    """A direct dispatch names the version of the catalogue that allowed it (§2.8, 1)."""
    catalogue = Routing(
        rows=(
            Route(
                category="environment", unit_kinds=("x",), legal_basis="Catalogue 3", to_street=True
            ),
        )
    )
    outcome = (
        given(Complaint, *to("accepted"), catalogue)
        .when(c.DISPATCH)
        .then("Dispatched", "CopiedToDistrict")
    )
    assert outcome.events[0].rules["routing"] == 2


@pytest.mark.parametrize("example", LIVES)
def test_the_deadline_never_moves_later_unless_it_may(example: Example) -> None:
    """Only extension, the ledger, a restart by policy, a published calendar (§2.8, 2; §13-3)."""
    for taken in whole_life(example):
        before = taken.before.due_at
        after = taken.event.mutate(taken.before.copy()).due_at
        if before is not None and after is not None and after > before:
            assert taken.event.event_name in MAY_MOVE_THE_DEADLINE


def test_a_redirected_case_keeps_its_deadline_unless_the_policy_restarts_it() -> None:
    """Bouncing a case wins no time (§2.8, 2; §2.9)."""
    for restarts in (False, True):
        policy = Procedure(redispatch_restarts_handling=restarts)
        before = given(Complaint, *to("disputed"), policies=(policy,))
        old = before.case.due_at
        case = (
            before.when(c.REDIRECT_DISPATCH.later(days=1)).then("ClockExpired", "Redispatched").case
        )
        assert (case.due_at > old) is restarts


def test_a_designated_unit_cannot_object() -> None:
    """After designation the dispatch stands (§2.8, 3; WF-REG 22; §11)."""
    designated = to("disputed", c.DESIGNATE_LEAD)
    given(Complaint, *designated).when(c.OBJECT_TO_DISPATCH).then_refused(
        REFUSED, guard="not_designated"
    )


@pytest.mark.parametrize("example", LIVES)
def test_the_first_receiver_stays_responsible(example: Example) -> None:
    """Only dispatch, designation or a directive change the unit of a signed case (§2.8, 4)."""
    relieving = {"Dispatched", "SubDispatched", "Redispatched", "LeadDesignated", "DirectiveGiven"}
    for taken in whole_life(example):
        case = taken.event.mutate(taken.before.copy())
        if taken.before.first_receiver is not None and case.unit != taken.before.unit:
            assert taken.event.event_name in relieving


def test_a_reply_needs_a_contact() -> None:
    """No reply without contact, or the record that none was possible (§2.8, 5; §11)."""
    given(Complaint, *OVERDUE).when(c.SUBMIT_REPLY).then_refused(REFUSED, guard="contact_was_made")


def test_who_handled_a_case_does_not_call_back() -> None:
    """Handling and asking how it was are two people's work (§2.8, 6; §11)."""
    handler = actor("callback_agent", id=c.OPERATOR.id)
    given(Complaint, *to("callback")).when(c.RECORD_CALLBACK, by=handler).then_refused(
        REFUSED, guard="not_a_handler"
    )


def test_the_accused_has_no_hand_in_a_report() -> None:
    """Nobody of the unit concerned takes any step, and it is never sent there (§2.8, 7; §11)."""
    report = (c.REGISTER.but(kind="report", about=c.NEIGHBOUR), *to("accepted")[1:])
    given(Complaint, *report).when(c.DISPATCH.but(unit=c.NEIGHBOUR)).then_refused(
        REFUSED, guard="not_the_accused"
    )
    for step in (c.DISPATCH, c.OPEN_CONSULTATION, c.CORRECT_RECORD):
        accused = actor(step.by.role, c.NEIGHBOUR)
        given(Complaint, *report).when(step, by=accused).then_refused(
            REFUSED, guard="actor_is_not_the_accused"
        )


def test_each_complainant_is_answered_and_called_back_apart() -> None:
    """A merged case shares the outcome, and has an answer and tries of its own (§2.8, 8)."""
    outcome = given(Complaint, *MAIN_CLOSED)
    main = outcome.world.cases[OTHER_CASE]
    assert outcome.case.outcome == main.outcome == "solved"
    followed = [e for e in outcome.world.events if e.event_name == "OutcomeFollowed"]
    assert [e.public_text for e in followed] == [c.SUBMIT_REPLY.fields["public_text"]]
    called = outcome.when(c.CALLBACK_DISSATISFIED).then("CallbackRecorded", state="merged")
    assert [made.solved for made in called.case.tries] == [False]
    assert [made.solved for made in called.world.cases[OTHER_CASE].tries] == [True]


def test_exclusion_never_alters_history() -> None:
    """What was recorded stays recorded, byte for byte (§2.8, 9)."""
    checked = given(Complaint, *to("closed", c.REQUEST_EXCLUSION, c.FIRST_CHECK_EXCLUSION))
    before, spells = list(checked.world.events), checked.case.spells
    outcome = checked.when(c.GRANT_EXCLUSION).then("ExclusionGranted")
    assert outcome.world.events[:-1] == before
    assert outcome.case.spells == spells


FROM_THE_ARCHIVE = {
    "reopen", "correct_record", "append_facts", "set_confidentiality",
    "request_exclusion", "first_check_exclusion", "grant_exclusion", "refuse_exclusion",
}  # fmt: skip


@pytest.mark.parametrize("kind", Complaint.commands, ids=lambda kind: kind.verb)
def test_the_archive_is_closed(kind: type[asked.Command]) -> None:
    """Nothing from ARCHIVED but what is named (§2.8, 10; §13-2, §13-7)."""
    (control,) = [one for one in CONTROLS if one.command is kind][:1]
    world = given(Complaint, *to("archived")).world
    if kind.verb in FROM_THE_ARCHIVE:
        assert Complaint.workflow.rows("archived", Complaint.workflow.events_of(kind.verb)[0])
        return
    with pytest.raises(RefusalError):
        world.live(control.on(CASE))
    assert world.case.state == "archived"


CONTROLS = [value for value in vars(c).values() if isinstance(value, Control)]


def test_there_is_a_control_for_every_command() -> None:
    """Whoever adds a command adds a good example of it."""
    assert {control.command for control in CONTROLS} == set(Complaint.commands)


# — §13 —


def test_an_unsigned_case_is_called_back_too() -> None:
    """From DISPATCHED and DISPUTED; reply and contact are then possible (§13-1)."""
    for state in ("dispatched", "disputed"):
        overdue = given(Complaint, *to(state), 8 * DAY, TICK)
        assert overdue.case.state == "callback"
        overdue.when(c.RECORD_CONTACT).then("Contacted", state="callback")
        overdue.when(c.SUBMIT_REPLY).then("ReplySubmitted", state="callback")


def test_the_archive_takes_what_people_still_say() -> None:
    """Confidentiality, corrections, facts, and a supervisor's reopening (§13-2)."""
    for step in (c.SET_CONFIDENTIALITY, c.CORRECT_RECORD, c.APPEND_FACTS):
        given(Complaint, *to("archived")).when(step).then(
            Complaint.workflow.events_of(step.command.verb)[0], state="archived"
        )
    given(Complaint, *to("archived")).when(c.REOPEN, by=c.REVIEWER).then_refused(RoleRefusedError)
    given(Complaint, *to("archived")).when(c.REOPEN).then("Reopened", state="handling")


def test_a_published_calendar_moves_what_was_provisional() -> None:
    """By the system, at a tick; nobody else, and nothing that was certain (§13-3)."""
    limits = (shanghai(),)
    waiting = given(Complaint, *to("dispatched"), policies=limits, at=YEAR_END)
    old = waiting.case.due_at
    waiting.when(c.RECALCULATE_DEADLINE, by=c.DISPATCHER).then_refused(RoleRefusedError)
    waiting.when(c.RECALCULATE_DEADLINE.but(clock="contact")).then_refused(
        REFUSED, guard="deadline_was_provisional"
    )
    case = (
        waiting.when(ANNOUNCED)
        .then()
        .when(TICK)
        .then(
            ("DeadlineRecalculated", {"clock": "objection"}),
            ("DeadlineRecalculated", {"clock": "handle"}),
            ("DeadlineRecalculated", {"clock": "open_callback"}),
            state="dispatched",
        )
        .case
    )
    assert case.due_at > old
    assert case.clock("open_callback").due_at == case.due_at


def test_a_merge_and_a_dispute_lead_back_to_where_they_began() -> None:
    """C7 to the state before the merge, C15 to the state objected from (§13-4)."""
    for state in ("registered", "accepted"):
        given(Complaint, *MAIN_CASE, *to(state), c.MERGE_INTO).when(c.UNMERGE).then(
            "Unmerged", "DuplicateDetached", state=state
        )
    for state in ("dispatched", "signed"):
        given(Complaint, *to(state), c.OBJECT_TO_DISPATCH).when(c.UPHOLD_DISPATCH).then(
            "ObjectionRejected", state=state, designated=True
        )


TWO_PERSONS = {
    "ledger": (to("handling", c.REQUEST_LEDGERING, c.FIRST_CHECK_LEDGERING), c.APPROVE_LEDGERING),
    "reply": (to("handling", c.SUBMIT_REPLY), c.SIGN_OFF_REPLY),
    "termination": (to("handling", c.REQUEST_TERMINATION), c.APPROVE_TERMINATION),
    "extension": (to("handling", c.REQUEST_EXTENSION), c.GRANT_EXTENSION),
    "exclusion": (to("closed", c.REQUEST_EXCLUSION, c.FIRST_CHECK_EXCLUSION), c.GRANT_EXCLUSION),
}


@pytest.mark.parametrize("name", TWO_PERSONS)
def test_what_two_people_must_do_one_cannot(name: str) -> None:
    """Ledger, reply, termination, extension, exclusion: another actor id each time (§13-5)."""
    steps, last = TWO_PERSONS[name]
    asked_by = steps[-1].by
    same_person = last.by.model_copy(update={"id": asked_by.id})
    given(Complaint, *steps).when(last, by=same_person).then_refused(REFUSED)
    given(Complaint, *steps).world.live(last)


def test_the_further_rows_are_there() -> None:
    """Copy, attached and detached duplicates, the person in charge, attachments (§13-6)."""
    further = {
        "CopiedToDistrict", "DuplicateAttached", "DuplicateDetached", "HandlerAssigned",
        "AttachmentAdded",
    }  # fmt: skip
    rows = [step for step in Complaint.workflow.steps if step.event in further]
    assert {step.event for step in rows} == further
    assert {step.to for step in rows} == {"*"}


def test_exclusion_stays_where_it_is() -> None:
    """Its rows are all STAY, from CLOSED and ARCHIVED (§13-7)."""
    rows = [step for step in Complaint.workflow.steps if step.command.endswith("_exclusion")]
    assert len(rows) == 4
    assert {(step.sources, step.to) for step in rows} == {(frozenset({"closed", "archived"}), "*")}


@pytest.mark.parametrize("example", LIVES)
def test_every_clock_stops_in_every_ended_state(example: Example) -> None:
    """But for the two that an end starts: appeal and archive (§13-8)."""
    for taken in whole_life(example):
        case = taken.event.mutate(taken.before.copy())
        if case.state in Complaint.workflow.ended:
            running = {clock.name for clock in case.clocks if clock.status == "running"}
            assert running <= {"appeal", "archive"}


def test_the_handling_clock_starts_with_the_first_dispatch() -> None:
    """Signing restarts nothing (§13-8)."""
    before = given(Complaint, *to("dispatched"))
    clock = before.case.clock("handle")
    assert clock.started_at == before.case.dispatched_at
    assert before.when(c.SIGN).then("Signed").case.clock("handle") == clock


def test_late_entry_has_a_limit_and_its_roles() -> None:
    """Twenty-four hours, for those who work in the field (§13-9)."""
    handling = given(Complaint, *to("handling"), DAY)
    handling.when(c.ESCALATE.entered_late(DAY / 8)).then_refused(TimeRefusedError)
    by_operator = c.ESCALATE.by_actor(c.OPERATOR)
    none = LateEntry(hours_max=1)
    given(Complaint, *to("handling"), DAY, none).when(
        by_operator.entered_late(DAY / 8)
    ).then_refused(TimeRefusedError)
    case = handling.when(by_operator.entered_late(DAY / 8)).then("Escalated").case
    assert case.late_entries == 1


def test_nothing_happens_before_what_happened_last() -> None:
    """A late entry never goes behind the case's last event (§13-9)."""
    given(Complaint, *to("handling")).when(
        c.ESCALATE.by_actor(c.OPERATOR).entered_late(DAY / 24)
    ).then_refused(TimeRefusedError)


def test_nothing_happens_in_the_future() -> None:
    """Nobody records what has not happened yet (§13-9)."""
    given(Complaint, *to("dispatched")).when(c.SIGN.entered_late(-DAY)).then_refused(
        TimeRefusedError
    )


@pytest.mark.parametrize("example", LIVES)
def test_exactly_one_unit_is_accountable(example: Example) -> None:
    """At every instant from acceptance to closing, without gap or overlap (§13-10)."""
    world = given(
        Complaint, *example.before, example.when, policies=example.policies, at=example.at
    ).world
    for case in world.cases.values():
        for earlier, later in pairwise(case.spells):
            assert earlier.until == later.since
            assert earlier.until_recorded == later.since_recorded
            assert later.seq == earlier.seq + 1
        assert case.spells[-1].until is None
        for spell in case.spells:
            if spell.state not in NOBODY_ANSWERS and case.accepted_at is not None:
                assert spell.unit, spell
            elif spell.state == "merged":
                assert spell.unit is None
        if case.state == "merged":
            assert world.cases[case.merged_into].spells  # whose unit answers for both


# — the rest of §11 that concerns complaints —


def test_no_dispatch_without_a_match_in_the_catalogue() -> None:
    """What the catalogue does not know goes to the district (§11, BJ-REG 12)."""
    nobody = Routing(rows=(Route(category="roads", unit_kinds=("roads",), legal_basis="Law 8"),))
    given(Complaint, *to("accepted"), nobody).when(c.DISPATCH).then_refused(
        PolicyRefusedError, guard="unit_is_competent"
    )
    given(Complaint, *to("accepted"), nobody).when(c.DISPATCH_TO_DISTRICT).then("Dispatched")


def test_no_community_leads_off_its_list() -> None:
    """Units may not push their matters to a community (§11, BJ-REG 17)."""
    given(Complaint, *to("accepted")).when(c.DISPATCH.but(unit=c.COMMUNITY_UNIT)).then_refused(
        PolicyRefusedError, guard="unit_is_competent"
    )


def test_no_extension_after_expiry() -> None:
    """What is asked for too late finds the call-back open (§11, C22)."""
    given(Complaint, *to("handling")).when(c.REQUEST_EXTENSION.later(days=8)).then_refused(
        StateRefusedError
    )


def test_no_unit_rates_itself() -> None:
    """Nobody of the unit records what the complainant thought of it (§11, §2.3)."""
    given(Complaint, *to("callback")).when(
        c.RECORD_CALLBACK, by=actor("callback_agent", c.STREET)
    ).then_refused(REFUSED, guard="not_a_handler")


def test_the_inspector_reads_and_writes_nothing() -> None:
    """No row of the table is the inspector's (§2.3)."""
    assert not any("inspector" in step.roles for step in Complaint.workflow.steps)
    given(Complaint, *to("handling")).when(c.CORRECT_RECORD, by=actor("inspector")).then_refused(
        RoleRefusedError
    )
