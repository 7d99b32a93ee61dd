"""The commands of a whistle-call 吹哨报到, in the order of its table."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from zhili.commands.command import Command, Opening
from zhili.values import Attachment, Code, Line, Text, UnitId, new_case_id

__all__ = [  # noqa: RUF022 - the order of the table
    "Outcome", "Points", "Draft", "Submit", "Blow", "BlowEmergency",
    "ConfirmEmergency", "SendBack", "Cancel", "AssignLead", "AddUnit", "Sign", "Contact",
    "ReportIn", "StartJointHandling", "Object", "RuleOnObjection", "MarkNoShow", "RecordMeasure",
    "AddAttachment", "ConsentToLeave", "LeaveScene", "Escalate", "GiveDirective", "ReportDone",
    "RejectResult", "RateUnit", "RateBlower", "PublishRatings", "ReplyToRating", "Close",
    "Reblow",
]  # fmt: skip

Outcome = Literal["solved", "explained", "partly", "not_solved"]
"""解决、解释、部分解决、未解决."""

Points = Annotated[
    dict[Code, Annotated[int, Field(ge=0, le=100)]], Field(min_length=1, max_length=50)
]
"""What a unit was given, by the dimensions of the policy."""

Units = Annotated[tuple[UnitId, ...], Field(min_length=1, max_length=50)]


class _Whistle(Command, case_type="whistle"):
    """A command for a whistle-call."""


class _Opening(Opening, case_type="whistle"):
    """A command that opens a whistle-call."""


class Draft(_Opening):
    """
    Draft a whistle 拟哨 (W1): what the matter is, where, what was tried, whom to summon.

    Title, matter and what was tried are the street's words and carry no personal data. `street` is
    the unit that blows; `origin` the complaint, wall item or hazard it is blown for, with its case
    type, and `relation` how it comes from there. One that is blown again comes from the whistle
    before it, `repeats` counts those, and `report_to` is the case that waits for its end, as it
    did for the first one's. All that only what has happened there tells.
    """

    kind: Code
    street: UnitId
    title: Line
    matter: Text
    tried: Text
    place: Line
    units: Units
    division: Code | None = None
    category: Code | None = None
    origin: UUID | None = None
    origin_type: Code | None = None
    relation: Code | None = None
    repeats: Annotated[int, Field(ge=0, le=1000)] = 0
    report_to: UUID | None = None
    report_type: Code | None = None


class Submit(_Whistle):
    """Submit the draft for approval 送审: why the street cannot do it alone (W2)."""

    ground: Code


class Blow(_Whistle):
    """Approve the whistle and blow it 吹哨; every unit is summoned from now on (W3)."""


class BlowEmergency(_Whistle):
    """Blow at once, and confirm in writing afterwards 应急吹哨 (W4)."""


class ConfirmEmergency(_Whistle):
    """Confirm in writing a whistle that was blown in an emergency (W4)."""

    confirmation: Text


class SendBack(_Whistle):
    """Return the whistle at review 退回 (W5)."""

    ground: Code
    reason: Text


class Cancel(_Whistle):
    """Take the whistle back before a lead is assigned, if nobody was missed 撤哨 (W23)."""

    reason: Text


class AssignLead(_Whistle):
    """Assign the lead among the units 明确主办; the others assist 协办 (W6)."""

    lead: UnitId


class AddUnit(_Whistle):
    """Summon one more unit, with a limit of its own (W13)."""

    unit: UnitId
    task: Text | None = None


class Sign(_Whistle):
    """Sign for the summons 签收 (W7)."""

    unit: UnitId


class Contact(_Whistle):
    """Contact the street that blew 联系街道 (W8)."""

    unit: UnitId
    note: Text


class ReportIn(_Whistle):
    """Report in 报到: who came, of what rank, where (W9)."""

    unit: UnitId
    person: Annotated[Line, Field(repr=False)]
    rank: Line
    place: Line


class StartJointHandling(_Whistle):
    """Start the joint handling before everybody is in; the lead's to decide (§13)."""


class Object(_Whistle):
    """Object to the summons 提出异议: on what basis, and who should come instead (W10)."""

    unit: UnitId
    basis: Text
    suggest: UnitId


class RuleOnObjection(_Whistle):
    """Rule on an objection 裁定: the summons stands, or the unit is released or replaced (W11)."""

    unit: UnitId
    ruling: Literal["upheld", "released", "replaced"]
    reason: Text
    substitute: UnitId | None = None


class MarkNoShow(_Whistle):
    """Mark a unit that has not reported in by its limit 未报到 (W12)."""

    unit: UnitId


class RecordMeasure(_Whistle):
    """Record what is to be done, by whom, by when (W14)."""

    measure: Text
    owner: UnitId
    until: date


class AddAttachment(_Whistle):
    """Add a file's metadata to the record."""

    attachment: Attachment


class ConsentToLeave(_Whistle):
    """Let a unit leave before its task is delivered 同意撤离 (W15)."""

    unit: UnitId
    reason: Text


class LeaveScene(_Whistle):
    """Leave the scene 撤离: 事不完人不撤 (W15)."""

    unit: UnitId


class Escalate(_Whistle):
    """Report upwards what the units cannot settle among themselves 提级 (W16)."""

    ground: Code
    reason: Text


class GiveDirective(_Whistle):
    """
    Decide as the district 下达指令 (W17): go on, with a new lead if need be, or end it here.

    With `settles` there is nothing more to be done together, and the whistle is rated and closed.
    """

    decision: Text
    lead: UnitId | None = None
    settles: bool = False


class ReportDone(_Whistle):
    """Report that one's own task is done, with evidence (W18)."""

    unit: UnitId
    result: Text
    evidence: Text


class RejectResult(_Whistle):
    """Reject the result: the units named, or all that delivered, have to go on (W19)."""

    reason: Text
    units: Annotated[tuple[UnitId, ...], Field(max_length=50)] = ()


class RateUnit(_Whistle):
    """Rate a unit on every dimension, once and for good 评价 (W20)."""

    unit: UnitId
    points: Points


class RateBlower(_Whistle):
    """Rate the blower: was the whistle needed and clear 双考核 (W21)."""

    points: Points


class PublishRatings(_Whistle):
    """Publish the ratings that only the district has seen so far (§4.4)."""


class ReplyToRating(_Whistle):
    """Append one's one reply to one's rating (§4.4)."""

    unit: UnitId
    reply: Text


class Close(_Whistle):
    """Close the whistle 销哨; whoever it was blown for has been informed (W22)."""

    origin_informed: bool = False
    outcome: Outcome | None = None


class Reblow(_Whistle):
    """Blow again for a matter that has come back: a new whistle follows this one (W24)."""

    reason: Text
    whistle: UUID = Field(default_factory=new_case_id)
