"""Stories of complaints for which the street blows a whistle."""

from __future__ import annotations

from datetime import timedelta

from zhili.commands import complaint, whistle
from zhili.demo import people
from zhili.demo.complaint_course import blow, course
from zhili.demo.complaint_life import ComplaintLife
from zhili.demo.life import Course
from zhili.demo.whistle_course import course as whistle_course

__all__ = ["blown", "blown_again", "blown_in_vain"]


def blown(life: ComplaintLife) -> Course:
    """
    Let the street call two departments to a leak that nobody owns.

    The matter is complex, so that its days are counted in working days, over a holiday.
    """
    life.register("property/leak", title="老楼公共管道渗漏")
    yield from course(life, "accepted")
    yield timedelta(minutes=10)
    by, street = people.dispatcher(life.chance), life.matter.street
    life.do(complaint.Dispatch, by, unit=street, grade="COMPLEX")
    yield from course(life, "handling")
    yield life.at_work(timedelta(hours=5))
    called = blow(life, "KEY_WORK", ("HP-ZJJ", "HP-GSGS"))
    life.stage.begin(whistle_course(called))
    yield from course(life)


def blown_in_vain(life: ComplaintLife) -> Course:
    """Let the whistle be returned at review: the street goes on alone."""
    life.register("property/service")
    yield from course(life, "handling")
    yield life.at_work(timedelta(hours=3))
    called = blow(life, "ENFORCEMENT", ("HP-ZJJ",))
    yield from whistle_course(called, "submitted")
    yield timedelta(hours=1)
    called.do(
        whistle.SendBack, people.WHISTLE_OFFICE, ground="no_evidence", reason="未附自行处置情况。"
    )
    yield from course(life)


def blown_again(life: ComplaintLife) -> Course:
    """Let the street reject what the departments have done; the complaint waits for it again."""
    life.register("environment/refuse")
    yield from course(life, "handling")
    yield life.at_work(timedelta(hours=3))
    called = blow(life, "QUICK", ("HP-CGJ", "HP-SJJ"))
    yield from whistle_course(called, "settled")
    yield timedelta(hours=2)
    by = people.street_officer(called.officer)
    called.do(whistle.RejectResult, by, reason="仍有垃圾未清运。", units=("HP-CGJ",))
    life.stage.begin(whistle_course(called))
    yield from course(life)
