"""A CSV file of another system, read as a stream: records with the line where each begins."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

from zhili.errors import InputError

__all__ = ["FIELD_LENGTH_MAX", "CsvSource", "Record"]

FIELD_LENGTH_MAX: Final = 2**20
"""Characters in one field; a longer one is a quotation mark that was never closed."""

CHUNK: Final = 2**18
SHOWN_MAX: Final = 40

COMMA: Final = ","
OTHER_MARKS: Final = (";", "\t", "|")
"""What may separate fields where nobody has said what does, tried in this order."""

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_END: Final = re.compile(rb"[\r\n]")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8", ("utf-8",)),
    (codecs.BOM_UTF16_LE, "utf-16", ("utf-16", "utf-32")),
    (codecs.BOM_UTF16_BE, "utf-16", ("utf-16",)),
)
"""What a file may begin with, the encoding it speaks for, and the encodings it goes with."""


class Record(NamedTuple):
    """One record: the line where it begins, its fields or what is wrong, and its own lines."""

    line: int
    fields: list[str]
    problem: str | None
    lines: list[str]

    @property
    def text(self) -> str:
        """The record as it stands in the file."""
        return "".join(self.lines).rstrip("\r\n")


class CsvSource:
    """
    A file of comma-separated values with a header, plain or gzipped.

    It is examined as a whole when it is opened, so that a file that is not what it seems is
    refused before anything of it is used.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        encoding: str = "utf-8",
        delimiter: str | None = COMMA,
        wanted: Collection[str] = (),
    ) -> None:
        """
        Examine the file.

        Without a *delimiter* it is the comma, unless another mark alone finds all columns *wanted*.

        Raises:
            InputError: If it is not a CSV file in this encoding, or has no header.
        """
        self.path = Path(path)
        self.encoding = encoding
        self.delimiter = COMMA if delimiter is None else delimiter
        self.lines = self._examine()
        if delimiter is None:
            self.delimiter = self._found(wanted)
        first = next(self._records(), None)
        if first is None or not any(first.fields):
            why = first.problem if first and first.problem else "it is empty"
            raise self._refused(f"has no header: {why}; the first line names the columns")
        self.header = tuple(name.strip() for name in first.fields)
        if any(_CONTROL.search(name) for name in self.header):
            raise self._refused("is not a CSV file: its header holds control characters")

    def places(self, columns: dict[str, str]) -> dict[str, int]:
        """
        Give where each of *columns* (ours → theirs) stands in a record.

        Raises:
            InputError: If the header lacks one, or has one twice.
        """
        missing = [theirs for theirs in columns.values() if theirs not in self.header]
        if missing:
            has = ", ".join(repr(_short(name)) for name in self.header)
            hint = ""
            if len(self.header) == 1:
                others = [mark for mark in ",;\t|" if mark in self.header[0]]
                other = f"; is it {others[0]!r}" if others else "; is there another"
                hint = f". Nothing in it is separated by {self.delimiter!r}{other}?"
            lacks = ", ".join(repr(name) for name in dict.fromkeys(missing))
            raise self._refused(f"has no column {lacks}; its header names: {has}{hint}")
        twice = [theirs for theirs in columns.values() if self.header.count(theirs) > 1]
        if twice:
            message = f"has the column {twice[0]!r} more than once; rename one of them"
            raise self._refused(message)
        return {ours: self.header.index(theirs) for ours, theirs in columns.items()}

    def records(self) -> Iterator[Record]:
        """
        Give the records after the header, in order; blank lines are no records.

        A record that is not well formed carries its problem instead of its fields, and the next
        one begins on the next line: a quotation mark that is never closed costs one line.

        Raises:
            InputError: If the file changed while it was read.
        """
        records = self._records()
        next(records, None)
        width = len(self.header)
        for record in records:
            if record.problem is None and len(record.fields) != width:
                problem = f"it has {len(record.fields)} fields; the header has {width}"
                yield record._replace(fields=[], problem=problem)
            else:
                yield record

    def _records(self) -> Iterator[Record]:
        # The limit is the whole process's, so it is only ever raised.
        csv.field_size_limit(max(csv.field_size_limit(), FIELD_LENGTH_MAX))
        with self._opened() as raw, io.TextIOWrapper(raw, self.encoding, newline="") as stream:
            lines = _Lines(stream)
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            while True:
                lines.begin()
                try:
                    fields = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    begun = lines.give_back()
                    yield Record(lines.number, [], _in_words(error, lines.number), begun)
                    continue
                except (UnicodeError, OSError, EOFError, zlib.error) as error:
                    message = f"changed while it was read, after line {lines.number}: {error}"
                    raise self._refused(message) from error
                if fields:
                    taken = lines.taken
                    yield Record(lines.number - len(taken) + 1, fields, None, taken)

    def _found(self, wanted: Collection[str]) -> str:
        """Find what separates the fields, by the header; the comma if nothing else does."""
        if len(self._names(COMMA)) > 1:
            return COMMA
        for mark in (COMMA, *OTHER_MARKS):
            if set(wanted) <= self._names(mark):
                return mark
        return COMMA

    def _names(self, mark: str) -> set[str]:
        """Give the names in the header if *mark* separates them; none if it cannot be read so."""
        self.delimiter = mark
        first = next(self._records(), None)
        return {name.strip() for name in first.fields} if first else set()

    def _examine(self) -> int:
        """Decode all of it once; give the number of its lines."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        read = newlines = returns = 0
        chunk = b""
        try:
            with self._opened() as raw:
                while chunk := raw.read(CHUNK):
                    if not read:
                        self._check_mark(chunk)
                    text = decoder.decode(chunk)
                    newlines += text.count("\n")
                    returns += text.count("\r")
                    read += len(chunk)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            at = read - (len(error.object) - len(chunk)) + error.start
            before = error.object[: error.start].decode(self.encoding, "ignore").count("\n")
            message = (
                f"is not {self.encoding} text: byte {at} in line {newlines + before + 1} cannot be "
                f"read ({error.reason}); name its encoding in the map, e.g. gb18030 or latin-1"
            )
            raise self._refused(message) from error
        except UnicodeError as error:  # utf-16 without its mark, and the like
            raise self._refused(f"is not {self.encoding} text: {error}") from error
        except (OSError, EOFError, zlib.error) as error:
            why = getattr(error, "strerror", None) or error
            raise self._refused(f"cannot be read: {why}") from error
        return newlines or returns

    @contextmanager
    def _opened(self) -> Generator[BinaryIO]:
        """Open the file as it is, or unpacked if its first bytes are those of gzip."""
        if not self.path.is_file():
            why = "is a directory" if self.path.is_dir() else "is not there, or is no file"
            raise self._refused(f"{why}; name a CSV file")
        with self.path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if not packed:
                yield file
                return
            with gzip.open(file) as unpacked:
                yield cast("BinaryIO", unpacked)

    def _check_mark(self, start: bytes) -> None:
        """Refuse what says of itself that it is something else."""
        name = codecs.lookup(self.encoding).name
        for mark, encoding, goes_with in _MARKS:
            if start.startswith(mark) and not name.startswith(goes_with):
                message = f"begins with the mark of {encoding}, but the map says {self.encoding}"
                raise self._refused(f'{message}; say encoding = "{encoding}" there')
        if not name.startswith(("utf-16", "utf-32")) and b"\0" in _END.split(start, 1)[0]:
            message = "is not a CSV file: its first line holds NUL bytes"
            raise self._refused(f"{message}; if it is UTF-16, say so in the map")

    def _refused(self, message: str) -> InputError:
        return InputError(f"the file {self.path} {message}", path=str(self.path))


class _Lines:
    """The lines of a text, that remember those of the record being read."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream
        self._again: list[str] = []
        self.taken: list[str] = []
        self.number = 0

    def begin(self) -> None:
        """Begin a record."""
        self.taken = []

    def give_back(self) -> list[str]:
        """Put all lines but the record's first back, to be read again; give that one."""
        again = self.taken[1:]
        self.number -= len(again)
        self._again.extend(reversed(again))
        return self.taken[:1]

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._stream)
        if not self.number:
            line = line.removeprefix("\ufeff")
        self.number += 1
        self.taken.append(line)
        return line


def _in_words(error: csv.Error, line: int) -> str:
    text = str(error)
    if "unexpected end of data" in text or "field larger" in text:
        return f"a quotation mark opened in line {line} is not closed (or a field is too long)"
    if "expected after" in text:
        return f"a quotation mark in the record of line {line} stands within a field; double it"
    return text


def _short(name: str) -> str:
    return name if len(name) <= SHOWN_MAX else name[:SHOWN_MAX] + "…"
