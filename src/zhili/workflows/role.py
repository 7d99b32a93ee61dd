"""The roles of the field (rulebook §2.3). Constants of an open string type."""

from typing import Final

from zhili.values import SYSTEM, Role

__all__ = [
    "ARCHIVIST",
    "ASSESSOR",
    "CALLBACK_AGENT",
    "CENTRE_LEADER",
    "CITY_LEADER",
    "COMMUNITY",
    "COMPLAINANT",
    "CO_HANDLER",
    "DISPATCHER",
    "DISPUTE_ADJUDICATOR",
    "DISTRICT_COORDINATOR",
    "GRID_WORKER",
    "IMPORTER",
    "INDUSTRY_DEPARTMENT",
    "INSPECTOR",
    "INTAKE_AGENT",
    "REVIEWER",
    "SUPERVISOR",
    "SYSTEM",
    "UNIT_LEADER",
    "UNIT_OPERATOR",
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
