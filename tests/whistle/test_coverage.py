"""The scenarios together take every row of both tables and see every guard refuse."""

from __future__ import annotations

from tests.complaint.test_coverage import scenarios_of
from zhili.aggregates import Whistle
from zhili.testing import Coverage

TOPICS = [
    f"tests.whistle.test_{topic}"
    for topic in ("call", "muster", "handling", "rating", "refusals", "entitled", "clocks")
]

SPOKEN_FOR = {
    "everybody_is_in",
    "somebody_is_to_come",
    "all_others_are_in",
    "others_are_awaited",
    "all_others_have_delivered",
    "others_are_at_work",
    "goes_on",
    "ends_the_matter",
    "all_others_are_rated",
    "others_are_unrated",
    "is_still_on_its_way",
    "had_reported_in",
    "had_been_missed",
}
"""Guards that only choose between rows; `test_rows` asks the rows in both orders."""


def test_every_row_and_every_guard_has_its_scenario() -> None:
    """No row that nobody takes, no guard that never refuses."""
    with Coverage() as seen:
        for scenario in scenarios_of(TOPICS):
            scenario.test(**scenario.parameters)
    assert [f"{step.command} → {step.to}" for step in seen.rows_left(Whistle.workflow)] == []
    assert set(seen.guards_left(Whistle.workflow)) - SPOKEN_FOR == set()
