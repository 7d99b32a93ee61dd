"""The reference page of the roles: who they are, and what the tables let them do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docs.pages.markdown import code, page, prose, table
from docs.pages.source import constants
from zhili import CASE_TYPES, Case, Role, values
from zhili.workflows import Workflow, policy, role

TERM: Final = re.compile(r"^([\u4e00-\u9fff、()()]+): (.*)$")
"""How the docstring of a role begins where it has a Chinese term."""

ABOUT: Final = """
The constants stand in `zhili.role`; a host adds roles of its own as `Role("…")`. What somebody may
do depends on the state and on guards too: see the tables ({tables}). A command about an entity
inside a case has to fit the table inside it as well.
"""


def render() -> str:
    """Give the page."""
    return page(
        "Roles 角色",
        prose(role.__doc__),
        prose(ABOUT.format(tables=", ".join(map(_link, CASE_TYPES)))),
        table(("Role", "中文", "Who"), _who()),
        ["## What each may do"],
        *(_may(name) for name in roles()),
    )


def roles() -> dict[Role, str]:
    """Give every role with its docstring, in the order in which they are declared."""
    found = {getattr(role, name): text for name, text in constants(role).items()}
    for module, name in ((policy, "ADMINISTRATOR"), (values, "SYSTEM")):
        found[getattr(module, name)] = constants(module)[name]
    return found


def tables() -> tuple[Workflow, ...]:
    """Give every table whose verbs are commands; those inside a case have no others."""
    return (*(kind.workflow for kind in CASE_TYPES), policy.POLICY)


def _link(kind: type[Case]) -> str:
    name = kind.workflow.name
    return f"[{name}]({name}.md) [中文]({name}.zh.md)"


def _who() -> Iterator[tuple[str, str, str]]:
    return ((code(name), *_said(text)) for name, text in roles().items())


def _said(text: str) -> tuple[str, str]:
    match = TERM.match(text)
    return (match[1], match[2]) if match else ("", text)


def _may(name: Role) -> Iterator[str]:
    yield f"### {code(name)}"
    yield ""
    rows = [
        (code(f"{table.name}.{verb}"), table.label(verb, "en"), table.label(verb, "zh"))
        for table in tables()
        for verb in dict.fromkeys(step.command for step in table.steps if name in step.roles)
    ]
    if rows:
        yield from table(("Command", "English", "中文"), rows)
    else:
        yield "Nothing that is recorded: no row of a table names this role."
