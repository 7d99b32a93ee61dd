"""
Render the reference pages from the code.

    python -m docs.render

Writes `docs/reference` and the golden copies under `tests/golden`, which tests compare with what
the code would render: whatever changes shows up in the diff as people would read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from docs.pages import (
    cli,
    commands,
    errors,
    policies,
    questions,
    register,
    roles,
    routes,
    statistics,
)
from zhili import CASE_TYPES, Case
from zhili.workflows.guard_words import guard_in_chinese
from zhili.workflows.page import Language, diagram, page

ROOT: Final = Path(__file__).resolve().parent.parent
LANGUAGES: Final[tuple[tuple[Language, str], ...]] = (("en", ".md"), ("zh", ".zh.md"))
FENCE: Final = "```"

REFERENCE: Final[dict[str, Callable[[], str]]] = {
    "cli": cli.render,
    "commands": commands.render,
    "errors": errors.render,
    "policies": policies.render,
    "questions": questions.render,
    "register": register.render,
    "roles": roles.render,
    "routes": routes.render,
    "statistics": statistics.render,
}
"""The pages besides those of the tables and of the commands of each case type, by name."""


def sentences(case_type: type[Case], language: Language = "en") -> dict[str, str]:
    """Give what each guard of a case type says when it does not hold."""
    if language == "zh":
        name = case_type.workflow.name
        return {one: guard_in_chinese(name, one) or "" for one in case_type.workflow.guards}
    guards = {name: getattr(case_type, name) for name in case_type.workflow.guards}
    return {name: (guard.__doc__ or "").strip().split("\n")[0] for name, guard in guards.items()}


def pages(case_type: type[Case]) -> Iterator[tuple[str, str]]:
    """Give the files of a case type: name and text."""
    workflow = case_type.workflow
    for language, ending in LANGUAGES:
        yield f"{workflow.name}{ending}", page(workflow, language, sentences(case_type, language))
    yield f"{workflow.name}.mmd", diagram(workflow)


def reference() -> Iterator[tuple[Path, str]]:
    """Give every page besides those of the tables, with its text."""
    texts = {name: render() for name, render in REFERENCE.items()} | commands.pages()
    for name, text in texts.items():
        yield ROOT / "docs" / "reference" / f"{name}.md", text


def files() -> Iterator[tuple[Path, str]]:
    """Give every file that a table is written to, with its text."""
    for case_type in CASE_TYPES:
        texts = dict(pages(case_type))
        drawing = texts[f"{case_type.workflow.name}.mmd"]
        for name, text in texts.items():
            yield ROOT / "tests" / "golden" / name, text
            if name.endswith(".md"):
                drawn = f"{text}\n{FENCE}mermaid\n{drawing}{FENCE}\n"
                yield ROOT / "docs" / "reference" / name, drawn


def main() -> None:
    """Write the files that differ, and name them."""
    for path, text in (*files(), *reference()):
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
