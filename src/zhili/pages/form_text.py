"""Between the values of a command and what stands in the fields of a form, both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from pydantic_core import from_json, to_json, to_jsonable_python

from zhili.errors import InputError
from zhili.face.request import Pairs
from zhili.pages.field import FILE_PARTS, LIMIT_PARTS, Kind, Shape

__all__ = ["LEFT_OUT", "ROWS", "Texts", "by_name", "read_field", "write_field"]

Texts = Mapping[str, Sequence[str]]
"""What stands in the fields of a form, by their names; a name may have several."""


class _LeftOut:
    """What a field gives in which nothing stands."""


LEFT_OUT: Final = _LeftOut()

ROWS: Final = tuple(map(str, range(50)))
"""The rows in which one form may name files."""


def by_name(pairs: Pairs) -> dict[str, list[str]]:
    """Put together what stands under one name; lines end as they do everywhere but in browsers."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        plain = value.replace("\r\n", "\n").replace("\r", "\n")
        found.setdefault(name, []).append(plain)
    return found


# — from a value to what stands in the form —


def write_field(shape: Shape, value: Any, zone: str) -> dict[str, list[str]]:
    """Give what stands in the form for *value*, an instant in the local time of *zone*."""
    if value is None:
        return {}
    return _WRITERS.get(shape.kind, _write_plain)(shape.name, value, zone)


def _write_plain(name: str, value: Any, _zone: str) -> dict[str, list[str]]:
    return {name: [value.isoformat() if isinstance(value, date) else str(value)]}


def _write_each(name: str, value: Any, _zone: str) -> dict[str, list[str]]:
    return {name: [str(each) for each in value]} if value else {}


def _write_truth(name: str, value: Any, _zone: str) -> dict[str, list[str]]:
    return {name: ["true" if value else "false"]}


def _write_moment(name: str, value: Any, zone: str) -> dict[str, list[str]]:
    return {name: [_local(value, zone)]}


def _write_file(name: str, value: Any, _zone: str) -> dict[str, list[str]]:
    return _inner(name, value, FILE_PARTS)


def _write_files(name: str, value: Any, _zone: str) -> dict[str, list[str]]:
    written: dict[str, list[str]] = {}
    for index, row in enumerate(value):
        written |= _inner(f"{name}.{index}", row, FILE_PARTS)
    return written


def _write_limit(name: str, value: Any, _zone: str) -> dict[str, list[str]]:
    return _inner(name, value, LIMIT_PARTS)


def _write_points(name: str, value: Any, _zone: str) -> dict[str, list[str]]:
    return {f"{name}.{code}": [str(points)] for code, points in value.items()}


def _write_document(name: str, value: Any, _zone: str) -> dict[str, list[str]]:
    return {name: [to_json(to_jsonable_python(value)).decode()]} if value else {}


_WRITERS: Final[dict[Kind, Callable[[str, Any, str], dict[str, list[str]]]]] = {
    "units": _write_each,
    "codes": _write_each,
    "choices": _write_each,
    "check": _write_truth,
    "yes_no": _write_truth,
    "moment": _write_moment,
    "file": _write_file,
    "files": _write_files,
    "limit": _write_limit,
    "points": _write_points,
    "document": _write_document,
}


def _inner(name: str, value: BaseModel, parts: tuple[str, ...]) -> dict[str, list[str]]:
    texts = {part: getattr(value, part) for part in parts}
    return {
        f"{name}.{part}": ["true" if text is True else "false" if text is False else str(text)]
        for part, text in texts.items()
    }


def _local(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    usual = local.isoformat(timespec="auto")
    return usual.removesuffix(":00") if usual.count(":") > 1 else usual


# — from what stands in the form to a value —


def read_field(shape: Shape, texts: Texts, zone: str) -> Any:
    """
    Give what stands in *texts* for a field, as the command's model takes it; else `LEFT_OUT`.

    What cannot be read is given as it is: the model says what is wrong with it.

    Raises:
        InputError: If it has to be JSON and is not.
    """
    return _READERS.get(shape.kind, _read_plain)(shape.name, texts, zone)


def _read_plain(name: str, texts: Texts, _zone: str) -> Any:
    text = _last(texts, name)
    return text if text.strip() else LEFT_OUT


def _read_lines(name: str, texts: Texts, _zone: str) -> Any:
    lines = (line.strip() for text in texts.get(name, ()) for line in text.split("\n"))
    return _some([line for line in lines if line])


def _read_choices(name: str, texts: Texts, _zone: str) -> Any:
    return _some([text for text in texts.get(name, ()) if text])


def _read_moment(name: str, texts: Texts, zone: str) -> Any:
    """Read a local time; of one that a zone has twice the first is meant."""
    text = _last(texts, name).strip()
    if not text:
        return LEFT_OUT
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return text
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))


def _read_file(name: str, texts: Texts, _zone: str) -> Any:
    return _parts(name, texts, FILE_PARTS) or LEFT_OUT


def _read_files(name: str, texts: Texts, _zone: str) -> Any:
    rows = (_parts(f"{name}.{row}", texts, FILE_PARTS) for row in ROWS)
    return _some([row for row in rows if row])


def _read_limit(name: str, texts: Texts, _zone: str) -> Any:
    found = _parts(name, texts, LIMIT_PARTS)
    return found if found.get("amount") else LEFT_OUT


def _read_points(name: str, texts: Texts, _zone: str) -> Any:
    start = f"{name}."
    given = {key.removeprefix(start): _last(texts, key) for key in texts if key.startswith(start)}
    return {code: text for code, text in given.items() if text.strip()} or LEFT_OUT


def _read_document(name: str, texts: Texts, _zone: str) -> Any:
    text = _last(texts, name)
    if not text.strip():
        return LEFT_OUT
    try:
        return cast("object", from_json(text))
    except ValueError as error:
        message = f"{name} is not JSON; write e.g. {{}} or []"
        raise InputError(message, field=name) from error


_READERS: Final[dict[Kind, Callable[[str, Texts, str], Any]]] = {
    "units": _read_lines,
    "codes": _read_lines,
    "choices": _read_choices,
    "moment": _read_moment,
    "file": _read_file,
    "files": _read_files,
    "limit": _read_limit,
    "points": _read_points,
    "document": _read_document,
}


def _last(texts: Texts, name: str) -> str:
    found = texts.get(name)
    return found[-1] if found else ""


def _some(values: list[Any]) -> Any:
    return values or LEFT_OUT


def _parts(name: str, texts: Texts, parts: tuple[str, ...]) -> dict[str, str]:
    found = {part: _last(texts, f"{name}.{part}") for part in parts}
    return {part: text for part, text in found.items() if text.strip()}
