"""A unit of the organisation 单位: an office, department, utility, centre or community."""

from datetime import date
from typing import Literal, Self

from pydantic import field_validator, model_validator

from zhili.errors import InputError
from zhili.policies.division import parse
from zhili.values import Code, Line, UnitId, Value

__all__ = ["Level", "Unit"]

Level = Literal[
    "province",
    "city",
    "district",
    "street",
    "community",
    "estate",
    "grid",
    "department",
    "outpost",
    "utility",
    "centre",
    "party",
    "social",
]
"""Where a unit stands (§7.1). Towns and townships are streets, villages communities."""


class Unit(Value):
    """
    One unit as it was for a while: `[valid_from, valid_to)`, open where a bound is None.

    A unit that changes has several of these under one id. `kind` is what the routing catalogue
    asks for, e.g. *urban_management*; `successor` says who took over when it ended.
    """

    id: UnitId
    name: Line
    level: Level | None = None
    kind: Code | None = None
    parent: UnitId | None = None
    division: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: UnitId | None = None

    @field_validator("division")
    @classmethod
    def _division_is_wellformed(cls, division: str | None) -> str | None:
        if division is None:
            return None
        try:
            return parse(division).code
        except InputError as error:
            raise ValueError(error.message) from None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.begins:
            message = (
                f"unit {self.id!r} must end after it begins: {self.valid_from} … {self.valid_to}"
            )
            raise ValueError(message)
        return self

    @property
    def begins(self) -> date:
        """Give the first day of the unit, the first of all days where none is known."""
        return self.valid_from or date.min

    def exists(self, on: date) -> bool:
        """Tell whether the unit exists on that day."""
        return self.begins <= on and (self.valid_to is None or on < self.valid_to)
