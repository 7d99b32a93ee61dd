"""Markdown as the reference pages write it: headings, tables, docstrings as paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from inspect import cleandoc
from typing import Final

MADE: Final = "Rendered from the code; do not edit. `make docs` renders it again."
FENCE: Final = "```"
SECTION: Final = re.compile(r"^(Args|Returns|Raises|Yields):\s*$")
ARGUMENT: Final = re.compile(r"^    (\w+): (.*)$")


def page(title: str, *parts: Iterable[str]) -> str:
    """Give the text of a page: its title, then every part with an empty line before it."""
    lines = [f"# {title}", "", MADE]
    for part in parts:
        lines += ["", *part]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Give the lines of a table, or nothing if it has no rows."""
    found = list(rows)
    if not found:
        return
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for row in found:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def block(text: str, language: str = "text") -> list[str]:
    """Give *text* as it stands, in a fence."""
    return [f"{FENCE}{language}", *text.strip("\n").split("\n"), FENCE]


def code(name: object) -> str:
    """Give a name of the code."""
    return f"`{name}`"


def codes(names: Iterable[object]) -> str:
    """Give names of the code, in a row."""
    return ", ".join(map(code, names))


def prose(docstring: str | None) -> list[str]:
    """Give the paragraphs of a docstring, each on one line, without its sections."""
    text = "\n".join(_sections(docstring)[""])
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    return [line for part in paragraphs if part for line in (part, "")]


def sentence(docstring: str | None) -> str:
    """Give a whole docstring on one line, as a cell of a table holds it."""
    return " ".join(" ".join(prose(docstring)).split())


def arguments(docstring: str | None) -> dict[str, str]:
    """Give what the section *Args* of a docstring says, by name."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in _sections(docstring).get("Args", []):
        match = ARGUMENT.match(line)
        if match:
            name = match[1]
            found[name] = [match[2]]
        elif line.strip():
            found[name].append(line.strip())
    return {key: " ".join(words) for key, words in found.items()}


def _sections(docstring: str | None) -> dict[str, list[str]]:
    """Split a docstring at the headings of its sections; what stands before them has no name."""
    sections: dict[str, list[str]] = {"": []}
    lines = sections[""]
    for line in cleandoc(docstring or "").split("\n"):
        match = SECTION.match(line)
        if match:
            lines = sections.setdefault(match[1], [])
        else:
            lines.append(line)
    return sections
