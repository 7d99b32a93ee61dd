"""What each guard of a hazard 社区隐患 needs, in Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["HAZARD"]

HAZARD: Final = {
    "kind_is_in_the_catalogue": "隐患类型须是隐患清单所列的类型。",
    "has_a_photo": "发现隐患须附照片。",
    "communities_find_at_home": "社区只能上报本社区范围内的隐患；志愿者、网格员须填明所在社区。",
    "report_day_follows_the_rules": "上报期限须与隐患清单规定的日期一致。",
    "actor_is_accountable": "只有当前责任单位可以办理此步骤。",
    "community_may_fix_it": "社区只能自行整治社区清单内的隐患，其余应当上报。",
    "goes_to_its_street": "须上报至该社区所属的街道（乡镇）。",
    "goes_to_its_district": "须上报至该社区所属的区。",
    "level_has_a_limit": "隐患等级须是清单定有整治时限的等级，一级最重。",
    "whistle_has_a_kind_and_units": "以吹哨方式呼叫的，须填明哨的类型和单位；其他情形不填。",
    "no_whistle_runs": "已以吹哨方式呼叫部门，须等待该哨办结。",
    "departments_are_named_once": "每个部门只能列为牵头或者协同，且只列一次。",
    "was_named": "只能呼叫已列明的部门。",
    "unit_exists": "该单位在当日须是存续的单位。",
    "actor_speaks_for_the_part": "各部门只能报告本部门承担的部分。",
    "actor_is_of_the_community": "只有隐患所在的社区可以办理此步骤。",
    "all_have_rectified": "被呼叫的各部门均须已报告整治完成。",
    "not_checked_yet": "社区已经核查，应由街道核验。",
    "actor_is_of_the_street": "只有隐患所在的街道可以办理此步骤。",
    "was_checked_first": "须先由社区到现场核查。",
    "two_persons": "核验人不得是现场核查人。",
    "actor_verifies_it": "只有隐患所在的社区和街道可以核验整治结果。",
    "actor_is_of_its_district": "只有隐患所在的区可以办理此步骤。",
    "concerns_another_district": "涉及其他区的隐患方可提请市级协调；请填明涉及的区。",
    "is_its_whistle": "只有为该隐患吹响的哨可以反馈结果。",
    "duplicate_names_another": "认定重复的，须填明已登记的另一案件；其他情形不填。",
}
"""By the name of the guard."""
