"""An event of the log as one line of `events.jsonl`: written, and read from whoever sent it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, NamedTuple, cast

from pydantic_core import from_json

from zhili.store.store import STATE_BYTES_MAX, LogRow

__all__ = ["LINE_BYTES_MAX", "Line", "event_of", "fields_of", "line_of", "lines", "row_of"]

LINE_BYTES_MAX: Final = 2 * STATE_BYTES_MAX + 64 * 1024
"""No line is longer. What would need more as text, as only nonsense does, is written as base64."""

CHUNK: Final = 2**20
TOPIC_LENGTH_MAX: Final = 4000
INTEGERS: Final = range(-(2**63), 2**63)

_NAMES: Final = {"position", "case_id", "version", "topic", "link", "recorded_at"}
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T[0-9:.]{5,15}(Z|[+-]\d{2}:\d{2})")


class Line(NamedTuple):
    """One line as it stands: its number from 1, its bytes; None if it is longer than any may be."""

    number: int
    content: bytes | None


def line_of(row: LogRow) -> bytes:
    """Give the line of *row*, with the end of the line."""
    fields = fields_of(row)
    return (json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def fields_of(row: LogRow) -> dict[str, Any]:
    """Give what the line of *row* says, in its order."""
    fields: dict[str, Any] = {
        "position": row.position,
        "case_id": row.case_id,
        "version": row.version,
        "topic": row.topic,
        "link": bytes(row.link).hex(),
        "recorded_at": recorded_at(row.state),
    }
    if row.oversize:
        fields["oversize"] = row.oversize
        return fields
    try:
        text = row.state.decode()
    except UnicodeDecodeError:
        text = "\0"
    if _CONTROL.search(text):  # JSON has none: this is nonsense, and not to be read as text
        fields["state_base64"] = base64.b64encode(row.state).decode()
    else:
        fields["state"] = text
    return fields


def recorded_at(state: bytes) -> str | None:
    """Give when an event was recorded, as its stored bytes say; None where they say nothing."""
    try:
        fields: Any = from_json(state, allow_inf_nan=False)
    except ValueError:
        return None
    found = cast("dict[str, Any]", fields).get("timestamp") if isinstance(fields, dict) else None
    return found if isinstance(found, str) and _INSTANT.fullmatch(found) else None


def lines(file: BinaryIO) -> Iterator[Line]:
    """Give the lines of *file*, none of which ever takes more memory than a line may have."""
    number = 0
    while content := file.readline(LINE_BYTES_MAX + 1):
        number += 1
        if len(content) <= LINE_BYTES_MAX:
            yield Line(number, content)
            continue
        while content and not content.endswith(b"\n"):
            content = file.readline(CHUNK)
        yield Line(number, None)


def row_of(content: bytes) -> tuple[LogRow, str | None]:
    """
    Read a line.

    Returns:
        The row, and what is wrong with the way in which it is written; None if nothing is.

    Raises:
        ValueError: If it is no row at all.
    """
    fields: Any = from_json(content, allow_inf_nan=False)
    if not isinstance(fields, dict):
        raise ValueError("a line is a JSON object")  # noqa: TRY004 - of the text, not the program
    row = event_of(cast("dict[str, Any]", fields))
    if line_of(row) == content:
        return row, None
    if fields.get("recorded_at") != recorded_at(row.state):
        return row, "recorded_at is not what the stored bytes say"
    return row, "the line is not written as an export writes it"


def event_of(fields: dict[str, Any]) -> LogRow:
    """
    Give the row that the fields of a line tell.

    Raises:
        ValueError: If they tell none.
    """
    form = fields.keys() - _NAMES
    if fields.keys() | _NAMES != fields.keys() or form not in (
        {"state"},
        {"state_base64"},
        {"oversize"},
    ):
        raise ValueError(
            f"a line has the fields {', '.join(sorted(_NAMES))} and one of state, "
            "state_base64, oversize"
        )
    state, oversize = b"", 0
    if form == {"oversize"}:
        oversize = _integer(fields, "oversize")
        if oversize <= STATE_BYTES_MAX:
            raise ValueError(f"oversize is more than {STATE_BYTES_MAX}")
    elif form == {"state"}:
        state = _text(fields, "state", STATE_BYTES_MAX).encode()
    else:
        try:
            state = base64.b64decode(
                _text(fields, "state_base64", 2 * STATE_BYTES_MAX), validate=True
            )
        except binascii.Error as error:
            raise ValueError(f"state_base64: {error}") from error
    if len(state) > STATE_BYTES_MAX:
        raise ValueError(f"no event is larger than {STATE_BYTES_MAX} bytes")
    return LogRow(
        position=_integer(fields, "position"),
        case_id=_text(fields, "case_id", 500),
        version=_integer(fields, "version"),
        topic=_text(fields, "topic", TOPIC_LENGTH_MAX),
        state=state,
        link=bytes.fromhex(_text(fields, "link", 500)),
        oversize=oversize,
    )


def _integer(fields: dict[str, Any], name: str) -> int:
    value = fields[name]
    if type(value) is not int or value not in INTEGERS:
        raise ValueError(f"{name} is a whole number of 64 bits")
    return value


def _text(fields: dict[str, Any], name: str, length_max: int) -> str:
    value = fields[name]
    if not isinstance(value, str) or len(value) > length_max:
        raise ValueError(f"{name} is a text of at most {length_max} characters")
    value.encode()  # half a character is none
    return value
