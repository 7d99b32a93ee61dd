"""The reference page and the diagram of a table, and that they are up to date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from docs.render import files, sentences
from zhili import Complaint
from zhili.workflows.page import diagram, page
from zhili.workflows.workflow import STAY

if TYPE_CHECKING:
    from pathlib import Path

COMPLAINT = Complaint.workflow
FILES = list(files())


@pytest.mark.parametrize(
    ("path", "text"), FILES, ids=[f"{p.parent.name}/{p.name}" for p, _ in FILES]
)
def test_the_page_is_what_the_code_renders(path: Path, text: str) -> None:
    """A table that was changed was rendered again: `make docs`."""
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_leaves_nothing_out(language: str) -> None:
    """Every state, step, event, role, guard and clock stands on it, in both languages."""
    text = page(COMPLAINT, language, sentences(Complaint))
    tables = (COMPLAINT, *COMPLAINT.parts.values())
    names = {name for table in tables for name in (*table.states, *table.commands, *table.events)}
    names |= {role for table in tables for step in table.steps for role in step.roles}
    names |= set(COMPLAINT.guards) | {clock.name for clock in COMPLAINT.clocks}
    assert {name for name in names if f"`{name}`" not in text} == set()
    rows = re.findall(r"^\| `[a-z_]+` \| [^|`]* \| [^|]* \| `[A-Z]\w+` \|", text, re.MULTILINE)
    assert len(rows) == sum(len(table.steps) for table in tables)


def test_states_and_steps_have_words_in_both_languages() -> None:
    """People meet English and Chinese words, never a name of the code."""
    for table in (COMPLAINT, *COMPLAINT.parts.values()):
        for name in table.states:
            assert table.label(name, "en")
            assert re.search(r"[\u4e00-\u9fff]", table.label(name, "zh")), name
    for verb in COMPLAINT.commands:
        assert verb in COMPLAINT.labels
        assert re.search(r"[\u4e00-\u9fff]", COMPLAINT.label(verb, "zh")), verb


def test_every_guard_says_why() -> None:
    """What is printed when a guard does not hold is a sentence."""
    for name, sentence in sentences(Complaint).items():
        assert re.fullmatch(r"[A-Z].*[.]", sentence), name


def test_the_diagram_shows_every_move() -> None:
    """Every pair of states that a step joins, and the names of the events on it."""
    text = diagram(COMPLAINT)
    wanted = {
        (source or "[*]", step.to, step.event)
        for step in COMPLAINT.steps
        if step.to != STAY
        for source in step.sources
    }
    drawn = {
        (source, dest, event)
        for source, dest, events in re.findall(r"^    (\S+) --> (\w+): (.+)$", text, re.MULTILINE)
        for event in events.split(", ")
    }
    assert drawn == wanted
    assert len(re.findall(r'^    state "', text, re.MULTILINE)) == len(COMPLAINT.states)


def test_a_diagram_speaks_chinese() -> None:
    """The states' labels, in the language asked for."""
    assert 'state "已登记" as registered' in diagram(COMPLAINT, "zh")
