"""Whatever comes in is carried out or answered: no input ends in an exception that is no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fuzz.asking import COMMANDS, ORDERS
from tests.fuzz.exporting import FOLDERS
from tests.fuzz.reading import CSV, MAPS, POLICY_DOCUMENTS, TIMES, URLS
from tests.fuzz.recording import EVENTS, LOGS
from tests.fuzz.target import run
from tests.fuzz.typing_in import LINES

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.campaign, pytest.mark.fuzz]

TARGETS = {
    "commands": COMMANDS,
    "orders": ORDERS,
    "maps": MAPS,
    "times": TIMES,
    "policies": POLICY_DOCUMENTS,
    "csv": CSV,
    "urls": URLS,
    "events": EVENTS,
    "logs": LOGS,
    "lines": LINES,
    "folders": FOLDERS,
}

INPUTS_MIN = 100_000
"""So many inputs every build tries, whatever it leaves out."""


def test_there_are_enough_inputs() -> None:
    """A build tries a hundred thousand, of every kind that comes from outside."""
    assert sum(target.count for target in TARGETS.values()) >= INPUTS_MIN


@pytest.mark.parametrize("name", TARGETS)
def test_any_input_is_carried_out_or_answered(name: str, tmp_path: Path) -> None:
    """Each target gets all its inputs: some are taken, some refused, and nothing else happens."""
    target = TARGETS[name]
    trial = run(target, tmp_path, name)
    assert trial.given == target.times
    assert trial.taken > target.times // 50
    assert trial.refused > target.times // 50
