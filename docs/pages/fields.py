"""The fields of a pydantic model: their types in words, limits and defaults."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_origin
from typing import get_type_hints as hints_of

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from docs.pages.markdown import arguments, code, codes, table
from docs.pages.source import constants
from zhili import values

if TYPE_CHECKING:
    from zhili.values import Value

ALIASES: Final = ("Text", "Line", "Code", "UnitId", "Instant", "Role")
"""Names of `zhili.values` that say more than the type behind them."""

PATTERNS: Final = {
    r"^[^\x00]*$": "no NUL",
    r"^[^\x00]+$": "no NUL",
    r"^[^\s\x00]{1,64}$": "1 to 64 characters, no spaces",
}
"""What the patterns in use mean; any other is shown as it stands."""

COLLECTIONS: Final = {tuple: "list", list: "list", frozenset: "set", set: "set", dict: "map"}


def fields(model: type[Value], *, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """Give the table of a model's fields, with what its docstring says of each."""
    said = _said_of(model)
    rows = [
        (code(field.alias or name), typed, _limits_of(field), _default(field), said.get(name, ""))
        for name, field, typed in _typed(model, without)
    ]
    heads = ("Field", "Type", "Limits", "Default", "Meaning")
    told = len(heads) if any(row[-1] for row in rows) else len(heads) - 1
    return table(heads[:told], (row[:told] for row in rows))


def _said_of(model: type[Value]) -> dict[str, str]:
    """Give what is said of each field, by the class that has it or one that inherits it."""
    kinds = [kind for kind in reversed(model.__mro__) if issubclass(kind, values.Value)]
    return {name: said for kind in kinds for name, said in arguments(kind.__doc__).items()}


