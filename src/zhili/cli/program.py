"""The program around the commands: what typer finds wrong with a command line is one line too."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final, cast

import typer
from typer.core import TyperGroup

from zhili.cli.command import USAGE, refuse
from zhili.cli.stopping import exit_code

__all__ = ["Program"]

UsageError: Final = cast("type[typer.BadParameter]", typer.BadParameter.__base__)
"""All that can be wrong with a command line; typer gives this class no public name."""

HELP_ASKED: Final = "NoArgsIsHelpError"
"""What is raised where nothing was typed: it prints the help, and stays as it is."""


class Program(TyperGroup):
    """The group of all commands."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read what stands before the command."""
        with _one_line():
            return super().make_context(*args, **kwargs)

    def invoke(self, *args: Any, **kwargs: Any) -> Any:
        """Read the rest, and run the command."""
        with _one_line():
            return super().invoke(*args, **kwargs)


@contextmanager
def _one_line() -> Generator[None]:
    try:
        yield
    except UsageError as error:
        if type(error).__name__ == HELP_ASKED:
            raise
        message = error.format_message().replace("Value error, ", "").rstrip(".")
        if error.ctx is not None:
            message = f"{message}; see {error.ctx.command_path} --help"
        raise typer.Exit(refuse("input", message, USAGE)) from None
    except KeyboardInterrupt as stop:  # outside of a command, which says what becomes of its work
        sys.stderr.write("stopped\n")
        raise typer.Exit(exit_code(stop)) from None
