"""The file in which the rows of a source that cannot become cases are given back."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self, TextIO

from zhili.errors import InputError

__all__ = ["RejectFile"]

HEADER: Final = ("line", "reason", "text")
FIRST_LINE: Final = b"line,reason,text\r\n"
"""What such a file begins with, by which an earlier one is known."""


class RejectFile:
    """
    A CSV file of line number, reason and the row as it stood; made with its first row.

    It never takes the place of anything but an earlier file of its kind.
    """

    def __init__(self, path: Path, source: Path, spared: Iterable[Path] = ()) -> None:
        """
        Be ready to write to *path*.

        Raises:
            InputError: If it is the *source*, one of the *spared* files, there already and no
                earlier reject file, or if its directory is not there.
        """
        if _same(path, source):
            message = f"the rejects cannot be written over the source {source}; name another file"
            raise InputError(message, path=str(path))
        for other in spared:
            if _same(path, other):
                message = f"the rejects cannot be written to {path}: the import needs that file"
                raise InputError(f"{message}; name another one", path=str(path))
        if path.is_dir() or not path.resolve().parent.is_dir():
            message = f"there is no directory to write the rejects {path} in; name another file"
            raise InputError(message, path=str(path))
        self.path = path
        if path.exists():
            self._check_earlier()
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
                self._writer = csv.writer(self._stack.enter_context(self._opened()))
                self._writer.writerow(HEADER)
            self._writer.writerow((line, reason, text))
        except OSError as error:
            raise self._unwritten(error) from error
        self.count += 1

    def _unwritten(self, error: OSError) -> InputError:
        message = f"the rejects cannot be written to {self.path}: {error.strerror or error}"
        return InputError(message, path=str(self.path))

    def _opened(self) -> TextIO:
        """Make the file, or empty the earlier one; what was put there meanwhile is checked too."""
        try:
            return self._open("x")
        except FileExistsError:
            self._check_earlier()
            return self._open("w")

    def _open(self, mode: Literal["x", "w"]) -> TextIO:
        return self.path.open(mode, encoding="utf-8", errors="backslashreplace", newline="")

    def _check_earlier(self) -> None:
        """Refuse a file that holds anything but what an earlier import gave back."""
        try:
            if self.path.is_file():
                with self.path.open("rb") as stream:
                    start = stream.read(len(FIRST_LINE))
                # An import that was killed, or whose disk was full, may have left less than its
                # first line: nothing is lost with it.
                if FIRST_LINE.startswith(start):
                    return
        except OSError as error:
            raise self._unwritten(error) from error
        message = f"{self.path} is there already and is no reject file of an earlier import"
        raise InputError(f"{message}; name another file", path=str(self.path))

    def __enter__(self) -> Self:
        """Give the file itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """
        Close what was opened.

        Raises:
            InputError: If what was still to be written cannot be; unless there is another error.
        """
        try:
            self._stack.close()
        except OSError as failure:
            if error is None:
                raise self._unwritten(failure) from failure


def _same(one: Path, other: Path) -> bool:
    """Say whether two paths lead to the same file, which need not be there yet."""
    if one.resolve() == other.resolve():
        return True
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return False
