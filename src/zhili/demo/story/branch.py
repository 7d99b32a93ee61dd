"""Stories of a branch's call: served, excused, released, and reported step by step."""

from __future__ import annotations

from datetime import timedelta

from zhili.commands import branch_call
from zhili.demo import people
from zhili.demo.branch_course import BranchLife, course
from zhili.demo.district import ORGANISATION_DEPARTMENT, street_of
from zhili.demo.life import Course

__all__ = [
    "answered_too_late", "closed_by_the_branch", "excused", "moved_away", "refused_an_excuse",
    "reported_upwards", "served",
]  # fmt: skip


def served(life: BranchLife) -> Course:
    """Let a member serve."""
    life.assign()
    yield from course(life)


def answered_too_late(life: BranchLife) -> Course:
    """Let a member answer a day after the limit."""
    life.assign()
    yield from course(life, "called")
    yield timedelta(hours=40)
    yield from course(life)


def excused(life: BranchLife) -> Course:
    """Accept that a member is ill; nothing is reported."""
    life.assign()
    yield from course(life, "called")
    yield timedelta(hours=6)
    life.do(branch_call.OfferExcuse, life.party_member, ground="illness", words="发烧在家休息。")
    yield timedelta(hours=3)
    life.do(branch_call.AcceptExcuse, life.secretary)


def moved_away(life: BranchLife) -> Course:
    """Release a member who has moved away."""
    life.assign(checked_in=False)
    yield timedelta(days=8)
    life.do(branch_call.Release, life.secretary, reason="已迁出本小区。")


def _not_served(life: BranchLife, decision: str) -> Course:
    life.assign(checked_in=True)
    yield from course(life, "called")
    yield timedelta(days=3, hours=2)
    life.do(branch_call.ReportNonPerformance, life.secretary, note="到期未到岗, 电话未接。")
    yield timedelta(days=2)
    life.do(
        branch_call.HoldMeeting,
        life.secretary,
        held_on=life.today,
        participants=7,
        decision=decision,
        minutes="支部会议讨论了该同志履职情况。",
    )


def closed_by_the_branch(life: BranchLife) -> Course:
    """Let the branch meeting decide to report nothing, and talk to the member instead."""
    yield from _not_served(life, "no_report")
    yield timedelta(days=1)
    life.do(branch_call.Close, life.secretary, result="已谈心提醒, 调整服务时间。")


def refused_an_excuse(life: BranchLife) -> Course:
    """Refuse an excuse that is none, and go on."""
    life.assign()
    yield from course(life, "called")
    yield timedelta(hours=4)
    life.do(branch_call.OfferExcuse, life.party_member, ground="duty")
    yield timedelta(hours=4)
    life.do(branch_call.RefuseExcuse, life.secretary, reason="已核实当天不值班。")
    yield from course(life)


def reported_upwards(life: BranchLife) -> Course:
    """Report a member who does not serve: to the street, to the district, to the employer."""
    yield from _not_served(life, "report_upwards")
    yield life.at_work(timedelta(days=1))
    street = street_of(life.estate)
    life.do(branch_call.ReportToStreet, life.secretary, unit=street)
    yield life.at_work(timedelta(days=4))
    by = people.party_committee(street)
    life.do(branch_call.ReportToDistrict, by, unit=ORGANISATION_DEPARTMENT)
    yield life.at_work(timedelta(days=3))
    life.do(branch_call.FeedBack, people.ORGANISER, unit="HP-ZJJ")
    yield life.at_work(timedelta(days=16))
    by = people.home_organisation("HP-ZJJ")
    life.do(branch_call.Close, by, result="已约谈, 本人承诺按时到岗。")
