"""Who acts in the simulated district: one person or a few for every role."""

from __future__ import annotations

from random import Random
from typing import Final

from zhili.demo.district import CENTRE, CITY, DISTRICT, ORGANISATION_DEPARTMENT
from zhili.values import Actor, Role
from zhili.workflows import role
from zhili.workflows.policy import ADMINISTRATOR

__all__ = [
    "ADJUDICATOR", "ARCHIVIST", "ASSESSOR", "CHIEF", "CITY_LEADER", "COORDINATOR",
    "DISTRICT_LEADER", "IMPORTER", "INDUSTRY", "ORGANISER", "PUBLISHER", "SUPERVISOR",
    "WHISTLE_OFFICE", "agent", "branch_secretary", "caller", "co_handler", "community_worker",
    "dispatcher", "duty_officer", "grid_worker", "home_organisation", "keeper", "leader",
    "operator", "party_committee", "party_member", "resident", "reviewer", "street_director",
    "street_officer", "street_secretary", "telephonist", "town_office", "volunteer",
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
INDUSTRY: Final = _person("industry-01", role.INDUSTRY_DEPARTMENT, CITY)
CITY_LEADER: Final = _person("city-01", role.CITY_LEADER, CITY)
WHISTLE_OFFICE: Final = _person("whistle-01", role.WHISTLE_OFFICE, DISTRICT)
DISTRICT_LEADER: Final = _person("district-leader-01", role.DISTRICT_LEADER, DISTRICT)
ORGANISER: Final = _person("organisation-01", role.ORGANISATION_DEPARTMENT, ORGANISATION_DEPARTMENT)


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


def street_officer(street: str) -> Actor:
    """Give who does a street's paperwork for a whistle 街道经办人."""
    return operator(street)


def street_secretary(street: str) -> Actor:
    """Give the party secretary of a street 街道书记."""
    return _person(f"{street}-secretary", role.STREET_SECRETARY, street)


def street_director(street: str) -> Actor:
    """Give the director of a street 街道主任."""
    return _person(f"{street}-director", role.STREET_DIRECTOR, street)


def duty_officer(street: str) -> Actor:
    """Give who is on duty for a street 值班员."""
    return _person(f"{street}-duty", role.DUTY_OFFICER, street)


def keeper(village: str) -> Actor:
    """Give who keeps the wall of a village 问题墙管理员."""
    return _person(f"{village}-wall", role.WALL_KEEPER, village)


def town_office(town: str) -> Actor:
    """Give the governance office of a town 治理办."""
    return _person(f"{town}-town", role.TOWN_OFFICE, town)


def resident(subject: str) -> Actor:
    """Give somebody who lives there 居民."""
    return _person(subject, role.RESIDENT, None)


def party_member(subject: str) -> Actor:
    """Give a member of the party 党员."""
    return _person(subject, role.PARTY_MEMBER, None)


def volunteer(subject: str) -> Actor:
    """Give a volunteer 志愿者."""
    return _person(subject, role.VOLUNTEER, None)


def grid_worker(community: str) -> Actor:
    """Give the grid worker of a community 网格员."""
    return _person(f"{community}-grid", role.GRID_WORKER, community)


def community_worker(community: str) -> Actor:
    """Give who works for a community 社区工作者."""
    return _person(f"{community}-worker", role.COMMUNITY, community)


def branch_secretary(branch: str) -> Actor:
    """Give the secretary of an estate's branch 小区党支部书记."""
    return _person(f"{branch}-secretary", role.BRANCH_SECRETARY, branch)


def party_committee(street: str) -> Actor:
    """Give the party committee of a street 街道党工委."""
    return _person(f"{street}-party", role.STREET_PARTY_COMMITTEE, street)


def home_organisation(unit: str) -> Actor:
    """Give the party organisation of a unit whose member lives elsewhere 所在单位党组织."""
    return _person(f"{unit}-party", role.HOME_ORGANISATION, unit)
