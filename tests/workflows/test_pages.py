"""The reference page and the diagram of a table, and that they are up to date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from docs.render import files, sentences
from zhili import CASE_TYPES, Case, Complaint
from zhili.aggregates import Whistle
from zhili.workflows.page import diagram, page
from zhili.workflows.workflow import STAY

if TYPE_CHECKING:
    from pathlib import Path

    from zhili.workflows.page import Language

COMPLAINT = Complaint.workflow
EACH = pytest.mark.parametrize("kind", CASE_TYPES, ids=lambda kind: kind.workflow.name)
FILES = list(files())


@pytest.mark.parametrize(
    ("path", "text"), FILES, ids=[f"{p.parent.name}/{p.name}" for p, _ in FILES]
)
def test_the_page_is_what_the_code_renders(path: Path, text: str) -> None:
    """A table that was changed was rendered again: `make docs`."""
    assert path.read_text(encoding="utf-8") == text


@EACH
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_leaves_nothing_out(kind: type[Case], language: Language) -> None:
    """Every state, step, event, role, guard and clock stands on it, in both languages."""
    workflow = kind.workflow
    text = page(workflow, language, sentences(kind, language))
    tables = (workflow, *workflow.parts.values())
    names = {name for table in tables for name in (*table.states, *table.commands, *table.events)}
    names |= {role for table in tables for step in table.steps for role in step.roles}
    names |= set(workflow.guards) | {clock.name for clock in workflow.clocks}
    names |= {f"{name}:UNIT" for name in workflow.part_clocks}
    assert {name for name in names if f"`{name}`" not in text} == set()
    rows = re.findall(r"^\| `[a-z_]+` \| [^|`]* \| [^|]* \| `[A-Z]\w+` \|", text, re.MULTILINE)
    assert len(rows) == sum(len(table.steps) for table in tables)


@EACH
def test_states_and_steps_have_words_in_both_languages(kind: type[Case]) -> None:
    """People meet English and Chinese words, never a name of the code."""
    workflow = kind.workflow
    for table in (workflow, *workflow.parts.values()):
        for name in table.states:
            assert table.label(name, "en")
            assert re.search(r"[\u4e00-\u9fff]", table.label(name, "zh")), name
        assert set(table.commands) <= set(workflow.labels)
    for verb in workflow.commands:
        assert re.search(r"[\u4e00-\u9fff]", workflow.label(verb, "zh")), verb


def test_a_step_inside_a_case_is_called_as_it_is_outside() -> None:
    """The table of a summoned unit has no words of its own for what is done, and needs none."""
    written: tuple[tuple[Language, str], ...] = (("en", "Report in"), ("zh", "报到"))
    for language, words in written:
        text = page(Whistle.workflow, language, sentences(Whistle, language))
        inside = text.partition("`summons`")[2]
        assert f"| `report_in` | {words} | " in inside
        assert f" {words}, " in inside.rpartition("\n| `unit_leader` | ")[2]


@EACH
def test_every_guard_says_why(kind: type[Case]) -> None:
    """What is printed when a guard does not hold is a sentence."""
    for name, sentence in sentences(kind).items():
        assert re.fullmatch(r"[A-Z].*[.]", sentence), name


@EACH
def test_the_diagram_shows_every_move(kind: type[Case]) -> None:
    """Every pair of states that a step joins, and the names of the events on it."""
    workflow = kind.workflow
    text = diagram(workflow)
    wanted = {
        (source or "[*]", step.to, step.event)
        for step in workflow.steps
        if step.to != STAY
        for source in step.sources
    }
    drawn = {
        (source, dest, event)
        for source, dest, events in re.findall(r"^    (\S+) --> (\w+): (.+)$", text, re.MULTILINE)
        for event in events.split(", ")
    }
    assert drawn == wanted
    assert len(re.findall(r'^    state "', text, re.MULTILINE)) == len(workflow.states)


def test_a_diagram_speaks_chinese() -> None:
    """The states' labels, in the language asked for."""
    assert 'state "已登记" as registered' in diagram(COMPLAINT, "zh")
