"""`zhili stats | worklist | case`: what is asked of the record."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.cli.conftest import AGENT, CLOSED, DISPATCHED
from zhili import Engine, complaint
from zhili.aggregates.number import number_of
from zhili.commands.policy import policy_id

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

SPREAD = {
    "n", "mean", "p50_linear", "p75_linear", "p90_linear", "p95_linear", "p50_nearest",
    "p75_nearest", "p90_nearest", "p95_nearest", "left_out",
}  # fmt: skip
CURVE = {"n", "events", "censored", "median_h", "time_S_le_0_75_h", "time_S_le_0_25_h"}
OVERDUE = {
    "with_due", "closed_late", "closed_in_time", "open_past_due", "open_not_yet_due",
    "overdue_rate", "late_rate_closed",
}  # fmt: skip
GROUP = {
    "key", "total", "closed", "open", "resolution_rate", "ttc_n", "ttc_mean_h",
    "ttc_p50_linear_h", "ttc_p90_linear_h",
}  # fmt: skip


def test_stats_are_one_json_object(run: Run, store: str) -> None:
    """Every figure that is promised has its name, and its value."""
    result = run("stats", "--store", store, "--format", "json", "--by", "unit", "--as-of", "max")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["as_of"] == "2026-03-03T01:00:00+00:00"
    counts = document["counts"]
    assert (counts["total"], counts["closed"], counts["open"]) == (2, 1, 1)
    assert (counts["closed_before_opened"], counts["flagged"]) == (0, {})
    assert document["closing_rate"] == {"numerator": 1, "denominator": 2, "rate": 0.5}
    assert document["resolution_rate"] == {"numerator": 1, "denominator": 2, "rate": 0.5}
    assert set(document["time_to_close_hours"]) == SPREAD
    assert document["time_to_close_hours"]["mean"] == 24.0
    assert set(document["kaplan_meier"]) == CURVE
    assert set(document["overdue"]) == OVERDUE
    assert document["monthly"] == [
        {"month": "2026-03", "opened": 2, "closed_of_them": 1, "rate": 0.5}
    ]
    (group,) = document["groups"]
    assert set(group) == GROUP
    assert (group["key"], group["total"]) == ("110105002", 2)


def test_stats_are_a_table_for_people(run: Run, store: str) -> None:
    """The Chinese term stands beside the English one, or alone."""
    english = run("stats", "--store", store, "--by", "category").stdout
    assert "Closing rate 办结率" in english
    assert "50.00%" in english
    assert "roads/lighting" in english
    chinese = run("stats", "--store", store, "--language", "zh").stdout
    assert "办结率" in chinese
    assert "Closing rate" not in chinese


def test_an_empty_store_has_no_data(run: Run) -> None:
    """An empty denominator is no data, never 0."""
    document = json.loads(run("stats", "--store", "memory:", "--format", "json").stdout)
    assert document["closing_rate"] == {"numerator": 0, "denominator": 0, "rate": None}
    assert document["monthly"] == []
    assert "groups" not in document
    assert "no data" in run("stats", "--store", "memory:").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("stats", "--by", "colour"),
        ("stats", "--as-of", "yesterday"),
        ("stats", "--as-of", "2026-03-03T00:00:00"),
        ("stats", "--as-of", "2999-01-01"),
        ("stats", "--as-of", "2999-01-01T00:00:00Z"),
        ("stats", "--as-of", "0001-01-01"),
        ("worklist", "--state", "bogus"),
        ("worklist", "--number", "nonsense"),
        ("worklist", "--after", "nonsense"),
        ("worklist", "--size", "1000"),
        ("worklist", "--order", "colour"),
        ("worklist", "--due-before", "2026-03-03T00:00:00"),
    ],
)
def test_a_question_that_makes_no_sense_is_wrong_usage(
    run: Run, store: str, arguments: tuple[str, ...]
) -> None:
    """It says which option is wrong, and ends with 2."""
    result = run(*arguments, "--store", store)
    assert result.exit_code == 2
    assert (result.stderr[:15], result.stderr.count("\n")) == ("error [input]: ", 1)
    option = arguments[1].removeprefix("--").replace("-", "_")
    assert option in result.stderr.replace("-", "_")


def test_a_future_instant_is_told_from_the_present(run: Run, store: str) -> None:
    """Whoever asks for tomorrow is told what time it is, instead of getting today's figures."""
    said = run("stats", "--store", store, "--as-of", "2999-01-01").stderr
    assert "lies in the future; it is 20" in said
    assert "+08:00 now" in said


