"""Instants in stored bytes: what is read quickly is what would be read slowly, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.store.sample import AT, IMPORTER
from zhili.aggregates import Complaint
from zhili.aggregates.clocks import ClockMark
from zhili.store.form import Form, canonical

CASE: Final = UUID("01959c1e-7c00-7000-8000-000000000001")
EVENT: Final = Complaint.Signed(
    originator_id=CASE,
    originator_version=2,
    timestamp=AT,
    occurred_at=AT,
    state="signed",
    by=IMPORTER,
    marks=(ClockMark(name="handle", action="start", due_at=AT),),
)
FORM: Final = Form(Complaint.Signed)

OTHERWISE: Final = (
    "2026-03-02T09:00:00+08:00", "2026-03-02T01:00:00z", "2026-03-02T01:00:00+00:00",
    "2026-03-02 01:00:00Z", "2026-03-02T01:00Z", "2026-03-02T01:00:00.5Z", "20260302T010000Z",
    "2026-03-02T01:00:00", "2026-03-02", "2026-W10-1T01:00:00Z", "2026-02-30T01:00:00Z",
    "2026-03-02T24:00:00Z", "2026-03-02T23:59:60Z", "2026-13-02T01:00:00Z", "9999-12-31T00:00:00Z",
    "0001-01-01T00:00:00Z", "999-03-02T01:00:00Z", "2026-03-02T01:00:00Z\n",
    "٢٠٢٦-03-02T01:00:00Z", "1772413200", "", "now",
)  # fmt: skip
"""Instants that are written otherwise than here, and texts that are none."""


def _stored(text: object, place: str) -> bytes:
    """Give the stored bytes of the event with *text* for an instant: its own, or its mark's."""
    state = json.loads(FORM.write(EVENT))
    (state["marks"][0] if place == "due_at" else state)[place] = text
    return canonical(state)


def _slowly(state: bytes) -> Complaint.Signed | None:
    """Read *state* as the class does by itself; None if it does not fit."""
    try:
        return Complaint.Signed.model_validate_json(
            canonical({**json.loads(state), "originator_id": str(CASE), "originator_version": 2})
        )
    except ValidationError:
        return None


def _quickly(state: bytes) -> object:
    try:
        return FORM.read(state, CASE, 2)
    except ValidationError:
        return None


@pytest.mark.parametrize("place", ["timestamp", "occurred_at", "due_at"])
@pytest.mark.parametrize("text", [*OTHERWISE, 1772413200, None])
def test_an_instant_written_otherwise_is_read_or_refused_as_its_class_says(
    text: object, place: str
) -> None:
    """Whether in the event itself or in one of its marks; and it is never taken for canonical."""
    state = _stored(text, place)
    found = _quickly(state)
    assert found == _slowly(state)
    if isinstance(found, Complaint.Signed):
        assert FORM.write(found) != state


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - the zone is the strategy's
def test_every_instant_is_read_as_it_was_written(instant: datetime) -> None:
    """From the first to the last that may be, with or without a fraction; and it is in UTC."""
    mark = ClockMark(name="handle", action="start", due_at=instant)
    event = EVENT.model_copy(update={"timestamp": instant, "marks": (mark,)})
    read = FORM.read(FORM.write(event), CASE, 2)
    assert read == event
    assert (read.timestamp.tzinfo, read.marks[0].due_at) == (UTC, instant)
