"""
Answers of other GeoReport servers, read with suspicion: JSON or XML, of bounded size and depth.

XML is read without a document type: whoever sends one wants entities expanded, or files read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NoReturn, TypeAlias, cast
from xml.parsers import expat

from zhili.errors import InputError
from zhili.interchange.open311.spark import MEMBERS

__all__ = ["BYTES_MAX", "Item", "fields_of", "items_in"]

Item: TypeAlias = object
"""One member of a list as it was read; a request has fields."""

BYTES_MAX: Final = 64 * 2**20
"""Bytes of one answer; the standard's thousand requests have less than one of them."""

DEPTH_MAX: Final = 32
TEXT_SHOWN: Final = 200

LISTS: Final = ("service_requests", "requests")
"""What some servers wrap their list in, where the standard has it bare."""


def items_in(body: bytes, name: str) -> list[Item]:
    """
    Give the requests in *body*, the answer that *name* is.

    Raises:
        InputError: If it is no answer to `GET requests`, with what it is instead.
    """
    if len(body) > BYTES_MAX:
        message = f"{name} has more than {BYTES_MAX} bytes; ask for fewer days at once"
        raise InputError(message, source=name)
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        root, read = _Tree(name).read(body)
    elif start.startswith((b"[", b"{")):
        root, read = "", _json(start, name)
    else:
        _refuse(name, "is neither JSON nor XML")
    return _requests(root, read, name)


def fields_of(item: Item) -> Mapping[str, object] | None:
    """Give the fields of *item*, None if it has none."""
    return cast("Mapping[str, object]", item) if isinstance(item, Mapping) else None


def _requests(root: str, read: object, name: str) -> list[Item]:
    """Give the members of what was *read*, if they are requests."""
    outer = fields_of(read)
    if outer is not None:
        read = next((outer[one] for one in LISTS if one in outer), [outer])
    items = cast("list[Item]", read) if isinstance(read, list) else []
    inside = [fields for fields in map(fields_of, items) if fields is not None]
    if root == "errors" or any("code" in one and "description" in one for one in inside[:1]):
        told = "; ".join(str(one.get("description")) for one in inside)
        _refuse(name, f"is a refusal: {told[:TEXT_SHOWN]}")
    if any("service_request_id" in one or "token" in one for one in inside):
        return items
    if root == "services" or any("service_code" in one for one in inside):
        _refuse(name, "lists services, not requests; those are at …/requests.json or .xml")
    if items or root not in {"", "service_requests"}:
        _refuse(name, "is no list of service requests")
    return items


def _json(body: bytes, name: str) -> object:
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        # A number or a nesting beyond what Python reads is not read either.
        _refuse(name, f"is not JSON: {error}")


def _refuse_constant(text: str) -> NoReturn:
    message = f"{text} is no number"
    raise ValueError(message)


def _refuse(name: str, why: str) -> NoReturn:
    message = f"{name} {why}; an answer to GET requests of GeoReport v2 is wanted"
    raise InputError(message, source=name)


class _Tree:
    """
    One XML document on its way into plain values, by the Spark convention.

    An element with elements in it is a list if the standard calls it one, else a mapping; any
    other is its text, None if there is none. Attributes are not read.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._root = ""
        self._open: list[tuple[str, list[tuple[str, object]], list[str]]] = []
        self._whole: object = None

    def read(self, body: bytes) -> tuple[str, object]:
        """
        Give the name of the outermost element, and what it holds.

        Raises:
            InputError: If it is not XML, has a document type, or is nested too deep.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(body, True)  # noqa: FBT003 - expat takes it by place only
        except (expat.ExpatError, LookupError, ValueError) as error:
            _refuse(self._name, f"is not XML: {error}")
        return self._root, self._whole

    def _doctype(self, *_said: object) -> None:
        _refuse(self._name, "has a document type, which is not read")

    def _start(self, tag: str, _attributes: object) -> None:
        if len(self._open) >= DEPTH_MAX:
            _refuse(self._name, f"is nested more than {DEPTH_MAX} deep")
        self._root = self._root or tag
        self._open.append((tag, [], []))

    def _text(self, text: str) -> None:
        self._open[-1][2].append(text)

    def _end(self, _tag: str) -> None:
        tag, inside, texts = self._open.pop()
        value: object
        if tag in MEMBERS:
            value = [one for _, one in inside]
        elif inside:
            value = dict(inside)
        else:
            value = "".join(texts).strip() or None
        if self._open:
            self._open[-1][1].append((tag, value))
        else:
            self._whole = value