@pytest.mark.parametrize(
    ("zone", "begins", "total"),
    [("Asia/Shanghai", "2026-03-01T16:00:00+00:00", 0), ("UTC", "2026-03-02T00:00:00+00:00", 1)],
)
def test_a_date_is_the_beginning_of_that_day(
    run: Run, tmp_path: Path, zone: str, begins: str, total: int
) -> None:
    """In the zone of the store: what was opened in the evening before counts, or does not yet."""
    url, opened = f"sqlite:///{tmp_path}/z.db", datetime(2026, 3, 1, 20, tzinfo=UTC)
    with Engine.open(url, zone=zone, clock=lambda: opened) as engine:
        told = complaint.Register(
            case_id=CLOSED, kind="complaint", channel="hotline", title="t", content="c",
            category="roads/lighting", anonymous=True,
        )  # fmt: skip
        engine.submit(told, by=AGENT)
        engine.submit(complaint.Accept(case_id=CLOSED), by=AGENT)
    result = run("stats", "--store", url, "--as-of", "2026-03-02", "--format", "json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert (document["as_of"], document["counts"]["total"]) == (begins, total)


def test_an_unknown_state_is_answered_with_those_there_are(run: Run, store: str) -> None:
    """Every one of several states is looked at."""
    result = run("worklist", "--store", store, "--state", "closed", "--state", "bogus")
    assert result.exit_code == 2
    for state in ("'bogus'", "accepted", "dispatched", "closed", "archived"):
        assert state in result.stderr


@pytest.mark.parametrize("command", [("case",), ("worklist", "--number")])
def test_a_mistyped_character_is_called_so(run: Run, store: str, command: tuple[str, ...]) -> None:
    """What looks like a number but is none has one wrong character; what is no number has not."""
    number = number_of(CLOSED, date(2026, 3, 2))
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    for typed, mistyped in ((wrong, True), (number[:-3], False)):
        result = run(*command, typed, "--store", store)
        assert (result.exit_code, result.stderr[:15]) == (2, "error [input]: ")
        assert ("a character is mistyped" in result.stderr) is mistyped


def test_a_worklist_holds_what_is_open(run: Run, store: str) -> None:
    """Only the open case, unless ended ones are asked for."""
    page = json.loads(run("worklist", "--store", store, "--format", "json").stdout)
    assert [item["case_id"] for item in page["items"]] == [str(DISPATCHED)]
    assert page["items"][0]["overdue"] is True
    assert page["next"] is None
    everything = run("worklist", "--store", store, "--format", "json", "--with-ended")
    assert len(json.loads(everything.stdout)["items"]) == 2


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (("--unit", "110105002"), 1),
        (("--unit", "110105003"), 0),
        (("--within", "110105"), 1),
        (("--state", "dispatched"), 1),
        (("--state", "signed", "--state", "closed"), 1),
        (("--overdue",), 1),
        (("--not-overdue",), 0),
        (("--title", "路灯"), 1),
        (("--title", "垃圾"), 0),
        (("--due-before", "2026-03-02T00:00:00+08:00"), 0),
    ],
)
def test_a_worklist_is_filtered(run: Run, store: str, filters: tuple[str, ...], found: int) -> None:
    """Each option is a filter."""
    result = run("worklist", "--store", store, "--format", "json", *filters)
    assert result.exit_code == 0, result.output
    assert len(json.loads(result.stdout)["items"]) == found


def test_a_worklist_goes_on_after_a_page(run: Run, store: str) -> None:
    """What a page calls next is where the following one begins."""
    arguments = ("worklist", "--store", store, "--format", "json", "--with-ended", "--size", "1")
    first = json.loads(run(*arguments).stdout)
    second = json.loads(run(*arguments, "--after", first["next"]).stdout)
    ids = [page["items"][0]["case_id"] for page in (first, second)]
    assert sorted(ids) == [str(DISPATCHED), str(CLOSED)]
    assert second["next"] is None
    refused = run(*arguments, "--after", "nonsense")
    assert (refused.exit_code, refused.stderr[:15]) == (2, "error [input]: ")


def test_a_worklist_is_a_table_for_people(run: Run, store: str) -> None:
    """Number, state in words, title, unit, due instant."""
    table = run("worklist", "--store", store).stdout
    assert "Dispatched, to be signed 已派单待签收" in table
    assert "路灯不亮" in table


def test_a_case_is_found_by_id_and_by_number(run: Run, store: str) -> None:
    """However the number is written."""
    by_id = json.loads(run("case", str(CLOSED), "--store", store, "--format", "json").stdout)
    number = by_id["case"]["number"]
    for written in (number, number.lower().replace("-", " ")):
        result = run("case", written, "--store", store, "--format", "json")
        assert json.loads(result.stdout)["case"]["case_id"] == str(CLOSED)


def test_a_case_tells_its_life_and_explains_its_clocks(run: Run, store: str) -> None:
    """State, every event, every clock with its segments and its days; nothing personal."""
    result = run("case", str(CLOSED), "--store", store, "--format", "json")
    document = json.loads(result.stdout)
    assert document["case"]["state"] == "closed"
    events = [entry["event"] for entry in document["timeline"]["entries"]]
    assert events[0] == "Registered"
    assert events[-1] == "Closed"
    clocks = {clock["clock"]: clock for clock in document["clocks"]}
    assert clocks["handle"]["status"] == "stopped"
    assert len(clocks["handle"]["explanation"]["days"]) == 7
    assert "门口路灯三天不亮" not in result.stdout


def test_a_case_is_told_to_people(run: Run, store: str) -> None:
    """The timeline and the days of its clock, in words."""
    told = run("case", str(CLOSED), "--store", store).stdout
    for words in (
        "Closed 已办结",
        "Timeline 办理轨迹",
        "Why it is due then 期限说明",
        "2026-03-09",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("wanted", "code", "exit_code"),
    [
        ("01900000-0000-7000-8000-0000000000ff", "case-not-found", 1),
        (number_of(UUID(int=7), date(2026, 3, 2)), "case-not-found", 1),
        (str(policy_id("routing")), "case-not-found", 1),
        ("260302-00000-00000-0", "input", 2),
        ("nonsense", "input", 2),
    ],
)
def test_a_case_that_is_not_there_is_refused(
    run: Run, store: str, wanted: str, code: str, exit_code: int
) -> None:
    """An unknown id or number is refused; a mistyped number, or neither of both, is wrong usage."""
    result = run("case", wanted, "--store", store)
    assert result.exit_code == exit_code
    assert result.stderr.startswith(f"error [{code}]: ")
    assert result.stderr.count("\n") == 1
