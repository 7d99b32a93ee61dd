"""What each guard of a branch's call 支部吹哨 needs, in Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["BRANCH_CALL"]

BRANCH_CALL: Final = {
    "secretary_speaks_for_a_branch": "请填明所代表的支部，即书记所在的党支部。",
    "post_is_listed": "岗位须是“5+X”岗位之一。",
    "lives_here_or_has_checked_in": "党员须居住在本小区，或者由所在单位党组织到本小区报到。",
    "actor_is_of_the_branch": "只有设置该岗位的支部可以办理此步骤。",
    "fits_the_post": "呼叫党员须与其岗位相符。",
    "fits_the_ability": "呼叫党员须与其特长相符。",
    "time_to_serve_lies_ahead": "到岗时间须在将来。",
    "is_the_member": "只有该岗位的党员本人可以办理此步骤。",
    "not_about_themselves": "任何人不得评价本人，也不得为本人准假。",
    "points_are_on_the_scale": "分值须在规程规定的范围内。",
    "excuse_is_listed": "请假事由须是规程认可的事由：生病、工作值班、外出。",
    "no_excuse_is_pending": "已有请假待审批；请先准假或者不准假。",
    "excuse_is_pending": "须有待审批的请假。",
    "time_to_serve_is_over": "须等到岗时间结束。",
    "nothing_was_decided_yet": "支部已作出决定。",
    "enough_took_part": "参会党员须达到规定人数，会议方可作出决定。",
    "was_held_since_then": "会议须在报告该党员未到岗之后召开。",
    "meeting_decided_to_report": "须经支部会议决定后，方可向上报告。",
    "unit_exists": "该单位在当日须是存续的单位。",
    "actor_is_accountable": "只有接收报告的单位可以办理此步骤。",
    "goes_to_the_home_organisation": "须报告该党员报到时所属的单位党组织。",
    "meeting_decided_against": "支部会议决定不上报的，支部方可自行了结。",
}
"""By the name of the guard."""
