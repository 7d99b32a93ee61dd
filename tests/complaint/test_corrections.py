"""What may happen at any time: supervision, facts, corrections (C42, C44, C45)."""

from __future__ import annotations

import pytest

from tests.complaint.examples import rows, to
from zhili import Complaint
from zhili.errors import GuardRefusedError, StateRefusedError
from zhili.testing import actor, given
from zhili.testing import controls as c
from zhili.testing.paths import PATHS

REFUSED = GuardRefusedError
ENDED = ("answered", "not_accepted", "referred_out", "merged", "withdrawn", "terminated")


def sources(command: str) -> list[str]:
    """Give the states in which a command is possible."""
    return sorted({str(s) for step, _ in rows() if step.command == command for s in step.sources})


@pytest.mark.parametrize("state", sorted(PATHS))
def test_a_record_is_corrected_in_every_state(state: str) -> None:
    """Field, old and new value, reason; the archive too (C45, §13-2)."""
    given(Complaint, *to(state)).when(c.CORRECT_RECORD).then(
        ("Corrected", {"field": "place", "old": "gate 3", "new": "gate 4"}),
        state=state,
        place="gate 4",
    )


def test_only_what_describes_is_corrected() -> None:
    """No correction moves a case, a unit, a time or a person (C45)."""
    for field in ("state", "unit", "due_at", "opened_at", "subject", "outcome", "nothing"):
        given(Complaint, *to("handling")).when(c.CORRECT_RECORD.but(field=field)).then_refused(
            REFUSED, guard="field_can_be_corrected"
        )


def test_a_correction_names_what_it_replaces() -> None:
    """The old value is the recorded one, and the new one is another (C45)."""
    guard = "old_value_is_the_recorded_one"
    for words in ({"old": "gate 9"}, {"old": None}, {"new": "gate 3"}):
        given(Complaint, *to("handling")).when(c.CORRECT_RECORD.but(**words)).then_refused(
            REFUSED, guard=guard
        )


def test_a_correction_names_nobody_either() -> None:
    """What the register may not hold is not corrected into it (C45, §8)."""
    guard = "correction_names_nobody"
    title = c.CORRECT_RECORD.but(field="title", old="Refuse is not collected")
    for control in (
        title.but(new="Refuse at Wang Fang's"),
        title.but(new="Refuse, call 13912345678"),
        c.CORRECT_RECORD.but(new="Wang Fang's door"),
        c.CORRECT_RECORD.but(new="gate 4, 138 0000 0000"),
    ):
        given(Complaint, *to("handling")).when(control).then_refused(REFUSED, guard=guard)
    given(Complaint, *to("handling")).when(title.but(new="Refuse again")).then(
        "Corrected", title="Refuse again"
    )


def test_the_old_value_stays_in_the_log() -> None:
    """Nothing is overwritten: the first event still says what it said (C45)."""
    outcome = given(Complaint, c.REGISTER).when(c.CORRECT_RECORD).then("Corrected")
    assert [getattr(event, "place", None) for event in outcome.world.events] == ["gate 3", None]


def test_an_empty_field_is_filled() -> None:
    """A correction may add what was missing, or take away what was wrong (C45)."""
    given(Complaint, c.REGISTER).when(
        c.CORRECT_RECORD.but(field="type", old=None, new="bins")
    ).then("Corrected", type="bins")
    given(Complaint, c.REGISTER).when(c.CORRECT_RECORD.but(new=None)).then("Corrected", place=None)


@pytest.mark.parametrize("state", sources("append_facts"))
def test_facts_are_added(state: str) -> None:
    """In every open state, and after closing and archiving (C44, §13-2)."""
    case = given(Complaint, *to(state)).when(c.APPEND_FACTS).then("FactsAppended", state=state).case
    assert case.new_facts
    assert case.words[-1].subject == "citizen-1"


@pytest.mark.parametrize("state", ENDED)
def test_no_facts_for_what_was_never_handled(state: str) -> None:
    """Whoever was declined registers anew (C44)."""
    given(Complaint, *to(state)).when(c.APPEND_FACTS).then_refused(StateRefusedError)


@pytest.mark.parametrize("state", sources("supervise"))
def test_every_open_case_may_be_supervised(state: str) -> None:
    """The level is a fact beside the state (C42)."""
    for level in ("remind", "supervise", "listed", "summons"):
        given(Complaint, *to(state)).when(c.SUPERVISE.but(level=level)).then(
            ("Supervised", {"level": level}), state=state, supervision=level
        )


def test_supervision_has_a_ground() -> None:
    """The ground is one of the procedure's (C42, JN-REG 28)."""
    given(Complaint, *to("handling")).when(c.SUPERVISE.but(ground="mood")).then_refused(
        REFUSED, guard="supervision_ground_is_known"
    )


def test_a_closed_case_is_not_supervised() -> None:
    """Pressure is for what is open (C42)."""
    for state in ("closed", "archived", "merged"):
        given(Complaint, *to(state)).when(c.SUPERVISE).then_refused(StateRefusedError)


@pytest.mark.parametrize("role", ["complainant", "intake_agent"])
def test_facts_come_from_the_citizens_side(role: str) -> None:
    """The complainant, or the agent who took the call (C44)."""
    given(Complaint, *to("handling")).when(c.APPEND_FACTS, by=actor(role, id="citizen-1")).then(
        "FactsAppended"
    )
