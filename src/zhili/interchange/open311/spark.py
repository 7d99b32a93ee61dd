"""
Documents as GeoReport writes them: JSON, and XML mapped to it by the Spark convention.

A document is made of plain values. In XML a list is an element with one element for each of its
members, named in the singular; nothing is an empty element, true and false are words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias
from xml.sax.saxutils import escape

__all__ = ["FORMATS", "MEDIA_TYPES", "MEMBERS", "Format", "Plain", "written"]  # fmt: skip

Plain: TypeAlias = "bool | int | float | str | Mapping[str, Plain] | Sequence[Plain] | None"
"""What JSON can say."""

Format = Literal["json", "xml"]
FORMATS: Final[dict[str, Format]] = {"json": "json", "xml": "xml"}

MEDIA_TYPES: Final[dict[Format, str]] = {
    "json": "application/json; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
}

MEMBERS: Final = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
"""The lists of the standard, and what each of their members is called in XML."""

DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>\n'

_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no form for."""


def written(document: Plain, root: str, form: Format) -> bytes:
    """Give *document* as it is sent; *root* is what its outermost element is called in XML."""
    if form == "json":
        text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    else:
        text = DECLARATION + "".join(_element(root, document, 0)) + "\n"
    return text.encode("utf-8", "replace")  # half a surrogate is no text in either


def _element(name: str, value: Plain, depth: int) -> Iterator[str]:
    """Give the element called *name*, line by line."""
    indent = "\n" + "  " * depth if depth else ""
    if isinstance(value, Mapping):
        inside = [part for key, one in value.items() for part in _element(key, one, depth + 1)]
    elif isinstance(value, Sequence) and not isinstance(value, str):
        member = MEMBERS.get(name, "item")
        inside = [part for one in value for part in _element(member, one, depth + 1)]
    else:
        text = _text(value)
        yield f"{indent}<{name}>{text}</{name}>" if text else f"{indent}<{name}/>"
        return
    end = "\n" + "  " * depth
    yield f"{indent}<{name}>{''.join(inside)}{end}</{name}>" if inside else f"{indent}<{name}/>"


def _text(value: float | str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if text.isprintable():
        return escape(text)
    # A reader of XML takes a bare carriage return for a line end, unless it is written so.
    return escape(_NO_XML.sub("\ufffd", text), {"\r": "&#13;"})
