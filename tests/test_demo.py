"""The simulated district: every row of every table taken, a clean audit, the same by seed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from zhili import Engine
from zhili.aggregates import CASE_TYPES
from zhili.cli.application import application
from zhili.demo import Simulated, simulate
from zhili.demo.coverage import coverage
from zhili.demo.district import (
    BRANCHES,
    DEPARTMENTS,
    STREETS,
    VILLAGE,
    WALLED_COMMUNITY,
    short_calendar,
    starting_policies,
    street_of,
    whole_calendar,
)
from zhili.demo.hazard_course import HAZARD_MATTERS
from zhili.demo.joint_matter import JOINT_MATTERS
from zhili.demo.matter import MATTERS
from zhili.demo.simulation import was_moved
from zhili.demo.wall_matter import WALL_MATTERS
from zhili.errors import InputError
from zhili.policies import POLICIES
from zhili.policies.division import parse
from zhili.policies.hazard import HazardRules
from zhili.policies.organisation import Organisation
from zhili.policies.routing import Routing
from zhili.policies.whistle import WhistleRules
from zhili.projections.links import Links
from zhili.projections.summonses import Summonses
from zhili.projections.wall import Wall
from zhili.projections.worklist import Worklist

SHORT = 8
"""A week and a day: enough for cases to be closed, and quick."""


@pytest.fixture(scope="module")
def district() -> Iterator[Simulated]:
    """Simulate the whole quarter, once."""
    simulated = simulate()
    with simulated.engine:
        yield simulated


@pytest.mark.slow
@pytest.mark.parametrize("kind", CASE_TYPES, ids=lambda kind: kind.workflow.name)
def test_every_row_of_every_table_is_taken(district: Simulated, kind: type) -> None:
    """All rows of each case type, and of the tables inside it."""
    (table,) = [
        table for table in district.coverage.tables if table.case_type == kind.workflow.name
    ]
    assert [f"{step.command} → {step.event}" for step in table.missing] == []
    inner = kind.workflow.parts.values()
    rows = len(kind.workflow.steps) + sum(len(part.steps) for part in inner)
    assert table.rows_taken == table.rows == rows
    assert table.cases > 0


def test_the_audit_finds_nothing(district: Simulated) -> None:
    """Links, head, lawfulness, deadlines, register; every event of a case took a row."""
    report = district.engine.audit()
    assert report.findings == ()
    assert report.cases == sum(table.cases for table in district.coverage.tables) > 500
    published = sum(len(district.engine.book.versions(name)) for name in POLICIES)
    assert report.events == district.coverage.events + published


def test_a_late_calendar_moves_deadlines(district: Simulated) -> None:
    """What was counted without the holidays of April is counted anew when they are known."""
    rows = district.engine.store.rows(
        "SELECT COUNT(*) FROM cases WHERE provisional_year IS NOT NULL", {}
    )
    assert rows[0][0] == 0
    assert district.case_id is not None
    assert was_moved(district.engine, district.case_id)


def test_the_matter_that_is_told_went_through_a_whistle(district: Simulated) -> None:
    """The complaint waited for its whistle, and both came to their end."""
    assert district.case_id is not None
    members = district.engine.ask(Links(district.case_id)).members
    assert {member.case_type for member in members} >= {"complaint", "whistle"}
    assert all(member.closed_at is not None for member in members)


def test_both_walls_of_the_village_hang_full(district: Simulated) -> None:
    """There are problems to read, echoes with votes, and things that were not posted."""
    problems = district.engine.ask(Wall(village=district.village, side="problems"))
    echoes = district.engine.ask(Wall(village=district.village, side="echoes"))
    assert problems.entries
    assert any(entry.votes.satisfied for entry in echoes.entries)
    assert sum(problems.not_posted.values()) > 0


@pytest.mark.parametrize("case_type", ["complaint", "whistle", "wall", "hazard"])
def test_work_lies_on_the_desks_on_the_last_day(district: Simulated, case_type: str) -> None:
    """Whoever looks at a worklist of the demo finds something on it."""
    assert district.engine.ask(Worklist(case_type=case_type)).items


def test_a_unit_is_awaited_on_the_last_day(district: Simulated) -> None:
    """There is a summons that still wants an answer, and one whose unit is at work."""
    states = {
        one.state for unit in DEPARTMENTS for one in district.engine.ask(Summonses(unit=unit)).items
    }
    assert states >= {"contacted", "arrived"}


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
    assert [table.rows_taken for table in found.tables] == [0] * len(CASE_TYPES)
    assert len(found.missing) == sum(table.rows for table in found.tables)


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
    assert {VILLAGE, WALLED_COMMUNITY, *BRANCHES} <= known
    assert street_of(VILLAGE) in STREETS
    assert short_calendar().certain_until < whole_calendar().certain_until


def test_every_matter_is_of_a_kind_that_the_district_knows() -> None:
    """Kinds of whistles and hazards and categories of the wall stand in the published rules."""
    rules = {policy.name: policy for policy in starting_policies()}
    whistle, hazard = rules["whistle"], rules["hazard"]
    assert isinstance(whistle, WhistleRules)
    assert isinstance(hazard, HazardRules)
    assert {matter.kind for matter in JOINT_MATTERS} == {kind.code for kind in whistle.kinds}
    assert {matter.kind for matter in HAZARD_MATTERS} == {kind.code for kind in hazard.kinds}
    assert {matter.category for matter in WALL_MATTERS} == set(
        rules["wall"].model_dump()["categories"]
    )


def test_a_short_demo_prints_and_says_what_is_missing() -> None:
    """Eight days cannot take every row: they are named, and the exit code is 1."""
    result = CliRunner().invoke(application, ["demo", "--days", str(SHORT)])
    assert result.exit_code == 1
    for words in (
        "not taken: complaint §13-2 reopen → Reopened",
        "not taken: whistle W24 reblow → Reblown",
        "Problem wall 问题墙",
        "closing rate 诉求: 办结率",
        "Worklist of 待办清单",
        "The wall of 问题墙·回音壁",
        "One matter 一件事的全过程",
        "Digest 摘要",
    ):
        assert words in result.stdout


def test_the_demo_speaks_chinese() -> None:
    """Words without their English."""
    result = CliRunner().invoke(application, ["demo", "--days", "3", "--language", "zh"])
    assert "办结率" in result.stdout
    assert "closing rate" not in result.stdout
