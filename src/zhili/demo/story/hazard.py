"""Stories of hazards: fixed near, called up, by a whistle or not, checked in vain, no hazard."""

from __future__ import annotations

from datetime import timedelta

from zhili.commands import hazard, whistle
from zhili.demo import people
from zhili.demo.hazard_course import HazardLife, course
from zhili.demo.life import Course
from zhili.demo.whistle_course import WhistleLife
from zhili.demo.whistle_course import course as whistle_course

__all__ = [
    "called_by_whistle", "called_by_whistle_in_vain", "called_to_the_city", "checked_in_vain",
    "decided_by_the_city", "dismissed", "fixed_at_the_street", "fixed_in_the_community",
    "handed_back", "known_already", "rectified", "reported_late", "told_by_a_volunteer",
    "waiting_for_a_calendar",
]  # fmt: skip

NEIGHBOUR = "372002"
"""The district next door, which is none of ours."""


def fixed_in_the_community(life: HazardLife) -> Course:
    """Let the community clear its corridors."""
    life.fixed_at_home = True
    life.find("fire")
    yield from course(life)


def fixed_at_the_street(life: HazardLife) -> Course:
    """Let the street repair what the community cannot."""
    life.fixed_at_home, life.fixed_at_street = False, True
    life.find("facilities")
    yield from course(life)


def told_by_a_volunteer(life: HazardLife) -> Course:
    """Let somebody who lives there tell of it, who wants to be remembered."""
    who = life.somebody()
    life.find("power_telecom", subject="volunteer-07", reporter=who["name"], contact=who["phone"])
    yield from course(life)


def reported_late(life: HazardLife) -> Course:
    """Let the community report two days after it was found: marked by the clock."""
    life.fixed_at_home, life.fixed_at_street = False, False
    life.find("production")
    yield timedelta(days=2)
    yield from course(life)


def rectified(life: HazardLife) -> Course:
    """Let two departments do their parts, and two people look."""
    life.fixed_at_street = False
    life.find("mixed_use")
    yield from course(life)


def waiting_for_a_calendar(life: HazardLife) -> Course:
    """Give three weeks of working days before the year's days off are known here."""
    yield from _rectifying(life)
    yield life.at_work(timedelta(days=12))
    yield from course(life)


def checked_in_vain(life: HazardLife) -> Course:
    """Find on site that a department's part is not done."""
    life.fixed_at_street = False
    life.find("small_premises")
    yield from course(life, "rectifying")
    yield life.at_work(timedelta(hours=30))
    for unit in life.matter.units:
        life.rectify(unit)
    yield life.at_work(timedelta(hours=5))
    life.reject(life.matter.units[0])
    yield from course(life)


def _rectifying(life: HazardLife) -> Course:
    life.fixed_at_home = life.fixed_at_street = False
    life.find("flood")
    yield from course(life, "rectifying")


def _call_the_city(life: HazardLife) -> None:
    life.do(
        hazard.EscalateToCity,
        people.COORDINATOR,
        districts=(NEIGHBOUR,),
        reason="排水出口在相邻区, 需市级协调。",
    )


def called_to_the_city(life: HazardLife) -> Course:
    """Release the departments, since another district is concerned, and let the city decide."""
    yield from _rectifying(life)
    yield life.at_work(timedelta(hours=20))
    _call_the_city(life)
    yield life.at_work(timedelta(days=2))
    by, lead = people.CITY_LEADER, life.matter.units[0]
    life.do(hazard.DispatchDepartments, by, lead=lead, task="市级协调, 两区同步整改。")
    yield from course(life)


def decided_by_the_city(life: HazardLife) -> Course:
    """Call the city at once, before any department was called."""
    life.fixed_at_street = False
    life.find("flood")
    yield from course(life, "at_district")
    yield timedelta(hours=2)
    _call_the_city(life)
    yield life.at_work(timedelta(days=1))
    by, lead = people.CITY_LEADER, life.matter.units[0]
    life.do(hazard.DispatchDepartments, by, lead=lead, task="市级协调, 两区同步整改。")
    yield from course(life)


def handed_back(life: HazardLife) -> Course:
    """Let the city leave it to the district, which dispatches the same departments again."""
    yield from _rectifying(life)
    yield life.at_work(timedelta(hours=20))
    life.rectify(life.matter.units[1])
    yield timedelta(hours=2)
    _call_the_city(life)
    yield from course(life)


def _called_by_whistle(life: HazardLife) -> Course:
    life.fixed_at_street = False
    life.find("small_premises")
    yield from course(life, "at_street")
    yield life.at_work(timedelta(hours=3))


def called_by_whistle(life: HazardLife) -> Course:
    """Let the street call the departments by a whistle, whose result comes back."""
    yield from _called_by_whistle(life)
    blown = WhistleLife(life.stage, f"{life.name}:whistle", life.new_id())
    _blow(life, blown)
    life.stage.begin(whistle_course(blown))
    yield from course(life)


def called_by_whistle_in_vain(life: HazardLife) -> Course:
    """Let the whistle be returned at review, and the district dispatch instead."""
    yield from _called_by_whistle(life)
    blown = WhistleLife(life.stage, f"{life.name}:whistle", life.new_id())
    _blow(life, blown)
    yield from whistle_course(blown, "submitted")
    yield timedelta(hours=2)
    blown.do(
        whistle.SendBack, people.WHISTLE_OFFICE, ground="own_duty", reason="可由区级直接派单。"
    )
    yield from course(life)


def _blow(life: HazardLife, blown: WhistleLife) -> None:
    life.call_district(
        by_whistle=True,
        whistle_kind="ENFORCEMENT",
        units=life.matter.units,
        whistle=blown.case_id,
    )


def dismissed(life: HazardLife) -> Course:
    """Find that it is none."""
    life.find("other")
    yield from course(life, "at_street")
    yield life.at_work(timedelta(hours=4))
    by = people.leader(life.street)
    life.do(hazard.Dismiss, by, ground="not_a_hazard", reason="经检测, 墙体结构安全。")


def known_already(life: HazardLife) -> Course:
    """Let two find the same."""
    life.fixed_at_home = True
    life.find("fire")
    again = HazardLife(life.stage, f"{life.name}:again")
    again.community = life.community
    yield timedelta(minutes=50)
    again.find("fire")
    yield timedelta(minutes=20)
    again.do(
        hazard.Dismiss,
        people.community_worker(again.community),
        ground="duplicate",
        duplicate_of=life.case_id,
        reason="与已登记隐患为同一处。",
    )
    yield from course(life)
