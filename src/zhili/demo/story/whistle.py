"""Stories of whistles: emergencies, no-shows, results, ratings, and whistles blown again."""

from __future__ import annotations

from datetime import timedelta

from zhili.aggregates.clocks import part_clock
from zhili.commands import whistle
from zhili.demo import people
from zhili.demo.district import STREETS, communities_of
from zhili.demo.life import Course
from zhili.demo.whistle_course import BLOWER_DIMENSIONS, DIMENSIONS, WhistleLife, course
from zhili.values import Attachment

__all__ = [
    "blown_again", "cancelled", "confirmed_late", "emergency", "ended_by_the_district",
    "led_by_another", "left_early", "missed", "missed_at_the_end", "missed_before_a_lead",
    "missed_by_all", "missed_while_others_work", "on_its_way", "rated_by_the_community",
    "rated_in_public", "rejected", "sent_back", "usual",
]  # fmt: skip

PLAN = Attachment(
    name="联合处置方案.pdf",
    media_type="application/pdf",
    size=120_551,
    sha256="fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13",
    uri="archive:plan-1",
)


def emergency(life: WhistleLife) -> Course:
    """Blow at once; the first comes before a lead is named; confirm in writing."""
    life.draft("EMERGENCY", ("HP-GSGS", "HP-JJD"))
    yield from course(life, "issued")
    yield timedelta(minutes=6)
    life.come("HP-JJD")
    yield from course(life)


def confirmed_late(life: WhistleLife) -> Course:
    """Forget the confirmation until the clock says so."""
    life.draft("EMERGENCY", ("HP-XFD",))
    yield from course(life, "joint_handling")
    yield timedelta(hours=26)
    yield from course(life)


def sent_back(life: WhistleLife) -> Course:
    """Return a whistle for what the street can do itself."""
    life.draft("ENFORCEMENT", ("HP-CGJ",))
    yield from course(life, "submitted")
    yield life.at_work(timedelta(hours=2))
    life.do(
        whistle.SendBack,
        people.WHISTLE_OFFICE,
        ground="own_duty",
        reason="属街道自身职责, 请先行处置。",
    )


def cancelled(life: WhistleLife) -> Course:
    """Take a whistle back before anybody leads."""
    life.draft("QUICK", ("HP-JJD",))
    yield from course(life, "issued")
    yield timedelta(minutes=15)
    by = people.street_officer(life.officer)
    life.do(whistle.Cancel, by, reason="车主已自行移走。")


def led_by_another(life: WhistleLife) -> Course:
    """Name another lead, and summon one unit more."""
    life.draft("KEY_WORK", ("HP-CGJ", "HP-ZJJ"))
    yield from course(life, "mustering")
    yield timedelta(minutes=20)
    life.do(whistle.AssignLead, people.WHISTLE_OFFICE, lead="HP-ZJJ")
    yield timedelta(minutes=10)
    by = people.street_officer(life.officer)
    life.do(whistle.AddUnit, by, unit="HP-STJ", task="核查施工噪声。")
    yield from course(life)


def missed(life: WhistleLife) -> Course:
    """Let the lead not come; the others begin, the street reports it, the district decides."""
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-JJD", "HP-SJJ"))
    yield from course(life, "issued")
    yield timedelta(minutes=30)
    life.do(whistle.AssignLead, people.street_officer(life.officer), lead="HP-SJJ")
    life.absent = frozenset({"HP-SJJ"})
    yield from course(life, "joint_handling")
    yield timedelta(hours=1)
    life.do(
        whistle.Escalate,
        people.street_secretary(life.officer),
        ground="no_show",
        reason="主办部门未按时报到。",
    )
    yield timedelta(hours=3)
    life.come("HP-SJJ")
    yield from course(life)


def missed_by_all(life: WhistleLife) -> Course:
    """Let nobody come; the street reports it, and then one comes after all."""
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-SJJ"))
    life.absent = frozenset({"HP-CGJ", "HP-SJJ"})
    yield from course(life, "issued")
    yield timedelta(minutes=30)
    life.do(whistle.AssignLead, people.street_officer(life.officer), lead="HP-CGJ")
    yield from course(life, "escalated")
    yield timedelta(hours=2)
    life.come("HP-CGJ")
    yield from course(life)


def missed_before_a_lead(life: WhistleLife) -> Course:
    """Let one come and one be missed before the street has named who leads."""
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-SJJ"))
    yield from course(life, "issued")
    yield timedelta(minutes=40)
    life.come("HP-CGJ")
    yield life.past_due(part_clock("report_in", "HP-SJJ")) or timedelta()
    yield timedelta(hours=1)
    life.do(whistle.AssignLead, people.street_officer(life.officer), lead="HP-CGJ")
    yield from course(life)


def on_its_way(life: WhistleLife) -> Course:
    """Let one unit answer, and take all the days that it has to come."""
    life.draft("KEY_WORK", ("HP-CGJ", "HP-ZJJ"))
    yield from course(life, "mustering")
    by, unit = people.operator("HP-ZJJ"), "HP-ZJJ"
    yield timedelta(minutes=15)
    life.do(whistle.Sign, by, unit=unit)
    yield timedelta(minutes=30)
    life.do(whistle.Contact, by, unit=unit, note="技术人员正在外业, 将按时到场。")
    life.absent = frozenset({unit})
    yield from course(life)


