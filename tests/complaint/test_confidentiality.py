"""Confidentiality 保密 (C43): up for everybody, down with the complainant's consent."""

from __future__ import annotations

import pytest

from tests.complaint.examples import to
from zhili import Complaint
from zhili.errors import GuardRefusedError
from zhili.testing import controls as c
from zhili.testing import given
from zhili.testing.paths import PATHS

LOWER = c.SET_CONFIDENTIALITY.but(level=1)


@pytest.mark.parametrize("state", sorted(PATHS))
def test_confidentiality_goes_up_in_every_state(state: str) -> None:
    """Complainant, agent and supervisor may raise it, in the archive too (C43, §13-2)."""
    for by in (c.COMPLAINANT, c.INTAKE, c.SUPERVISOR):
        given(Complaint, *to(state)).when(c.SET_CONFIDENTIALITY, by=by).then(
            "ConfidentialityChanged", state=state, confidentiality=2
        )


def test_confidentiality_goes_down_with_consent() -> None:
    """Down, or the same again, needs the complainant's consent (C43)."""
    raised = to("accepted", c.SET_CONFIDENTIALITY)
    for step in (LOWER, c.SET_CONFIDENTIALITY):
        given(Complaint, *raised).when(step).then_refused(
            GuardRefusedError, guard="up_or_with_consent"
        )
    given(Complaint, *raised).when(LOWER.but(consent=True)).then(
        "ConfidentialityChanged", confidentiality=1
    )


def test_what_the_caller_says_is_never_shown_by_accident() -> None:
    """Words, name and number are personal and print as a dot (§8)."""
    outcome = given(Complaint).when(c.REGISTER).then("Registered")
    for field in ("content", "name", "phone"):
        assert str(getattr(outcome.events[0], field)) == "…"
    assert {part.subject for part in (*outcome.case.caller, *outcome.case.words)} == {"citizen-1"}
