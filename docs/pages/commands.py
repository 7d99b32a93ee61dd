"""The reference pages of the commands: one for each case type, and one of what they share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from docs.pages.fields import alias_rows, fields, referred
from docs.pages.markdown import code, codes, page, prose, table
from zhili import CASE_TYPES, Case
from zhili.cli.case_types import NAMES
from zhili.commands.command import Command, Opening

if TYPE_CHECKING:
    from zhili.values import Value

EVERYWHERE: Final = frozenset({"case_id"})

ALL: Final = """
Every command has a `case_id` (`UUID`); those that open a case make one if none is given. Fields
that are not listed are refused. Who may give a command, from which state and only if what, stands
in the table of the case type.
"""

ABOUT: Final = """
`{module}` holds them, in the order of [the table]({name}.md), which says who may do
what, from where and only if what. A case is opened with {openings}.
[What all commands have in common](commands.md).
"""

SYSTEMS: Final = """
Those by `system` alone are given by the engine: when a clock falls due, or because of what happened
in another case.
"""


def render() -> str:
    """Give the page of what all commands share, with links to the others."""
    return page(
        "Commands",
        prose(Command.__doc__),
        prose(ALL),
        prose(SYSTEMS),
        table(("Case type", "中文", "Commands", "Table"), map(_line, CASE_TYPES)),
        ["## Named types", "", *table(("Type", "What it is", "Limits"), alias_rows())],
    )


def pages() -> dict[str, str]:
    """Give the page of every case type, by its name."""
    return {f"commands-{kind.workflow.name}": render_one(kind) for kind in CASE_TYPES}


def render_one(kind: type[Case]) -> str:
    """Give the page of a case type."""
    name, commands = kind.workflow.name, kind.commands
    about = ABOUT.format(
        module=commands[0].__module__, name=name, openings=" or ".join(map(code, _openings(kind)))
    )
    values = [_value(one) for one in referred(commands)]
    return page(
        f"Commands: {NAMES[name].en} {NAMES[name].zh}",
        prose(about),
        *([["## What they are made of"], *values] if values else ()),
        ["## Commands"],
        *(_command(kind, one) for one in commands),
    )


def _line(kind: type[Case]) -> tuple[str, str, str, str]:
    name = kind.workflow.name
    tables = f"[English]({name}.md), [中文]({name}.zh.md)"
    link = f"[{code(f'zhili.commands.{name}')}](commands-{name}.md), {len(kind.commands)}"
    return NAMES[name].en, NAMES[name].zh, link, tables


def _openings(kind: type[Case]) -> list[str]:
    return [one.__name__ for one in kind.commands if issubclass(one, Opening)]


def _value(model: type[Value]) -> Iterator[str]:
    yield f"### {code(model.__name__)}"
    yield ""
    yield from prose(model.__doc__)
    yield from fields(model)


def _command(kind: type[Case], command: type[Command]) -> Iterator[str]:
    workflow = kind.workflow
    steps = [step for step in workflow.steps if step.command == command.verb]
    events = dict.fromkeys(step.event for step in steps)
    yield f"### {code(command.__name__)}"
    yield ""
    yield from prose(command.__doc__)
    label = f"{workflow.label(command.verb, 'en')} {workflow.label(command.verb, 'zh')}"
    roles = sorted({role for step in steps for role in step.roles})
    yield f"{code(command.verb)} ({label}) · records {codes(events)} · by {codes(roles)}"
    yield ""
    yield from list(fields(command, without=EVERYWHERE)) or ["No fields of its own."]
