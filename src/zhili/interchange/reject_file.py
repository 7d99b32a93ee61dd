"""The file in which the rows of a source that cannot become cases are given back."""

from __future__ import annotations

import csv
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from zhili.errors import InputError

__all__ = ["RejectFile"]

HEADER = ("line", "reason", "text")


class RejectFile:
    """A CSV file of line number, reason and the row as it stood; made with its first row."""

    def __init__(self, path: Path, source: Path) -> None:
        """
        Be ready to write to *path*.

        Raises:
            InputError: If it is the *source* itself, or its directory is not there.
        """
        if path.resolve() == source.resolve():
            message = f"the rejects cannot be written over the source {source}; name another file"
            raise InputError(message, path=str(path))
        if path.is_dir() or not path.resolve().parent.is_dir():
            message = f"there is no directory to write the rejects {path} in; name another file"
            raise InputError(message, path=str(path))
        self.path = path
        self.count = 0
        self._stack = ExitStack()
        self._writer: Any = None  # what csv.writer gives has no public type

    def write(self, line: int, reason: str, text: str) -> None:
        """
        Give a row back.

        Raises:
            InputError: If the file cannot be written.
        """
        try:
            if self._writer is None:
                stream = self.path.open(
                    "w", encoding="utf-8", errors="backslashreplace", newline=""
                )
                self._writer = csv.writer(self._stack.enter_context(stream))
                self._writer.writerow(HEADER)
            self._writer.writerow((line, reason, text))
        except OSError as error:
            message = f"the rejects cannot be written to {self.path}: {error.strerror or error}"
            raise InputError(message, path=str(self.path)) from error
        self.count += 1

    def __enter__(self) -> Self:
        """Give the file itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what was opened."""
        self._stack.close()
