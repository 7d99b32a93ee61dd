"""Stories of objections to a summons: upheld, released, replaced, before coming and after."""

from __future__ import annotations

from datetime import timedelta

from zhili.aggregates.clocks import part_clock
from zhili.commands import whistle
from zhili.demo import people
from zhili.demo.life import Course
from zhili.demo.whistle_course import WhistleLife, course

__all__ = [
    "all_released", "objected_after_coming", "objected_and_missed", "objected_in_vain",
    "released_and_summoned_again", "released_as_the_last", "released_at_the_end",
    "released_before_a_lead", "released_too_late", "replaced",
]  # fmt: skip


def _object(life: WhistleLife, unit: str, suggest: str = "HP-STJ") -> None:
    life.do(
        whistle.Object,
        people.operator(unit),
        unit=unit,
        basis="依据权责清单, 该事项不属本单位职责。",
        suggest=suggest,
    )


def _rule(life: WhistleLife, unit: str, ruling: str, substitute: str | None = None) -> None:
    life.do(
        whistle.RuleOnObjection,
        people.WHISTLE_OFFICE,
        unit=unit,
        ruling=ruling,
        reason="经核对权责清单裁定。",
        substitute=substitute,
    )


def objected_in_vain(life: WhistleLife) -> Course:
    """Uphold a summons before the unit has come."""
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-SJJ"))
    yield from course(life, "mustering")
    _object(life, "HP-SJJ")
    yield timedelta(hours=2)
    _rule(life, "HP-SJJ", "upheld")
    yield from course(life)


def objected_after_coming(life: WhistleLife) -> Course:
    """Come first, as in an emergency one must, then object, and stay."""
    life.draft("EMERGENCY", ("HP-XFD", "HP-GSGS"))
    yield from course(life, "joint_handling")
    _object(life, "HP-GSGS")
    yield timedelta(minutes=30)
    _rule(life, "HP-GSGS", "upheld")
    yield from course(life)


def objected_and_missed(life: WhistleLife) -> Course:
    """Object, and let the time run out before there is a ruling: missed all the same."""
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-SJJ"))
    yield from course(life, "mustering")
    _object(life, "HP-SJJ")
    yield life.past_due(part_clock("report_in", "HP-SJJ")) or timedelta()
    yield timedelta(hours=1)
    _rule(life, "HP-SJJ", "upheld")
    yield timedelta(hours=1)
    life.come("HP-SJJ")
    yield from course(life)


def released_and_summoned_again(life: WhistleLife) -> Course:
    """Release a unit, and need it after all."""
    life.draft("KEY_WORK", ("HP-CGJ", "HP-ZJJ"))
    yield from course(life, "mustering")
    _object(life, "HP-ZJJ")
    yield timedelta(hours=1)
    _rule(life, "HP-ZJJ", "released")
    yield timedelta(hours=2)
    by = people.WHISTLE_OFFICE
    life.do(whistle.AddUnit, by, unit="HP-ZJJ", task="配合提供房屋权属信息。")
    yield from course(life)


def released_before_a_lead(life: WhistleLife) -> Course:
    """Release a unit before anybody leads."""
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-STJ"))
    yield from course(life, "issued")
    yield timedelta(minutes=20)
    _object(life, "HP-STJ", "HP-SJJ")
    yield timedelta(minutes=20)
    _rule(life, "HP-STJ", "released")
    yield from course(life)


def released_as_the_last(life: WhistleLife) -> Course:
    """Release the only one who is awaited: the others begin."""
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-JJD", "HP-STJ"))
    yield from course(life, "mustering")
    yield timedelta(minutes=30)
    life.come("HP-CGJ", "HP-JJD")
    _object(life, "HP-STJ", "HP-SJJ")
    yield timedelta(hours=1)
    _rule(life, "HP-STJ", "released")
    yield from course(life)


def replaced(life: WhistleLife) -> Course:
    """Summon another in the place of the lead."""
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-SJJ"))
    yield from course(life, "mustering")
    lead = life.case.lead or "HP-CGJ"
    _object(life, lead, "HP-STJ")
    yield timedelta(hours=1)
    _rule(life, lead, "replaced", "HP-STJ")
    yield from course(life)


def released_at_the_end(life: WhistleLife) -> Course:
    """Release the last who was not done: with that it is settled."""
    yield from _at_work(life)
    life.deliver("HP-CGJ", "HP-JJD")
    _object(life, "HP-SJJ")
    yield timedelta(hours=1)
    _rule(life, "HP-SJJ", "released")
    yield from course(life)


def released_too_late(life: WhistleLife) -> Course:
    """Release a unit while others go on."""
    yield from _at_work(life)
    _object(life, "HP-SJJ")
    yield timedelta(hours=1)
    _rule(life, "HP-SJJ", "released")
    yield from course(life)


def _at_work(life: WhistleLife) -> Course:
    life.draft("ENFORCEMENT", ("HP-CGJ", "HP-JJD", "HP-SJJ"))
    yield from course(life, "mustering")
    yield timedelta(minutes=30)
    life.come("HP-CGJ", "HP-JJD", "HP-SJJ")
    yield timedelta(hours=2)


def all_released(life: WhistleLife) -> Course:
    """Release the only one; the district ends it, and there is nobody to rate."""
    life.draft("ENFORCEMENT", ("HP-STJ",))
    yield from course(life, "mustering")
    _object(life, "HP-STJ", "HP-CGJ")
    yield timedelta(hours=1)
    _rule(life, "HP-STJ", "released")
    yield timedelta(hours=1)
    life.do(
        whistle.Escalate,
        people.street_secretary(life.officer),
        ground="policy_gap",
        reason="该事项尚无主管部门。",
    )
    yield life.at_work(timedelta(hours=10))
    by = people.DISTRICT_LEADER
    life.do(whistle.GiveDirective, by, decision="由区级研究明确主管部门。", settles=True)
    yield from course(life)
