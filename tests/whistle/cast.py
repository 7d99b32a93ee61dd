"""Who plays in the scenarios of a whistle, and a good example of every command."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from zhili import Whistle
from zhili.commands import whistle as asked
from zhili.testing import Control, actor
from zhili.testing.controls import CAUSE
from zhili.values import SYSTEM_ACTOR, Attachment
from zhili.workflows import role

STREET: Final = "110105001"
OTHER_STREET: Final = "110105002"
DISTRICT: Final = "110105"
OTHER_DISTRICT: Final = "110106"
COMMUNITY: Final = "110105001001"
POLICE: Final = "police"
WATER: Final = "water"
PARKS: Final = "parks"
FIRE: Final = "fire"
NEW_WHISTLE: Final = UUID("01900000-0000-7000-8000-00000000000a")
COMPLAINT_CASE: Final = UUID("01900000-0000-7000-8000-00000000000b")

OPERATOR: Final = actor(role.UNIT_OPERATOR, STREET)
LEADER: Final = actor(role.UNIT_LEADER, STREET)
SECRETARY: Final = actor(role.STREET_SECRETARY, STREET)
DUTY: Final = actor(role.DUTY_OFFICER, STREET)
GRID: Final = actor(role.GRID_WORKER, STREET)
OFFICE: Final = actor(role.WHISTLE_OFFICE)
COORDINATOR: Final = actor(role.DISTRICT_COORDINATOR, DISTRICT)
DISTRICT_LEADER: Final = actor(role.DISTRICT_LEADER, DISTRICT)
RESIDENTS: Final = actor(role.COMMUNITY, COMMUNITY)


AT_POLICE, AT_WATER = actor(role.UNIT_OPERATOR, POLICE), actor(role.UNIT_OPERATOR, WATER)
AT_PARKS = actor(role.UNIT_OPERATOR, PARKS)

DRAFT: Final = Control(
    asked.Draft,
    OPERATOR,
    {
        "kind": "ENFORCEMENT",
        "street": STREET,
        "title": "Illegal market under the bridge",
        "matter": "Stalls block the road and the drain every evening.",
        "tried": "Talked to the stall holders on three evenings; they came back.",
        "place": "bridge 4",
        "division": STREET,
        "units": (POLICE, WATER),
    },
)
DRAFT_EMERGENCY: Final = DRAFT.by_actor(DUTY).but(kind="EMERGENCY", title="Burst main")
DRAFT_FOR_A_CASE: Final = (
    DRAFT.by_actor(SYSTEM_ACTOR)
    .because_of(CAUSE)
    .but(origin=COMPLAINT_CASE, relation="whistle", division=DISTRICT)
)
SUBMIT: Final = Control(asked.Submit, OPERATOR, {"ground": "joint_force"})
BLOW: Final = Control(asked.Blow, LEADER)
BLOW_EMERGENCY: Final = Control(asked.BlowEmergency, DUTY)
CONFIRM_EMERGENCY: Final = Control(
    asked.ConfirmEmergency, SECRETARY, {"confirmation": "Main burst at 9; life was in danger."}
)
SEND_BACK: Final = Control(
    asked.SendBack, OFFICE, {"ground": "no_evidence", "reason": "Say what was tried."}
)
CANCEL: Final = Control(asked.Cancel, OPERATOR, {"reason": "The stalls are gone."})
ASSIGN_LEAD: Final = Control(asked.AssignLead, OFFICE, {"lead": POLICE})
ADD_UNIT: Final = Control(asked.AddUnit, OPERATOR, {"unit": PARKS, "task": "Fence the lawn."})
SIGN: Final = Control(asked.Sign, AT_POLICE, {"unit": POLICE})
CONTACT: Final = Control(asked.Contact, AT_POLICE, {"unit": POLICE, "note": "Two cars at six."})
REPORT_IN: Final = Control(
    asked.ReportIn,
    AT_POLICE,
    {"unit": POLICE, "person": "Zhao Lei", "rank": "deputy head", "place": "bridge 4"},
)
WATER_IN: Final = REPORT_IN.by_actor(AT_WATER).but(unit=WATER, person="Qian Mei")
PARKS_IN: Final = REPORT_IN.by_actor(AT_PARKS).but(unit=PARKS, person="Sun Bo")
START: Final = Control(asked.StartJointHandling, AT_POLICE)
OBJECT: Final = Control(
    asked.Object,
    AT_WATER,
    {"unit": WATER, "basis": "The drain belongs to the parks.", "suggest": PARKS},
)
RULING: Final = Control(
    asked.RuleOnObjection,
    OFFICE,
    {"unit": WATER, "ruling": "upheld", "reason": "The list of powers names water."},
)
RELEASE: Final = RULING.but(ruling="released", reason="It is not the water bureau's.")
REPLACE: Final = RULING.but(ruling="replaced", reason="It is the parks'.", substitute=PARKS)
RECORD_MEASURE: Final = Control(
    asked.RecordMeasure,
    AT_POLICE,
    {"measure": "Patrol every evening.", "owner": POLICE, "until": date(2026, 3, 9)},
)
ADD_ATTACHMENT: Final = Control(
    asked.AddAttachment,
    OPERATOR,
    {
        "attachment": Attachment(
            name="bridge.jpg", media_type="image/jpeg", size=1, sha256="0" * 64, uri="file:b"
        )
    },
)
CONSENT: Final = Control(
    asked.ConsentToLeave, OPERATOR, {"unit": POLICE, "reason": "Needed elsewhere for an hour."}
)
LEAVE: Final = Control(asked.LeaveScene, AT_POLICE, {"unit": POLICE})
ESCALATE: Final = Control(
    asked.Escalate, OPERATOR, {"ground": "no_agreement", "reason": "Whose drain is it?"}
)
DIRECTIVE: Final = Control(
    asked.GiveDirective, DISTRICT_LEADER, {"decision": "Water leads.", "lead": WATER}
)
END_IT: Final = DIRECTIVE.without("lead").but(decision="The bridge is closed.", settles=True)
DONE: Final = Control(
    asked.ReportDone,
    AT_POLICE,
    {"unit": POLICE, "result": "The stalls are gone.", "evidence": "photo 1"},
)
WATER_DONE: Final = DONE.by_actor(AT_WATER).but(unit=WATER, result="The drain is clear.")
PARKS_DONE: Final = DONE.by_actor(AT_PARKS).but(unit=PARKS, result="The lawn is fenced.")
REJECT: Final = Control(asked.RejectResult, OPERATOR, {"reason": "Two stalls are still there."})
POINTS: Final = {"report_in": 5, "handling": 4, "result": 4, "incentive": 3}
RATE: Final = Control(asked.RateUnit, LEADER, {"unit": POLICE, "points": POINTS})
RATE_WATER: Final = RATE.but(unit=WATER)
RATE_PARKS: Final = RATE.but(unit=PARKS)
RATE_BLOWER: Final = Control(asked.RateBlower, AT_POLICE, {"points": {"needed": 5, "clear": 3}})
PUBLISH: Final = Control(asked.PublishRatings, COORDINATOR)
REPLY: Final = Control(
    asked.ReplyToRating, AT_POLICE, {"unit": POLICE, "reply": "We shall come sooner."}
)
CLOSE: Final = Control(asked.Close, OPERATOR)
REBLOW: Final = Control(
    asked.Reblow, OPERATOR, {"reason": "The stalls are back.", "whistle": NEW_WHISTLE}
)
MARK_NO_SHOW: Final = Control(asked.MarkNoShow, SYSTEM_ACTOR, {"unit": WATER})
MARK_OVERDUE: Final = Control(Whistle.verbs["mark_overdue"], SYSTEM_ACTOR, {"clock": "sign:police"})
RECALCULATE: Final = Control(
    Whistle.verbs["recalculate_deadline"], SYSTEM_ACTOR, {"clock": "assign"}
)
