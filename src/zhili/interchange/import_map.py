"""
The map of an import: what a source calls its columns, and how it writes its values.

A map is a TOML file with the tables `[source]`, `[columns]`, `[values]` and `[duplicates]`; only
`system`, `external_id` and `opened_at` must be said.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from zhili.errors import InputError
from zhili.interchange.time_reader import check_format
from zhili.values import Value

__all__ = ["Columns", "Duplicates", "ImportMap", "Source", "Values"]

SYSTEM_LENGTH_MAX = 100


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        message = f"there is no time zone {name!r}; one looks like Asia/Shanghai or UTC"
        raise ValueError(message) from error
    return name


def _encoding(name: str) -> str:
    try:
        "a,b".encode(name).decode(name)
    except (LookupError, ValueError) as error:
        message = f"there is no text encoding {name!r}; e.g. utf-8, gb18030, utf-16, latin-1"
        raise ValueError(message) from error
    return name


def _delimiter(text: str) -> str:
    if len(text) != 1 or text in '"\r\n\0 ':
        message = f"{text!r} cannot stand between fields; one character can, e.g. , or ; or \\t"
        raise ValueError(message)
    return text


def _stripped(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.strip() for text in texts)


ColumnName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""A name in the header of the source's file."""


class Source(Value):
    """
    Where the file comes from, and how it is written down.

    Without a `delimiter` it is the comma, or `;`, tab or `|` if only that one finds the columns.
    """

    system: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True,
            min_length=1,
            max_length=SYSTEM_LENGTH_MAX,
            pattern=r"^[^\x00-\x1f\x7f]*$",
        ),
    ]
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    delimiter: Annotated[str, AfterValidator(_delimiter)] | None = None


class Columns(Value):
    """Our names = theirs."""

    external_id: ColumnName
    opened_at: ColumnName
    closed_at: ColumnName | None = None
    due_at: ColumnName | None = None
    status: ColumnName | None = None
    unit: ColumnName | None = None
    category: ColumnName | None = None
    type: ColumnName | None = None
    division: ColumnName | None = None
    channel: ColumnName | None = None


class Values(Value):
    """
    How the source writes times, what it writes for nothing, and which statuses mean closed.

    A blank is always nothing. Where no closed statuses are named, a status says nothing about
    closing, and so cannot disagree with the closing time.
    """

    time_formats: tuple[Annotated[str, AfterValidator(check_format)], ...] = ()
    null: Annotated[tuple[str, ...], AfterValidator(_stripped)] = ("",)
    closed_statuses: Annotated[tuple[str, ...], AfterValidator(_stripped)] = ()


class Duplicates(Value):
    """What becomes of the second row of an id in the same file."""

    external_id: Literal["keep-first", "keep-all"] = "keep-first"


class ImportMap(Value):
    """How to read one source's files."""

    source: Source
    columns: Columns
    values: Values = Values()
    duplicates: Duplicates = Duplicates()

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """
        Read the map in the TOML file at *path*.

        Raises:
            InputError: If it cannot be read as a map, with what is wrong and what would be right.
        """
        try:
            text = Path(path).read_bytes().decode("utf-8-sig")
        except OSError as error:
            message = f"the map {path} cannot be read: {error.strerror or error}; name a TOML file"
            raise InputError(message, path=str(path)) from error
        except UnicodeDecodeError as error:
            message = f"the map {path} is not TOML: it is not UTF-8 text at byte {error.start}"
            raise InputError(message, path=str(path)) from error
        return cls.parse(text, name=str(path))

    @classmethod
    def parse(cls, text: str, *, name: str = "map") -> Self:
        """
        Read the map in *text*; *name* is what messages call it.

        Raises:
            InputError: If it cannot be read as a map, with what is wrong and what would be right.
        """
        try:
            text.encode()  # half a surrogate is no text
            tables = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            # A number or a nesting beyond what Python reads is not TOML either.
            message = f"the map {name} is not TOML: {error}; it begins like [source]"
            raise InputError(message, path=name) from error
        try:
            return cls.model_validate(tables)
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False)
            wrong = "; ".join(_in_words(detail) for detail in details)
            raise InputError(f"the map {name} is not right: {wrong}", path=name) from error


_TABLES: dict[str, type[Value]] = {
    "source": Source,
    "columns": Columns,
    "values": Values,
    "duplicates": Duplicates,
}


def _in_words(detail: ErrorDetails) -> str:
    """Say where in the map something is wrong, and what would be right."""
    table, *inside = [str(part) for part in detail["loc"]]
    where = f"[{table}]" + (f" {inside[0]}" if inside else "")
    if detail["type"] == "extra_forbidden":
        known = list(_TABLES[table].model_fields) if inside else [f"[{name}]" for name in _TABLES]
        return f"{where} is not known; there are: {', '.join(known)}"
    if detail["type"] == "missing":
        required = {"source": 'system = "…"', "columns": 'external_id = "…", opened_at = "…"'}
        return f"{where} is missing; [{table}] needs {required[table]}"
    return f"{where}: {detail['msg'].removeprefix('Value error, ')}"
