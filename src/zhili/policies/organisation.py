"""The organisation 组织机构: which units exist on a day, and which stands under which."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import ClassVar, Self

from pydantic import model_validator

from zhili.errors import InputError, PolicyRefusedError
from zhili.policies.division import Division, parse
from zhili.policies.policy import Policy
from zhili.policies.unit import Unit
from zhili.values import UnitId

__all__ = ["Organisation"]

CODE_LENGTHS = frozenset({6, 9, 12})

CHAINS_MAX = 10_000


class Organisation(Policy):
    """
    The units of a place, with their history.

    Without units the organisation is *open*: every id is a unit, and a division code says its
    own level and parent (§7.2). That is how a store works before anybody has described the place.
    """

    name: ClassVar[str] = "organisation"

    units: tuple[Unit, ...] = ()

    @property
    def open(self) -> bool:
        """Tell whether any unit id is accepted."""
        return not self.units

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for entries in self._index.values():
            for earlier, later in pairwise(entries):
                if earlier.valid_to is None or later.begins < earlier.valid_to:
                    _reject(
                        f"unit {later.id!r} is described twice for {later.begins}; "
                        "end the earlier entry (valid_to) on the day the later one begins"
                    )
        for unit in self.units:
            for word, other in (("parent", unit.parent), ("successor", unit.successor)):
                if other is not None and other not in self._index:
                    _reject(f"the {word} {other!r} of unit {unit.id!r} is not in the organisation")
            self._has_no_cycle(unit)
        return self

    def _has_no_cycle(self, unit: Unit) -> None:
        # All units of a cycle exist on the day its youngest begins, so looking there finds each.
        seen: list[UnitId] = []
        for above in self._upwards(unit, unit.begins):
            if above.id in seen:
                _reject("units cannot stand under themselves: " + " → ".join([*seen, above.id]))
            seen.append(above.id)

    def unit(self, id: UnitId, on: date) -> Unit:  # noqa: A002 - the glossary's word
        """
        Give the unit as it is on that day.

        Raises:
            PolicyRefusedError: If there is none; the message names who took over, or from when.
        """
        if self.open:
            return _open_unit(id)
        found = self._find(id, on)
        if found is None:
            raise PolicyRefusedError(
                self._why_not(id, on),
                policy=self.name,
                unit=id,
                on=on,
                successor=self._heir(id, on),
            )
        return found

    def ancestor(self, id: UnitId, level: str, on: date) -> UnitId | None:  # noqa: A002 - as above
        """Give the nearest unit of that level, from the unit itself upwards, or None."""
        return next((unit.id for unit in self._chain(id, on) if unit.level == level), None)

    def district_of(self, id: UnitId, on: date) -> UnitId | None:  # noqa: A002 - as above
        """Give the district that the unit is or stands in, or None."""
        return self.ancestor(id, "district", on)

    def is_within(self, id: UnitId, ancestor_id: UnitId, on: date) -> bool:  # noqa: A002 - as above
        """Tell whether the unit is *ancestor_id* or stands under it on that day."""
        same = _usual if self.open else str  # in an open organisation 110105000 is 110105
        return any(same(unit.id) == same(ancestor_id) for unit in self._chain(id, on))

    def level(self, id: UnitId, on: date) -> str | None:  # noqa: A002 - as above
        """Give the level of the unit on that day, None where it has none."""
        return self.unit(id, on).level

    def _chain(self, id: UnitId, on: date) -> tuple[Unit, ...]:  # noqa: A002 - as above
        asked = (id, None if self.open else on)
        found = self._chains.get(asked)
        if found is None:
            if len(self._chains) >= CHAINS_MAX:
                self._chains.clear()
            found = self._chains[asked] = tuple(self._upwards(self.unit(id, on), on))
        return found

    @cached_property
    def _chains(self) -> dict[tuple[UnitId, date | None], tuple[Unit, ...]]:
        """Hold the ways to the top found lately: the same units are asked for again and again."""
        return {}

    def _upwards(self, unit: Unit | None, on: date) -> Iterator[Unit]:
        """Pass from the unit to the top; a parent that does not exist on that day ends the way."""
        while unit is not None:
            yield unit
            if unit.parent is None:
                return
            unit = _open_unit(unit.parent) if self.open else self._find(unit.parent, on)

    def _find(self, id: UnitId, on: date) -> Unit | None:  # noqa: A002 - as above
        return next((unit for unit in self._index.get(id, ()) if unit.exists(on)), None)

    @cached_property
    def _index(self) -> dict[UnitId, list[Unit]]:
        """Hold the entries of every id, the earliest first."""
        index: dict[UnitId, list[Unit]] = {}
        for unit in sorted(self.units, key=lambda unit: unit.begins):
            index.setdefault(unit.id, []).append(unit)
        return index

    def _heir(self, id: UnitId, on: date) -> UnitId | None:  # noqa: A002 - as above
        ended = [unit for unit in self._index.get(id, ()) if unit.valid_to and unit.valid_to <= on]
        return ended[-1].successor if ended else None

    def _why_not(self, id: UnitId, on: date) -> str:  # noqa: A002 - as above
        entries = self._index.get(id, [])
        if not entries:
            return f"unit {id!r} is not in the organisation; name one that is, or publish it first"
        later = next((unit for unit in entries if unit.begins > on), None)
        if later is not None:
            return f"unit {id!r} ({later.name}) did not exist on {on}; it begins on {later.begins}"
        last = entries[-1]
        heir = f"its successor is {last.successor!r}" if last.successor else "it has no successor"
        return (
            f"unit {id!r} ({last.name}) did not exist on {on}; it ended on {last.valid_to}; {heir}"
        )


@lru_cache(maxsize=10_000)
def _open_unit(id: UnitId) -> Unit:  # noqa: A002 - the glossary's word
    division = _division(id)
    if division is None:
        if id.isdigit() and len(id) in CODE_LENGTHS:
            message = (
                f"{id!r} looks like a division code, but there can be none like it (GB/T 2260)"
            )
            raise PolicyRefusedError(message, policy="organisation", unit=id)
        return Unit(id=id, name=id)
    return Unit(
        id=id, name=id, level=division.level, parent=division.parent, division=division.code
    )


def _usual(id: UnitId) -> UnitId:  # noqa: A002 - the glossary's word
    division = _division(id)
    return division.code if division else id


def _division(id: UnitId) -> Division | None:  # noqa: A002 - the glossary's word
    try:
        return parse(id)
    except InputError:  # no division code, so an id of the host's own, which is as good
        return None


def _reject(message: str) -> None:
    raise ValueError(message)
