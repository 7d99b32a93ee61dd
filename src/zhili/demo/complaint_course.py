"""The ordinary course of a case: whoever has it before them does the next thing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from zhili.aggregates.clocks import next_due
from zhili.commands import complaint
from zhili.demo import people
from zhili.demo.complaint_life import ComplaintLife
from zhili.demo.district import DISTRICT, STREETS
from zhili.demo.life import Course
from zhili.demo.patience import URGENT, patience
from zhili.demo.whistle_course import WhistleLife
from zhili.demo.whistle_course import course as whistle_course
from zhili.policies.visibility import CONTACT_THROUGH_CENTRE

__all__ = ["blow", "course"]

TRIES_MAX: Final = 3
SUMMONED: Final = (("HP-CGJ", "HP-ZJJ"), ("HP-SJJ", "HP-CGJ"), ("HP-JJD",))
OUTCOMES: Final = {"solved": 72, "explained": 15, "partly": 8, "not_solved": 5}


def course(life: ComplaintLife, until: str = "") -> Course:
    """Let the case go its way until it rests, or until it stands in the state *until*."""
    while (state := life.state) in DESKS and state != until:
        yield life.tomorrow() if life.case.open_whistles else patience(life)
        # The clocks may have moved it while it waited.
        if life.state in DESKS and life.state != until and not life.case.open_whistles:
            DESKS[life.state](life)


def _gate(life: ComplaintLife) -> None:
    by = people.agent(life.chance)
    if life.case.kind == "enquiry":
        life.do(complaint.AnswerImmediately, by, answer="已按知识库内容答复。")
    elif life.happens(life.temper.declined):
        life.do(
            complaint.Decline,
            by,
            gate="G2",
            explanation="该事项已进入诉讼程序,请依法定途径办理。",
            channel_told="人民法院",
        )
    else:
        # What comes from a wall has no category of the hotline's yet.
        missing: dict[str, Any] = (
            {} if life.case.category else {"category": life.matter.topic.category}
        )
        life.do(complaint.Accept, by, **missing)


def _dispatch(life: ComplaintLife) -> None:
    by, hint = people.dispatcher(life.chance), life.case.lead_hint
    if hint is None and life.happens(life.temper.to_district):
        life.do(complaint.DispatchToDistrict, by, unit=DISTRICT)
    else:
        life.do(complaint.Dispatch, by, unit=hint or life.matter.unit)


def _conclude(life: ComplaintLife) -> None:
    lead = life.case.candidates[0]
    by = people.dispatcher(life.chance)
    life.do(complaint.ConcludeConsultation, by, lead=lead, reason="经会商,由该单位主办。")


def _receive(life: ComplaintLife) -> None:
    case = life.case
    if case.mode == "district":
        life.do(complaint.SubDispatch, people.COORDINATOR, unit=life.matter.unit)
    elif not case.designated and case.grade != "I" and life.happens(life.temper.objected):
        life.do(
            complaint.ObjectToDispatch,
            people.operator(life.unit),
            basis="经核查,点位不在本单位管辖范围。",
            suggest=DISTRICT,
        )
    else:
        life.do(complaint.Sign, people.operator(life.unit))


def _rule(life: ComplaintLife) -> None:
    unit = life.unit
    others = [street for street in STREETS if street != unit]
    if life.happens(0.5):
        life.do(complaint.UpholdDispatch, people.ADJUDICATOR, reason="属地明确,维持派单。")
    elif unit in STREETS and life.case.returns < TRIES_MAX:
        street = life.chance.choice(others)
        life.do(
            complaint.RedirectDispatch, people.ADJUDICATOR, unit=street, reason="属地应为该街道。"
        )
    else:
        life.do(complaint.DesignateLead, people.ADJUDICATOR, unit=unit, reason="指定主办。")


def _contact(life: ComplaintLife) -> None:
    case = life.case
    result = "reached"
    if case.anonymous:
        result = "anonymous"
    elif life.happens(life.temper.unreached):
        result = "not_reached"
    is_protected = case.confidentiality >= CONTACT_THROUGH_CENTRE
    life.do(
        complaint.RecordContact,
        people.agent(life.chance) if is_protected else people.operator(life.unit),
        at=_somewhat_earlier(life),
        result=result,
        way=life.chance.choice(("phone", "phone", "phone", "visit")),
        evidence="通话录音已存档",
    )


def _somewhat_earlier(life: ComplaintLife) -> datetime | None:
    """Give an earlier instant if the entry is late: never before the case's last event."""
    case = life.case
    due = next_due(case.clocks)
    if not life.happens(life.temper.entered_late) or case.last_at is None:
        return None
    if due is not None and due.due_at is not None and due.due_at <= life.now:
        return None
    return max(case.last_at, life.now - life.span(1))


def _handle(life: ComplaintLife) -> None:
    case, unit = life.case, life.unit
    for part in case.parts:
        if part.state == "invited":
            life.do(
                complaint.SubmitCoHandling,
                people.co_handler(part.id),
                unit=part.id,
                result="协办部分已完成。",
            )
    if not case.contact_made:
        _contact(life)
    elif case.extension is not None:
        life.do(complaint.GrantExtension, people.dispatcher(life.chance))
    elif _needs_others(life):
        called = blow(life, "ENFORCEMENT", life.chance.choice(SUMMONED))
        life.stage.begin(whistle_course(called))
    elif case.reply is None and _asks_for_time(life):
        life.do(
            complaint.RequestExtension,
            people.leader(unit),
            reason="需要协调施工单位,按期难以完成。",
            complainant_told=True,
        )
    else:
        _reply(life)


