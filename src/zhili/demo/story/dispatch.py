"""Stories of the dispatch desk: consulted, objected to, redirected, designated, signed late."""

from __future__ import annotations

from datetime import timedelta

from zhili.commands import complaint
from zhili.demo import people
from zhili.demo.complaint_course import course
from zhili.demo.complaint_life import ComplaintLife
from zhili.demo.district import DISTRICT, STREETS
from zhili.demo.life import Course

__all__ = [
    "consulted", "designated", "redirected", "sent_to_the_district", "signed_late",
    "upheld_after_signing", "upheld_before_signing", "waiting_for_a_calendar",
]  # fmt: skip


def consulted(life: ComplaintLife) -> Course:
    """Ask two units that could be competent."""
    life.register("property/leak")
    yield from course(life, "accepted")
    yield timedelta(minutes=10)
    life.do(
        complaint.OpenConsultation,
        people.dispatcher(life.chance),
        candidates=("HP-ZJJ", life.matter.street),
        question="公共部位渗漏由谁牵头?",
    )
    yield from course(life)


def sent_to_the_district(life: ComplaintLife) -> Course:
    """Let the district send on a case whose unit is unclear."""
    life.register("roads/surface")
    yield from course(life, "accepted")
    yield timedelta(minutes=8)
    life.do(complaint.DispatchToDistrict, people.dispatcher(life.chance), unit=DISTRICT)
    yield from course(life)


def _object(life: ComplaintLife, suggest: str) -> None:
    life.do(
        complaint.ObjectToDispatch,
        people.operator(life.unit),
        basis="依据权责清单,该事项不属本单位职责。",
        suggest=suggest,
    )


def upheld_before_signing(life: ComplaintLife) -> Course:
    """Reject an objection; the unit is designated from now on."""
    life.register("environment/refuse")
    yield from course(life, "dispatched")
    yield timedelta(minutes=25)
    _object(life, "HP-CGJ")
    yield timedelta(hours=2)
    life.do(complaint.UpholdDispatch, people.ADJUDICATOR, reason="属地责任明确")
    yield from course(life)


def upheld_after_signing(life: ComplaintLife) -> Course:
    """Let the unit sign first and object within the window."""
    life.register("property/service")
    yield from course(life, "signed")
    yield timedelta(minutes=40)
    _object(life, "HP-ZJJ")
    yield timedelta(hours=2)
    life.do(complaint.UpholdDispatch, people.ADJUDICATOR, reason="物业监管属街道职责")
    yield from course(life)


def redirected(life: ComplaintLife) -> Course:
    """Let an objection be right: another street has the place."""
    life.register("environment/refuse")
    yield from course(life, "dispatched")
    yield timedelta(minutes=25)
    neighbour = next(street for street in STREETS if street != life.unit)
    _object(life, neighbour)
    yield timedelta(hours=3)
    life.do(complaint.RedirectDispatch, people.ADJUDICATOR, unit=neighbour, reason="点位在相邻街道")
    yield from course(life)


def designated(life: ComplaintLife) -> Course:
    """Designate the lead, finally, where nobody wants it."""
    life.register("traffic/parking")
    yield from course(life, "dispatched")
    yield timedelta(minutes=25)
    _object(life, life.matter.street)
    yield timedelta(hours=4)
    life.do(
        complaint.DesignateLead,
        people.ADJUDICATOR,
        unit=life.matter.street,
        reason="职能交叉,指定街道主办",
    )
    yield from course(life)


def signed_late(life: ComplaintLife) -> Course:
    """Let a case lie for half a day: marked by the clock, reminded by a supervisor."""
    life.register("property/service")
    yield from course(life, "dispatched")
    yield timedelta(hours=5)
    life.do(
        complaint.Supervise,
        people.SUPERVISOR,
        level="remind",
        ground="refused",
        note="请立即签收。",
    )
    yield from course(life)


def waiting_for_a_calendar(life: ComplaintLife) -> Course:
    """Count a limit in working days before the year's days off are known here."""
    life.register("labour/wages")
    yield from course(life)
