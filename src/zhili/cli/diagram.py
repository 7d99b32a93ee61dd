"""`zhili diagram`: the table of a case type, drawn or written out."""

from __future__ import annotations

from inspect import getdoc
from typing import Annotated

import typer

from zhili.aggregates import Case
from zhili.cli.case_types import NAMES, case_type_of
from zhili.cli.command import FINE, Language, LanguageOption, command
from zhili.workflows.guard_words import guard_in_chinese

__all__ = ["diagram"]


@command
def diagram(
    case_type: Annotated[str, typer.Argument(metavar="TYPE", help=f"One of {', '.join(NAMES)}.")],
    page: Annotated[bool, typer.Option("--page", help="The reference page instead.")] = False,  # noqa: FBT002 - typer's switches are so
    language: LanguageOption = Language.EN,
) -> int:
    """Print the table of a case type, in Mermaid or Markdown."""
    from zhili.workflows.page import diagram as draw  # noqa: PLC0415 - the machine is slow to load
    from zhili.workflows.page import page as write  # noqa: PLC0415 - as above

    kind = case_type_of(case_type)
    if page:
        typer.echo(write(kind.workflow, language.value, _sentences(kind, language)))
    else:
        typer.echo(draw(kind.workflow, language.value))
    return FINE


def _sentences(kind: type[Case], language: Language) -> dict[str, str]:
    """Give what each guard says when it does not hold: in English the first line it documents."""
    if language is Language.ZH:
        name = kind.workflow.name
        return {guard: guard_in_chinese(name, guard) or "" for guard in kind.workflow.guards}
    documented = {guard: getdoc(getattr(kind, guard)) or "" for guard in kind.workflow.guards}
    return {guard: text.partition("\n")[0] for guard, text in documented.items()}
