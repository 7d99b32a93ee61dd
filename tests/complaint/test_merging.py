"""Merging 并单 and undoing it (C6, C7), and how duplicates share an outcome (§2.8, 8)."""

from __future__ import annotations

from uuid import UUID

from tests.complaint.auditing import auditor_refuses
from tests.complaint.examples import CASE, MAIN_CLOSED, OTHER_CASE, row_of, to
from zhili import Complaint
from zhili.errors import CaseNotFoundError, GuardRefusedError, StateRefusedError
from zhili.testing import TICK, given
from zhili.testing import controls as c

REFUSED = GuardRefusedError
TWO = (c.REGISTER.on(OTHER_CASE), *to("accepted"))
THIRD_CASE = UUID("01900000-0000-7000-8000-000000000003")


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
        given(Complaint, *TWO, c.REGISTER.on(THIRD_CASE), c.MERGE_INTO)
        .when(c.MERGE_INTO.on(OTHER_CASE).but(main=THIRD_CASE))
        .then_refused(REFUSED, guard="no_duplicates_of_its_own")
    )


def test_only_the_same_matter_at_the_same_place_is_merged() -> None:
    """Another category or another division is another case (C6)."""
    for other in (c.REGISTER.but(category="noise"), c.REGISTER.but(division="110106")):
        (
            given(Complaint, other.on(OTHER_CASE), *to("accepted"))
            .when(c.MERGE_INTO)
            .then_refused(REFUSED, guard="same_matter_and_place")
        )


def test_different_complainants_are_merged_too() -> None:
    """Who complains does not matter, what about does (C6)."""
    other = c.REGISTER.but(subject="citizen-2").on(OTHER_CASE)
    given(Complaint, other, *to("accepted")).when(c.MERGE_INTO).then("Merged", "DuplicateAttached")


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
        given(Complaint, secret.on(OTHER_CASE), *to("accepted"))
        .when(c.MERGE_INTO)
        .then("Merged", "DuplicateAttached", "ConfidentialityChanged", confidentiality=2)
    )
    assert outcome.world.cases[OTHER_CASE].confidentiality == 2
    outcome = (
        given(Complaint, c.REGISTER.on(OTHER_CASE), secret, c.ACCEPT)
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
