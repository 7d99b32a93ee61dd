"""The roles of the field (rulebook §2.3). Constants of an open string type."""

from typing import Final

from zhili.values import SYSTEM, Role

__all__ = [
    "ARCHIVIST",
    "ASSESSOR",
    "BRANCH_SECRETARY",
    "CALLBACK_AGENT",
    "CENTRE_LEADER",
    "CITY_LEADER",
    "COMMUNITY",
    "COMPLAINANT",
    "CO_HANDLER",
    "DISPATCHER",
    "DISPUTE_ADJUDICATOR",
    "DISTRICT_COORDINATOR",
    "DISTRICT_LEADER",
    "DUTY_OFFICER",
    "GRID_WORKER",
    "HOME_ORGANISATION",
    "IMPORTER",
    "INDUSTRY_DEPARTMENT",
    "INSPECTOR",
    "INTAKE_AGENT",
    "LEADING_MEMBER",
    "ORGANISATION_DEPARTMENT",
    "PARTY_MEMBER",
    "RESIDENT",
    "REVIEWER",
    "STREET_DIRECTOR",
    "STREET_PARTY_COMMITTEE",
    "STREET_SECRETARY",
    "SUPERVISOR",
    "SYSTEM",
    "TOWN_OFFICE",
    "UNIT_LEADER",
    "UNIT_OPERATOR",
    "VOLUNTEER",
    "WALL_KEEPER",
    "WHISTLE_OFFICE",
]

COMPLAINANT: Final = Role("complainant")
"""诉求人: who appeals."""
INTAKE_AGENT: Final = Role("intake_agent")
"""受理员: takes the call, gates it, accepts it."""
GRID_WORKER: Final = Role("grid_worker")
"""网格员: finds and reports on the spot."""
DISPATCHER: Final = Role("dispatcher")
"""派单员: sends the case to a unit; merges; decides on extensions."""
DISPUTE_ADJUDICATOR: Final = Role("dispute_adjudicator")
"""派单异议审核: rules on objections."""
DISTRICT_COORDINATOR: Final = Role("district_coordinator")
"""区级: takes unclear cases, sends them on, gives directives."""
INDUSTRY_DEPARTMENT: Final = Role("industry_department")
"""行业主管部门: gives directives in its trade."""
CITY_LEADER: Final = Role("city_leader")
"""市级: gives directives for the whole city."""
UNIT_OPERATOR: Final = Role("unit_operator")
"""承办单位经办人: signs, contacts, handles, drafts the reply."""
UNIT_LEADER: Final = Role("unit_leader")
"""承办单位负责人: signs off replies, asks for extensions and ledgering."""
CO_HANDLER: Final = Role("co_handler")
"""协办单位: gives its part to the lead."""
COMMUNITY: Final = Role("community")
"""社区: assists and gives facts."""
REVIEWER: Final = Role("reviewer")
"""审核员: examines replies at the centre."""
CALLBACK_AGENT: Final = Role("callback_agent")
"""回访员: calls the complainant back."""
CENTRE_LEADER: Final = Role("centre_leader")
"""中心负责人: the second person of a two-person approval."""
SUPERVISOR: Final = Role("supervisor")
"""督办员: reminds, supervises, orders rework, reopens."""
ASSESSOR: Final = Role("assessor")
"""考评员: rules on exclusion from assessment."""
INSPECTOR: Final = Role("inspector")
"""监察: reads everything, writes nothing."""
ARCHIVIST: Final = Role("archivist")
"""档案员: files closed cases."""
IMPORTER: Final = Role("importer")
"""导入员: brings in cases whose life happened elsewhere."""
PARTY_MEMBER: Final = Role("party_member")
"""党员: claims an item of the wall, answers a branch's call."""
RESIDENT: Final = Role("resident")
"""居民、村民: brings a matter to the wall, votes on its echo."""
TOWN_OFFICE: Final = Role("town_office")
"""乡镇(街道)治理办: assigns, and confirms what cannot be resolved for now."""
VOLUNTEER: Final = Role("volunteer")
"""志愿者: finds, and lends a hand."""
WALL_KEEPER: Final = Role("wall_keeper")
"""问题墙管理员(两委、治理办): screens, posts, echoes, takes off."""
DUTY_OFFICER: Final = Role("duty_officer")
"""值班员: on duty for a street day and night; blows the whistle in an emergency."""
LEADING_MEMBER: Final = Role("leading_member")
"""街道班子成员: a member of the leading group of a street."""
STREET_SECRETARY: Final = Role("street_secretary")
"""街道书记: the party secretary of a street."""
STREET_DIRECTOR: Final = Role("street_director")
"""街道主任: the head of a street's office."""
WHISTLE_OFFICE: Final = Role("whistle_office")
"""吹哨办: reviews whistles, names who leads, rules on objections to a summons."""
DISTRICT_LEADER: Final = Role("district_leader")
"""区领导: decides where the departments of a district do not agree."""
BRANCH_SECRETARY: Final = Role("branch_secretary")
"""小区党支部书记: assigns posts, calls members, rates, reports upwards."""
STREET_PARTY_COMMITTEE: Final = Role("street_party_committee")
"""街道党工委: takes a branch's report and passes it on."""
ORGANISATION_DEPARTMENT: Final = Role("organisation_department")
"""区委组织部: tells a member's home organisation."""
HOME_ORGANISATION: Final = Role("home_organisation")
"""党员所在单位党组织: answers for a member who has checked in where they live."""