def usual(life: WhistleLife) -> Course:
    """Let two departments come and do their part, as on any day."""
    life.draft("ENFORCEMENT", ("HP-JJD", "HP-STJ"))
    yield from course(life)


def missed_while_others_work(life: WhistleLife) -> Course:
    """Start without the third, who is missed meanwhile, and comes after all."""
    yield from _started_without(life, "HP-SJJ")
    yield life.past_due(part_clock("report_in", "HP-SJJ")) or timedelta()
    yield timedelta(hours=2)
    life.come("HP-SJJ")
    yield from course(life)


def missed_at_the_end(life: WhistleLife) -> Course:
    """Let the others be done before the third is missed, which settles it."""
    yield from _started_without(life, "HP-SJJ")
    yield timedelta(hours=1)
    life.deliver("HP-CGJ")
    yield timedelta(hours=1)
    life.deliver("HP-JJD")
    yield life.past_due(part_clock("report_in", "HP-SJJ")) or timedelta()
    yield from course(life)


def _started_without(life: WhistleLife, absent: str) -> Course:
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-JJD", absent))
    yield from course(life, "mustering")
    life.absent = frozenset({absent})
    yield timedelta(minutes=30)
    life.come("HP-CGJ", "HP-JJD")
    yield timedelta(minutes=20)
    life.do(whistle.StartJointHandling, people.leader("HP-CGJ"))


def left_early(life: WhistleLife) -> Course:
    """Nobody leaves before it is done, unless the street consents 事不完人不撤."""
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-SJJ"))
    yield from course(life, "mustering")
    yield timedelta(minutes=40)
    life.come("HP-CGJ", "HP-SJJ")
    yield timedelta(hours=1)
    lead = life.case.lead or "HP-CGJ"
    life.do(
        whistle.RecordMeasure,
        people.operator(lead),
        measure="早市收市后定点值守一周。",
        owner=life.officer,
        until=life.today + timedelta(days=7),
    )
    life.do(whistle.AddAttachment, people.street_officer(life.officer), attachment=PLAN)
    yield timedelta(hours=2)
    by = people.street_officer(life.officer)
    life.do(whistle.ConsentToLeave, by, unit="HP-SJJ", reason="现场检查已结束, 另行报告结果。")
    yield timedelta(minutes=10)
    life.do(whistle.LeaveScene, people.operator("HP-SJJ"), unit="HP-SJJ")
    yield from course(life)


def ended_by_the_district(life: WhistleLife) -> Course:
    """Let the district end what the departments do not agree on."""
    life.draft("KEY_WORK", ("HP-ZJJ", "HP-GSGS"))
    yield from course(life, "joint_handling")
    yield life.at_work(timedelta(hours=30))
    life.do(
        whistle.Escalate,
        people.street_director(life.officer),
        ground="no_agreement",
        reason="管线权属意见不一致。",
    )
    yield life.at_work(timedelta(hours=20))
    by = people.DISTRICT_LEADER
    life.do(whistle.GiveDirective, by, decision="转入区级专项工程统筹。", settles=True)
    yield from course(life)


def rejected(life: WhistleLife) -> Course:
    """Reject the result, so that all have to go on."""
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-STJ"))
    yield from course(life, "settled")
    yield life.at_work(timedelta(hours=3))
    by = people.street_director(life.officer)
    life.do(whistle.RejectResult, by, reason="夜间仍有施工。")
    yield from course(life)


def blown_again(life: WhistleLife) -> Course:
    """Blow again a week later: the stalls are back."""
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-SJJ"))
    yield from course(life)
    yield life.at_work(timedelta(days=7))
    again = WhistleLife(life.stage, f"{life.name}:again", life.new_id())
    by = people.street_officer(life.officer)
    life.do(whistle.Reblow, by, reason="占道经营反弹。", whistle=again.case_id)
    yield from course(again)


def rated_by_the_community(life: WhistleLife) -> Course:
    """Let the community rate a department, as the district's rules allow."""
    life.draft("QUICK", ("HP-JJD", "HP-CGJ"))
    yield from course(life, "settled")
    yield life.at_work(timedelta(hours=2))
    by = people.community_worker(communities_of(life.officer)[0])
    life.do(whistle.RateUnit, by, unit="HP-JJD", points=dict.fromkeys(DIMENSIONS, 4))
    yield from course(life)


def rated_in_public(life: WhistleLife) -> Course:
    """Rate both ways, publish it, and let whoever was rated reply once."""
    life.street = next(iter(STREETS))
    life.rates_the_blower = True
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-ZJJ"))
    yield from course(life, "evaluated")
    yield timedelta(hours=3)
    points = dict.fromkeys(BLOWER_DIMENSIONS, 4)
    life.do(whistle.RateBlower, people.WHISTLE_OFFICE, points=points)
    yield from course(life)
    yield life.at_work(timedelta(days=2))
    life.do(whistle.PublishRatings, people.COORDINATOR)
    for unit, reply in (("HP-CGJ", "今后加快报到。"), (life.officer, "感谢各部门支持。")):
        yield timedelta(hours=5)
        by = people.operator(unit)
        life.do(whistle.ReplyToRating, by, unit=unit, reply=reply)
