"""The simulated district: every row of the table taken, a clean audit, the same by seed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from zhili import Engine
from zhili.cli.application import application
from zhili.demo import Simulated, simulate
from zhili.demo.coverage import coverage
from zhili.demo.district import STREETS, short_calendar, starting_policies, whole_calendar
from zhili.demo.matter import MATTERS
from zhili.demo.simulation import was_moved
from zhili.errors import InputError
from zhili.policies.division import parse
from zhili.policies.organisation import Organisation
from zhili.policies.routing import Routing

SHORT = 8
"""A week and a day: enough for cases to be closed, and quick."""


@pytest.fixture(scope="module")
def district() -> Iterator[Simulated]:
    """Simulate the whole quarter, once."""
    simulated = simulate()
    with simulated.engine:
        yield simulated


@pytest.mark.slow
def test_every_row_of_the_table_is_taken(district: Simulated) -> None:
    """All rows of the complaint, and of the co-handlers inside it."""
    assert [step.command for step in district.coverage.missing] == []
    assert district.coverage.rows_taken == district.coverage.rows == 76


def test_the_audit_finds_nothing(district: Simulated) -> None:
    """Links, head, lawfulness, deadlines, register; every event of a complaint took a row."""
    report = district.engine.audit()
    assert report.findings == ()
    assert report.cases > 500
    published = sum(
        len(district.engine.book.versions(name))
        for name in (
            "calendar",
            "time_limits",
            "procedure",
            "late_entry",
            "organisation",
            "routing",
        )
    )
    assert report.events == district.coverage.events + published


def test_a_late_calendar_moves_deadlines(district: Simulated) -> None:
    """What was counted without the holidays of April is counted anew when they are known."""
    rows = district.engine.store.rows(
        "SELECT COUNT(*) FROM cases WHERE provisional_year IS NOT NULL", {}
    )
    assert rows[0][0] == 0
    assert district.case_id is not None
    assert was_moved(district.engine, district.case_id)


def test_the_same_seed_tells_the_same_story() -> None:
    """To the last byte: the head of the log is the same, and another seed gives another."""
    heads = []
    for seed in (1, 1, 2):
        simulated = simulate(seed=seed, days=SHORT)
        with simulated.engine as engine:
            assert engine.audit().clean
            heads.append(engine.head())
    assert heads[0] == heads[1]
    assert heads[0] != heads[2]


def test_rows_that_nobody_took_are_named() -> None:
    """An empty store has taken none."""
    with Engine.open("memory:") as engine:
        found = coverage(engine)
    assert found.rows_taken == 0
    assert len(found.missing) > found.rows


def test_a_store_with_cases_is_left_alone(tmp_path: object) -> None:
    """The demo makes a store of its own."""
    url = f"sqlite:///{tmp_path}/demo.db"
    with simulate(url, days=2).engine as engine:
        head = engine.head()
    with pytest.raises(InputError, match="holds cases already"):
        simulate(url, days=2)
    with Engine.open(url, create=False) as engine:
        assert engine.head() == head


@pytest.mark.parametrize("days", [0, 1000])
def test_days_have_limits(days: int) -> None:
    """None, and more than there are calendars for, are refused."""
    with pytest.raises(InputError, match="days"):
        simulate(days=days)


def test_the_district_is_wellformed() -> None:
    """Codes in their ranges, every matter in the catalogue, a unit for each."""
    for street in STREETS:
        assert parse(street).level == "street"
    (organisation,) = [p for p in starting_policies() if isinstance(p, Organisation)]
    (routing,) = [p for p in starting_policies() if isinstance(p, Routing)]
    known = {unit.id for unit in organisation.units}
    assert {topic.unit for topic in MATTERS.values()} - {None} <= known
    assert {row.category for row in routing.rows} == set(MATTERS)
    assert len(MATTERS) == 12
    assert short_calendar().certain_until < whole_calendar().certain_until


def test_a_short_demo_prints_and_says_what_is_missing() -> None:
    """Eight days cannot take every row: they are named, and the exit code is 1."""
    result = CliRunner().invoke(application, ["demo", "--days", str(SHORT)])
    assert result.exit_code == 1
    assert "not taken: §13-2 reopen → Reopened" in result.stdout
    for words in ("of 76 rows taken", "Closing rate 办结率", "Worklist of 待办清单", "Digest 摘要"):
        assert words in result.stdout


def test_the_demo_speaks_chinese() -> None:
    """Words without their English."""
    result = CliRunner().invoke(application, ["demo", "--days", "3", "--language", "zh"])
    assert "办结率" in result.stdout
    assert "Closing rate" not in result.stdout
