"""An entry of the access log as a line of `access.jsonl`: written, and read from any sender."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any, Final, TypeVar, cast

from pydantic_core import from_json

from zhili.store.access_log import ENTRY_BYTES_MAX, AccessRow

__all__ = ["ACCESS_FILE", "access_line", "access_of", "kept"]

ACCESS_FILE: Final = "access.jsonl"

_Kept = TypeVar("_Kept")

_INTEGERS: Final = range(-(2**63), 2**63)
_TEXTS: Final = ("case_id", "subject", "actor_id")
_NAMES: Final = {"position", "link", *_TEXTS, "read_at"}
_TEXT_LENGTH_MAX: Final = 4000
_CONTROL: Final = re.compile(r"[\x00-\x1f]")


def access_line(row: AccessRow) -> bytes:
    """
    Give the line of *row*, with the end of the line.

    What stands in a damaged store where something else belongs is left empty, and so is an entry
    that is larger than any may be: no such line is read again.
    """
    fields: dict[str, Any] = {
        "position": row.position,
        "link": None if (link := kept(row.link, bytes)) is None else link.hex(),
        **{name: kept(getattr(row, name), str) for name in _TEXTS},
        "read_at": kept(row.read_at, int),
    }
    entry = kept(row.entry, bytes)
    try:
        text = None if entry is None else entry.decode()
    except UnicodeDecodeError:
        text = "\0"
    if text is not None and _CONTROL.search(text):  # JSON has none: this is nonsense, and no text
        fields["entry_base64"] = base64.b64encode(entry or b"").decode()
    else:
        fields["entry"] = text
    return (json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def access_of(content: bytes) -> tuple[AccessRow, str | None]:
    """
    Read a line.

    Returns:
        The row, and what is wrong with the way in which it is written; None if nothing is.

    Raises:
        ValueError: If it is no row at all.
    """
    found: Any = from_json(content, allow_inf_nan=False)
    if not isinstance(found, dict):
        raise ValueError("a line is a JSON object")  # noqa: TRY004 - of the text, not the program
    fields = cast("dict[str, Any]", found)
    form = fields.keys() - _NAMES
    if not fields.keys() >= _NAMES or form not in ({"entry"}, {"entry_base64"}):
        names = ", ".join(sorted(_NAMES))
        raise ValueError(f"a line has the fields {names} and one of entry, entry_base64")
    row = AccessRow(
        position=_integer(fields, "position"),
        link=bytes.fromhex(_text(fields, "link", 500)),
        entry=_entry(fields),
        case_id=_text(fields, "case_id"),
        subject=_text(fields, "subject"),
        actor_id=_text(fields, "actor_id"),
        read_at=_integer(fields, "read_at"),
    )
    return row, None if access_line(row) == content else "it is not written as an export writes it"


def kept(value: object, kind: type[_Kept]) -> _Kept | None:
    """Give *value* if it is of that kind; a damaged store may hold any."""
    return value if isinstance(value, kind) else None


def _entry(fields: dict[str, Any]) -> bytes:
    if "entry" in fields:
        entry = _text(fields, "entry", ENTRY_BYTES_MAX).encode()
    else:
        try:
            text = _text(fields, "entry_base64", 2 * ENTRY_BYTES_MAX)
            entry = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise ValueError(f"entry_base64: {error}") from error
    if len(entry) > ENTRY_BYTES_MAX:
        raise ValueError(f"no entry is larger than {ENTRY_BYTES_MAX} bytes")
    return entry


def _integer(fields: dict[str, Any], name: str) -> int:
    value = fields[name]
    if type(value) is not int or value not in _INTEGERS:
        raise ValueError(f"{name} is a whole number of 64 bits")
    return value


def _text(fields: dict[str, Any], name: str, length_max: int = _TEXT_LENGTH_MAX) -> str:
    value = fields[name]
    if not isinstance(value, str) or len(value) > length_max:
        raise ValueError(f"{name} is a text of at most {length_max} characters")
    value.encode()  # half a character is none
    return value
