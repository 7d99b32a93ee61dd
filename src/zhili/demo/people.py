"""Who acts in the simulated district: one person or a few for every role."""

from __future__ import annotations

from random import Random
from typing import Final

from zhili.demo.district import CENTRE, DISTRICT
from zhili.values import Actor, Role
from zhili.workflows import role
from zhili.workflows.policy import ADMINISTRATOR

__all__ = [
    "ADJUDICATOR", "ARCHIVIST", "ASSESSOR", "CHIEF", "CITY_LEADER", "COORDINATOR", "IMPORTER",
    "INDUSTRY", "PUBLISHER", "SUPERVISOR", "agent", "caller", "co_handler", "dispatcher",
    "leader", "operator", "reviewer", "telephonist",
]  # fmt: skip


def _person(id_: str, of: Role, unit: str | None = CENTRE) -> Actor:
    return Actor(id=id_, role=of, unit=unit)


PUBLISHER: Final = _person("policy-01", ADMINISTRATOR, None)
ADJUDICATOR: Final = _person("ruling-01", role.DISPUTE_ADJUDICATOR)
SUPERVISOR: Final = _person("supervision-01", role.SUPERVISOR)
CHIEF: Final = _person("chief-01", role.CENTRE_LEADER)
ASSESSOR: Final = _person("assessment-01", role.ASSESSOR)
ARCHIVIST: Final = _person("archive-01", role.ARCHIVIST)
IMPORTER: Final = _person("import-01", role.IMPORTER)
COORDINATOR: Final = _person("district-01", role.DISTRICT_COORDINATOR, DISTRICT)
INDUSTRY: Final = _person("industry-01", role.INDUSTRY_DEPARTMENT, "372000")
CITY_LEADER: Final = _person("city-01", role.CITY_LEADER, "372000")


def agent(chance: Random) -> Actor:
    """Give one of the agents who take calls 受理员."""
    return _person(f"intake-{chance.randint(1, 6):02d}", role.INTAKE_AGENT)


def caller(subject: str) -> Actor:
    """Give the complainant 诉求人."""
    return _person(subject, role.COMPLAINANT, None)


def dispatcher(chance: Random) -> Actor:
    """Give one of the dispatchers 派单员."""
    return _person(f"dispatch-{chance.randint(1, 3):02d}", role.DISPATCHER)


def reviewer(chance: Random) -> Actor:
    """Give one of those who examine replies 审核员."""
    return _person(f"review-{chance.randint(1, 3):02d}", role.REVIEWER)


def telephonist(chance: Random) -> Actor:
    """Give one of those who call back 回访员."""
    return _person(f"callback-{chance.randint(1, 4):02d}", role.CALLBACK_AGENT)


def operator(unit: str) -> Actor:
    """Give the operator of *unit* 承办单位经办人."""
    return _person(f"{unit}-operator", role.UNIT_OPERATOR, unit)


def leader(unit: str) -> Actor:
    """Give the leader of *unit* 承办单位负责人."""
    return _person(f"{unit}-leader", role.UNIT_LEADER, unit)


def co_handler(unit: str) -> Actor:
    """Give who speaks for *unit* as a co-handler 协办."""
    return _person(f"{unit}-co-handler", role.CO_HANDLER, unit)