def answer_fields(model: type[Value], *, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """Give the table of what a model holds: names and types, no limits."""
    rows = ((code(field.alias or name), typed) for name, field, typed in _typed(model, without))
    return table(("Field", "Type"), rows)


def words(hint: Any, aliases: Collection[str] = ALIASES) -> str:
    """Say a type as the reference pages do; *aliases* are the names that it may be called by."""
    alias = next((name for name in aliases if _is(getattr(values, name), hint)), None)
    if alias is not None:
        return code(alias)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return words(inner[0], aliases)
    if origin is Literal:
        return codes(inner)
    if origin in {Union, UnionType}:
        # The choices of several lists are one list, and what may be left empty says so last.
        choices = [one for part in inner if get_origin(part) is Literal for one in get_args(part)]
        others = [one for one in inner if one is not NoneType and get_origin(one) is not Literal]
        said = [*(words(one, aliases) for one in others), *([codes(choices)] if choices else [])]
        return " or ".join([*said, "none"] if NoneType in inner else said)
    if origin in COLLECTIONS:
        of = [words(one, aliases) for one in inner if one is not Ellipsis]
        return f"{COLLECTIONS[origin]} of {' to '.join(of)}"
    return code(getattr(hint, "__name__", str(hint)))


def _is(alias: Any, hint: Any) -> bool:
    """Say whether *hint* is *alias*, or that with more said of the field beside it."""
    named = get_args(alias) if get_origin(alias) is Annotated else ()
    return bool(alias == hint or (named and get_args(hint)[: len(named)] == named))


def limits(hint: Any) -> list[str]:
    """Say the limits that a type sets, from outside in."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        bound = _bounds(inner[1:], length=_is_collection(inner[0]))
        return [*bound, *limits(inner[0])]
    if origin in {Union, UnionType}:
        return list(dict.fromkeys(said for one in inner for said in limits(one)))
    if origin in COLLECTIONS and origin is not dict:
        each = [said for one in inner if one is not Ellipsis for said in limits(one)]
        return [f"each: {', '.join(each)}"] if each else []
    return []


def referred(models: Sequence[type[Value]]) -> list[type[Value]]:
    """Give the values that the fields of *models* hold, and those that these hold, once each."""
    found: dict[type[Value], None] = {}
    waiting: list[type[Value]] = list(models)
    while waiting:
        model = waiting.pop(0)
        for hint in _hints(model):
            for value in _values_in(hint):
                if value not in found and value not in models:
                    found[value] = None
                    waiting.append(value)
    return list(found)


def _hints(model: type[Value]) -> list[Any]:
    hints = hints_of(model, include_extras=True)
    return [hints[name] for name in model.model_fields]


def _values_in(hint: Any) -> Iterator[type[Value]]:
    if isinstance(hint, type) and get_origin(hint) is None and issubclass(hint, values.Value):
        yield hint
    if get_origin(hint) is not Literal:
        for inner in get_args(hint):
            yield from _values_in(inner)


def _typed(model: type[Value], without: frozenset[str]) -> Iterator[tuple[str, FieldInfo, str]]:
    """Give each field with its type in words."""
    hints = hints_of(model, include_extras=True)
    for name, field in model.model_fields.items():
        if name not in without:
            yield name, field, words(hints[name], _aliases(model, name))


def _aliases(model: type[Value], name: str) -> list[str]:
    """Give the aliases that the annotation of a field may use."""
    owner = next(kind for kind in model.__mro__ if name in vars(kind).get("__annotations__", {}))
    written = owner.__annotations__[name]
    # Two aliases of the same meaning are one object: where the words still stand, they decide.
    return [one for one in ALIASES if not isinstance(written, str) or one in written]


def _is_collection(hint: Any) -> bool:
    return get_origin(hint) in COLLECTIONS


def _limits_of(field: FieldInfo) -> str:
    """Say the limits of a field, whether they stand in its type or beside it."""
    outer = _bounds(field.metadata, length=_is_collection(field.annotation))
    return ", ".join(dict.fromkeys([*outer, *limits(field.annotation)]))


def _bounds(metadata: Any, *, length: bool) -> list[str]:
    """Say what constraints mean; a length is of characters, or of the entries of a collection."""
    low = high = least = most = None
    above = below = ""
    said: list[str] = []
    for one in _flat(metadata):
        low = one.ge if isinstance(one, Ge) else low
        high = one.le if isinstance(one, Le) else high
        above = f"above {one.gt}" if isinstance(one, Gt) else above
        below = f"below {one.lt}" if isinstance(one, Lt) else below
        least = one.min_length if isinstance(one, MinLen) else least
        most = one.max_length if isinstance(one, MaxLen) else most
        pattern = getattr(one, "pattern", None)
        if pattern is not None:
            said.append(PATTERNS.get(pattern, code(pattern)))
    size = _span(least, most)
    if size:
        noun = ("entry", "entries") if length else ("character", "characters")
        said.insert(0, f"{size} {noun[size.rpartition(' ')[2] != '1']}")
    return [one for one in (_span(low, high), above, below) if one] + said


def _flat(metadata: Any) -> Iterator[Any]:
    """Give every constraint by itself: a `Field(…)` or the constraints of a text hold several."""
    for one in metadata:
        if isinstance(one, FieldInfo):
            yield from _flat(one.metadata)
        elif isinstance(one, StringConstraints):
            yield from one  # its length as MinLen and MaxLen, the rest as one object
        else:
            yield one


def _span(low: Any, high: Any) -> str:
    if low is None and high is None:
        return ""
    if low is None:
        return f"at most {_number(high)}"
    return f"at least {_number(low)}" if high is None else f"{_number(low)} to {_number(high)}"


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "made if none is given"
    if field.is_required():
        return "**required**"
    return shown(field.default)


def shown(value: Any) -> str:
    """Show a default as people read it."""
    if value is None:
        return "none"
    if value in ((), {}):
        return "empty"
    if isinstance(value, values.Value) and "code" in type(value).model_fields:
        value = dict(value)["code"]  # what is listed by its code has a table of its own
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date | datetime | time):
        return code(value.isoformat())
    if isinstance(value, tuple):
        return ", ".join(shown(one) for one in value)
    return code(value)


def alias_rows() -> Iterator[tuple[str, str, str]]:
    """Give every named type of `zhili.values`: its name, what it is, its limits."""
    said = constants(values)
    for name in ALIASES:
        hint = getattr(values, name)
        yield code(name), said[name], ", ".join(limits(hint))
