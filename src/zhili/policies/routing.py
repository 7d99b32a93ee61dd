"""The routing catalogue 派单目录: which kind of unit is competent for a category (BJ-REG 11)."""

from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Annotated, ClassVar, Self

from pydantic import Field, field_validator, model_validator

from zhili.policies.policy import Policy
from zhili.policies.unit import Unit
from zhili.values import Code, Line, Value

__all__ = ["Route", "Routing"]


class Route(Value):
    """
    One row of the catalogue, for a category and everything under it.

    A street takes the matter only with `to_street`, a community only with `to_community`: the
    STATUTORY mark that the community duty list names it (§2.3, §7.3). Either mark suffices, a
    street or community need not be of one of the `unit_kinds`.
    """

    category: Code
    unit_kinds: Annotated[tuple[Code, ...], Field(min_length=1)]
    legal_basis: Line
    co_kinds: tuple[Code, ...] = ()
    default_grade: Code | None = None
    to_street: bool = False
    to_community: bool = False
    valid_from: date | None = None
    valid_to: date | None = None

    @field_validator("category")
    @classmethod
    def _has_whole_levels(cls, category: str) -> str:
        if not all(part.strip() == part != "" for part in category.split("/")):
            message = f"category {category!r} has an empty level; write e.g. 'environment/refuse'"
            raise ValueError(message)
        return category

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.begins:
            message = (
                f"the row of {self.category!r} must end after it begins: "
                f"{self.valid_from} … {self.valid_to}"
            )
            raise ValueError(message)
        return self

    @property
    def begins(self) -> date:
        """Give the first day of the row, the first of all days where none is known."""
        return self.valid_from or date.min

    def holds(self, on: date) -> bool:
        """Tell whether the row is in force on that day."""
        return self.begins <= on and (self.valid_to is None or on < self.valid_to)


class Routing(Policy):
    """
    The catalogue. Without rows it is open: any unit may take any matter, except a community.

    No row, no community: units may not push matters to it that its duty list does not name
    (BJ-REG 17).
    """

    name: ClassVar[str] = "routing"

    rows: tuple[Route, ...] = ()

    @property
    def open(self) -> bool:
        """Tell whether there is no catalogue."""
        return not self.rows

    @model_validator(mode="after")
    def _decides_once(self) -> Self:
        for category, rows in self._index.items():
            for earlier, later in pairwise(rows):
                if earlier.valid_to is None or later.begins < earlier.valid_to:
                    message = (
                        f"category {category!r} has two rows for {later.begins}; "
                        "end the earlier row (valid_to) on the day the later one begins"
                    )
                    raise ValueError(message)
        return self

    def route(self, category: str, on: date) -> Route | None:
        """Give the row in force on that day for the category or the nearest one above it."""
        parts = category.split("/")
        for length in range(len(parts), 0, -1):
            for row in self._index.get("/".join(parts[:length]), ()):
                if row.holds(on):
                    return row
        return None

    def may_take(self, category: str, unit: Unit, on: date) -> str | None:
        """Give None if *unit* may lead on such a matter, else a sentence that says why not."""
        row = self.route(category, on)
        if row is None and not self.open:
            return (
                f"the routing catalogue has no row for category {category!r} on {on}; "
                "publish one, or dispatch to the district"
            )
        if unit.level == "community":
            allowed = row is not None and row.to_community
            return None if allowed else _not_a_community(category, unit)
        if row is None:
            return None
        if unit.level == "street":
            return None if row.to_street else _not_a_street(row, unit)
        if unit.kind in row.unit_kinds:
            return None
        return (
            f"unit {unit.id!r} is {f'of kind {unit.kind!r}' if unit.kind else 'of no kind'}; "
            f"category {row.category!r} goes to {_kinds(row)} ({row.legal_basis})"
        )

    @cached_property
    def _index(self) -> dict[str, list[Route]]:
        """Hold the rows of every category, the earliest first."""
        index: dict[str, list[Route]] = {}
        for row in sorted(self.rows, key=lambda row: row.begins):
            index.setdefault(row.category, []).append(row)
        return index


def _not_a_community(category: str, unit: Unit) -> str:
    return (
        f"community {unit.id!r} may not lead on category {category!r}: it is not on the community "
        "duty list (BJ-REG 17); choose a street or department and let the community assist"
    )


def _not_a_street(row: Route, unit: Unit) -> str:
    return (
        f"street {unit.id!r} may not take category {row.category!r}: it belongs to {_kinds(row)} "
        f"({row.legal_basis})"
    )


def _kinds(row: Route) -> str:
    return " or ".join(repr(kind) for kind in row.unit_kinds)
