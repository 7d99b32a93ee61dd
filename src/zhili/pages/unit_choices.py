"""Which units a field offers: those that can be meant, by level and name, one's own chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from zhili.pages.form import Option
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.access import SeenCase
    from zhili.commands.command import Command
    from zhili.policies.unit import Unit

__all__ = ["OWN", "inside", "of_level", "unit_options"]

LEVELS: Final[Mapping[str | None, Label]] = {
    "province": Label("Province", "省级"),
    "city": Label("City", "市级"),
    "district": Label("District", "区级"),
    "department": Label("Departments", "职能部门"),
    "outpost": Label("Outposts of departments", "派出机构"),
    "utility": Label("Utilities", "公共服务企业"),
    "centre": Label("Centres", "服务中心"),
    "party": Label("Party organisations", "党组织"),
    "street": Label("Streets and towns", "街道（乡镇）"),
    "community": Label("Communities and villages", "社区（村）"),
    "estate": Label("Estates", "小区"),
    "grid": Label("Grids", "网格"),
    "social": Label("Social organisations", "社会组织"),
    None: Label("Other units", "其他单位"),
}
"""The levels of units in the order in which a list has them."""

RANK: Final = {level: rank for rank, level in enumerate(LEVELS)}

ONE_LEVEL: Final[Mapping[str, str]] = {
    "hazard.find.community": "community",
    "wall.collect.keeper": "community",
    "wall.collect.village": "community",
    "whistle.draft.street": "street",
}
"""The fields in which a unit of one level is meant, by case type, verb and name."""

OWN: Final = frozenset(ONE_LEVEL)
"""The fields in which usually one's own unit is meant."""

INSIDE: Final[Mapping[str, str]] = {
    "whistle.assign_lead.lead": "summons",
    "whistle.give_directive.lead": "summons",
    "whistle.reject_result.units": "summons",
}
"""The fields in which only those are meant that the case has already, by what they are in it."""

GONE: Final = frozenset({"released", "replaced"})
"""The states of those that need not come any more."""


def unit_options(units: Iterable[Unit]) -> tuple[Option, ...]:
    """Give *units* to choose from, by level and name; in groups if they are of several levels."""
    ordered = sorted(units, key=lambda unit: (RANK[unit.level], unit.name, unit.id))
    has_groups = len({unit.level for unit in ordered}) > 1
    return tuple(
        Option(
            unit.id,
            Label(unit.name, unit.name),
            group=LEVELS[unit.level] if has_groups else None,
        )
        for unit in ordered
    )


def of_level(field: str, units: Iterable[Unit], own: str | None) -> list[Unit]:
    """Give those of *units* that *field* can mean, and one's own; all where there are none such."""
    every = list(units)
    level = ONE_LEVEL.get(field)
    found = [unit for unit in every if unit.level == level or unit.id == own]
    return found if any(unit.level == level for unit in found) else every


def inside(command: type[Command], name: str, seen: SeenCase) -> tuple[str, ...] | None:
    """Give the units inside a case that the field *name* can mean; None if it can mean others."""
    kind = INSIDE.get(f"{command.case_type}.{command.verb}.{name}")
    found = tuple(part.id for part in seen.parts if part.kind == kind and part.state not in GONE)
    return found if kind is not None and found else None
