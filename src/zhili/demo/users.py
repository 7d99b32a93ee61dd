"""
Demo users 演示用户: one person for every role, of units that have something to do.

For showing the pages only: whoever is shown them may act as any of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from zhili.demo import people
from zhili.values import Actor
from zhili.workflows import Label, role

if TYPE_CHECKING:
    from zhili.engine import Engine
    from zhili.policies.unit import Unit

__all__ = ["Group", "demo_users"]

PUBLIC: Final = Label("People", "居民与诉求人")
CENTRE: Final = Label("The hotline centre", "热线服务中心")
ABOVE: Final = Label("District and above", "区级及以上")
EXAMINING: Final = Label("Inspection and policies", "监察与政策")

STREETS_SHOWN: Final = 2
DEPARTMENTS_SHOWN: Final = 2

UNITS_LEVEL: Final = frozenset({"department", "utility"})


class Group(NamedTuple):
    """Users of one place, with what that is called."""

    label: Label
    users: tuple[Actor, ...]


class _Places(NamedTuple):
    """The units whose people are shown."""

    streets: tuple[str, ...]
    departments: tuple[str, ...]
    communities: tuple[str, ...]
    branches: tuple[str, ...] = ()


def demo_users(engine: Engine) -> tuple[Group, ...]:
    """Give the users for what *engine* has in its store: of its busiest units, group by group."""
    places = _places(engine)
    names = {unit.id: unit.name for unit in _units(engine)}

    def named(unit: str) -> Label:
        name = names.get(unit, unit)
        return Label(name, name)

    chance = Random(0)  # noqa: S311 - chooses among people who are all the same
    return (
        Group(PUBLIC, tuple(_public(engine))),
        Group(
            CENTRE,
            (
                people.agent(chance), people.dispatcher(chance), people.ADJUDICATOR,
                people.reviewer(chance), people.telephonist(chance), people.SUPERVISOR,
                people.CHIEF, people.ASSESSOR, people.ARCHIVIST,
            ),
        ),
        *(Group(named(unit), _street(unit)) for unit in places.streets),
        *(Group(named(unit), _unit(unit)) for unit in places.departments),
        *(Group(named(unit), _community(unit)) for unit in places.communities),
        *(Group(named(unit), (people.branch_secretary(unit),)) for unit in places.branches),
        Group(ABOVE, tuple(_above(engine))),
        Group(
            EXAMINING,
            (Actor(id="inspection-01", role=role.INSPECTOR), people.PUBLISHER),
        ),
    )  # fmt: skip


def _public(engine: Engine) -> Iterator[Actor]:
    """Give one whose appeal waits for their evaluation, and somebody who lives there."""
    sql = (
        "SELECT subject FROM cases WHERE case_type = 'complaint' AND NOT ended"
        " AND subject NOT LIKE 'case:%' AND subject NOT LIKE 'receipt:%'"
        " ORDER BY CASE WHEN state = 'callback' THEN 0 ELSE 1 END, number LIMIT 1"
    )
    for (subject,) in engine.store.rows(sql, {}):
        yield people.caller(subject)
    yield people.resident("resident-01")
    yield people.party_member("member-01")
    yield people.volunteer("volunteer-01")


def _unit(unit: str) -> tuple[Actor, ...]:
    return (
        people.operator(unit), people.leader(unit), people.co_handler(unit),
        people.home_organisation(unit),
    )  # fmt: skip


def _street(unit: str) -> tuple[Actor, ...]:
    return (
        people.operator(unit), people.leader(unit), people.street_secretary(unit),
        people.street_director(unit), people.duty_officer(unit), people.town_office(unit),
        people.party_committee(unit),
    )  # fmt: skip


def _community(unit: str) -> tuple[Actor, ...]:
    return (
        people.keeper(unit), people.community_worker(unit), people.grid_worker(unit),
        people.operator(unit),
    )  # fmt: skip


def _above(engine: Engine) -> Iterator[Actor]:
    """Give those above the streets; of the district that the store knows."""
    districts = [unit.id for unit in _units(engine) if unit.level == "district"]
    cities = [unit.id for unit in _units(engine) if unit.level == "city"]
    for one in (people.COORDINATOR, people.WHISTLE_OFFICE, people.DISTRICT_LEADER):
        yield one.model_copy(update={"unit": districts[0] if districts else one.unit})
    yield people.ORGANISER
    for one in (people.INDUSTRY, people.CITY_LEADER):
        yield one.model_copy(update={"unit": cities[0] if cities else one.unit})


def _units(engine: Engine) -> Sequence[Unit]:
    rules = engine.book.current()
    today = rules.day_of(engine.now())
    return [unit for unit in rules.organisation.units if unit.exists(today)]


def _places(engine: Engine) -> _Places:
    """Find the busiest units of each level; of an unknown organisation those that have cases."""
    busy = _counted(engine, "unit", "NOT ended")
    walled = _counted(engine, "village", "case_type = 'wall'")
    units = _units(engine)
    if not units:
        listed = sorted(busy, key=lambda unit: (-busy[unit], unit))
        return _Places(tuple(listed[:STREETS_SHOWN]), (), tuple(sorted(walled)[:1]))
    ranked = sorted(units, key=lambda unit: (-busy.get(unit.id, 0), unit.id))
    streets = [unit.id for unit in ranked if unit.level == "street"]
    departments = [unit.id for unit in ranked if unit.level in UNITS_LEVEL]
    communities = [unit for unit in units if unit.level == "community"]
    communities.sort(key=lambda unit: (-walled.get(unit.id, 0), unit.id))
    home = communities[0] if communities else None
    if home is not None and home.parent in streets:  # so that its town can be shown, too
        streets.remove(home.parent)
        streets.insert(0, home.parent)
    return _Places(
        tuple(streets[:STREETS_SHOWN]),
        tuple(departments[:DEPARTMENTS_SHOWN]),
        (home.id,) if home else (),
        tuple(unit.id for unit in ranked if unit.level == "party" and unit.kind is None)[:1],
    )


def _counted(engine: Engine, column: str, which: str) -> dict[str, int]:
    sql = (
        f"SELECT {column}, COUNT(*) FROM cases WHERE {which} AND {column} IS NOT NULL"
        f" GROUP BY {column}"
    )
    return {str(unit): int(count) for unit, count in engine.store.rows(sql, {})}
