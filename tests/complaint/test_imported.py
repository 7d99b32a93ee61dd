"""Cases whose life happened elsewhere (§13): known instants only, nothing invented."""

from __future__ import annotations

import pytest

from zhili import Complaint
from zhili.commands.complaint import imported_id
from zhili.errors import RoleRefusedError, StateRefusedError
from zhili.testing import START, TICK, given
from zhili.testing import controls as c

IMPORTED = (c.BRING_IN,)
CLOSED = (c.BRING_IN, c.BRING_IN_CLOSING)
ID = c.IMPORTED_CASE


def test_an_imported_case_opens_when_its_source_says() -> None:
    """The instants are the source's; only the record time is ours."""
    case = (
        given(Complaint)
        .when(c.BRING_IN)
        .then(("Imported", {"source": "elsewhere", "source_id": "A-1", "zone": "UTC"}))
        .case
    )
    assert case.opened_at == START - 40 * c.DAY
    assert (case.state, case.unit, case.source_status) == ("imported", "works", "Open")
    assert case.clocks == ()
    assert case.late_entries == 0


def test_an_imported_closing_has_no_known_outcome() -> None:
    """It counts as solved and is marked as unknown (§13)."""
    given(Complaint, *IMPORTED).when(c.BRING_IN_CLOSING).then(
        "ImportedClosed",
        state="closed",
        closed_at=START - 39 * c.DAY,
        outcome="solved",
        outcome_unknown=True,
        source_status="Closed",
    )


def test_an_imported_case_may_be_closed_before_it_was_opened() -> None:
    """The source's contradiction is kept and flagged, never repaired."""
    odd = c.BRING_IN_CLOSING.but(closed_at=START - 50 * c.DAY, flags=("closed_before_opened",))
    given(Complaint, *IMPORTED).when(odd).then(
        "ImportedClosed", closed_at=START - 50 * c.DAY, flags=("closed_before_opened",)
    )


def test_the_same_source_id_is_the_same_case() -> None:
    """Brought in twice it is refused; the nth row of an id is a case of its own."""
    given(Complaint, *IMPORTED).when(c.BRING_IN).then_refused(StateRefusedError)
    second = c.BRING_IN.but(nth=2).on(imported_id("elsewhere", "A-1", 2))
    given(Complaint, *IMPORTED).when(second).then("Imported")


def test_an_imported_case_is_not_ticked() -> None:
    """No clock of ours runs for what happens elsewhere."""
    for steps in (IMPORTED, CLOSED):
        given(Complaint, *steps, 400 * c.DAY).when(TICK).then()


def test_only_an_importer_imports() -> None:
    """Nobody else brings in what happened elsewhere."""
    given(Complaint).when(c.BRING_IN, by=c.INTAKE).then_refused(RoleRefusedError)
    given(Complaint, *IMPORTED).when(c.BRING_IN_CLOSING, by=c.REVIEWER).then_refused(
        RoleRefusedError
    )


@pytest.mark.parametrize(
    "step", [c.ACCEPT, c.DISPATCH, c.SIGN, c.CLOSE, c.WITHDRAW, c.SUPERVISE, c.MERGE_INTO]
)
def test_an_imported_case_is_not_handled_here(step: object) -> None:
    """It lives elsewhere; here it is only closed and filed."""
    given(Complaint, *IMPORTED).when(step.on(ID)).then_refused(StateRefusedError)


def test_the_sources_due_date_decides_on_time() -> None:
    """Closed at or before the source's date is on time (§13)."""
    for days, on_time in ((-39, True), (-41, False)):
        opening = c.BRING_IN.but(due_at=START + days * c.DAY)
        case = given(Complaint, opening, c.BRING_IN_CLOSING).world.cases[ID]
        assert case.on_time is on_time


def test_a_case_of_ours_takes_no_imported_closing() -> None:
    """A source closes its own cases only."""
    given(Complaint, c.REGISTER).when(c.BRING_IN_CLOSING.on(c.REGISTER.case_id)).then_refused(
        StateRefusedError
    )
