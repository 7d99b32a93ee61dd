"""Being stopped: Ctrl-C, or the SIGTERM of whoever runs the program, ends it in good order."""

from __future__ import annotations

import signal
from typing import Final, NoReturn

__all__ = ["INTERRUPTED", "TERMINATED", "Terminated", "exit_code", "heed_sigterm"]

INTERRUPTED: Final = 130
TERMINATED: Final = 143
"""As a shell gives them: 128, and the number of the signal."""


class Terminated(KeyboardInterrupt):
    """The program was asked to end by SIGTERM; it unwinds as after Ctrl-C."""


def heed_sigterm() -> None:
    """Let SIGTERM unwind the program, so that scratch files with personal data are removed."""
    signal.signal(signal.SIGTERM, _terminate)


def exit_code(stop: KeyboardInterrupt) -> int:
    """Give the exit code of a program that was stopped so."""
    return TERMINATED if isinstance(stop, Terminated) else INTERRUPTED


def _terminate(*_: object) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one would cut the clearing up short
    raise Terminated
