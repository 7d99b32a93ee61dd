"""Merging 并单 and undoing it (C6, C7), and how duplicates share an outcome (§2.8, 8)."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.complaint.auditing import auditor_refuses
from tests.complaint.examples import CASE, MAIN_CASE, MAIN_CLOSED, OTHER_CASE, Example, row_of, to
from zhili import Complaint
from zhili.errors import CaseNotFoundError, GuardRefusedError, StateRefusedError
from zhili.testing import TICK, Control, actor, given
from zhili.testing import controls as c

REFUSED = GuardRefusedError
TWO = (*MAIN_CASE, *to("accepted"))
THIRD_CASE = UUID("01900000-0000-7000-8000-000000000003")
THIRD = (c.REGISTER.on(THIRD_CASE), c.ACCEPT.on(THIRD_CASE))


def test_a_merge_stands_in_both_cases() -> None:
    """The duplicate points to its main case, and the main case knows it (C6)."""
    outcome = (
        given(Complaint, *TWO)
        .when(c.MERGE_INTO)
        .then("Merged", "DuplicateAttached", state="merged", merged_into=OTHER_CASE, unit=None)
    )
    main = outcome.world.cases[OTHER_CASE]
    assert main.duplicates == (CASE,)
    attached = outcome.events[1]
    assert attached.cause == (type(attached.cause))(case_id=CASE, version=3)
    assert attached.by == c.SYSTEM


def test_a_case_is_not_merged_into_itself() -> None:
    """The main case is another one (C6)."""
    given(Complaint, *TWO).when(c.MERGE_INTO.but(main=CASE)).then_refused(
        REFUSED, guard="main_case_is_another"
    )


def test_there_has_to_be_a_main_case() -> None:
    """A merge into nothing is refused whole (C6)."""
    given(Complaint, *to("accepted")).when(c.MERGE_INTO).then_refused(CaseNotFoundError)


def test_a_main_case_is_not_merged_away() -> None:
    """A case with duplicates of its own stays (C6)."""
    (
        given(Complaint, *TWO, *THIRD, c.MERGE_INTO)
        .when(c.MERGE_INTO.on(OTHER_CASE).but(main=THIRD_CASE))
        .then_refused(REFUSED, guard="no_duplicates_of_its_own")
    )


def test_only_the_same_matter_at_the_same_place_is_merged() -> None:
    """Another category or another division is another case (C6)."""
    for other in (c.REGISTER.but(category="noise"), c.REGISTER.but(division="110106")):
        (
            given(Complaint, other.on(OTHER_CASE), c.ACCEPT.on(OTHER_CASE), *to("accepted"))
            .when(c.MERGE_INTO)
            .then_refused(REFUSED, guard="same_matter_and_place")
        )


def test_different_complainants_are_merged_too() -> None:
    """Who complains does not matter, what about does (C6)."""
    other = (c.REGISTER.but(subject="citizen-2").on(OTHER_CASE), c.ACCEPT.on(OTHER_CASE))
    given(Complaint, *other, *to("accepted")).when(c.MERGE_INTO).then("Merged", "DuplicateAttached")


@pytest.mark.parametrize("unnamed", ["category", "division"])
def test_what_is_not_named_is_not_the_same(unnamed: str) -> None:
    """Category and division are named in both cases before anybody calls them equal (C6)."""
    register = c.REGISTER.without(unnamed)
    steps = (register.on(OTHER_CASE), c.ACCEPT.on(OTHER_CASE), register, c.ACCEPT)
    given(Complaint, *steps).when(c.MERGE_INTO).then_refused(REFUSED, guard="same_matter_and_place")


def _main_case(state: str) -> list[object]:
    return [step.on(OTHER_CASE) if isinstance(step, Control) else step for step in to(state)]


@pytest.mark.parametrize(
    "state",
    ["registered", "answered", "not_accepted", "referred_out", "withdrawn", "terminated"],
)
def test_a_main_case_is_accepted_and_has_not_ended(state: str) -> None:
    """Nothing is merged into what may be declined yet, or will never have an outcome (C6)."""
    given(Complaint, *_main_case(state), *to("accepted")).when(c.MERGE_INTO).then_refused(
        StateRefusedError, state=state
    )


REACHED = {
    "unit": (_main_case("dispatched"), c.STREET),
    "copy": (_main_case("dispatched"), c.DISTRICT),
    "co-handler": ([*_main_case("handling"), c.INVITE_CO_HANDLER.on(OTHER_CASE)], c.NEIGHBOUR),
    "candidate": (_main_case("consulting"), c.NEIGHBOUR),
    "district": (
        [
            *_main_case("accepted"),
            c.DISPATCH_TO_DISTRICT.on(OTHER_CASE),
            c.SUB_DISPATCH.on(OTHER_CASE),
        ],
        c.DISTRICT,
    ),
}
"""A main case that a unit already has a hand in, and that unit."""


@pytest.mark.parametrize("name", REACHED)
def test_a_report_reaches_the_accused_by_no_merge(name: str) -> None:
    """Whoever has a hand in the main case gets no report about themselves with it (JN-REG 32)."""
    main, unit = REACHED[name]
    report = c.REGISTER.but(kind="report", about=unit)
    given(Complaint, *main, report, c.ACCEPT).when(c.MERGE_INTO).then_refused(
        REFUSED, guard="accused_have_no_hand_in_it"
    )
    other = c.REGISTER.but(kind="report", about=c.FAR_STREET)
    given(Complaint, *main, other, c.ACCEPT).when(c.MERGE_INTO).then("Merged", "DuplicateAttached")


def test_who_was_asked_before_the_merge_is_not_at_work() -> None:
    """A consultation that is over keeps nobody out (C9)."""
    main = [*_main_case("consulting"), c.CONCLUDE_CONSULTATION.on(OTHER_CASE)]
    report = c.REGISTER.but(kind="report", about=c.NEIGHBOUR)
    given(Complaint, *main, report, c.ACCEPT).when(c.MERGE_INTO).then("Merged", "DuplicateAttached")


def test_the_main_case_spares_whom_its_duplicates_are_about() -> None:
    """With the merge the accused of both are accused, until it is undone (JN-REG 32)."""
    report = c.REGISTER.but(kind="report", about=c.STREET)
    own = c.REGISTER.but(kind="report", about=c.NEIGHBOUR)
    main = (own.on(OTHER_CASE), c.ACCEPT.on(OTHER_CASE))
    merged = given(Complaint, *main, report, c.ACCEPT, c.MERGE_INTO)
    assert merged.world.cases[OTHER_CASE].accused == (c.NEIGHBOUR, c.STREET)
    dispatch = c.DISPATCH.on(OTHER_CASE)
    merged.when(dispatch).then_refused(REFUSED, guard="not_the_accused")
    merged.when(dispatch, by=actor("dispatcher", c.STREET)).then_refused(
        REFUSED, guard="actor_is_not_the_accused"
    )
    merged.when(c.UNMERGE).then("Unmerged", "DuplicateDetached")
    assert merged.world.cases[OTHER_CASE].accused == (c.NEIGHBOUR,)
    assert merged.case.accused == (c.STREET,)
    merged.when(dispatch).then("Dispatched", "CopiedToDistrict")


REACTING = [
    ("attach_duplicate", row_of("attach_duplicate")),
    ("detach_duplicate", row_of("detach_duplicate")),
    ("follow_main", row_of("follow_main")),
    ("copy_to_district", row_of("copy_to_district")),
]


@pytest.mark.parametrize(("verb", "example"), REACTING, ids=[verb for verb, _ in REACTING])
def test_what_follows_is_not_asked_for(verb: str, example: Example) -> None:
    """Without an event that causes it, not even the system does it (C6, C7, C10)."""
    assert isinstance(example.when, Control)
    example.given().when(example.when.because_of(None)).then_refused(
        REFUSED, guard="follows_from_an_event", step=verb
    )


def test_an_archived_main_case_refuses() -> None:
    """The main case is not archived, so the merge is refused whole (C6)."""
    main = [step.on(OTHER_CASE) if hasattr(step, "on") else step for step in to("archived")]
    given(Complaint, *main, *to("accepted")).when(c.MERGE_INTO).then_refused(
        StateRefusedError, state="archived"
    )


def test_a_merged_case_is_no_main_case() -> None:
    """Duplicates hang on a main case and on nothing else (C6)."""
    steps = (*TWO, c.MERGE_INTO, c.REGISTER.on(THIRD_CASE))
    (
        given(Complaint, *steps)
        .when(c.MERGE_INTO.on(THIRD_CASE).but(main=CASE))
        .then_refused(StateRefusedError, state="merged")
    )


def test_a_duplicate_is_attached_once() -> None:
    """What is attached is not attached again (C6)."""
    given(Complaint, *to("accepted", c.ATTACH_DUPLICATE)).when(c.ATTACH_DUPLICATE).then_refused(
        REFUSED, guard="not_attached_yet"
    )


def test_what_is_not_attached_is_not_detached() -> None:
    """Only an attached duplicate is detached (C7)."""
    given(Complaint, *to("accepted")).when(c.DETACH_DUPLICATE).then_refused(
        REFUSED, guard="is_attached"
    )


def test_both_get_the_higher_confidentiality() -> None:
    """Confidentiality is the maximum of both (C6)."""
    secret = c.REGISTER.but(confidentiality=2)
    outcome = (
        given(Complaint, secret.on(OTHER_CASE), c.ACCEPT.on(OTHER_CASE), *to("accepted"))
        .when(c.MERGE_INTO)
        .then("Merged", "DuplicateAttached", "ConfidentialityChanged", confidentiality=2)
    )
    assert outcome.world.cases[OTHER_CASE].confidentiality == 2
    outcome = (
        given(Complaint, *MAIN_CASE, secret, c.ACCEPT)
        .when(c.MERGE_INTO)
        .then("Merged", "DuplicateAttached", confidentiality=2)
    )
    assert outcome.world.cases[OTHER_CASE].confidentiality == 2


def test_an_undone_merge_leads_back() -> None:
    """The case stands again where it stood before the merge (C7, §13-4)."""
    for nth, state, unit in ((0, "registered", None), (1, "accepted", "12345")):
        outcome = (
            row_of("unmerge", nth)
            .given()
            .when(c.UNMERGE)
            .then("Unmerged", "DuplicateDetached", state=state, unit=unit, merged_into=None)
        )
        assert outcome.world.cases[OTHER_CASE].duplicates == ()


def test_an_undone_merge_names_the_case_it_leaves() -> None:
    """An auditor finds an undone merge that names another main case (C7)."""
    for nth in (0, 1):
        example = row_of("unmerge", nth)
        taken = example.given().world.live(example.when)[0]
        auditor_refuses(taken, "was_merged_when_registered", event={"main": THIRD_CASE})


def test_an_archived_main_case_keeps_its_duplicates() -> None:
    """Once the main case is archived the merge is not undone (C7)."""
    closed = (*MAIN_CLOSED, 31 * c.DAY, TICK)
    given(Complaint, *closed).when(c.UNMERGE).then_refused(StateRefusedError, state="archived")


def test_duplicates_share_the_outcome() -> None:
    """When the main case is closed its duplicates follow, and stay merged (§2.8, 8)."""
    outcome = (
        given(Complaint, *MAIN_CLOSED[:-1])
        .when(MAIN_CLOSED[-1])
        .then("Closed", "OutcomeFollowed", state="merged", main_outcome="solved")
    )
    assert outcome.events[1].public_text == c.SUBMIT_REPLY.fields["public_text"]


def test_a_late_duplicate_follows_at_once() -> None:
    """Who is merged into a closed case gets its outcome with the merge (C6)."""
    main = [step.on(OTHER_CASE) for step in to("closed")]
    given(Complaint, *main, c.REGISTER, c.ACCEPT).when(c.MERGE_INTO).then(
        "Merged", "DuplicateAttached", "OutcomeFollowed", main_outcome="solved"
    )


def test_a_terminated_main_case_explains_itself_to_its_duplicates() -> None:
    """Whoever was merged into it hears why it ended, and is called back (C41, §2.8-8)."""
    handled = (c.DISPATCH, c.SIGN, c.RECORD_CONTACT, c.REQUEST_TERMINATION)
    outcome = (
        given(Complaint, *to("merged"), *(step.on(OTHER_CASE) for step in handled))
        .when(c.APPROVE_TERMINATION.on(OTHER_CASE))
        .then(
            "Terminated",
            ("OutcomeFollowed", {"public_text": c.APPROVE_TERMINATION.fields["note"]}),
            state="merged",
            main_outcome="explained",
        )
    )
    outcome.when(c.RECORD_CALLBACK).then("CallbackRecorded")
    outcome.when(c.UNMERGE).then("Unmerged", "DuplicateDetached", state="accepted", outcome=None)


def test_only_the_main_case_gives_an_outcome() -> None:
    """No other case decides how this one ends (§2.8, 8)."""
    given(Complaint, *to("merged")).when(c.FOLLOW_MAIN.but(main=THIRD_CASE)).then_refused(
        REFUSED, guard="main_case_is_the_one"
    )


def test_a_duplicate_is_called_back_after_its_main_case() -> None:
    """There is nothing to ask about until the main case is closed (§2.8, 8)."""
    given(Complaint, *to("merged")).when(c.RECORD_CALLBACK).then_refused(
        REFUSED, guard="outcome_was_followed"
    )