def _needs_others(life: ComplaintLife) -> bool:
    case = life.case
    first = case.reply is None and not case.whistles
    may = first and case.state == "handling" and life.unit in STREETS
    return may and life.happens(life.temper.blown)


def blow(life: ComplaintLife, kind: str, units: tuple[str, ...]) -> WhistleLife:
    """Have the street blow a whistle for the complaint, and give the whistle, which is drafted."""
    called = WhistleLife(life.stage, f"{life.name}:whistle", life.new_id())
    life.do(
        complaint.BlowWhistle,
        people.operator(life.unit),
        kind=kind,
        units=units,
        matter=f"{life.case.title}联合处置",
        tried="街道已现场核查并组织协调, 超出自身职权。",
        whistle=called.case_id,
    )
    return called


def _asks_for_time(life: ComplaintLife) -> bool:
    case = life.case
    clock = case.clock("handle")
    runs = clock is not None and clock.status == "running"
    may = runs and case.extensions == 0 and case.due_at is not None and life.now < case.due_at
    return may and case.grade not in URGENT and life.happens(life.temper.extended)


def _reply(life: ComplaintLife) -> None:
    case, unit = life.case, life.unit
    if case.reply is not None:
        life.do(complaint.SignOffReply, people.leader(unit))
        return
    outcome = life.chance.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
    life.do(
        complaint.SubmitReply,
        people.operator(unit),
        outcome=outcome,
        public_text="您反映的问题已核实处理,感谢您的监督。",
        internal_note="现场已核查,佐证材料已上传。",
        complainant_informed=True,
        centre_informed=True,
    )


def _direct(life: ComplaintLife) -> None:
    life.do(
        complaint.GiveDirective,
        people.COORDINATOR,
        opinion="请主办单位牵头,尽快推进。",
        measures="一周内召开现场协调会。",
    )


def _come_off_the_ledger(life: ComplaintLife) -> None:
    life.do(complaint.ActivateFromLedger, people.leader(life.unit), reason="条件已具备。")


def _review(life: ComplaintLife) -> None:
    by = people.reviewer(life.chance)
    if life.happens(life.temper.returned):
        life.do(complaint.ReturnReply, by, defect="incomplete", reason="答复未涉及第二项诉求。")
    else:
        life.do(complaint.AcceptReply, by)


def _take_up_again(life: ComplaintLife) -> None:
    if life.happens(0.5):
        life.do(complaint.ResumeHandling, people.operator(life.unit))
    else:
        _contact(life)


def _call_back(life: ComplaintLife) -> None:
    case = life.case
    if case.extension is not None:
        by = people.dispatcher(life.chance)
        life.do(complaint.RefuseExtension, by, reason="期限已过。")
    elif case.ledgering is not None:
        by = people.dispatcher(life.chance)
        life.do(complaint.RefuseLedgering, by, reason="期限已过。")
    elif case.reply is None or not case.reply.accepted:
        _reply_late(life)
    elif _settled(life):
        _conclude_callback(life)
    else:
        _try(life)


def _reply_late(life: ComplaintLife) -> None:
    """Catch up with what the due instant overtook: contact, reply, sign-off, review."""
    case = life.case
    if not case.contact_made:
        _contact(life)
    elif case.reply is not None and case.reply.signed_off:
        life.do(complaint.AcceptReply, people.reviewer(life.chance))
    else:
        _handle(life)


def _settled(life: ComplaintLife) -> bool:
    case = life.case
    nobody = case.anonymous or case.no_reply_wanted
    return nobody or any(made.reached for made in case.tries) or len(case.tries) >= TRIES_MAX


def _try(life: ComplaintLife) -> None:
    by = people.telephonist(life.chance)
    if life.happens(life.temper.unanswered):
        life.do(complaint.RecordCallback, by, reached=False)
        return
    outcome = life.case.reply.outcome if life.case.reply else "not_solved"
    worse = 1 if outcome == "solved" else 4
    unhappy = life.happens(life.temper.dissatisfied * worse)
    pleased = "satisfied" if life.happens(0.75) else "basically_satisfied"
    life.do(
        complaint.RecordCallback,
        by,
        reached=True,
        contacted=True,
        solved=outcome == "solved" and not unhappy,
        satisfaction="dissatisfied" if unhappy else pleased,
    )


def _conclude_callback(life: ComplaintLife) -> None:
    case = life.case
    unhappy = any(made.satisfaction == "dissatisfied" for made in case.tries)
    if unhappy and case.reworks == 0:
        life.do(
            complaint.OrderRework,
            people.SUPERVISOR,
            reason="诉求人反映问题仍未解决。",
            lawful_and_feasible=True,
        )
    else:
        life.do(complaint.Close, people.reviewer(life.chance))


DESKS: Final[dict[str, Callable[[ComplaintLife], None]]] = {
    "registered": _gate,
    "accepted": _dispatch,
    "consulting": _conclude,
    "dispatched": _receive,
    "disputed": _rule,
    "signed": _contact,
    "handling": _handle,
    "escalated": _direct,
    "ledgered": _come_off_the_ledger,
    "replied": _review,
    "callback": _call_back,
    "rework": _take_up_again,
}
"""Who does what with a case that stands there."""
