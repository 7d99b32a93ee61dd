"""What a field of a command takes, read off its type: the shape that a form gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from annotated_types import Ge, Le, MaxLen
from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from zhili.commands.command import Command
from zhili.policies.limit import Limit
from zhili.values import LINE_LENGTH_MAX, TEXT_LENGTH_MAX, Attachment, Code, Line, Text, UnitId

__all__ = ["FILE_PARTS", "LIMIT_PARTS", "Kind", "Shape", "shapes_of"]

Kind = Literal[
    "line", "text", "code", "unit", "choice", "yes_no", "check", "number", "day", "moment", "case",
    "units", "codes", "choices", "file", "files", "limit", "points", "document", "hidden",
]  # fmt: skip
"""How a field is filled in."""

TOLD_BY_REACTIONS: Final = frozenset(
    {"origin", "origin_type", "relation", "repeats", "report_to", "report_type"}
)
"""Fields that only what has happened elsewhere fills in."""

FILE_PARTS: Final = ("name", "media_type", "size", "sha256", "uri")
LIMIT_PARTS: Final = ("amount", "unit", "roll_forward")

_STRINGS: Final[tuple[tuple[object, Kind, int], ...]] = (
    (get_args(Text)[1], "text", TEXT_LENGTH_MAX),
    (get_args(UnitId)[1], "unit", 64),
    (get_args(Code)[1], "code", 64),
    (get_args(Line)[1], "line", LINE_LENGTH_MAX),
)
"""What makes a plain string one of these words, how that is filled in, how long it may be."""


@dataclass(frozen=True, slots=True)
class Shape:
    """
    How one field is filled in, whatever is in force today.

    Args:
        name: Its name in the command, and in the form.

        kind: How it is filled in.

        needed: Whether it must be.

        personal: Whether it is kept as personal, and so never shown by accident.

        length_max: How many characters it takes, if it takes words.

        least: The smallest number it takes.

        most: The largest number, or the most entries.

        choices: What there is to choose, if its type says so.

        optional: Whether it may be left open, None then.

        preset: Whether it is filled in already, with a default that says something.
    """

    name: str
    kind: Kind
    needed: bool
    personal: bool = False
    length_max: int | None = None
    least: int | None = None
    most: int | None = None
    choices: tuple[str | int, ...] = ()
    optional: bool = False
    preset: bool = False


@cache
def shapes_of(command: type[Command]) -> tuple[Shape, ...]:
    """Give the shapes of the fields of *command*, in their order, without its case."""
    hints = get_type_hints(command, include_extras=True)
    return tuple(
        _shape(name, hints[name], field)
        for name, field in command.model_fields.items()
        if name != "case_id"
    )


def _shape(name: str, hint: Any, field: FieldInfo) -> Shape:
    kind_of, metadata, optional = _bare(hint)
    numbers = _numbers(metadata)
    choices: tuple[str | int, ...] = ()
    kind, length = _kind(kind_of, metadata)
    if kind in {"choice", "choices"}:
        choices = get_args(kind_of if kind == "choice" else _bare(get_args(kind_of)[0])[0])
    elif kind == "number" and numbers.get("least") == 0 and numbers.get("most") == 3:  # noqa: PLR2004 - the levels
        kind, choices = "choice", (0, 1, 2, 3)
    if kind == "check" and (optional or field.is_required()):
        kind = "yes_no"  # a box that nobody has looked at must not say no
    if name in TOLD_BY_REACTIONS or (kind == "case" and field.default_factory is not None):
        kind = "hidden"
    return Shape(
        name=name,
        kind=kind,
        needed=field.is_required() and not optional,
        personal=not field.repr,
        length_max=length,
        choices=choices,
        optional=optional,
        preset=not field.is_required() and field.default not in {None, ()},
        **numbers,
    )


def _bare(hint: Any) -> tuple[Any, tuple[Any, ...], bool]:
    """Give the type itself, what is annotated to it, and whether it may be None."""
    metadata: tuple[Any, ...] = ()
    optional = False
    while True:
        origin = get_origin(hint)
        if origin is Annotated:
            metadata = (*metadata, *hint.__metadata__)
            hint = hint.__origin__
        elif origin in {Union, UnionType}:
            kinds = [each for each in get_args(hint) if each is not NoneType]
            if len(kinds) != 1:
                return hint, metadata, optional
            optional = True
            hint = kinds[0]
        else:
            return hint, metadata, optional


_PLAIN: Final[Mapping[object, Kind]] = {
    bool: "check",
    int: "number",
    date: "day",
    datetime: "moment",
    UUID: "case",
    Limit: "limit",
    Attachment: "file",
}


def _kind(kind_of: Any, metadata: tuple[Any, ...]) -> tuple[Kind, int | None]:
    """Give how a type is filled in, and how many characters that takes."""
    if kind_of is str:
        for known, kind, length in _STRINGS:
            if known in metadata:
                return kind, length
        return "line", None
    if get_origin(kind_of) is Literal:
        return "choice", None
    if get_origin(kind_of) is tuple:
        return _kind_of_many(get_args(kind_of)[0]), None
    if get_origin(kind_of) is dict:
        return ("points" if _bare(get_args(kind_of)[1])[0] is int else "document"), None
    return _PLAIN.get(kind_of, "document"), None


def _kind_of_many(inner: Any) -> Kind:
    kind, _ = _kind(*_bare(inner)[:2])
    many: dict[Kind, Kind] = {
        "unit": "units",
        "code": "codes",
        "line": "codes",
        "choice": "choices",
        "file": "files",
    }
    return many.get(kind, "document")


def _numbers(metadata: tuple[Any, ...]) -> dict[str, int]:
    """Give the bounds that stand in the annotations of a type."""
    found: dict[str, int] = {}
    for each in metadata:
        for one in each.metadata if isinstance(each, FieldInfo) else (each,):
            if isinstance(one, Ge) and isinstance(one.ge, int):
                found["least"] = one.ge
            elif isinstance(one, Le) and isinstance(one.le, int):
                found["most"] = one.le
            elif isinstance(one, MaxLen) and not isinstance(one, StringConstraints):
                found["most"] = one.max_length
    return found
