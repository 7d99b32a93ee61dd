"""`zhili diagram`: the table of a case type, drawn or written out."""

from __future__ import annotations

from typing import Annotated

import typer

from zhili.aggregates import CASE_TYPES
from zhili.cli.command import FINE, Language, LanguageOption, command
from zhili.workflows import Workflow

__all__ = ["diagram"]


@command
def diagram(
    case_type: Annotated[str, typer.Argument(metavar="TYPE", help="A case type, e.g. complaint.")],
    page: Annotated[bool, typer.Option("--page", help="The reference page instead.")] = False,  # noqa: FBT002 - typer's switches are so
    language: LanguageOption = Language.EN,
) -> int:
    """Print the table of a case type, in Mermaid or Markdown."""
    from zhili.workflows.page import diagram as draw  # noqa: PLC0415 - the machine is slow to load
    from zhili.workflows.page import page as write  # noqa: PLC0415 - as above

    workflow = _workflow(case_type)
    typer.echo(write(workflow, language.value) if page else draw(workflow))
    return FINE


def _workflow(name: str) -> Workflow:
    known = {kind.workflow.name: kind.workflow for kind in CASE_TYPES}
    if name not in known:
        message = f"there is no case type {name!r}; there are: {', '.join(sorted(known))}"
        raise typer.BadParameter(message)
    return known[name]
