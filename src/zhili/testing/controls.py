"""
Controls 范例: a good example of every command of a complaint, by somebody who may give it.

People and units stand beside them. The units are division codes, which an organisation that
nobody has described takes as they are: a street, its neighbour, their district, another district.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from zhili.aggregates.complaint import Complaint
from zhili.aggregates.event import Cause
from zhili.commands import complaint as asked
from zhili.commands.complaint import imported_id
from zhili.testing.clock import START
from zhili.testing.control import OTHER_CASE, Control, actor
from zhili.values import SYSTEM_ACTOR, Attachment
from zhili.workflows import role

STREET: Final = "110105001"
NEIGHBOUR: Final = "110105002"
DISTRICT: Final = "110105"
OTHER_DISTRICT: Final = "110106"
FAR_STREET: Final = "110106001"
COMMUNITY_UNIT: Final = "110105001001"
DEPARTMENT: Final = "parks-bureau"

COMPLAINANT: Final = actor(role.COMPLAINANT, id="citizen-1")
INTAKE: Final = actor(role.INTAKE_AGENT)
GRID: Final = actor(role.GRID_WORKER)
IMPORTER: Final = actor(role.IMPORTER)
DISPATCHER: Final = actor(role.DISPATCHER)
ADJUDICATOR: Final = actor(role.DISPUTE_ADJUDICATOR)
COORDINATOR: Final = actor(role.DISTRICT_COORDINATOR, DISTRICT)
OPERATOR: Final = actor(role.UNIT_OPERATOR, STREET)
LEADER: Final = actor(role.UNIT_LEADER, STREET)
CO_HANDLER: Final = actor(role.CO_HANDLER, NEIGHBOUR)
REVIEWER: Final = actor(role.REVIEWER)
CENTRE_LEADER: Final = actor(role.CENTRE_LEADER)
CALLBACK_AGENT: Final = actor(role.CALLBACK_AGENT)
SUPERVISOR: Final = actor(role.SUPERVISOR)
ASSESSOR: Final = actor(role.ASSESSOR)
ARCHIVIST: Final = actor(role.ARCHIVIST)
SYSTEM: Final = SYSTEM_ACTOR
CAUSE: Final = Cause(case_id=OTHER_CASE, version=1)
"""An event of another case, from which follows what nobody may ask for."""

WHISTLE: Final = UUID("01900000-0000-7000-8000-0000000000f1")
"""The whistle that is blown for the case."""

DAY: Final = timedelta(days=1)
SOURCE_ID: Final = "A-1"
IMPORTED_CASE: Final = imported_id("elsewhere", SOURCE_ID)

# — intake —

REGISTER: Final = Control(
    asked.Register,
    INTAKE,
    {
        "kind": "complaint",
        "channel": "hotline",
        "title": "Refuse is not collected",
        "content": "The bins at gate 3 have been full since Friday.",
        "subject": "citizen-1",
        "name": "Wang Fang",
        "phone": "13800000000",
        "category": "environment/refuse",
        "division": DISTRICT,
        "place": "gate 3",
    },
)
REGISTER_ANONYMOUS: Final = REGISTER.without("name", "phone").but(anonymous=True)
REGISTER_ENQUIRY: Final = REGISTER.but(kind="enquiry", title="When do the bins go out?")
REGISTER_FROM_WALL: Final = Control(
    asked.Register,
    SYSTEM,
    {
        **REGISTER.fields,
        "channel": "wall",
        "origin": OTHER_CASE,
        "origin_type": "wall",
        "relation": "transfer",
    },
    cause=CAUSE,
)
BRING_IN: Final = Control(
    asked.BringIn,
    IMPORTER,
    {
        "source": "elsewhere",
        "source_id": SOURCE_ID,
        "zone": "UTC",
        "opened_at": START - 40 * DAY,
        "unit": "works",
        "status": "Open",
    },
    case_id=IMPORTED_CASE,
)
BRING_IN_CLOSING: Final = Control(
    asked.BringInClosing,
    IMPORTER,
    {"closed_at": START - 39 * DAY, "status": "Closed"},
    case_id=IMPORTED_CASE,
)
ANSWER_IMMEDIATELY: Final = Control(
    asked.AnswerImmediately, INTAKE, {"answer": "On Tuesdays before eight."}
)
TRANSFER_EMERGENCY: Final = Control(asked.TransferEmergency, INTAKE, {"target": "119"})
DECLINE: Final = Control(
    asked.Decline, INTAKE, {"gate": "G4", "explanation": "A court has it; ask the court."}
)
ACCEPT: Final = Control(asked.Accept, INTAKE, {"grade": "III"})

# — one matter, one case —

MERGE_INTO: Final = Control(
    asked.MergeInto, DISPATCHER, {"main": OTHER_CASE, "reason": "The same bins, the same day."}
)
ATTACH_DUPLICATE: Final = Control(
    asked.AttachDuplicate,
    SYSTEM,
    {"duplicate": OTHER_CASE, "category": "environment/refuse", "division": DISTRICT},
    cause=CAUSE,
)
UNMERGE: Final = Control(asked.Unmerge, DISPATCHER, {"reason": "Another gate after all."})
DETACH_DUPLICATE: Final = Control(
    asked.DetachDuplicate, SYSTEM, {"duplicate": OTHER_CASE}, cause=CAUSE
)
FOLLOW_MAIN: Final = Control(
    asked.FollowMain, SYSTEM, {"main": OTHER_CASE, "outcome": "solved"}, cause=CAUSE
)

# — dispatch —

OPEN_CONSULTATION: Final = Control(
    asked.OpenConsultation,
    DISPATCHER,
    {"candidates": (STREET, NEIGHBOUR), "question": "Whose bins are these?"},
)
CONCLUDE_CONSULTATION: Final = Control(
    asked.ConcludeConsultation, DISPATCHER, {"lead": STREET, "reason": "They stand on its ground."}
)
DISPATCH: Final = Control(asked.Dispatch, DISPATCHER, {"unit": STREET})
DISPATCH_TO_DISTRICT: Final = Control(asked.DispatchToDistrict, DISPATCHER, {"unit": DISTRICT})
COPY_TO_DISTRICT: Final = Control(asked.CopyToDistrict, SYSTEM, {"district": DISTRICT}, cause=CAUSE)
SUB_DISPATCH: Final = Control(asked.SubDispatch, COORDINATOR, {"unit": STREET})
SIGN: Final = Control(asked.Sign, OPERATOR)
OBJECT_TO_DISPATCH: Final = Control(
    asked.ObjectToDispatch,
    OPERATOR,
    {"basis": "Boundary agreement of 2019, article 3.", "suggest": NEIGHBOUR},
)
UPHOLD_DISPATCH: Final = Control(
    asked.UpholdDispatch, ADJUDICATOR, {"reason": "The boundary was moved in 2021."}
)
REDIRECT_DISPATCH: Final = Control(
    asked.RedirectDispatch, ADJUDICATOR, {"unit": NEIGHBOUR, "reason": "The gate is theirs."}
)
DESIGNATE_LEAD: Final = Control(
    asked.DesignateLead, ADJUDICATOR, {"unit": STREET, "reason": "Both said no; this one leads."}
)

# — handling —

RECORD_CONTACT: Final = Control(
    asked.RecordContact,
    OPERATOR,
    {"result": "reached", "way": "phone", "evidence": "call 8841, two minutes"},
)
NOT_REACHED: Final = RECORD_CONTACT.but(result="not_reached", evidence="call 8842, no answer")
RECORD_CONTACT_FOR_UNIT: Final = RECORD_CONTACT.by_actor(CALLBACK_AGENT)
ASSIGN_HANDLER: Final = Control(asked.AssignHandler, LEADER, {"person": "li-na"})
ADD_ATTACHMENT: Final = Control(
    asked.AddAttachment,
    OPERATOR,
    {
        "attachment": Attachment(
            name="bins.jpg",
            media_type="image/jpeg",
            size=120_000,
            sha256="ab" * 32,
            uri="files/bins.jpg",
        )
    },
)
INVITE_CO_HANDLER: Final = Control(
    asked.InviteCoHandler,
    LEADER,
    {"unit": NEIGHBOUR, "task": "Lend the second lorry.", "part_due_at": DAY},
)
SUBMIT_CO_HANDLING: Final = Control(
    asked.SubmitCoHandling, CO_HANDLER, {"unit": NEIGHBOUR, "result": "Lorry lent on Monday."}
)
EXCUSE_CO_HANDLER: Final = Control(
    asked.ExcuseCoHandler, LEADER, {"unit": NEIGHBOUR, "reason": "One lorry was enough."}
)
REQUEST_EXTENSION: Final = Control(
    asked.RequestExtension,
    LEADER,
    {"reason": "The new bins come next week.", "complainant_told": True},
)
GRANT_EXTENSION: Final = Control(asked.GrantExtension, DISPATCHER)
REFUSE_EXTENSION: Final = Control(
    asked.RefuseExtension, DISPATCHER, {"reason": "Old bins can be emptied."}
)
BLOW_WHISTLE: Final = Control(
    asked.BlowWhistle,
    OPERATOR,
    {
        "kind": "ENFORCEMENT",
        "units": ("urban-management", "traffic-police"),
        "matter": "The bins stand on a road that two departments share",
        "tried": "Cleared by the street three times in a week.",
        "whistle": WHISTLE,
    },
)
TAKE_WHISTLE_REPORT: Final = Control(
    asked.TakeWhistleReport, SYSTEM, {"whistle": WHISTLE, "became": "settled"}, cause=CAUSE
)
ESCALATE: Final = Control(
    asked.Escalate,
    LEADER,
    {"to_level": "district", "reason": "The tip is full.", "tried": "Three other tips."},
)
GIVE_DIRECTIVE: Final = Control(
    asked.GiveDirective,
    COORDINATOR,
    {"opinion": "Use the tip of the next district.", "measures": "Two lorries a day."},
)

# — ledger —

REQUEST_LEDGERING: Final = Control(
    asked.RequestLedgering,
    LEADER,
    {
        "ground": "works",
        "interim_measures": "A lorry passes every second day.",
        "complainant_told": True,
        "expected_at": 60 * DAY,
        "review_at": 30 * DAY,
    },
)
FIRST_CHECK_LEDGERING: Final = Control(
    asked.FirstCheckLedgering, DISPATCHER, {"note": "The works are in the plan."}
)
APPROVE_LEDGERING: Final = Control(
    asked.ApproveLedgering, CENTRE_LEADER, {"note": "Until the tip is enlarged."}
)
REFUSE_LEDGERING: Final = Control(
    asked.RefuseLedgering, CENTRE_LEADER, {"reason": "It can be solved now."}
)
REVIEW_LEDGER: Final = Control(
    asked.ReviewLedger, SUPERVISOR, {"note": "Half of it is built.", "review_at": 15 * DAY}
)
ACTIVATE_FROM_LEDGER: Final = Control(
    asked.ActivateFromLedger, LEADER, {"reason": "The tip is open."}
)

# — reply, review, call-back —

SUBMIT_REPLY: Final = Control(
    asked.SubmitReply,
    OPERATOR,
    {
        "outcome": "solved",
        "public_text": "The bins were emptied and a second round was added.",
        "internal_note": "Driver's sheet of 3 March.",
        "complainant_informed": True,
        "centre_informed": True,
    },
)
SIGN_OFF_REPLY: Final = Control(asked.SignOffReply, LEADER)
RETURN_REPLY: Final = Control(
    asked.ReturnReply, REVIEWER, {"defect": "no_evidence", "reason": "No photograph."}
)
ACCEPT_REPLY: Final = Control(asked.AcceptReply, REVIEWER)
OPEN_CALLBACK: Final = Control(asked.OpenCallback, SYSTEM)
RECORD_CALLBACK: Final = Control(
    asked.RecordCallback,
    CALLBACK_AGENT,
    {"reached": True, "contacted": True, "solved": True, "satisfaction": "satisfied"},
)
CALLBACK_UNREACHED: Final = Control(asked.RecordCallback, CALLBACK_AGENT, {"reached": False})
CALLBACK_DISSATISFIED: Final = RECORD_CALLBACK.but(solved=False, satisfaction="dissatisfied")
EVALUATE: Final = Control(
    asked.Evaluate,
    COMPLAINANT,
    {"contacted": True, "solved": True, "satisfaction": "satisfied"},
)
ORDER_REWORK: Final = Control(
    asked.OrderRework,
    SUPERVISOR,
    {"reason": "The bins are full again.", "lawful_and_feasible": True},
)
RESUME_HANDLING: Final = Control(asked.ResumeHandling, OPERATOR)

# — the end, and after it —

CLOSE: Final = Control(asked.Close, REVIEWER)
REOPEN: Final = Control(
    asked.Reopen, SUPERVISOR, {"ground": "false_reply", "reason": "Nobody ever came."}
)
ARCHIVE: Final = Control(asked.Archive, ARCHIVIST)
WITHDRAW: Final = Control(
    asked.Withdraw, COMPLAINANT, {"identity_checked": True, "reason": "They came."}
)
REQUEST_TERMINATION: Final = Control(
    asked.RequestTermination,
    LEADER,
    {"ground": "G4", "explanation": "A court has taken it.", "complainant_told": True},
)
APPROVE_TERMINATION: Final = Control(
    asked.ApproveTermination, DISPATCHER, {"note": "The writ is attached."}
)
REFUSE_TERMINATION: Final = Control(
    asked.RefuseTermination, DISPATCHER, {"reason": "The writ is about another gate."}
)
REQUEST_EXCLUSION: Final = Control(
    asked.RequestExclusion, LEADER, {"ground": "E9", "evidence": "Photographs of empty bins."}
)
FIRST_CHECK_EXCLUSION: Final = Control(
    asked.FirstCheckExclusion, REVIEWER, {"note": "The photographs are of that day."}
)
GRANT_EXCLUSION: Final = Control(
    asked.GrantExclusion, ASSESSOR, {"reason": "The evaluation is contrary to the facts."}
)
REFUSE_EXCLUSION: Final = Control(
    asked.RefuseExclusion, ASSESSOR, {"reason": "The photographs prove nothing."}
)

# — at any time —

SUPERVISE: Final = Control(
    asked.Supervise,
    SUPERVISOR,
    {"level": "remind", "ground": "concentrated", "note": "Six callers this week."},
)
SET_CONFIDENTIALITY: Final = Control(
    asked.SetConfidentiality, INTAKE, {"level": 2, "reason": "The caller is afraid."}
)
APPEND_FACTS: Final = Control(
    asked.AppendFacts, COMPLAINANT, {"facts": "Rats have been seen since yesterday."}
)
CORRECT_RECORD: Final = Control(
    asked.CorrectRecord,
    INTAKE,
    {"field": "place", "old": "gate 3", "new": "gate 4", "reason": "Misheard."},
)
MARK_OVERDUE: Final = Control(Complaint.verbs["mark_overdue"], SYSTEM, {"clock": "sign"})
RECALCULATE_DEADLINE: Final = Control(
    Complaint.verbs["recalculate_deadline"], SYSTEM, {"clock": "handle"}
)
