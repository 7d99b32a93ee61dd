"""The reference page of the command line: what `zhili … --help` says, command by command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from typer.main import get_command

from docs.pages.markdown import block, code, page, prose
from zhili.cli.application import application
from zhili.cli.command import FINE, FOUND, USAGE
from zhili.cli.stopping import INTERRUPTED, TERMINATED

WIDTH: Final = 96

ABOUT: Final = """
The extra `cli` brings it: `pip install 'zhili[cli]'`. Exit codes: {fine} fine, {found} something
was found or refused, {usage} it was called wrongly, {interrupted} it was stopped
by Ctrl-C, {terminated} by SIGTERM.
"""


def render() -> str:
    """Give the page."""
    return page(
        "The command line",
        prose(
            ABOUT.format(
                fine=FINE,
                found=FOUND,
                usage=USAGE,
                interrupted=INTERRUPTED,
                terminated=TERMINATED,
            )
        ),
        *(_help(name, text) for name, text in helps()),
    )


def helps() -> Iterator[tuple[str, str]]:
    """Give the name of every command, as it is typed, with its help."""
    yield from _walk(get_command(application), "zhili", None)


def _walk(command: Any, name: str, above: Any) -> Iterator[tuple[str, str]]:
    # The command's own context, with a width that no terminal changes.
    settings = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    context = command.context_class(command, info_name=name, parent=above, **settings)
    yield context.command_path, command.get_help(context)
    for inner, one in getattr(command, "commands", {}).items():
        yield from _walk(one, inner, context)


def _help(name: str, text: str) -> list[str]:
    return [f"## {code(name)}", "", *block(text)]
