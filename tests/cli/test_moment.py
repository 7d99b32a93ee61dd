"""`--as-of`, `--known-at` and `--version`: the command line asks of the past."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.conftest import AGENT, CLOSED, DISPATCHED
from zhili import Engine, complaint
from zhili.testing import VirtualClock

if TYPE_CHECKING:
    from tests.cli.conftest import Run

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


def answered(run: Run, *arguments: str) -> Any:
    """Run a command and read its JSON."""
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_figures_and_lists_are_given_as_of_then(run: Run, store: str) -> None:
    """Before the closing both cases are open; after it, one."""
    for option in ("--as-of", "--known-at"):
        for instant, still_open in (("2026-03-02T10:00:00+08:00", 2), ("2026-03-04", 1)):
            document = answered(run, "stats", "--store", store, option, instant)
            assert document["counts"]["open"] == still_open
            page = answered(run, "worklist", "--store", store, option, instant)
            assert len(page["items"]) == still_open


def test_a_late_entry_tells_the_two_apart(run: Run, store: str) -> None:
    """What is entered today for yesterday counts as of yesterday, and was not known then."""
    clock = VirtualClock(MONDAY + 50 * HOUR)
    told = complaint.CorrectRecord(
        case_id=DISPATCHED, field="place", old=None, new="gate 3", reason="told on the phone"
    )
    with Engine.open(store, clock=clock) as engine:
        before = engine.head().position
        engine.submit(told, by=AGENT, at=clock() - 10 * HOUR)
        after = engine.head().position
    yesterday = "2026-03-03T20:00:00Z"
    for option, value, place in (
        ("--as-of", yesterday, "gate 3"), ("--known-at", yesterday, None),
        ("--known-at", str(before), None), ("--known-at", str(after), "gate 3"),
    ):  # fmt: skip
        (item,) = answered(run, "worklist", "--store", store, option, value)["items"]
        assert item["place"] == place


def test_a_case_is_printed_as_it_was(run: Run, store: str) -> None:
    """After so many events, and at any moment: its page, its timeline, its clocks."""
    shown = answered(run, "case", str(CLOSED), "--store", store, "--version", "3")
    assert [entry["event"] for entry in shown["timeline"]["entries"]] == [
        "Registered", "Accepted", "Dispatched",
    ]  # fmt: skip
    assert (shown["case"]["state"], shown["case"]["version"]) == ("dispatched", 3)
    position = shown["timeline"]["position"]
    for option, value in (("--known-at", str(position)), ("--as-of", "2026-03-02T09:00:00+08:00")):
        other = answered(run, "case", str(CLOSED), "--store", store, option, value)
        assert other["case"]["state"] == "dispatched"
        assert [clock["clock"] for clock in other["clocks"]] == [
            clock["clock"] for clock in shown["clocks"]
        ]
    assert "Dispatched" not in run("case", str(CLOSED), "--store", store, "--version", "1").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("stats", "--known-at", "999"), "the log ends at position"),
        (("stats", "--known-at", "-1"), "the log ends at position"),
        (("stats", "--known-at", "2"), "no policy was in force yet"),
        (("stats", "--known-at", "soon"), "--known-at 'soon' is no instant"),
        (("worklist", "--as-of", "2026-03-02T09:00:00"), "is no instant"),
        (("worklist", "--known-at", "2999-01-01"), "--known-at 2999-01-01 lies in the future"),
        (("case", str(CLOSED), "--version", "99"), "has the versions 1 to"),
        (("case", str(CLOSED), "--version", "1", "--as-of", "2026-03-03"), "two things"),
    ],
)
def test_a_moment_that_makes_no_sense_is_wrong_usage(
    run: Run, store: str, arguments: tuple[str, ...], message: str
) -> None:
    """It is said in one line, and the exit code is 2."""
    result = run(*arguments, "--store", store)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_case_that_was_not_there_yet_is_not_found(run: Run, store: str) -> None:
    """The line says since when it is, and the exit code is that of what is not found."""
    result = run("case", str(CLOSED), "--store", store, "--as-of", "2026-03-01")
    assert result.exit_code == 1
    assert "it begins at 2026-03-02 01:00:00 UTC" in result.stderr
