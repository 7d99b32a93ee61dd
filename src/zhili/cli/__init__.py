"""The `zhili` command. It needs the extra `cli`; whoever has it not is told so."""

import sys
from io import TextIOWrapper

from zhili.cli.stopping import exit_code, heed_sigterm

__all__ = ["main"]

EXTRA = frozenset({"click", "rich", "typer"})
USAGE = 2


def main() -> None:
    """Run the command line; say what to install where its packages are missing."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot write Chinese gets its code points, not an error.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        heed_sigterm()
        _application()
    except KeyboardInterrupt as stop:  # while it begins, before any command is at work
        sys.stderr.write("stopped; nothing was begun\n")
        raise SystemExit(exit_code(stop)) from None


def _application() -> None:
    try:
        from zhili.cli.application import application  # noqa: PLC0415 - needs an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        sys.stderr.write("the command line needs the extra `cli`: pip install 'zhili[cli]'\n")
        raise SystemExit(USAGE) from None
    application()
