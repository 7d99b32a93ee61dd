"""The scenarios together take every row of the table and see every guard refuse."""

from __future__ import annotations

import importlib
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from _pytest.mark.structures import ParameterSet

from zhili import Complaint
from zhili.testing import Coverage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

TOPICS = [
    f"tests.complaint.{path.stem}"
    for path in sorted(Path(__file__).parent.glob("test_*.py"))
    if path.stem not in {"test_coverage", "test_invariants", "test_rows"}
]

SPOKEN_FOR = {
    # the first of two rows, each the other's opposite, is the one whose refusal is told
    "was_merged_when_accepted",
    "was_objected_when_dispatched",
    "was_objected_when_signed",
    "not_reached",
    "nobody_to_call_back",
    "is_sent_directly",
    "is_sent_to_a_district",
}
"""Guards that only choose between two rows; `test_rows` asks the rows in both orders."""


class Scenario(NamedTuple):
    """A test of a topic that needs no fixture, with one set of its parameters."""

    test: Callable[..., None]
    parameters: dict[str, Any]


def scenarios() -> Iterator[Scenario]:
    """Give every scenario of the topics."""
    return scenarios_of(TOPICS)


def scenarios_of(modules: Iterable[str]) -> Iterator[Scenario]:
    """Give every scenario of the *modules*."""
    for name_of_module in modules:
        module = importlib.import_module(name_of_module)
        for name, test in vars(module).items():
            if not name.startswith("test_") or not callable(test):
                continue
            marks = [m for m in getattr(test, "pytestmark", ()) if m.name == "parametrize"]
            for chosen in product(*(_sets(mark) for mark in marks)):
                yield Scenario(test, {key: value for one in chosen for key, value in one.items()})


def _sets(mark: pytest.Mark) -> list[dict[str, Any]]:
    """Give each set of parameters of a mark, as pytest would."""
    names, values = mark.args[:2]
    keys = [names] if isinstance(names, str) else list(names)
    rows = [ParameterSet.extract_from(value, force_tuple=len(keys) == 1) for value in values]
    return [dict(zip(keys, row.values, strict=True)) for row in rows]


def test_every_row_and_every_guard_has_its_scenario() -> None:
    """No row that nobody takes, no guard that never refuses."""
    with Coverage() as seen:
        for scenario in scenarios():
            scenario.test(**scenario.parameters)
    assert [f"{step.command} → {step.to}" for step in seen.rows_left(Complaint.workflow)] == []
    assert set(seen.guards_left(Complaint.workflow)) - SPOKEN_FOR == set()
