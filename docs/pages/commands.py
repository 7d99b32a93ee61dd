"""The reference page of the complaint's commands, with their fields, types and limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from docs.pages.fields import alias_rows, fields, referred
from docs.pages.markdown import code, codes, page, prose, table
from zhili import Complaint
from zhili.commands import complaint
from zhili.commands.command import Command, Opening

if TYPE_CHECKING:
    from zhili.values import Value

EVERYWHERE: Final = frozenset({"case_id"})

ABOUT: Final = """
`zhili.complaint` holds them, in the order of [its table](complaint.md), which says who may do what,
from where and only if what. Every command has a `case_id` (`UUID`); those that open a case make
one if none is given: {openings}. Fields that are not listed are refused.
"""


def render() -> str:
    """Give the page."""
    return page(
        "Commands of the complaint 接诉即办",
        prose(Command.__doc__),
        prose(ABOUT.format(openings=codes(_openings()))),
        ["## Named types", "", *table(("Type", "What it is", "Limits"), alias_rows())],
        *(_value(one) for one in referred(list(complaint.COMMANDS))),
        ["## Commands"],
        *(_command(one) for one in complaint.COMMANDS),
    )


def _openings() -> list[str]:
    return [one.__name__ for one in complaint.COMMANDS if issubclass(one, Opening)]


def _value(model: type[Value]) -> Iterator[str]:
    yield f"### {code(model.__name__)}"
    yield ""
    yield from prose(model.__doc__)
    yield from fields(model)


def _command(command: type[Command]) -> Iterator[str]:
    workflow = Complaint.workflow
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
