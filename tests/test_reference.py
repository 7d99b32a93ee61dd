"""The reference pages are what the code says now, and leave nothing out."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from docs.pages import commands, errors, policies, questions, register, roles, statistics
from docs.pages.cli import WIDTH, helps
from docs.pages.fields import limits, words
from docs.pages.markdown import arguments, prose, table
from docs.render import REFERENCE, ROOT, reference
from zhili import CASE_TYPES, Case, Engine
from zhili.audit import FINDINGS, REMARKS, Finding
from zhili.cli.case_types import NAMES
from zhili.errors import EndlessReactionError, RefusalError
from zhili.errors import __all__ as error_names
from zhili.face import problem
from zhili.policies import POLICIES, branch_call, hazard, procedure, wall, whistle
from zhili.policies.presets import PRESETS
from zhili.projections.question import Question
from zhili.projections.register import TABLES
from zhili.projections.sql_text import load
from zhili.projections.statistic import Statistic
from zhili.projections.worklist import Flag
from zhili.values import Text, UnitId
from zhili.workflows import role

if TYPE_CHECKING:
    from types import ModuleType

PAGES = dict(reference())
LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]+))?\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """Give the anchors of a page as a forge makes them of its headings."""
    return {
        re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in HEADING.findall(text)
    }


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_page_is_what_the_code_renders(path: Path) -> None:
    """Whatever changed was rendered again: `make docs`."""
    assert path.read_text(encoding="utf-8") == PAGES[path]


def test_every_page_is_rendered_or_a_table() -> None:
    """One page of the reference is written by hand, and none was left behind."""
    types = [kind.workflow.name for kind in CASE_TYPES]
    tables = {f"{name}{ending}" for name in types for ending in (".md", ".zh.md")}
    listed = {*REFERENCE, *(f"commands-{name}" for name in types)}
    found = {path.name for path in (ROOT / "docs" / "reference").glob("*")}
    assert found == tables | {f"{name}.md" for name in listed} | {"guarantees.md"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_to_a_heading(path: Path) -> None:
    """A link within the pages leads to a file, and its anchor to a heading there."""
    for target, anchor in LINK.findall(PAGES[path]):
        file = (path.parent / target).resolve() if target else path
        assert file.is_file(), target
        if anchor:
            assert anchor in anchors(PAGES[file]), anchor


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_row_has_the_cells_of_its_head(path: Path) -> None:
    """No row is torn."""
    width = 0
    for line in PAGES[path].splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("| ") else 0
        assert cells in {0, width} or width == 0, line
        width = cells


@pytest.mark.parametrize("kind", CASE_TYPES, ids=lambda kind: kind.workflow.name)
def test_every_command_stands_on_its_page(kind: type[Case]) -> None:
    """With its verb, its events and every field; and no more than there are."""
    text = commands.render_one(kind)
    headings = HEADING.findall(text.partition("\n## Commands\n")[2])
    assert headings == [f"`{command.__name__}`" for command in kind.commands]
    assert {command.verb for command in kind.commands} == set(kind.workflow.commands)
    for command in kind.commands:
        _, _, section = text.partition(f"\n### `{command.__name__}`\n")
        section = section.partition("\n### ")[0]
        assert f"`{command.verb}` (" in section
        for name in set(command.model_fields) - {"case_id"}:
            assert f"\n| `{name}` | " in section, f"{command.__name__}.{name}"


def test_every_case_type_is_named_on_the_page_of_commands() -> None:
    """In both languages, with a link to its commands and to its table."""
    text = commands.render()
    assert set(NAMES) == {kind.workflow.name for kind in CASE_TYPES}
    for name, label in NAMES.items():
        assert f"| {label.en} | {label.zh} | " in text
        assert f"](commands-{name}.md)" in text
        assert f"]({name}.zh.md)" in text


def test_limits_are_those_that_pydantic_checks() -> None:
    """Characters, entries, bounds: said as they are declared."""
    text = "".join(commands.pages().values())
    assert "| `title` | `Line` | 1 to 200 characters, no NUL | **required** |" in text
    assert "| `candidates` | list of `UnitId` | 1 to 50 entries, each: 1 to 64 characters" in text
    assert "| `nth` | `int` | at least 1 | `1` |" in text
    assert "| `confidentiality` | `int` | 0 to 3 | `0` |" in text
    assert "| `measures` | `Text` | 1 to 4,000 characters, no NUL | **required** |" in text
    assert "| `text` | `Text` | 1 to 4,000 characters, no NUL | **required** |" in text
    assert limits(Text | None) == ["1 to 4,000 characters", "no NUL"]


def test_a_type_is_called_by_a_name_only_where_it_was() -> None:
    """Two aliases of the same meaning are one object; the annotation as written decides."""
    assert Flag == UnitId
    assert words(UnitId | None) == "`UnitId` or none"
    assert words(Flag, ()) == "`str`"
    assert "| `flag` | `str` or none |" in questions.render()


def test_every_column_of_the_register_is_told() -> None:
    """Name, kind and meaning, the key, and every index."""
    text = register.render()
    for one in TABLES:
        section = text.partition(f"\n## `{one.name}`\n")[2].partition("\n## ")[0]
        for column in one.columns:
            assert f"\n| `{column.name}` | {column.kind} | {column.doc} |" in section
        assert section.count("\n- ") == len(one.indexes) + len(one.unique)


def test_every_error_and_every_finding_is_told() -> None:
    """Every class of both modules; every code that the replay adds, and none besides."""
    told = {kind.__name__ for kind in errors.classes()}
    of_the_face = {name for name in problem.__all__ if name.endswith("Error")}
    assert told == {*error_names, *of_the_face}
    noted: set[str] = set()
    for path in sorted((ROOT / "src/zhili/audit").glob("*.py")) + sorted(
        (ROOT / "src/zhili/evidence").glob("*.py")
    ):
        if path.name != "report.py":
            noted |= {
                node.value
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Constant) and node.value in {*FINDINGS, *REMARKS}
            }
    # A chain of reactions is refused while it is decided; nothing recorded can be found to be one.
    kinds = set(errors.classes()) - {EndlessReactionError}
    refused = {kind.code for kind in kinds if issubclass(kind, RefusalError)}
    assert not set(FINDINGS) & set(REMARKS)
    assert noted | refused == {*FINDINGS, *REMARKS}


def test_a_finding_says_what_its_code_means() -> None:
    """A finding, a remark, and the refusal of a host, whose code is its own."""
    for code, meaning in {**FINDINGS, **REMARKS, "of-a-host": "as it says"}.items():
        assert Finding(code=code, detail="as it says").meaning == meaning


@pytest.mark.parametrize("question", statistics.ANSWERS, ids=lambda question: question.__name__)
def test_fingerprints_are_those_of_the_answers(question: type[Question]) -> None:
    """What the page prints is what an answer carries, with the same definition and version."""
    with Engine.open("memory:") as engine:
        answer = engine.ask(question())
    assert type(answer) is statistics.ANSWERS[question]
    assert statistics.fingerprint_of(question) == answer.sql_sha256
    text = statistics.render()
    section = text.partition(f"\n## `{question.__name__}`\n")[2].partition("\n## ")[0]
    assert f"- SHA-256 `{answer.sql_sha256}`" in section
    assert f"- definition `{answer.definition}`, version {answer.version}" in section
    assert f"version {question.version}" in load(question.definition).partition("\n")[0]


def test_every_statistic_and_every_sql_file_is_told() -> None:
    """Those that derive from `Statistic`, and every file of `sql/`."""
    told = {question for question in statistics.ANSWERS if issubclass(question, Statistic)}
    leaves = [one for one in _below(Statistic) if one.definition]
    assert told == set(leaves)
    files = {path.name for path in (ROOT / "src/zhili/projections/sql").glob("*.sql")}
    assert files == set(re.findall(r"^### `(\w+\.sql)`$", statistics.render(), re.MULTILINE))


def _below(kind: type[Question]) -> list[type[Question]]:
    return [two for one in kind.__subclasses__() for two in (one, *_below(one))]


def test_every_policy_and_every_limit_of_a_city_is_told() -> None:
    """Every document with every field, and every row of every preset."""
    text = policies.render()
    for policy in POLICIES.values():
        section = text.partition(f"\n## `{policy.name}`: ")[2].partition("\n## ")[0]
        for name in policy.model_fields:
            assert f"\n| `{name}` | " in section
    heads = ["Clock", "Kind", "Grade", *PRESETS]
    rows = [
        line.strip("| ").split(" | ")
        for line in re.findall(r"^\| `\w+` \|.* \|$", text, re.MULTILINE)
        if line.count(" | ") == len(heads) - 1
    ]
    told = {
        (city, row[0].strip("`"), row[1].strip(), row[2].strip(), limit)
        for row in (_padded(row, len(heads)) for row in rows)
        for city, limit in zip(PRESETS, row[3:], strict=True)
        if limit
    }
    assert told == {
        (city, row.clock, row.kind or "", row.grade or "", str(row.limit))
        for city, preset in PRESETS.items()
        for row in preset().rows
    }


def test_every_kind_of_whistle_and_of_hazard_is_told() -> None:
    """Those of the default document and of every city, with their limits; the hazards' by code."""
    text = policies.render()
    cities = {"default": whistle.WhistleRules, **whistle.PRESETS}
    for city, rules in cities.items():
        for kind in rules().kinds:
            assert f"| `{city}` | `{kind.code}` | {kind.name} | " in text
            assert f" | {kind.report_in} | " in text
    section = text.partition("\n## Kinds of hazard\n")[2].partition("\n## ")[0]
    for one in hazard.HazardRules().kinds:
        assert (
            f"| `{one.code}` | {one.name} | {'yes' if one.fixed_by_community else ''} |" in section
        )


