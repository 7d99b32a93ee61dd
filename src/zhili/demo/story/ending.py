"""Stories of the end: returned, reworked, reopened, left out of the assessment, corrected."""

from __future__ import annotations

from datetime import timedelta

from zhili.commands import complaint
from zhili.demo import people
from zhili.demo.complaint_course import course
from zhili.demo.complaint_life import ComplaintLife
from zhili.demo.life import Course
from zhili.demo.story.handling import PHOTO

__all__ = [
    "corrected", "kept_in", "left_out", "reopened", "reopened_from_the_archive", "returned",
    "reworked",
]  # fmt: skip


def returned(life: ComplaintLife) -> Course:
    """Return a reply that proves nothing."""
    life.register("environment/refuse")
    yield from course(life, "replied")
    if life.state != "replied":
        return  # the due instant came first, and the case went its way
    yield timedelta(minutes=20)
    life.do(
        complaint.ReturnReply,
        people.reviewer(life.chance),
        defect="no_evidence",
        reason="请补充整改照片。",
    )
    yield timedelta(hours=2)
    life.do(complaint.ResumeHandling, people.operator(life.unit))
    yield from course(life)


def reworked(life: ComplaintLife) -> Course:
    """Let the complainant, whom nobody reached, say that nothing changed: handled again."""
    life.register("environment/refuse")
    yield from course(life, "callback")
    yield life.tomorrow()
    if life.case.reply is None or not life.case.reply.accepted:
        yield from course(life)  # the due instant came first
        return
    life.do(complaint.RecordCallback, people.telephonist(life.chance), reached=False)
    yield timedelta(hours=1)
    life.do(
        complaint.Evaluate,
        people.caller(life.subject),
        contacted=True,
        solved=False,
        satisfaction="dissatisfied",
        note="垃圾还在原地。",
    )
    yield timedelta(hours=4)
    life.do(
        complaint.OrderRework,
        people.SUPERVISOR,
        reason="诉求合理且可行",
        lawful_and_feasible=True,
    )
    yield from course(life)


def reopened(life: ComplaintLife) -> Course:
    """Reopen a case for new facts within the month."""
    life.register("property/service")
    yield from course(life)
    yield timedelta(days=4)
    facts = "电梯修好两天又停了。"
    life.do(complaint.AppendFacts, people.caller(life.subject), facts=facts)
    yield timedelta(hours=6)
    life.do(complaint.Reopen, people.SUPERVISOR, ground="new_facts", reason="问题反复")
    yield from course(life)


def reopened_from_the_archive(life: ComplaintLife) -> Course:
    """Fetch a case back from the archive, since its reply was not true."""
    life.register("environment/refuse")
    yield from course(life)
    yield timedelta(days=32)
    life.do(complaint.Reopen, people.SUPERVISOR, ground="false_reply", reason="抽查发现答复不实")
    yield from course(life)


def _ask_to_leave_out(life: ComplaintLife) -> Course:
    life.register("property/service")
    yield from course(life)
    yield life.at_work(timedelta(days=1))
    life.do(
        complaint.RequestExclusion,
        people.leader(life.unit),
        ground="E5",
        evidence="合同纠纷,属市场行为,证据见附件。",
    )
    yield life.at_work(timedelta(hours=20))
    by = people.reviewer(life.chance)
    life.do(complaint.FirstCheckExclusion, by, note="证据完整")
    yield life.at_work(timedelta(hours=20))


def left_out(life: ComplaintLife) -> Course:
    """Leave a matter of the market out of the assessment; its history stays."""
    yield from _ask_to_leave_out(life)
    life.do(complaint.GrantExclusion, people.ASSESSOR, reason="属市场行为")


def kept_in(life: ComplaintLife) -> Course:
    """Refuse to leave a case out."""
    yield from _ask_to_leave_out(life)
    life.do(complaint.RefuseExclusion, people.ASSESSOR, reason="属政府监管职责")


def corrected(life: ComplaintLife) -> Course:
    """Correct, guard and complete a record; a photograph is entered late."""
    life.register("roads/surface")
    yield from course(life, "handling")
    yield timedelta(hours=3)
    life.do(
        complaint.CorrectRecord,
        people.dispatcher(life.chance),
        field="title",
        old=life.case.title,
        new="非机动车道路面破损",
        reason="标题不准确",
    )
    life.do(
        complaint.SetConfidentiality,
        people.caller(life.subject),
        level=2,
        reason="诉求人要求保密",
    )
    life.do(complaint.AppendFacts, people.agent(life.chance), facts="破损处在路口北侧。", new=False)
    yield timedelta(hours=2)
    at = life.now - timedelta(minutes=50)
    life.do(complaint.AddAttachment, people.operator(life.unit), at=at, attachment=PHOTO)
    yield from course(life)
