"""What the roles are called in front of people (rulebook §2.3)."""

from __future__ import annotations

from typing import Final

from zhili.workflows import Label

__all__ = ["role_label"]

ROLES: Final = {
    "archivist": Label("archivist", "档案员"),
    "assessor": Label("assessor", "考评员"),
    "branch_secretary": Label("branch secretary", "小区党支部书记"),
    "callback_agent": Label("call-back agent", "回访员"),
    "centre_leader": Label("head of the centre", "中心负责人"),
    "city_leader": Label("city leader", "市级负责人"),
    "community": Label("community", "社区"),
    "complainant": Label("complainant", "诉求人"),
    "co_handler": Label("co-handler", "协办单位"),
    "dispatcher": Label("dispatcher", "派单员"),
    "dispute_adjudicator": Label("adjudicator of disputes", "派单异议审核"),
    "district_coordinator": Label("district coordinator", "区级协调员"),
    "district_leader": Label("district leader", "区领导"),
    "duty_officer": Label("duty officer", "值班员"),
    "grid_worker": Label("grid worker", "网格员"),
    "home_organisation": Label("home organisation", "所在单位党组织"),
    "importer": Label("importer", "导入员"),
    "industry_department": Label("industry department", "行业主管部门"),
    "inspector": Label("inspector", "监察"),
    "intake_agent": Label("intake agent", "受理员"),
    "leading_member": Label("member of the leading group", "街道班子成员"),
    "organisation_department": Label("organisation department", "区委组织部"),
    "party_member": Label("party member", "党员"),
    "administrator": Label("administrator of policies", "政策管理员"),
    "resident": Label("resident", "居民"),
    "reviewer": Label("reviewer", "审核员"),
    "street_director": Label("street director", "街道主任"),
    "street_party_committee": Label("street party committee", "街道党工委"),
    "street_secretary": Label("street secretary", "街道书记"),
    "supervisor": Label("supervisor", "督办员"),
    "system": Label("the system", "系统"),
    "town_office": Label("town office", "乡镇（街道）治理办"),
    "unit_leader": Label("unit leader", "承办单位负责人"),
    "unit_operator": Label("unit operator", "承办单位经办人"),
    "volunteer": Label("volunteer", "志愿者"),
    "wall_keeper": Label("wall keeper", "问题墙管理员"),
    "whistle_office": Label("whistle office", "吹哨办"),
}


def role_label(role: str) -> Label:
    """Give what *role* is called; one of a host's own says itself."""
    words = role.replace("_", " ")
    return ROLES.get(role) or Label(words, words)