@pytest.mark.parametrize(
    "module", [procedure, whistle, wall, branch_call], ids=lambda m: m.__name__
)
def test_every_list_of_codes_is_told(module: ModuleType) -> None:
    """Every code of a policy's lists, with its meaning in both languages."""
    section = policies.render().partition(f"\n## Codes of `{module.__name__.split('.')[-1]}`\n")[2]
    lists = {name: value for name, value in vars(module).items() if _means(name, value)}
    assert lists
    for name, meanings in lists.items():
        listed = section.partition(f"\n### `{name.lower()}`\n")[2].partition("\n### ")[0]
        for code, meaning in meanings.items():
            assert f"| `{code}` | {meaning} |" in listed


def _means(name: str, value: object) -> bool:
    return name.isupper() and not name.startswith("_") and isinstance(value, dict)


def _padded(row: list[str], size: int) -> list[str]:
    return [*(cell.strip() for cell in row), *[""] * (size - len(row))]


def test_every_role_says_who_it_is_and_what_it_may_do() -> None:
    """Every constant, and every command that a row lets a role give."""
    constants = {getattr(role, name) for name in role.__all__}
    assert constants <= set(roles.roles())
    text = roles.render()
    assert {kind.workflow.name for kind in CASE_TYPES} < {one.name for one in roles.tables()}
    for workflow in roles.tables():
        for step in workflow.steps:
            for name in step.roles:
                section = text.partition(f"\n### `{name}`\n")[2].partition("\n### ")[0]
                assert f"| `{workflow.name}.{step.command}` |" in section, name
    assert "Nothing that is recorded" in text.partition("\n### `inspector`\n")[2][:100]


def test_help_has_one_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal, narrow or wide, changes nothing; and no store of a shell is printed."""
    before = list(helps())
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("ZHILI_STORE", "sqlite:///secret.db")
    assert list(helps()) == before
    assert max(len(line) for _, text in before for line in text.splitlines()) <= WIDTH
    named = {name for name, _ in before}
    assert {"zhili", "zhili wall", "zhili summonses", "zhili policy publish"} <= named


def test_a_docstring_is_read_in_its_sections() -> None:
    """Paragraphs on one line each; the section Args by name; the rest left out."""
    text = """
    Do this.

    At length, on
    two lines.

    Args:
        one: The first,
            on two lines.

        two: The second.

    Raises:
        ValueError: Never.
    """
    assert prose(text) == ["Do this.", "", "At length, on two lines.", ""]
    assert arguments(text) == {"one": "The first, on two lines.", "two": "The second."}


def test_a_bar_in_a_cell_is_escaped() -> None:
    """It would begin another cell; and a table without rows is nothing."""
    assert list(table(("A", "B"), [("x|y", "z")]))[2:] == [r"| x\|y | z |"]
    assert list(table(("A", "B"), [])) == []
