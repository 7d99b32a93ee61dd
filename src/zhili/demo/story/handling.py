"""Stories of the handling unit: co-handlers, more time, the ledger, escalation, termination."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from zhili.commands import complaint
from zhili.demo import people
from zhili.demo.complaint_course import course
from zhili.demo.complaint_life import ComplaintLife
from zhili.demo.life import Course
from zhili.policies.visibility import CONTACT_THROUGH_CENTRE
from zhili.values import Attachment

__all__ = [
    "escalated", "extended", "hard_to_reach", "ledgered_and_reviewed", "ledgered_until_a_date",
    "not_terminated", "overtaken", "protected", "refused_more_time", "refused_the_ledger",
    "terminated", "with_co_handlers",
]  # fmt: skip

PHOTO = Attachment(
    name="现场照片.jpg",
    media_type="image/jpeg",
    size=482_113,
    sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    uri="archive:photo-1",
)


def hard_to_reach(life: ComplaintLife) -> Course:
    """Call three times in vain, which is as good as one answer."""
    life.register("environment/refuse")
    yield from course(life, "signed")
    for _ in range(3):
        yield timedelta(hours=2)
        life.do(
            complaint.RecordContact,
            people.operator(life.unit),
            result="not_reached",
            way="phone",
            evidence="无人接听",
        )
    yield from course(life)


def protected(life: ComplaintLife) -> Course:
    """Let the centre speak with whoever reports a wrong, and the unit never."""
    life.register("market/food", kind="report", confidentiality=CONTACT_THROUGH_CENTRE)
    yield from course(life, "signed")
    # In vain, then to some purpose, then to pass on what the unit wants to know.
    for result in ("not_reached", "reached", "reached"):
        yield timedelta(hours=2)
        life.do(
            complaint.RecordContact,
            people.agent(life.chance),
            result=result,
            way="phone",
            evidence="中心代为联系,录音已存档",
        )
    yield from course(life)


def with_co_handlers(life: ComplaintLife) -> Course:
    """Ask two others to do their part: one does, one is excused."""
    life.register("roads/surface")
    yield from course(life, "handling")
    yield life.at_work(timedelta(hours=2))
    by = people.leader(life.unit)
    life.do(complaint.AssignHandler, by, person="paving-team-2")
    life.do(complaint.AddAttachment, people.operator(life.unit), attachment=PHOTO)
    due = life.now + timedelta(days=3)
    for unit, task in (("HP-JJD", "施工期间交通疏导"), ("HP-GSGS", "核查地下管线")):
        life.do(complaint.InviteCoHandler, by, unit=unit, task=task, part_due_at=due)
    yield timedelta(hours=26)
    who = people.co_handler("HP-JJD")
    life.do(complaint.SubmitCoHandling, who, unit="HP-JJD", result="已完成疏导方案。")
    yield timedelta(hours=5)
    life.do(complaint.ExcuseCoHandler, by, unit="HP-GSGS", reason="路段下无供水管线")
    yield from course(life)


def _ask_for_time(life: ComplaintLife) -> None:
    life.do(
        complaint.RequestExtension,
        people.leader(life.unit),
        reason="维修配件需从外地调运。",
        complainant_told=True,
    )


def extended(life: ComplaintLife) -> Course:
    """Grant more time, counted from the last day of the first period."""
    life.register("property/service")
    yield from course(life, "handling")
    yield timedelta(hours=30)
    _ask_for_time(life)
    yield timedelta(hours=4)
    life.do(complaint.GrantExtension, people.dispatcher(life.chance))
    yield from course(life)


def refused_more_time(life: ComplaintLife) -> Course:
    """Refuse more time."""
    life.register("property/service")
    yield from course(life, "handling")
    yield timedelta(hours=20)
    _ask_for_time(life)
    yield timedelta(hours=4)
    by = people.dispatcher(life.chance)
    life.do(complaint.RefuseExtension, by, reason="理由不充分,请按期办结。")
    yield from course(life)


def escalated(life: ComplaintLife) -> Course:
    """Let a hard case go up, and come back with measures and a new lead."""
    life.register("property/leak")
    yield from course(life, "handling")
    yield timedelta(hours=30)
    life.do(
        complaint.Escalate,
        people.leader(life.unit),
        to_level="district",
        reason="开发企业已注销,街道无执法权。",
        tried="已两次组织协调。",
    )
    yield timedelta(hours=22)
    by = life.chance.choice((people.COORDINATOR, people.INDUSTRY, people.CITY_LEADER))
    life.do(
        complaint.GiveDirective,
        by,
        opinion="由住建部门牵头。",
        measures="启用应急维修资金。",
        unit="HP-ZJJ",
    )
    yield from course(life)


def _ask_for_the_ledger(life: ComplaintLife, ground: str, **dates: datetime) -> None:
    said: dict[str, Any] = {
        "ground": ground,
        "interim_measures": "已设置警示标志并定期巡查。",
        **dates,
    }
    by = people.leader(life.unit)
    life.do(complaint.RequestLedgering, by, complainant_told=True, **said)


def _put_on_the_ledger(life: ComplaintLife) -> Course:
    yield timedelta(hours=5)
    by = people.dispatcher(life.chance)
    life.do(complaint.FirstCheckLedgering, by, note="材料齐全")
    yield timedelta(hours=20)
    life.do(complaint.ApproveLedgering, people.CHIEF, note="同意挂账")


def ledgered_and_reviewed(life: ComplaintLife) -> Course:
    """Put a case on the ledger that needs works, look again, and take it off."""
    life.register("roads/surface")
    yield from course(life, "handling")
    yield life.at_work(timedelta(hours=24))
    _ask_for_the_ledger(life, "works", review_at=life.now + timedelta(days=10))
    yield from _put_on_the_ledger(life)
    yield timedelta(days=9)
    life.do(
        complaint.ReviewLedger,
        people.SUPERVISOR,
        note="工程已开工。",
        review_at=life.now + timedelta(days=10),
    )
    yield life.at_work(timedelta(days=6))
    life.do(complaint.ActivateFromLedger, people.leader(life.unit), reason="道路已修复。")
    yield from course(life)


def ledgered_until_a_date(life: ComplaintLife) -> Course:
    """Let a case wait for its season: the clock takes it off the ledger on the day."""
    life.register("property/leak")
    yield from course(life, "handling")
    yield life.at_work(timedelta(hours=24))
    _ask_for_the_ledger(life, "season", expected_at=life.now + timedelta(days=18))
    yield from _put_on_the_ledger(life)
    yield timedelta(days=18)
    yield from course(life)


def refused_the_ledger(life: ComplaintLife) -> Course:
    """Refuse the ledger for what could be done now."""
    life.register("property/service")
    yield from course(life, "handling")
    yield timedelta(hours=20)
    _ask_for_the_ledger(life, "funds", review_at=life.now + timedelta(days=30))
    yield timedelta(hours=6)
    by = people.dispatcher(life.chance)
    life.do(complaint.RefuseLedgering, by, reason="可由日常维护经费解决。")
    yield from course(life)


def overtaken(life: ComplaintLife) -> Course:
    """Let the time run out before anybody is called: the call-back opens without a reply."""
    life.register("roads/lighting")
    yield from course(life, "signed")
    yield timedelta(hours=26)
    life.do(
        complaint.Supervise,
        people.SUPERVISOR,
        level="listed",
        ground="overdue",
        note="挂牌督办。",
    )
    yield from course(life)


def _ask_to_terminate(life: ComplaintLife) -> None:
    life.do(
        complaint.RequestTermination,
        people.operator(life.unit),
        ground="no_cooperation",
        explanation="诉求人三次拒绝配合现场核查,已书面告知。",
        complainant_told=True,
    )


def terminated(life: ComplaintLife) -> Course:
    """Let the unit stop, since the complainant does not cooperate."""
    life.register("property/service")
    yield from course(life, "handling")
    yield timedelta(hours=24)
    _ask_to_terminate(life)
    yield timedelta(hours=8)
    by = people.dispatcher(life.chance)
    life.do(complaint.ApproveTermination, by, note="情况属实")


def not_terminated(life: ComplaintLife) -> Course:
    """Refuse to let the unit stop."""
    life.register("property/service")
    yield from course(life, "handling")
    yield timedelta(hours=24)
    _ask_to_terminate(life)
    yield timedelta(hours=8)
    by = people.dispatcher(life.chance)
    life.do(complaint.RefuseTermination, by, reason="应继续联系诉求人。")
    yield from course(life)
