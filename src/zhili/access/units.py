"""Units and those below them, as they are looked for in the register."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from zhili.errors import InputError, PolicyRefusedError
from zhili.policies.division import parse
from zhili.projections.worklist import PREFIX_LENGTHS, units_within

if TYPE_CHECKING:
    from datetime import date

    from zhili.policies.organisation import Organisation

__all__ = ["Below", "same_unit"]

CODE_LENGTHS: Final = (6, 9, 12)
STREET_DIGITS: Final = 9
FEW: Final = 50
"""Up to so many units an index is asked for each; of more, a list is walked through."""


def same_unit(unit: str) -> tuple[str, ...]:
    """Give every way to write *unit*: a division code may have its zeros or not."""
    try:
        code12 = parse(unit).code12
    except InputError:  # an id of the host's own
        return (unit,)
    ways = (code12[:length] for length in CODE_LENGTHS)
    return tuple(way for way in ways if way.ljust(12, "0") == code12)


class Below:
    """A unit and all that stand under it, by today's organisation."""

    def __init__(self, unit: str, organisation: Organisation, today: date) -> None:
        """Look below *unit*."""
        self._unit = unit
        self._organisation = organisation
        self._today = today

    def has(self, unit: str) -> bool:
        """Say whether *unit* is the unit itself, or stands below it."""
        if unit == self._unit:
            return True
        if self._prefix is None:
            return unit in self._listed
        return unit.startswith(self._prefix) and len(unit) in CODE_LENGTHS

    def condition(self, column: str) -> tuple[str, dict[str, str]]:
        """Give the SQL condition that *column* holds such a unit, and its parameters."""
        if self._prefix is None:
            named = {f"below_{n}": unit for n, unit in enumerate(sorted(self._listed))}
            return f"{column} IN ({', '.join(f':{name}' for name in named)})", named
        condition = (
            f"({column} = :below_own OR (SUBSTR({column}, 1, {len(self._prefix)}) = :below_first"
            f" AND LENGTH({column}) IN (6, 9, 12)))"
        )
        last = self._prefix.ljust(CODE_LENGTHS[-1], "9")
        return condition, {
            "below_own": self._unit, "below_first": self._prefix, "below_last": last,
        }  # fmt: skip

    @property
    def is_small(self) -> bool:
        """Whether so few units stand below that an index finds their cases soonest."""
        if self._prefix is None:
            return len(self._listed) <= FEW
        return len(self._prefix) >= STREET_DIGITS

    def range(self, column: str) -> str:
        """Give a condition of bounds for an index, whatever the collation; it is met by all."""
        if self._prefix is None:
            return "1 = 1"
        # Ids have nothing but digits, so that '9' lies above all of them in every collation.
        return f"{column} >= :below_first AND {column} <= :below_last"

    @cached_property
    def _prefix(self) -> str | None:
        """The digits with which the units below begin; None where they are listed."""
        if not self._organisation.open:
            return None
        try:
            division = parse(self._unit)
        except InputError:  # an id of the host's own, below which nothing is known
            return None
        return division.code12[: PREFIX_LENGTHS[division.level]]

    @cached_property
    def _listed(self) -> frozenset[str]:
        if self._organisation.open:
            return frozenset({self._unit})
        try:
            found = units_within(self._organisation, self._unit, self._today)
        except (InputError, PolicyRefusedError):  # nobody knows the unit: it has nothing below it
            return frozenset({self._unit})
        return frozenset((self._unit, *found))
