"""Stories of the intake desk: answered, declined, merged, withdrawn, brought in."""

from __future__ import annotations

from datetime import timedelta

from zhili.commands import complaint
from zhili.demo import people
from zhili.demo.complaint_course import course
from zhili.demo.complaint_life import ComplaintLife
from zhili.demo.life import Course

__all__ = [
    "anonymous", "answered", "brought_in", "declined", "merged", "passed_to_an_emergency_line",
    "unmerged", "withdrawn", "withdrawn_in_vain",
]  # fmt: skip

SOURCE = "和平区数字城管"
"""The older system from which some cases are brought in."""


def answered(life: ComplaintLife) -> Course:
    """Let an enquiry be answered on the call."""
    life.register(kind="enquiry", title="咨询办理流程", content="请问居住证怎么办理?")
    yield from course(life)


def passed_to_an_emergency_line(life: ComplaintLife) -> Course:
    """Let 119 have what burns."""
    life.register(kind="help", title="楼道起火", content="楼道冒烟了!", urgency="critical")
    yield timedelta(minutes=1)
    life.do(complaint.TransferEmergency, people.agent(life.chance), target="119")


def declined(life: ComplaintLife) -> Course:
    """Let somebody call again with nothing new, and be told what became of it."""
    life.register("environment/refuse")
    yield from course(life, "handling")
    again = life.twin()
    again.register()
    yield timedelta(minutes=6)
    again.do(
        complaint.Decline,
        people.agent(life.chance),
        gate="G3",
        explanation="同一事项正在办理,已告知办理进展。",
        earlier=life.case_id,
    )
    yield from course(life)


def merged(life: ComplaintLife) -> Course:
    """Let a neighbour call about the same matter; both are answered, each says what they think."""
    life.register("property/service")
    yield from course(life, "handling")
    twin = life.twin()
    twin.register(confidentiality=1)
    yield timedelta(minutes=12)
    by = people.dispatcher(life.chance)
    twin.do(complaint.MergeInto, by, main=life.case_id, reason="同一小区同一事项")
    yield from course(life)
    yield life.tomorrow()
    twin.do(complaint.RecordCallback, people.telephonist(life.chance), reached=False)
    yield timedelta(hours=2)
    twin.do(
        complaint.Evaluate,
        people.caller(twin.subject),
        contacted=True,
        solved=True,
        satisfaction="satisfied",
    )


def unmerged(life: ComplaintLife) -> Course:
    """Let what looked like one matter turn out to be two, twice."""
    life.register("property/leak")
    yield from course(life, "handling")
    twin = life.twin()
    twin.register()
    life.stage.begin(course(life))
    by = people.dispatcher(life.chance)
    for accepted in (False, True):
        if accepted:
            twin.do(complaint.Accept, people.agent(life.chance))
        yield timedelta(minutes=5)
        twin.do(complaint.MergeInto, by, main=life.case_id, reason="疑似同一事项")
        yield timedelta(hours=3)
        twin.do(complaint.Unmerge, by, reason="楼栋不同,不是同一事项")
        yield timedelta(minutes=4)
    yield from course(twin)


def withdrawn(life: ComplaintLife) -> Course:
    """Let the caller withdraw."""
    life.register("environment/refuse")
    yield from course(life, "signed")
    yield timedelta(minutes=30)
    by = people.caller(life.subject)
    life.do(complaint.Withdraw, by, identity_checked=True, reason="问题已自行解决")


def withdrawn_in_vain(life: ComplaintLife) -> Course:
    """Let the caller withdraw a matter of public safety, which goes on without them."""
    life.register("property/leak", title="外墙脱落", public_safety=True)
    yield from course(life, "signed")
    yield timedelta(minutes=30)
    life.do(complaint.Withdraw, people.agent(life.chance), identity_checked=True)
    yield from course(life)


def anonymous(life: ComplaintLife) -> Course:
    """Let nobody be there to call back: the case is closed when its reply is accepted."""
    life.register("market/food", anonymous=True)
    yield from course(life)


def brought_in(life: ComplaintLife) -> Course:
    """Bring in a case of another system, and what that says of its end."""
    matter, number = life.matter, life.name
    opened_at = life.now - life.span(30)
    life.case_id = complaint.imported_id(SOURCE, number)
    life.do(
        complaint.BringIn,
        people.IMPORTER,
        source=SOURCE,
        source_id=number,
        zone="Asia/Shanghai",
        opened_at=opened_at,
        due_at=opened_at + timedelta(days=7),
        status="处理中",
        unit=matter.unit,
        category=matter.topic.category,
        division=matter.community,
        channel="grid",
    )
    yield life.at_work(life.span(90))
    if life.name.endswith(":1"):
        return  # the other system never says that it was closed
    closed_at = life.now - timedelta(minutes=life.chance.randrange(5, 300))
    life.do(complaint.BringInClosing, people.IMPORTER, closed_at=closed_at, status="已结案")
