"""A batch on its way: what reads rows is trusted by nobody, and the collector is given back."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from pydantic import ValidationError

from zhili import Actor, Engine
from zhili.commands.complaint import imported_id
from zhili.interchange.carrier import Question, decide
from zhili.interchange.plan import Row, Terms
from zhili.interchange.source_row import SourceCase
from zhili.workflows.role import IMPORTER

AT: Final = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
BY: Final = Actor(id="import:city", role=IMPORTER)
TERMS: Final = Terms("city", "Asia/Shanghai", ())
TOLD: Final = SourceCase(
    external_id="1", opened_at=AT, closed_at=AT, due_at=None, named=("Closed", *[None] * 5),
    flags=(), closing_flags=(), unreadable={},
)  # fmt: skip


def asked(**told: Any) -> Question:
    """Give a batch of one row that says *told*, whatever the reader of rows would say to it."""
    row = Row(imported_id("city", "1"), 1, TOLD._replace(**told))
    return Question((row,), 2, {})


@pytest.fixture
def collecting() -> Iterator[None]:
    """Leave the collector as it was."""
    was = gc.isenabled()
    yield
    (gc.enable if was else gc.disable)()


@pytest.mark.parametrize(
    "told",
    [
        {"external_id": "x" * 201},
        {"external_id": "a\0b"},
        {"named": ("", *[None] * 5)},
        {"opened_at": AT.replace(tzinfo=None)},
        {"closed_at": AT.replace(tzinfo=None)},
        {"due_at": "soon"},
        {"flags": ("x" * 65,)},
        {"closing_flags": ("",)},
        {"unreadable": {"due_at": 5}},
    ],
)
def test_what_no_event_may_say_becomes_none(engine: Engine, told: dict[str, Any]) -> None:
    """A row's fields are validated on their way into the log, by whatever way they came there."""
    with pytest.raises((ValidationError, TypeError, ValueError)):
        decide(engine, TERMS, asked(**told), BY)


@pytest.mark.parametrize("collects", [True, False])
@pytest.mark.usefixtures("collecting")
def test_the_collector_is_given_back_as_it_was(engine: Engine, *, collects: bool) -> None:
    """Switched on or off, after a batch that came together and after one that did not."""
    (gc.enable if collects else gc.disable)()
    assert decide(engine, TERMS, asked(), BY).batch is not None
    assert gc.isenabled() is collects
    with pytest.raises(ValidationError):
        decide(engine, TERMS, asked(closing_flags=("",)), BY)
    assert gc.isenabled() is collects
