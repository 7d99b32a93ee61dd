"""The organisation laid flat: which unit stood under which, on which days, as rows for SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Final

from zhili.errors import InputError
from zhili.policies.division import parse
from zhili.policies.organisation import Organisation
from zhili.policies.unit import Unit
from zhili.projections.register import Column, Table
from zhili.values import EPOCH

__all__ = ["UNITS", "unit_rows"]

UNITS: Final = Table(
    "units",
    ("unit", "ancestor", "first_day"),
    (
        Column("unit", "text", "the unit"),
        Column("level", "text", "the ancestor's level; empty if a nearer one has the same"),
        Column("ancestor", "text", "a unit above, or the unit itself"),
        Column("first_day", "integer", "from this local day on, days since 1970-01-01"),
        Column("after_day", "integer", "up to, and without, this one"),
    ),
)

Above = tuple[tuple[str | None, str], ...]
"""Level and id of a unit and of all above it, from below upwards."""

FIRST: Final = date.min.toordinal() - EPOCH.toordinal()
AFTER: Final = date.max.toordinal() - EPOCH.toordinal() + 1

Row = tuple[str, str | None, str, int, int]


def unit_rows(organisation: Organisation, present: Iterable[str] = ()) -> Iterator[Row]:
    """
    Give the rows of `units`, for every span of days in which nothing above the unit changes.

    Args:
        organisation: The units and their history.

        present: The unit ids in use. An open organisation has no list of its own: there, a
            division code says what stands above it.
    """
    if organisation.open:
        for unit in sorted(set(present)):
            yield from _rows(unit, _by_code(unit), FIRST, AFTER)
            usual = _usual(unit)
            if usual != unit:  # 110105000 is 110105; it is found under both
                yield (unit, None, unit, FIRST, AFTER)
        return
    index: dict[str, list[Unit]] = {}
    for entry in organisation.units:
        index.setdefault(entry.id, []).append(entry)
    for unit in index:
        yield from _history(unit, index)


def _rows(unit: str, above: Above, first: int, after: int) -> Iterator[Row]:
    levels: set[str | None] = set()
    for level, ancestor in above:
        yield (unit, None if level in levels else level, ancestor, first, after)
        levels.add(level)


def _history(unit: str, index: dict[str, list[Unit]]) -> Iterator[Row]:
    """Walk upwards once for every span between two days on which something above may change."""
    bounds: set[int] = set()
    seen, waiting = {unit}, [unit]
    while waiting:
        for entry in index.get(waiting.pop(), ()):
            bounds |= {_first(entry), _after(entry)}
            if entry.parent is not None and entry.parent not in seen:
                seen.add(entry.parent)
                waiting.append(entry.parent)
    spans = [
        (first, after, _above(unit, first, index)) for first, after in pairwise(sorted(bounds))
    ]
    start = 0
    for at, (_, after, above) in enumerate(spans):
        if at + 1 < len(spans) and spans[at + 1][2] == above:
            continue  # nothing changed for this unit: one row for both spans
        yield from _rows(unit, above, spans[start][0], after)
        start = at + 1


def _above(unit: str, day: int, index: dict[str, list[Unit]]) -> Above:
    """Pass from the unit to the top; a parent that does not exist on that day ends the way."""
    above: list[tuple[str | None, str]] = []
    at: str | None = unit
    while at is not None:
        entry = next((e for e in index.get(at, ()) if _first(e) <= day < _after(e)), None)
        if entry is None:
            break
        above.append((entry.level, entry.id))
        at = entry.parent
    return tuple(above)


def _first(entry: Unit) -> int:
    return entry.begins.toordinal() - EPOCH.toordinal()


def _after(entry: Unit) -> int:
    return entry.valid_to.toordinal() - EPOCH.toordinal() if entry.valid_to else AFTER


def _by_code(unit: str) -> Above:
    above: list[tuple[str | None, str]] = []
    code: str | None = _usual(unit)
    while code is not None:
        try:
            division = parse(code)
        except InputError:  # an id of the host's own: nothing is known above it
            return ((None, unit),)
        above.append((division.level, division.code))
        code = division.parent
    return tuple(above)


def _usual(unit: str) -> str:
    try:
        return parse(unit).code
    except InputError:  # no division code, so it has one form only
        return unit
